"""A question, as the assistant understands it."""

from __future__ import annotations

import enum
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.glossary.mention import Mention
from bot.glossary.section import SectionKind


class QuestionType(enum.StrEnum):
    """The types of question; each is an intent of ``data/nlu`` with the same name."""

    DEFINE = "define"
    EXPAND = "expand"
    FIND_TERM = "find_term"
    COMPARE = "compare"
    LIST_NARROWER = "list_narrower"
    ASK_BROADER = "ask_broader"
    ASK_RELATED = "ask_related"
    ASK_KIND_OF = "ask_kind_of"
    ASK_CHARACTERISTICS = "ask_characteristics"
    ASK_HOW = "ask_how"
    ASK_PURPOSE = "ask_purpose"
    ASK_USERS = "ask_users"
    ASK_ADVANTAGES = "ask_advantages"
    ASK_LIMITS = "ask_limits"
    ASK_COST = "ask_cost"
    ASK_SAFETY = "ask_safety"
    ASK_EXAMPLE = "ask_example"
    ASK_HISTORY = "ask_history"
    TELL_MORE = "tell_more"
    FOLLOW_UP = "follow_up"
    SHORTER = "shorter"
    REPEAT = "repeat"
    CHOOSE = "choose"
    AFFIRM = "affirm"
    DENY = "deny"
    GREET = "greet"
    GOODBYE = "goodbye"
    THANK = "thank"
    ASK_BOT = "ask_bot"
    ASK_CAPABILITIES = "ask_capabilities"
    INSULT = "insult"
    ASK_SOURCE = "ask_source"
    FEEDBACK_GOOD = "feedback_good"
    FEEDBACK_BAD = "feedback_bad"
    ASK_HUMAN = "ask_human"
    OUT_OF_SCOPE = "out_of_scope"


_T = QuestionType
ASPECTS: Mapping[QuestionType, SectionKind] = {
    _T.ASK_CHARACTERISTICS: SectionKind.CHARACTERISTICS,
    _T.ASK_HOW: SectionKind.HOW,
    _T.ASK_PURPOSE: SectionKind.PURPOSE,
    _T.ASK_USERS: SectionKind.USERS,
    _T.ASK_ADVANTAGES: SectionKind.ADVANTAGES,
    _T.ASK_LIMITS: SectionKind.LIMITS,
    _T.ASK_COST: SectionKind.COST,
    _T.ASK_SAFETY: SectionKind.SAFETY,
    _T.ASK_EXAMPLE: SectionKind.EXAMPLES,
    _T.ASK_HISTORY: SectionKind.HISTORY,
}
"""The section that answers an aspect question."""

SMALLTALK = frozenset(
    {
        _T.GREET, _T.GOODBYE, _T.THANK, _T.ASK_BOT, _T.ASK_CAPABILITIES, _T.INSULT,
        _T.ASK_SOURCE, _T.FEEDBACK_GOOD, _T.FEEDBACK_BAD, _T.AFFIRM, _T.DENY,
    }
)  # fmt: skip
CONCEPT_TYPES = frozenset(QuestionType) - SMALLTALK - {_T.ASK_HUMAN, _T.OUT_OF_SCOPE}
NAMED_TYPES = CONCEPT_TYPES - {_T.FIND_TERM, _T.CHOOSE}
"""Questions that name their concept (or lean on the one before)."""

ASKING_TYPES = NAMED_TYPES | SMALLTALK | {_T.ASK_HUMAN}
"""Questions whose words tell how people ask and talk, whatever the concept."""
PAIRWISE = frozenset({_T.COMPARE, _T.ASK_KIND_OF})
"""Questions about several concepts at once."""


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked: text, language, the terms in it and how likely each type is."""

    text: str
    language: str
    mentions: tuple[Mention, ...] = ()
    intents: Mapping[str, float] = field(default_factory=dict)

    def probability(self, *types: QuestionType) -> float:
        """Return the probability that the question is of one of these types."""
        return math.fsum(self.intents.get(kind.value, 0.0) for kind in types)  # in any order

    def likeliest(self, among: frozenset[QuestionType]) -> QuestionType:
        """Return the most probable of these types (ties by name)."""
        # Members are their values, and few of them have a probability; a value hashes quicker.
        told = [(-p, name) for name, p in self.intents.items() if p > 0.0 and name in among]
        return QuestionType(min(told)[1] if told else min(among))
