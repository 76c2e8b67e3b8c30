"""Spreadsheets: the sheets of an XLSX workbook, read as tables."""

from __future__ import annotations

import datetime
import io
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from bot.errors import Code, GlossaryError
from bot.formats.clean_text import clean
from bot.formats.columns import Row
from bot.formats.reader import Options, Reading, Skipped, Source
from bot.formats.table import Table, read_tables

if TYPE_CHECKING:
    from openpyxl import Workbook

LARGEST_FILE = 100_000_000  # bytes, packed or not
_MOST_PARTS = 2_000  # files in the archive
_MOST_ROWS = 1_048_576  # of a sheet, as in the format
_MOST_COLUMNS = 256
_MOST_CELLS = 5_000_000  # of a workbook, empty ones of a row included
_MOST_CHARACTERS = 200_000_000  # of all cells; one text may be referred to many times
_ARCHIVE = b"PK\x03\x04"
_OLD = b"\xd0\xcf\x11\xe0"  # Excel before 2007, or a workbook with a password
_FAULTS = {"#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!"}


class Spreadsheet:
    """Reads XLSX. Formulas are not evaluated: cells hold what the spreadsheet last showed."""

    @property
    def name(self) -> str:
        """The name of the format."""
        return "xlsx"

    def claim(self, source: Source) -> float:
        """Return how surely a file is a workbook, by what its archive holds."""
        named = source.name.lower().endswith((".xlsx", ".xlsm"))
        if source.data.startswith(_OLD):
            return 0.5 if source.name.lower().endswith((".xlsx", ".xlsm", ".xls")) else 0.0
        if not source.data.startswith(_ARCHIVE):
            return 0.3 if named else 0.0
        try:
            with zipfile.ZipFile(io.BytesIO(source.data)) as archive:
                return 0.95 if "xl/workbook.xml" in archive.namelist() else 0.0
        except Exception:  # whatever a damaged archive makes zipfile raise
            return 0.3 if named else 0.0

    def read(self, sources: Sequence[Source], options: Options) -> Reading:
        """Read all sheets that are not hidden, each row an entry.

        Raises:
            GlossaryError: a file is damaged, oversized or has no columns that name and explain
                concepts, or the options name a column or field that there is not.
        """
        tables: list[Table] = []
        skipped: list[Skipped] = []
        for source in sources:
            _check(source)
            found, hidden = _tables(source)
            tables += found
            skipped += hidden
        reading = read_tables(tables, options)
        return Reading(reading.entries, (*skipped, *reading.skipped), reading.notes)


def _check(source: Source) -> None:
    """Refuse what is no archive, or would unpack to more than is read."""
    if source.data.startswith(_OLD):
        raise _damaged(source.name, "it is of an old format or has a password; save it as .xlsx")
    try:
        with zipfile.ZipFile(io.BytesIO(source.data)) as archive:
            parts = archive.infolist()
    except Exception as error:  # whatever a damaged archive makes zipfile raise
        raise _damaged(source.name, _one_line(error)) from None
    size = max(len(source.data), sum(part.file_size for part in parts))
    if size > LARGEST_FILE:
        raise _large(source.name, size)
    if len(parts) > _MOST_PARTS:
        raise _damaged(source.name, f"the archive has {len(parts)} parts")


def _tables(source: Source) -> tuple[list[Table], list[Skipped]]:
    """Return a table per sheet with content, and the sheets that are hidden."""
    tables, skipped, cells, characters = [], [], 0, 0
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of parts that it passes over
            workbook = _opened(source.data)
            for sheet in workbook.worksheets:
                if sheet.sheet_state != "visible":
                    skipped.append(Skipped(source.name, 1, f"the sheet {sheet.title!r} is hidden"))
                    continue
                rows = []
                for row, width in _rows(sheet):
                    cells += width
                    characters += sum(map(len, row.cells))
                    if cells > _MOST_CELLS or characters > _MOST_CHARACTERS:
                        raise _large(source.name, max(cells, characters))
                    if row.cells:
                        rows.append(row)
                tables.append(Table(source.name, tuple(rows), str(sheet.title)))
    except GlossaryError:
        raise
    except Exception as error:  # openpyxl raises whatever the damaged part makes it stumble over
        raise _damaged(source.name, _one_line(error)) from None
    filled = [table for table in tables if table.rows]
    return filled or tables[:1] or [Table(source.name, ())], skipped


def _opened(data: bytes) -> Workbook:
    import openpyxl

    return openpyxl.load_workbook(
        io.BytesIO(data), read_only=True, data_only=True, keep_links=False
    )


def _rows(sheet: object) -> Iterator[tuple[Row, int]]:
    """Yield the rows of a sheet, without empty cells at their end, and their stored width."""
    sheet.reset_dimensions()  # type: ignore[attr-defined]  # what the sheet says of its size
    rows = sheet.iter_rows(  # type: ignore[attr-defined]
        max_row=_MOST_ROWS, max_col=_MOST_COLUMNS, values_only=True
    )
    for line, values in enumerate(rows, start=1):
        if values.count(None) == len(values):
            continue
        width = next((n for n in range(len(values), 0, -1) if values[n - 1] is not None), 0)
        cells = tuple(_text(value) for value in values[:width])
        yield Row(line, cells if any(cells) else ()), width + 1


def _text(value: object) -> str:
    """Return the value of a cell as text."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    text = str(value).strip()
    return "" if text in _FAULTS else clean(text)


def _one_line(error: Exception) -> str:
    """Return what a library says, without the paths and lines that it may add."""
    said = " ".join(str(error).split())[:120] or type(error).__name__
    return said if "/" not in said or "xl/" in said else type(error).__name__


def _damaged(file: str, problem: str) -> GlossaryError:
    return GlossaryError(Code.G022, file=file, line=1, format="XLSX", problem=problem.rstrip("."))


def _large(file: str, size: int) -> GlossaryError:
    return GlossaryError(Code.G021, file=file, size=size, limit=LARGEST_FILE, format="XLSX")
