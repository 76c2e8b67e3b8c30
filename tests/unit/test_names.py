"""Names are found by spelling, and a name of several concepts lists all of them."""

from __future__ import annotations

from hypothesis import given

from bot.glossary.entry import Entry
from bot.glossary.folding import squeeze, words
from bot.glossary.glossary import Glossary
from bot.glossary.names import Names
from bot.glossary.term import Status, Term
from tests.strategies import glossaries


def entry(concept: str, *terms: Term) -> Entry:
    """Return an entry of which only the names matter."""
    return Entry(concept, terms, {})


def test_the_names_of_the_garden(names: Names) -> None:
    assert names.languages == ("en", "de")
    assert names.longest == 3
    assert names.of_text("Moon-Spades") == ("moon-spade",)
    assert names.of_text("MONDSPATEN") == ("moon-spade",)
    assert names.of_text("RIS") == ("root-irrigation",)
    assert names.of_text("moon") == ()
    assert names.of_text("\x00 ?") == ()


def test_a_homonym_lists_all_its_concepts(names: Names) -> None:
    assert names.of_text("bed") == ("flower-bed", "seedbed")
    assert names.of_text("Beete") == ("flower-bed", "seedbed")


def test_preferred_terms_come_before_abbreviations_and_admitted_ones() -> None:
    names = Names(
        [
            entry("a", Term("DM", "en", Status.ADMITTED)),
            entry("b", Term("DM", "en", Status.ABBREVIATION)),
            entry("c", Term("dm", "en", Status.PREFERRED)),
        ]
    )
    assert names.of_text("dm") == ("c", "b", "a")
    assert [(n.text, n.fixed) for n in names.all] == [("dm", False)]


def test_names_of_two_languages_are_two_names(names: Names) -> None:
    both = [n for n in names.all if n.text == "RIS"]
    assert sorted(n.language for n in both) == ["de", "en"]
    assert all(n.fixed for n in both)


def test_a_term_without_a_letter_is_no_name() -> None:
    names = Names([entry("x", Term("…", "en", Status.PREFERRED))])
    assert (names.all, names.languages, names.longest) == ((), (), 0)


@given(glossaries())
def test_every_term_names_its_concept(glossary: Glossary) -> None:
    names = Names(glossary)
    for entry in glossary:
        for term in entry.terms:
            squeezed = squeeze(term.text, term.language)
            alike = [n for n in names.all if (n.language, n.squeezed) == (term.language, squeezed)]
            assert any(entry.id in name.concepts for name in alike)
            if len(alike) == 1:
                assert entry.id in names.of_text(term.text)
            assert len(words(term.text)) <= names.longest
    assert {c for n in names.all for c in n.concepts} == {e.id for e in glossary}


def test_names_that_differ_by_a_space_are_both_found() -> None:
    entries = [
        entry("one", Term("seed bed", "en", Status.PREFERRED)),
        entry("two", Term("seedbed", "en", Status.PREFERRED)),
    ]
    for ordered in (entries, entries[::-1]):
        assert set(Names(ordered).of_text("seed-bed")) == {"one", "two"}


def test_of_names_that_differ_by_an_ending_the_spelling_tells() -> None:
    names = Names(
        [
            entry("plain", Term("XTTP", "en", Status.PREFERRED)),
            entry("safe", Term("XTTPS", "en", Status.PREFERRED)),
            entry("both", Term("bed", "en", Status.PREFERRED)),
            entry("too", Term("Bed", "en", Status.PREFERRED)),
        ]
    )
    shared = names.by_stems["en", ("xttp",)]
    assert names.spelt(shared, "xttps") == ("safe",)
    assert names.spelt(shared, "XTTP") == ("plain",)
    assert names.spelt(shared, "xttp s") == ("plain", "safe")
    assert names.spelt(names.by_stems["en", ("bed",)], "beds") == ("both", "too")
