"""Tables of delimited text become entries; what is exported comes back as it was."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.errors import Code, GlossaryError
from bot.formats import delimited
from bot.formats.delimited import Delimited
from bot.formats.entry_columns import from_rows, to_rows
from bot.formats.fields import Field, Role, field_of, language_code, target_of
from bot.formats.reader import Options, Reading, Source
from bot.formats.record import is_abbreviation, listed, spells
from bot.glossary.entry import Entry
from bot.glossary.glossary import Glossary
from bot.glossary.section import SectionKind
from bot.glossary.term import Status
from tests.exports import clean_entries, without_spans
from tests.strategies import unicode_text

CSV = Delimited()
S = Status


def read(data: str | bytes, columns: Mapping[str, str] | None = None) -> Reading:
    """Read one file."""
    data = data.encode() if isinstance(data, str) else data
    return CSV.read([Source("t.csv", data)], Options(columns=columns or {}))


def one(data: str | bytes, columns: Mapping[str, str] | None = None) -> Entry:
    """Return the only entry of a file."""
    (entry,) = read(data, columns).entries
    return entry


def terms(entry: Entry) -> list[tuple[str, str, Status, str | None]]:
    """Return the terms as tuples."""
    return [(t.text, t.language, t.status, t.expansion) for t in entry.terms]


def refused(data: str | bytes, columns: Mapping[str, str] | None = None) -> GlossaryError:
    """Return the error with which a file is refused."""
    with pytest.raises(GlossaryError) as caught:
        read(data, columns)
    return caught.value


# ---- what a file is


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_delimiter_encoding_and_line_end(delimiter: str, encoding: str, end: str) -> None:
    rows = [["Begriff", "Bedeutung"], ["Größe", "Eine Angabe: breit, hoch; lang"], ["Maß", "x | y"]]
    made = io.StringIO()
    csv.writer(made, delimiter=delimiter, lineterminator=end).writerows(rows)
    data = made.getvalue().encode(encoding)
    found = read(data)
    assert [e.terms[0].text for e in found.entries] == ["Größe", "Maß"]
    assert found.entries[0].text("en").definition.text == "Eine Angabe: breit, hoch; lang"
    assert CSV.claim(Source("t.csv", data)) >= 0.9
    assert ("cp1252" in found.notes[0]) == (encoding == "cp1252")


def test_the_line_is_that_where_a_row_starts() -> None:
    data = 'Term,Definition\r\n\r\n"a","one\r\ntwo\nthree"\r\nb,"x ""y"""\r\nc,\r\n,z\r\n'
    found = read(data)
    spans = [e.text("en").definition.span for e in found.entries]
    assert [(s.file, s.line) for s in spans] == [("t.csv", 3), ("t.csv", 6)]
    assert found.entries[1].text("en").definition.text == 'x "y"'
    assert [(s.file, s.line, s.reason) for s in found.skipped] == [
        ("t.csv", 7, "it has no definition"),
        ("t.csv", 8, "it has no term"),
    ]


def test_excel_may_say_what_the_delimiter_is() -> None:
    found = read("sep=;\r\nTerm;Definition\r\na;x, y, z\r\n")
    assert found.entries[0].text("en").definition.span.line == 3
    assert found.entries[0].text("en").definition.text == "x, y, z"


def test_a_quote_that_is_never_closed_is_told_with_its_line() -> None:
    error = refused('Term,Definition\na,b\nc,"d\ne,f\n')
    assert error.code is Code.G022
    assert error.facts["line"] == 3


def test_a_quote_among_tabs_is_a_character() -> None:
    data = 'Term\tDefinition\na\t"b" is a letter\nc\t"d\n'
    assert [e.text("en").definition.text for e in read(data).entries] == ['"b" is a letter', '"d']


def test_a_cell_of_megabytes_is_refused() -> None:
    assert refused("Term,Definition\na,b\nc," + "d" * 1_000_000).code is Code.G022


def test_rows_and_columns_have_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    error = refused("Term,Definition\na,b" + ",c" * 2_000)
    assert (error.code, error.facts["line"]) == (Code.G022, 2)
    monkeypatch.setattr(delimited, "_MOST_ROWS", 3)
    assert len(read("Term,Definition\na,b\n\nc,d\n").entries) == 2
    assert refused("Term,Definition\na,b\nc,d\ne,f\n").code is Code.G022


