"""The answerer: decides whether we know what is asked, then has the answer composed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.answering.answer import Answer, AnswerKind
from bot.answering.composer import Composer
from bot.answering.context import Context
from bot.answering.ellipsis import goes_on, points_back, points_past, sets_apart, wanted_language
from bot.answering.interpreter import Interpreter
from bot.answering.judgement import Judgement
from bot.answering.knowledge import Knowledge
from bot.answering.message_parts import MessageParts
from bot.answering.question import (
    CONCEPT_TYPES,
    NAMED_TYPES,
    PAIRWISE,
    SMALLTALK,
    Question,
    QuestionType,
)
from bot.answering.responder import Responder
from bot.answering.topic import demands, only_tells
from bot.answering.why import Rule, by, explained, ranked
from bot.glossary.folding import words

_STRANGE = 0.7  # surely out of scope: "it" is nothing that was talked about
_BRIEF = 6  # words; in more, somebody may describe something
_SURE = 0.9  # from this probability on, small talk may hold a term
_CERTAIN = 0.97  # ... and so many that they tell something
_LIKELY = 0.65  # ... and words that we do not know
_VERY_LIKELY = 0.8  # ... which nobody asks with, so that they may be what it is about
_HALF = 0.5  # the probability that is told where one of several is meant
_DESCRIBES = 0.05  # less probably a description than this, and we do not guess
_NAMES = 0.1  # less probably asking for a name than this, it asks for none
_ASKS = 0.6  # so probably something else than a name is asked for
_PLAIN = 0.7  # what fits so well, and so much better than the next, is what it is about
_AHEAD = 0.15
_APART = 0.005  # two scores that are nearer than this say nothing of which is meant
_DESCRIBED = 0.8  # surely a description: what it names is not what is asked for
_READS_AS_DESCRIBED = 0.3  # so probably a description when its terms are read as words
_NAMING = frozenset({QuestionType.DEFINE, QuestionType.EXPAND})
_KINDS = frozenset(QuestionType)
_LEANING = NAMED_TYPES - {QuestionType.DEFINE}
_UNSURE = frozenset({AnswerKind.DECLINE, AnswerKind.CLARIFY})


class Answerer:
    """Answers questions; the same question in the same context gets the same answer."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._known = knowledge
        composer = Composer(knowledge.glossary, knowledge.names)
        self.judgement = Judgement(knowledge)
        self._interpreter = Interpreter(knowledge, composer, self.judgement)
        self._parts = MessageParts(knowledge, self.judgement, self._interpreter)
        self._respond = Responder(knowledge.glossary, composer)

    def answer(self, question: Question, context: Context = Context()) -> Answer:  # noqa: B008
        """Answer one question.

        Args:
            question: as understood.
            context: what was asked and answered before; empty at the start.
        """
        language = wanted_language(question.text)
        if language in self._known.glossary.languages:
            question = replace(question, language=language)
        answer = self._route(question, self._still_known(context))
        judges = {"named": self._known.named, "described": self._known.described}
        version = self._known.glossary.version
        return replace(explained(question, answer, judges), glossary_version=version)

    def _still_known(self, context: Context) -> Context:
        """Forget concepts that the glossary no longer has."""
        known = self._known.glossary
        return replace(
            context,
            concepts=tuple(c for c in context.concepts if c in known),
            offered=tuple(c for c in context.offered if c in known),
            before=tuple(c for c in context.before if c in known),
        )

    def _route(self, question: Question, context: Context) -> Answer:
        if not words(question.text):
            return by(Rule.EMPTY, self._respond.empty(question))
        question = self._parts.without_talk(question)
        question = self._interpreter.without_denied(question)
        question = self._interpreter.put_right(question, context)
        kind = question.likeliest(_KINDS if context.topic else _KINDS - {QuestionType.REPEAT})
        if self._parts.asks_for_person(question):  # "none of these. Get me a human"
            return by(Rule.TALK, self._handoff(question))
        picked = self._interpreter.picked(question, kind, context)
        if picked:
            return by(Rule.CHOICE, self._respond.answer(question, (picked,)))
        likely = self._interpreter.likely_choices(question, kind, context)
        if likely:
            return by(Rule.CHOICE, self._respond.did_you_mean(question, likely, _HALF, {}))
        question = self._interpreter.with_other_side(
            self._interpreter.spelled_out(question, context)
        )
        kind = question.likeliest(_KINDS if context.topic else _KINDS - {QuestionType.REPEAT})
        short = self._refused(question) or self._talk(question, kind, context)
        if short:
            return short
        describes = self.judgement.wants_name(question)
        context = self._told_in(question, context, describes=describes)
        several = () if describes else self._parts.several(question, context)
        if several:
            return by(Rule.SEVERAL, self._respond.answer(question, several))
        tells = not describes and self._parts.tells_a_story(question, context)
        story = self._story(question, context) if tells else None
        if story:
            return story
        answer = self._one(question, kind, context)
        if answer.kind not in _UNSURE:
            return answer
        story = None if tells else self._story(question, context)
        return story or self._about_topic(question, context) or answer

    def _refused(self, question: Question) -> Answer | None:
        """Decline what says nothing, or says itself that it means something else of a name."""
        if self.judgement.is_noise(question):
            return by(Rule.NOISE, self._respond.decline(question))
        if self.judgement.says_another(question):
            return by(Rule.NAMED, self._respond.decline(question))
        return None

    def _told_in(self, question: Question, context: Context, *, describes: bool) -> Context:
        """Return the context without its topic, if "it" is what the message speaks of itself."""
        own = describes or self.judgement.names_unknown(question)
        return replace(context, concepts=()) if own else context

    def _story(self, question: Question, context: Context) -> Answer | None:
        reading = self._parts.told(question, context)
        return by(Rule.STORY, self._respond.answer(question, (reading,))) if reading else None

    def _about_topic(self, question: Question, context: Context) -> Answer | None:
        """Answer a question with the topic's name in the place of "it", if we are sure then."""
        if question.mentions and not self._is_back(question, context):
            return None
        if question.probability(QuestionType.OUT_OF_SCOPE) >= _STRANGE:
            return None
        meant = self._interpreter.with_topic(replace(question, mentions=()), context)
        answer = self._named(meant, context) if meant else None
        return by(Rule.LEANING, answer) if answer and answer.kind is AnswerKind.ANSWER else None

    def _talk(self, question: Question, kind: QuestionType, context: Context) -> Answer | None:
        if kind is QuestionType.DENY and context.pending:
            return by(Rule.TALK, self._respond.decline(question))
        if kind is QuestionType.ASK_HUMAN and self._wants_person(question):
            return by(Rule.TALK, self._handoff(question))
        if kind in SMALLTALK and self._is_talk(question, kind):
            return by(Rule.TALK, self._respond.smalltalk(question, kind, context))
        return None

    def _handoff(self, question: Question) -> Answer:
        return self._respond.reply(question, AnswerKind.HANDOFF, QuestionType.ASK_HUMAN)

    def _is_talk(self, question: Question, kind: QuestionType) -> bool:
        """Tell whether it is small talk: surely, or because nothing of substance is in it."""
        if any(not mention.weak for mention in question.mentions):
            plain = self._known.classify(question.text, ())  # "are you chatting with me"
            return question.probability(kind) >= _SURE and plain.get(kind.value, 0.0) >= _SURE
        if self.judgement.is_bare(question):
            weak = question.probability(*SMALLTALK) < _HALF  # "and who writes them"
            return not (weak and goes_on(question))
        if demands(question):  # of something that we do not know
            return False
        if not question.mentions and self.judgement.is_telling(question):
            return question.probability(kind) >= _CERTAIN
        least = _VERY_LIKELY if self.judgement.has_own_words(question) else _LIKELY
        return question.probability(kind) >= least or question.probability(*SMALLTALK) >= _SURE

    def _wants_person(self, question: Question) -> bool:
        """Tell whether somebody wants a person; of something unknown one asks alike: "who is X"."""
        wanted = question.probability(QuestionType.ASK_HUMAN)
        if not question.mentions and self.judgement.is_telling(question):
            return wanted >= _CERTAIN
        if wanted >= _SURE or not self.judgement.has_own_words(question):
            return True
        if not question.mentions:
            return False
        plain = self._known.classify(question.text, ())  # "may I chat with a consultant"
        return plain.get(QuestionType.ASK_HUMAN.value, 0.0) >= _SURE

    def _one(self, question: Question, kind: QuestionType, context: Context) -> Answer:
        """Answer a message that is one question."""
        about = question.likeliest(CONCEPT_TYPES)
        instead = self._interpreter.meant_instead(question, context)
        if instead:
            found = self._respond.found(question, QuestionType.DEFINE, (instead,), instead.score)
            return by(Rule.DESCRIBED, replace(found, reasons=ranked((instead,))))
        named = question.mentions and not self._is_back(question, context)
        plain = self._as_description(question, about) if named else None
        if plain:
            question, about = replace(question, intents=plain), QuestionType.FIND_TERM
        described = plain or self.judgement.describes(question, about)
        if named and not described:
            return by(Rule.NAMED, self._named(question, context))
        answer = None
        telling = kind is QuestionType.FIND_TERM and len(words(question.text)) > _BRIEF
        if telling and not question.mentions:
            answer = self._described(question, about)
            if answer.kind is AnswerKind.ANSWER:
                return answer  # its "that" is what it describes, not what was said before
        if not named:
            unnamed = replace(question, mentions=())
            leaning = self._leaning(unnamed, about, kind, context)
            if leaning:
                return by(Rule.LEANING, leaning)
        answer = answer or self._described(question, about)
        if named and answer.kind in _UNSURE:
            known = by(Rule.NAMED, self._named(question, context))
            described = question.probability(QuestionType.FIND_TERM) >= _DESCRIBED
            return known if known.kind is AnswerKind.ANSWER and not described else answer
        return answer

    def _as_description(
        self, question: Question, about: QuestionType
    ) -> Mapping[str, float] | None:
        """Return what a question asks when its terms are read as words, if that describes.

        Nothing in it asks. What surely compares, or surely asks something of a single term, must
        surely describe when it is read so.
        """
        if question.probability(QuestionType.OUT_OF_SCOPE) >= _SURE:
            return None
        wants = self.judgement.wants_name(question)
        compares = about in PAIRWISE and question.probability(*PAIRWISE) < _SURE
        alone = len(question.mentions) == 1 and question.probability(about) < _HALF
        unsure = (compares or alone) and self.judgement.only_describes(question)
        if not (wants or unsure or only_tells(question)):
            return None
        plain = self._known.classify(question.text, ())
        least = _READS_AS_DESCRIBED if wants or unsure else _SURE
        return plain if plain.get(QuestionType.FIND_TERM.value, 0.0) >= least else None

    def _is_back(self, question: Question, context: Context) -> bool:
        """Tell whether the only names are everyday words, and the question means the topic."""
        weak = all(mention.weak for mention in question.mentions)
        weak &= question.likeliest(_KINDS) is not QuestionType.FOLLOW_UP  # "and what about X"
        compared = question.likeliest(NAMED_TYPES) in PAIRWISE and sets_apart(question)
        return weak and bool(context.topic) and points_past(question) and not compared

    # ---- questions that name their concept, or lean on the conversation

    def _named(self, question: Question, context: Context) -> Answer:
        reading = self._interpreter.named(question, context)
        concepts, probability = reading.concepts, reading.probability
        threshold = self._known.named.threshold
        unsure = probability < threshold.answer and self.judgement.hints_elsewhere(question)
        if (
            probability < threshold.ask
            or unsure
            or self.judgement.is_another(question, reading.kind, concepts)
        ):
            return self._respond.decline(question, probability, concepts, reading.evidence)
        unclear = next(
            (m for m in reading.mentions if len(self._interpreter.meant(m, question, context)) > 1),
            None,
        )
        if unclear:
            which = self._respond.which(question, unclear, probability)
            return replace(which, reasons=reading.evidence)
        if probability < threshold.answer:
            return self._respond.did_you_mean(question, concepts, probability, reading.evidence)
        answer = self._respond.answer(question, (reading,))
        if reading.kind is QuestionType.COMPARE and len(concepts) == 1:
            return self._with_unknown(question, answer)
        return answer

    def _with_unknown(self, question: Question, answer: Answer) -> Answer:
        """Say which side of a comparison we have no entry for."""
        left = self.judgement.residue(question, frozenset())
        strange = " ".join(word.text for word in left.beside + left.elsewhere)
        return (
            self._respond.before(question, answer, "unknown", term=strange) if strange else answer
        )

    def _leaning(
        self, question: Question, about: QuestionType, kind: QuestionType, context: Context
    ) -> Answer | None:
        """Answer a question that names nothing from the conversation, if it leans on it."""
        bare = self.judgement.is_bare(question)
        if bare and about not in _LEANING and not points_back(question):
            return None
        if bare and kind is QuestionType.OUT_OF_SCOPE:
            return self._respond.decline(question, 1.0 - question.probability(kind))
        reading = self._interpreter.leaning(question, context)
        if reading:
            return self._respond.answer(question, (reading,))
        lacks_one = (
            bare
            and about in _LEANING
            and not self.judgement.asks_unknown(question)
            and not self.judgement.has_own_words(question)
        )
        return self._respond.which_concept(question) if lacks_one else None

    # ---- questions that describe their concept

    def _described(self, question: Question, about: QuestionType) -> Answer:
        mentioned = {c for m in question.mentions for c in m.concepts}
        ranking = self._known.retriever.rank(question.text, question.language, without=mentioned)
        probability, evidence = self.judgement.judge_described(question, ranking)
        likely = [c.concept for c in ranking]
        threshold = self._known.described.threshold
        # It names something, and that is not in the glossary; or it does not describe at all.
        names = about in _NAMING and question.probability(about) >= _NAMES
        unknown = names or self.judgement.asks_unknown(question)
        describes = question.probability(QuestionType.FIND_TERM) >= _DESCRIBES
        plain = probability >= _PLAIN and evidence["margin"] >= _AHEAD
        asks = question.probability(about) >= _ASKS  # of something, and that has no entry
        unknown |= not describes and (asks or not plain)
        if not ranking or unknown or probability < threshold.ask:
            answer = self._respond.decline(question, probability, likely, evidence)
        elif probability >= threshold.answer and evidence["margin"] >= _APART:
            answer = self._respond.found(question, about, ranking, probability)
        else:
            answer = self._respond.did_you_mean(question, likely, probability, evidence)
        scored = self._respond.scored(question, ranking)
        reasons = {**evidence, **ranked(ranking)}
        return by(Rule.DESCRIBED, replace(answer, alternatives=scored, reasons=reasons))
