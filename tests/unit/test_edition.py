"""The next edition is the one that building everything anew would give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from bot.adapters.faiss_searcher import FLAT
from bot.adapters.ngram_searcher import NgramSearcher, build_index, updated
from bot.app import Assistant, SearchData
from bot.edition import Edition, Trained
from bot.encoded import Encoded, encode
from bot.glossary.entry import Entry
from bot.glossary.glossary import Glossary
from bot.glossary.section import Section
from bot.retrieval.bm25 import index_terms
from bot.retrieval.encoder import Pieces, Vectors
from bot.retrieval.passage import passages_of
from tests.fakes import HashEncoder, fake_assistant
from tests.garden import garden


class Recorder(HashEncoder):
    """Remembers what it was asked to encode."""

    version = "hash"

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def as_read(self, text: str) -> str:
        return text

    def encode_pieces(self, texts: Sequence[str]) -> tuple[Vectors, list[Pieces]]:
        """Return what the encoder returns."""
        self.encoded += texts
        return super().encode_pieces(texts)


def first_edition(encoder: Recorder) -> Edition:
    made = fake_assistant(garden())
    passages = passages_of(made.glossary)
    encoded = encode(passages, encoder, encoder.version, None)
    ngrams = build_index([p.text for p in passages], made.vocabulary.is_filler)
    named, described = made.answerer._known.named, made.answerer._known.described
    assistant = Assistant(
        made.glossary, encoder, made.intents, (),
        SearchData(encoded.vectors, encoded.pieces, ngrams, index_terms(passages), FLAT),
        named, described,
    )  # fmt: skip
    decision = {"named": named.to_dict(), "described": described.to_dict()}
    trained = Trained(encoder, made.intents, decision, "trained", made.glossary.version)
    return Edition(assistant, encoded, ngrams, (), {}, trained)


def saying(entry: Entry, text: str) -> Entry:
    """Return an entry with another English definition."""
    said = entry.texts["en"]
    definition: Section = replace(said.definition, text=text)
    return replace(entry, texts={**entry.texts, "en": replace(said, definition=definition)})


def changed(glossary: Glossary) -> Glossary:
    """Return a glossary with one entry changed, one gone and one new."""
    spade = saying(glossary["moon-spade"], "A moon spade is a shovel for purple turnips.")
    new = replace(spade, id="turnip-fork", terms=(replace(spade.terms[0], text="turnip fork"),))
    others = [e for e in glossary if e.id not in ("moon-spade", "dew-barrel")]
    others = [replace(e, related=tuple(r for r in e.related if r in glossary)) for e in others]
    return Glossary([*others, spade, new], "next")


def test_the_next_edition_answers_as_one_built_anew() -> None:
    encoder = Recorder()
    edition = first_edition(encoder)
    glossary = changed(edition.glossary)
    following = edition.following(glossary)
    anew = first_edition(encoder)
    fresh = encode(passages_of(glossary), encoder, "hash", None)
    assert following.encoded.keys == fresh.keys
    assert np.array_equal(following.encoded.vectors, fresh.vectors)
    assert np.array_equal(following.encoded.pieces.counts, fresh.pieces.counts)
    assert following.assistant.passages == passages_of(glossary)
    said = following.assistant.ask("What is a turnip fork?").text
    assert "purple turnips" in said
    assert "purple" not in anew.assistant.ask("What is a moon spade?").text
    assert not following.assistant.spotter.spot("a dew barrel")
    assert edition.assistant.spotter.spot("a dew barrel")


def test_only_new_passages_are_encoded() -> None:
    encoder = Recorder()
    edition = first_edition(encoder)
    encoder.encoded.clear()
    following = edition.following(changed(edition.glossary))
    known = {passage.text for passage in edition.assistant.passages}
    assert following.encoded.anew > 0
    assert known.isdisjoint(encoder.encoded)


def test_the_index_says_what_the_decision_was_calibrated_on() -> None:
    edition = first_edition(Recorder())
    following = edition.following(changed(edition.glossary))
    assert edition.index_version == "trained"
    assert following.index_version not in ("trained", "next")
    assert following.trained.glossary == edition.glossary.version
    assert following.to_stored().decision == edition.trained.decision
    assert following.following(edition.glossary).index_version == "trained"


@pytest.mark.parametrize(
    "texts",
    [
        ["red moon", "green cheese", "red cheese and soil"],
        ["new words only"],
        ["green cheese", "green cheese", "a night garden", "red moon"],
        ["cheese of the night", "red moon red moon"],
    ],
)
def test_n_grams_that_were_updated_score_as_those_built_anew(texts: list[str]) -> None:
    before = ["red moon", "green cheese", "blue soil", "blue soil"]
    places = np.array([before.index(text) if text in before else -1 for text in texts])
    none = frozenset[str]().__contains__
    index = updated(build_index(before, none), places, texts, none)
    anew = build_index(texts, none)
    assert sorted(index.grams) == sorted(anew.grams)
    for question in (*before, *texts):
        found = NgramSearcher(index, none).search(question, 9)
        expected = NgramSearcher(anew, none).search(question, 9)
        assert [hit.passage for hit in found] == [hit.passage for hit in expected]
        assert [h.score for h in found] == pytest.approx([h.score for h in expected], abs=1e-6)


def test_the_lexicon_counts_on_as_if_counted_anew() -> None:
    edition = first_edition(Recorder())
    edition.assistant.language("ready")
    glossary = changed(edition.glossary)
    following = edition.following(glossary)
    assert following.assistant.contents.lexicon.own() == (
        fake_assistant(glossary).contents.lexicon.own()
    )


def test_vectors_of_another_encoder_are_not_taken_over() -> None:
    encoder = Recorder()
    passages = passages_of(garden())
    before: Encoded = encode(passages, encoder, "one", None)
    assert encode(passages, encoder, "two", before).anew == len(passages)
    assert encode(passages, encoder, "one", before).anew == 0
