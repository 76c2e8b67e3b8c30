"""Training works out nothing for Rasa's cache, which is never read, and leaves Rasa as it was."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from rasa.engine.graph import GraphNode
from rasa.engine.training import graph_trainer, hooks

from bot.nlu.trainer import _without_cache


class Untouchable:
    """An output that must not be looked at."""

    def fingerprint(self) -> str:
        raise AssertionError("its fingerprint was worked out")


def run_hooks() -> None:
    """Run what Rasa does before and after a node, as its graph does."""
    hook = graph_trainer.TrainingHook(cache=None, model_storage=None, pruned_schema=None)
    node: Any = SimpleNamespace(
        _node_name="node", _execution_context=None, _component_config={}, _hooks=[hook]
    )
    said = GraphNode._run_before_hooks(node, {"given": Untouchable()})
    GraphNode._run_after_hooks(node, said, Untouchable())


def test_no_output_is_looked_at() -> None:
    with _without_cache():
        run_hooks()


def test_rasa_is_as_it_was_afterwards() -> None:
    def fail() -> None:
        with _without_cache():
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert graph_trainer.TrainingHook is hooks.TrainingHook
