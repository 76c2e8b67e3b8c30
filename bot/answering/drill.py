"""The drill: questions made from the glossary at hand, with known right answers.

The decision is calibrated on them. Right are training questions filled with terms of the glossary
and sentences of its sections; wrong are the same questions asked of a glossary from which the
concept was taken out (so a near miss in this very field), requests that merely contain a term,
and everyday talk.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import chain
from zlib import crc32

from bot.answering.answerer import Answerer
from bot.answering.question import (
    CONCEPT_TYPES,
    NAMED_TYPES,
    Question,
    QuestionType,
)
from bot.answering.topic import topics
from bot.glossary.folding import fold, words
from bot.glossary.glossary import Glossary
from bot.glossary.mention import PLACEHOLDER, Mention
from bot.glossary.section import SectionKind
from bot.glossary.spotting import Spotter
from bot.retrieval.hit import Candidate
from bot.retrieval.passage import Passage
from bot.retrieval.retriever import Retriever

FOLDS = 3
QUESTIONS_PER_ENTRY = 3
UNKNOWN_PER_ENTRY = 3  # questions that name an entry taken out; most then name nothing at all
MOST_ENTRIES = 200
MOST_REQUESTS = 300
_FRAMES: Mapping[str, tuple[str, ...]] = {
    "en": ("what do you call {}", "whats the word for this: {}", "{} how is that called"),
    "de": ("wie nennt man {}", "wie heißt das: {}", "{} wie sagt man dazu"),
}
# How a field is named that a term is said to be of.
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "en": (
        "what is {0} in {1}", "what is a {0} in a {1}", "{0} of a {1}", "what does {0} mean in {1}",
        "what is the {0} on a {1}", "{0}, the {1} thing", "is {0} a {1}", "{0} the {1}, what is it",
        "how does the {0} of a {1} work", "why is the {1} {0} so important",
    ),
    "de": (
        "was ist {0} bei {1}", "was ist ein {0} im {1}", "{0} von {1}", "was bedeutet {0} in {1}",
        "was ist der {0} am {1}", "{0}, das mit {1}", "ist {0} ein {1}", "wie geht {0} beim {1}",
    ),
}  # fmt: skip
# What people say of themselves in the same breath, which makes no other field of a term.
_OCCASIONS: Mapping[str, tuple[str, ...]] = {
    "en": (
        "{0} for my {1}", "{0} i need it for a {1}", "my {1} wants to know {0}",
        "{0} asks my {1}", "{0} before the {1} comes", "at the {1} they asked me {0}",
    ),
    "de": (
        "{0} für meine {1}", "{0} ich brauch das für {1}", "meine {1} fragt {0}",
        "{0} wegen dem {1}", "beim {1} wollte man wissen {0}", "{0} sagt der {1} dauernd",
    ),
}  # fmt: skip
OTHER_FIELDS = 100  # questions about terms of other fields, and as many of their own
REMEMBERED = 0.15  # of the content words of a definition; gives scores like those of real people
RAMBLING = 0.3  # of the questions come with other words before them
_SAME_BREATH = 0.6  # of those do so without a comma
MOST_DESCRIBED = 200  # definitions; of more, one in so many descriptions is asked that this is left
UNKNOWN = 0.3  # of the descriptions are also asked with their concept taken out
ADDED = 2  # words that have nothing to do with it
_OUTSIDE = (QuestionType.OUT_OF_SCOPE.value, QuestionType.FIND_TERM.value)

SHARES: Mapping[str, float] = {"known": 0.80, "unknown": 0.06, "request": 0.10, "field": 0.04}
"""How much of what people ask with a term in it is of which source; an assumption, and the bound on
wrong answers holds for it (docs/adr/0006-calibrated-refusal.md)."""


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
    """Evidence of one drill question and whether answering would be right.

    ``source`` is a key of :data:`SHARES`.
    """

    named: bool
    evidence: Mapping[str, float]
    right: bool
    source: str = "known"


@dataclass(frozen=True, slots=True)
class Bench:
    """What drill questions are asked of; ``spotter`` gives the one that does not know ``gone``."""

    answerer: Answerer
    retriever: Retriever
    passages: Sequence[Passage]
    spotter: Callable[[frozenset[str]], Spotter]


Task = Callable[[], Sequence[Sample]]


def in_turn(tasks: Sequence[Task]) -> Iterable[Sequence[Sample]]:
    """Return what each task returns."""
    return [task() for task in tasks]


class Drill:
    """Asks drill questions and collects the evidence.

    Making the questions takes little, asking them much: they are made first, then asked.

    Args:
        glossary: the glossary at hand.
        templates: masked questions with out-of-fold predictions.
        bench: the assistant whose decision is to be fitted.
        detect: tells the language of a text.
        predict: intent probabilities of a text, by the final model.
        is_asking: tells whether a folded word belongs to asking, whatever the concept.
        common: everyday words, for what people say around a question.
        run: returns what each of many tasks returns, in their order; it may run them side by side.
        seed: makes the choice of questions repeatable.
    """

    def __init__(
        self,
        glossary: Glossary,
        templates: Sequence[Template],
        bench: Bench,
        detect: Callable[[str], str],
        predict: Callable[[str], Mapping[str, float]],
        is_asking: Callable[[str], bool],
        common: Sequence[str],
        run: Callable[[Sequence[Task]], Iterable[Sequence[Sample]]] = in_turn,
        seed: int = 11,
    ) -> None:
        self._glossary = glossary
        self._templates = templates
        self._bench = bench
        self._detect = detect
        self._predict = predict
        self._is_asking = is_asking
        self._common = common
        self._run = run
        self._random = random.Random(seed)
        self._fitting: dict[tuple[frozenset[QuestionType], int | None], list[Template]] = {}

    def samples(self) -> list[Sample]:
        """Return the evidence of all drill questions."""
        concepts = [entry.id for entry in self._glossary]
        self._random.shuffle(concepts)
        concepts = concepts[:MOST_ENTRIES]
        self._spotter = self._bench.spotter(frozenset())
        definitions = [p for p in self._definitions.values() if p.concept in concepts]
        self._one_in = -(-len(definitions) // MOST_DESCRIBED) or 1
        tasks = [*self._known(concepts), *self._described(concepts, definitions), *self._requests()]
        tasks += self._fields(concepts)
        found = self._asked(tasks)
        for fold_number in range(FOLDS):
            gone = frozenset(concepts[fold_number::FOLDS])
            if 0 < len(gone) < len(self._glossary):
                self._spotter = self._bench.spotter(gone)
                found += self._asked(list(self._unknown(gone)))
        return found

    def _asked(self, tasks: Sequence[Task]) -> list[Sample]:
        return list(chain.from_iterable(self._run(tasks)))

    # ---- questions that name a concept

    def _known(self, concepts: Sequence[str]) -> Iterator[Task]:
        for concept in concepts:
            for template in self._pick(NAMED_TYPES, QUESTIONS_PER_ENTRY):
                others = [c for c in concepts if c != concept] or [concept]
                rest = [self._random.choice(others) for _ in range(template.slots - 1)]
                text = self._fill(template.text, (concept, *rest))
                yield partial(self._of_known, text, template, frozenset((concept, *rest)))

    def _of_known(self, text: str, template: Template, asked: frozenset[str]) -> Sequence[Sample]:
        return self._judged(self._question(text, template), asked)

    def _unknown(self, gone: frozenset[str]) -> Iterator[Task]:
        for concept in sorted(gone):
            for template in self._pick(NAMED_TYPES, UNKNOWN_PER_ENTRY, slots=1):
                text = self._fill(template.text, (concept,))
                yield partial(self._of_unknown, text, template, concept, gone)

    def _of_unknown(
        self, text: str, template: Template, concept: str, gone: frozenset[str]
    ) -> Sequence[Sample]:
        question = self._question(text, template)
        if any(m.score == 1.0 and self._is_named(concept, m) for m in question.mentions):
            return ()
        return self._judged(question, frozenset(), gone, "unknown")

    def _is_named(self, concept: str, mention: Mention) -> bool:
        """Tell whether what was found is a homonym of the concept that was taken out."""
        text = fold(mention.text)
        return any(fold(term.text) == text for term in self._glossary[concept].terms)

    def _requests(self) -> Iterator[Task]:
        """Everyday talk, requests that contain a term, descriptions from other walks of life."""
        templates = [t for t in self._templates if t.intent in _OUTSIDE]
        self._random.shuffle(templates)
        templates.sort(key=lambda template: not template.slots)  # those with a term first
        concepts = [entry.id for entry in self._glossary]
        for template in templates[:MOST_REQUESTS]:
            picked = [self._random.choice(concepts) for _ in range(template.slots)]
            yield partial(self._of_request, self._fill(template.text, picked), template)

    def _of_request(self, text: str, template: Template) -> Sequence[Sample]:
        return self._judged(self._question(text, template), frozenset(), source="request")

    def _fields(self, concepts: Sequence[str]) -> Iterator[Task]:
        """Ask for terms as words of their own field, and as words of another: a key on a piano."""
        strange, defined = self._everyday, self._definitions
        for number in range(OTHER_FIELDS if strange and defined else 0):
            concept = concepts[number % len(concepts)]
            language = self._random.choice(
                [c for c in _FIELDS if (concept, c) in defined] or ["en"]
            )
            own = self._neighbouring_words(concept, language, defined)
            for said, right in ((own, True), (strange[language], False)):
                if said:
                    frame = self._random.choice(_FIELDS[language])
                    text = frame.format(self._term(concept, language), self._random.choice(said))
                    yield partial(self._of_field, text, language, concept, right)

    def _of_field(self, text: str, language: str, concept: str, right: bool) -> Sequence[Sample]:
        mentions = self._spotter.spot(text)
        if not mentions or any(concept not in m.concepts for m in mentions):
            return ()  # the other word is a term as well
        question = Question(text, language, mentions, self._predict(text))
        _, evidence = self._bench.answerer.judgement.judge_named(question, (concept,))
        if not evidence["strange"]:
            return ()  # the word belongs to asking
        return (Sample(True, evidence, right, "field"),)

    @cached_property
    def _definitions(self) -> Mapping[tuple[str, str], Passage]:
        """The definition of each concept in each language."""
        return {
            (p.concept, p.language): p
            for p in self._bench.passages
            if p.kind is SectionKind.DEFINITION
        }

    @cached_property
    def _everyday(self) -> dict[str, list[str]]:
        """Return, per language, content words of requests and descriptions of other fields."""
        found: dict[str, set[str]] = {code: set() for code in _FIELDS}
        for template in self._templates:
            if template.intent in _OUTSIDE and not template.slots:
                said = words(template.text)
                found.setdefault(self._detect(template.text), set()).update(
                    w.text for w in said if len(w.text) > 3 and not self._is_asking(w.folded)
                )
        return {code: sorted(said) for code, said in found.items()}

    def _neighbouring_words(
        self, concept: str, language: str, defined: Mapping[tuple[str, str], Passage]
    ) -> list[str]:
        """Return content words of the definitions of a concept and those related to it."""
        near = (concept, *self._glossary[concept].related, *self._glossary[concept].broader)
        bodies = [_body(defined[c, language]) for c in near if (c, language) in defined]
        own = {w.folded for t in self._glossary[concept].terms for w in words(t.text)}
        return [
            w.text
            for body in bodies
            for w in words(body)
            if len(w.text) > 3 and w.folded not in own and not self._is_asking(w.folded)
        ]

    def _term(self, concept: str, language: str) -> str:
        terms = [t.text for t in self._glossary[concept].terms if t.language == language]
        return self._random.choice(terms or [self._glossary[concept].terms[0].text])

    def _judged(
        self,
        question: Question,
        asked: frozenset[str],
        gone: frozenset[str] = frozenset(),
        source: str = "known",
    ) -> Sequence[Sample]:
        """Judge as the answerer would; ``asked`` are the concepts a right answer is about.

        Nothing for a question that counts as a description, unless it is one of those asked.
        """
        about = question.likeliest(CONCEPT_TYPES)
        if not question.mentions or about is QuestionType.FIND_TERM:
            return (self._ranked(question, "", gone),) if self._is_asked(question.text) else ()
        mentions = topics(question, question.likeliest(NAMED_TYPES))
        concepts = tuple(dict.fromkeys(c for m in mentions for c in m.concepts))
        _, evidence = self._bench.answerer.judgement.judge_named(question, concepts)
        right = bool(asked) and all(set(m.concepts) & asked for m in mentions)
        return (Sample(True, evidence, right, source),)

    # ---- questions that describe a concept

    def _described(self, concepts: Sequence[str], definitions: Sequence[Passage]) -> Iterator[Task]:
        for passage in definitions:
            other = (self._random.choice(concepts), passage.language)
            text = self._description(passage, self._definitions.get(other, passage))
            gone = self._random.random() < UNKNOWN
            if self._is_asked(text):
                yield partial(self._of_described, text, passage, gone)

    def _is_asked(self, text: str) -> bool:
        """Tell whether a description is asked: one in so many, whatever it is about."""
        return crc32(text.encode()) % self._one_in == 0

    def _of_described(self, text: str, passage: Passage, gone: bool) -> Sequence[Sample]:
        mentions = self._spotter.spot(text)
        question = Question(text, passage.language, mentions, self._predict(text))
        found = self._ranked(question, passage.concept)
        if not gone:
            return (found,)
        return (found, self._ranked(question, "", frozenset((passage.concept,))))

    def _description(self, passage: Passage, other: Passage) -> str:
        """Return some words of a definition, as of one who remembers it roughly.

        The names of the concept and most content words are left out, a few words of another
        definition stand in for what people add of their own.
        """
        names = {
            word.folded
            for term in self._glossary[passage.concept].terms
            for word in words(term.text)
        }
        spoken = words(_body(passage))
        kept = [
            word.text.lower()
            for word in spoken
            if word.folded not in names
            and (self._is_asking(word.folded) or self._random.random() < REMEMBERED)
        ]
        strange = [w.text.lower() for w in words(_body(other)) if not self._is_asking(w.folded)]
        for word in self._random.sample(strange, min(ADDED, len(strange))):
            kept.insert(self._random.randrange(len(kept) + 1), word)
        frames = _FRAMES.get(passage.language, ("{}",))
        return self._random.choice(frames).format(" ".join(kept))

    def _ranked(
        self,
        question: Question,
        concept: str,
        without: frozenset[str] = frozenset(),
    ) -> Sample:
        mentioned = {c for m in question.mentions for c in m.concepts} - {concept}
        ranking: list[Candidate] = self._bench.retriever.rank(
            question.text, question.language, without=without | mentioned
        )
        _, evidence = self._bench.answerer.judgement.judge_described(question, ranking)
        return Sample(False, evidence, bool(ranking) and ranking[0].concept == concept)

    # ---- making questions

    def _pick(
        self, types: frozenset[QuestionType], count: int, slots: int | None = None
    ) -> list[Template]:
        key = (types, slots)
        if key not in self._fitting:
            self._fitting[key] = [
                t
                for t in self._templates
                if t.intent in types and t.slots and (slots is None or t.slots == slots)
            ]
        fitting = self._fitting[key]
        return self._random.sample(fitting, min(count, len(fitting)))

    def _question(self, text: str, template: Template) -> Question:
        language = self._detect(text)
        return Question(text, language, self._spotter.spot(text), template.intents)

    def _fill(self, template: str, concepts: Sequence[str]) -> str:
        language = self._detect(template)
        for concept in concepts:
            terms = [t.text for t in self._glossary[concept].terms if t.language == language]
            terms = terms or [self._glossary[concept].terms[0].text]
            term = self._random.choice(terms)
            typed = fold(term) if self._random.random() < 0.5 and language == "en" else term
            template = template.replace(PLACEHOLDER, typed, 1)
        return self._rambled(template)

    def _rambled(self, text: str) -> str:
        """Put everyday words around some of the questions, as people do who tell why they ask."""
        if not self._common or self._random.random() >= RAMBLING:
            return text
        language = self._detect(text)
        strange, occasions = self._everyday.get(language), _OCCASIONS.get(language)
        if strange and occasions and self._random.random() < _SAME_BREATH:
            return self._random.choice(occasions).format(text, self._random.choice(strange))
        number = self._random.randint(1, 4)
        said = " ".join(self._random.choice(self._common) for _ in range(number))
        return f"{said}, {text}"


def _body(passage: Passage) -> str:
    return passage.text.split(": ", 1)[-1]
