"""The answerer: decides what a question is about and whether we know, then has it composed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.answering.answer import Answer, AnswerKind, ConceptRef
from bot.answering.clauses import clauses
from bot.answering.composer import Composer
from bot.answering.context import Context
from bot.answering.decision import (
    Beside,
    Judge,
    Residue,
    described_evidence,
    extended,
    forms,
    named_evidence,
    residue,
)
from bot.answering.draft import Draft
from bot.answering.ellipsis import carried_on, choice, chosen_type, completed, points_back
from bot.answering.phrases import phrase, reply
from bot.answering.question import (
    ASPECTS,
    CONCEPT_TYPES,
    NAMED_TYPES,
    PAIRWISE,
    SMALLTALK,
    Question,
    QuestionType,
)
from bot.answering.topic import is_place, topics
from bot.glossary.folding import Word, words
from bot.glossary.glossary import Glossary
from bot.glossary.mention import Likeness, Mention
from bot.glossary.names import Names
from bot.glossary.spotting import Vocabulary
from bot.retrieval.hit import Candidate
from bot.retrieval.retriever import Retriever

_SURE = 0.9  # from this probability on, small talk may hold words that we do not know
_CLOSE = 0.03  # a runner-up this near in fused score is named as well
_MOST_NAMED = 3
_COMPARES = 0.2  # two terms and this probability make a definition question a comparison
_CERTAIN = 0.6  # an aspect less probable than this is answered together with the next one
_POSSIBLE = 0.15  # ... if that has at least this probability
_NAMING = frozenset({QuestionType.DEFINE, QuestionType.EXPAND})
_LEANING = NAMED_TYPES - {QuestionType.DEFINE}


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the answerer needs to know of one version of a glossary.

    ``explained`` gives, per concept, the words of its entry in all their forms, ``defined`` those
    of its definition; ``classify`` gives the probability of each question type for a text with
    mentions.
    """

    glossary: Glossary
    names: Names
    explained: Mapping[str, frozenset[str]]
    defined: Mapping[str, frozenset[str]]
    retriever: Retriever
    vocabulary: Vocabulary
    classify: Callable[[str, Sequence[Mention]], Mapping[str, float]]
    named: Judge
    described: Judge


@dataclass(frozen=True, slots=True)
class Reading:
    """One question that we know the answer to: what is asked about which concepts.

    ``also`` is a second aspect that may be meant, ``shown`` what need not be shown again.
    """

    kind: QuestionType
    concepts: tuple[str, ...]
    mentions: tuple[Mention, ...] = ()
    shown: tuple[str, ...] = ()
    also: QuestionType | None = None
    probability: float = 1.0
    evidence: Mapping[str, float] = field(default_factory=dict)


