"""What readers have read is joined: ids, languages, abbreviations, relations."""

from __future__ import annotations

import pytest

from bot.formats.assembly import ORIGIN, UNRESOLVED, assemble
from bot.formats.reader import Reading, Skipped
from bot.formats.short_form import abbreviates
from bot.formats.slug import slug
from bot.glossary.entry import Entry, EntryText
from bot.glossary.section import Section, SectionKind
from bot.glossary.span import Span
from bot.glossary.term import Status, Term


def entry(
    name: str,
    text: str = "A thing.",
    *,
    concept: str = "",
    language: str = "en",
    broader: tuple[str, ...] = (),
    related: tuple[str, ...] = (),
    others: tuple[str, ...] = (),
) -> Entry:
    terms = [Term(name, language, Status.PREFERRED)]
    terms += [Term(other, language, Status.ADMITTED) for other in others]
    definition = Section(SectionKind.DEFINITION, "", text, Span("f.csv", 3, 0, len(text)))
    texts = {language: EntryText(definition)}
    return Entry(concept or slug(name), tuple(terms), texts, broader=broader, related=related)


def joined(*entries: Entry) -> tuple[list[Entry], list[Skipped]]:
    made = assemble([Reading(entries)])
    return list(made.entries), list(made.skipped)


def terms(found: Entry) -> list[tuple[str, str, str | None]]:
    return [(t.text, t.status.value, t.expansion) for t in found.terms]


def test_languages_with_one_id_are_one_concept() -> None:
    (found,), _ = joined(
        entry("Spaten", "Ein Gerät.", concept="x1", language="de"), entry("Spade", concept="x1")
    )
    assert [t.text for t in found.terms] == ["Spade", "Spaten"]
    assert set(found.texts) == {"en", "de"}
    assert found.extra[ORIGIN] == {"en": "f.csv:3", "de": "f.csv:3"}


def test_ids_are_unique_and_speak() -> None:
    found, _ = joined(
        entry("Rake"), entry("Rake"), entry("Hoe", concept="https://x.org/c_12"),
        entry("土"), entry("C#"), entry("C++"), entry("C"),
    )  # fmt: skip
    ids = [e.id for e in found]
    assert ids[:3] == ["rake", "rake-2", "hoe"]
    assert ids[3].startswith("entry-")
    assert ids[4:] == ["c-sharp", "c-plus-plus", "c"]


def test_relations_are_found_by_id_and_by_term() -> None:
    found, skipped = joined(
        entry("Rake", concept="c_1", related=("c_2", "weeder", "rake", "gone")),
        entry("Hoe", concept="c_2", others=("Weeder",)),
    )
    assert [e.related for e in found] == [("hoe",), ()]
    assert found[0].extra[UNRESOLVED] == {"related": ["gone"]}
    assert skipped == [Skipped("f.csv", 3, "related names 'gone', which has no entry")]


def test_a_term_of_two_concepts_resolves_nothing() -> None:
    found, skipped = joined(entry("Bed", concept="b1"), entry("Bed", concept="b2"),
                            entry("Soil", related=("bed",)))  # fmt: skip
    assert found[2].related == ()
    assert len(skipped) == 1


def test_circles_are_opened() -> None:
    found, skipped = joined(
        entry("Aa", broader=("bb",)), entry("Bb", broader=("cc",)), entry("Cc", broader=("aa",)),
        entry("Dd", broader=("aa",)),
    )  # fmt: skip
    assert [e.broader for e in found] == [("bb",), ("cc",), (), ("aa",)]
    assert [s.reason for s in skipped] == ["broader 'aa' closes a circle"]


def test_a_long_chain_needs_no_recursion() -> None:
    chain = [entry(f"T{n}", broader=(f"t{n + 1}",)) for n in range(3_000)]
    found, _ = joined(*chain, entry("T3000"))
    assert len(found) == 3_001


def test_an_entry_that_only_refers_gives_its_name_away() -> None:
    found, skipped = joined(
        entry("Application Programming Interface"), entry("API", "See: application programming "
        "interface."), entry("Hoe", "See the picture.", related=("api",)),
    )  # fmt: skip
    assert [e.preferred("en") for e in found] == ["Application Programming Interface", "Hoe"]
    assert terms(found[0])[1] == ("API", "abbreviation", "Application Programming Interface")
    assert found[1].related == ("application-programming-interface",)
    assert skipped[0].expected


def test_an_entry_that_refers_to_another_of_its_own_name_is_that_one() -> None:
    found, skipped = joined(
        entry("Neural Network", "It learns."), entry("Neural Network (NN)", "See Neural Network."),
        entry("Net", "See NN above."),
    )  # fmt: skip
    assert [e.preferred("en") for e in found] == ["Neural Network"]
    assert {"NN", "Net"} <= {term.text for term in found[0].terms}
    assert all(one.expected for one in skipped)


def test_without_term_or_definition_there_is_no_entry() -> None:
    found, skipped = joined(entry("Rake", "<script>x</script>"), entry("<br>", "A thing."))
    assert found == []
    assert [s.reason for s in skipped] == ["it has no definition", "it has no term"]


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("Short Message Service (SMS)", "It.", [("Short Message Service", "preferred", None),
                                               ("SMS", "abbreviation", "Short Message Service")]),
        ("SMS (Short Message Service)", "It.", [("Short Message Service", "preferred", None),
                                               ("SMS", "abbreviation", "Short Message Service")]),
        ("Kurznachrichtendienst (SMS)", "It.", [("Kurznachrichtendienst", "preferred", None),
                                               ("SMS", "abbreviation", "Kurznachrichtendienst")]),
        ("Block (CSS)", "It.", [("Block (CSS)", "preferred", None), ("Block", "admitted", None)]),
        ("SMS", "An **SMS** (Short Message Service) is.",
         [("SMS", "preferred", None), ("SMS", "abbreviation", "Short Message Service")]),
        ("SMS", "The Short Message Service (SMS) is.",
         [("SMS", "preferred", None), ("SMS", "abbreviation", "Short Message Service")]),
        ("SMS", "An SMS (a text of 160 letters) is.", [("SMS", "preferred", None)]),
    ],
)  # fmt: skip
def test_short_forms_beside_their_full_form(
    title: str, text: str, expected: list[tuple[str, str, str | None]]
) -> None:
    (found,), _ = joined(entry(title, text))
    assert terms(found) == expected


@pytest.mark.parametrize(
    ("short", "full", "told"),
    [
        ("API", "Application Programming Interface", True),
        ("CPaaS", "communications platform as a service", True),
        ("IoT", "Internet of Things", True),
        ("K8s", "Kubernetes", True),
        ("WebVTT", "Web Video Text Tracks", True),
        ("APIs", "application programming interfaces", True),
        ("HTML", "Boolean attribute", False),
        ("rake", "a tool", False),
        ("SMS", "SMS", False),
    ],
)
def test_what_abbreviates_what(short: str, full: str, told: bool) -> None:
    assert abbreviates(short, full) is told
