"""Entries answer in a language they have, and relations are seen from both ends."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.glossary.entry import Entry
from bot.glossary.glossary import Glossary
from bot.glossary.section import SectionKind
from tests.strategies import glossaries


def reachable(glossary: Glossary, concept: str) -> set[str]:
    """Return all broader concepts, found by adding until nothing is new."""
    found = {i for i in glossary[concept].broader if i in glossary}
    while more := {j for i in found for j in glossary[i].broader if j in glossary} - found:
        found |= more
    return found


@given(glossaries())
def test_narrower_and_parts_are_the_inverse_relations(glossary: Glossary) -> None:
    for target in "abcdefghz":
        narrower = [e.id for e in glossary if target in e.broader]
        parts = [e.id for e in glossary if target in e.part_of]
        assert list(glossary.narrower(target)) == narrower
        assert list(glossary.parts(target)) == parts


@given(glossaries())
def test_ancestors_are_all_that_can_be_reached_each_once(glossary: Glossary) -> None:
    for entry in glossary:
        found = glossary.ancestors(entry.id)
        assert set(found) == reachable(glossary, entry.id)
        assert len(set(found)) == len(found)


@given(glossaries())
def test_ancestors_come_step_by_step(glossary: Glossary) -> None:
    for entry in glossary:
        step, steps = {entry.id}, {}
        for distance in range(1, len(glossary) + 1):
            step = {j for i in step for j in glossary[i].broader if j in glossary}
            for concept in step:
                steps.setdefault(concept, distance)
        distances = [steps[concept] for concept in glossary.ancestors(entry.id)]
        assert distances == sorted(distances)


@given(glossaries())
def test_ancestors_of_ancestors_are_ancestors(glossary: Glossary) -> None:
    for entry in glossary:
        found = set(glossary.ancestors(entry.id))
        assert all(set(glossary.ancestors(step)) <= found for step in found)


@given(glossaries(), st.sets(st.sampled_from("abcz")))
def test_a_glossary_without_some_entries_has_all_the_others(
    glossary: Glossary, gone: set[str]
) -> None:
    left = glossary.without(gone)
    assert [e.id for e in left] == [e.id for e in glossary if e.id not in gone]
    assert left.version == glossary.version
    assert len(left) == len(list(left))
    assert all(e.id in glossary for e in left)


def test_the_nearest_broader_concept_comes_first(glossary: Glossary) -> None:
    assert glossary.ancestors("dew-barrel") == ("water-store", "garden-structure")
    above = {"a": ("b", "c"), "b": ("e",), "c": ("d",), "d": (), "e": ("d",)}
    lattice = Glossary(Entry(name, (), {}, broader) for name, broader in above.items())
    assert lattice.ancestors("a") == ("b", "c", "e", "d")
    assert glossary.narrower("garden-tool") == (
        "comet-rake",
        "moon-spade",
        "star-fork",
        "ultrasonic-sprayer",
    )
    assert glossary.parts("root-irrigation") == ("dew-barrel", "irrigation-timer")
    assert "dew-barrel" in glossary
    assert "nothing" not in glossary


def test_the_most_frequent_language_comes_first_and_english_before_its_equals(
    glossary: Glossary,
) -> None:
    both = [e for e in glossary if len(e.texts) == 2]
    german = Glossary(Entry(e.id, e.terms, {"de": e.texts["de"]}) for e in both[:1])
    assert glossary.languages == ("en", "de")
    assert Glossary(both).languages == ("en", "de")
    assert german.languages == ("de",)
    assert Glossary([]).languages == ()


def test_an_entry_answers_in_the_language_asked_for_or_in_the_one_it_has(
    glossary: Glossary,
) -> None:
    spade, timer = glossary["moon-spade"], glossary["irrigation-timer"]
    assert spade.preferred("de") == "Mondspaten"
    assert timer.preferred("de") == "irrigation timer"
    assert (spade.text_language("de"), timer.text_language("de")) == ("de", "en")
    assert timer.text("de") is timer.texts["en"]
    assert spade.label("en") == "moon spade"
    assert timer.label("de") == "irrigation timer (IT)"
    assert [t.text for t in glossary["careful-plant-watch"].abbreviations("de")] == ["CPW"]


def test_a_text_has_its_sections_by_kind(glossary: Glossary) -> None:
    text = glossary["moon-spade"].text("en")
    assert text.section(SectionKind.DEFINITION) is text.definition
    purpose = text.section(SectionKind.PURPOSE)
    assert purpose is not None
    assert purpose.heading == "Purpose"
    assert text.section(SectionKind.COST) is None
