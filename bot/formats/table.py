"""A table: rows of cells that become entries, whatever file they come from."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.errors import Code, GlossaryError
from bot.formats.columns import Columns, Row, column_names, header_index, understand
from bot.formats.fields import Field, Role, target_of
from bot.formats.reader import Options, Reading, Skipped
from bot.formats.record import Record, distinct
from bot.glossary.entry import Entry
from bot.glossary.folding import fold

_LONGEST_PREFIX = 40  # characters of the category in "Marketing: CPC"


@dataclass(frozen=True, slots=True)
class Table:
    """A named table: rows are cited by ``file``; ``sheet`` tells several tables of it apart."""

    file: str
    rows: tuple[Row, ...]
    sheet: str = ""

    @property
    def name(self) -> str:
        """The file, and the sheet if there are several."""
        return f"{self.file} [{self.sheet}]" if self.sheet else self.file


def read_tables(tables: Sequence[Table], options: Options) -> Reading:
    """Turn tables into entries.

    Raises:
        GlossaryError: the owner names a column or a field that there is not, or no table has
            columns that name and explain concepts.
    """
    _check_told(tables, options.columns)
    understood = [(table, understand(table.rows, options.columns)) for table in tables]
    usable = [(table, columns) for table, columns in understood if columns.usable]
    if not usable:
        largest = max(tables, key=lambda table: len(table.rows))
        names = _shown(_names(largest, options.columns))
        raise GlossaryError(Code.G053, file=largest.name, columns=names)
    entries: list[Entry] = []
    skipped: list[Skipped] = []
    notes: list[str] = []
    for table, columns in understood:
        if not columns.usable:
            reason = "no column holds terms, or none holds definitions"
            skipped.append(Skipped(table.file, 1, f"{table.name}: {reason}"))
            continue
        notes.extend(columns.notes(table.name))
        for record in _records(table, columns, options.language):
            entry = record.entry()
            if isinstance(entry, Entry):
                entries.append(entry)
            else:
                skipped.append(record.skipped(entry))
    return Reading(distinct(entries), tuple(skipped), tuple(notes))


def _check_told(tables: Sequence[Table], told: Mapping[str, str]) -> None:
    if not told:
        return
    columns = list(dict.fromkeys(name for table in tables for name in _names(table, told)))
    width = max((len(row.cells) for table in tables for row in table.rows), default=0)
    file = tables[0].file if tables else "?"
    for name, target in told.items():
        if name not in columns and name not in map(str, range(1, width + 1)):
            near = difflib.get_close_matches(name, columns, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise GlossaryError(
                Code.G051, file=file, found=name, columns=_shown(columns), hint=hint
            )
        if target_of(target) is None:
            fields = ", ".join(role.value for role in Role)
            raise GlossaryError(Code.G052, file=file, name=name, found=target, fields=fields)


def _names(table: Table, told: Mapping[str, str]) -> list[str]:
    """Return what columns can be called: as the header does, or else the first row."""
    width = max((len(row.cells) for row in table.rows), default=0)
    return column_names(table.rows, header_index(table.rows, told) or 0, width)


def _shown(names: Sequence[str]) -> str:
    return ", ".join(name[:40] for name in names[:50]) or "none"


def _records(table: Table, columns: Columns, language: str) -> Iterator[Record]:
    body = table.rows[columns.first :]
    categories = _categories(body, columns)
    for row in body:
        if _is_rule(row.cells):
            continue
        record = Record(table.file, row.line, language)
        for column in columns.all:
            value = row.cell(column.index)
            if column.field.role is Role.TERM:
                value = _without_category(record, value, categories)
            record.add(column.field, value, column.name)
        yield record


def _is_rule(cells: Iterable[str]) -> bool:
    """Tell whether a row is the line of dashes below the header of a table drawn with pipes."""
    return all(not cell.strip(":-") for cell in cells) and any("--" in cell for cell in cells)


def _categories(body: Sequence[Row], columns: Columns) -> set[str]:
    """Return the folded categories that stand before terms: "Marketing" of "Marketing: CPC".

    They are categories if most terms have one, or if one stands before several terms; where a
    column holds the subject, only its values are.
    """
    terms = [c.index for c in columns.all if c.field.role is Role.TERM]
    subjects = [c.index for c in columns.all if c.field.role is Role.SUBJECT]
    if subjects:
        return {fold(row.cell(i)[:_LONGEST_PREFIX]) for row in body for i in subjects} - {""}
    titles = [row.cell(i) for row in body for i in terms if row.cell(i)]
    found = Counter(prefix for title in titles if (prefix := _prefix(title)))
    if titles and 2 * found.total() >= len(titles):
        return set(found)
    return {prefix for prefix, count in found.items() if count > 1}


def _prefix(title: str) -> str:
    category, colon, rest = title[: 4 * _LONGEST_PREFIX].partition(": ")
    fits = colon and rest.strip() and len(category) <= _LONGEST_PREFIX
    return fold(category.strip()) if fits else ""


def _without_category(record: Record, title: str, categories: set[str]) -> str:
    prefix = _prefix(title)
    if not prefix or prefix not in categories:
        return title
    category, _, term = title.partition(": ")
    if not record.first(Role.SUBJECT):
        record.add(Field(Role.SUBJECT), category, "category")
    return term
