"""Why: the reasons that an answer carries, beside the evidence that the judge weighed."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.answering.answer import Answer
from bot.answering.decision import Judge
from bot.answering.question import Question
from bot.glossary.mention import Mention
from bot.retrieval.hit import Candidate

_TYPES = 3  # the likeliest question type and the next two


class Rule(enum.StrEnum):
    """The rule that decided what to do with a message; the first that applies does."""

    EMPTY = "empty"  # there is no word in it
    CHOICE = "choice"  # it picks something that was offered
    NOISE = "noise"  # nothing in it is a word
    TALK = "talk"  # small talk, or the wish for a person
    SEVERAL = "several"  # several questions, each answered
    STORY = "story"  # one question in a story
    NAMED = "named"  # it names its concept
    LEANING = "leaning"  # it leans on the conversation
    DESCRIBED = "described"  # it describes its concept


def by(rule: Rule, answer: Answer) -> Answer:
    """Note the rule that made an answer."""
    return replace(answer, reasons={**answer.reasons, "rule": rule.value})


def ranked(candidates: Sequence[Candidate]) -> Mapping[str, object]:
    """Return the candidates of a description as a reason, best first."""
    return {
        "candidates": [
            {
                "id": c.concept, "score": _short(c.score), "dense": _short(c.dense),
                "lexical": _short(c.lexical), "words": _short(c.words),
                "terms": _short(c.terms),
            }
            for c in candidates
        ]
    }  # fmt: skip


def explained(question: Question, answer: Answer, judges: Mapping[str, Judge]) -> Answer:
    """Add to the reasons of an answer what was read in the question and which judge decided.

    Args:
        question: as understood.
        answer: its reasons hold the evidence that a judge weighed, if one did.
        judges: by name; the one whose features are all among the reasons is the one that decided.
    """
    likeliest = sorted(question.intents.items(), key=lambda pair: (-pair[1], pair[0]))[:_TYPES]
    reasons = {
        **answer.reasons,
        "matched": [_matched(mention) for mention in question.mentions],
        "question_types": [{"type": name, "probability": _short(p)} for name, p in likeliest],
        **_judged(answer.reasons, judges),
    }
    return replace(answer, reasons=reasons)


def _matched(mention: Mention) -> dict[str, object]:
    return {
        "text": mention.text, "name": mention.name, "how": mention.likeness.value,
        "score": _short(mention.score), "concepts": list(mention.concepts), "weak": mention.weak,
    }  # fmt: skip


def _judged(reasons: Mapping[str, object], judges: Mapping[str, Judge]) -> dict[str, object]:
    for name, judge in judges.items():
        evidence = {f: v for f in judge.features if isinstance(v := reasons.get(f), float)}
        if len(evidence) == len(judge.features):
            threshold = judge.threshold
            probability = _short(judge.probability(evidence))
            limits = {"answer": _short(threshold.answer), "ask": _short(threshold.ask)}
            return {"judge": {"name": name, "probability": probability, **limits}}
    return {}


def _short(number: float) -> float:
    return round(float(number), 4)
