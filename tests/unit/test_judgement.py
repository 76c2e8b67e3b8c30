"""Strange words speak against an entry, words of the entry and of asking do not."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import pytest
from hypothesis import given

from bot.answering.answer import AnswerKind
from bot.answering.context import Context, next_context
from bot.answering.decision import ALIKE, DESCRIBED_FEATURES, NAMED_FEATURES
from bot.answering.judgement import is_short
from bot.answering.question import Question, QuestionType
from bot.glossary.folding import words
from bot.glossary.glossary import Glossary
from bot.glossary.names import Names
from bot.retrieval.passage import passages_of
from tests.fakes import ASKING, FakeIntents, fake_assistant
from tests.garden import garden
from tests.strategies import questions

GARDENER = fake_assistant(garden())
JUDGEMENT = GARDENER.answerer.judgement
WARY = fake_assistant(garden(), named={"strange": -12.0})
SPADE = ("moon-spade",)


def question(text: str, **intents: float) -> Question:
    """Return a question with the terms of the garden."""
    return Question(text, "en", GARDENER.spotter.spot(text), intents or {"define": 1.0})


def evidence(text: str, *concepts: str, **intents: float) -> dict[str, float]:
    """Return the evidence that a question is about these concepts."""
    return dict(JUDGEMENT.judge_named(question(text, **intents), concepts or SPADE)[1])


@pytest.mark.parametrize(
    "text",
    [
        "what is a moon spade",
        "the moon spade lifts plants",  # words of the entry
        "moon spade with a handle of ash",
        "wozu ein Mondspaten für Wurzeln",
        "the moon spade explians what",  # words of asking, misspelt or not
        "moon spade or gin",  # short words are slang rather than another field
        "my tractor broke, what is a moon spade",  # that is another clause
        "what is a moon spade because tractors broke",
    ],
)
def test_nothing_in_the_question_is_strange(text: str) -> None:
    assert evidence(text)["strange"] == pytest.approx(0.0, abs=0.02)


@pytest.mark.parametrize(
    "text",
    ["moon spade for tractors", "what is a moon spade on a tractor", "Mondspaten bei Traktoren"],
)
def test_a_word_of_another_field_is_strange(text: str) -> None:
    found = evidence(text)
    assert 0.4 < found["strange"] <= 2.0
    alike = GARDENER.retriever.similarity(text, SPADE)
    assert found["unlike"] == pytest.approx(max(0.0, ALIKE - alike))


def test_the_strangest_word_counts() -> None:
    one, both = (evidence(f"moon spade for {rest}") for rest in ("tractors", "roots with tractors"))
    assert both["strange"] == pytest.approx(one["strange"])
    assert evidence("moon spade for roots")["strange"] < 0.02


def test_what_is_strange_to_one_entry_is_familiar_to_another() -> None:
    text = "moon spade and irrigation with clay"
    assert evidence(text, "moon-spade")["strange"] > 0.4
    assert evidence(text, "moon-spade", "root-irrigation")["strange"] < 0.02


def test_a_word_that_few_questions_use_counts_half() -> None:
    class Rare(FakeIntents):
        """Has seen one question with a tractor."""

        question_words: ClassVar = {**FakeIntents.question_words, "tractors": 1}

    text = "moon spade for tractors"
    seen = fake_assistant(garden(), intents=Rare()).answerer.judgement
    found = seen.judge_named(question(text), SPADE)[1]
    assert found["strange"] == pytest.approx(evidence(text)["strange"] / 2)


def test_of_two_sides_neither_makes_the_other_strange() -> None:
    text = "difference of a moon spade to a tractor"
    assert evidence(text, compare=1.0)["strange"] == 0.0
    assert evidence(text, define=1.0)["strange"] > 0.4


def test_what_leans_on_the_conversation_is_judged_by_its_words() -> None:
    for text, low, high in (("is it for roots", -0.01, 0.02), ("is it for tractors", 0.4, 2)):
        found = JUDGEMENT.judge_leaning(question(text, ask_purpose=1.0), SPADE)[1]
        assert low <= found["strange"] <= high
        assert found["unlike"] == 0.0


def test_strange_words_lead_to_a_decline() -> None:
    named = "what is a moon spade for tractors"
    assert GARDENER.ask(named).kind is AnswerKind.ANSWER
    assert WARY.ask(named).kind is AnswerKind.DECLINE
    assert WARY.ask("what is a moon spade for roots").kind is AnswerKind.ANSWER
    context = next_context(WARY.ask("what is a moon spade"), Context())
    leaning = Question("is it safe for tractors", "en", (), {"ask_safety": 1.0})
    assert WARY.answerer.answer(leaning, context).concepts == ()
    assert GARDENER.answerer.answer(leaning, context).concepts != ()


@given(questions(Names(garden())))
def test_all_evidence_is_within_its_bounds(text: str) -> None:
    asked = GARDENER.understand(text)
    concepts = tuple(c for m in asked.mentions for c in m.concepts)
    probability, found = JUDGEMENT.judge_named(asked, concepts)
    assert set(found) == set(NAMED_FEATURES)
    assert 0 < probability < 1
    assert all(-0.02 <= value <= 2 for value in found.values())
    ranking = GARDENER.retriever.rank(text, "en")
    assert set(JUDGEMENT.judge_described(asked, ranking)[1]) == set(DESCRIBED_FEATURES)


# ---- what kind of message it is


@pytest.mark.parametrize(
    ("text", "bare", "noise"),
    [
        ("how does it work", True, False),
        ("tell me more", True, False),
        ("explian that", True, False),
        ("how does the tractor work", False, False),
        ("cake", False, False),
        ("qwrtz plmk", False, True),
        ("7", False, True),
        ("CPW", False, False),
    ],
)
def test_a_message_is_bare_or_noise(text: str, bare: bool, noise: bool) -> None:
    assert (JUDGEMENT.is_bare(question(text)), JUDGEMENT.is_noise(question(text))) == (bare, noise)


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("what do you call the water store that collects dew", QuestionType.FIND_TERM, True),
        ("what do you call the water store", QuestionType.FIND_TERM, False),
        ("is it a moon spade or a star fork for roots", QuestionType.FIND_TERM, False),
        ("enormous moon spade or star fork that breaks", QuestionType.FIND_TERM, True),
        ("the water store that collects dew", QuestionType.DEFINE, False),
    ],
)
def test_terms_may_only_help_to_describe(text: str, kind: QuestionType, expected: bool) -> None:
    assert JUDGEMENT.describes(question(text), kind) is expected


def test_a_short_message_has_at_most_twelve_words() -> None:
    text = " ".join(["rake"] * 12)
    assert is_short(Question(text, "en"))
    assert not is_short(Question(f"{text} rake", "en"))


def test_every_word_of_an_entry_is_familiar_to_it() -> None:
    for passage in passages_of([garden()["root-irrigation"]]):
        said = [w for w in words(passage.text) if not GARDENER.vocabulary.is_filler(w.folded)]
        spans = [(w.start, w.end) for w in said]
        known = GARDENER.retriever.familiarity(passage.text, spans, ["root-irrigation"])
        assert min(known) > 0.98


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("what is a moon spade in a tractor", False),  # several words mean the same everywhere
        ("what is a Mondspaten in a tractor", True),
        ("Mondspaten bei Traktoren", True),
        ("what is a moon spade in the roots", False),  # a word of the entry
        ("what is a moon spade for tractors", False),  # an occasion, not a field
        ("tractors in a moon spade", False),
        ("what is a moon spade", False),
    ],
)
def test_a_term_of_another_field_is_elsewhere(text: str, expected: bool) -> None:
    asked = question(text)
    assert JUDGEMENT.is_elsewhere(asked, QuestionType.DEFINE, SPADE) is expected
    declined = GARDENER.answerer.answer(asked, Context()).kind is AnswerKind.DECLINE
    assert declined or not expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("how old is the Mondspaten, i mean the tractor", True),
        ("my friend told me a lot yesterday, how old is the Mondspaten? the tractor i mean", True),
        ("how old is the Mondspaten, i mean the one for roots", False),
        ("how old is the moon spade, i mean the tractor", False),  # means the same everywhere
        ("how old is the Mondspaten", False),
    ],
)
def test_a_message_may_say_itself_that_it_means_something_else(text: str, expected: bool) -> None:
    asked = question(text, ask_history=1.0)
    assert JUDGEMENT.says_another(asked) is expected
    declined = GARDENER.answerer.answer(asked, Context()).kind is AnswerKind.DECLINE
    assert declined is expected


class Fielded(FakeIntents):
    """A classifier that knows the words of a field."""

    field_words: ClassVar = {"en": {"driving": ["tractor", "rocket"]}}


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("Mondspaten of tractors with rockets", QuestionType.COMPARE, True),
        ("Mondspaten or tractor", QuestionType.COMPARE, True),
        ("Mondspaten or gravelux", QuestionType.COMPARE, False),  # may be of this field
        ("difference between a Mondspaten and a tractor", QuestionType.COMPARE, True),
        ("is a Mondspaten older than the tractor", QuestionType.ASK_HISTORY, True),
        ("is a Mondspaten older than the gravelux", QuestionType.ASK_HISTORY, False),
        ("why is the Mondspaten used on tractors", QuestionType.ASK_PURPOSE, True),
        ("why is the Mondspaten used on gravelux", QuestionType.ASK_PURPOSE, False),
        ("who uses Mondspaten on tractors", QuestionType.ASK_USERS, False),
        ("is a Mondspaten related to the tractor", QuestionType.ASK_RELATED, True),
        ("is a Mondspaten related to the gravelux", QuestionType.ASK_RELATED, False),
        ("is a moon spade older than the tractor", QuestionType.ASK_HISTORY, False),
    ],
)
def test_words_of_another_field_tell_wherever_a_term_is_put(
    text: str, kind: QuestionType, expected: bool
) -> None:
    assistant = fake_assistant(garden(), intents=Fielded())
    asked = Question(text, "en", assistant.spotter.spot(text), {kind.value: 1.0})
    judgement = assistant.answerer.judgement
    assert judgement.is_elsewhere(asked, kind, SPADE) is expected
    assert not judgement.is_elsewhere(asked, QuestionType.COMPARE, (*SPADE, "star-fork"))


def test_what_else_has_the_name_may_be_said_in_a_wording() -> None:
    entries = {entry.id: entry for entry in garden()}
    told = replace(entries["moon-spade"], described={"en": ("called like a part of tractors",)})
    assistant = fake_assistant(Glossary((entries | {"moon-spade": told}).values(), "1"))
    text = "what is a Mondspaten in tractors"
    asked = Question(text, "en", assistant.spotter.spot(text), {"define": 1.0})
    assert assistant.answerer.judgement.is_elsewhere(asked, QuestionType.DEFINE, SPADE)


def test_what_is_between_concepts_is_nowhere_else() -> None:
    asked = question("is a moon spade in a tractor a kind of spade")
    assert not JUDGEMENT.is_elsewhere(asked, QuestionType.ASK_KIND_OF, SPADE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("what is gravelux, the moon spade thing", True),
        ("was ist gravelux (ein Mondspaten)", True),
        ("what is a moon spade, the gravelux thing", False),
        ("what is a moon spade", False),
        ("gravelux here, what is a moon spade", False),  # somebody's name
        ("what is the gravelux moon spade", False),
        ("what does Moon Spade Gravelux mean", True),  # written as a longer name
        ("What Does Moon Spade Gravelux Mean", False),  # everything is written so
        ("what is a moon spade Gravelux", False),
    ],
)
def test_an_unknown_name_is_asked_for(text: str, expected: bool) -> None:
    assert JUDGEMENT.is_of_unknown(question(text), QuestionType.DEFINE) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gravelux moon spade", True),
        ("the gravelux moon spade", True),
        ("moon spade", False),
        ("i have a moon spade from gravelux", False),
    ],
)
def test_a_longer_name_is_a_term_and_nothing_else(text: str, expected: bool) -> None:
    assert JUDGEMENT.is_longer_name(question(text)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("comet lanterns beside ultrasonic gravelux", True),
        ("are you a comet", False),
        ("hello", False),
    ],
)
def test_several_words_that_nobody_asks_with_tell_something(text: str, expected: bool) -> None:
    assert JUDGEMENT.is_telling(question(text)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("gravelux, what is it", True), ("what is a moon spade", False), ("hello", False)],
)
def test_a_word_beside_terms_that_nobody_asks_with_is_its_own(text: str, expected: bool) -> None:
    assert JUDGEMENT.has_own_words(question(text)) is expected


@pytest.mark.parametrize(
    ("text", "kind", "sure", "doubtful"),
    [
        ("gravelux, what is it", "ask_human", AnswerKind.HANDOFF, AnswerKind.DECLINE),
        ("what is that", "ask_human", AnswerKind.HANDOFF, AnswerKind.HANDOFF),
        ("gravelux, what is it", "ask_source", AnswerKind.SMALLTALK, AnswerKind.DECLINE),
        ("what is that", "ask_source", AnswerKind.SMALLTALK, AnswerKind.SMALLTALK),
    ],
)
def test_who_names_something_unknown_hardly_means_us(
    text: str, kind: str, sure: AnswerKind, doubtful: AnswerKind
) -> None:
    for probability, expected in ((0.95, sure), (0.76, doubtful)):
        asked = question(text, **{kind: probability, "define": 1.0 - probability})
        assert GARDENER.answerer.answer(asked, Context()).kind is expected


def test_a_description_hardly_wants_a_person() -> None:
    asked = question("comet lanterns beside ultrasonic gravelux", ask_human=0.95)
    assert GARDENER.answerer.answer(asked, Context()).kind is not AnswerKind.HANDOFF


class AskedOnce(FakeIntents):
    """A classifier with a training question that happens to name a thing."""

    question_words: ClassVar = dict.fromkeys(ASKING, 9) | {"lantern": 1}


def test_what_one_training_question_names_is_not_left_out() -> None:
    assistant = fake_assistant(garden(), intents=AskedOnce())
    for text, expected in (
        ("how does a lantern work", AnswerKind.DECLINE),
        ("how does it work", AnswerKind.CLARIFY),
    ):
        asked = Question(text, "en", (), {"ask_how": 1.0})
        assert assistant.answerer.answer(asked, Context()).kind is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("how does the Mondspaten and the tractor belong", True),
        ("how does the Mondspaten and the gravelux belong", False),
        ("how does the moon spade and the tractor belong", False),
        ("tell me about my a b c d e f g h Mondspaten and the tractor", False),  # a story
    ],
)
def test_where_we_are_unsure_a_word_of_another_field_decides(text: str, expected: bool) -> None:
    assistant = fake_assistant(garden(), intents=Fielded())
    asked = Question(
        text, "en", assistant.spotter.spot(text), {"tell_more": 0.58, "out_of_scope": 0.42}
    )
    assert assistant.answerer.judgement.hints_elsewhere(asked) is expected
    kind = assistant.answerer.answer(asked, Context()).kind
    assert kind is (AnswerKind.DECLINE if expected else AnswerKind.CLARIFY)
