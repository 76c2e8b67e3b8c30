"""The yardsticks of intent detection: figures by hand, and nothing is chosen on test data."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import yaml
from click.testing import CliRunner

from bot.benchmark.intents import public_tasks, run, write_report
from bot.benchmark.intents.dataset import Dataset, Utterance, read_lines, read_parts, read_table
from bot.benchmark.intents.measurement import Task, threshold_of
from bot.benchmark.intents.metrics import OUTSIDE, auroc, decide, figures, risk_coverage
from bot.benchmark.intents.published import hint3_rows
from bot.benchmark.intents.rasa_pipeline import training_data
from bot.benchmark.intents.result import Goal, IntentResult
from bot.benchmark.intents.scored import Guesses, IntentDetector
from bot.benchmark.intents.threshold import FOLDS, KEPT, choose_threshold
from bot.cli import main
from bot.errors import BenchmarkError, DataError
from tests.fakes import HashEncoder

ENCODER = HashEncoder()
WORDS = {
    "tea": ("green", "black", "mint", "white", "sweet"),
    "bus": ("red", "late", "first", "last", "night"),
    "dog": ("small", "loud", "old", "brown", "wet"),
}
TRAIN = tuple(Utterance(f"{w} {k} please", k) for k, ws in WORDS.items() for w in ws)
TEST = (
    Utterance("green tea now", "tea"),
    Utterance("the late bus", "bus"),
    Utterance("one old dog", "dog"),
    Utterance("zebra crossing quietly", None),
    Utterance("unrelated musings about xylophones", None),
)
TOY = Dataset("toy", TRAIN, TEST)
LABELS = ["bus", "dog", "tea"]


# ---- figures, against values worked out by hand


def test_figures_are_those_worked_out_by_hand() -> None:
    truth = np.array([0, 0, 1, 1, OUTSIDE, OUTSIDE])
    decided = np.array([0, 1, 1, OUTSIDE, OUTSIDE, 0])
    found = figures(truth, decided)
    assert found.in_scope == 2 / 4
    assert found.recall == 1 / 2
    # c = 3 right of s = 6; each class is true twice (t) and decided twice (p):
    # (c s - sum(p t)) / sqrt((s^2 - sum(p^2)) (s^2 - sum(t^2))) = (18 - 12) / (36 - 12)
    assert found.mcc == pytest.approx(0.25)


def test_two_classes_have_the_textbook_correlation() -> None:
    truth = np.array([0] * 4 + [OUTSIDE] * 6)
    decided = np.array([0, 0, 0, OUTSIDE, 0, 0, *[OUTSIDE] * 4])
    # TP 3, FN 1, FP 2, TN 4
    assert figures(truth, decided).mcc == pytest.approx((3 * 4 - 2 * 1) / math.sqrt(5 * 4 * 6 * 5))


def test_a_score_at_the_threshold_is_answered() -> None:
    best, scores = np.array([2, 1, 0]), np.array([0.4, 0.5, 0.6])
    assert decide(best, scores, 0.5).tolist() == [OUTSIDE, 1, 0]


def test_auroc_counts_pairs_and_ties_half() -> None:
    truth = np.array([0, 1, OUTSIDE, OUTSIDE])
    # pairs: 0.9 beats both; 0.5 beats 0.1 and ties with 0.5: 3.5 of 4
    assert auroc(truth, np.array([0.9, 0.5, 0.5, 0.1])) == pytest.approx(3.5 / 4)
    assert auroc(np.array([0, 1]), np.array([0.9, 0.5])) is None


def test_figures_that_the_data_does_not_allow_are_missing() -> None:
    assert figures(np.array([0, 1]), np.array([0, 1])).recall is None
    assert figures(np.array([OUTSIDE]), np.array([OUTSIDE])).in_scope is None


def test_risk_is_the_share_wrong_of_those_answered() -> None:
    truth, best = np.array([0, 1, OUTSIDE, 1]), np.array([0, 0, 0, 1])
    coverage, risk = risk_coverage(truth, best, np.array([0.9, 0.8, 0.5, 0.5]))
    assert coverage.tolist() == [0.25, 0.5, 1.0]  # the last two are equally sure
    assert risk.tolist() == pytest.approx([0.0, 0.5, 0.5])


# ---- the threshold


def fixed(scores: np.ndarray, best: np.ndarray) -> tuple[list[tuple[set[int], set[int]]], Callable]:
    """Return what was fitted on and asked, and a fit whose guesses are given."""
    seen: list[tuple[set[int], set[int]]] = []

    def fit(rows: np.ndarray) -> Callable[[np.ndarray], Guesses]:
        def guess(asked: np.ndarray) -> Guesses:
            seen.append((set(rows.tolist()), set(asked.tolist())))
            return Guesses(best[asked], scores[asked])

        return guess

    return seen, fit


def test_the_threshold_keeps_the_promised_share_of_what_is_right() -> None:
    intents = np.repeat(np.arange(3), 41)
    scores = np.linspace(0.1, 1.0, len(intents))
    wrong = np.arange(len(intents)) % 5 == 0
    scores[wrong] = 5.0  # what is guessed wrongly says nothing about what to keep
    seen, fit = fixed(scores, np.where(wrong, 9, intents))
    threshold = choose_threshold(intents, fit)
    asked = sorted(set().union(*(part for _, part in seen)))
    right = [row for row in asked if not wrong[row]]
    assert np.mean(scores[right] >= threshold) == pytest.approx(KEPT, abs=0.02)


def test_no_example_is_guessed_by_what_was_fitted_on_it_and_no_intent_is_lost() -> None:
    intents = np.array([0] * 9 + [1] * 2 + [2])
    seen, fit = fixed(np.ones(12), intents)
    choose_threshold(intents, fit)
    assert len(seen) <= FOLDS
    for fitted, asked in seen:
        assert not fitted & asked
        assert {int(intents[row]) for row in fitted} == {0, 1, 2}
    assert sum(len(asked) for _, asked in seen) == 8 + 1


def test_without_anything_right_nothing_is_declined() -> None:
    assert choose_threshold(np.array([0, 1, 2]), fixed(np.ones(3), np.zeros(3))[1]) == 0.0


class ListeningEncoder(HashEncoder):
    """Remembers every text it was shown."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: set[str] = set()

    def encode(self, texts):  # type: ignore[no-untyped-def]
        self.heard |= set(texts)
        return super().encode(texts)


