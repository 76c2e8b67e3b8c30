"""Of several terms in a question, the one it is about is chosen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.question import CONCEPT_TYPES, PAIRWISE, Question, QuestionType
from bot.answering.topic import (
    apposed,
    are_alternatives,
    are_linked,
    are_measured,
    asks_unknown,
    demands,
    denied,
    denies,
    is_asked_first,
    is_predicate,
    is_quoted,
    only_describes,
    only_tells,
    topics,
)
from bot.glossary.folding import words
from bot.glossary.names import Names
from bot.glossary.spotting import Spotter
from tests.fakes import ASKING, FakePhrases, FakeSpellings, FakeVocabulary
from tests.garden import garden
from tests.strategies import questions

T = QuestionType
NAMES = Names(garden())
SPOTTER = Spotter(NAMES, FakePhrases(NAMES), FakeSpellings(NAMES), FakeVocabulary(ASKING))


def chosen(text: str, kind: QuestionType) -> list[str]:
    """Return the terms that a question of that type is about."""
    return [m.text for m in topics(Question(text, "en", SPOTTER.spot(text)), kind)]


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("what is a moon spade", T.DEFINE, ["moon spade"]),
        ("what is a moon spade in irrigation", T.DEFINE, ["moon spade"]),
        ("was ist Bewässerung im Saatbeet", T.DEFINE, ["Bewässerung"]),
        ("in irrigation, what is a dew barrel", T.DEFINE, ["dew barrel"]),
        ("garden tool of a water store", T.ASK_PURPOSE, ["water store"]),
        ("garden tool of a water store", T.DEFINE, ["garden tool"]),
        ("Vorteile von Mondspaten bei der Bewässerung", T.ASK_ADVANTAGES, ["Mondspaten"]),
        ("explain moon spade and star fork", T.DEFINE, ["moon spade", "star fork"]),
        (
            "Mondspaten, Sterngabel oder Tautonne",
            T.DEFINE,
            ["Mondspaten", "Sterngabel", "Tautonne"],
        ),
        ("difference between moon spade and star fork", T.COMPARE, ["moon spade", "star fork"]),
        ("is a dew barrel a water store", T.ASK_KIND_OF, ["dew barrel", "water store"]),
        ("does irrigation in a water store matter", T.COMPARE, ["irrigation", "water store"]),
        (
            "is a dew barrel just a water store with irrigation",
            T.COMPARE,
            ["dew barrel", "water store"],
        ),
        ("Mondspaten und Sterngabel bei der Bewässerung", T.COMPARE, ["Mondspaten", "Sterngabel"]),
        (
            "how does a moon spade compare with a star fork and a dew barrel",
            T.COMPARE,
            ["moon spade", "star fork", "dew barrel"],
        ),
        (
            "is a moon spade not a star fork with a dew barrel, how do they differ",
            T.COMPARE,
            ["moon spade", "star fork", "dew barrel"],
        ),
        ("the dew barrel should have a star fork, what is that", T.DEFINE, ["star fork"]),
        ("what does a moon spade mean when it says star fork", T.DEFINE, ["star fork"]),
        ("what does a moon spade mean", T.DEFINE, ["moon spade"]),
        ("the dew barrel should have a star fork, what", T.DEFINE, ["dew barrel"]),
        ("hello", T.DEFINE, []),
    ],
)
def test_a_question_is_about(text: str, kind: QuestionType, expected: list[str]) -> None:
    assert chosen(text, kind) == expected


@given(questions(NAMES), st.sampled_from(sorted(CONCEPT_TYPES)))
def test_the_topics_are_mentions_in_order_and_never_none_of_them(
    text: str, kind: QuestionType
) -> None:
    mentions = SPOTTER.spot(text)
    found = topics(Question(text, "en", mentions), kind)
    assert bool(found) == bool(mentions)
    assert list(found) == [m for m in mentions if m in found]
    if kind in PAIRWISE:
        assert found == mentions


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the garden tool moon spade", "moon-spade"),
        ("das Gartengerät Mondspaten", "moon-spade"),
        ("garden tool, moon spade", None),
        ("garden tool and moon spade", None),
        ("is a garden tool a moon spade", None),
        ("garden tool dew barrel", None),  # which is none
        ("moon spade garden tool", None),
        ("garden tool", None),
    ],
)
def test_a_name_behind_its_kind_is_meant(text: str, expected: str | None) -> None:
    question = Question(text, "en", SPOTTER.spot(text))
    tools = {"moon-spade", "star-fork", "comet-rake"}
    assert apposed(question, "garden-tool", tools.__contains__) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("not moon spade", True),
        ("no, not the moon spade", True),
        ("nein kein Mondspaten", True),
        ("moon spade", False),
        ("not moon spade but star fork", False),
        ("why is it not as sharp as a moon spade", False),
        ("I am sure that this is not a moon spade", False),
        ("not", False),
    ],
)
def test_a_term_is_but_denied(text: str, expected: bool) -> None:
    assert denies(Question(text, "en", SPOTTER.spot(text))) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("which is better, a moon spade or a star fork", True),
        ("Mondspaten oder Sterngabel", True),
        ("moon spade vs. star fork", True),
        ("moon spade and star fork", False),
        ("a moon spade for roots or for leaves and a star fork", False),
        ("moon spade or trowel", False),
        ("", False),
    ],
)
def test_terms_are_put_to_the_choice(text: str, expected: bool) -> None:
    assert are_alternatives(Question(text, "en", SPOTTER.spot(text))) is expected


@pytest.mark.parametrize(
    ("text", "linked", "measured"),
    [
        ("is a moon spade safer than a star fork", True, True),
        ("kann ein Mondspaten mehr als eine Sterngabel", True, True),
        ("Mondspaten gilt als Sterngabel", True, False),
        ("is a moon spade safer than a moon spade", True, False),
        ("moon spade and star fork", True, False),
        ("moon spade with a star fork", False, False),
        ("moon spade", False, False),
    ],
)
def test_two_terms_are_linked_or_measured(text: str, linked: bool, measured: bool) -> None:
    question = Question(text, "en", SPOTTER.spot(text))
    assert (are_linked(question), are_measured(question)) == (linked, measured)


def asked(text: str, language: str = "en") -> Question:
    """Return a question with the terms in it."""
    return Question(text, language, SPOTTER.spot(text))


@pytest.mark.parametrize(
    ("text", "first", "quoted"),
    [
        ("what is moon spade, the old one", True, False),
        ("what was moon spade , the old one", True, False),
        ("what is a moon spade, the old one", False, False),
        ("what about moon spade, the old one", False, False),
        ("what is moon spade", False, False),
        ("what is the thing, the old one", False, False),
        ("they sell a thing called moon spade", False, True),
        ("sogenannter moon spade", False, True),
        ("they sell a moon spade", False, False),
    ],
)
def test_a_term_is_named_by_what_leads_to_it(text: str, first: bool, quoted: bool) -> None:
    assert (is_asked_first(asked(text)), is_quoted(asked(text))) == (first, quoted)


@pytest.mark.parametrize(
    ("text", "language", "verb"),
    [
        ("how does a moon spade find the roots", "en", "find"),
        ("how can moon spade survive?", "en", "survive"),
        ("how does moon spade marketing work", "en", ""),  # another name
        ("a moon spade finds the roots", "en", ""),
        ("wann wurde moon spade eingestellt", "de", "eingestellt"),
        ("wann wurde moon spade eingestellt und warum", "de", ""),
        ("was kann moon spade reklame", "de", ""),
        ("how does moon spade find the roots", "fr", ""),
        ("find the roots", "en", ""),
        ("who sharpens moon spades", "en", "sharpens"),
        ("wer schärft moon spades", "de", "schärft"),
        ("woran zerbrechen moon spades", "de", "zerbrechen"),
        ("was zerbricht moon spades", "de", ""),  # who knows
        ("which people sharpen a moon spade", "en", "sharpen"),
        ("people sharpen moon spades", "en", ""),
        ("who sharpens tools", "en", ""),
    ],
)
def test_a_verb_behind_a_term_is_no_part_of_its_name(text: str, language: str, verb: str) -> None:
    question = asked(text, language)
    inside = {w.start for m in question.mentions for w in words(m.text)}
    verbs = [w.text for w in words(text) if is_predicate(question, w) and w.start not in inside]
    assert verbs[:1] == ([verb] if verb else [])


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ('they put "moon spade" on the bill', True),
        ("auf der Rechnung steht \u201emoon spade\u201c", True),
        ("the word moon spade came up", True),
        ("they put moon spade on the bill", False),
        ("moon spade", False),
    ],
)
def test_a_quoted_term_is_told(text: str, quoted: bool) -> None:
    assert is_quoted(asked(text)) is quoted


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("what is gravelux", True),
        ("what is gravelux in farming", True),
        ("what does gravelux mean", True),
        ("gravelux, what is it", True),
        ("GRV protocol?", True),
        ("what is gravelux that grows", False),
        ("what do you call a gravelux in which tea is made", False),
        ("what is garden", False),
        ("what is GARDEN in farming", True),
        ("water the gravelux", False),
        ("the person who graveluxes", False),
        ("what is a moon spade", False),
        ("what is it", False),
        ("what is x", False),
        ("", False),
    ],
)
def test_a_name_that_nobody_knows_is_told(text: str, unknown: bool) -> None:
    common = frozenset(("garden", "grows", "water", "farming", "protocol"))
    assert asks_unknown(asked(text), ASKING.__contains__, common.__contains__) is unknown


def test_who_demands_an_explanation_is_heard() -> None:
    assert demands(asked("Define moon spade"))
    assert not demands(asked("what is it"))
    assert not demands(asked(""))


@pytest.mark.parametrize(
    ("text", "describes"),
    [
        ("tall dew barrel surrounded by a water store", True),
        ("when part of a dew barrel or water store leaks out", True),
        ("dew barrel and water store", False),  # nothing else is said
        ("tall dew barrel", False),  # one term and one word
        ("tall flat patches beside the dew barrel", True),  # one term and several
        ("the part where a dew barrel is beside a water store", True),
        ("should it be a tall dew barrel or a water store", False),
        ("tall dew barrel beside a water store?", False),
        ("is a tall dew barrel a water store", False),
        ("dew barrel, what is it to a tall water store", False),
        ("tall dew barrel versus flat water store", False),
        ("my flat dew barrel compared with a water store", False),
        ("a dew barrel is a tall water store", False),
        ("my dew barrel, a tall water store, right", False),
        ("dew barrel or water store please, my mum", False),  # said behind a comma
    ],
)
def test_terms_among_other_words_only_describe(text: str, describes: bool) -> None:
    question = Question(text, "en", SPOTTER.spot(text))
    words_of_its_own = {"tall", "flat", "surrounded", "part", "leaks", "out", "beside", "mum"}
    assert only_describes(question, words_of_its_own.__contains__) is describes


@pytest.mark.parametrize(
    ("text", "language", "tells"),
    [
        ("a dew barrel that belongs to two people", "en", True),
        ("the part where the moon spade meets the star fork", "en", True),
        ("when a moon spade or star fork breaks", "en", True),
        ("eine Tautonne, die zwei Leuten gehört", "de", True),
        ("wenn der Mondspaten bricht am Stiel", "de", True),
        ("when does a moon spade break", "en", False),
        ("where do you draw the line between moon spade and star fork", "en", False),
        ("hang on what is a moon spade", "en", False),
        ("isn't that just a moon spade with a handle", "en", False),
        ("and one for the moon spade from before", "en", False),
        ("moon spade and star fork for small gardens", "en", False),
        ("no, I am after the one for soil, moon spade", "en", False),
        ("nimmt man für Rüben eher Mondspaten", "de", False),
    ],
)
def test_who_only_tells_describes_in_everyday_words(text: str, language: str, tells: bool) -> None:
    assert only_tells(Question(text, language, SPOTTER.spot(text))) is tells


@pytest.mark.parametrize(
    ("text", "concepts"),
    [
        ("moon spade, not the dew barrel", {"dew-barrel"}),
        ("nicht der Mondspaten, der water store", {"moon-spade"}),
        ("moon spade and dew barrel", set()),
        ("not a bed", set()),  # which of two is not told
    ],
)
def test_what_is_said_not_to_be_meant_is_told(text: str, concepts: set[str]) -> None:
    assert denied(Question(text, "en", SPOTTER.spot(text))) == concepts
