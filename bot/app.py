"""The composition root: the only module that picks implementations and joins them."""

from __future__ import annotations

import hashlib
import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from bot.errors import Code, ModelError
from bot.settings import Settings

if "thinc" not in sys.modules:
    # spaCy's thinc imports torch and TensorFlow wherever they are installed: seconds and hundreds
    # of megabytes for nothing. In processes that have not loaded them, it shall not find them.
    from bot.absent import hidden
else:  # pragma: no cover
    from contextlib import nullcontext as hidden  # type: ignore[assignment]

with hidden("torch", "tensorflow"):
    from bot.adapters.spacy_phrases import SpacyPhrases, stop_words

from bot.adapters.faiss_searcher import FaissSearcher
from bot.adapters.index_store import IndexStore, StoredIndex
from bot.adapters.intent_model import IntentModel
from bot.adapters.model_archive import INTENT_FILE, TEMPLATE_FILE, read_member
from bot.adapters.ngram_searcher import NgramIndex, NgramSearcher, build_index
from bot.adapters.onnx_encoder import OnnxEncoder
from bot.adapters.rapidfuzz_spellings import RapidfuzzSpellings
from bot.adapters.word_list import WordList, common_words
from bot.answering.answer import Answer
from bot.answering.answerer import Answerer, Knowledge
from bot.answering.context import Context
from bot.answering.decision import (
    DESCRIBED_FEATURES,
    NAMED_FEATURES,
    Judge,
    Threshold,
    forms,
)
from bot.answering.drill import Bench, Drill, Template
from bot.answering.language import detect
from bot.answering.question import Question, QuestionType
from bot.formats.entry_json import from_json, to_json
from bot.formats.folder import read_folder
from bot.glossary.folding import words
from bot.glossary.glossary import Glossary
from bot.glossary.mention import Mention, masked
from bot.glossary.names import Names
from bot.glossary.spotting import Spotter
from bot.retrieval.encoder import Encoder, Vectors
from bot.retrieval.passage import Passage, passages_of
from bot.retrieval.retriever import Retriever

_RANKED = 10  # intents that travel with a question, beside out_of_scope
_UNFITTED = Threshold(0.5, 0.25)
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class SearchData:
    """What passage search needs: unit vectors, float32 (passages, dimensions), and word pieces."""

    vectors: Vectors
    ngrams: NgramIndex


class Assistant:
    """Everything that answers questions, over one version of a glossary."""

    def __init__(
        self,
        glossary: Glossary,
        encoder: Encoder,
        intents: IntentModel,
        common: Sequence[str],
        search: SearchData,
        named: Judge,
        described: Judge,
    ) -> None:
        self.glossary = glossary
        self.intents = intents
        self._encoder = encoder
        names = Names(glossary)
        self.vocabulary = WordList(intents.question_words, common, glossary.languages)
        self._stop_words = {code: stop_words(code) for code in glossary.languages}
        self.passages: Sequence[Passage] = passages_of(glossary)
        self.spotter = self.spotter_over(glossary)
        self.retriever = Retriever(
            self.passages,
            FaissSearcher(search.vectors, encoder),
            NgramSearcher(search.ngrams, self.vocabulary.is_question_word),
        )
        explained = _Explained(self.passages)
        self.answerer = Answerer(
            Knowledge(
                glossary, names, explained, self.retriever, self.vocabulary, self.classify, named,
                described,
            )
        )  # fmt: skip

    def spotter_over(self, glossary: Glossary) -> Spotter:
        """Return a spotter that knows the names of (a part of) the glossary."""
        names = Names(glossary)
        return Spotter(names, SpacyPhrases(names), RapidfuzzSpellings(names), self.vocabulary)

    def classify(self, text: str, mentions: Iterable[Mention]) -> dict[str, float]:
        """Return the likeliest question types of a text in which terms were spotted."""
        ranking = self.intents.predict(masked(text, tuple(mentions)), self._encoder)
        kept = {*list(ranking)[:_RANKED], QuestionType.OUT_OF_SCOPE.value}
        return {name: round(p, 6) for name, p in ranking.items() if name in kept}

    def question(
        self, text: str, mentions: tuple[Mention, ...], intents: Mapping[str, float], spoken: str = ""
    ) -> Question:
        """Join what is known of a message; ``spoken`` is the language of the conversation."""
        return Question(text, self.language(text, spoken), mentions, intents)

    def language(self, text: str, spoken: str = "") -> str:
        """Return the language of a text; where nothing tells, that of the conversation."""
        default = spoken or self.glossary.languages[0]
        return detect(text, self._stop_words, default)

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
        SearchData(stored.vectors, NgramIndex.from_bytes(stored.ngrams)),
        Judge.from_dict(stored.decision["named"]),
        Judge.from_dict(stored.decision["described"]),
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


