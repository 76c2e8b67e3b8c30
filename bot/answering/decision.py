"""The decision whether we know: evidence in, probability that the answer is right out.

Two logistic models: one for questions that name their concept, fitted on questions made from the
glossary at hand (``bot.adapters.decision_trainer``), and one for descriptions, the same for all.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.answering.question import CONCEPT_TYPES, SMALLTALK, Question, QuestionType
from bot.answering.topic import is_predicate
from bot.glossary.folding import Word, forms, words
from bot.glossary.mention import Mention
from bot.retrieval.hit import Candidate
from bot.retrieval.retriever import LEXICAL_WEIGHTS

NAMED_FEATURES = (
    "out_of_scope", "smalltalk", "concept_question", "description",
    "foreign_beside", "explained_beside", "asking_beside", "strange", "unlike",
    "misspelt",
)  # fmt: skip
DESCRIBED_FEATURES = (
    "score", "margin", "description", "dense", "words", "lexical", "other_language", "length"
)  # fmt: skip
ALIKE = 0.75
"""From this cosine on a question is certainly about the entry it names."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """From probability ``answer`` on we answer, from ``ask`` on we ask back, below we decline."""

    answer: float
    ask: float


@dataclass(frozen=True, slots=True)
class Judge:
    """One fitted model over named features."""

    features: tuple[str, ...]
    weights: tuple[float, ...]
    bias: float
    threshold: Threshold

    def probability(self, evidence: Mapping[str, float]) -> float:
        """Return how likely the answer is right, 0 to 1."""
        pairs = zip(self.features, self.weights, strict=True)
        total = self.bias + sum(weight * evidence[name] for name, weight in pairs)
        return 1.0 / (1.0 + math.exp(-max(-40.0, min(40.0, total))))

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object."""
        return {
            "features": list(self.features),
            "weights": list(self.weights),
            "bias": self.bias,
            "answer": self.threshold.answer,
            "ask": self.threshold.ask,
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Judge:
        """Read what :meth:`to_dict` made."""
        return cls(
            tuple(stored["features"]),
            tuple(stored["weights"]),
            float(stored["bias"]),
            Threshold(float(stored["answer"]), float(stored["ask"])),
        )


_DESCRIBED = Judge(
    DESCRIBED_FEATURES, (10.6, 9.7, 1.8, 2.7, 1.5, -0.7, -0.7, 5.1), -14.32, Threshold(0.17, 0.09)
)
_DESCRIBED_WORDED = Judge(
    DESCRIBED_FEATURES, (15.3, 10.6, 5.7, 7.1, -3.5, 0.6, -1.8, 0.0), -14.77, Threshold(0.55, 0.45)
)
_SHORT, _LONG = 5, 15  # words; in between, longer descriptions score lower, right or wrong
_WORDED = 0.5  # share of the concepts


def described_judge(described: Sequence[bool]) -> Judge:
    """Return the judge that decides on descriptions; it is not fitted to the glossary at hand.

    It is fitted on hand-written descriptions, of concepts of eleven glossaries of others and of
    the bundled one and of things that these lack (docs/foreign-glossaries.md): descriptions made
    from a glossary's own text share more words with it than people's do
    (docs/adr/0006-calibrated-refusal.md). Where the owner has noted down how people describe his
    concepts, scores are higher, right or wrong, and another model is fitted on those, with the
    descriptions of ``data/eval/dev``.

    Args:
        described: per concept, whether it has such wordings.
    """
    worded = sum(described) > _WORDED * len(described)
    return _DESCRIBED_WORDED if worded else _DESCRIBED


@dataclass(frozen=True, slots=True)
class Residue:
    """Content words of a question that are neither a mention nor a known way of asking.

    ``beside`` stand right before or after a mention, so that the two may be one name we do not
    know; ``elsewhere`` are the others, without those that occur in the entry.
    """

    beside: tuple[Word, ...]
    elsewhere: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """How many words beside a mention belong to what.

    ``asking`` carry what is asked, since the question type changes without them ("fees" in
    "linkedin fees"); the others may make another name of the mention ("A2P messaging"): those
    that occur in the entry are ``explained``, the rest ``foreign``.
    """

    asking: int = 0
    explained: int = 0
    foreign: int = 0


def named_evidence(
    question: Question, beside: Beside, strange: float = 0.0, unlike: float = 0.0
) -> dict[str, float]:
    """Return the evidence for a question that names its concepts.

    Args:
        question: as understood.
        beside: the words right beside the mentions.
        strange: how far the strangest word around the mentions is from anything in the entry, 0
            to 2: "slack in a rope" is about another slack.
        unlike: how much less alike than :data:`ALIKE` question and entry are, where words are left
            that the entry does not have.
    """
    mentions = question.mentions
    return {
        "out_of_scope": question.probability(QuestionType.OUT_OF_SCOPE),
        "smalltalk": question.probability(*SMALLTALK, QuestionType.ASK_HUMAN),
        "concept_question": question.probability(*CONCEPT_TYPES),
        "description": question.probability(QuestionType.FIND_TERM),
        "foreign_beside": float(min(beside.foreign, 2)),
        "explained_beside": float(min(beside.explained, 2)),
        "asking_beside": float(min(beside.asking, 2)),
        "strange": strange,
        "unlike": unlike,
        "misspelt": max((1.0 - m.score for m in mentions), default=0.0),
    }


def described_evidence(question: Question, ranking: Sequence[Candidate]) -> dict[str, float]:
    """Return the evidence for a description and the concepts found for it."""
    first, second = (*ranking, _NOTHING, _NOTHING)[:2]
    return {
        "score": first.score,
        "margin": first.score - second.score,
        "description": question.probability(QuestionType.FIND_TERM),
        "dense": first.dense,
        "words": first.words,
        "lexical": first.lexical,
        "other_language": float(question.language not in LEXICAL_WEIGHTS),
        "length": max(_SHORT, min(len(words(question.text)), _LONG)) / _LONG,
    }


# Beside a term such a word names no other one: "a normal X".
_ORDINARY = frozenset(
    "normal normale normaler normales normalen ordinary regular usual plain classic conventional "
    "gewoehnliche gewoehnlicher gewoehnliches gewoehnlichen klassische klassischer klassisches "
    "klassischen uebliche ueblicher uebliches ueblichen herkoemmliche herkoemmlicher "
    "herkoemmliches herkoemmlichen einfache einfacher einfaches einfachen".split()
)
# What people say while they look for a word.
_HESITATION = frozenset("aeh aehm oeh hm hmm uh uhm um umm er erm eh".split())
_NOTHING = Candidate("", 0.0, 0.0, 0.0)


def residue(
    question: Question, explained: frozenset[str], is_question_word: Callable[[str], bool]
) -> Residue:
    """Return the words of a question that are left over.

    Args:
        question: with its mentions.
        explained: the words of the entries of the mentioned concepts, as :func:`forms` gives them.
        is_question_word: tells whether a folded word belongs to asking.
    """
    sentence = words(question.text)
    inside = [any(m.start <= word.start < m.end for m in question.mentions) for word in sentence]
    beside: list[Word] = []
    elsewhere: list[Word] = []
    for place, word in enumerate(sentence):
        aside = word.folded in _ORDINARY | _HESITATION
        if inside[place] or aside or is_question_word(word.folded):
            continue
        counts = word.folded.isdigit() and place + 1 < len(sentence) and inside[place + 1]
        if counts:  # "5000 X"
            continue
        if _adjoins(question.text, sentence, inside, place) and not is_predicate(question, word):
            beside.append(word)
        elif not explained & forms(word.folded):
            elsewhere.append(word)
    return Residue(tuple(beside), tuple(elsewhere))


def extended(mentions: Sequence[Mention], text: str, beside: Sequence[Word]) -> tuple[Mention, ...]:
    """Return the mentions with the words beside them taken in."""
    grown = list(mentions)
    for word in beside:
        for place, mention in enumerate(grown):
            before = word.end <= mention.start and _touching(text, word.end, mention.start)
            after = mention.end <= word.start and _touching(text, mention.end, word.start)
            if before or after:
                start, end = min(word.start, mention.start), max(word.end, mention.end)
                grown[place] = replace(mention, start=start, end=end, text=text[start:end])
    return tuple(grown)


def _adjoins(text: str, sentence: Sequence[Word], inside: Sequence[bool], place: int) -> bool:
    """Tell whether a word stands right beside a mention, but for a space or hyphen."""
    word = sentence[place]
    before = (
        place > 0 and inside[place - 1] and _touching(text, sentence[place - 1].end, word.start)
    )
    after = place + 1 < len(sentence) and inside[place + 1]
    return before or (after and _touching(text, word.end, sentence[place + 1].start))


def _touching(text: str, end: int, start: int) -> bool:
    return not text[end:start].strip(" -")
