"""A mention as a Rasa entity, and back: how it travels from the NLU to the action."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.glossary.mention import Likeness, Mention

ENTITY = "term"


def to_entity(mention: Mention) -> dict[str, Any]:
    """Return the entity object of a mention; its value is the first concept's id."""
    return {
        "entity": ENTITY,
        "start": mention.start,
        "end": mention.end,
        "value": mention.concepts[0],
        "confidence_entity": mention.score,
        "extractor": "TermSpotter",
        "text": mention.text,
        "name": mention.name,
        "concepts": list(mention.concepts),
        "likeness": mention.likeness.value,
        "weak": mention.weak,
    }


def from_entities(entities: Iterable[Mapping[str, Any]]) -> tuple[Mention, ...]:
    """Return the mentions among entities; others are passed over."""
    return tuple(
        Mention(
            start=entity["start"],
            end=entity["end"],
            text=entity["text"],
            name=entity["name"],
            concepts=tuple(entity["concepts"]),
            likeness=Likeness(entity["likeness"]),
            score=float(entity["confidence_entity"]),
            weak=bool(entity["weak"]),
        )
        for entity in entities
        if entity.get("entity") == ENTITY and "concepts" in entity
    )
