"""The decision whether we know: evidence in, probability that the answer is right out.

Two logistic models, one for questions that name their concept and one for descriptions. They are
fitted on questions made from the glossary at hand (``bot.adapters.decision_trainer``); here they
are only applied.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.answering.question import CONCEPT_TYPES, SMALLTALK, Question, QuestionType
from bot.glossary.folding import Word, german_stem, singular, words
from bot.glossary.mention import Likeness
from bot.retrieval.hit import Candidate

NAMED_FEATURES = (
    "out_of_scope", "smalltalk", "concept_question", "description",
    "unexplained_beside", "unexplained_elsewhere", "misspelt", "weak", "joined",
)  # fmt: skip
DESCRIBED_FEATURES = (
    "dense", "lexical", "dense_margin", "lexical_margin", "agree",
    "out_of_scope", "smalltalk", "description", "definition", "content_words",
)  # fmt: skip


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


@dataclass(frozen=True, slots=True)
class Residue:
    """Content words of a question that neither a mention nor asking explains."""

    beside: tuple[str, ...]
    elsewhere: tuple[str, ...]


def named_evidence(question: Question, residue: Residue) -> dict[str, float]:
    """Return the evidence for a question that names its concepts."""
    mentions = question.mentions
    return {
        "out_of_scope": question.probability(QuestionType.OUT_OF_SCOPE),
        "smalltalk": question.probability(*SMALLTALK, QuestionType.ASK_HUMAN),
        "concept_question": question.probability(*CONCEPT_TYPES),
        "description": question.probability(QuestionType.FIND_TERM),
        "unexplained_beside": float(min(len(residue.beside), 2)),
        "unexplained_elsewhere": float(min(len(residue.elsewhere), 4)),
        "misspelt": max((1.0 - m.score for m in mentions), default=0.0),
        "weak": float(any(m.weak for m in mentions)),
        "joined": float(any(m.likeness is Likeness.JOINED for m in mentions)),
    }


def described_evidence(
    question: Question, ranking: Sequence[Candidate], content_words: int
) -> dict[str, float]:
    """Return the evidence for a description and the concepts found for it."""
    first, second = (*ranking, _NOTHING, _NOTHING)[:2]
    by_dense = max(ranking, key=lambda c: c.dense, default=_NOTHING)
    by_words = max(ranking, key=lambda c: c.lexical, default=_NOTHING)
    return {
        "dense": first.dense,
        "lexical": first.lexical,
        "dense_margin": first.dense - second.dense,
        "lexical_margin": first.lexical - second.lexical,
        "agree": float(by_dense.concept == by_words.concept),
        "out_of_scope": question.probability(QuestionType.OUT_OF_SCOPE),
        "smalltalk": question.probability(*SMALLTALK, QuestionType.ASK_HUMAN),
        "description": question.probability(QuestionType.FIND_TERM),
        "definition": question.probability(QuestionType.DEFINE),
        "content_words": float(min(content_words, 8)),
    }


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
    beside, elsewhere = [], []
    for place, word in enumerate(sentence):
        if inside[place] or is_question_word(word.folded) or explained & forms(word.folded):
            continue
        near = any(
            inside[other] and _touching(question.text, sentence[min(place, other)], sentence[max(place, other)])
            for other in (place - 1, place + 1)
            if 0 <= other < len(sentence)
        )
        (beside if near else elsewhere).append(word.text)
    return Residue(tuple(beside), tuple(elsewhere))


def forms(folded: str) -> frozenset[str]:
    """Return the forms under which a folded word may equal another one."""
    return frozenset((folded, singular(folded), german_stem(folded)))


def _touching(text: str, left: Word, right: Word) -> bool:
    return not text[left.end : right.start].strip(" -")
