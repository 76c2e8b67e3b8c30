"""Lessons come from the glossary's own text, hide the names, and stand beside their neighbours."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bot.glossary.glossary import Glossary
from bot.retrieval.lesson import HIDDEN, Lesson, batches, hidden, lessons_of
from tests.garden import garden

GARDEN = garden()


def test_a_lesson_hides_every_name_of_its_concept() -> None:
    entry = GARDEN["moon-spade"]
    text = "Moon spades, crescent spade or Mondspaten: a moonlight spade."
    assert hidden(text, entry) == f"{HIDDEN}, {HIDDEN} or {HIDDEN}: a moonlight spade."


def test_names_are_taken_literally() -> None:
    entry = next(iter(GARDEN))
    assert hidden("a+b (c)", entry) == "a+b (c)"


def test_sections_lead_to_the_definition_of_their_language_and_definitions_across() -> None:
    found = [x for x in lessons_of(GARDEN) if x.concept == "moon-spade"]
    english = next(x for x in found if "forged in 1871" in x.question)
    assert english.question == f"The first {HIDDEN} was forged in 1871."
    assert english.passage.startswith("moon spade: A moon spade is a garden tool")
    across = {(x.question.split()[0], x.passage.split(":")[0]) for x in found}
    assert ("A", "Mondspaten") in across
    assert ("Ein", "moon spade") in across


def test_differences_teach_nothing() -> None:
    assert not any("loosens the soil and lifts nothing" in x.question for x in lessons_of(GARDEN))


def test_wordings_lead_to_the_definition() -> None:
    from dataclasses import replace

    entry = replace(GARDEN["moon-spade"], described={"en": ("that sickle thing",), "fr": ("la",)})
    found = lessons_of(Glossary([entry]))
    assert [x.passage.split(":")[0] for x in found if x.question == "that sickle thing"] == [
        "moon spade"
    ]
    both = [x.passage.split(":")[0] for x in found if x.question == "la"]
    assert sorted(both) == ["Mondspaten", "moon spade"]


@given(
    counts=st.dictionaries(st.sampled_from(sorted(e.id for e in GARDEN)), st.integers(1, 6)),
    size=st.integers(2, 7),
    seed=st.integers(0, 99),
)
def test_batches_hold_each_lesson_at_most_once_and_no_concept_twice(
    counts: dict[str, int], size: int, seed: int
) -> None:
    lessons = [Lesson(c, f"{c} {n}", c) for c, number in counts.items() for n in range(number)]
    found = batches(lessons, GARDEN, size, seed)
    assert found == batches(lessons, GARDEN, size, seed)
    for batch in found:
        assert 2 <= len(batch) <= size
        assert len({lesson.concept for lesson in batch}) == len(batch)
    placed = Counter(lesson for batch in found for lesson in batch)
    assert set(placed.values()) <= {1}
    lonely = Counter(x.concept for x in lessons if x not in placed)
    assert sum(lonely.values()) <= max(counts.values(), default=0)


def test_neighbours_stand_in_one_batch() -> None:
    lessons = [Lesson(entry.id, entry.id, entry.id) for entry in GARDEN]
    together = 0
    for seed in range(20):
        for batch in batches(lessons, GARDEN, 4, seed):
            ids = {lesson.concept for lesson in batch}
            together += {"garden-tool", "moon-spade"} <= ids or {"garden-tool", "star-fork"} <= ids
    assert together >= 15
