"""The responder: puts what was decided into a message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.answering.answer import Answer, AnswerKind, ConceptRef
from bot.answering.composer import Composer
from bot.answering.context import Context
from bot.answering.draft import Draft
from bot.answering.phrases import phrase, reply
from bot.answering.question import ASPECTS, CONCEPT_TYPES, Question, QuestionType
from bot.answering.reading import Reading
from bot.glossary.glossary import Glossary
from bot.glossary.mention import Likeness, Mention
from bot.retrieval.hit import Candidate

_CLOSE = 0.03  # a runner-up this near in fused score is named as well
_MOST_NAMED = 3
_ABOUT_ANSWERS = frozenset(
    {QuestionType.ASK_SOURCE, QuestionType.FEEDBACK_GOOD, QuestionType.FEEDBACK_BAD}
)


class Responder:
    """Makes answers, questions back, declines and small talk; decides nothing."""

    def __init__(self, glossary: Glossary, composer: Composer) -> None:
        self._glossary = glossary
        self._composer = composer

    # ---- answers about concepts

    def answer(self, question: Question, readings: Sequence[Reading]) -> Answer:
        """Answer what was read, in one message."""
        draft = Draft(self._glossary, question.language)
        for reading in readings:
            for kind in (reading.kind, *reading.further):
                self._composer.compose(
                    kind, reading.concepts, question.language, reading.mentions,
                    reading.shown, draft,
                )  # fmt: skip
            if reading.also:
                self._composer.add_aspect(draft, reading.concepts, reading.also)
        concepts = tuple(dict.fromkeys(c for reading in readings for c in reading.concepts))
        answer = self._finish(question, readings[0].kind, concepts, draft)
        weakest = min(readings, key=lambda reading: reading.probability)
        answer = replace(
            answer,
            confidence=weakest.probability,
            reasons=weakest.evidence,
            further=_further(readings),
        )
        guessed = [m for r in readings for m in r.mentions if m.likeness is Likeness.FUZZY]
        if guessed:
            labels = draft.names(dict.fromkeys(c for m in guessed for c in m.concepts))
            return self.before(question, answer, "showing", term=labels)
        return answer

    def before(self, question: Question, answer: Answer, name: str, **facts: object) -> Answer:
        """Put one of our own phrases before an answer."""
        said = phrase(name, question.language, **facts)
        return replace(answer, text=f"{said}\n\n{answer.text}")

    def found(
        self,
        question: Question,
        about: QuestionType,
        ranking: Sequence[Candidate],
        probability: float,
    ) -> Answer:
        """Answer about the concept that a description fits, and name those that are close."""
        first = ranking[0]
        kind = about if about in ASPECTS else QuestionType.DEFINE
        draft = Draft(self._glossary, question.language)
        draft.say("sounds_like", term=self._glossary[first.concept].label(question.language))
        self._composer.compose(kind, (first.concept,), question.language, draft=draft)
        close = [c.concept for c in ranking[1:] if first.score - c.score < _CLOSE][:2]
        listed = draft.refs((first.concept, *close))
        if close:
            draft.say("or_maybe")
            draft.candidates(close)
        answer = self._finish(question, about, (first.concept,), draft)
        return replace(answer, confidence=probability, listed=listed)

    def _finish(
        self, question: Question, kind: QuestionType, concepts: Sequence[str], draft: Draft
    ) -> Answer:
        return Answer(
            AnswerKind.ANSWER,
            kind.value,
            question.language,
            draft.text(),
            concepts=draft.refs(concepts),
            citations=tuple(draft.citations),
            missing=tuple(draft.missing),
            related=draft.refs(self._composer.related(concepts[0])),
            suggestions=self._composer.suggestions(draft, concepts),
            listed=draft.refs(dict.fromkeys(draft.listed)),
        )

    # ---- declines and questions back

    def decline(
        self,
        question: Question,
        probability: float = 0.0,
        nearest: Sequence[str] = (),
        evidence: Mapping[str, float] | None = None,
    ) -> Answer:
        """Say that the glossary does not answer that, and what comes nearest."""
        draft = Draft(self._glossary, question.language)
        draft.say("decline")
        near = draft.refs(nearest[:_MOST_NAMED])
        if near:
            draft.say("nearest", terms=", ".join(ref.term for ref in near))
        draft.say("ask_differently")
        return Answer(
            AnswerKind.DECLINE,
            QuestionType.OUT_OF_SCOPE.value,
            question.language,
            draft.text(),
            confidence=1.0 - probability,
            alternatives=near,
            suggestions=self._questions(question, near),
            reasons=evidence or {},
        )

    def did_you_mean(
        self,
        question: Question,
        concepts: Sequence[str],
        probability: float,
        evidence: Mapping[str, float],
    ) -> Answer:
        """Ask whether one of these concepts is meant."""
        answer = self._ask_back(question, "did_you_mean", concepts, probability)
        return replace(answer, reasons=evidence)

    def which(self, question: Question, mention: Mention, probability: float) -> Answer:
        """Ask which meaning of a homonym is meant."""
        return self._ask_back(question, "which", mention.concepts, probability, term=mention.text)

    def _ask_back(
        self,
        question: Question,
        name: str,
        concepts: Sequence[str],
        probability: float,
        **facts: object,
    ) -> Answer:
        draft = Draft(self._glossary, question.language)
        draft.say(name, **facts)
        refs = draft.refs(concepts[: _MOST_NAMED + 1])
        draft.candidates(ref.id for ref in refs)
        return Answer(
            AnswerKind.CLARIFY,
            question.likeliest(CONCEPT_TYPES).value,
            question.language,
            draft.text(),
            citations=tuple(draft.citations),
            confidence=probability,
            alternatives=refs,
            suggestions=self._questions(question, refs),
            listed=refs,
        )

    def _questions(self, question: Question, refs: Sequence[ConceptRef]) -> tuple[str, ...]:
        entries = (self._glossary[ref.id] for ref in refs)
        language = question.language
        return tuple(
            phrase("example", language, term=entry.preferred(language)) for entry in entries
        )

    def scored(self, question: Question, ranking: Sequence[Candidate]) -> tuple[ConceptRef, ...]:
        """Return the candidates of a description as the contract has them."""
        return tuple(
            ConceptRef(c.concept, self._glossary[c.concept].label(question.language), c.score)
            for c in ranking
        )

    # ---- talk

    def smalltalk(self, question: Question, kind: QuestionType, context: Context) -> Answer:
        """Reply to small talk; what is said about an answer names its concepts and sources."""
        answer = self.reply(question, AnswerKind.SMALLTALK, kind)
        if kind in _ABOUT_ANSWERS and context.topic and context.sources:
            word = phrase("sources" if len(context.sources) > 1 else "source", question.language)
            text = f"{answer.text}\n\n{word}: " + "; ".join(context.sources)
            return replace(answer, text=text)
        if kind in (QuestionType.GREET, QuestionType.ASK_CAPABILITIES):
            return replace(answer, suggestions=(self._example(question),))
        return answer

    def reply(self, question: Question, how: AnswerKind, kind: QuestionType) -> Answer:
        """Reply with the phrase for that type of question."""
        text = reply(kind, question.language, count=len(self._glossary))
        return Answer(
            how, kind.value, question.language, text, confidence=question.probability(kind)
        )

    def empty(self, question: Question) -> Answer:
        """Ask for a question, where there was none."""
        return self._say(question, AnswerKind.DECLINE, "empty", example=self._example(question))

    def which_concept(self, question: Question) -> Answer:
        """Ask what "it" is."""
        return self._say(question, AnswerKind.CLARIFY, "which_concept")

    def _say(self, question: Question, how: AnswerKind, name: str, **facts: object) -> Answer:
        declined = how is AnswerKind.DECLINE
        kind = QuestionType.OUT_OF_SCOPE if declined else question.likeliest(CONCEPT_TYPES)
        return Answer(how, kind.value, question.language, phrase(name, question.language, **facts))

    def _example(self, question: Question) -> str:
        entry = next(iter(self._glossary))
        term = entry.preferred(question.language)
        return phrase("example", question.language, term=term)


def _further(readings: Sequence[Reading]) -> tuple[str, ...]:
    """Return what else than the first question was asked, where all are about the same."""
    first, *others = readings
    if any(reading.concepts != first.concepts for reading in others):
        return ()
    kinds = dict.fromkeys(kind for r in readings for kind in (r.kind, *r.further))
    return tuple(kind.value for kind in kinds if kind is not first.kind)