def test_the_threshold_never_sees_the_test_data() -> None:
    encoder = ListeningEncoder()
    found = threshold_of(TOY, LABELS, encoder)
    assert not encoder.heard & {each.text for each in TEST}
    assert encoder.heard >= {each.text for each in TRAIN}
    flipped = dataclasses.replace(TOY, test=tuple(Utterance(u.text, "tea") for u in TEST))
    assert threshold_of(flipped, LABELS, HashEncoder()) == found


# ---- the classifier and the run


def test_the_score_is_probability_times_nearest_cosine() -> None:
    detector = IntentDetector(TOY.texts, TOY.intents, ["none", *LABELS], ENCODER)
    found = detector.guess(["green tea please", "zebra"])
    assert found.best[0] == 3  # the numbers are those of the labels given
    probabilities = detector._model.probabilities(["green tea please", "zebra"], ENCODER)
    nearest = (ENCODER.encode(["green tea please", "zebra"]) @ ENCODER.encode(TOY.texts).T).max(1)
    assert nearest[0] == pytest.approx(1.0)
    assert found.scores == pytest.approx(probabilities.max(axis=1) * nearest.clip(0), abs=1e-6)


def toy_run(*goals: Goal) -> IntentResult:
    """Return the result of a run on the toy data."""
    task = Task("toy", lambda: TOY, lambda: (), goals)
    return run([task], ENCODER, "0", lambda _: None)


def test_a_run_measures_what_its_parts_measure() -> None:
    (found,) = toy_run(Goal("closed", 0.9)).sets
    truth = np.array([2, 0, 1, OUTSIDE, OUTSIDE])
    guesses = IntentDetector(TOY.texts, TOY.intents, LABELS, ENCODER).guess(
        [each.text for each in TEST]
    )
    assert found.threshold == threshold_of(TOY, LABELS, ENCODER)
    decided = figures(truth, decide(guesses.best, guesses.scores, found.threshold))
    assert (found.in_scope, found.recall, found.mcc) == dataclasses.astuple(decided)
    assert found.closed == figures(truth, guesses.best).in_scope == 1.0
    assert found.oracle_mcc is not None
    assert found.oracle_mcc >= decided.mcc
    assert (found.examples, found.intents, found.asked) == (15, 3, 5)


def test_a_goal_is_met_or_not() -> None:
    assert toy_run(Goal("closed", 1.0)).met
    assert not toy_run(Goal("closed", 1.0), Goal("mcc", 1.01)).met
    rows = toy_run(Goal("closed", 1.0), Goal("mcc", 1.01)).table()
    assert [row[-1] for row in rows] == ["met", "", "NO", ""]


def test_the_report_has_figures_table_and_picture(tmp_path: Path) -> None:
    data, text, picture = write_report(toy_run(Goal("mcc", 0.1)), tmp_path / "new")
    assert json.loads(data.read_text())["sets"][0]["name"] == "toy"
    assert "| toy | Termwise |" in text.read_text()
    assert picture.read_bytes().startswith(b"\x89PNG")


