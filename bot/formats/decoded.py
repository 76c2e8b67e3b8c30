"""Decoded text: the characters of a file whose encoding nobody told."""

from __future__ import annotations

from bot.errors import Code, GlossaryError
from bot.formats.reader import Source

_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_SAMPLE = 65_536  # bytes; a multiple of four


def decoded(source: Source) -> tuple[str, str]:
    """Return the text of a file and its encoding: that of its byte order mark, UTF-8, or cp1252.

    Raises:
        GlossaryError: it is none of these.
    """
    encoding = next((name for mark, name in _MARKS if source.data.startswith(mark)), "utf-8")
    try:
        return source.data.decode(encoding), encoding
    except UnicodeDecodeError as error:
        if encoding != "utf-8" or b"\x00" in source.data:
            raise GlossaryError(Code.G001, file=source.name, position=error.start) from None
    try:
        return source.data.decode("cp1252"), "cp1252 (it is no UTF-8)"
    except UnicodeDecodeError as error:
        raise GlossaryError(Code.G001, file=source.name, position=error.start) from None


def beginning(source: Source) -> str:
    """Return the first characters of a file, or nothing if it is no text."""
    sample = source.data[:_SAMPLE]
    for cut in range(4):  # the last character of the sample may be half
        try:
            text, encoding = decoded(Source(source.name, sample[: len(sample) - cut]))
        except GlossaryError:
            continue
        if encoding.startswith("cp1252") and cut < 3 and len(source.data) > _SAMPLE:
            continue
        return "" if "\x00" in text else text
    return ""
