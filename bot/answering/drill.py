"""The drill: questions made from the glossary at hand, with known right answers.

The decision is calibrated on them. Right are training questions filled with terms of the glossary
and sentences of its sections; wrong are the same questions asked of a glossary from which the
concept was taken out (so a near miss in this very field), requests that merely contain a term,
and everyday talk.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.answering.answerer import Answerer
from bot.answering.question import (
    CONCEPT_TYPES,
    NAMED_TYPES,
    Question,
    QuestionType,
)
from bot.answering.topic import topics
from bot.glossary.entry import Entry
from bot.glossary.folding import fold, words
from bot.glossary.glossary import Glossary
from bot.glossary.mention import PLACEHOLDER
from bot.glossary.section import SectionKind
from bot.glossary.spotting import Spotter
from bot.retrieval.hit import Candidate
from bot.retrieval.passage import Passage, plain
from bot.retrieval.retriever import Retriever

FOLDS = 3
QUESTIONS_PER_ENTRY = 3
MOST_ENTRIES = 200
MOST_REQUESTS = 400
_FRAMES: Mapping[str, tuple[str, ...]] = {
    "en": ("what do you call {}", "whats the word for this: {}", "{} how is that called"),
    "de": ("wie nennt man {}", "wie heißt das: {}", "{} wie sagt man dazu"),
}
_DESCRIBING = (
    SectionKind.DEFINITION, SectionKind.CHARACTERISTICS, SectionKind.HOW, SectionKind.PURPOSE,
)  # fmt: skip
_SENTENCE = re.compile(r"(?<=[.;:])\s+")


@dataclass(frozen=True, slots=True)
class Template:
    """A masked training question, its intent, and what a model that did not see it predicts."""

    text: str
    intent: str
    intents: Mapping[str, float]

    @property
    def slots(self) -> int:
        """How many terms it takes."""
        return self.text.count(PLACEHOLDER)


@dataclass(frozen=True, slots=True)
class Sample:
    """Evidence of one drill question and whether answering would be right."""

    named: bool
    evidence: Mapping[str, float]
    right: bool


@dataclass(frozen=True, slots=True)
class Bench:
    """The assistant as it would be over (a part of) the glossary."""

    spotter: Spotter
    answerer: Answerer
    retriever: Retriever
    passages: Sequence[Passage]


class Drill:
    """Asks drill questions and collects the evidence.

    Args:
        glossary: the glossary at hand.
        templates: masked questions with out-of-fold predictions.
        bench: gives the assistant over the glossary without some concepts.
        detect: tells the language of a text.
        predict: intent probabilities of a masked text, by the final model.
        seed: makes the choice of questions repeatable.
    """

    def __init__(
        self,
        glossary: Glossary,
        templates: Sequence[Template],
        bench: Callable[[frozenset[str]], Bench],
        detect: Callable[[str], str],
        predict: Callable[[str], Mapping[str, float]],
        seed: int = 11,
    ) -> None:
        self._glossary = glossary
        self._templates = templates
        self._bench = bench
        self._detect = detect
        self._predict = predict
        self._random = random.Random(seed)

    def samples(self) -> list[Sample]:
        """Return the evidence of all drill questions."""
        concepts = [entry.id for entry in self._glossary]
        self._random.shuffle(concepts)
        concepts = concepts[:MOST_ENTRIES]
        whole = self._bench(frozenset())
        found = list(self._known(concepts, whole))
        for fold_number in range(FOLDS):
            gone = frozenset(concepts[fold_number::FOLDS])
            if 0 < len(gone) < len(self._glossary):
                found += self._unknown(sorted(gone), self._bench(gone))
        found += self._described(concepts, whole)
        found += self._requests(whole)
        return found

    # ---- questions that name a concept

    def _known(self, concepts: Sequence[str], bench: Bench) -> Iterator[Sample]:
        for concept in concepts:
            for template in self._pick(NAMED_TYPES, QUESTIONS_PER_ENTRY):
                others = [c for c in concepts if c != concept] or [concept]
                rest = [self._random.choice(others) for _ in range(template.slots - 1)]
                text = self._fill(template.text, (concept, *rest))
                question = self._question(text, template, bench)
                yield self._judged(question, bench, frozenset((concept, *rest)))

    def _unknown(self, gone: Sequence[str], bench: Bench) -> Iterator[Sample]:
        for concept in gone:
            for template in self._pick(NAMED_TYPES, 1, slots=1):
                question = self._question(self._fill(template.text, (concept,)), template, bench)
                yield self._judged(question, bench, frozenset())

    def _requests(self, bench: Bench) -> Iterator[Sample]:
        """Everyday talk, requests that contain a term, and descriptions from other walks of life."""
        outside = (QuestionType.OUT_OF_SCOPE.value, QuestionType.FIND_TERM.value)
        templates = [t for t in self._templates if t.intent in outside]
        self._random.shuffle(templates)
        concepts = [entry.id for entry in self._glossary]
        for template in templates[:MOST_REQUESTS]:
            picked = [self._random.choice(concepts) for _ in range(template.slots)]
            question = self._question(self._fill(template.text, picked), template, bench)
            yield self._judged(question, bench, frozenset())

    def _judged(self, question: Question, bench: Bench, asked: frozenset[str]) -> Sample:
        """Judge as the answerer would; ``asked`` are the concepts a right answer is about."""
        about = question.likeliest(CONCEPT_TYPES)
        if not question.mentions or about is QuestionType.FIND_TERM:
            return self._ranked(question, bench, "", ())
        mentions = topics(question, all_of_them=len(asked) > 1)
        concepts = tuple(dict.fromkeys(c for m in mentions for c in m.concepts))
        _, evidence = bench.answerer.judge_named(question, concepts)
        right = bool(asked) and all(set(m.concepts) & asked for m in mentions)
        return Sample(True, evidence, right and asked <= set(concepts))

    # ---- questions that describe a concept

    def _described(self, concepts: Sequence[str], bench: Bench) -> Iterator[Sample]:
        numbers: dict[str, list[int]] = {}
        for number, passage in enumerate(bench.passages):
            if passage.kind in _DESCRIBING:
                numbers.setdefault(passage.concept, []).append(number)
        for concept in concepts:
            for number in self._random.sample(numbers.get(concept, []), 1):
                yield from self._describe(concept, number, bench)

    def _describe(self, concept: str, number: int, bench: Bench) -> Iterator[Sample]:
        passage = bench.passages[number]
        text = self._description(self._glossary[concept], passage)
        mentions = bench.spotter.spot(text)
        question = Question(text, passage.language, mentions, self._predict(text))
        yield self._ranked(question, bench, concept, (number,))
        yield self._ranked(question, bench, "", (), without=(concept,))

    def _description(self, entry: Entry, passage: Passage) -> str:
        """Return one sentence of a passage without the names of its concept, in a question."""
        body = passage.text.split(": ", 1)[-1]
        sentences = [s for s in _SENTENCE.split(plain(body)) if len(words(s)) > 5] or [body]
        sentence = self._random.choice(sentences)
        for term in sorted(entry.terms, key=lambda t: -len(t.text)):
            sentence = re.sub(rf"(?i)\b{re.escape(term.text)}\w{{0,2}}\b", "it", sentence)
        frames = _FRAMES.get(passage.language, ("{}",))
        return self._random.choice(frames).format(sentence.rstrip(".").lower())

    def _ranked(
        self,
        question: Question,
        bench: Bench,
        concept: str,
        unseen: Sequence[int],
        without: Sequence[str] = (),
    ) -> Sample:
        mentioned = {c for m in question.mentions for c in m.concepts} - {concept}
        ranking: list[Candidate] = bench.retriever.rank(
            question.text, question.language, without={*mentioned, *without}, unseen=unseen
        )
        _, evidence = bench.answerer.judge_described(question, ranking)
        return Sample(False, evidence, bool(ranking) and ranking[0].concept == concept)

    # ---- making questions

    def _pick(
        self, types: frozenset[QuestionType], count: int, slots: int | None = None
    ) -> list[Template]:
        fitting = [
            t
            for t in self._templates
            if t.intent in types and t.slots and (slots is None or t.slots == slots)
        ]
        return self._random.sample(fitting, min(count, len(fitting)))

    def _question(self, text: str, template: Template, bench: Bench) -> Question:
        language = self._detect(text)
        return Question(text, language, bench.spotter.spot(text), template.intents)

    def _fill(self, template: str, concepts: Sequence[str]) -> str:
        language = self._detect(template)
        for concept in concepts:
            terms = [t.text for t in self._glossary[concept].terms if t.language == language]
            terms = terms or [self._glossary[concept].terms[0].text]
            term = self._random.choice(terms)
            typed = fold(term) if self._random.random() < 0.5 and language == "en" else term
            template = template.replace(PLACEHOLDER, typed, 1)
        return template
