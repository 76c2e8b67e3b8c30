"""Runs Rasa's graph node by node; Rasa has Dask plan it anew three times a turn."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from graphlib import TopologicalSorter
from typing import Any, TypeVar

from rasa.engine.runner.dask import DaskGraphRunner

C = TypeVar("C")


class PlannedRunner(DaskGraphRunner):
    """Rasa's runner with the order of the nodes worked out once for each set of targets.

    Args:
        loaded: the runner whose nodes are run.
    """

    def __init__(self, loaded: DaskGraphRunner) -> None:
        self._graph_schema = loaded._graph_schema
        self._instantiated_nodes = loaded._instantiated_nodes
        self._execution_context = loaded._execution_context
        self._order = lru_cache(maxsize=16)(self._planned)

    def run(
        self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None
    ) -> dict[str, Any]:
        """Return what the target nodes put out; inputs stand for nodes that there are none of."""
        wanted = tuple(targets or self._graph_schema.target_names)
        done = {name: (name, value) for name, value in (inputs or {}).items()}
        for name, needs in self._order(wanted):
            # A node is told the name of what it needs where nobody provides it.
            done[name] = self._instantiated_nodes[name](*(done.get(need, need) for need in needs))
        return dict(done[name] for name in wanted)

    def components(self, kind: type[C]) -> Iterator[C]:
        """Return the components of a kind that the nodes run."""
        for node in self._instantiated_nodes.values():
            if isinstance(node._component, kind):
                yield node._component

    def _planned(self, targets: tuple[str, ...]) -> list[tuple[str, tuple[str, ...]]]:
        nodes = self._graph_schema.minimal_graph_schema(list(targets)).nodes
        needs = {name: tuple(node.needs.values()) for name, node in nodes.items()}
        order = TopologicalSorter(needs).static_order()
        return [(name, needs[name]) for name in order if name in needs]
