"""The parts of a message: several questions, or one with a story or small talk around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.answering.clauses import (
    begins_asking,
    breaks,
    clauses,
    halves,
    is_asked,
    last_question,
    pauses,
    sentences,
    spelt_out,
)
from bot.answering.context import Context
from bot.answering.ellipsis import (
    points_back,
)
from bot.answering.interpreter import Interpreter, is_names, surely_compares
from bot.answering.judgement import Judgement, is_short
from bot.answering.knowledge import Knowledge
from bot.answering.question import (
    ASPECTS,
    CONCEPT_TYPES,
    NAMED_TYPES,
    PAIRWISE,
    SMALLTALK,
    Question,
    QuestionType,
)
from bot.answering.reading import Reading
from bot.answering.topic import (
    ARTICLES,
    denies,
)
from bot.glossary.folding import Word, fold, words

_WISHED = 0.9  # from this probability on, the last sentence of a message asks for a person
_PLAINLY = 0.9  # a clause asks without asking words if it is so clearly a question type
_HALF = 0.5  # a part must be so clearly a question of its own
_DESCRIBES = 0.97  # surely a description, also with a greeting before it
_STORY = 0.8  # a message less probably out of scope may be a story with a question in it
_NAMING = (QuestionType.DEFINE, QuestionType.EXPAND)
_POLITE = (
    QuestionType.GREET,
    QuestionType.THANK,
    QuestionType.AFFIRM,
    QuestionType.FEEDBACK_GOOD,
)
_CONCERNED = CONCEPT_TYPES - {QuestionType.FIND_TERM}
_WISHED_FOR = PAIRWISE | ASPECTS.keys()
_FEW = 3  # words; so few may greet or thank
_MOST_COMPLAINING = 7  # words; "that's not what I wanted to know, ..."
_ANNOUNCING = frozenset({QuestionType.SHORTER, QuestionType.TELL_MORE, QuestionType.REPEAT})


class MessageParts:
    """Reads messages of several parts; reads nothing that it is not sure of.

    Args:
        knowledge: of one version of a glossary.
        judgement: weighs questions against it.
        interpreter: reads each part.
    """

    def __init__(
        self, knowledge: Knowledge, judgement: Judgement, interpreter: Interpreter
    ) -> None:
        self._known = knowledge
        self._judgement = judgement
        self._interpreter = interpreter

    def without_talk(self, question: Question) -> Question:
        """Return a message without the small talk it begins with: "thanks, and who uses it".

        A complaint is such talk too: "that is not what I asked. How does it work".

        What is clear as it stands is left as it is.
        """
        describes = question.probability(QuestionType.FIND_TERM) >= _DESCRIBES
        if describes or question.probability(*_CONCERNED) >= _STORY:
            return question
        spans = pauses(question.text)
        if len(spans) < 2:
            return question
        start = next((low for low, high in spans if not self._is_polite(question, low, high)), 0)
        if start <= spans[0][0]:
            return question
        rest = self._interpreter.piece(question, start, len(question.text))
        return rest if rest.likeliest(frozenset(QuestionType)) in _CONCERNED else question

    def _is_polite(self, question: Question, start: int, end: int) -> bool:
        said = len(words(question.text[start:end]))
        if said > _MOST_COMPLAINING:
            return False
        piece = self._interpreter.piece(question, start, end)
        complains = piece.probability(QuestionType.FEEDBACK_BAD) >= _PLAINLY
        polite = said <= _FEW and piece.probability(*_POLITE) >= _HALF
        return not piece.mentions and (polite or complains)

    def asks_for_person(self, question: Question) -> bool:
        """Tell whether a message ends with the wish for a person: "what is X? No, get me a human".

        Only its end counts: "I work in customer service. What is X?" is a question.
        """
        spans = sentences(question.text)
        if len(spans) < 2:
            return False
        last = self._interpreter.piece(question, *spans[-1])
        return not last.mentions and last.probability(QuestionType.ASK_HUMAN) >= _WISHED

    def several(self, question: Question, context: Context) -> tuple[Reading, ...]:
        """Read a message as several questions, each of which we know the answer to, or as none."""
        if not question.mentions and not context.topic:
            return ()  # no part of it is about anything that we know
        spans = clauses(question.text)
        if len(spans) > 1:
            spans = [self._past_greeting(question, *spans[0]), *spans[1:]]
            readings = self._readings(question, spans, context)
            if readings and not _is_one_comparison(question, readings):
                return readings
        if question.probability(*PAIRWISE) < _HALF:
            return self._enumerated(question, context)
        return ()

    def _past_greeting(self, question: Question, start: int, end: int) -> tuple[int, int]:
        """Return a clause without the greeting before it, whose words may look like a term."""
        first, *others = pauses(question.text[start:end])
        if not others or len(words(question.text[start : start + first[1]])) > _FEW:
            return start, end
        greeting = self._interpreter.piece(question, start, start + first[1])
        talks = greeting.mentions and self._is_talk(greeting, QuestionType.GREET)
        return (start + others[0][0], end) if talks else (start, end)

    def _readings(
        self, question: Question, spans: Sequence[tuple[int, int]], context: Context
    ) -> tuple[Reading, ...]:
        """Read clauses. One that we are not sure of ends it, so that no other is classified."""
        readings: list[Reading] = []
        leads = merged = False
        for start, end in spans:
            if not readings and (start, end) == spans[-1]:
                return ()  # all before it is talk, and one question is not several
            piece = _meaning_it(self._interpreter.piece(question, start, end), context)
            kind = piece.likeliest(frozenset(QuestionType))
            if self._is_talk(piece, kind) or denies(piece):
                continue
            asked = is_asked(piece.text, piece.language)
            plainly = piece.probability(kind) >= _PLAINLY and not _tells_of_several(piece, kind)
            reading = self._sure(piece, kind, context) if asked or plainly else None
            if reading is None:
                return ()
            if leads and not piece.mentions and {*_named(readings[-1])} <= {*reading.concepts}:
                named = _named(readings.pop())  # but a lead: "back to X, who uses it"
                merged = True
                others = tuple(c for c in reading.concepts if c not in named)
                unsaid = reading.kind is QuestionType.SHORTER  # "X? explain it in short"
                kind_asked = QuestionType.DEFINE if unsaid else reading.kind
                reading = replace(reading, kind=kind_asked, concepts=(*named, *others))
            readings.append(reading)
            leads = kind is QuestionType.FOLLOW_UP or is_names(piece)
            said = replace(reading, concepts=_named(reading)) if leads else reading
            context = _after(context, said)
        while len(readings) > 1 and _announces(*readings[:2]):
            readings.pop(0)
        return tuple(readings) if len(readings) > 1 or merged else ()

    def _is_talk(self, piece: Question, kind: QuestionType) -> bool:
        """Tell whether a clause is small talk, whatever term its few words may look like."""
        if not piece.mentions:
            return kind in SMALLTALK
        if len(words(piece.text)) > _FEW:
            return False
        plain = self._known.classify(piece.text, ())
        return sum(plain.get(kind.value, 0.0) for kind in SMALLTALK) >= _PLAINLY

    def _enumerated(self, question: Question, context: Context) -> tuple[Reading, ...]:
        """Read aspects that are joined by "and": "how and why do people use X"."""
        question = replace(
            question, text=spelt_out(question.text, self._known.vocabulary.is_filler)
        )
        spans = halves(question.text)
        if not 1 < len(spans) < 4:
            return ()
        pieces: dict[QuestionType, Question] = {}
        for start, end in spans:
            piece = self._interpreter.piece(question, start, end)
            kind = piece.likeliest(frozenset(QuestionType))
            if kind not in ASPECTS or kind in pieces or piece.probability(kind) < _HALF:
                return ()
            pieces[kind] = piece
        named = [
            self._sure(piece, kind, context) for kind, piece in pieces.items() if piece.mentions
        ]
        found = [reading for reading in named if reading]
        if len(found) < len(named) or len({r.concepts for r in found}) > 1:
            return ()
        concepts = found[0].concepts if found else context.topic[:1]
        return tuple(Reading(kind, concepts) for kind in pieces) if concepts else ()

    def _sure(self, question: Question, kind: QuestionType, context: Context) -> Reading | None:
        """Return what a question asks, where we know the answer."""
        if kind not in NAMED_TYPES:
            return None
        if not question.mentions:
            leaning = self._interpreter.leaning(question, context)
            return leaning or self._about_topic(question, context)
        return self._surely_named(question, context)

    def _about_topic(self, question: Question, context: Context) -> Reading | None:
        meant = self._interpreter.with_topic(question, context)
        return self._surely_named(meant, context) if meant else None

    def _surely_named(self, question: Question, context: Context) -> Reading | None:
        reading = self._interpreter.named(question, context)
        sure = reading.probability >= self._known.named.threshold.answer
        if self._judgement.is_elsewhere(question, reading.kind, reading.concepts):
            return None
        meant = [self._interpreter.meant(m, question, context) for m in reading.mentions]
        unclear = any(len(concepts) > 1 for concepts in meant)
        return reading if sure and not unclear else None

    def told(self, question: Question, context: Context) -> Reading | None:
        """Find the one question in a message that tells a story around it."""
        spans = self._with_tail(question, breaks(question.text))
        if not self._may_ask(question, spans):
            return None
        if len(spans) < 2:
            return self._told_last(question, context)
        found = self._told_among(spans, question, context) or self._told_last(question, context)
        if not found or _compares_rest(question, found):
            return None
        # What a story says of a term elsewhere ("we get X in March") is not its field.
        if self._tells_of(question) if not found.mentions else not is_short(question):
            return found
        elsewhere = self._judgement.is_elsewhere(question, found.kind, found.concepts)
        return None if elsewhere else found

    def _with_tail(
        self, question: Question, spans: Sequence[tuple[int, int]]
    ) -> Sequence[tuple[int, int]]:
        """Return clauses, the last cut where it ends with "what is that"."""
        named = max((mention.end for mention in question.mentions), default=0)
        start = last_question(question.text, len(question.text), describes=True)
        if not spans or not max(named, spans[-1][0]) < start:
            return spans
        tail = self._interpreter.piece(question, start, len(question.text))
        if not self._is_of_it(tail):
            return spans
        *others, (begin, _) = spans
        return (*others, (begin, start), (start, len(question.text)))

    def _is_of_it(self, piece: Question) -> bool:
        """Tell whether a clause but asks what "that" is, which was said before it."""
        kind = piece.likeliest(frozenset(QuestionType))
        asks = kind in _NAMING and piece.probability(kind) >= _HALF
        return asks and points_back(piece) and self._judgement.is_bare(piece)

    def _tells_of(self, question: Question) -> bool:
        """Tell whether a message tells where somebody met a term: "my boss likes X", not "X in Y".

        That is so before the term; what is named behind it may be what is asked for.
        """
        if not question.mentions:
            return True
        said = words(question.text)
        before = [w for w in said if w.end <= question.mentions[0].start]
        after = [w for w in said if w.start >= question.mentions[-1].end]
        named = any(self._is_name(question, word) for word in after)
        return sum(w.folded not in ARTICLES for w in before) > 1 and not named

    def _is_name(self, question: Question, word: Word) -> bool:
        """Tell whether a word is written as an abbreviation, or is none of everyday language."""
        capitals = len(word.text) > 1 and word.text.isupper() and not question.text.isupper()
        known = self._known.vocabulary
        return capitals or not (known.is_common(word.folded) or known.means_asking(word.folded))

    def _told_among(
        self, spans: Sequence[tuple[int, int]], question: Question, context: Context
    ) -> Reading | None:
        """Find the last clause that asks something we know, or that leans on those before it."""
        found: Reading | None = None
        before = context
        for start, end in spans:
            piece = self._interpreter.piece(question, start, end)
            kind = piece.likeliest(frozenset(QuestionType))
            asked = is_asked(piece.text, question.language) or (
                piece.probability(kind) >= _PLAINLY > question.probability(QuestionType.FIND_TERM)
            )
            wished = bool(piece.mentions) and kind in _WISHED_FOR and not is_short(question)
            asked |= wished and piece.probability(kind) >= _STORY  # "now she wants examples of X"
            piece = _meaning_it(piece, context)  # "X has a past, like when did it come up"
            reading = self._sure(piece, kind, context) if asked else None
            unnamed = not any(mention.start < end for mention in question.mentions)
            if reading and unnamed and start and not found and reading.kind in _NAMING:
                return None  # "gizmo, what is that" means the gizmo, which nobody knows
            if reading:
                found, context = reading, _after(context, reading)
            # what the next clause asks about
            elif begins_asking(piece.text):
                if is_short(question) and context is before:
                    context = Context()  # of something unknown: "who bought X, and how much is it"
            elif _names(piece) and not self._judgement.is_longer_name(piece):
                meant = self._interpreter.meant(piece.mentions[-1], piece, context)
                if len(meant) > 1:
                    return None  # which of them is to be asked back
                context = Context(concepts=meant, before=context.topic)
        return found

    def _may_ask(self, question: Question, spans: Sequence[tuple[int, int]]) -> bool:
        """Tell whether a story may hold a question: it is neither out of scope nor a description.

        In what looks like one, the last clause that asks has to name a term, or to ask of it:
        "..., so what is that", but not "..., what is that called".
        """
        if question.probability(QuestionType.OUT_OF_SCOPE) >= _STORY:
            if not _names(question) or len(spans) < 2:
                return False
            return self._is_of_it(self._interpreter.piece(question, *spans[-1]))
        if self._judgement.wants_name(question):
            return False
        if not question.mentions or question.probability(QuestionType.FIND_TERM) < _STORY:
            return True
        asked = [span for span in spans if is_asked(question.text[slice(*span)], question.language)]
        last = self._interpreter.piece(question, *(asked or [*spans])[-1])
        kind = last.likeliest(frozenset(QuestionType))
        return bool(last.mentions) or (kind in NAMED_TYPES and points_back(last))

    def _told_last(self, question: Question, context: Context) -> Reading | None:
        """Read the end of a long message without punctuation, from its last asking word on."""
        if is_short(question) or not question.mentions:
            return None
        describes = question.probability(QuestionType.FIND_TERM) >= _STORY
        start = last_question(question.text, question.mentions[-1].start, describes=describes)
        if not start:
            return None
        piece = self._interpreter.piece(question, start, len(question.text))
        return self._sure(piece, piece.likeliest(frozenset(QuestionType)), context)

    def tells_a_story(self, question: Question, context: Context) -> bool:
        """Tell whether the question is to be looked for in the clauses of a message.

        So it is in a long one, in one that names the same twice (as a whole that looks like a
        comparison), and where the last clause asks for "it", which an earlier one names. One
        that names nothing has to be long, and about what was talked about.
        """
        spans = clauses(question.text)
        if not question.mentions:
            return bool(context.topic) and not is_short(question) and len(spans) > 1
        if len(spans) < 2 and not is_short(question):
            spans = breaks(question.text)
        if len(spans) < 2:
            return False
        if _repeats(question):
            return True
        if not is_short(question):
            return not surely_compares(question)
        if question.mentions[0].start >= spans[-1][0]:
            return False
        last = self._interpreter.piece(question, *spans[-1])
        if last.mentions:
            return _asks_for_last(question, spans)
        return points_back(last) and self._judgement.is_bare(last)


def _asks_for_last(question: Question, spans: Sequence[tuple[int, int]]) -> bool:
    """Tell whether only the last clause asks, for a term of its own: "I know X, but what is Y"."""
    *before, last = [is_asked(question.text[slice(*span)], question.language) for span in spans]
    return last and not any(before) and not surely_compares(question)


def _meaning_it(piece: Question, context: Context) -> Question:
    """Return a clause without everyday words as terms, if it asks of what one before it names."""
    means_it = bool(context.topic) and points_back(piece)
    return replace(piece, mentions=()) if means_it and not _names(piece) else piece


def _tells_of_several(piece: Question, kind: QuestionType) -> bool:
    """Tell whether a clause that asks nothing names several things, which nobody wants defined."""
    return kind in _NAMING and len({mention.concepts for mention in piece.mentions}) > 1


def _is_one_comparison(question: Question, readings: Sequence[Reading]) -> bool:
    """Tell whether clauses compare only as a whole: "moving from X to Y, what changes".

    So they do unless a clause compares what it names itself, or asks for something else.
    """
    named = {concept for mention in question.mentions for concept in mention.concepts}
    if len(named) < 2 or question.probability(*PAIRWISE) < _HALF:
        return False
    own = any(
        r.kind in PAIRWISE and len({c for m in r.mentions for c in m.concepts}) > 1
        for r in readings
    )
    return not own


def _named(reading: Reading) -> tuple[str, ...]:
    """Return what a clause names itself, if it does; otherwise what it is about."""
    said = {concept for mention in reading.mentions for concept in mention.concepts}
    return tuple(c for c in reading.concepts if c in said) or reading.concepts


def _announces(reading: Reading, following: Reading) -> bool:
    """Tell whether a clause names nothing but announces what the next one names."""
    vague = reading.kind in _ANNOUNCING or reading.kind is following.kind
    return vague and not reading.mentions and bool(following.mentions)


def _after(context: Context, reading: Reading) -> Context:
    now = replace(context, concepts=reading.concepts, question_type=reading.kind.value, age=0)
    if reading.concepts == context.concepts:
        return now
    return replace(now, before=context.concepts, shown=())


def _names(question: Question) -> bool:
    """Tell whether a message names something, not just an everyday word that is a term too."""
    return any(not mention.weak for mention in question.mentions)


def _compares_rest(question: Question, found: Reading) -> bool:
    """Tell whether a clause compares what others name: "X, Y and Z, how do they differ"."""
    named = {concept for mention in question.mentions for concept in mention.concepts}
    return found.kind in PAIRWISE and not found.mentions and bool(named - {*found.concepts})


def _repeats(question: Question) -> bool:
    """Tell whether a message says the same name more than once, and no other."""
    names = [fold(mention.text) for mention in question.mentions]
    return len(names) > len(set(names)) == 1
