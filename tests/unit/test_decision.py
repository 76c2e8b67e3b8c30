"""The decision weighs evidence: more of what speaks for an answer never makes it less likely."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.decision import (
    DESCRIBED_FEATURES,
    NAMED_FEATURES,
    Beside,
    Judge,
    Threshold,
    described_evidence,
    described_judge,
    extended,
    named_evidence,
    residue,
)
from bot.answering.question import Question
from bot.glossary.folding import forms, german_stem, singular
from bot.glossary.names import Names
from bot.glossary.spotting import Spotter
from bot.retrieval.hit import Candidate
from tests.fakes import ASKING, FakePhrases, FakeSpellings, FakeVocabulary
from tests.garden import garden
from tests.strategies import questions

NUMBERS = st.floats(-1e6, 1e6)
WEIGHTS = st.tuples(NUMBERS, NUMBERS, NUMBERS)
THRESHOLD = Threshold(0.5, 0.25)
NAMES = Names(garden())
VOCABULARY = FakeVocabulary(ASKING)
SPOTTER = Spotter(NAMES, FakePhrases(NAMES), FakeSpellings(NAMES), VOCABULARY)


def judge(weights: tuple[float, ...], bias: float = 0.0) -> Judge:
    """Return a judge over the features a, b and c."""
    return Judge(("a", "b", "c"), weights, bias, THRESHOLD)


@given(WEIGHTS, NUMBERS, WEIGHTS, st.sampled_from((0, 1, 2)), st.floats(0, 1e6))
def test_the_probability_grows_with_what_speaks_for_it(
    weights: tuple[float, ...], bias: float, values: tuple[float, ...], place: int, more: float
) -> None:
    one = judge(weights, bias)
    before = dict(zip("abc", values, strict=True))
    after = {**before, "abc"[place]: values[place] + more}
    low, high = one.probability(before), one.probability(after)
    if weights[place] < 0:
        low, high = high, low
    assert 0 < low <= high <= 1


def test_the_probability_is_that_of_a_logistic_model() -> None:
    evidence = {"a": 1.0, "b": 2.0, "c": 0.0, "unused": 9.0}
    assert judge((0.0, 0.0, 0.0)).probability(evidence) == 0.5
    assert judge((1.0, -0.5, 7.0), 1.0).probability(evidence) == pytest.approx(0.7310585786)
    assert (
        judge((1.0, 0.0, 0.0)).probability(evidence)
        > 0.5
        > judge((0.0, -1.0, 0.0)).probability(evidence)
    )


def test_evidence_that_is_missing_is_not_passed_over() -> None:
    with pytest.raises(KeyError):
        judge((1.0, 1.0, 1.0)).probability({"a": 1.0})


@given(WEIGHTS, NUMBERS)
def test_a_judge_survives_json(weights: tuple[float, ...], bias: float) -> None:
    one = judge(weights, bias)
    assert Judge.from_dict(json.loads(json.dumps(one.to_dict()))) == one


def test_features_are_named_once() -> None:
    assert len(set(NAMED_FEATURES)) == len(NAMED_FEATURES)
    assert len(set(DESCRIBED_FEATURES)) == len(DESCRIBED_FEATURES)


# ---- what is left over of a question


def left_over(text: str, *explained: str) -> tuple[list[str], list[str]]:
    """Return the words beside a mention and those elsewhere."""
    known = frozenset().union(*(forms(word) for word in explained))
    left = residue(Question(text, "en", SPOTTER.spot(text)), known, VOCABULARY.is_question_word)
    return [w.text for w in left.beside], [w.text for w in left.elsewhere]


@pytest.mark.parametrize(
    ("text", "beside", "elsewhere"),
    [
        ("what is a moon spade", [], []),
        ("what is a moon spade holder", ["holder"], []),
        ("rusty moon spade", ["rusty"], []),
        ("rusty-moon-spade", ["rusty"], []),
        ("5000 moon spades", [], []),
        ("moon spade 3", ["3"], []),
        ("moon spade, rusty", [], ["rusty"]),
        ("moon spade (rusty)", [], ["rusty"]),
        ("book me a flight to the moon spade museum", ["museum"], ["book", "flight"]),
        ("moon spade of brass", [], ["brass"]),
        ("old star fork new", ["old", "new"], []),
        ("cake recipe", [], ["cake", "recipe"]),
        ("", [], []),
    ],
)
def test_words_are_left_over(text: str, beside: list[str], elsewhere: list[str]) -> None:
    assert left_over(text) == (beside, elsewhere)


def test_words_of_the_entry_are_not_left_over_elsewhere() -> None:
    assert left_over("does the moon spade cut roots", "root", "cuts") == (["cut"], [])
    assert left_over("does the moon spade cut roots") == (["cut"], ["roots"])


@given(questions(NAMES))
def test_every_content_word_outside_the_mentions_is_left_over_once(text: str) -> None:
    question = Question(text, "en", SPOTTER.spot(text))
    left = residue(question, frozenset(), VOCABULARY.is_question_word)
    both = [*left.beside, *left.elsewhere]
    assert len({word.start for word in both}) == len(both)
    for word in both:
        assert text[word.start : word.end] == word.text
        assert not VOCABULARY.is_question_word(word.folded)
        assert not any(m.start <= word.start < m.end for m in question.mentions)
    if not question.mentions:
        assert not left.beside
    everything = residue(replace(question, mentions=()), frozenset(), VOCABULARY.is_question_word)
    assert len(both) <= len(everything.elsewhere)


@given(st.text("abenrsi", max_size=10))
def test_the_forms_of_a_word_are_its_stems_and_itself(word: str) -> None:
    assert forms(word) == {word, singular(word), german_stem(word)}


@given(st.integers(0, 6), st.integers(0, 6))
def test_descriptions_are_judged_otherwise_where_most_concepts_have_wordings(
    with_: int, without: int
) -> None:
    found = described_judge([True] * with_ + [False] * without)
    assert found == described_judge([with_ > without])
    assert (found == described_judge([])) == (with_ <= without)
    assert found.threshold.ask < found.threshold.answer


def test_a_description_in_a_language_that_the_encoder_does_not_read_is_told() -> None:
    for language, other in (("en", 0.0), ("de", 0.0), ("fr", 1.0)):
        evidence = described_evidence(Question("x", language, (), {}), ())
        assert evidence["other_language"] == other


def test_what_stands_beside_a_name_counts_at_most_twice() -> None:
    question = Question("x", "en", (), {"out_of_scope": 0.25, "thank": 0.5, "define": 0.125})
    found = named_evidence(question, Beside(asking=1, explained=2, foreign=5), 1.5, 0.25)
    assert set(found) == set(NAMED_FEATURES)
    beside = [found[f"{kind}_beside"] for kind in ("asking", "explained", "foreign")]
    assert beside == [1.0, 2.0, 2.0]
    assert (found["strange"], found["unlike"], found["misspelt"]) == (1.5, 0.25, 0.0)
    assert (found["out_of_scope"], found["smalltalk"]) == (0.25, 0.5)


def test_words_beside_a_mention_grow_it() -> None:
    text = "old moon-spade holder, and star fork"
    mentions = SPOTTER.spot(text)
    left = residue(Question(text, "en", mentions), frozenset(), VOCABULARY.is_question_word)
    grown = extended(mentions, text, left.beside)
    assert [m.text for m in grown] == ["old moon-spade holder", "star fork"]
    assert all(text[m.start : m.end] == m.text for m in grown)
    assert extended(mentions, text, ()) == mentions


def test_a_description_is_judged_by_its_first_candidate_and_the_margin() -> None:
    question = Question("a box for the winter", "en", (), {"find_term": 0.75, "define": 0.125})
    ranking = [Candidate("a", 0.75, 0.5, 1.0), Candidate("b", 0.5, 0.25, 0.75)]
    evidence = described_evidence(question, ranking)
    assert set(DESCRIBED_FEATURES) <= set(evidence)
    assert (evidence["score"], evidence["margin"]) == (0.75, 0.25)
    assert described_evidence(question, ranking[:1])["margin"] == 0.75
    assert described_evidence(question, [])["score"] == 0.0


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_a_better_or_clearer_candidate_is_never_less_likely(
    first: float, second: float, more: float
) -> None:
    question = Question("a box for the winter", "en", (), {"find_term": 0.5})

    def probability(best: float, runner_up: float) -> float:
        ranking = [Candidate("a", best, 0.0, 0.0), Candidate("b", runner_up, 0.0, 0.0)]
        return described_judge(()).probability(described_evidence(question, ranking))

    best, runner_up = max(first, second), min(first, second)
    assert probability(best, runner_up) <= probability(best + more, runner_up)
    assert probability(best, runner_up) <= probability(best, runner_up * more)


@pytest.mark.parametrize(("word", "beside"), [("normal", []), ("diesel", ["diesel"])])
def test_an_ordinary_word_beside_a_term_makes_no_other_name_of_it(
    word: str, beside: list[str]
) -> None:
    text = f"purpose of a {word} moon spade"
    question = Question(text, "en", SPOTTER.spot(text))
    left = residue(question, frozenset(), VOCABULARY.is_question_word)
    assert [w.folded for w in left.beside] == beside


def test_what_is_as_near_to_a_longer_description_is_likelier() -> None:
    ranking = [Candidate("a", 0.5, 0.5, 0.1), Candidate("b", 0.45, 0.4, 0.1)]

    def probability(text: str) -> float:
        evidence = described_evidence(Question(text, "en", (), {"find_term": 0.9}), ranking)
        return described_judge([False]).probability(evidence)

    short, longer = "a box for winter", "a box with a lid of glass that keeps plants warm in winter"
    assert probability(short) < probability(longer)