# ---- reading


def write(path: Path, text: str) -> Path:
    """Write a file and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_tables_lines_and_parts_are_read(tmp_path: Path) -> None:
    table = write(tmp_path / "a.csv", 'sentence,label\n"a, ""b""\nc",X\nd,NONE\n')
    assert read_table(table, "NONE") == (Utterance('a, "b"\nc', "X"), Utterance("d", None))
    texts, intents = write(tmp_path / "t", "a\nb\n"), write(tmp_path / "i", "X\nY\n")
    assert read_lines(texts, intents) == (Utterance("a", "X"), Utterance("b", "Y"))
    parts = write(tmp_path / "p.json", '{"train": [["a", "X"]], "more": 1}')
    assert read_parts(parts, ["train"]) == {"train": [("a", "X")]}


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"train": [["a"]]}', '{"train": 1}', "1"])
def test_parts_of_another_kind_are_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(DataError, match=r"p\.json"):
        read_parts(write(tmp_path / "p.json", text), ["train"])


def test_data_that_is_damaged_or_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="row 3 has 1 columns"):
        read_table(write(tmp_path / "a.csv", "sentence,label\na,X\nb\n"))
    with pytest.raises(DataError, match="2 texts, but 1 intents"):
        read_lines(write(tmp_path / "t", "a\nb\n"), write(tmp_path / "i", "X\n"))
    (tmp_path / "b.csv").write_bytes(b"text,label\n\xff,X\n")
    with pytest.raises(DataError, match="UTF-8"):
        read_table(tmp_path / "b.csv")
    with pytest.raises(BenchmarkError, match=r"no such file.*bench-nlu\.md"):
        read_table(tmp_path / "c.csv")


def test_the_public_sets_are_read_from_the_folders_of_their_repositories(tmp_path: Path) -> None:
    for name in ("sofmattress", "curekart", "powerplay11"):
        data = tmp_path / "HINT3" / "dataset" / "v1"
        write(data / "train" / f"{name}_train.csv", "sentence,label\na,X\n")
        write(data / "test" / f"{name}_test.csv", "sentence,label\nb,NO_NODES_DETECTED\n")
    parts = {"train": [["a", "X"]], "test": [["b", "X"]], "oos_test": [["c", "oos"]]}
    write(tmp_path / "oos-eval" / "data" / "data_full.json", json.dumps(parts))
    banking = tmp_path / "task-specific-datasets" / "banking_data"
    write(banking / "train.csv", "text,category\na,X\n")
    write(banking / "test.csv", "text,category\nb,X\n")
    few = tmp_path / "Few-Shot-Intent-Detection" / "Datasets" / "BANKING77" / "train_10"
    write(few / "seq.in", "e\n")
    write(few / "label", "X\n")
    read = [task.read() for task in public_tasks(tmp_path)]
    assert [(len(each.train), len(each.test)) for each in read] == [
        (1, 1), (1, 1), (1, 1), (1, 2), (1, 1), (1, 1),
    ]  # fmt: skip
    assert [each.test[-1].intent for each in read] == [None, None, None, None, "X", "X"]
    assert read[4].texts == ["e"]


def test_published_rows_are_those_at_the_best_threshold(tmp_path: Path) -> None:
    head = "Threshold,Accuracy,Weighted F1,Inscope Accuracy,OOS Recall,MCC\n"
    write(tmp_path / "rasa.csv", f"{head}0.1,0.1,0.1,0.8,0.1,0.3\n0.5,0.1,0.1,0.6,0.5,0.4\n")
    (found,) = hint3_rows(lambda platform: tmp_path / f"{platform}.csv")
    assert (found.system, found.in_scope, found.recall, found.mcc) == ("Rasa 1.10", 0.6, 0.5, 0.4)
    write(tmp_path / "luis.csv", "nothing\n")
    with pytest.raises(DataError, match="luis"):
        hint3_rows(lambda platform: tmp_path / f"{platform}.csv")


def test_rasa_gets_the_same_examples_without_annotations() -> None:
    dataset = Dataset("x", (Utterance("a [b](c)\n- d", "X"), Utterance("e: #", "X")), ())
    read = yaml.safe_load(training_data(dataset))
    assert read["nlu"] == [{"intent": "X", "examples": "- a (b)(c) - d\n- e: #\n"}]


def test_the_command_says_what_is_missing(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["bench-nlu", str(tmp_path), "--only", "nothing"])
    assert done.exit_code == 2
    assert "no data set has nothing in its name" in done.output
