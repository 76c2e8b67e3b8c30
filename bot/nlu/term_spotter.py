"""Rasa entity extractor: the names of the glossary become entities."""

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.entity import to_entity
from bot.live import begin_turn


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class TermSpotter(GraphComponent, EntityExtractorMixin):
    """Spots terms at run time only: the glossary is data, training does not see it."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "TermSpotter":
        """Make the component; the glossary is loaded with the first message."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Add an entity `term` for every mention; the turn keeps the glossary as it is now."""
        spotter = begin_turn().spotter
        for message in messages:
            text = message.get(TEXT) or ""
            found = [to_entity(mention) for mention in spotter.spot(text)]
            message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages
