"""The ranking of concepts is that of the formula, worked out concept by concept."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.glossary.folding import words
from bot.glossary.section import SectionKind
from bot.retrieval.bm25 import index_terms
from bot.retrieval.centroid import Centroids
from bot.retrieval.encoder import Pieces
from bot.retrieval.hit import Candidate
from bot.retrieval.interaction import (
    DIMENSIONS,
    Interaction,
    PieceIndex,
    as_bytes,
    content,
    project,
    projection_of,
)
from bot.retrieval.passage import Passage
from bot.retrieval.retriever import (
    DEPTH,
    LEXICAL_WEIGHT,
    LEXICAL_WEIGHTS,
    TERMS_WEIGHT,
    WHOLE_WEIGHT,
    WORDS_WEIGHT,
    Retriever,
)
from tests import oracle
from tests.fakes import FakeSearcher, HashEncoder, search_data

WORDS = ("rose", "soil", "water", "leaf", "the", "of")
TEXTS = st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join)
ENCODER = HashEncoder()


def is_asking(word: str) -> bool:
    """Tell whether a word says nothing of a concept."""
    return word in ("the", "of")


@st.composite
def passages(draw: st.DrawFn) -> list[Passage]:
    """Draw passages of a few concepts in two languages."""
    kinds = st.sampled_from((SectionKind.DEFINITION, SectionKind.HOW, SectionKind.COST))
    made = st.builds(Passage, st.sampled_from("abcd"), st.sampled_from(("en", "de")), kinds, TEXTS)
    return draw(st.lists(made, min_size=1, max_size=10))


def scores(number: int) -> st.SearchStrategy[list[float]]:
    """Draw scores that are exact in binary, so that there are ties."""
    return st.lists(st.integers(-2, 8).map(lambda n: n / 8), min_size=number, max_size=number)


def piece_index(texts: Sequence[str]) -> PieceIndex:
    """Index the pieces of texts, none left out."""
    found = ENCODER.encode_pieces(texts)[1]
    projection = np.eye(ENCODER.dimensions, dtype=np.float32)
    return PieceIndex(
        projection,
        as_bytes(project(np.concatenate([each.vectors for each in found]), projection)),
        np.array([len(each.spans) for each in found], np.int64),
    )


def retriever(found: Sequence[Passage], dense: list[float], lexical: list[float]) -> Retriever:
    """Return a retriever over searchers whose scores are given."""
    index = piece_index([p.text for p in found])
    interaction = Interaction(index, found, is_asking)
    searchers = (FakeSearcher(dense), FakeSearcher(lexical))
    return Retriever(found, *searchers, ENCODER, interaction, centroids(found), index_terms(found))


def centroids(found: Sequence[Passage]) -> Centroids:
    """Return the centroids of passages."""
    return Centroids(ENCODER.encode([p.text for p in found]), found)


def alike(found: Sequence[Passage], text: str, concept: str, language: str) -> float:
    """Return how alike a question and an entry are, word by word, by comparing every pair."""
    asked = [w for w in text.split() if not is_asking(w)] or text.split()
    entry = [p for p in found if p.concept == concept]
    if language != "de":  # which is read in English
        entry = [p for p in entry if p.language == language] or entry
    said = [w for p in entry for w in p.text.split()]
    if not asked or not said:
        return 0.0

    def vector(word: str) -> list[float]:
        return [float(x) for x in ENCODER.encode_pieces([word])[1][0].vectors[0]]

    def cosine(one: str, other: str) -> float:
        rounded = [round(x * 127) / 127 for x in vector(other)]
        return sum(x * y for x, y in zip(vector(one), rounded, strict=True))

    return sum(max(cosine(w, s) for s in said) for w in asked) / len(asked)


def mean_of_best(found: Sequence[Passage], values: list[float], concept: str) -> float:
    """Return the mean of a concept's best passage and its best definition, none below 0."""
    mine = [(p.kind, v) for p, v in zip(found, values, strict=True) if p.concept == concept]
    best = max([v for _, v in mine] + [0.0])
    definition = max([v for kind, v in mine if kind is SectionKind.DEFINITION] + [0.0])
    return (best + definition) / 2


@given(st.data(), passages(), TEXTS, st.sampled_from(("en", "de", "fr")), st.integers(1, 5))
def test_the_ranking_is_that_of_the_formula(
    data: st.DataObject, found: list[Passage], text: str, language: str, k: int
) -> None:
    dense, lexical = data.draw(scores(len(found))), data.draw(scores(len(found)))
    without = data.draw(st.sets(st.sampled_from("abcd"), max_size=2))
    weight = LEXICAL_WEIGHTS.get(language, LEXICAL_WEIGHT)
    expected = []
    for concept in sorted({p.concept for p in found} - without):
        d, x = (mean_of_best(found, values, concept) for values in (dense, lexical))
        words = alike(found, text, concept, language)
        fused = (d + weight * x) / (1 + weight)
        score = (1 - WORDS_WEIGHT) * fused + WORDS_WEIGHT * words
        whole = oracle.whitened_cosine(
            ENCODER.encode([p.text for p in found]), [p.concept for p in found],
            ENCODER.encode([text])[0], concept,
        )  # fmt: skip
        score = (1 - WHOLE_WEIGHT) * score + WHOLE_WEIGHT * whole
        said = oracle.bm25(found, text, language)
        if index_terms(found).terms:
            score = (1 - TERMS_WEIGHT) * score + TERMS_WEIGHT * said[concept]
        expected.append(Candidate(concept, score, d, x, words, said[concept]))
    expected.sort(key=lambda c: (-c.score, c.concept))
    ranking = retriever(found, dense, lexical).rank(text, language, k=k, without=without)
    assert [c.score for c in ranking] == pytest.approx([c.score for c in expected[:k]], abs=1e-5)
    by_concept = {c.concept: c for c in expected}
    for candidate in ranking:
        same = by_concept[candidate.concept]
        assert (candidate.dense, candidate.lexical) == pytest.approx((same.dense, same.lexical))
        assert candidate.words == pytest.approx(same.words, abs=1e-5)
        assert candidate.terms == pytest.approx(same.terms, abs=1e-5)
    keys = [(-c.score, c.concept) for c in ranking]
    assert keys == sorted(keys)


@given(st.data(), passages(), TEXTS)
def test_the_similarity_is_the_best_cosine_of_these_concepts(
    data: st.DataObject, found: list[Passage], text: str
) -> None:
    dense = data.draw(scores(len(found)))
    concepts = data.draw(st.sets(st.sampled_from("abcdz")))
    values = [v for p, v in zip(found, dense, strict=True) if p.concept in concepts]
    assert retriever(found, dense, dense).similarity(text, concepts) == max(values, default=0.0)


@given(passages(), st.lists(st.sampled_from(WORDS), min_size=1, max_size=5))
def test_a_word_is_as_familiar_as_the_nearest_word_of_the_entries(
    found: list[Passage], said: list[str]
) -> None:
    text = " ".join(said)
    starts = [sum(len(word) + 1 for word in said[:place]) for place in range(len(said))]
    spans = [(s, s + len(w)) for s, w in zip(starts, said, strict=True)]
    known = retriever(found, [], []).familiarity(text, spans, ["a", "b"])
    entries = {word for p in found if p.concept in "ab" for word in p.text.split()}
    for word, value in zip(said, known, strict=True):
        assert (value > 0.99) == (word in entries)
        expected = max((near(word, other) for other in entries), default=0.0)
        assert value == pytest.approx(expected, abs=1e-5)


def near(word: str, other: str) -> float:
    """Return the cosine of two words, the second one kept as bytes."""
    one, two = (
        [float(x) for x in ENCODER.encode_pieces([w])[1][0].vectors[0]] for w in (word, other)
    )
    return sum(x * round(y * 127) / 127 for x, y in zip(one, two, strict=True))


def test_what_has_no_pieces_or_no_entry_is_not_strange() -> None:
    found = [Passage("a", "en", SectionKind.HOW, "rose")]
    searched = retriever(found, [0.0], [0.0])
    assert searched.familiarity("soil ?", [(5, 6), (0, 4)], ["a"])[0] == 1.0
    assert searched.familiarity("soil", [(0, 4)], []) == [1.0]
    assert searched.familiarity("soil", [], ["a"]) == []


def test_wordings_need_not_make_a_word_familiar() -> None:
    found = [Passage("a", "en", SectionKind.HOW, "rose"), Passage("a", "en", None, "soil")]
    searched = retriever(found, [0.0], [0.0])
    assert searched.familiarity("soil", [(0, 4)], ["a"])[0] > 0.99
    assert searched.familiarity("soil", [(0, 4)], ["a"], wordings=False)[0] < 0.99


def test_a_definition_too_far_down_counts_as_the_last_hit() -> None:
    found = [Passage("a", "en", SectionKind.HOW, "rose"), Passage("b", "en", SectionKind.HOW, "x")]
    found += [Passage("c", "en", SectionKind.COST, "soil")] * DEPTH
    found += [Passage("a", "en", SectionKind.DEFINITION, "leaf")]
    values = [1.0, 0.75, *[0.5] * DEPTH, 0.25]
    ranking = retriever(found, values, values).rank("rose", "en", k=3)
    assert {c.concept: c.dense for c in ranking} == {
        "a": (1.0 + 0.5) / 2,
        "b": (0.75 + 0.5) / 2,
        "c": 0.5,
    }


def test_the_garden_is_searched_by_meaning_and_by_words() -> None:
    texts = ["rose: a flower with thorns", "spade: a tool that digs", "rake: a tool for leaves"]
    found = [Passage(t.split(":")[0], "en", SectionKind.DEFINITION, t) for t in texts]
    data = search_data(texts)
    dense = [
        hit.score for hit in oracle.cosine_hits(data.vectors, ENCODER.encode(["thorns"])[0], 3)
    ]
    assert len(dense) == 3
    interaction = Interaction(data.pieces, found, is_asking)
    pieces = ENCODER.encode_pieces(["thorny thorns"])[1][0]
    scored = interaction.scores("thorny thorns", pieces, "en", ["rose", "spade", "none"])
    assert scored["rose"] > scored["spade"] > scored["none"] == 0.0


# ---- pieces


@given(st.lists(st.sampled_from(WORDS), max_size=6))
def test_only_pieces_of_content_words_are_compared(said: list[str]) -> None:
    text = ", ".join(said)
    pieces = ENCODER.encode_pieces([text])[1][0]
    kept = content(text, pieces, is_asking)
    asked = [place for place, word in enumerate(said) if not is_asking(word)]
    expected = pieces.vectors[asked] if asked else pieces.vectors
    assert np.array_equal(kept, expected)


def test_a_piece_that_reaches_into_a_content_word_is_kept() -> None:
    pieces = Pieces(np.eye(3, dtype=np.float32), ((0, 3), (3, 6), (7, 9)))
    assert np.array_equal(content("theros of", pieces, is_asking), np.eye(3)[:2])


@given(
    st.text(alphabet="abo -'", max_size=20),
    st.lists(st.tuples(st.integers(0, 20), st.integers(1, 6)), max_size=8),
)
def test_pieces_are_kept_that_share_a_character_with_a_content_word(
    text: str, places: list[tuple[int, int]]
) -> None:
    spans = tuple((start, start + length) for start, length in places)
    vectors = np.arange(len(spans), dtype=np.float32).reshape(-1, 1)
    inside = {n for w in words(text) if w.folded != "a" for n in range(w.start, w.end)}
    meant = [row for row, span in enumerate(spans) if inside.intersection(range(*span))]
    found = content(text, Pieces(vectors, spans), lambda word: word == "a")
    assert found[:, 0].tolist() == (meant or list(range(len(spans))))


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6))
def test_the_projection_keeps_cosines_where_nothing_is_left_out(said: list[str]) -> None:
    vectors = ENCODER.encode_pieces([" ".join(said)])[1][0].vectors
    projection = projection_of([vectors])
    assert projection.shape == (ENCODER.dimensions, min(DIMENSIONS, ENCODER.dimensions))
    assert projection.dtype == np.float32
    assert np.array_equal(projection, projection_of([vectors[:1], vectors[1:].copy()]))
    smaller = project(vectors, projection)
    assert np.allclose(np.linalg.norm(smaller, axis=1), 1, atol=1e-5)
    assert np.allclose(smaller @ smaller.T, vectors @ vectors.T, atol=1e-4)
    kept = as_bytes(smaller)
    assert kept.dtype == np.int8
    assert np.abs(kept / 127 - smaller).max() <= 0.51 / 127


def test_nothing_is_projected_to_nothing() -> None:
    projection = np.eye(4, 2, dtype=np.float32)
    assert project(np.zeros((0, 4), np.float32), projection).shape == (0, 2)


def test_a_projection_of_many_pieces_is_repeatable() -> None:
    vectors = np.random.default_rng(1).normal(size=(21_000, 8)).astype(np.float32)
    assert np.array_equal(projection_of([vectors]), projection_of([vectors]))


def test_it_does_not_matter_which_texts_the_pieces_of_a_projection_are_of() -> None:
    vectors = np.random.default_rng(1).normal(size=(21_000, 200)).astype(np.float32)
    parts = np.split(vectors, [0, 7, 7, 5000, 20_999])
    assert np.array_equal(projection_of(parts), projection_of([vectors]))


@pytest.mark.parametrize(("language", "dense"), [("en", 0.6875), ("fr", 0.625)])
def test_the_best_sentence_counts_half_where_the_encoder_reads_the_language(
    language: str, dense: float
) -> None:
    found = [
        Passage("a", "en", SectionKind.DEFINITION, "rose"),
        Passage("a", "en", SectionKind.HOW, "water"),
        Passage("a", "en", None, "leaf", sentence=True),
        Passage("a", "en", None, "soil", sentence=True),
        Passage("b", "en", SectionKind.DEFINITION, "the"),
    ]
    ranked = retriever(found, [0.5, 0.75, 0.25, 0.75, 0.0], [0.0] * 5).rank("rose", language)
    assert {c.concept: c.dense for c in ranked} == {"a": dense, "b": 0.0}
