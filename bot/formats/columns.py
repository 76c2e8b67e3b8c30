"""The columns of a table, understood: which row names them, and what each one holds."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.formats.fields import Field, Role, field_of, target_of
from bot.formats.record import is_abbreviation, spells

_HEADER_WITHIN = 15  # rows; above the header there may be a title and remarks
_LONGEST_HEADER = 40  # characters
_SAMPLE = 500  # rows that are looked at to tell what a column holds
_TEXT_WORDS = 5  # the usual length from which on a value is a text and not a name
_UNKNOWN = "not understood, so kept as it is"
_EMPTY = "empty"
_FEWEST_WORDS = 3  # of what is taken for definitions though no name says so
_NAMING = (Role.TERM, Role.ABBREVIATION, Role.EXPANSION)


@dataclass(frozen=True, slots=True)
class Row:
    """Cells of one row, stripped; ``line`` is where it starts, counted from 1."""

    line: int
    cells: tuple[str, ...]

    def cell(self, index: int) -> str:
        """Return a cell; rows that are too short end in empty ones."""
        return self.cells[index] if index < len(self.cells) else ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, what it holds, and how that was told."""

    index: int
    name: str
    field: Field
    told: str


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns of a table hold.

    ``first`` is the index of the first row with content, ``line`` that of the header or 0.
    """

    all: tuple[Column, ...]
    first: int
    line: int

    @property
    def usable(self) -> bool:
        """Whether entries can be made: something names the concept, something explains it."""
        roles = {column.field.role for column in self.all}
        return bool(roles & set(_NAMING)) and bool(roles & {Role.DEFINITION, Role.EXPANSION})

    def notes(self, table: str) -> tuple[str, ...]:
        """Return one line per column on what it was taken for."""
        header = f"line {self.line}" if self.line else "none"
        return tuple(
            f"{table}: column {c.name!r} holds: {c.field} ({c.told}; header: {header})"
            for c in self.all
            if c.told != _EMPTY
        )


def understand(rows: Sequence[Row], told: Mapping[str, str]) -> Columns:
    """Tell what the columns of a table hold.

    Args:
        rows: all rows, blank ones left out.
        told: what the owner says, column name to field; columns that are not there are passed over.
    """
    width = max((len(row.cells) for row in rows[:_SAMPLE]), default=0)
    header = header_index(rows, told)
    names = column_names(rows, header, width)
    body = rows[0 if header is None else header + 1 :][:_SAMPLE]
    shapes = [_Shape.of([row.cell(i) for row in body]) for i in range(width)]
    columns = [
        _by_name(i, name, shapes[i], told, header is not None) for i, name in enumerate(names)
    ]
    columns = _by_content(columns, shapes)
    columns = _full_forms(_once(columns), body)
    first = 0 if header is None else header + 1
    return Columns(tuple(columns), first, 0 if header is None else rows[header].line)


def header_index(rows: Sequence[Row], told: Mapping[str, str]) -> int | None:
    """Return which row names the columns, or None if none does."""
    best, most = None, 0
    for index, row in enumerate(rows[:_HEADER_WITHIN]):
        filled = [cell for cell in row.cells if cell]
        known = [f for f in map(field_of, filled) if f]
        count = len(known) + 2 * len(told.keys() & set(filled))
        naming = any(f.role in (*_NAMING, Role.DEFINITION) for f in known)
        enough = count >= 2 or (count == 1 and len(filled) <= 2 and index == 0)
        if enough and (naming or told) and count > most and _are_names(filled):
            best, most = index, count
    return best if best is not None else _unknown_header(rows)


def column_names(rows: Sequence[Row], header: int | None, width: int) -> list[str]:
    """Return a name for every column; ``column 3`` for one without."""
    cells = rows[header].cells if rows and header is not None else ()
    names: list[str] = []
    for index in range(width):
        name = (cells[index] if index < len(cells) else "") or f"column {index + 1}"
        names.append(name if name not in names else f"{name} (column {index + 1})")
    return names


def _are_names(cells: Sequence[str]) -> bool:
    short = all(len(cell) <= _LONGEST_HEADER and not cell.endswith(".") for cell in cells)
    return len(cells) >= 2 and short


def _unknown_header(rows: Sequence[Row]) -> int | None:
    """Return 0 if the first row is much shorter than what stands below it in the longest column."""
    if len(rows) < 3 or not _are_names([cell for cell in rows[0].cells if cell]):
        return None
    if len([cell for cell in rows[0].cells if cell]) < len(rows[0].cells):
        return None
    for index, name in enumerate(rows[0].cells):
        below = [len(row.cell(index)) for row in rows[1:_SAMPLE] if row.cell(index)]
        if below and statistics.median(below) >= 40 and 3 * len(name) < min(below):
            return 0
    return None


@dataclass(frozen=True, slots=True)
class _Shape:
    """What the cells of a column look like."""

    filled: float
    distinct: float
    words: float
    capitals: float
    naming: float  # share of what can be a name: it has letters, and is no address

    @staticmethod
    def of(cells: Sequence[str]) -> _Shape:
        values = [cell for cell in cells if cell]
        if not values:
            return _Shape(0, 0, 0, 0, 0)
        return _Shape(
            filled=len(values) / len(cells),
            distinct=len(set(values)) / len(values),
            words=statistics.median(len(value.split()) for value in values),
            capitals=sum(map(is_abbreviation, values)) / len(values),
            naming=sum(map(_can_name, values)) / len(values),
        )


def _can_name(value: str) -> bool:
    return any(map(str.isalpha, value)) and "://" not in value and "@" not in value


def _by_name(index: int, name: str, shape: _Shape, told: Mapping[str, str], named: bool) -> Column:
    for key in (name, str(index + 1)):
        if key in told:
            return Column(index, name, target_of(told[key]) or Field(Role.EXTRA), "as told")
    found = field_of(name) if named else None
    if found is None:
        nothing = not shape.filled and name == f"column {index + 1}"
        return Column(index, name, Field(Role.EXTRA), _EMPTY if nothing else _UNKNOWN)
    if found.bare and shape.words >= _TEXT_WORDS:  # a column "German" with texts in it
        found = replace(found, role=Role.DEFINITION)
    return Column(index, name, found, "by its name")


def _by_content(columns: list[Column], shapes: Sequence[_Shape]) -> list[Column]:
    """Fill the roles that no name tells: short and different is a term, long is a definition."""
    free = [c.index for c in columns if c.told == _UNKNOWN and shapes[c.index].filled >= 0.5]
    roles = {column.field.role for column in columns}
    chosen: dict[int, Role] = {}
    if not roles & {Role.DEFINITION, Role.EXPANSION} and free:
        longest = max(free, key=lambda i: shapes[i].words)
        rest = [i for i in free if i != longest] or roles & set(_NAMING)
        if rest and shapes[longest].words >= _FEWEST_WORDS:
            chosen[longest] = Role.DEFINITION
    if not roles & set(_NAMING):
        names = [i for i in free if i not in chosen and shapes[i].distinct >= 0.7]
        names = [i for i in names if shapes[i].naming >= 0.7]
        short = [i for i in names if shapes[i].words <= _TEXT_WORDS]
        capitals = [i for i in short if shapes[i].capitals >= 0.6]
        plain = [i for i in short if i not in capitals]
        if plain:
            chosen[plain[0]] = Role.TERM
        if capitals:
            chosen[capitals[0]] = Role.ABBREVIATION if plain else Role.TERM
    return [
        replace(c, field=Field(chosen[c.index]), told="by its content") if c.index in chosen else c
        for c in columns
    ]


def _once(columns: list[Column]) -> list[Column]:
    """Give a second column of one role a role of its own: a synonym, a section, an extra."""
    found = list(columns)
    for role in (Role.TERM, Role.DEFINITION):
        for language in {c.field.language for c in found if c.field.role is role}:
            same = [c for c in found if c.field.role is role and c.field.language == language]
            same.sort(key=lambda c: (c.told == "by its name", c.field.rank, c.index))
            for column in same[1:]:
                found[column.index] = replace(column, field=_second(column))
    return found


def _second(column: Column) -> Field:
    if column.field.role is Role.TERM:
        return replace(column.field, role=Role.SYNONYMS)
    return replace(column.field, role=Role.SECTION, heading=column.name)


def _full_forms(columns: list[Column], body: Sequence[Row]) -> list[Column]:
    """See a "meaning" that only spells abbreviations out as the full form that it is."""
    roles = {c.field.role for c in columns}
    text = next((c for c in columns if c.field.role is Role.DEFINITION), None)
    name = next((c for c in columns if c.field.role in (Role.TERM, Role.ABBREVIATION)), None)
    if not text or not name or Role.EXPANSION in roles or text.told == "as told":
        return columns
    if {Role.TERM, Role.ABBREVIATION} <= roles:
        return columns
    pairs = [(row.cell(name.index), row.cell(text.index)) for row in body]
    pairs = [(short, full) for short, full in pairs if short and full]
    spelt = sum(is_abbreviation(short) and spells(short, full) for short, full in pairs)
    if not pairs or spelt < 0.6 * len(pairs):
        return columns
    found = list(columns)
    found[text.index] = replace(text, field=replace(text.field, role=Role.EXPANSION))
    return found