def test_a_table_drawn_with_pipes() -> None:
    found = read("| Term | Definition |\n|------|:----:|\n| moon | A thing. |\n")
    assert [(e.terms[0].text, e.text("en").definition.text) for e in found.entries] == [
        ("moon", "A thing.")
    ]
    assert len(found.notes) == 3


@pytest.mark.parametrize(
    "text",
    ["", "# moon\n\nA moon is round, and far.\n", '{"a": "b"}', "<p>a, b</p>", "\x00"],
)
def test_other_files_are_left_to_other_formats(text: str) -> None:
    assert CSV.claim(Source("x.md", text.encode())) <= 0.3


# ---- what columns hold


def test_columns_by_their_names_in_german() -> None:
    entry = one(
        "Nr;Begriff;Abkürzung;Synonyme;Beschreibung;Beispiel;Kategorie;Oberbegriff;Siehe auch;Wer\n"
        "7;Kosten pro Klick;CPC;Klickpreis | Klickkosten;Was ein Klick kostet.;10 Cent;Werbung;"
        "Preis;CPM, CTR;Max\n"
    )
    assert terms(entry) == [
        ("Kosten pro Klick", "en", S.PREFERRED, None),
        ("Klickpreis", "en", S.ADMITTED, None),
        ("Klickkosten", "en", S.ADMITTED, None),
        ("CPC", "en", S.ABBREVIATION, "Kosten pro Klick"),
    ]
    text = entry.text("en")
    assert text.definition.text == "Was ein Klick kostet."
    assert [(s.kind, s.heading, s.text) for s in text.sections] == [
        (SectionKind.EXAMPLES, "Beispiel", "10 Cent")
    ]
    assert (entry.subject, entry.broader, entry.related) == ("Werbung", ("Preis",), ("CPM", "CTR"))
    assert entry.extra == {"Nr": "7", "Wer": "Max"}


def test_languages_side_by_side() -> None:
    entry = one(
        "id,term_en,Begriff (DE),Definition (EN),definition_de,Notes EN,Hinweis (fr)\n"
        "m1,moon,Mond,It shines.,Er scheint.,Round.,Rond.\n"
    )
    assert entry.id == "m1"
    assert [t[:2] for t in terms(entry)] == [("moon", "en"), ("Mond", "de")]
    assert entry.texts["de"].definition.text == "Er scheint."
    assert [s.heading for s in entry.texts["en"].sections] == ["Notes"]
    assert entry.extra == {"Hinweis (fr)": "Rond."}


def test_a_column_named_by_a_language_holds_terms_or_texts() -> None:
    entry = one("English,Deutsch,Definition\nmoon,Mond,It shines.\n")
    assert [t[:2] for t in terms(entry)] == [("moon", "en"), ("Mond", "de")]
    entry = one(
        "Term,English,Deutsch\nmoon,It shines on us at night,Er scheint auf uns bei Nacht\n"
    )
    assert {code: t.definition.text for code, t in entry.texts.items()} == {
        "en": "It shines on us at night",
        "de": "Er scheint auf uns bei Nacht",
    }


def test_rows_of_one_id_in_several_languages_are_one_concept() -> None:
    entry = one("id,lang,term,definition\nm,en,moon,It shines.\nm,de-AT,Mond,Er scheint.\n")
    assert (list(entry.texts), len(entry.terms)) == (["en", "de"], 2)


def test_homonyms_stay_apart() -> None:
    found = read("term,definition\nbat,An animal.\nbat,A stick.\nBAT,A company.\n")
    assert [e.id for e in found.entries] == ["bat", "bat-2", "bat-3"]


@pytest.mark.parametrize(
    ("data", "first"),
    [
        ("Some glossary\n\nTerm,Definition\na b,It is.\n", 4),
        ("moon,The round white thing that shines in the night sky.\nsun,A star near us.\n", 1),
    ],
)
def test_a_header_may_come_late_or_not_at_all(data: str, first: int) -> None:
    assert read(data).entries[0].text("en").definition.span.line == first


