"""Delimited text: CSV, the semicolons of a German Excel, tabs, and pipes."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.errors import Code, GlossaryError
from bot.formats.clean_text import clean
from bot.formats.columns import Row
from bot.formats.decoded import beginning, decoded
from bot.formats.entry_columns import from_rows, is_header, to_rows
from bot.formats.fields import Role, field_of
from bot.formats.reader import Options, Reading, Source
from bot.formats.table import Table, read_tables
from bot.glossary.entry import Entry

LARGEST_FILE = 100_000_000  # bytes
_MOST_COLUMNS = 1_000
_MOST_ROWS = 1_000_000
_SAMPLE = 65_536  # characters
_DELIMITERS = ",;\t|"
_SEP = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)  # a first line that Excel understands
_END = "termwise: end"


@dataclass(frozen=True, slots=True)
class _Dialect:
    delimiter: str
    known: int  # cells of a row at the top that name fields
    even: float  # share of rows with the usual width
    width: int

    @property
    def rank(self) -> tuple[int, float, int]:
        return (self.known, round(self.even, 2), self.width)


class Delimited:
    """Reads tables of delimited text, and writes CSV that reads back to the same entries.

    Written cells that a spreadsheet would run as a formula (they begin with ``=``, ``+``, ``-``,
    ``@``, a tab or a line end) get an apostrophe in front, which reading takes away again.
    """

    @property
    def name(self) -> str:
        """The name of the format."""
        return "csv"

    def claim(self, source: Source) -> float:
        """Return how surely a file is a table, by its first rows."""
        text = beginning(source)
        if text.lstrip()[:1] in ("", "<", "{", "["):
            return 0.0
        dialect = _dialect(text)
        named = source.name.lower().endswith((".csv", ".tsv", ".tab", ".psv"))
        if dialect.known >= 2 and dialect.width >= 2:
            return 0.95 if named else 0.9 * dialect.even
        if dialect.width >= 2 and dialect.even >= 0.8:
            return 0.7 if named else 0.3
        return 0.4 if named else 0.0

    def read(self, sources: Sequence[Source], options: Options) -> Reading:
        """Read tables, each row an entry.

        Raises:
            GlossaryError: a file is damaged, oversized or has no columns that name and explain
                concepts, or the options name a column or field that there is not.
        """
        own: list[Reading] = []
        tables: list[Table] = []
        notes: list[str] = []
        for source in sources:
            table, note = _table(source)
            if table.rows and is_header(table.rows[0].cells):
                own.append(from_rows(table.file, table.rows))
                continue
            tables.append(_stripped(table))
            notes.append(note)
        if tables or not own:
            own.append(read_tables(tables, options))
        return Reading(
            tuple(entry for reading in own for entry in reading.entries),
            tuple(skipped for reading in own for skipped in reading.skipped),
            (*notes, *(note for reading in own for note in reading.notes)),
        )

    def write(self, entries: Sequence[Entry]) -> bytes:
        """Return entries as CSV in UTF-8 with a byte order mark, as Excel wants it."""
        made = io.StringIO()
        writer = csv.writer(made, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
        writer.writerows(to_rows(entries))
        return made.getvalue().encode("utf-8-sig", "replace")


def _table(source: Source) -> tuple[Table, str]:
    """Return the table of a file, and a line on how it was read."""
    if len(source.data) > LARGEST_FILE:
        raise GlossaryError(
            Code.G021, file=source.name, size=len(source.data), limit=LARGEST_FILE, format="CSV"
        )
    text, encoding = decoded(source)
    dialect = _dialect(text[:_SAMPLE])
    rows = tuple(_rows(source.name, text, dialect.delimiter))
    named = {"\t": "tabs", "|": "pipes"}.get(dialect.delimiter, repr(dialect.delimiter))
    return Table(source.name, rows), f"{source.name}: read as {encoding}, parted by {named}"


def _stripped(table: Table) -> Table:
    rows = (Row(row.line, tuple(clean(c).strip() for c in row.cells)) for row in table.rows)
    return Table(table.file, tuple(row for row in rows if any(row.cells)))


def _dialect(sample: str) -> _Dialect:
    told = _SEP.match(sample)
    tried = [_tried(sample, delimiter) for delimiter in ([told[1]] if told else _DELIMITERS)]
    return max(tried, key=lambda dialect: dialect.rank)


def _tried(sample: str, delimiter: str) -> _Dialect:
    lines = io.StringIO(sample, newline="")
    try:
        rows = list(itertools.islice(filter(any, csv.reader(lines, delimiter=delimiter)), 200))
    except (csv.Error, ValueError):
        return _Dialect(",", 0, 0, 0)
    if len(sample) >= _SAMPLE and 1 < len(rows) < 200:
        rows = rows[:-1]  # cut short
    known = max((_known(row) for row in rows[:10]), default=0)
    widths = Counter(len(row) for row in rows if len(row) > 1)
    width, count = max(widths.items(), key=lambda pair: pair[::-1], default=(0, 0))
    return _Dialect(delimiter, known if known > 1 else 0, count / len(rows) if rows else 0, width)


def _known(row: Sequence[str]) -> int:
    """Return how many cells name fields, if one names concepts or explains them."""
    fields = [field for cell in row if (field := field_of(cell))]
    naming = {Role.TERM, Role.ABBREVIATION, Role.EXPANSION, Role.DEFINITION}
    return len(fields) if any(field.role in naming for field in fields) else 0


def _rows(file: str, text: str, delimiter: str) -> Iterator[Row]:
    """Yield all rows that are not blank, with the line that each begins on.

    Where tabs or pipes part the cells, a quote that is not closed is an ordinary character.
    """
    told = _SEP.match(text)
    if told:
        text = text[told.end() :]
    literal = delimiter in "\t|" and not _well_quoted(text, delimiter)
    lines = itertools.chain(io.StringIO(text, newline=""), [] if literal else ["\n", _END])
    reader = csv.reader(
        lines, delimiter=delimiter, quoting=csv.QUOTE_NONE if literal else csv.QUOTE_MINIMAL
    )
    skipped = 1 if told else 0
    start, last, count = 1 + skipped, Row(1, ()), 0
    try:
        for cells in reader:
            last = Row(start, tuple(cells))
            if cells != [_END] and any(cells):
                count += 1
                _check_size(last, count)
                yield last
            start = reader.line_num + 1 + skipped
    except (csv.Error, ValueError) as error:
        raise _damaged(file, start, str(error)) from None
    if not literal and last.cells != (_END,):
        raise _damaged(file, last.line, "a quote that opens in this row is never closed")


def _check_size(row: Row, number: int) -> None:
    """Raise an error if a table is wider or longer than any glossary."""
    if len(row.cells) > _MOST_COLUMNS:
        raise ValueError(f"a row has {len(row.cells)} cells, more than {_MOST_COLUMNS}")
    if number > _MOST_ROWS:
        raise ValueError(f"there are more than {_MOST_ROWS} rows")


def _damaged(file: str, line: int, problem: str) -> GlossaryError:
    return GlossaryError(Code.G022, file=file, line=line, format="CSV", problem=problem)


def _well_quoted(text: str, delimiter: str) -> bool:
    lines = io.StringIO(text, newline="")
    try:
        for _ in csv.reader(lines, delimiter=delimiter, strict=True):
            pass
    except (csv.Error, ValueError):
        return False
    return True
