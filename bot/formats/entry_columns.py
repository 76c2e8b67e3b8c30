"""Our own columns: entries as rows of a table that people can edit, without loss.

There is a column per language for ``term:en``, ``synonyms:en``, ``abbreviations:en`` and
``definition:en``, one per section (``section:how:en:How it works``), one per relation, and
``extra`` as JSON. What these cannot say (an unusual order, a name with a semicolon, a rare
section) stands as JSON in the last column, ``termwise``, with a checksum of what the columns say:
where somebody has edited the columns since, they count.
"""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from bot.formats.clean_text import clean, cleaned
from bot.formats.columns import Row
from bot.formats.entry_object import from_object, to_object
from bot.formats.reader import Reading, Skipped
from bot.formats.record import NO_DEFINITION, NO_TERM, distinct
from bot.glossary.entry import Entry
from bot.glossary.section import SectionKind
from bot.glossary.span import Span
from bot.glossary.term import Status

_REST = "termwise"
_LISTS = ("broader", "part_of", "related")
_PLAIN = ("id", "subject", "updated", "ended")
_MOST_SECTIONS = 60  # columns; rarer sections go to the last column
_FORMULA = set("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")  # the last four are wide forms


def is_header(cells: Iterable[str]) -> bool:
    """Tell whether a row is the header of our own columns."""
    return {"id", "extra", _REST} <= set(cells)


def to_rows(entries: Sequence[Entry]) -> Iterator[list[str]]:
    """Yield the header and a row per entry; no cell begins like a formula."""
    header = _header(entries)
    yield [guarded(name) for name in header]
    for entry in entries:
        whole = to_object(entry)
        cells = _cells(whole)
        row = {name: cells.get(name, "") for name in header}
        again = _object(row)
        rest = {
            key: [_checksum(again[key]), value]
            for key, value in whole.items()
            if _json(value) != _json(again[key])
        }
        row[_REST] = _json(rest) if rest else ""
        yield [guarded(cell) for cell in row.values()]


def from_rows(file: str, rows: Sequence[Row]) -> Reading:
    """Read what :func:`to_rows` made, and rows that somebody has edited or added."""
    header = [_unguarded(name) for name in rows[0].cells]
    entries: list[Entry] = []
    skipped: list[Skipped] = []
    for row in rows[1:]:
        cells = {name: clean(_unguarded(row.cell(i))) for i, name in enumerate(header)}
        if not any(cell.strip() for cell in cells.values()):
            continue
        try:
            entries.append(_entry(cells, Span(file, row.line, 0, 0)))
        except (ValueError, TypeError, RecursionError) as error:
            skipped.append(Skipped(file, row.line, _reason(error)))
    note = f"{file}: exported by Termwise, so the columns are known"
    return Reading(distinct(entries), tuple(skipped), (note,))


def _reason(error: Exception) -> str:
    reason = str(error)
    return reason if reason in (NO_TERM, NO_DEFINITION) else f"the row is damaged ({reason[:80]})"


def _header(entries: Sequence[Entry]) -> list[str]:
    languages = list(
        dict.fromkeys(
            language
            for entry in entries
            for language in (*(term.language for term in entry.terms), *entry.texts)
        )
    )
    texts = [
        [_section_name(section.kind, language, section.heading) for section in text.sections]
        for entry in entries
        for language, text in entry.texts.items()
    ]
    count = Counter(name for text in texts for name in text)
    common = {name for name, _ in count.most_common(_MOST_SECTIONS)}
    names = ["id"]
    for kind in ("term", "synonyms", "abbreviations", "definition"):
        names += [f"{kind}:{language}" for language in languages]
    names += _ordered([name for name in text if name in common] for text in texts)
    return [*names, *_LISTS, "subject", "updated", "ended", "extra", _REST]


def _ordered(texts: Iterable[list[str]]) -> list[str]:
    """Return all names in an order that agrees with that of the texts, as far as they agree."""
    order: list[str] = []
    for text in texts:
        for place, name in enumerate(text):
            if name in order:
                continue
            before = [order.index(other) + 1 for other in text[:place]]
            after = [order.index(other) for other in text[place + 1 :] if other in order]
            order.insert(before[-1] if before else min(after, default=len(order)), name)
    return order


