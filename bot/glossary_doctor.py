"""The doctor of a glossary: reads what can be read, builds it aside, checks and asks it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bot.adapters.faiss_neighbours import near_pairs
from bot.adapters.index_store import IndexStore
from bot.adapters.spacy_phrases import stop_words
from bot.adapters.word_list import common_words
from bot.answering.selftest import MOST_ENTRIES, Reply, run, self_tests
from bot.app import load_assistant
from bot.calibration import Verdict, verdicts
from bot.checkup.checkup import examine
from bot.checkup.duplicates import ALIKE, Pair
from bot.checkup.finding import Check, Finding, Level, Place, ranked
from bot.checkup.subject import Subject
from bot.errors import ModelError, UserFacingError
from bot.formats.assembly import NO_ENTRY
from bot.formats.survey import Survey, survey
from bot.glossary.glossary import Glossary
from bot.glossary.section import SectionKind
from bot.index_compiler import compile_index
from bot.retrieval.encoder import Vectors
from bot.retrieval.passage import passages_of
from bot.settings import Settings
from bot.workbench import workbench

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found in a glossary.

    Attributes:
        entries: how many entries could be read.
        languages: how many of them have a text, by language.
        findings: the worst first.
        notes: what was not looked at, and why.
        replies: of the self-test.
        calibration: the report of the calibration, by judge; empty if nothing was built.
        verdicts: what that report means.
    """

    entries: int
    languages: Mapping[str, int]
    findings: Sequence[Finding]
    notes: Sequence[str] = ()
    replies: Sequence[Reply] = ()
    calibration: Mapping[str, Any] = field(default_factory=dict)
    verdicts: Sequence[Verdict] = ()

    @property
    def worst(self) -> Level | None:
        """The level of the worst finding, if there is any."""
        return self.findings[0].level if self.findings else None

    def to_dict(self) -> dict[str, object]:
        """Return a JSON object."""
        return {
            "entries": self.entries,
            "languages": dict(self.languages),
            "findings": [finding.to_dict() for finding in self.findings],
            "notes": list(self.notes),
            "self_test": {name: [hits, total] for name, hits, total in self.shares()},
            "calibration": dict(self.calibration),
            "verdicts": [{"judge": v.judge, "met": v.met, "found": v.sentence,
                          "questions_needed": v.needed} for v in self.verdicts],
        }  # fmt: skip

    def shares(self) -> Iterator[tuple[str, int, int]]:
        """Yield (what the self-test asked by, how often it came back first, how often asked)."""
        for name, named in (("names", True), ("definitions", False)):
            asked = [reply for reply in self.replies if reply.question.named is named]
            right = sum(r.back if named else r.first == r.question.concept for r in asked)
            yield name, right, len(asked)


def examine_glossary(
    settings: Settings,
    path: Path,
    progress: Progress,
    quick: bool = False,
    most: int = MOST_ENTRIES,
) -> Examination:
    """Examine a glossary of any known format; what serves is left alone.

    Args:
        settings: where the models are that the self-test needs.
        path: the glossary.
        progress: is told what is being done.
        quick: look at the texts only, build and ask nothing.
        most: of how many entries the self-test asks.

    Raises:
        GlossaryError: nothing of it can be read.
    """
    surveyed = survey(path, progress)
    glossary = surveyed.glossary
    common = frozenset(common_words(glossary.languages))
    subject = Subject(
        glossary, surveyed.sources, surveyed.files,
        lambda word, language: word in stop_words(language), common.__contains__,
    )  # fmt: skip
    built = _Built(("names and texts only: nothing was built and asked",))
    if not quick:
        built = _build(settings, path, progress, most)
    progress(f"checking {len(glossary)} entries")
    said = tuple(verdicts(built.calibration, len(glossary)))
    known = [r for r in built.replies if r.question.concept in glossary]
    findings = ranked((
        *_faults(surveyed), *examine(subject, built.pairs, known), *_unmet(said),
    ))  # fmt: skip
    languages = {
        code: sum(code in entry.texts for entry in glossary) for code in glossary.languages
    }
    return Examination(
        len(glossary), languages, findings, built.notes, known, built.calibration, said
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Built:
    """What only a built glossary shows."""

    notes: Sequence[str] = ()
    pairs: Sequence[Pair] = ()
    replies: Sequence[Reply] = ()
    calibration: Mapping[str, Any] = field(default_factory=dict)


def _build(settings: Settings, path: Path, progress: Progress, most: int) -> _Built:
    """Build the glossary aside and ask it; say why where it cannot be."""
    without = "duplicates, the self-test and the calibration were left out"
    try:
        with workbench(settings) as bench:
            bench = replace(bench, glossary=path)
            done = compile_index(bench, progress)
            assistant = load_assistant(bench)
            stored = IndexStore(bench.index).read()
            questions = self_tests(assistant.glossary, most)
            progress(f"asking {len(questions)} questions of the self-test")
            return _Built(
                _sampled(assistant.glossary, most),
                tuple(_pairs(assistant.glossary, stored.vectors)),
                run(questions, assistant.ask),
                done.calibration,
            )
    except ModelError as error:
        return _Built((f"{without}: {error}",))
    except UserFacingError as error:
        return _Built((f"{without} until the errors are mended: {error}",))


def _sampled(glossary: Glossary, most: int) -> tuple[str, ...]:
    if len(glossary) <= most:
        return ()
    return (f"the self-test asked for {most} of {len(glossary)} entries; see --self-test",)


def _pairs(glossary: Glossary, vectors: Vectors) -> Iterator[Pair]:
    """Yield entries whose definitions in one language are near."""
    passages = passages_of(glossary)
    for language in glossary.languages:
        rows = [
            number
            for number, passage in enumerate(passages)
            if passage.kind is SectionKind.DEFINITION and passage.language == language
        ]
        for one, other, cosine in near_pairs(vectors[rows], ALIKE):
            left, right = passages[rows[one]].concept, passages[rows[other]].concept
            if left != right:
                yield Pair(left, right, language, cosine)


def _faults(surveyed: Survey) -> Iterator[Finding]:
    for fault in surveyed.faults:
        if fault.found.endswith(NO_ENTRY):
            continue  # the check of relations says the same, with the nearest name
        yield Finding(Check.FAULT, Place(fault.file, fault.line), fault.found, fault.mend)


def _unmet(said: Sequence[Verdict]) -> Iterator[Finding]:
    for verdict in said:
        if not verdict.met:
            mend = (
                "Nothing needs doing; more entries would settle it."
                if verdict.needed
                else "Tell entries that are confused apart in their definitions."
            )
            yield Finding(Check.UNMET_BOUND, Place("."), verdict.sentence, mend)
