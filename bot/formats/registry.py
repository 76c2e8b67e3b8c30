"""The readers and writers there are, and which of them reads a file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import PurePosixPath

from bot.errors import Code, GlossaryError
from bot.formats.delimited import Delimited
from bot.formats.dita import DitaReader
from bot.formats.docusaurus import DocusaurusReader
from bot.formats.html_terms import HtmlReader
from bot.formats.hugo import HugoReader
from bot.formats.json_records import JsonRecords
from bot.formats.mdn import MdnReader
from bot.formats.own_markdown import OwnMarkdownReader
from bot.formats.plain_markdown import PlainMarkdownReader
from bot.formats.reader import Reader, Skipped, Source
from bot.formats.skos import SkosReader, SkosWriter
from bot.formats.tbx import TbxReader, TbxWriter
from bot.formats.writer import Writer
from bot.formats.xlsx import Spreadsheet
from bot.formats.yaml_records import YamlRecords

_SURE = 0.9  # a claim on a single file that outweighs what the other files are
_LEAST = 0.15


def readers() -> tuple[Reader, ...]:
    """Return all readers; of equal claims, the first wins."""
    return (
        OwnMarkdownReader(),
        PlainMarkdownReader(),
        HugoReader(),
        MdnReader(),
        DocusaurusReader(),
        Delimited(),
        Spreadsheet(),
        JsonRecords(),
        YamlRecords(),
        SkosReader(),
        TbxReader(),
        HtmlReader(),
        DitaReader(),
    )


def writers() -> tuple[Writer, ...]:
    """Return all writers of a single file."""
    return (
        Delimited(),
        JsonRecords(),
        SkosWriter(),
        SkosWriter("xml"),
        SkosWriter("json-ld"),
        TbxWriter(),
    )


def reader_named(name: str) -> Reader:
    """Return the reader of that format.

    Raises:
        GlossaryError: there is none.
    """
    found = {reader.name: reader for reader in readers()}
    if name not in found:
        raise GlossaryError(Code.G044, found=name, known=", ".join(found))
    return found[name]


def writer_named(name: str) -> Writer:
    """Return the writer of that format.

    Raises:
        GlossaryError: there is none.
    """
    known = {writer.name: writer for writer in writers()}
    if name not in known:
        raise GlossaryError(Code.G044, found=name, known=", ".join([*known, "termwise"]))
    return known[name]


def assign(sources: Sequence[Source]) -> tuple[dict[str, list[Source]], list[Skipped]]:
    """Tell for each file which reader reads it, by content.

    Files with the same ending are mostly of one format, so what they claim together decides for
    those that only one file among many would claim otherwise; a sure claim of one reader stands.

    Returns:
        The files by name of reader, and those that no reader claims.
    """
    every = readers()
    claims = {s.name: {r.name: r.claim(s) for r in every} for s in sources}
    together: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for source in sources:
        for name, claim in claims[source.name].items():
            together[_ending(source)][name] += claim
    found: dict[str, list[Source]] = defaultdict(list)
    left = []
    for source in sources:
        chosen = _chosen(claims[source.name], together[_ending(source)])
        if chosen:
            found[chosen].append(source)
        else:
            # Folders of pages hold settings in YAML; a glossary in it is recognised.
            settings = len(sources) > 1 and _ending(source) in (".yml", ".yaml")
            reason = "no reader recognises its content"
            left.append(Skipped(source.name, 1, reason, expected=settings))
    return dict(found), left


def _ending(source: Source) -> str:
    suffix = PurePosixPath(source.name).suffix.lower()
    return ".md" if suffix in (".mdx", ".markdown") else suffix


def _chosen(claims: dict[str, float], together: dict[str, float]) -> str | None:
    able = {name: claim for name, claim in claims.items() if claim >= _LEAST}
    if not able:
        return None
    sure = [name for name, claim in able.items() if claim >= _SURE]
    if len(sure) == 1:
        return sure[0]
    return max(sure or able, key=lambda name: (together[name], able[name]))