def _section_name(kind: SectionKind, language: str, heading: str) -> str:
    return f"section:{kind.value}:{language}:{heading}"


def _cells(whole: Mapping[str, Any]) -> dict[str, str]:
    """Return what the columns can say of an entry."""
    cells = {key: whole[key] for key in _PLAIN}
    cells |= {key: "; ".join(whole[key]) for key in _LISTS}
    cells["extra"] = _json(whole["extra"]) if whole["extra"] else ""
    names: dict[str, list[str]] = {}
    for term in whole["terms"]:
        name = f"{_COLUMN[Status(term['status'])]}:{term['language']}"
        full = term.get("expansion")
        names.setdefault(name, []).append(f"{term['text']} = {full}" if full else term["text"])
    cells |= {name: "; ".join(texts) for name, texts in names.items()}
    for language, (definition, *sections) in whole["texts"].items():
        cells[f"definition:{language}"] = definition["text"]
        for made in sections:
            name = _section_name(SectionKind(made["kind"]), language, made["heading"])
            cells.setdefault(name, made["text"])
    return cells


_COLUMN = {
    Status.PREFERRED: "term",
    Status.ADMITTED: "synonyms",
    Status.ABBREVIATION: "abbreviations",
}


def _object(cells: Mapping[str, str]) -> dict[str, Any]:
    """Return the object that the columns say, in the form of :func:`to_object`."""
    made: dict[str, Any] = {"id": cells.get("id", ""), "terms": [], "texts": {}}
    languages = [name.partition(":")[2] for name in cells if name.startswith("term:")]
    for language in languages:
        made["terms"] += _terms(cells, language)
        definition = cells.get(f"definition:{language}", "")
        if definition:
            first = {"kind": SectionKind.DEFINITION.value, "heading": "", "text": definition}
            made["texts"][language] = [first]
    for name, text in cells.items():
        sign, _, rest = name.partition(":")
        kind, _, rest = rest.partition(":")
        language, _, heading = rest.partition(":")
        if sign == "section" and text and language in made["texts"]:
            made["texts"][language].append({"kind": kind, "heading": heading, "text": text})
    made |= {key: _listed(cells.get(key, "")) for key in _LISTS}
    made |= {key: cells.get(key, "") for key in _PLAIN}
    made["described"] = {}
    made["extra"] = _mapping(cells.get("extra", ""))
    return made


def _terms(cells: Mapping[str, str], language: str) -> Iterator[dict[str, str]]:
    for status, column in _COLUMN.items():
        for name in _listed(cells.get(f"{column}:{language}", "")):
            text, equals, full = name.partition(" = ")
            term = {"text": text, "language": language, "status": status.value}
            yield {**term, "expansion": full} if equals else term


def _listed(cell: str) -> list[str]:
    return [part for part in map(str.strip, cell.split(";")) if part]


def _entry(cells: Mapping[str, str], span: Span) -> Entry:
    made = _object(cells)
    for key, (checksum, value) in _mapping(cells.get(_REST, "")).items():
        if key in made and _checksum(made[key]) == checksum:
            made[key] = value
    if not made["terms"]:
        raise ValueError(NO_TERM)
    if not made["texts"]:
        raise ValueError(NO_DEFINITION)
    return from_object(made, span)


def _mapping(cell: str) -> dict[str, Any]:
    found = cleaned(json.loads(cell)) if cell.strip() else {}
    if not isinstance(found, dict):
        raise ValueError("the last columns hold no JSON object")
    return found


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _checksum(value: object) -> int:
    return zlib.crc32(_json(value).encode("utf-8", "replace"))


def guarded(cell: str) -> str:
    """Put an apostrophe before what a spreadsheet would run."""
    risky = cell[:1] in _FORMULA or (cell[:1] == "'" and cell[1:2] in _FORMULA | {"'"})
    return f"'{cell}" if risky else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:2] in _FORMULA | {"'"} else cell
