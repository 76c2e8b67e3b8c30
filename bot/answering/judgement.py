"""Judgement: the evidence in a question that we know what it is about, and what follows from it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from bot.answering.alternative import measures, other_sides
from bot.answering.clauses import begins_asking, breaks, name_wanted, surroundings
from bot.answering.decision import (
    ALIKE,
    Beside,
    Residue,
    described_evidence,
    extended,
    named_evidence,
    residue,
)
from bot.answering.ellipsis import correction, goes_on, says_both
from bot.answering.field import FAR, field_phrases, said_again
from bot.answering.knowledge import Knowledge
from bot.answering.question import NAMED_TYPES, PAIRWISE, Question, QuestionType
from bot.answering.reference import by_pronoun
from bot.answering.topic import (
    ARTICLES,
    are_alternatives,
    asks_unknown,
    continues_name,
    is_asked_first,
    is_quoted,
    is_unknown,
    only_describes,
)
from bot.glossary.folding import Word, forms, words
from bot.glossary.mention import Mention
from bot.retrieval.hit import Candidate

# How foreign a phrase is, from how near it comes to the glossary and how strange it is to the
# entry: logistic regression on hand-written phrases of the field and of others (docs/adr/0017).
_FOREIGN_BIAS, _FOREIGN_NEAR, _FOREIGN_STRANGE = 2.6, -11.1, 5.3
_FOREIGN_WORD = 2.0  # a word of another field says more than any likeness
_FAMILIAR = 0.1  # a phrase less strange than this is in the entry
_ELSEWHERE = 0.2  # log odds from which a term whose meaning is asked for is of another field
_FAR_ELSEWHERE = 0.4  # ... or a term of which something else is asked
_SURELY_ELSEWHERE = 2.5  # ... or a term that is compared, or asked for in whatever way
_FOREIGN_SIDE = 4.0  # ... or what it is compared with, which may well be some near miss
_MEANING = frozenset({QuestionType.DEFINE, QuestionType.EXPAND})
_ANYWHERE = PAIRWISE | {QuestionType.ASK_USERS}
_SHORT = 3  # letters; so short a word is rather chat slang than a thing of another field
_TELLING = 3  # so many words that nobody asks with are about something
_SAYING = 2  # so many of them are a description
_LONG = 6  # words, whatever they are, do so too
_HALF = 0.5  # from this doubt on, nobody asks with a word
_LEADING = 4  # words; fewer in front of a comma are what is talked about
_STORY = 12  # words; a longer message tells why somebody asks, in clauses of their own


def is_short(question: Question) -> bool:
    """Tell whether a message is too short to hold a story around the question."""
    return len(words(question.text)) <= _STORY


class Judgement:
    """Weighs questions against one version of a glossary."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._known = knowledge

    def judge_named(
        self, question: Question, concepts: Sequence[str]
    ) -> tuple[float, Mapping[str, float]]:
        """Return the probability that an answer about these concepts is right, and why."""
        explained = frozenset().union(
            *(self._known.explained.get(c, frozenset()) for c in concepts)
        )
        left = self.residue(question, explained)
        several = question.likeliest(NAMED_TYPES) in PAIRWISE  # the other words tell the other side
        both = several and len(concepts) > 1
        beside = Beside() if both else self._beside(question, left, concepts)
        strange, unlike = (0.0, 0.0) if several else self._sense(question, concepts)
        evidence = named_evidence(question, beside, strange, unlike)
        return self._known.named.probability(evidence), evidence

    def _sense(self, question: Question, concepts: Sequence[str]) -> tuple[float, float]:
        """Return how strange the words around the mentions and the whole are to the entries."""
        around = surroundings(question.text, [(m.start, m.end) for m in question.mentions])
        doubtful = [
            word
            for word in self._doubtful(question)
            if any(start <= word.start < end for start, end in around)
        ]
        if not doubtful:
            return 0.0, 0.0
        alike = self._known.retriever.similarity(question.text, concepts)
        return self._strangest(question, doubtful, concepts), max(0.0, ALIKE - alike)

    def is_elsewhere(self, question: Question, kind: QuestionType, concepts: Sequence[str]) -> bool:
        """Tell whether a term is said to be of a field that is strange to its entry.

        "Slack in a rope" is another slack, whatever else speaks for it. Who asks for a definition
        tells by the field what is meant; who asks for something else may well ask where it is
        used, or by whom.
        """
        if kind in _ANYWHERE and (kind not in PAIRWISE or len(concepts) > 1):
            return False
        return any(
            self._is_foreign(question, span, concepts, least)
            for span, least in self._telling(question, kind, concepts)
            if not _is_named(span, question)
        )

    def _telling(
        self, question: Question, kind: QuestionType, concepts: Sequence[str]
    ) -> Iterator[tuple[tuple[int, int], float]]:
        """Yield what may tell the field of a term, and the log odds from which it does."""
        for mention in _of_one_word(question):
            near, far = (
                field_phrases(question.text, mention, self._is_asking, verbs, question.language)
                for verbs in (0, FAR)
            )
            if kind in _MEANING:
                yield from ((span, _ELSEWHERE) for span in far)
            else:
                compares = kind in PAIRWISE
                yield from ((s, _SURELY_ELSEWHERE if compares else _FAR_ELSEWHERE) for s in near)
                yield from ((span, _SURELY_ELSEWHERE) for span in far if span not in near)
            if len(concepts) == 1:
                yield from ((span, _FOREIGN_SIDE) for span in self._sides(question, kind))

    def _sides(self, question: Question, kind: QuestionType) -> list[tuple[int, int]]:
        """Return what a term is compared with or measured by: "X or Y", "bigger than Y"."""
        means_asking = self._known.vocabulary.means_asking
        sides = list(other_sides(question, means_asking, kind in PAIRWISE))[:1]
        compares = kind in PAIRWISE or kind is QuestionType.ASK_RELATED
        return [*sides, *measures(question, means_asking, compares)]

    def says_another(self, question: Question) -> bool:
        """Tell whether a message itself says that it means something of another field.

        "Did X live here? I mean the elephant": so it is, whatever else it asks or tells.
        """
        return any(
            self._foreign(question, span, mention.concepts) >= _SURELY_ELSEWHERE
            for mention in _of_one_word(question)
            for span in said_again(question.text, mention, self._is_asking, question.language)
            if not _is_named(span, question)
        )

    def hints_elsewhere(self, question: Question) -> bool:
        """Tell whether a short message has a word of another field beside a name of one word.

        That is enough where we are not sure: "how long does it take X to grow grapes".
        """
        if not is_short(question) or not _of_one_word(question):
            return False
        has = self._known.other_fields.has
        return any(
            has(word.folded, question.language)
            for word in words(question.text)
            if not self._is_asking(word.folded) and not _is_inside(word, question)
        )

    def _is_asking(self, folded: str) -> bool:
        """Tell whether a word asks; a single training question may have named a field."""
        return self._known.vocabulary.doubt(folded) < _HALF

    def is_another(self, question: Question, kind: QuestionType, concepts: Sequence[str]) -> bool:
        """Tell whether a question is about something else of the name that it mentions."""
        return self.is_of_unknown(question, kind) or self.is_elsewhere(question, kind, concepts)

    def is_of_unknown(self, question: Question, kind: QuestionType) -> bool:
        """Tell whether a question asks for something unknown that it explains by a term.

        Or that has a term in its name.
        """
        others = [
            word
            for word in words(question.text)
            if not _is_inside(word, question) and not self._known.vocabulary.is_filler(word.folded)
        ]
        longer = kind in _MEANING and any(continues_name(question, word) for word in others)
        return longer or is_unknown(question, self._known.vocabulary.means_asking)

    def asks_unknown(self, question: Question) -> bool:
        """Tell whether a question asks for a name that nobody knows."""
        known = self._known.vocabulary
        return asks_unknown(question, known.is_filler, known.is_common)

    def says_unknown(self, question: Question) -> bool:
        """Tell whether a short question has a word that is a name of something unknown."""
        return is_short(question) and any(
            not _is_inside(word, question) and self._is_unknown(word.folded)
            for word in words(question.text)
        )

    def names_unknown(self, question: Question) -> bool:
        """Tell whether a short question is about something unknown, not what was said before.

        So it is if nothing in it points back, or what does stands for the unknown: "how does a
        gizmo work", "gizmo, what is that", "what is a gizmo and who has it".
        """
        if question.mentions or not self.says_unknown(question) or correction(question.text):
            return False
        back = by_pronoun(question.text, "", self._known.vocabulary.means_asking)
        if back is None:
            return not (says_both(question) or goes_on(question))
        return any(
            self._is_unknown(word.folded) and (begins_asking(part) or len(words(part)) < _LEADING)
            for start, end in breaks(question.text)
            if end <= back.start
            for part in [question.text[start:end]]
            for word in words(part)
        )

    def _is_unknown(self, folded: str) -> bool:
        known = self._known.vocabulary
        return (
            len(folded) > _SHORT
            and folded.isalpha()
            and known.doubt(folded) == 1.0
            and not known.is_common(folded)
        )

    def is_longer_name(self, question: Question) -> bool:
        """Tell whether it is nothing but a term and unknown words beside it: "the video game"."""
        others = [w for w in words(question.text) if not _is_inside(w, question)]
        while others and others[0].folded in ARTICLES:
            others.pop(0)
        is_filler = self._known.vocabulary.is_filler
        return bool(others) and not any(is_filler(word.folded) for word in others)

    def _is_foreign(
        self, question: Question, span: tuple[int, int], concepts: Sequence[str], least: float
    ) -> bool:
        """Tell whether a phrase is so foreign; it surely is only by a word of another field."""
        surely = least >= _SURELY_ELSEWHERE
        if surely and not self._has_field(question.text[slice(*span)], question.language):
            return False
        return self._foreign(question, span, concepts) >= least

    def _has_field(self, phrase: str, language: str) -> bool:
        has = self._known.other_fields.has
        return any(has(word.folded, language) for word in words(phrase))

    def _foreign(self, question: Question, span: tuple[int, int], concepts: Sequence[str]) -> float:
        """Return how foreign a phrase of a question is: log odds that it is of another field.

        Wordings do not count: they may say what else has the name.
        """
        retriever = self._known.retriever
        familiar = retriever.familiarity(question.text, [span], concepts, wordings=False)
        strange = 1.0 - familiar[0]
        if strange < _FAMILIAR:
            return -math.inf
        phrase = question.text[slice(*span)]
        near = retriever.closeness(phrase)
        other = self._has_field(phrase, question.language)
        return (
            _FOREIGN_BIAS
            + _FOREIGN_NEAR * near
            + _FOREIGN_STRANGE * strange
            + _FOREIGN_WORD * other
        )

    def _doubtful(self, question: Question) -> list[Word]:
        """Return the words outside the mentions that may not belong to asking."""
        doubt = self._known.vocabulary.doubt
        return [
            word
            for word in words(question.text)
            if len(word.folded) > _SHORT and doubt(word.folded) and not _is_inside(word, question)
        ]

    def _strangest(
        self, question: Question, doubtful: Sequence[Word], concepts: Sequence[str]
    ) -> float:
        """Return how strange the strangest word is to the entries, 0 to 2.

        A word that some questions are asked with counts less.
        """
        spans = [(word.start, word.end) for word in doubtful]
        known = self._known.retriever.familiarity(question.text, spans, concepts)
        doubt = self._known.vocabulary.doubt
        strange = ((1.0 - n) * doubt(w.folded) for n, w in zip(known, doubtful, strict=True))
        return max(strange, default=0.0)

    def judge_leaning(
        self, question: Question, concepts: Sequence[str]
    ) -> tuple[float, Mapping[str, float]]:
        """Return the same for a question that means these concepts without naming them.

        How alike question and entry are says nothing here: the name is missing in the question.
        """
        strange = self._strangest(question, self._doubtful(question), concepts)
        evidence = named_evidence(question, Beside(), strange)
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

    def judge_described(
        self, question: Question, ranking: Sequence[Candidate]
    ) -> tuple[float, Mapping[str, float]]:
        """Return the probability that the first candidate is what was described, and why."""
        evidence = described_evidence(question, ranking)
        return self._known.described.probability(evidence), evidence

    def _heads(self, question: Question, word: Word, defined: frozenset[str]) -> bool:
        """Tell whether a word after a mention says what it is anyway: "gif format"."""
        follows = any(mention.end <= word.start for mention in question.mentions)
        return follows and bool(defined & forms(word.folded))

    def describes(self, question: Question, about: QuestionType) -> bool:
        """Tell whether the terms in the question only help to describe another concept."""
        if about is not QuestionType.FIND_TERM:
            return False
        chooses = are_alternatives(question) and not self.only_describes(question)
        if chooses or is_quoted(question) or is_asked_first(question):
            return False
        is_filler = self._known.vocabulary.is_filler
        return any(
            not _is_inside(word, question) and not is_filler(word.folded)
            for word in words(question.text)
        )

    def only_describes(self, question: Question) -> bool:
        """Tell whether the terms in the question are but words of a description."""
        if self.wants_name(question):
            return True
        return only_describes(question, lambda word: self._known.vocabulary.doubt(word) >= _HALF)

    def wants_name(self, question: Question) -> bool:
        """Tell whether a description ends in nothing but the wish for a name.

        What names a term there, or tells nothing of its own before, asks of a term: "X, what is
        that called in German".
        """
        start = name_wanted(question.text)
        doubt = self._known.vocabulary.doubt
        before = [w for w in words(question.text) if w.end <= start and not _is_inside(w, question)]
        telling = [word for word in before if doubt(word.folded) >= _HALF]
        inside = any(mention.end > start for mention in question.mentions)
        return (len(telling) >= _SAYING or len(before) >= _LONG) and not inside

    def is_bare(self, question: Question) -> bool:
        """Tell whether the question has no content of its own ("how does it work?")."""
        is_asking = self._known.vocabulary.means_asking
        return all(is_asking(word.folded) for word in words(question.text))

    def is_telling(self, question: Question) -> bool:
        """Tell whether several words of a question are such as nobody asks with."""
        doubt = self._known.vocabulary.doubt
        return sum(doubt(word.folded) == 1.0 for word in words(question.text)) >= _TELLING

    def has_own_words(self, question: Question) -> bool:
        """Tell whether a question has words, beside terms, that hardly anybody asks with."""
        return any(
            not self._is_asking(word.folded) and not _is_inside(word, question)
            for word in words(question.text)
        )

    def is_noise(self, question: Question) -> bool:
        """Tell whether no word of the question is a word: keyboard mash, a lone letter or digit."""
        known = self._known.vocabulary
        return not question.mentions and not any(
            len(word.folded) > 1
            and (known.is_common(word.folded) or known.means_asking(word.folded))
            for word in words(question.text)
        )

    def residue(self, question: Question, explained: frozenset[str]) -> Residue:
        """Return the words that are neither a mention, nor asking, nor explained."""
        return residue(question, explained, self._known.vocabulary.means_asking)


def _of_one_word(question: Question) -> list[Mention]:
    """Return the mentions whose names may mean something else; longer ones mean but one thing."""
    return [m for m in question.mentions if len(words(m.name)) == 1]


def _is_named(span: tuple[int, int], question: Question) -> bool:
    return any(m.start < span[1] and span[0] < m.end for m in question.mentions)


def _is_inside(word: Word, question: Question) -> bool:
    return any(m.start <= word.start < m.end for m in question.mentions)
