"""What the answerer knows of one version of a glossary."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.answering.decision import Judge
from bot.glossary.fields import OtherFields
from bot.glossary.glossary import Glossary
from bot.glossary.mention import Mention
from bot.glossary.names import Names
from bot.glossary.spotting import Vocabulary
from bot.retrieval.retriever import Retriever


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The glossary and all that was made of it.

    ``explained`` gives, per concept, the words of its entry in all their forms, ``defined`` those
    of its definition; ``spot`` finds the mentions of a text, and ``classify`` gives the
    probability of each question type for a text with mentions; ``other_fields`` tells words of the
    fields that the glossary is not about.
    """

    glossary: Glossary
    names: Names
    explained: Mapping[str, frozenset[str]]
    defined: Mapping[str, frozenset[str]]
    retriever: Retriever
    vocabulary: Vocabulary
    spot: Callable[[str], tuple[Mention, ...]]
    classify: Callable[[str, Sequence[Mention]], Mapping[str, float]]
    named: Judge
    described: Judge
    other_fields: OtherFields
