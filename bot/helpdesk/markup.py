"""The assistant's Markdown in the format of a helpdesk: no HTML of others, no strange links."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.helpdesk.abilities import Format

_LINK = re.compile(r"(https?://|mailto:)[^\s]+", re.IGNORECASE)
_TARGET = re.compile(r"\](\(|:)\s*(?!<?(?:https?://|mailto:))", re.IGNORECASE)
_ACTIVE = re.compile(r"([\\`*_{}\[\]()#+!|~>-])")
_LONG_NUMBER = re.compile(r"\d(?:[ -]?\d){12,18}")


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).disable("image")
    parser.validateLink = lambda url: bool(_LINK.fullmatch(url))  # type: ignore[method-assign]
    return parser


def rendered(markdown: str, format: Format) -> str:
    """Return Markdown in that format; HTML in it is shown as it stands, never run."""
    if format is Format.HTML:
        return str(_parser().render(markdown)).strip()
    if format is Format.PLAIN:
        return _plain(markdown)
    return _TARGET.sub(r"]\\\1", markdown.replace("<", "&lt;").replace("![", "!\\["))


def literal(text: str) -> str:
    """Return Markdown that shows the text of a stranger just as it is, on lines of a quote."""
    lines = (_ACTIVE.sub(r"\\\1", line) for line in redacted(text).split("\n"))
    return "\n".join(f"> {line}" for line in lines)


def redacted(text: str) -> str:
    """Return the text without numbers that can be those of payment cards."""
    return _LONG_NUMBER.sub(lambda found: "…" if _is_card(found[0]) else found[0], text)


def pieces(markdown: str, format: Format, longest: int) -> list[str]:
    """Return the text in that format, in as many parts as its length asks for.

    Parts end at the end of a paragraph, a line or a word, whichever fits.
    """
    whole = rendered(markdown, format)
    if len(whole) <= longest:
        return [whole]
    size = max(1, len(markdown) * longest // len(whole) - 1)
    parts: list[str] = []
    left = markdown
    while left:
        part = _beginning(left, size)
        shown = rendered(part, format)
        while len(shown) > longest and len(part) > 1:
            part = _beginning(part, len(part) * 3 // 4)
            shown = rendered(part, format)
        parts.append(shown)
        left = left[len(part) :].lstrip()
    return parts


def same_words(one: str, other: str) -> bool:
    """Return whether two texts have the same letters and digits, whatever their markup."""
    return _bare(one) == _bare(other) != ""


def _bare(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def _beginning(text: str, size: int) -> str:
    if len(text) <= size:
        return text
    for gap in ("\n\n", "\n", " "):
        place = text.rfind(gap, size // 2, size + 1)
        if place > 0:
            return text[:place]
    return text[: max(1, size)]


def _plain(markdown: str) -> str:
    parts: list[str] = []
    for token in _parser().parse(markdown):
        if token.type == "inline":
            parts.extend(_inline(token))
        elif token.type == "list_item_open":
            parts.append(f"{token.info}. " if token.info else "- ")
        elif token.type in ("fence", "code_block"):
            parts.append(token.content)
        elif token.type in ("paragraph_close", "heading_close"):
            parts.append("\n" if token.hidden else "\n\n")
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            parts.append("\n")
    return re.sub(r"\n{3,}", "\n\n", "".join(parts)).strip()


def _inline(token: Token) -> Iterator[str]:
    target = ""
    for part in token.children or ():
        if part.type == "link_open":
            target = str(part.attrs.get("href", ""))
        elif part.type == "link_close":
            yield f" ({target})"
        elif part.type in ("softbreak", "hardbreak"):
            yield "\n"
        else:
            yield part.content


def _is_card(number: str) -> bool:
    """Return whether the check digit is right (Luhn, ISO/IEC 7812-1)."""
    digits = [int(digit) for digit in number if digit.isdigit()][::-1]
    return sum(d if n % 2 == 0 else sum(divmod(2 * d, 10)) for n, d in enumerate(digits)) % 10 == 0