def test_columns_without_known_names_are_told_by_content() -> None:
    found = read(
        "7,CPC,cost per click,What a click costs the one who advertises.\n"
        "8,CTR,click-through rate,Which share of the views of an advert is clicked.\n"
    )
    assert terms(found.entries[0])[1] == ("CPC", "en", S.ABBREVIATION, "cost per click")
    assert found.entries[0].extra == {"column 1": "7"}
    assert (
        "t.csv: column 'column 4' holds: definition (by its content; header: none)" in found.notes
    )


def test_a_header_that_is_not_understood_is_still_a_header() -> None:
    found = read(
        "Vokabel,So sagt man das\n"
        "Mond,Der runde weiße Körper am Himmel in der Nacht.\n"
        "Sonne,Der helle Stern in der Mitte der Bahnen von Erde und Mond.\n"
    )
    assert [e.terms[0].text for e in found.entries] == ["Mond", "Sonne"]


def test_the_owner_has_the_last_word() -> None:
    data = "Wort,Name,Was es heißt\nMond,Bob,Er scheint.\n"
    told = {"Wort": "term:de", "Name": "ignored", "3": "definition_de"}
    entry = one(data, told)
    assert terms(entry) == [("Mond", "de", S.PREFERRED, None)]
    assert entry.texts["de"].definition.text == "Er scheint."
    assert entry.extra == {}
    entry = one(
        data, {"Was es heißt": "section:How it works", "Name": "definition", "Wort": "term"}
    )
    assert entry.text("en").sections[0].kind is SectionKind.HOW


def test_a_mapping_to_nothing_is_refused_with_what_there_is() -> None:
    error = refused("Begriff,Bedeutung\na,b\n", {"Begrif": "term"})
    assert error.code is Code.G051
    assert "Did you mean 'Begriff'? The columns are: Begriff, Bedeutung." in str(error)
    assert refused("Begriff,Bedeutung\na,b\n", {"Begriff": "noun"}).code is Code.G052
    assert refused("A,B\n1,2\n").code is Code.G053
    assert refused("").code is Code.G053


def test_notes_say_how_columns_were_understood() -> None:
    found = read("Term,Owner\nx,y\n", {"Owner": "definition:de"})
    assert found.notes[1:] == (
        "t.csv: column 'Term' holds: term (by its name; header: line 1)",
        "t.csv: column 'Owner' holds: definition, de (as told; header: line 1)",
    )


# ---- what cells hold


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("key performance indicator (KPI)", ["key performance indicator", "KPI"]),
        ("KPI (key performance indicator)", ["key performance indicator", "KPI"]),
        ("Umsatzsteuer (USt)", ["Umsatzsteuer", "USt"]),
        ("Extensible Markup Language [XML]", ["Extensible Markup Language", "XML"]),
        ("cookie (HTTP)", ["cookie (HTTP)", "cookie"]),
        ("mercury (planet)", ["mercury (planet)", "mercury"]),
        ("asset(s)", ["asset(s)", "asset", "assets"]),
        ("f(x) = y", ["f(x) = y"]),
        ("colour; color", ["colour", "color"]),
        ("( )", ["( )"]),
    ],
)
def test_brackets_in_titles(title: str, expected: list[str]) -> None:
    entry = one(f'Term,Definition\n"{title}",It is.\n')
    assert [t.text for t in entry.terms] == expected
    short = [t for t in entry.terms if t.status is S.ABBREVIATION]
    assert all(t.expansion == expected[0] for t in short)
    assert bool(short) == (len(expected) == 2 and expected[1].upper()[:2] == expected[1][:2])


def test_categories_before_terms_are_subjects() -> None:
    found = read("Term,Definition\nMarketing: CPC,x\nMarketing: CTR,y\nSales: ARR,z\n")
    assert [(e.subject, e.terms[0].text) for e in found.entries] == [
        ("Marketing", "CPC"), ("Marketing", "CTR"), ("Sales", "ARR"),
    ]  # fmt: skip
    found = read("Term,Definition\nAlien: a film,x\nb,y\nc,z\n")
    assert found.entries[0].terms[0].text == "Alien: a film"


