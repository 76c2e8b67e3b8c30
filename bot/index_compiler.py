"""The compiler of the index: everything that is worked out of a glossary before it is served."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.adapters.chunk_store import ChunkStore
from bot.adapters.faiss_searcher import vector_codes
from bot.adapters.index_store import IndexStore, StoredIndex
from bot.adapters.intent_model import IntentModel
from bot.adapters.model_archive import INTENT_FILE, TEMPLATE_FILE, read_member
from bot.adapters.ngram_searcher import build_index
from bot.adapters.served_encoder import ServedEncoder, stamp_of
from bot.adapters.word_list import WordList, common_words, telling_words
from bot.answering.decision import NAMED_FEATURES, Judge, Threshold, described_judge
from bot.answering.drill import Bench, Drill, Template
from bot.app import Assistant, SearchData, read_templates
from bot.encoded import Encoded, encode_many
from bot.errors import ModelError
from bot.forked import in_forks
from bot.formats.entry_json import to_json
from bot.formats.served import read_glossary
from bot.glossary.glossary import Glossary
from bot.progress import Countdown
from bot.retrieval.bm25 import index_terms
from bot.retrieval.contents import Contents
from bot.retrieval.passage import Passage, passages_of
from bot.settings import Settings

CALIBRATED_ON = "calibrated_on"
"""In ``decision.json``: the version of the glossary that the judges were calibrated on."""

_MEASURED = 300  # questions that recall is measured with
_UNFITTED = Threshold(0.5, 0.25)
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Compiled:
    """What compiling the index did: its version, counts, the calibration report."""

    version: str
    fresh: bool
    entries: int
    passages: int
    encoded: int
    calibration: Mapping[str, Any]


def encode_glossary(settings: Settings, glossary: Glossary, progress: Progress) -> Encoded:
    """Encode the passages of a glossary; those that the current index has are taken from it.

    An interrupted call goes on where it was.

    Raises:
        ModelError: the encoder is missing or damaged.
    """
    count = Countdown(progress, "encoded", "passages")
    encoder = ServedEncoder(
        settings.encoder, settings.dictionary, os.cpu_count() or 1, count.add, yielding=True
    )
    before = _readable(IndexStore(settings.index))
    known = Encoded.of(before) if before else None
    chunks = ChunkStore(settings.encoding)
    return encode_many(passages_of(glossary), encoder, encoder.version, known, chunks, count)


def compile_index(
    settings: Settings,
    progress: Progress,
    encoded: Callable[[], Encoded] | None = None,
    glossary: Glossary | None = None,
    complete: Callable[[], object] = lambda: None,
) -> Compiled:
    """Encode what is new in the glossary, calibrate the decision and make it current.

    Nothing is done when the current index already holds this glossary.

    Args:
        settings: where things are.
        progress: is told what is being done.
        encoded: gives the encoded passages where they were encoded beforehand.
        glossary: the glossary; read from its folder if it is not given.
        complete: is called when all but making it current is done; what it raises prevents that.

    Raises:
        GlossaryError: the glossary has a fault; the index stays as it was.
        ModelError: encoder or intent model are missing; train first.
    """
    if glossary is None:
        glossary = read_glossary(settings.glossary, settings.models, progress)
    archive = settings.rasa_model
    model = read_member(archive, INTENT_FILE)
    store = IndexStore(settings.index)
    version = _version(glossary.version, stamp_of(settings.encoder, settings.dictionary), model)
    before = _readable(store)
    if before and before.version == version:
        complete()
        calibration = before.decision["report"]
        return Compiled(version, False, len(glossary), len(before.passages), 0, calibration)
    progress(f"indexing {len(glossary)} entries")
    intents = IntentModel.from_bytes(model, str(archive))
    common, telling = common_words(glossary.languages), telling_words(glossary.languages)
    asking = WordList(intents.question_words, common, glossary.languages).is_filler
    contents = Contents(glossary)
    ngrams = build_index([p.lexical for p in contents.passages], asking)
    terms = index_terms(contents.passages)
    templates = read_templates(read_member(archive, TEMPLATE_FILE))
    encoder = ServedEncoder(settings.encoder, settings.dictionary)
    # Where passages are encoded beside this, all above has cost no time.
    done = encoded() if encoded else encode_glossary(settings, glossary, progress)
    codes = vector_codes(done.vectors, lambda: encoder.encode(_halves(contents.passages)))
    search = SearchData(done.vectors, done.pieces, ngrams, terms, codes)
    progress("calibrating the decision")
    # Words that only one training question uses count as unknown while questions made from that
    # very question calibrate the decision; real people will use words that none of them does.
    judges = _unfitted(glossary)
    unfitted = Assistant(glossary, encoder, intents, common, search, *judges, 2, telling, contents)
    decision = _calibrate(unfitted, judges[1], templates, common) | {
        CALIBRATED_ON: glossary.version
    }
    complete()
    store.write(
        StoredIndex(
            version, glossary.version, [to_json(entry) for entry in glossary], list(done.keys),
            done.vectors, done.pieces, codes, ngrams, terms, common, telling, decision,
        )
    )  # fmt: skip
    ChunkStore(settings.encoding).clear()
    counts = (len(glossary), len(done.keys), done.anew)
    return Compiled(version, True, *counts, decision["report"])


def _halves(passages: Sequence[Passage]) -> list[str]:
    """Return every other word of some passages: questions to measure the search with."""
    step = -(-len(passages) // _MEASURED)
    return [" ".join(passage.text.split()[::2]) for passage in passages[::step]]


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


def _unfitted(glossary: Glossary) -> tuple[Judge, Judge]:
    named = Judge(NAMED_FEATURES, (0.0,) * len(NAMED_FEATURES), 0.0, _UNFITTED)
    return named, described_judge([bool(entry.described) for entry in glossary])


def _calibrate(
    assistant: Assistant, described: Judge, templates: Sequence[Template], common: Sequence[str]
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
        in_forks,
    )
    calibration = calibrate(drill.samples(), described)
    return {
        "named": calibration.named.to_dict(),
        "described": calibration.described.to_dict(),
        "report": calibration.report,
    }
