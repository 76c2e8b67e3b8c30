"""An edition: one version of the glossary as it is served, and how the next is made from it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from bot.adapters.faiss_searcher import coded_anew
from bot.adapters.index_store import StoredIndex
from bot.adapters.intent_model import IntentModel
from bot.adapters.ngram_searcher import NgramIndex, build_index, updated
from bot.adapters.word_list import common_words, telling_words
from bot.app import Assistant, SearchData, assemble, judges
from bot.encoded import Encoded, encode
from bot.formats.entry_json import to_json
from bot.glossary.glossary import Glossary
from bot.index_compiler import CALIBRATED_ON
from bot.retrieval.bm25 import index_terms
from bot.retrieval.contents import Contents
from bot.retrieval.encoder import Encoder


class VersionedEncoder(Encoder, Protocol):
    """An encoder that says which one it is."""

    version: str


@dataclass(frozen=True, slots=True)
class Trained:
    """What only training makes: it stays as it is when the glossary changes.

    ``index`` and ``glossary`` are the versions that the decision was calibrated with; ``decision``
    is as the index holds it.
    """

    encoder: VersionedEncoder
    intents: IntentModel
    decision: Mapping[str, Any]
    index: str
    glossary: str


@dataclass(frozen=True, slots=True)
class Edition:
    """An assistant, and what its successor takes over.

    ``common`` and ``telling`` are folded everyday words, as an index holds them.
    """

    assistant: Assistant
    encoded: Encoded
    ngrams: NgramIndex
    common: Sequence[str]
    telling: Mapping[str, Sequence[str]]
    trained: Trained

    @classmethod
    def of(cls, stored: StoredIndex, encoder: VersionedEncoder, intents: IntentModel) -> Edition:
        """Return the edition that an index holds.

        Raises:
            ModelError: another release of this program made the index.
        """
        assistant = assemble(stored, encoder, intents)
        trained = Trained(
            encoder, intents, stored.decision, stored.version,
            str(stored.decision.get(CALIBRATED_ON, "")),
        )  # fmt: skip
        return cls(
            assistant, Encoded.of(stored), assistant.search.ngrams, stored.common_words,
            stored.telling_words, trained,
        )  # fmt: skip

    @property
    def glossary(self) -> Glossary:
        """The glossary that is answered from."""
        return self.assistant.glossary

    @property
    def index_version(self) -> str:
        """The version of its index; that of training where the glossary is the calibrated one."""
        if self.glossary.version == self.trained.glossary:
            return self.trained.index
        parts = f"live {self.trained.index} {self.glossary.version}"
        return hashlib.sha256(parts.encode()).hexdigest()[:16]

    def judged_by(self, stored: StoredIndex) -> Edition:
        """Return the edition with the decision of another index.

        Raises:
            ModelError: another release of this program made the index.
        """
        judges(stored.decision)
        glossary = str(stored.decision.get(CALIBRATED_ON, ""))
        trained = replace(
            self.trained, decision=stored.decision, index=stored.version, glossary=glossary
        )
        return replace(self, trained=trained)

    def following(self, glossary: Glossary) -> Edition:
        """Return the edition of another version; the same entries are not worked on again.

        The decision stays as it was calibrated. All that the first question would wait for is
        worked out.
        """
        trained = self.trained
        contents = Contents(glossary, self.assistant.contents)
        encoded = encode(contents.passages, trained.encoder, trained.encoder.version, self.encoded)
        spoken = set(glossary.languages) == set(self.glossary.languages)
        common = self.common if spoken else common_words(glossary.languages)
        telling = self.telling if spoken else telling_words(glossary.languages)
        ignored = self.assistant.vocabulary.is_filler
        texts = [passage.lexical for passage in contents.passages]
        if spoken:
            ngrams = updated(self.ngrams, encoded.places, texts, ignored)
        else:
            ngrams = build_index(texts, ignored)
        terms = index_terms(contents.passages)
        codes = coded_anew(self.assistant.search.codes, encoded.vectors, encoded.places)
        assistant = Assistant(
            glossary, trained.encoder, trained.intents, common,
            SearchData(encoded.vectors, encoded.pieces, ngrams, terms, codes),
            *judges(trained.decision), telling=telling, contents=contents,
            phrases=self.assistant.phrases,
        )  # fmt: skip
        assistant.warm_up()
        return Edition(assistant, encoded, ngrams, common, telling, trained)

    def to_stored(self) -> StoredIndex:
        """Return the index to write; it says what the decision was calibrated on."""
        return StoredIndex(
            self.index_version,
            self.glossary.version,
            [to_json(entry) for entry in self.glossary],
            list(self.encoded.keys),
            np.asarray(self.encoded.vectors),
            self.encoded.pieces,
            self.assistant.search.codes,
            self.ngrams,
            self.assistant.search.terms,
            list(self.common),
            {code: list(known) for code, known in self.telling.items()},
            dict(self.trained.decision),
        )
