"""Every searcher finds what comparing the question with every passage finds."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.faiss_searcher import (
    AT,
    FLAT,
    RECALL,
    FaissSearcher,
    VectorCodes,
    coded_anew,
    vector_codes,
)
from bot.adapters.ngram_searcher import NgramIndex, NgramSearcher, build_index
from bot.errors import ContractError
from bot.retrieval.encoder import Vectors
from bot.retrieval.hit import Hit
from bot.retrieval.passage import passages_of
from bot.retrieval.searcher import DenseSearcher, Searcher
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


def faiss(texts: Sequence[str]) -> DenseSearcher:
    """Return the semantic searcher with the fake encoder."""
    return FaissSearcher(ENCODER.encode(texts), ENCODER)


def codes(texts: Sequence[str]) -> DenseSearcher:
    """Return the semantic searcher that compares codes before vectors."""
    vectors = ENCODER.encode(texts)
    return FaissSearcher(
        vectors, ENCODER, coded_anew(made_codes(), vectors, np.full(len(texts), -1))
    )


def ngram(texts: Sequence[str]) -> Searcher:
    """Return the lexical searcher."""
    return NgramSearcher(build_index(texts, is_asking), is_asking)


def fake(texts: Sequence[str]) -> DenseSearcher:
    """Return a searcher that likes long passages."""
    return FakeSearcher([float(len(text)) for text in texts])


Make = Callable[[Sequence[str]], Searcher]
MAKERS: tuple[Make, ...] = (fake, faiss, codes, ngram)
each_searcher = pytest.mark.parametrize("make", MAKERS)
MakeDense = Callable[[Sequence[str]], DenseSearcher]
DENSE: tuple[MakeDense, ...] = (fake, faiss, codes)


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


@pytest.mark.parametrize("make", DENSE)
@given(texts=PASSAGES, text=ANY_TEXT, k=st.integers(0, 14))
def test_a_vector_finds_what_its_text_finds(
    make: MakeDense, texts: list[str], text: str, k: int
) -> None:
    searcher = make(texts)
    assert searcher.nearest(ENCODER.encode([text])[0], k) == searcher.search(text, k)


@each_searcher
def test_hits_are_looked_at_one_by_one_or_several_at_once(make: Make) -> None:
    hits = make(["spade", "water", "spade water"]).search("spade water", 3)
    assert [*hits] == [hits[place] for place in range(len(hits))]
    assert hits != hits[1:]


@pytest.mark.parametrize("make", DENSE)
@given(texts=PASSAGES, text=ANY_TEXT, data=st.data())
def test_the_similarity_of_a_passage_is_the_score_it_is_found_with(
    make: MakeDense, texts: list[str], text: str, data: st.DataObject
) -> None:
    searcher = make(texts)
    places = st.lists(st.sampled_from(range(len(texts))), max_size=5) if texts else st.just([])
    asked = data.draw(places)  # in any order, and twice
    scores = {hit.passage: hit.score for hit in searcher.search(text, len(texts))}
    found = searcher.similarities(text, asked)
    assert found == pytest.approx([scores[place] for place in asked], abs=1e-6)
    assert all(type(score) is float for score in found)


# ---- against the oracles


@pytest.mark.parametrize("make", [faiss, codes])
@given(texts=PASSAGES, text=ANY_TEXT, k=st.integers(0, 14))
def test_semantic_search_finds_what_comparing_all_finds(
    make: MakeDense, texts: list[str], text: str, k: int
) -> None:
    vectors = ENCODER.encode(texts)
    found = make(texts).search(text, k)
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


def test_many_vectors_have_codes_that_find_what_comparing_all_finds() -> None:
    vectors = made_vectors(3000, 1)
    asked = made_vectors(100, 2)
    made = vector_codes(vectors, lambda: asked, flat_up_to=2999, reach=AT)
    assert made.kind == "codes"
    assert AT < made.reach < 3000
    found = FaissSearcher(vectors, Given(asked), made)
    shares = []
    for number, row in enumerate(asked):
        best = {int(place) for place in np.argsort(-(vectors @ row))[:AT]}
        hits = found.search(str(number), AT)
        shares.append(len(best & {hit.passage for hit in hits}) / AT)
        for hit in hits:
            assert hit.score == pytest.approx(float(vectors[hit.passage] @ row), abs=1e-6)
    assert np.mean(shares) >= RECALL
    assert made.recall == pytest.approx(np.mean(shares), abs=1e-4)


def test_few_vectors_are_all_compared_and_no_questions_are_needed() -> None:
    made = vector_codes(made_vectors(50, 1), lambda: pytest.fail("asked"), flat_up_to=50)
    assert (made.kind, made.recall, made.codes.size) == ("flat", 1.0, 0)
    assert "all" in made.described()


def test_how_codes_are_searched_is_said() -> None:
    nothing = (np.zeros((1, 1), np.uint8), np.zeros((1, 16, 2), np.float32))
    said = VectorCodes("codes", 0.996, 2000, *nothing).described()
    assert said == "codes first, then 2000 vectors; recall at 10: 0.996"


def test_codes_of_other_vectors_are_those_of_coding_them_all() -> None:
    vectors, asked = made_vectors(500, 1), made_vectors(1, 2)
    made = vector_codes(vectors, lambda: asked, flat_up_to=9, reach=AT)
    before = made.codes.copy()
    places = np.array([-1, 499, 7, 7, -1, 3, *range(10, 60)])  # new, moved, twice, and many gone
    other = np.where(places[:, None] < 0, made_vectors(len(places), 3), vectors[places])
    anew = coded_anew(made, other, places)
    every = coded_anew(made, other, np.full(len(places), -1))
    assert np.array_equal(anew.codes, every.codes)
    for row, vector in enumerate(other):
        found = FaissSearcher(other, Given(vector[None]), anew).search("0", 99)
        assert found[0].passage == (2 if row == 3 else row)
        assert len(found) <= len(other)
    assert np.array_equal(made.codes, before)
    assert coded_anew(FLAT, other, places) is FLAT


@lru_cache
def made_codes() -> VectorCodes:
    """Return codes of some vectors."""
    return vector_codes(made_vectors(99, 1), lambda: made_vectors(9, 2), flat_up_to=9)


def made_vectors(number: int, seed: int) -> Vectors:
    """Return unit vectors in a few clouds, as those of texts are."""
    chosen = np.random.default_rng(seed)
    clouds = np.random.default_rng(0).standard_normal((40, Given.dimensions))
    rows = clouds[chosen.integers(0, 40, number)]
    rows = rows + 0.5 * chosen.standard_normal(rows.shape)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


class Given(HashEncoder):
    """An encoder of numbers: gives the row of that number."""

    def __init__(self, rows: Vectors) -> None:
        self._rows = rows

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return the rows that the texts number."""
        return self._rows[[int(text) for text in texts]]


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


@pytest.mark.parametrize("k", [1, 40, 400, 2900])
@pytest.mark.parametrize("text", ["moon spade", "aaab", "root", "qqq"])
def test_lexical_search_of_many_passages_sorts_out_none_of_the_best(text: str, k: int) -> None:
    chosen = random.Random(1)
    words = [*WORDS, *("".join(chosen.choices("ab", k=6)) for _ in range(60))]
    texts = [" ".join(chosen.choices(words, k=3)) for _ in range(3000)]
    searcher = ngram(texts)
    every = searcher.search(text, len(texts))
    assert_alike(every, oracle.ngram_hits(texts, is_asking, text, len(texts)), len(texts))
    assert searcher.search(text, k) == every[:k]


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
    read = NgramIndex.from_arrays(index.to_arrays())
    assert read.grams == index.grams
    before = NgramSearcher(index, is_asking).search(text, 6)
    assert NgramSearcher(read, is_asking).search(text, 6) == before
    for row in range(len(texts)):
        norm = float(np.linalg.norm(index.matrix.toarray()[row])) if index.grams else 0.0
        assert norm == pytest.approx(1.0, abs=1e-5) or norm == 0.0