def test_acronyms_as_microsoft_exports_them() -> None:
    found = read(
        "Acronym,Expansion,Description,Source,State\n"
        "MOO,Modern Orbit Office,Where moons are run.,https://example.org,Published\n"
        "ZOO,Zero Orbit Office,,,Draft\n"
        "BOO,Big Orbit Office,,,Published\n"
    )
    assert terms(found.entries[0]) == [
        ("Modern Orbit Office", "en", S.PREFERRED, None),
        ("MOO", "en", S.ABBREVIATION, "Modern Orbit Office"),
    ]
    assert found.entries[0].extra == {"Source": "https://example.org", "State": "Published"}
    assert found.entries[1].text("en").definition.text == "Big Orbit Office"
    assert [(s.line, s.reason, s.expected) for s in found.skipped] == [
        (3, "its state is 'Draft'", True)
    ]


def test_a_meaning_that_spells_acronyms_out_is_their_expansion() -> None:
    found = read("Acronym,Meaning\nMOO,Modern Orbit Office\nB2C,business to consumer\n")
    assert [e.terms[1].expansion for e in found.entries] == [
        "Modern Orbit Office", "business to consumer",
    ]  # fmt: skip
    found = read("Acronym,Meaning\nMOO,An office on the moon.\nB2C,A kind of trade.\n")
    assert [e.terms[0].text for e in found.entries] == ["MOO", "B2C"]


def test_abbreviations_and_full_forms_among_synonyms() -> None:
    found = read(
        "Term,Synonyms,Definition\nshort moon office,SMO; moonery,x\nZOO,zero orbit office,y\n"
    )
    assert [(t.text, t.expansion) for e in found.entries for t in e.terms] == [
        ("short moon office", None), ("moonery", None), ("SMO", "short moon office"),
        ("zero orbit office", None), ("ZOO", "zero orbit office"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("a; b|c\nd", ["a", "b", "c", "d"]),
        ("a, b", ["a", "b"]),
        ("a, b; c", ["a, b", "c"]),
        ("a, " + "b" * 50, ["a, " + "b" * 50]),
        (" ;; ", []),
    ],
)
def test_names_in_one_cell(cell: str, expected: list[str]) -> None:
    assert listed(cell) == expected


def test_the_first_paragraph_defines_and_lists_have_items() -> None:
    entry = one('Term,Definition,Benefits\na,"It is.\n\nMore.\n","- x\n- y"\n')
    text = entry.text("en")
    assert text.definition.text == "It is."
    assert [(s.heading, s.text) for s in text.sections] == [("", "More."), ("Benefits", "- x\n- y")]
    assert [item.text for item in text.sections[1].items] == ["x", "y"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("preferred term", Field(Role.TERM)),
        ("definition@de", Field(Role.DEFINITION, "de")),
        ("en-US", Field(Role.TERM, "en", bare=True)),
        ("id", Field(Role.ID)),
        ("no", None),
        ("broader", Field(Role.BROADER)),
        ("So sagt man das", None),
        ("x" * 100, None),
        ("", None),
    ],
)
def test_names_of_fields(name: str, expected: Field | None) -> None:
    assert field_of(name) == expected


def test_languages_and_targets() -> None:
    assert [language_code(name) for name in ("de-AT", "Deutsch", "x", "")] == [
        "de",
        "de",
        None,
        None,
    ]
    assert target_of("section:So geht es") == Field(Role.SECTION, heading="So geht es")


@pytest.mark.parametrize("text", ["KPI", "CPaaS", "USt", "B2C", "R&D"])
def test_what_looks_like_an_abbreviation(text: str) -> None:
    assert is_abbreviation(text)


@pytest.mark.parametrize("text", ["JavaScript", "Moon", "A B", "K", "moon", "", "3D"])
def test_what_does_not_look_like_an_abbreviation(text: str) -> None:
    assert not is_abbreviation(text)


@given(unicode_text(10), unicode_text(30))
def test_spelling_is_told_of_any_text(short: str, full: str) -> None:
    assert spells(short, full) in (True, False)
    assert not (is_abbreviation(short) and len(short) > 12)


# ---- out and in again


@given(clean_entries())
@example([])
def test_an_export_reads_back_to_the_same_entries(entries: list[Entry]) -> None:
    data = CSV.write(entries)
    found = read(data) if entries else Reading(())
    assert [without_spans(e) for e in found.entries] == [without_spans(e) for e in entries]
    assert found.skipped == ()
    assert CSV.claim(Source("t.csv", data)) >= 0.9 or not entries


