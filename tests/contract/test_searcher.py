"""Every searcher finds what comparing the question with every passage finds."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.faiss_searcher import FaissSearcher
from bot.adapters.ngram_searcher import NgramIndex, NgramSearcher, build_index
from bot.errors import ContractError
from bot.retrieval.hit import Hit
from bot.retrieval.passage import passages_of
from bot.retrieval.searcher import Searcher
from tests import oracle
from tests.fakes import FakeSearcher, HashEncoder
from tests.garden import garden
from tests.strategies import nasty_text

ENCODER = HashEncoder()
WORDS = ("root", "roots", "water", "wasser", "moon", "monsoon", "spade", "the", "ä", "ae", "zz")
TEXTS = st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join)
ANY_TEXT = TEXTS | nasty_text(6)
PASSAGES = st.lists(TEXTS, max_size=12)
GARDEN = [passage.text for passage in passages_of(garden())]


def is_asking(word: str) -> bool:
    """Tell whether a word carries no meaning of its own."""
    return word == "the"


def faiss(texts: Sequence[str]) -> Searcher:
    """Return the semantic searcher with the fake encoder."""
    return FaissSearcher(ENCODER.encode(texts), ENCODER)


def ngram(texts: Sequence[str]) -> Searcher:
    """Return the lexical searcher."""
    return NgramSearcher(build_index(texts, is_asking), is_asking)


def fake(texts: Sequence[str]) -> Searcher:
    """Return a searcher that likes long passages."""
    return FakeSearcher([float(len(text)) for text in texts])


Make = Callable[[Sequence[str]], Searcher]
MAKERS: tuple[Make, ...] = (fake, faiss, ngram)
each_searcher = pytest.mark.parametrize("make", MAKERS)


# ---- whatever the searcher


@each_searcher
@given(texts=PASSAGES, text=ANY_TEXT, k=st.integers(0, 14))
def test_hits_are_in_order_each_passage_once(
    make: Make, texts: list[str], text: str, k: int
) -> None:
    hits = make(texts).search(text, k)
    assert len(hits) <= min(k, len(texts))
    assert all(0 <= hit.passage < len(texts) for hit in hits)
    assert len({hit.passage for hit in hits}) == len(hits)
    assert all(type(hit.passage) is int and type(hit.score) is float for hit in hits)
    keys = [(-hit.score, hit.passage) for hit in hits]
    assert keys == sorted(keys)


@each_searcher
@given(texts=PASSAGES, text=ANY_TEXT, k=st.integers(0, 14))
def test_fewer_hits_are_the_first_of_all(make: Make, texts: list[str], text: str, k: int) -> None:
    searcher = make(texts)
    every = searcher.search(text, len(texts))
    assert searcher.search(text, k) == every[:k]


@each_searcher
def test_of_equal_hits_those_of_the_lowest_numbers_are_kept(make: Make) -> None:
    texts = [*["water"] * 9, "root", *["spade"] * 3, *["water"] * 9]
    searcher = make(texts)
    for text in ("spade", "root", "spade root"):
        every = searcher.search(text, len(texts))
        for k in range(len(texts)):
            assert searcher.search(text, k) == every[:k]


@each_searcher
def test_among_no_passages_nothing_is_found(make: Make) -> None:
    assert make([]).search("water", 3) == []


# ---- against the oracles


@given(texts=PASSAGES, text=ANY_TEXT, k=st.integers(0, 14))
def test_semantic_search_finds_what_comparing_all_finds(
    texts: list[str], text: str, k: int
) -> None:
    vectors = ENCODER.encode(texts)
    found = faiss(texts).search(text, k)
    assert found == oracle.cosine_hits(vectors, ENCODER.encode([text])[0], k)


@given(text=ANY_TEXT, k=st.integers(1, 30))
def test_semantic_search_of_the_garden_is_exact(text: str, k: int) -> None:
    vectors = ENCODER.encode(GARDEN)
    found = faiss(GARDEN).search(text, k)
    assert found == oracle.cosine_hits(vectors, ENCODER.encode([text])[0], k)


def test_vectors_of_other_dimensions_break_the_contract() -> None:
    for shape in ((3, 5), (64,), (1, 1, 64)):
        with pytest.raises(ContractError):
            FaissSearcher(np.zeros(shape, np.float32), ENCODER)


def assert_alike(found: list[Hit], every: list[Hit], k: int) -> None:
    """Compare hits up to rounding, under which nearly equal hits may change places."""
    expected = {hit.passage: hit.score for hit in every}
    assert len(found) == min(k, len(every))
    for hit in found:
        assert hit.score == pytest.approx(expected.pop(hit.passage), abs=1e-5)
    if found:
        assert all(score <= found[-1].score + 1e-5 for score in expected.values())


@given(texts=PASSAGES, text=ANY_TEXT, k=st.integers(1, 14))
def test_lexical_search_finds_what_comparing_all_finds(texts: list[str], text: str, k: int) -> None:
    assert_alike(ngram(texts).search(text, k), oracle.ngram_hits(texts, is_asking, text, 99), k)


@pytest.mark.parametrize(
    "text",
    [
        "Was leitet Wasser zu den Wurzeln?",
        "a tool that lifts plants",
        "Gegenstaende",
        "the the",
        "",
    ],
)
def test_lexical_search_of_the_garden_is_exact(text: str) -> None:
    every = oracle.ngram_hits(GARDEN, is_asking, text, 999)
    assert_alike(ngram(GARDEN).search(text, 999), every, 999)
    assert_alike(ngram(GARDEN).search(text, 5), every, 5)


def test_lexical_search_finds_compounds_inflections_and_slips() -> None:
    texts = ["Die Wurzelbewässerung", "Der Mondspaten", "Eine Sterngabel"]
    for text in ("Bewässerungen", "wurzel", "Wurzlbewasserung"):
        assert ngram(texts).search(text, 3)[0].passage == 0
    assert ngram(texts).search("qqq", 3) == []


def test_words_of_asking_do_not_count() -> None:
    texts = ["the the the", "the spade", "water"]
    assert [hit.passage for hit in ngram(texts).search("the spade", 3)] == [1]
    assert ngram(texts).search("the", 3) == []


@given(texts=st.lists(nasty_text(8), max_size=6), text=nasty_text(8))
def test_a_stored_lexical_index_finds_the_same(texts: list[str], text: str) -> None:
    index = build_index(texts, is_asking)
    read = NgramIndex.from_bytes(index.to_bytes())
    assert read.grams == index.grams
    before = NgramSearcher(index, is_asking).search(text, 6)
    assert NgramSearcher(read, is_asking).search(text, 6) == before
    for row in range(len(texts)):
        norm = float(np.linalg.norm(index.matrix.toarray()[row])) if index.grams else 0.0
        assert norm == pytest.approx(1.0, abs=1e-5) or norm == 0.0
