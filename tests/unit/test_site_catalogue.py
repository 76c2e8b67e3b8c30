"""The catalogue of the pages: alphabet, lists, search, ways up, and its exchange while serving."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.formats.markdown import read_entry
from bot.gateway.entries import Served
from bot.gateway.site.alphabet import DIGITS, OTHERS, letter_of
from bot.gateway.site.catalogue import PAGE, Catalogue
from bot.gateway.site.languages import chosen, name_of, own
from bot.gateway.site.search_index import SearchIndex
from bot.gateway.site.shelf import Shelf
from bot.glossary.entry import Entry
from bot.glossary.folding import fold
from tests.garden import garden


def entry(name: str, term: str, language: str = "en", **front: str) -> Entry:
    lines = "".join(f"{key.replace('_', '-')}: {value}\n" for key, value in front.items())
    terms = f"terms: {{{language}: {{preferred: {term!r}}}}}\n"
    heading = {"en": "English", "de": "Deutsch"}[language]
    text = f"---\nid: {name}\n{terms}{lines}---\n\n# {heading}\n\nSome text here.\n"
    return read_entry(f"{name}.md", text)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    glossary = garden()
    return Catalogue(glossary, glossary.version)


class TestAlphabet:
    @pytest.mark.parametrize(
        ("term", "letter"),
        [("sms", "S"), ("Ärger", "A"), ("ß", "S"), ("2G", DIGITS), ("٣", DIGITS), ("„Zitat“", "Z"),
         (".NET", "N"), ("!!!", OTHERS), ("", OTHERS), ("жук", "Ж"), ("漢字", "漢"), ("語", "漢"),
         ("שלום", "ש"), ("Łódź", "Ł"), ("\u202eevil", OTHERS)],
    )  # fmt: skip
    def test_letters(self, term: str, letter: str) -> None:
        assert letter_of(term) == letter

    @given(st.text())
    def test_every_term_has_one(self, term: str) -> None:
        assert len(letter_of(term)) in (1, 3)


class TestLists:
    def test_every_term_is_listed_once_under_its_letter(self, catalogue: Catalogue) -> None:
        listed = []
        for letter, count in catalogue.letters("en"):
            listing = catalogue.under(letter, "en", 1)
            assert listing is not None
            assert listing.total == count == len(listing.rows)
            assert {letter_of(row.text) for row in listing.rows} == {letter}
            listed += [(row.text, row.entry) for row in listing.rows]
        assert len(set(listed)) == len(listed)
        assert {entry for _, entry in listed} == {entry.id for entry in catalogue.glossary}
        assert ("crescent spade", "moon-spade") in listed

    def test_another_name_says_whose_it_is(self, catalogue: Catalogue) -> None:
        listing = catalogue.under("C", "en", 1)
        assert listing is not None
        [row] = [row for row in listing.rows if row.text == "crescent spade"]
        assert row.see == "moon spade"

    def test_an_entry_without_the_language_is_listed_in_its_own(self) -> None:
        catalogue = Catalogue([entry("a", "Apfel", language="de"), entry("b", "bed")], "1")
        listing = catalogue.under("A", "en", 1)
        assert listing is not None
        assert [(row.text, row.language) for row in listing.rows] == [("Apfel", "de")]

    def test_long_lists_have_pages(self) -> None:
        entries = [entry(f"e{n}", f"x{n:04}") for n in range(PAGE * 2 + 1)]
        catalogue = Catalogue(entries, "1")
        third = catalogue.under("X", "en", 3)
        assert third is not None
        assert [row.text for row in third.rows] == [f"x{PAGE * 2:04}"]
        assert (third.pages, third.total) == (3, PAGE * 2 + 1)
        assert third.ends[1] == (f"x{PAGE:04}", f"x{PAGE * 2 - 1:04}")
        assert catalogue.under("X", "en", 4) is None
        assert catalogue.under("X", "en", 0) is None
        assert catalogue.under("Y", "en", 1) is None

    def test_by_subject_and_by_broader_concept(self, catalogue: Catalogue) -> None:
        subject = catalogue.subjects[0][0]
        about = catalogue.about(subject, "en", 1)
        assert about is not None
        assert about.total == catalogue.subjects[0][1]
        below = catalogue.below("garden-tool", "de", 1)
        assert below is not None
        assert "Mondspaten" in [row.text for row in below.rows]

    def test_neighbours_are_those_of_the_alphabet(self, catalogue: Catalogue) -> None:
        walked, at = (
            [],
            min(
                (e.id for e in catalogue.glossary),
                key=lambda name: catalogue.neighbours(name, "en")[0] is not None,
            ),
        )
        while True:
            walked.append(at)
            following = catalogue.neighbours(at, "en")[1]
            if following is None:
                break
            assert catalogue.neighbours(following.entry, "en")[0] == catalogue.row(at, "en")
            at = following.entry
        assert len(walked) == len(catalogue.glossary)

    def test_ways_up_end_even_in_a_circle(self) -> None:
        entries = [
            entry("a", "a", broader="[b]"), entry("b", "b", broader="[c]"),
            entry("c", "c", broader="[b]"), entry("d", "d", broader="[gone]"),
        ]  # fmt: skip
        catalogue = Catalogue(entries, "1")
        assert catalogue.way_up("a") == ["c", "b"]
        assert catalogue.way_up("b") == ["c"]
        assert catalogue.way_up("d") == []

    def test_the_last_changed_come_first(self) -> None:
        catalogue = Catalogue(
            [entry("a", "a", updated="2025-01-01"), entry("b", "b", updated="2026-01-01"),
             entry("c", "c")], "1"
        )  # fmt: skip
        assert catalogue.changed == ["b", "a"]

    def test_entries_are_known_by_their_file(self, catalogue: Catalogue) -> None:
        assert catalogue.by_file[catalogue.glossary["moon-spade"].text("en").definition.span.file]


def found(index: SearchIndex, typed: str, language: str = "en") -> list[str]:
    return [each.term.text for each in index.search(typed, language, 50)]


class TestSearch:
    index = SearchIndex(
        [entry("a", "rain"), entry("b", "rain barrel"), entry("c", "acid rain"),
         entry("d", "drainage"), entry("e", "Regentonne für Ärger", language="de")]
    )  # fmt: skip

    def test_the_whole_term_then_its_beginning_then_a_word_then_inside(self) -> None:
        assert found(self.index, "Rain") == ["rain", "rain barrel", "acid rain", "drainage"]

    def test_case_accents_and_blanks_do_not_count(self) -> None:
        assert found(self.index, "  FÜR   aerger ") == ["Regentonne für Ärger"]

    def test_words_may_stand_apart(self) -> None:
        assert found(self.index, "barrel rain") == ["rain barrel"]

    @pytest.mark.parametrize("typed", ["", "  ", "nothing like it", "\n", "\x00", "rain zzz"])
    def test_nothing_is_found(self, typed: str) -> None:
        assert found(self.index, typed) == []

    def test_one_letter_finds_beginnings_only(self) -> None:
        assert found(self.index, "d") == ["drainage"]

    def test_as_if_every_term_were_looked_at(self) -> None:
        index = SearchIndex(garden())
        terms = [(term, e.id) for e in garden() for term in e.terms]
        for typed in ("spade", "sp", "moon spade", "er", "im", "ar fo"):
            fits = {e for term, e in terms if fold(typed) in fold(term.text)}
            assert {each.entry for each in index.search(typed, "en", 500)} == fits

    def test_of_very_many_that_fit_the_shortest_are_found(self) -> None:
        letters = "abcdefghijklmnopqrstuvwxyz"
        terms = [f"q{letter}{'x' * (30 - n)}" for n, letter in enumerate(letters)]
        index = SearchIndex([entry(f"e{n}", term) for n, term in enumerate(terms)])
        assert [each.term.text for each in index.search("q", "en", 2)] == terms[:-3:-1]

    def test_a_term_of_many_characters_is_found(self) -> None:
        index = SearchIndex([entry("long", "x" * 10_000)])
        assert [each.entry for each in index.search("x" * 10_000, "en", 5)] == ["long"]


class TestLanguages:
    @pytest.mark.parametrize(
        ("wanted", "accepted", "language"),
        [("", "", "en"), ("de", "en", "de"), ("DE", "", "de"), ("", "de-AT,en;q=0.5", "de"),
         ("", "en;q=0.1, de;q=0.9", "de"), ("xx", "fr, *;q=0.5", "en"), ("", "de;q=0", "en"),
         ("", "de;q=nan,;;,;q=x", "en"), ("<script>", "x" * 10_000, "en")],
    )  # fmt: skip
    def test_the_language_to_read(self, wanted: str, accepted: str, language: str) -> None:
        assert chosen(wanted, accepted, ("en", "de")) == language

    def test_words_of_our_own_are_there_in_two(self) -> None:
        assert own("fr", "de") == "de"
        assert own("fr", "fr") == "en"
        assert chosen("fr-CA", "de", ("de", "fr")) == "fr"

    def test_a_language_is_called_as_it_calls_itself(self) -> None:
        assert [name_of(code) for code in ("de-AT", "tlh")] == ["Deutsch", "tlh"]


class FakeFile:
    """An entry file that shows what it is told to."""

    def __init__(self, served: Served | None) -> None:
        self.served = served

    def read(self) -> Served | None:
        return self.served


def served(version: str, entries: Iterable[Entry]) -> Served:
    return Served(version, {entry.id: entry for entry in entries})


class TestShelf:
    def test_follows_the_version_that_is_served(self) -> None:
        async def work() -> None:
            file = FakeFile(None)
            shelf = Shelf(file)  # type: ignore[arg-type]
            assert await shelf.catalogue() is None
            for version in ("1", "2"):
                file.served = served(version, [entry("a", f"term {version}")])
                catalogue = await shelf.catalogue()
                assert catalogue is not None
                assert catalogue.version == version
                assert await shelf.catalogue() is catalogue

        asyncio.run(work())
