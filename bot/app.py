"""The composition root: the only module that picks implementations and joins them."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np

from bot.adapters.faiss_searcher import FLAT, FaissSearcher, VectorCodes
from bot.adapters.index_store import IndexStore, StoredIndex
from bot.adapters.intent_model import IntentModel
from bot.adapters.model_archive import INTENT_FILE, read_member, usable
from bot.adapters.ngram_searcher import NgramIndex, NgramSearcher
from bot.adapters.rapidfuzz_spellings import RapidfuzzSpellings
from bot.adapters.served_encoder import ServedEncoder
from bot.adapters.spacy_phrases import SpacyPhrases, stop_words
from bot.adapters.word_list import WordList
from bot.answering.answer import Answer
from bot.answering.answerer import Answerer
from bot.answering.context import Context
from bot.answering.decision import (
    DESCRIBED_FEATURES,
    NAMED_FEATURES,
    Judge,
)
from bot.answering.drill import Template
from bot.answering.knowledge import Knowledge
from bot.answering.language import detect
from bot.answering.question import SMALLTALK, Question, QuestionType
from bot.collector import uncollected
from bot.errors import Code, ModelError
from bot.feedback_store import FeedbackStore
from bot.formats.entry_json import from_json
from bot.glossary.compounds import Compounds
from bot.glossary.fields import OtherFields
from bot.glossary.folding import words
from bot.glossary.glossary import Glossary
from bot.glossary.mention import PLACEHOLDER, Mention, masked
from bot.glossary.names import Names
from bot.glossary.spotting import Spotter
from bot.retrieval.bm25 import TermIndex
from bot.retrieval.centroid import Centroids
from bot.retrieval.contents import Contents
from bot.retrieval.encoder import Encoder, Vectors
from bot.retrieval.interaction import (
    Interaction,
    PieceIndex,
)
from bot.retrieval.passage import Passage
from bot.retrieval.retriever import Retriever
from bot.settings import Settings

_PARTS = 32  # parts of messages: within a turn the same part is read more than once
_remembering = lru_cache(maxsize=_PARTS)
_PREPARED = 500  # entries; half a second
_RANKED = 10  # intents that travel with a question, beside out_of_scope


@dataclass(frozen=True, slots=True)
class SearchData:
    """What passage search needs: unit vectors, float32 (passages, dimensions), pieces and words.

    ``codes`` say how the vectors are searched.
    """

    vectors: Vectors
    pieces: PieceIndex
    ngrams: NgramIndex
    terms: TermIndex
    codes: VectorCodes = FLAT


class Assistant:
    """Everything that answers questions, over one version of a glossary.

    Args:
        glossary: what is known.
        encoder: encodes questions; the one the vectors were made with.
        intents: the classifier of question types.
        common: folded everyday words.
        search: what passage search needs.
        named: decides on questions that name their concept.
        described: decides on descriptions.
        least: in how many training questions a word must occur to count as a word of asking.
        telling: folded everyday words by the language that they tell.
        contents: what is worked out of the entries, where that was done before.
        phrases: finds the names; where it is given, for another version of them.
    """

    def __init__(
        self,
        glossary: Glossary,
        encoder: Encoder,
        intents: IntentModel,
        common: Sequence[str],
        search: SearchData,
        named: Judge,
        described: Judge,
        least: int = 1,
        telling: Mapping[str, Sequence[str]] = MappingProxyType({}),
        contents: Contents | None = None,
        phrases: SpacyPhrases | None = None,
    ) -> None:
        self.glossary = glossary
        self.contents = contents or Contents(glossary)
        self.search = search
        self.intents = intents
        names = self.contents.names
        uses = intents.question_words.items()
        asking = {word: count - least + 1 for word, count in uses if count >= least}
        self.vocabulary = WordList(asking, common, glossary.languages)
        self._classifier = _Classifier(encoder, self.vocabulary, intents)
        self._spoken = _Languages(self.contents, telling)
        self.passages: Sequence[Passage] = self.contents.passages
        explained = self.contents.explained
        self._compounds = Compounds(intents.compounds, explained.has)
        self.phrases = SpacyPhrases(names, phrases)
        self.spotter = self._spotter(names, self.phrases)
        self.retriever = Retriever(
            self.passages,
            FaissSearcher(search.vectors, encoder, search.codes),
            NgramSearcher(search.ngrams, self.vocabulary.is_filler),
            encoder,
            Interaction(search.pieces, self.passages, self.vocabulary.is_filler),
            Centroids(search.vectors, self.passages),
            search.terms,
        )
        contents = self.contents  # not self: who holds itself is freed late
        self.answerer = Answerer(
            Knowledge(
                glossary, names, explained, self.contents.defined, self.retriever, self.vocabulary,
                _remembering(self.spotter.spot), _remembering(self._classifier),
                named, described,
                OtherFields(intents.field_words, lambda word: contents.lexicon.has(word)),
            )
        )  # fmt: skip

    def spotter_over(self, glossary: Glossary) -> Spotter:
        """Return a spotter that knows the names of (a part of) the glossary."""
        names = Names(glossary)
        return self._spotter(names, SpacyPhrases(names))

    def _spotter(self, names: Names, phrases: SpacyPhrases) -> Spotter:
        return Spotter(names, phrases, RapidfuzzSpellings(names), self.vocabulary, self._compounds)

    def classify(
        self, text: str, mentions: Iterable[Mention], intents: IntentModel | None = None
    ) -> dict[str, float]:
        """Return the likeliest question types of a text in which terms were spotted.

        Args:
            text: the message.
            mentions: the terms in it.
            intents: the classifier, where it shall be another one than ``self.intents``.
        """
        return self._classifier.classify(text, mentions, intents or self.intents)

    def question(
        self,
        text: str,
        mentions: tuple[Mention, ...],
        intents: Mapping[str, float],
        spoken: str = "",
    ) -> Question:
        """Join what is known of a message; ``spoken`` is the language of the conversation.

        Mentions of concepts that this version of the glossary does not have are passed over: they
        may have been spotted in another process, by another version.
        """
        mentions = tuple(_there(mentions, self.glossary))
        default = self._spoken.of_names(text, spoken or self.glossary.languages[0])
        around = masked(text, mentions).replace(PLACEHOLDER, " ")  # "im" may be a name
        return Question(text, self.language(around, default), mentions, intents)

    def language(self, text: str, spoken: str = "") -> str:
        """Return the language of a text; where nothing tells, that of the conversation."""
        return self._spoken.detect(text, spoken or self.glossary.languages[0])

    def understand(self, text: str, context: Context = Context()) -> Question:  # noqa: B008
        """Spot terms, classify and tell the language of a message."""
        mentions = self.spotter.spot(text)
        return self.question(text, mentions, self.classify(text, mentions), context.language)

    def warm_up(self) -> None:
        """Work out now what the first question would wait for."""
        self.ask("readyy")  # misspelt, so that spellings are compared
        self.retriever.rank("ready", self.glossary.languages[0])
        self.retriever.similarity("ready", [next(iter(self.glossary)).id])
        self.contents.explained.prepare(_PREPARED)

    def ask(self, text: str, context: Context = Context()) -> Answer:  # noqa: B008
        """Answer a message."""
        return self.answerer.answer(self.understand(text, context), context)


def load_assistant(settings: Settings) -> Assistant:
    """Load what was trained.

    Raises:
        ModelError: something is missing or damaged; says what to do.
    """
    archive = usable(settings.rasa_model)
    intents = IntentModel.from_bytes(read_member(archive, INTENT_FILE), str(archive))
    stored = IndexStore(settings.index).read_usable()
    return assemble(stored, ServedEncoder(settings.encoder, settings.dictionary), intents)


def assemble(stored: StoredIndex, encoder: Encoder, intents: IntentModel) -> Assistant:
    """Join an index with the models that it was made with.

    Raises:
        ModelError: another release of this program made the index.
    """
    with uncollected():
        return Assistant(
            Glossary((from_json(entry) for entry in stored.entries), stored.glossary_version),
            encoder,
            intents,
            stored.common_words,
            SearchData(stored.vectors, stored.pieces, stored.ngrams, stored.terms, stored.codes),
            *judges(stored.decision),
            telling=stored.telling_words,
        )


def judges(decision: Mapping[str, Any]) -> tuple[Judge, Judge]:
    """Return the judges on named and on described concepts, as an index holds them.

    Raises:
        ModelError: another release of this program made them.
    """
    for name, features in (("named", NAMED_FEATURES), ("described", DESCRIBED_FEATURES)):
        if tuple(decision[name]["features"]) != features:
            raise ModelError(
                Code.M005, path="MODELS/index", thing="index", found="another release",
                expected="this one",
            )  # fmt: skip
    return Judge.from_dict(decision["named"]), Judge.from_dict(decision["described"])


@lru_cache(maxsize=1)
def shared_feedback() -> FeedbackStore:
    """Return where this process keeps feedback, from the settings of the environment."""
    settings = Settings.from_environment()
    return FeedbackStore(settings.feedback, texts=settings.feedback_texts)


def read_templates(data: bytes) -> list[Template]:
    """Read the masked training questions with their out-of-fold predictions."""
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        header = json.loads(arrays["header"].tobytes())
        probabilities = arrays["probabilities"]
    labels = header["labels"]
    return [
        Template(text, intent, dict(zip(labels, map(float, row), strict=True)))
        for text, intent, row in zip(header["texts"], header["intents"], probabilities, strict=True)
    ]


def write_templates(
    texts: Sequence[str], intents: Sequence[str], labels: Sequence[str], probabilities: Any
) -> bytes:
    """Serialise masked training questions for :func:`read_templates`.

    ``probabilities`` is float32 of shape (texts, labels).
    """
    header = {"texts": list(texts), "intents": list(intents), "labels": list(labels)}
    buffer = io.BytesIO()
    text = np.frombuffer(json.dumps(header).encode(), np.uint8)
    np.savez_compressed(buffer, header=text, probabilities=probabilities)
    return buffer.getvalue()


def _there(mentions: Iterable[Mention], glossary: Glossary) -> Iterator[Mention]:
    for mention in mentions:
        concepts = tuple(concept for concept in mention.concepts if concept in glossary)
        if concepts:
            yield replace(mention, concepts=concepts)


class _Classifier:
    """Tells the question type; apart from the assistant, so that an old one is freed at once."""

    def __init__(self, encoder: Encoder, vocabulary: WordList, intents: IntentModel) -> None:
        self._encoder = encoder
        self._vocabulary = vocabulary
        self._intents = intents

    def __call__(self, text: str, mentions: Sequence[Mention]) -> Mapping[str, float]:
        """Return what :meth:`classify` does with the classifier of the assistant."""
        return self.classify(text, mentions, self._intents)

    def classify(
        self, text: str, mentions: Iterable[Mention], intents: IntentModel
    ) -> dict[str, float]:
        """Return the likeliest question types of a text in which terms were spotted."""
        found = tuple(mentions)
        ranking = intents.predict(self._corrected(text, found), self._encoder)
        if found and all(mention.weak for mention in found):
            plain = intents.predict(self._corrected(text, ()), self._encoder)
            talk, name = next(iter(plain)), next(iter(ranking))
            if talk in SMALLTALK and plain[talk] > ranking[name]:  # "Guten Tag" asks for no tag
                ranking = plain
        kept = {*list(ranking)[:_RANKED], QuestionType.OUT_OF_SCOPE.value}
        return {name: round(p, 6) for name, p in ranking.items() if name in kept}

    def _corrected(self, text: str, mentions: Iterable[Mention]) -> str:
        """Return the masked question with misspelt asking words put right."""
        plain = masked(text, tuple(mentions))
        parts, position = [], 0
        for word in words(plain):
            meant = self._vocabulary.meant(word.folded)
            if meant != word.folded:
                parts.append(plain[position : word.start] + meant)
                position = word.end
        return "".join(parts) + plain[position:]


class _Languages:
    """Tells the language of a text by function words and by the words of the glossary's texts.

    Args:
        contents: of the glossary whose languages are those to choose from.
        telling: everyday words by language, for a text that has neither.
    """

    def __init__(self, contents: Contents, telling: Mapping[str, Sequence[str]]) -> None:
        self._contents = contents
        self._stop_words = {code: stop_words(code) for code in contents.glossary.languages}
        self._telling = {code: frozenset(known) for code, known in telling.items()}

    def detect(self, text: str, default: str) -> str:
        """Return the language of a text, or the default where nothing tells."""
        return detect(text, self._stop_words, self._own, self._telling, default)

    def of_names(self, text: str, default: str) -> str:
        """Return the language whose words the glossary uses in a text, leaving out stop words."""
        none: dict[str, frozenset[str]] = dict.fromkeys(self._stop_words, frozenset())
        return detect(text, none, self._own, {}, default)

    @cached_property
    def _own(self) -> Mapping[str, frozenset[str]]:
        """The words of the glossary that occur in one of its languages only."""
        return self._contents.lexicon.own()