def compile_index(settings: Settings, progress: Progress) -> Compiled:
    """Read the glossary, encode what is new, calibrate the decision and make it current.

    Nothing is done when the current index already holds this glossary; passages that were
    encoded before are not encoded again.

    Raises:
        GlossaryError: the glossary has a fault; the index stays as it was.
        ModelError: encoder or intent model are missing; train first.
    """
    glossary = read_folder(settings.glossary)
    encoder = OnnxEncoder(settings.encoder)
    archive = settings.rasa_model
    model = read_member(archive, INTENT_FILE)
    store = IndexStore(settings.index)
    version = _version(glossary.version, encoder.version, model)
    before = _readable(store)
    if before and before.version == version:
        calibration = before.decision["report"]
        return Compiled(version, False, len(glossary), len(before.passages), 0, calibration)
    intents = IntentModel.from_bytes(model, str(archive))
    passages = passages_of(glossary)
    progress(f"encoding {len(passages)} passages of {len(glossary)} entries")
    keys = [_key(passage, encoder.version) for passage in passages]
    vectors, encoded = _encode(keys, passages, encoder, before)
    common = common_words(glossary.languages)
    asking = WordList(intents.question_words, common, glossary.languages).is_question_word
    search = SearchData(vectors, build_index([p.text for p in passages], asking))
    progress("calibrating the decision")
    unfitted = Assistant(glossary, encoder, intents, common, search, *_unfitted())
    templates = read_templates(read_member(archive, TEMPLATE_FILE))
    decision = _calibrate(unfitted, templates)
    entries = [to_json(entry) for entry in glossary]
    store.write(
        StoredIndex(
            version, glossary.version, entries, keys, vectors, search.ngrams.to_bytes(), common,
            decision,
        )
    )  # fmt: skip
    return Compiled(version, True, len(glossary), len(passages), encoded, decision["report"])


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


def _code() -> str:
    """Return what of the program the index depends on: features and bounds of the decision."""
    from bot.adapters.decision_trainer import DESCRIBED_BOUND, NAMED_BOUND

    return json.dumps([NAMED_FEATURES, DESCRIBED_FEATURES, NAMED_BOUND, DESCRIBED_BOUND])


def _key(passage: Passage, encoder_version: str) -> str:
    return hashlib.sha256(f"{encoder_version}\0{passage.text}".encode()).hexdigest()[:24]


def _encode(
    keys: Sequence[str],
    passages: Sequence[Passage],
    encoder: Encoder,
    before: StoredIndex | None,
) -> tuple[Vectors, int]:
    """Return the vectors of all passages and how many had to be encoded."""
    known = dict(zip(before.passages, before.vectors, strict=True)) if before else {}
    new = [place for place, key in enumerate(keys) if key not in known]
    fresh = encoder.encode([passages[place].text for place in new] + [""])
    known.update({keys[place]: fresh[row] for row, place in enumerate(new)})
    return np.stack([known[key] for key in keys]).astype(np.float32), len(new)


def _unfitted() -> tuple[Judge, Judge]:
    return (
        Judge(NAMED_FEATURES, (0.0,) * len(NAMED_FEATURES), 0.0, _UNFITTED),
        Judge(DESCRIBED_FEATURES, (0.0,) * len(DESCRIBED_FEATURES), 0.0, _UNFITTED),
    )


def _calibrate(assistant: Assistant, templates: Sequence[Template]) -> dict[str, Any]:
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
        for text, intent, row in zip(
            header["texts"], header["intents"], probabilities, strict=True
        )
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
