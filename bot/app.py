"""The composition root: the only module that picks implementations and joins them."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from bot.absent import hidden
from bot.errors import Code, ModelError
from bot.settings import Settings

# spaCy's thinc imports torch and TensorFlow wherever they are installed: seconds and hundreds of
# megabytes for nothing. In processes that have not loaded them, it shall not find them.
with hidden("torch", "tensorflow"):
    from bot.adapters.spacy_phrases import SpacyPhrases, stop_words

from bot.adapters.faiss_searcher import FaissSearcher
from bot.adapters.index_store import IndexStore, StoredIndex
from bot.adapters.intent_model import IntentModel
from bot.adapters.model_archive import INTENT_FILE, TEMPLATE_FILE, read_member
from bot.adapters.ngram_searcher import NgramIndex, NgramSearcher, build_index
from bot.adapters.onnx_encoder import MANIFEST_FILE, OnnxEncoder
from bot.adapters.rapidfuzz_spellings import RapidfuzzSpellings
from bot.adapters.word_list import WordList, common_words, telling_words
from bot.answering.answer import Answer
from bot.answering.answerer import Answerer
from bot.answering.context import Context
from bot.answering.decision import (
    DESCRIBED,
    DESCRIBED_FEATURES,
    NAMED_FEATURES,
    Judge,
    Threshold,
    forms,
)
from bot.answering.drill import Bench, Drill, Template
from bot.answering.knowledge import Knowledge
from bot.answering.language import detect
from bot.answering.question import SMALLTALK, Question, QuestionType
from bot.formats.entry_json import from_json, to_json
from bot.formats.served import read_glossary
from bot.glossary.folding import words
from bot.glossary.glossary import Glossary
from bot.glossary.mention import PLACEHOLDER, Mention, masked
from bot.glossary.names import Names
from bot.glossary.section import SectionKind
from bot.glossary.spotting import Spotter
from bot.retrieval.encoder import Encoder, Vectors
from bot.retrieval.interaction import (
    Interaction,
    PieceIndex,
    as_bytes,
    content,
    project,
    projection_of,
)
from bot.retrieval.passage import Passage, passages_of
from bot.retrieval.retriever import Retriever

_RANKED = 10  # intents that travel with a question, beside out_of_scope
_UNFITTED = Threshold(0.5, 0.25)
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class SearchData:
    """What passage search needs: unit vectors, float32 (passages, dimensions), pieces, n-grams."""

    vectors: Vectors
    pieces: PieceIndex
    ngrams: NgramIndex


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
    ) -> None:
        self.glossary = glossary
        self.intents = intents
        self._encoder = encoder
        names = Names(glossary)
        uses = intents.question_words.items()
        asking = {word: count - least + 1 for word, count in uses if count >= least}
        self.vocabulary = WordList(asking, common, glossary.languages)
        self._spoken = _Languages(glossary, telling)
        self.passages: Sequence[Passage] = passages_of(glossary)
        self.spotter = self.spotter_over(glossary)
        self.retriever = Retriever(
            self.passages,
            FaissSearcher(search.vectors, encoder),
            NgramSearcher(search.ngrams, self.vocabulary.is_filler),
            encoder,
            Interaction(search.pieces, self.passages, self.vocabulary.is_filler),
        )
        explained = _Explained(self.passages)
        definitions = [p for p in self.passages if p.kind is SectionKind.DEFINITION]
        self.answerer = Answerer(
            Knowledge(
                glossary, names, explained, _Explained(definitions), self.retriever,
                self.vocabulary, self.spotter.spot, self.classify, named, described,
            )
        )  # fmt: skip

    def spotter_over(self, glossary: Glossary) -> Spotter:
        """Return a spotter that knows the names of (a part of) the glossary."""
        names = Names(glossary)
        return Spotter(names, SpacyPhrases(names), RapidfuzzSpellings(names), self.vocabulary)

    def classify(
        self, text: str, mentions: Iterable[Mention], intents: IntentModel | None = None
    ) -> dict[str, float]:
        """Return the likeliest question types of a text in which terms were spotted.

        Args:
            text: the message.
            mentions: the terms in it.
            intents: the classifier, where it shall be another one than ``self.intents``.
        """
        model = intents or self.intents
        found = tuple(mentions)
        ranking = model.predict(self._corrected(text, found), self._encoder)
        if found and all(mention.weak for mention in found):
            plain = model.predict(self._corrected(text, ()), self._encoder)
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
            meant = self.vocabulary.meant(word.folded)
            if meant != word.folded:
                parts.append(plain[position : word.start] + meant)
                position = word.end
        return "".join(parts) + plain[position:]

    def question(
        self,
        text: str,
        mentions: tuple[Mention, ...],
        intents: Mapping[str, float],
        spoken: str = "",
    ) -> Question:
        """Join what is known of a message; ``spoken`` is the language of the conversation."""
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

    def ask(self, text: str, context: Context = Context()) -> Answer:  # noqa: B008
        """Answer a message."""
        return self.answerer.answer(self.understand(text, context), context)


def load_assistant(settings: Settings) -> Assistant:
    """Load what was trained.

    Raises:
        ModelError: something is missing or damaged; says what to do.
    """
    encoder = OnnxEncoder(settings.encoder)
    archive = settings.rasa_model
    intents = IntentModel.from_bytes(read_member(archive, INTENT_FILE), str(archive))
    stored = IndexStore(settings.index).read()
    for name, features in (("named", NAMED_FEATURES), ("described", DESCRIBED_FEATURES)):
        if tuple(stored.decision[name]["features"]) != features:
            raise ModelError(
                Code.M005, path=settings.index, thing="index", found="another release",
                expected="this one",
            )  # fmt: skip
    return Assistant(
        Glossary((from_json(entry) for entry in stored.entries), stored.glossary_version),
        encoder,
        intents,
        stored.common_words,
        SearchData(stored.vectors, stored.pieces, NgramIndex.from_bytes(stored.ngrams)),
        Judge.from_dict(stored.decision["named"]),
        Judge.from_dict(stored.decision["described"]),
        telling=stored.telling_words,
    )


@lru_cache(maxsize=1)
def shared_assistant() -> Assistant:
    """Return the one assistant of this process, from the settings of the environment."""
    return load_assistant(Settings.from_environment())


@dataclass(frozen=True, slots=True)
class Compiled:
    """What compiling the index did: its version, counts, the calibration report."""

    version: str
    fresh: bool
    entries: int
    passages: int
    encoded: int
    calibration: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Encoded:
    """The passages of a glossary as vectors: content keys, unit vectors, pieces, how many anew."""

    passages: Sequence[Passage]
    keys: Sequence[str]
    vectors: Vectors
    pieces: PieceIndex
    anew: int


def encode_glossary(settings: Settings, glossary: Glossary) -> Encoded:
    """Encode the passages of a glossary; those that the current index has are taken from it.

    Raises:
        ModelError: the encoder is missing or damaged.
    """
    encoder = OnnxEncoder(settings.encoder)
    before = _readable(IndexStore(settings.index))
    passages = passages_of(glossary)
    keys = [_key(passage, encoder.version) for passage in passages]
    return _encode(keys, passages, encoder, before)


def compile_index(
    settings: Settings, progress: Progress, encoded: Callable[[], Encoded] | None = None
) -> Compiled:
    """Read the glossary, encode what is new, calibrate the decision and make it current.

    Nothing is done when the current index already holds this glossary.

    Args:
        settings: where things are.
        progress: is told what is being done.
        encoded: gives the encoded passages where they were encoded beforehand.

    Raises:
        GlossaryError: the glossary has a fault; the index stays as it was.
        ModelError: encoder or intent model are missing; train first.
    """
    glossary = read_glossary(settings.glossary, settings.models, progress)
    archive = settings.rasa_model
    model = read_member(archive, INTENT_FILE)
    store = IndexStore(settings.index)
    version = _version(glossary.version, (settings.encoder / MANIFEST_FILE).read_bytes(), model)
    before = _readable(store)
    if before and before.version == version:
        calibration = before.decision["report"]
        return Compiled(version, False, len(glossary), len(before.passages), 0, calibration)
    progress(f"indexing {len(glossary)} entries")
    done = encoded() if encoded else encode_glossary(settings, glossary)
    intents = IntentModel.from_bytes(model, str(archive))
    common, telling = common_words(glossary.languages), telling_words(glossary.languages)
    asking = WordList(intents.question_words, common, glossary.languages).is_filler
    ngrams = build_index([p.text for p in done.passages], asking)
    search = SearchData(done.vectors, done.pieces, ngrams)
    progress("calibrating the decision")
    # Words that only one training question uses count as unknown while questions made from that
    # very question calibrate the decision; real people will use words that none of them does.
    encoder = OnnxEncoder(settings.encoder)
    unfitted = Assistant(glossary, encoder, intents, common, search, *_unfitted(), 2, telling)
    templates = read_templates(read_member(archive, TEMPLATE_FILE))
    decision = _calibrate(unfitted, templates, common)
    store.write(
        StoredIndex(
            version, glossary.version, [to_json(entry) for entry in glossary], list(done.keys),
            done.vectors, done.pieces, ngrams.to_bytes(), common, telling, decision,
        )
    )  # fmt: skip
    counts = (len(glossary), len(done.passages), done.anew)
    return Compiled(version, True, *counts, decision["report"])


def _readable(store: IndexStore) -> StoredIndex | None:
    try:
        return store.read()
    except ModelError:
        return None  # none yet, or damaged: it is built anew


def _version(*parts: str | bytes) -> str:
    digest = hashlib.sha256()
    for part in (*parts, _code()):
        digest.update(part if isinstance(part, bytes) else part.encode())
    return digest.hexdigest()[:16]


def _code() -> bytes:
    """Return a hash of the program that the index is made with and for."""
    digest = hashlib.sha256()
    here = Path(__file__).parent
    for package in ("glossary", "formats", "retrieval", "answering", "adapters"):
        for path in sorted((here / package).glob("*.py")):
            digest.update(path.read_bytes())
    return digest.digest()


def _key(passage: Passage, encoder_version: str) -> str:
    return hashlib.sha256(f"{encoder_version}\0{passage.text}".encode()).hexdigest()[:24]


def _encode(
    keys: Sequence[str],
    passages: Sequence[Passage],
    encoder: Encoder,
    before: StoredIndex | None,
) -> Encoded:
    """Encode the passages whose keys the former index does not have."""
    known = _known(before)
    new = [place for place, key in enumerate(keys) if key not in known]
    texts = [passages[place].text for place in new]
    rows, found = encoder.encode_pieces([*texts, ""])
    said = [
        content(text, pieces, stop_words(passages[place].language).__contains__)
        for text, pieces, place in zip(texts, found, new, strict=False)
    ]
    projection = before.pieces.projection if before else projection_of(np.concatenate(said))
    for row, place in enumerate(new):
        known[keys[place]] = (rows[row], as_bytes(project(said[row], projection)))
    chosen = [known[key] for key in keys]
    pieces = PieceIndex(
        projection,
        np.concatenate([part for _, part in chosen]),
        np.array([len(part) for _, part in chosen], np.int64),
    )
    return Encoded(passages, keys, np.stack([row for row, _ in chosen]), pieces, len(new))


def _known(before: StoredIndex | None) -> dict[str, tuple[Any, Any]]:
    """Return vector and pieces of each passage of an index, by content key."""
    if before is None:
        return {}
    ends = np.cumsum(before.pieces.counts)
    parts = np.split(before.pieces.vectors, ends[:-1])
    return {
        key: (row, part)
        for key, row, part in zip(before.passages, before.vectors, parts, strict=True)
    }


def _unfitted() -> tuple[Judge, Judge]:
    return Judge(NAMED_FEATURES, (0.0,) * len(NAMED_FEATURES), 0.0, _UNFITTED), DESCRIBED


def _calibrate(
    assistant: Assistant, templates: Sequence[Template], common: Sequence[str]
) -> dict[str, Any]:
    from bot.adapters.decision_trainer import calibrate

    glossary = assistant.glossary
    bench = Bench(
        assistant.answerer,
        assistant.retriever,
        assistant.passages,
        lambda gone: assistant.spotter_over(glossary.without(gone)),
    )
    drill = Drill(
        glossary,
        templates,
        bench,
        assistant.language,
        lambda text: assistant.classify(text, assistant.spotter.spot(text)),
        assistant.vocabulary.is_question_word,
        common,
    )
    calibration = calibrate(drill.samples())
    return {
        "named": calibration.named.to_dict(),
        "described": calibration.described.to_dict(),
        "report": calibration.report,
    }


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


class _Languages:
    """Tells the language of a text by function words and by the words of the glossary's texts.

    Args:
        glossary: its languages are those to choose from.
        telling: everyday words by language, for a text that has neither.
    """

    def __init__(self, glossary: Glossary, telling: Mapping[str, Sequence[str]]) -> None:
        self._glossary = glossary
        self._stop_words = {code: stop_words(code) for code in glossary.languages}
        self._telling = {code: frozenset(known) for code, known in telling.items()}

    def detect(self, text: str, default: str) -> str:
        """Return the language of a text, or the default where nothing tells."""
        return detect(text, self._stop_words, self._own, self._telling, default)

    def of_names(self, text: str, default: str) -> str:
        """Return the language whose words the glossary uses in a text, leaving out stop words."""
        none: dict[str, frozenset[str]] = dict.fromkeys(self._stop_words, frozenset())
        return detect(text, none, self._own, {}, default)

    @cached_property
    def _own(self) -> dict[str, frozenset[str]]:
        """The words of the glossary that occur in one of its languages only."""
        found: dict[str, set[str]] = {code: set() for code in self._glossary.languages}
        for entry in self._glossary:
            for term in entry.terms:
                found.setdefault(term.language, set()).update(_folded(term.text))
            for code, text in entry.texts.items():
                for section in (text.definition, *text.sections):
                    found[code].update((*_folded(section.text), *_folded(section.heading)))
        return {
            code: frozenset(known.difference(*(w for c, w in found.items() if c != code)))
            for code, known in found.items()
        }


def _folded(text: str) -> set[str]:
    return {word.folded for word in words(text)}


class _Explained(Mapping[str, frozenset[str]]):
    """The words of each entry in all their forms, worked out when first asked for."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._texts: dict[str, list[str]] = {}
        for passage in passages:
            self._texts.setdefault(passage.concept, []).append(passage.text)
        self._found: dict[str, frozenset[str]] = {}

    def __getitem__(self, concept: str) -> frozenset[str]:
        if concept not in self._found:
            spoken = {word.folded for text in self._texts[concept] for word in words(text)}
            self._found[concept] = frozenset().union(*(forms(word) for word in spoken))
        return self._found[concept]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)
