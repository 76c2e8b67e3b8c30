"""Centroids: what all of an entry says, weighed against what all entries say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.glossary.section import SectionKind
from bot.retrieval import centroid
from bot.retrieval.centroid import Centroids
from bot.retrieval.encoder import Vectors
from bot.retrieval.passage import Passage
from tests import oracle

SEEDS = st.integers(0, 10_000)


def units(seed: int, count: int) -> Vectors:
    """Return that many unit vectors of eight dimensions."""
    rows = np.random.default_rng(seed).normal(size=(count, 8)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def passages(concepts: str) -> list[Passage]:
    """Return one passage for each letter, which is its concept."""
    return [Passage(concept, "en", SectionKind.HOW, concept) for concept in concepts]


@given(SEEDS, st.text("abc", min_size=1, max_size=12))
def test_cosines_are_those_of_the_formula(seed: int, concepts: str) -> None:
    rows = units(seed, len(concepts) + 1)
    found = Centroids(rows[1:], passages(concepts)).cosines(rows[0], sorted(set(concepts)))
    for concept, cosine in found.items():
        expected = oracle.whitened_cosine(rows[1:], concepts, rows[0], concept)
        assert cosine == pytest.approx(expected, abs=1e-4)


def test_what_all_entries_share_counts_less() -> None:
    shared, own, other = np.eye(8, dtype=np.float32)[:3]
    rows = np.stack([3 * shared + own, 3 * shared + other]) / np.sqrt(10, dtype=np.float32)
    question = np.asarray((2 * shared + own) / np.sqrt(5), np.float32)
    plain = rows @ question
    found = Centroids(rows, passages("ab")).cosines(question, ["a", "b"])
    assert found["a"] - found["b"] > 2 * (plain[0] - plain[1]) > 0


def test_a_concept_without_passages_is_like_nothing() -> None:
    rows = units(1, 3)
    centroids = Centroids(rows[1:], passages("aa"))
    assert centroids.cosines(rows[0], ["z"]) == {"z": 0.0}
    found = centroids.cosines(rows[0], ["z", "a"])
    assert found["z"] == 0.0 != found["a"]


def test_of_many_passages_a_sample_tells_what_they_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(centroid, "_SAMPLE", 50)
    concepts = "abcd" * 100
    rows = units(3, 401)
    found = Centroids(rows[1:], passages(concepts)).cosines(rows[0], ["a", "b", "c", "d"])
    every = [oracle.whitened_cosine(rows[1:], concepts, rows[0], c) for c in "abcd"]
    assert list(found.values()) == pytest.approx(every, abs=0.25)


def test_of_many_centroids_none_is_kept_for_ever_nor_taken_for_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = units(5, 5)
    each = [Centroids(rows[1:], passages("abcd")).cosines(rows[0], [c])[c] for c in "abcdab"]
    monkeypatch.setattr(centroid, "_REMEMBERED", 3)
    centroids = Centroids(rows[1:], passages("abcd"))
    assert [centroids.cosines(rows[0], [c])[c] for c in "abcdab"] == each
    assert len(centroids._made) <= 3
