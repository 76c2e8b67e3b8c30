"""Rasa intent classifier: which type of question is it?"""

import hashlib
from dataclasses import replace
from typing import Any, Optional

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.adapters.compound_files import COMPOUNDS_FOLDER, read_compounds
from bot.adapters.field_words import FIELDS_FILE, read_field_words
from bot.adapters.intent_model import IntentModel
from bot.adapters.model_archive import INTENT_FILE, TEMPLATE_FILE
from bot.answering.question import ASKING_TYPES, QuestionType
from bot.app import write_templates
from bot.entity import from_entities
from bot.errors import Code, DataError
from bot.live import shared_assistant
from bot.nlu.awaited_encoder import AwaitedEncoder
from bot.settings import PROJECT

_FEWEST = 3  # examples of an intent: one per fold


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class QuestionTypeClassifier(GraphComponent, IntentClassifier):
    """Two logistic regressions on the masked question; see ``bot.adapters.intent_model``."""

    def __init__(
        self, model_storage: ModelStorage, resource: Resource, model: Optional[IntentModel] = None
    ) -> None:
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "QuestionTypeClassifier":
        """Make an untrained component."""
        return cls(model_storage, resource)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> Optional[str]:
        """Return what else the component is trained on, so that Rasa trains it anew."""
        paths = [PROJECT / FIELDS_FILE, *sorted((PROJECT / COMPOUNDS_FOLDER).glob("*.txt"))]
        # Training says what is wrong with a missing file; Rasa would hide what is raised here.
        words = b"".join(path.read_bytes() for path in paths if path.is_file())
        return hashlib.sha256(words).hexdigest()

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "QuestionTypeClassifier":
        """Load the component from a trained model."""
        with model_storage.read_from(resource) as folder:
            data = (folder / INTENT_FILE).read_bytes()
        return cls(model_storage, resource, IntentModel.from_bytes(data, INTENT_FILE))

    def train(self, training_data: TrainingData) -> Resource:
        """Fit the classifier, and predict every example by a model that did not see it.

        Raises:
            DataError: an intent is unknown to the assistant or has too few examples.
        """
        from bot.adapters import intent_trainer

        examples = [e for e in training_data.intent_examples if e.get(TEXT)]
        texts = [e.get(TEXT) for e in examples]
        intents = [e.get(INTENT) for e in examples]
        _check(intents)
        asking = frozenset(kind.value for kind in ASKING_TYPES)
        model, unseen = intent_trainer.fit(texts, intents, AwaitedEncoder(), asking)
        model = replace(
            model,
            field_words=read_field_words(PROJECT / FIELDS_FILE),
            compounds=read_compounds(PROJECT / COMPOUNDS_FOLDER),
        )
        templates = write_templates(texts, intents, unseen.labels, unseen.probabilities)
        with self._model_storage.write_to(self._resource) as folder:
            (folder / INTENT_FILE).write_bytes(model.to_bytes())
            (folder / TEMPLATE_FILE).write_bytes(templates)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set intent and intent ranking."""
        assistant = shared_assistant()
        for message in messages:
            text = message.get(TEXT) or ""
            mentions = from_entities(message.get(ENTITIES, []))
            ranking = [
                {"name": name, "confidence": confidence}
                for name, confidence in assistant.classify(text, mentions, self._model).items()
            ]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
        return messages


def _check(intents: list[str]) -> None:
    known = {kind.value for kind in QuestionType}
    for intent in dict.fromkeys(intents):
        number = intents.count(intent)
        if intent not in known:
            problem = f"intent {intent!r} is not one of: {', '.join(sorted(known))}"
            raise DataError(Code.D002, file="data/nlu", problem=problem)
        if number < _FEWEST:
            problem = f"intent {intent!r} has {number} examples, at least {_FEWEST} are needed"
            raise DataError(Code.D002, file="data/nlu", problem=problem)
