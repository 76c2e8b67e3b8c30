"""Entries that say the words asked with score higher, rare words counting more."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.glossary.section import SectionKind
from bot.retrieval import bm25
from bot.retrieval.bm25 import Bm25, index_terms
from bot.retrieval.passage import Passage
from tests import oracle

WORDS = ("rose", "roses", "soil", "Wasser", "water", "leaf", "the")
TEXTS = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
PASSAGES = st.lists(
    st.builds(
        Passage,
        st.sampled_from("abcd"),
        st.sampled_from(("en", "de")),
        st.sampled_from((SectionKind.DEFINITION, None)),
        TEXTS,
    ),
    min_size=1,
    max_size=10,
)


@given(PASSAGES, TEXTS, st.sampled_from(("en", "de", "fr")))
def test_scores_are_those_of_the_formula(passages: list[Passage], text: str, language: str) -> None:
    concepts = sorted({p.concept for p in passages})
    scores = Bm25(index_terms(passages), len(concepts)).scores(text, language)
    expected = oracle.bm25(passages, text, language)
    assert scores.tolist() == pytest.approx([expected[c] for c in concepts], abs=1e-6)


def test_a_rare_word_tells_more_than_a_common_one() -> None:
    texts = ["the rose in the bed", "the bed in the shed", "the shed"]
    passages = [Passage(c, "en", None, t) for c, t in zip("abc", texts, strict=True)]
    scores = Bm25(index_terms(passages), 3).scores("the roses of a shed", "en")
    assert scores.argmax() == 0
    assert scores[0] == 1.0
    assert not Bm25(index_terms(passages), 3).scores("rain", "en").any()


def test_nothing_is_indexed_where_it_gains_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    passages = [Passage(c, "en", None, "the rose") for c in "abcd"]
    cut = [replace(p, sentence=True) for p in passages[:3]]
    bare = Bm25(index_terms([*cut, passages[3]]), 4)
    assert not bare
    assert not bare.scores("rose", "en").any()
    assert Bm25(index_terms([*cut[:2], *passages[2:]]), 4)  # half of them have wordings
    monkeypatch.setattr(bm25, "_MOST", 3)
    assert not Bm25(index_terms(passages), 4)


@given(PASSAGES)
def test_an_index_survives_its_arrays(passages: list[Passage]) -> None:
    index = index_terms(passages)
    read = type(index).from_arrays(index.to_arrays())
    assert read.terms == index.terms
    assert list(index.terms) == sorted(index.terms)
    for name in ("concepts", "weights", "offsets"):
        assert np.array_equal(getattr(read, name), getattr(index, name))