@given(clean_entries(), st.sampled_from(";\t"))
def test_an_export_survives_another_delimiter(entries: list[Entry], delimiter: str) -> None:
    rows = csv.reader(io.StringIO(CSV.write(entries).decode("utf-8-sig"), newline=""))
    made = io.StringIO()
    csv.writer(made, delimiter=delimiter).writerows(rows)
    again = read(made.getvalue()).entries
    assert [without_spans(e) for e in again] == [without_spans(e) for e in entries]


@given(clean_entries())
def test_no_exported_cell_begins_like_a_formula(entries: list[Entry]) -> None:
    for row in to_rows(entries):
        assert not [cell for cell in row if cell[:1] in set("=+-@\t\r\n")]


def test_the_garden_needs_no_last_column(glossary: Glossary) -> None:
    header, *rows = to_rows(list(glossary))
    assert header[-1] == "termwise"
    assert {row[-1] for row in rows} == {""}


def test_edited_cells_count(glossary: Glossary) -> None:
    entry = next(iter(glossary))
    odd = [entry, replace(entry, id="z", related=("a;b",), broader=("c;d",))]
    rows = list(csv.reader(io.StringIO(CSV.write(odd).decode("utf-8-sig"), newline="")))
    rows[2][rows[0].index("related")] = "sun; moon"
    rows.append(["" for _ in rows[0]])
    rows.append(["new", *["" for _ in rows[0][1:]]])
    made = io.StringIO()
    csv.writer(made).writerows(rows)
    found = read(made.getvalue())
    assert found.entries[1].related == ("sun", "moon")
    assert found.entries[1].broader == ("c;d",)
    assert [s.reason for s in found.skipped] == ["it has no term"]


def test_a_damaged_last_column_costs_only_its_row(glossary: Glossary) -> None:
    rows = list(csv.reader(io.StringIO(CSV.write(list(glossary)).decode("utf-8-sig"), newline="")))
    rows[1][-1], rows[2][-2], rows[3][-1] = '{"terms": 3}', "[", "[" * 9999
    made = io.StringIO()
    csv.writer(made).writerows(rows)
    found = read(made.getvalue())
    assert len(found.skipped) == 3
    assert all(s.reason.startswith("the row is damaged") for s in found.skipped)
    assert len(found.entries) == len(rows) - 4


# ---- anything


def harmless(data: bytes) -> None:
    """Check that a file is read or refused with a message of ours."""
    assert 0 <= CSV.claim(Source("t.csv", data)) <= 1
    try:
        reading = read(data)
    except GlossaryError:
        return
    for entry in reading.entries:
        assert entry.id
        assert entry.terms
        assert entry.texts
    for skipped in reading.skipped:
        assert skipped.line >= 1


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    harmless(data)


@given(st.lists(st.sampled_from(
    ("Term", "Definition", "de", "id", "extra", "termwise", "term:en", "{}", '"', ",", ";", "\n",
     "\r", "\t", "|", "--", "(", "KPI", ": ", "'=", "\x00", "\ufeff", "sep=", "five words of text"),
) | unicode_text(5), max_size=40))  # fmt: skip
def test_any_pieces_of_a_table(pieces: list[str]) -> None:
    harmless("".join(pieces).encode())
    harmless(b"Term,Definition\n" + "".join(pieces).encode())
    harmless("".join(pieces).encode("utf-16"))


@given(clean_entries(), st.data())
def test_any_damage_to_an_export(entries: list[Entry], data: st.DataObject) -> None:
    whole = bytearray(CSV.write(entries))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(whole) - 1))
        whole[place] = data.draw(st.integers(0, 255))
    harmless(bytes(whole))


def test_own_rows_are_known_by_their_header() -> None:
    assert from_rows("x", read_rows([["id", "extra", "termwise"]])).entries == ()


def read_rows(rows: list[list[str]]) -> list[object]:
    """Return rows as the reader sees them."""
    from bot.formats.columns import Row

    return [Row(n, tuple(cells)) for n, cells in enumerate(rows, start=1)]
