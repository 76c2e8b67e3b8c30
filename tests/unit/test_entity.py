"""A mention travels through Rasa as an entity and comes back the same."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from bot.entity import from_entities, to_entity
from bot.glossary.mention import Likeness, Mention, masked
from tests.strategies import unicode_text

MENTIONS = st.builds(
    Mention,
    start=st.integers(0, 99),
    end=st.integers(0, 99),
    text=unicode_text(5),
    name=unicode_text(5),
    concepts=st.lists(unicode_text(3), min_size=1, max_size=3).map(tuple),
    likeness=st.sampled_from(Likeness),
    score=st.floats(0, 1),
    weak=st.booleans(),
)


@given(st.lists(MENTIONS, max_size=4))
def test_mentions_survive_the_way_through_rasa(mentions: list[Mention]) -> None:
    stored = json.loads(json.dumps([to_entity(mention) for mention in mentions]))
    assert from_entities(stored) == tuple(mentions)


def test_entities_of_others_are_passed_over() -> None:
    others = [{}, {"entity": "term"}, {"entity": "city", "value": "Rome", "concepts": []}]
    assert from_entities(others) == ()


def test_overlapping_is_mutual_and_touching_is_not_overlapping() -> None:
    def at(start: int, end: int) -> Mention:
        return Mention(start, end, "", "", ("x",))

    assert at(0, 3).overlaps(at(2, 5))
    assert at(2, 5).overlaps(at(0, 3))
    assert at(0, 9).overlaps(at(3, 4))
    assert not at(0, 3).overlaps(at(3, 5))
    assert not at(3, 5).overlaps(at(0, 3))


def test_a_masked_question_keeps_what_is_around_its_mentions() -> None:
    text = "moon spade, or star fork?"
    mentions = (Mention(15, 24, "star fork", "", ("x",)), Mention(0, 10, "moon spade", "", ("y",)))
    assert masked(text, mentions) == "<term>, or <term>?"
    assert masked(text, ()) == text