class Answerer:
    """Answers questions; the same question in the same context gets the same answer."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._known = knowledge
        self._composer = Composer(knowledge.glossary, knowledge.names)

    def answer(self, question: Question, context: Context = Context()) -> Answer:  # noqa: B008
        """Answer one question.

        Args:
            question: as understood.
            context: what was asked and answered before; empty at the start.
        """
        known = self._known.glossary
        kept = replace(
            context,
            concepts=tuple(c for c in context.concepts if c in known),
            offered=tuple(c for c in context.offered if c in known),
            before=tuple(c for c in context.before if c in known),
        )
        answer = self._route(question, kept)
        return replace(answer, glossary_version=known.version)

    def _route(self, question: Question, context: Context) -> Answer:
        if not words(question.text):
            return self._say(question, AnswerKind.DECLINE, "empty", example=self._example(question))
        kind = question.likeliest(frozenset(QuestionType))
        picked = self._picked(question, kind, context)
        if picked:
            return self._composed(question, (picked,))
        if self._is_noise(question):
            return self._decline(question, 0.0, (), {})
        talk = self._talk(question, kind, context)
        if talk:
            return talk
        several = self._several(question, context)
        return self._composed(question, several) if several else self._one(question, kind, context)

    def _picked(self, question: Question, kind: QuestionType, context: Context) -> Reading | None:
        """Read a message as the choice of something offered before."""
        known = self._known
        concept = choice(question, kind, context, known.explained, known.vocabulary.means_asking)
        if concept is None:
            return None
        return Reading(chosen_type(question, kind, context), (concept,))

    def _talk(self, question: Question, kind: QuestionType, context: Context) -> Answer | None:
        if kind is QuestionType.DENY and context.pending:
            return self._decline(question, 0.0, (), {})
        if kind is QuestionType.ASK_HUMAN:
            return self._reply(question, AnswerKind.HANDOFF, kind)
        strong = [m for m in question.mentions if not m.weak]
        if kind in SMALLTALK and not strong and self._is_talk(question, kind):
            return self._smalltalk(question, kind, context)
        return None

    def _one(self, question: Question, kind: QuestionType, context: Context) -> Answer:
        """Answer a message that is one question."""
        about = question.likeliest(CONCEPT_TYPES)
        if question.mentions and not self._describes(question, about):
            return self._named(question, context)
        if not question.mentions:
            leaning = self._leaning(question, about, kind, context)
            if leaning:
                return leaning
        return self._described(question, about)

    # ---- several questions in one message

    def _several(self, question: Question, context: Context) -> tuple[Reading, ...]:
        """Read a message as several questions, each of which we know the answer to, or as none."""
        spans = clauses(question.text)
        if len(spans) < 2:
            return ()
        readings: list[Reading] = []
        for start, end in spans:
            piece = self._piece(question, start, end)
            kind = piece.likeliest(frozenset(QuestionType))
            if kind in SMALLTALK and not piece.mentions:
                continue
            reading = self._read(piece, kind, context)
            if reading is None:
                return ()
            readings.append(reading)
            context = replace(
                context, concepts=reading.concepts, question_type=reading.kind.value, age=0
            )
        return tuple(readings) if len(readings) > 1 else ()

    def _piece(self, question: Question, start: int, end: int) -> Question:
        """Return a part of a question as a question of its own."""
        text = question.text[start:end]
        mentions = tuple(
            replace(m, start=m.start - start, end=m.end - start)
            for m in question.mentions
            if start <= m.start and m.end <= end
        )
        return Question(text, question.language, mentions, self._known.classify(text, mentions))

    def _read(self, question: Question, kind: QuestionType, context: Context) -> Reading | None:
        """Return what a question asks, where we know the answer."""
        if kind not in NAMED_TYPES:
            return None
        if question.mentions:
            reading = self._reading(question, context)
            sure = reading.probability >= self._known.named.threshold.answer
            unclear = any(len(m.concepts) > 1 for m in reading.mentions)
            return reading if sure and not unclear else None
        if context.topic and self._is_bare(question):
            return self._lean(question, kind, context)
        return None

    def _describes(self, question: Question, about: QuestionType) -> bool:
        """Tell whether the terms in the question only help to describe another concept."""
        left = self._residue(question, explained=frozenset())
        return about is QuestionType.FIND_TERM and bool(left.beside + left.elsewhere)

    def _is_talk(self, question: Question, kind: QuestionType) -> bool:
        """Tell whether it is small talk: surely, or because nothing of substance is in it."""
        return question.probability(kind) >= _SURE or self._is_bare(question)

    def _is_bare(self, question: Question) -> bool:
        """Tell whether the question has no content of its own ("how does it work?")."""
        is_asking = self._known.vocabulary.means_asking
        return all(is_asking(word.folded) for word in words(question.text))

    def _is_noise(self, question: Question) -> bool:
        """Tell whether no word of the question is a word: keyboard mash, a lone letter or digit."""
        known = self._known.vocabulary
        return not question.mentions and not any(
            len(word.folded) > 1
            and (known.is_common(word.folded) or known.means_asking(word.folded))
            for word in words(question.text)
        )

    def _residue(self, question: Question, explained: frozenset[str]) -> Residue:
        return residue(question, explained, self._known.vocabulary.means_asking)

    # ---- questions that name their concept

    def _named(self, question: Question, context: Context) -> Answer:
        reading = self._reading(question, context)
        concepts, probability = reading.concepts, reading.probability
        threshold = self._known.named.threshold
        if probability < threshold.ask:
            return self._decline(question, probability, concepts, reading.evidence)
        unclear = next(
            (m for m in reading.mentions if len(self._meant(m, reading.mentions, context)) > 1),
            None,
        )
        if unclear:
            return self._which(question, unclear, probability)
        if probability < threshold.answer or self._is_elsewhere(question, reading.evidence):
            return self._did_you_mean(question, concepts, probability, reading.evidence)
        answer = self._composed(question, (reading,))
        if reading.kind is QuestionType.COMPARE and len(concepts) == 1:
            answer = self._with_unknown(question, answer)
        return answer

    def _reading(self, question: Question, context: Context) -> Reading:
        """Return what a question with mentions asks, and how sure we are."""
        kind = _asked(question)
        mentions = topics(question, kind)
        concepts = tuple(
            dict.fromkeys(c for m in mentions for c in self._meant(m, mentions, context))
        )
        probability, evidence = self.judge_named(question, concepts)
        if kind is QuestionType.FOLLOW_UP:
            kind = carried_on(context)
        concepts = completed(question, kind, concepts, context)
        also = _second(question, kind)
        return Reading(kind, concepts, mentions, (), also, probability, evidence)

    def _with_unknown(self, question: Question, answer: Answer) -> Answer:
        """Say which side of a comparison we have no entry for."""
        left = self._residue(question, frozenset())
        strange = " ".join(word.text for word in left.beside + left.elsewhere)
        if not strange:
            return answer
        unknown = phrase("unknown", question.language, term=strange)
        return replace(answer, text=f"{unknown}\n\n{answer.text}")

    def _meant(
        self, mention: Mention, mentions: Sequence[Mention], context: Context
    ) -> tuple[str, ...]:
        """Return the concepts a mention may mean, given the other terms and the talk before.

        Of a homonym, the concept that is a neighbour of another term is meant, or one of the same
        subject field: "IM" beside "SMS" is a way of messaging.
        """
        if len(mention.concepts) == 1:
            return mention.concepts
        others = {c for m in mentions if m is not mention for c in m.concepts}
        fields = {self._known.glossary[c].subject for c in others} - {""}
        signs: tuple[Callable[[str], bool], ...] = (
            lambda c: c in context.concepts,
            lambda c: bool(others & set(self._composer.related(c))),
            lambda c: self._known.glossary[c].subject in fields,
        )
        for fits in signs:
            fitting = tuple(c for c in mention.concepts if fits(c))
            if len(fitting) == 1:
                return fitting
        return mention.concepts

    def judge_named(
        self, question: Question, concepts: Sequence[str]
    ) -> tuple[float, Mapping[str, float]]:
        """Return the probability that an answer about these concepts is right, and why."""
        explained = frozenset().union(
            *(self._known.explained.get(c, frozenset()) for c in concepts)
        )
        left = self._residue(question, explained)
        beside = self._beside(question, left, concepts)
        alike = self._known.retriever.similarity(question.text, concepts) if left.elsewhere else 1.0
        evidence = named_evidence(question, beside, len(left.elsewhere), alike)
        return self._known.named.probability(evidence), evidence

    def _beside(self, question: Question, left: Residue, concepts: Sequence[str]) -> Beside:
        """Tell words that carry the question from words that make another name of a mention."""
        if not left.beside:
            return Beside()
        grown = extended(question.mentions, question.text, left.beside)
        intents = self._known.classify(question.text, grown)
        with_them = question.likeliest(frozenset(QuestionType))
        without = replace(question, intents=intents).likeliest(frozenset(QuestionType))
        if with_them is not without:
            return Beside(asking=len(left.beside))
        defined = frozenset().union(*(self._known.defined.get(c, frozenset()) for c in concepts))
        left = replace(
            left, beside=tuple(w for w in left.beside if not self._heads(question, w, defined))
        )
        known = sum(bool(defined & forms(word.folded)) for word in left.beside)
        return Beside(explained=known, foreign=len(left.beside) - known)

    # ---- questions that lean on the conversation

    def _leaning(
        self, question: Question, about: QuestionType, kind: QuestionType, context: Context
    ) -> Answer | None:
        """Answer a question that names nothing from the conversation, if it leans on it."""
        if self._is_bare(question):
            if about not in _LEANING and not (context.topic and points_back(question)):
                return None
            if kind is QuestionType.OUT_OF_SCOPE:
                return self._decline(question, 1.0 - question.probability(kind), (), {})
            if not context.topic:
                return self._say(question, AnswerKind.CLARIFY, "which_concept")
            return self._composed(question, (self._lean(question, about, context),))
        if not (context.topic and points_back(question) and kind in NAMED_TYPES):
            return None
        probability, evidence = self.judge_named(question, context.topic[:1])
        if probability < self._known.named.threshold.answer:
            return None
        lean = self._lean(question, about, context)
        return self._composed(
            question, (replace(lean, probability=probability, evidence=evidence),)
        )

    def _lean(self, question: Question, about: QuestionType, context: Context) -> Reading:
        """Return what a question asks about the topic of the conversation."""
        concepts = context.topic if about in PAIRWISE else context.topic[:1]
        shown = context.shown if about is QuestionType.TELL_MORE else ()
        if about in (QuestionType.FOLLOW_UP, QuestionType.FIND_TERM, QuestionType.CHOOSE):
            about = QuestionType.DEFINE
        probability = question.probability(*NAMED_TYPES)
        return Reading(about, concepts, shown=shown, probability=probability)

    def _is_elsewhere(self, question: Question, evidence: Mapping[str, float]) -> bool:
        """Tell whether the term is said to be of a field that its entry knows nothing of.

        "Slack in a rope" is another slack: the words behind the preposition are strange to the
        entry, and the question as a whole is not like it.
        """
        if not evidence["unlike"]:
            return False
        strange = self._residue(question, frozenset()).elsewhere
        return any(
            is_place(question, mention, word) for mention in question.mentions for word in strange
        )

    def _heads(self, question: Question, word: Word, defined: frozenset[str]) -> bool:
        """Tell whether a word after a mention says what it is anyway: "gif format"."""
        follows = any(mention.end <= word.start for mention in question.mentions)
        return follows and bool(defined & forms(word.folded))

    # ---- questions that describe their concept

    def _described(self, question: Question, about: QuestionType) -> Answer:
        mentioned = {c for m in question.mentions for c in m.concepts}
        ranking = self._known.retriever.rank(question.text, question.language, without=mentioned)
        probability, evidence = self.judge_described(question, ranking)
        likely = [c.concept for c in ranking]
        if not ranking or probability < self._known.described.threshold.ask:
            answer = self._decline(question, probability, likely, evidence)
        elif probability >= self._known.described.threshold.answer:
            answer = self._found(question, about, ranking, probability)
        elif about in _NAMING:  # it names something, and that is not in the glossary
            answer = self._decline(question, probability, likely, evidence)
        else:
            answer = self._did_you_mean(question, likely, probability, evidence)
        return replace(answer, alternatives=self._scored(question, ranking), reasons=evidence)

    def judge_described(
        self, question: Question, ranking: Sequence[Candidate]
    ) -> tuple[float, Mapping[str, float]]:
        """Return the probability that the first candidate is what was described, and why."""
        evidence = described_evidence(question, ranking)
        return self._known.described.probability(evidence), evidence

    def _found(
        self,
        question: Question,
        about: QuestionType,
        ranking: Sequence[Candidate],
        probability: float,
    ) -> Answer:
        first = ranking[0]
        kind = about if about in ASPECTS else QuestionType.DEFINE
        draft = Draft(self._known.glossary, question.language)
        label = self._known.glossary[first.concept].label(question.language)
        draft.say("sounds_like", term=label)
        body = self._composer.compose(kind, (first.concept,), question.language)
        close = [c.concept for c in ranking[1:] if first.score - c.score < _CLOSE][:2]
        after = phrase("or_maybe", question.language, terms=draft.names(close)) if close else ""
        answer = self._finish(question, about, (first.concept,), body)
        text = "\n\n".join(part for part in (draft.text(), body.text(), after) if part)
        return replace(answer, text=text, confidence=probability)

    # ---- putting an answer together

    def _composed(self, question: Question, readings: Sequence[Reading]) -> Answer:
        """Answer what was read, in one message."""
        draft = Draft(self._known.glossary, question.language)
        for reading in readings:
            self._composer.compose(
                reading.kind, reading.concepts, question.language, reading.mentions,
                reading.shown, draft,
            )  # fmt: skip
            if reading.also:
                self._composer.add_aspect(draft, reading.concepts, reading.also)
        concepts = tuple(dict.fromkeys(c for reading in readings for c in reading.concepts))
        answer = self._finish(question, readings[-1].kind, concepts, draft)
        weakest = min(readings, key=lambda reading: reading.probability)
        answer = replace(answer, confidence=weakest.probability, reasons=weakest.evidence)
        guessed = [m for r in readings for m in r.mentions if m.likeness is Likeness.FUZZY]
        if guessed:
            labels = draft.names(dict.fromkeys(c for m in guessed for c in m.concepts))
            showing = phrase("showing", question.language, term=labels)
            return replace(answer, text=f"{showing}\n\n{answer.text}")
        return answer

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

    def _decline(
        self,
        question: Question,
        probability: float,
        nearest: Sequence[str],
        evidence: Mapping[str, float],
    ) -> Answer:
        draft = Draft(self._known.glossary, question.language)
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
            reasons=evidence,
        )

    def _did_you_mean(
        self,
        question: Question,
        concepts: Sequence[str],
        probability: float,
        evidence: Mapping[str, float],
    ) -> Answer:
        answer = self._ask_back(question, "did_you_mean", concepts, probability)
        return replace(answer, reasons=evidence)

    def _which(self, question: Question, mention: Mention, probability: float) -> Answer:
        return self._ask_back(question, "which", mention.concepts, probability, term=mention.text)

    def _ask_back(
        self,
        question: Question,
        name: str,
        concepts: Sequence[str],
        probability: float,
        **facts: object,
    ) -> Answer:
        draft = Draft(self._known.glossary, question.language)
        draft.say(name, **facts)
        shown = concepts[: _MOST_NAMED + 1]
        draft.concepts(shown)
        refs = draft.refs(shown)
        return Answer(
            AnswerKind.CLARIFY,
            question.likeliest(CONCEPT_TYPES).value,
            question.language,
            draft.text(),
            confidence=probability,
            alternatives=refs,
            suggestions=self._questions(question, refs),
        )

    def _questions(self, question: Question, refs: Sequence[ConceptRef]) -> tuple[str, ...]:
        entries = (self._known.glossary[ref.id] for ref in refs)
        language = question.language
        return tuple(
            phrase("example", language, term=entry.preferred(language)) for entry in entries
        )

    def _scored(self, question: Question, ranking: Sequence[Candidate]) -> tuple[ConceptRef, ...]:
        glossary, language = self._known.glossary, question.language
        return tuple(
            ConceptRef(c.concept, glossary[c.concept].label(language), c.score) for c in ranking
        )

    # ---- talk

    def _smalltalk(self, question: Question, kind: QuestionType, context: Context) -> Answer:
        answer = self._reply(question, AnswerKind.SMALLTALK, kind)
        if kind is QuestionType.ASK_SOURCE and context.sources:
            word = phrase("sources", question.language)
            text = f"{answer.text}\n\n{word}: " + "; ".join(context.sources)
            return replace(answer, text=text)
        if kind in (QuestionType.GREET, QuestionType.ASK_CAPABILITIES):
            return replace(answer, suggestions=(self._example(question),))
        return answer

    def _reply(self, question: Question, how: AnswerKind, kind: QuestionType) -> Answer:
        text = reply(kind, question.language, count=len(self._known.glossary))
        return Answer(
            how, kind.value, question.language, text, confidence=question.probability(kind)
        )

    def _say(self, question: Question, how: AnswerKind, name: str, **facts: object) -> Answer:
        declined = how is AnswerKind.DECLINE
        kind = QuestionType.OUT_OF_SCOPE if declined else question.likeliest(CONCEPT_TYPES)
        return Answer(how, kind.value, question.language, phrase(name, question.language, **facts))

    def _example(self, question: Question) -> str:
        entry = next(iter(self._known.glossary))
        term = entry.preferred(question.language)
        return phrase("example", question.language, term=term)


def _asked(question: Question) -> QuestionType:
    """Return the likeliest type; "does A mean something else than B" compares."""
    kind = question.likeliest(NAMED_TYPES)
    several = len(question.mentions) > 1
    compares = question.probability(QuestionType.COMPARE) >= _COMPARES
    return QuestionType.COMPARE if kind is QuestionType.DEFINE and several and compares else kind


def _second(question: Question, kind: QuestionType) -> QuestionType | None:
    """Return the other aspect that may be meant, where the first is not certain."""
    if kind not in ASPECTS or question.probability(kind) >= _CERTAIN:
        return None
    other = question.likeliest(frozenset(ASPECTS) - {kind})
    return other if question.probability(other) >= _POSSIBLE else None
