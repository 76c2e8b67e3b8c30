"""The benchmark of scale: made-up entries are repeatable, figures are shown as they are."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from bot.benchmark.scale.made_entries import made_glossary, made_questions
from bot.benchmark.scale.report import write_report, write_vector_report
from bot.benchmark.scale.result import ScaleResult, Served, VectorResult, VectorRun
from bot.benchmark.scale.vectors import made_vectors, measure_vectors


def test_made_entries_are_many_different_and_always_the_same() -> None:
    one, other = made_glossary(300), made_glossary(300)
    assert list(one) == list(other)
    names = [entry.terms[0].text for entry in one]
    assert len(set(names)) == 300
    assert {len(name.split()) for name in names} == {1, 2, 3}
    for entry in one:
        assert 15 <= len(entry.texts["en"].definition.text.split()) <= 43
        assert all(broader in one for broader in entry.broader)


def test_questions_are_of_all_kinds_about_entries_there_are() -> None:
    glossary = made_glossary(100)
    asked = made_questions(glossary, 60)
    assert asked == made_questions(glossary, 60)
    assert len({question.kind for question in asked}) == 6
    assert all(question.about in glossary for question in asked if question.kind != "outside")


def test_made_vectors_have_length_one_and_are_searched() -> None:
    vectors, asked = made_vectors(400)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert len(asked) == 300
    run = measure_vectors(400)
    assert (run.passages, run.kind, run.recall) == (400, "flat", 1.0)


def result(wall: float, recall: float = 1.0) -> ScaleResult:
    """Return a result with one latency."""
    served = Served(1.0, 200.0, 100.0, {"define": [wall]}, {"define": [2.0]}, recall, 1.0)
    return ScaleResult(
        100, 100, 100, {"cores": 2}, {"kind": "codes", "recall": 0.996, "reach": 9},
        {"encoding": 3.0}, 7.0, served,
    )  # fmt: skip


def test_a_target_missed_is_said(tmp_path: Path) -> None:
    assert result(14.9).met
    for missed in (result(15.1), result(1.0, recall=0.98)):
        assert not missed.met
        assert sum(row[-1] == "NO" for row in missed.table()) == 1
        data, text, picture = write_report(missed, tmp_path)
        assert json.loads(data.read_text())["met"] is False
        assert "Not all targets are met" in text.read_text()
        assert "then 9 vectors, recall 0.996" in text.read_text()
        assert picture.stat().st_size > 1000


def test_vectors_that_are_not_found_are_said(tmp_path: Path) -> None:
    runs = [
        VectorRun(size, "codes", 9, 0.1, 1.0, 2.0, 3.0, 4.0, recall)
        for size, recall in ((100, 1.0), (200, 0.98))
    ]
    assert VectorResult({"cores": 2}, (runs[0],)).met
    missed = VectorResult({"cores": 2}, tuple(runs))
    assert not missed.met
    data, text, picture = write_vector_report(missed, tmp_path)
    assert json.loads(data.read_text())["runs"][1]["recall"] == 0.98
    assert "Not all targets are met" in text.read_text()
    assert "| 200 | codes | 9 |" in text.read_text()
    assert picture.stat().st_size > 1000
