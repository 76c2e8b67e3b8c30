"""The decision is fitted to what the drill found; its threshold is the best there is."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.decision_trainer import (
    CONFIDENCE,
    DESCRIBED_BOUND,
    LEAST_COVERAGE,
    MOST_COVERAGE,
    NAMED_BOUND,
    Calibration,
    calibrate,
    limit_at,
    pick_threshold,
)
from bot.answering.decision import DESCRIBED_FEATURES, NAMED_FEATURES, Judge
from bot.answering.drill import SHARES, Sample
from tests import oracle
from tests.fakes import judge

BOUNDS = st.sampled_from((0.02, 0.1, 0.3, 0.6))
ANSWERS = st.lists(st.booleans(), min_size=1, max_size=60)


DESCRIBED = judge(DESCRIBED_FEATURES, 0.5, {DESCRIBED_FEATURES[0]: -1.0})
"""Answers where the first feature is below a half."""


def picked(
    probabilities: list[float], right: list[bool], bound: float, weights: list[int] | None = None
) -> tuple[float, float]:
    """Call the code under test with arrays."""
    counted = None if weights is None else np.array(weights, float)
    return pick_threshold(np.array(probabilities), np.array(right, bool), bound, counted)


def calibrated(found: list[Sample]) -> Calibration:
    """Fit the judge of named questions, beside a given one of descriptions."""
    return calibrate(found, DESCRIBED)


@given(ANSWERS, BOUNDS, st.randoms(use_true_random=False))
def test_the_threshold_is_that_of_trying_all(
    right: list[bool], bound: float, rng: random.Random
) -> None:
    probabilities = [rng.randrange(1, 3 * len(right)) / 256 for _ in right]
    expected, limit = oracle.threshold(probabilities, right, bound, CONFIDENCE)
    found, found_limit = picked(probabilities, right, bound)
    assert found == expected
    assert found_limit == pytest.approx(limit, abs=1e-9)


@given(
    st.lists(st.tuples(st.booleans(), st.integers(1, 4)), min_size=1, max_size=30),
    BOUNDS,
    st.randoms(use_true_random=False),
)
def test_a_weight_counts_as_that_many_questions(
    drawn: list[tuple[bool, int]], bound: float, rng: random.Random
) -> None:
    right, weights = [r for r, _ in drawn], [w for _, w in drawn]
    probabilities = [rng.randrange(1, 3 * len(right)) / 256 for _ in right]
    expected, limit = oracle.threshold(probabilities, right, bound, CONFIDENCE, weights)
    found, found_limit = picked(probabilities, right, bound, weights)
    assert found == expected
    assert found_limit == pytest.approx(limit, abs=1e-9)
    arrays = np.array(probabilities), np.array(right, bool), np.array(weights, float)
    assert limit_at(found, *arrays) == pytest.approx(found_limit, abs=1e-9)


def test_the_limit_of_broken_counts_lies_between_those_of_whole_ones() -> None:
    probabilities, right = np.full(40, 0.9), np.array([False] * 2 + [True] * 38)

    def limit(weight: float) -> float:
        weights = np.where(right, 1.0, weight)
        return limit_at(0.5, probabilities, right, weights)

    assert limit(1.0) == pytest.approx(oracle.upper_limit(2, 40, CONFIDENCE), abs=1e-9)
    assert limit(0.5) == pytest.approx(oracle.upper_limit(1, 39, CONFIDENCE), abs=1e-9)
    assert limit(0.5) < limit(0.75) < limit(1.0)
    assert limit_at(0.95, probabilities, right, np.ones(40)) == 1.0  # nothing is answered


@given(ANSWERS, BOUNDS)
def test_a_looser_bound_never_raises_the_threshold(right: list[bool], bound: float) -> None:
    probabilities = [(i + 1) / 64 for i in range(len(right))]
    strict, limit = picked(probabilities, right, bound)
    loose, _ = picked(probabilities, right, bound + 0.2)
    if limit <= bound:
        assert loose <= strict


@pytest.mark.parametrize(
    ("probabilities", "right"),
    [
        ([0.9] * 100, [True] * 60 + [False] * 40),
        ([0.9] * 60 + [0.5] * 2, [True] * 61 + [False]),
    ],
)
def test_questions_of_equal_probability_are_answered_together(
    probabilities: list[float], right: list[bool]
) -> None:
    expected, limit = oracle.threshold(probabilities, right, 0.06, CONFIDENCE)
    assert picked(probabilities, right, 0.06) == (expected, pytest.approx(limit))


def sample(rng: random.Random, right: bool, named: bool = True) -> Sample:
    """Return a sample of which one feature tells whether it is right, mostly."""
    features = NAMED_FEATURES if named else DESCRIBED_FEATURES
    evidence = dict.fromkeys(features, 0.5)
    telling = features[0]
    evidence[telling] = rng.gauss(0.2 if right is named else 0.8, 0.1)
    return Sample(named, evidence, right)


def samples(number: int, share: float) -> list[Sample]:
    """Return samples of both kinds, of which that share is right."""
    rng = random.Random(3)
    return [
        sample(rng, right=i < share * number, named=named)
        for named in (True, False)
        for i in range(number)
    ]


def sourced(right: int, wrong: int, source: str) -> list[Sample]:
    """Return named samples, wrong ones of a source."""
    rng = random.Random(7)
    known = [sample(rng, right=True) for _ in range(right)]
    return known + [Sample(True, sample(rng, False).evidence, False, source) for _ in range(wrong)]


def half_muddled(number: int) -> list[Sample]:
    """Return named samples of which half the right ones look like the wrong ones."""
    rng = random.Random(9)

    def looking(mean: float, right: bool, source: str) -> Sample:
        evidence = dict.fromkeys(NAMED_FEATURES, 0.5) | {NAMED_FEATURES[0]: rng.gauss(mean, 0.02)}
        return Sample(True, evidence, right, source)

    clear = [looking(0.1, True, "known") for _ in range(number // 2)]
    muddled = [looking(0.9, True, "known") for _ in range(number // 2)]
    sources = ("request", "unknown", "field")
    wrong = [looking(0.9, False, source) for source in sources for _ in range(number // 3)]
    return [*clear, *muddled, *wrong]


def test_the_judge_learns_what_tells_right_from_wrong() -> None:
    calibration = calibrated(samples(300, 0.7))
    named = calibration.named
    assert named.features == NAMED_FEATURES
    likely = dict.fromkeys(NAMED_FEATURES, 0.5) | {NAMED_FEATURES[0]: 0.1}
    unlikely = likely | {NAMED_FEATURES[0]: 0.9}
    assert named.probability(unlikely) < named.threshold.ask < named.threshold.answer
    assert named.probability(likely) > named.threshold.answer


def test_the_report_counts_the_questions_and_the_bound_is_kept() -> None:
    report = calibrated(samples(300, 0.7)).report["named"]
    assert isinstance(report, dict)
    assert (report["questions"], report["answerable"]) == (300, 210)
    assert report["met"]
    assert report["wrong"] <= report["limit"] <= NAMED_BOUND
    assert LEAST_COVERAGE <= report["coverage"] <= MOST_COVERAGE + 1 / 210  # the last one is in
    assert report["curve"][-1] == [1.0, pytest.approx(0.3)]
    assert all(0 < covered <= 1 and 0 <= risk <= 1 for covered, risk in report["curve"])


def test_a_bound_that_cannot_be_kept_is_reported() -> None:
    rng = random.Random(5)
    noise = [
        Sample(
            True, dict.fromkeys(NAMED_FEATURES, 0.0) | {"unlike": rng.random()}, rng.random() < 0.5
        )
        for _ in range(200)
    ]
    report = calibrated(noise).report["named"]
    assert isinstance(report, dict)
    assert not report["met"]
    assert report["limit"] > report["bound"]


@pytest.mark.parametrize("number", [0, 10])
@pytest.mark.parametrize("share", [0.5, 1.0])
def test_too_little_to_learn_from_gives_a_judge_that_knows_nothing(
    number: int, share: float
) -> None:
    calibration = calibrated(samples(number, share))
    named = calibration.named
    assert named.probability(dict.fromkeys(NAMED_FEATURES, 1.0)) == 0.5
    report = calibration.report["named"]
    assert isinstance(report, dict)
    assert (report["questions"], report["met"]) == (number, False)


def test_only_right_answers_teach_nothing() -> None:
    named = calibrated(samples(100, 1.0)).named
    assert named.probability(dict.fromkeys(NAMED_FEATURES, 9.0)) == 0.5


def test_the_same_samples_give_the_same_judges() -> None:
    one, other = calibrated(samples(80, 0.6)), calibrated(samples(80, 0.6))
    assert one == other
    assert Judge.from_dict(one.named.to_dict()) == one.named


def test_each_source_counts_with_its_share() -> None:
    assert sum(SHARES.values()) == pytest.approx(1.0)
    known, request = SHARES["known"], SHARES["request"]
    for number in (50, 200):  # however many there are
        report = calibrated(sourced(300, number, "request")).report["named"]
        assert isinstance(report, dict)
        assert report["curve"][-1][1] == pytest.approx(request / (known + request))


def test_enough_is_answered_even_where_the_bound_is_missed() -> None:
    calibration = calibrated(half_muddled(400))
    report = calibration.report["named"]
    assert isinstance(report, dict)
    assert LEAST_COVERAGE <= report["coverage"] < LEAST_COVERAGE + 0.05
    assert not report["met"]
    assert report["limit"] > NAMED_BOUND
    assert report["threshold"] == calibration.named.threshold.answer


def test_the_judge_of_descriptions_is_given_and_only_reported_on() -> None:
    found = samples(100, 0.7)
    calibration = calibrated(found)
    assert calibration.described == DESCRIBED
    report = calibration.report["described"]
    assert isinstance(report, dict)
    answered = [s.right for s in found if not s.named and DESCRIBED.probability(s.evidence) >= 0.5]
    limit = oracle.upper_limit(answered.count(False), len(answered), CONFIDENCE)
    assert report["limit"] == pytest.approx(limit, abs=1e-9)
    assert (report["threshold"], report["bound"]) == (0.5, DESCRIBED_BOUND)
    assert calibrated([s for s in found if s.named]).report["described"] == {
        "questions": 0,
        "met": False,
    }
