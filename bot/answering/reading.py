"""A reading: one question that we know the answer to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.answering.question import QuestionType
from bot.glossary.mention import Mention


@dataclass(frozen=True, slots=True)
class Reading:
    """What is asked about which concepts, and how sure we are of that.

    ``also`` is a second aspect that may be meant, ``further`` what is asked of them as well,
    ``shown`` what need not be shown again.
    """

    kind: QuestionType
    concepts: tuple[str, ...]
    mentions: tuple[Mention, ...] = ()
    shown: tuple[str, ...] = ()
    also: QuestionType | None = None
    further: tuple[QuestionType, ...] = ()
    probability: float = 1.0
    evidence: Mapping[str, float] = field(default_factory=dict)
