"""Workbooks become entries; what would harm is refused."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Callable, Mapping

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Code, GlossaryError
from bot.formats import xlsx
from bot.formats.reader import Options, Reading, Source
from bot.formats.xlsx import Spreadsheet

XLSX = Spreadsheet()
Sheets = Mapping[str, list[list[object]]]
TERMS: list[list[object]] = [["Term", "Definition"], ["moon", "It shines."]]


def workbook(sheets: Sheets, change: Callable[[openpyxl.Workbook], object] | None = None) -> bytes:
    """Return a workbook with these sheets."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    if change:
        change(book)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def patched(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """Return the workbook with one of its parts changed."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as whole,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as other,
    ):
        for name in whole.namelist():
            text = whole.read(name)
            if name == part:
                assert old in text
                text = text.replace(old, new, 1)
            other.writestr(name, text)
    return made.getvalue()


def read(data: bytes, columns: Mapping[str, str] | None = None) -> Reading:
    """Read one file."""
    return XLSX.read([Source("t.xlsx", data)], Options(columns=columns or {}))


def refused(data: bytes) -> GlossaryError:
    """Return the error with which a file is refused."""
    with pytest.raises(GlossaryError) as caught:
        read(data)
    return caught.value


def test_sheets_are_joined_and_those_without_terms_are_told() -> None:
    found = read(
        workbook(
            {
                "Read me": [["Our glossary, made by the office"]],
                "A-M": [["All terms"], [], *TERMS],
                "N-Z": [["Begriff", "Bedeutung"], ["Sonne", "Sie brennt."], ["Stern", None]],
                "Old": TERMS,
            },
            lambda book: setattr(book["Old"], "sheet_state", "hidden"),
        )
    )
    spans = {e.id: e.text("en").definition.span for e in found.entries}
    assert {name: (s.file, s.line) for name, s in spans.items()} == {
        "moon": ("t.xlsx", 4),
        "sonne": ("t.xlsx", 2),
    }
    assert [s.reason for s in found.skipped] == [
        "the sheet 'Old' is hidden",
        "t.xlsx [Read me]: no column holds terms, or none holds definitions",
        "it has no definition",
    ]
    assert "t.xlsx [A-M]: column 'Term' holds: term (by its name; header: line 3)" in found.notes


def test_values_are_texts_as_they_are_shown() -> None:
    head = ["Term", "Definition", "Number", "Share", "Day", "Time", "Fine", "Sum", "Fault"]
    day = datetime.datetime(2026, 1, 2)
    row = ["moon", "a\nb", 3.0, 0.5, day, day.replace(hour=3), True, "=1+1", "#N/A"]
    (entry,) = read(workbook({"A": [head, row]})).entries
    assert entry.text("en").definition.text == "a\nb"
    assert entry.extra == {
        "Number": "3", "Share": "0.5", "Day": "2026-01-02", "Time": "2026-01-02T03:00:00",
        "Fine": "True",
    }  # fmt: skip


def test_formulas_are_what_they_were_last_shown_as() -> None:
    data = workbook({"A": [["Term", "Definition", "Sum"], ["moon", "It shines.", "=1+1"]]})
    data = patched(data, "xl/worksheets/sheet1.xml", b"<v></v>", b"<v>7</v>") if (
        b"<v></v>" in zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")
    ) else patched(data, "xl/worksheets/sheet1.xml", b"<v />", b"<v>7</v>")  # fmt: skip
    assert read(data).entries[0].extra == {"Sum": "7"}


def test_columns_can_be_told() -> None:
    data = workbook({"A": [["x", "y"], ["moon", "It shines."]], "B": [["z"], ["w"]]})
    assert read(data, {"x": "term", "y": "definition"}).entries[0].id == "moon"
    with pytest.raises(GlossaryError, match=r"The columns are: .*x, y"):
        read(data, {"q": "term"})
    assert refused(data).code is Code.G053


def test_claims_by_content() -> None:
    data = workbook({"A": TERMS})
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("a.md", "x")
    assert XLSX.claim(Source("x", data)) >= 0.9
    assert XLSX.claim(Source("x.zip", other.getvalue())) == 0
    assert XLSX.claim(Source("x.csv", b"a,b")) == 0
    assert XLSX.claim(Source("x.xls", b"\xd0\xcf\x11\xe0")) == 0.5


# ---- what harms


def test_an_archive_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = workbook({"A": [["Term", "Definition"], ["moon", "x" * 30_000]] * 40})
    assert read(data)
    monkeypatch.setattr(xlsx, "LARGEST_FILE", 5_000)
    assert refused(data).code is Code.G021


@pytest.mark.parametrize("bound", ["_MOST_CELLS", "_MOST_CHARACTERS"])
def test_cells_and_characters_have_bounds(bound: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = workbook({"A": [["Term", "Definition"], *[["moon", "It shines."]] * 50]})
    monkeypatch.setattr(xlsx, bound, 100)
    assert refused(data).code is Code.G021


def test_a_bomb_of_parts_is_refused() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for number in range(2_500):
            archive.writestr(f"xl/{number}", "")
    assert refused(made.getvalue()).code is Code.G022


def test_a_cell_at_the_far_end_costs_nothing() -> None:
    data = workbook({"A": TERMS})
    far = b'<row r="999999999999"><c r="XFD999999999999"><v>1</v></c></row></sheetData>'
    found = read(patched(data, "xl/worksheets/sheet1.xml", b"</sheetData>", far))
    assert len(found.entries) == 1


def test_entities_are_refused() -> None:
    data = workbook({"A": TERMS})
    entity = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><worksheet '
    error = refused(patched(data, "xl/worksheets/sheet1.xml", b"<worksheet ", entity))
    assert error.code is Code.G022
    assert "etc" not in str(error)


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04", b"PK\x03\x04" + b"x" * 99, b"\xd0\xcf\x11\xe0old", b"Term,Definition"],
)
def test_what_is_no_workbook_is_refused(data: bytes) -> None:
    assert refused(data).code is Code.G022


# ---- anything


def harmless(data: bytes) -> None:
    """Check that a file is read or refused with a message of ours."""
    assert 0 <= XLSX.claim(Source("t.xlsx", data)) <= 1
    try:
        reading = read(data)
    except GlossaryError as error:
        assert error.code in (Code.G021, Code.G022, Code.G053)  # noqa: PT017
        return
    assert all(entry.id and entry.terms and entry.texts for entry in reading.entries)


@given(st.binary(max_size=100))
def test_any_bytes(data: bytes) -> None:
    harmless(data)
    harmless(b"PK\x03\x04" + data)


WHOLE = workbook({"A": TERMS, "B": TERMS})
PARTS = tuple(
    name
    for name in zipfile.ZipFile(io.BytesIO(WHOLE)).namelist()
    if not name.startswith("docProps")
)


@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), max_size=4))
def test_any_damage_to_the_archive(changes: list[tuple[int, int]]) -> None:
    data = bytearray(WHOLE)
    for place, byte in changes:
        data[place] = byte
    harmless(bytes(data))


@given(
    st.sampled_from(PARTS),
    st.integers(0, 2000),
    st.integers(0, 30),
    st.sampled_from((b"", b"<", b"9" * 30, b"&x;", b'"', b"-1", b"\xff", b"<row>", b"A" * 30)),
)
def test_any_damage_to_a_part(part: str, place: int, length: int, new: bytes) -> None:
    text = zipfile.ZipFile(io.BytesIO(WHOLE)).read(part)
    place = min(place, len(text) - 1)
    broken = text[:place] + new + text[place + length :]
    harmless(patched(WHOLE, part, text, broken))
