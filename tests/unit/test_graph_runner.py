"""Our runner of Rasa's graph gives what Rasa's own gives, with each node run once."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from rasa.engine.graph import GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner

from bot.rasa_server.graph_runner import PlannedRunner

NEEDS: dict[str, dict[str, str]] = {
    "split": {"text": "__message__"},
    "upper": {"words": "split"},
    "count": {"words": "split"},
    "both": {"shouted": "upper", "number": "count", "said": "__said__"},
    "aside": {"words": "split"},
}


class Nodes:
    """Nodes that tell what they were given, and count how often they ran."""

    def __init__(self) -> None:
        self.runs: Counter[str] = Counter()
        self.all = {name: self._node(name) for name in NEEDS}

    def _node(self, name: str) -> Any:
        def run(*given: Any) -> tuple[str, Any]:
            self.runs[name] += 1
            return name, (name, *given)

        return run


def rasas(nodes: Nodes) -> DaskGraphRunner:
    runner = DaskGraphRunner.__new__(DaskGraphRunner)
    runner._graph_schema = GraphSchema(
        {
            name: SchemaNode(
                needs=needs, uses=GraphComponent, constructor_name="load", fn="run", config={}
            )
            for name, needs in NEEDS.items()
        }
    )
    runner._instantiated_nodes = nodes.all
    runner._execution_context = None
    return runner


@pytest.mark.parametrize("targets", [["both"], ["upper"], ["count", "aside"]])
@pytest.mark.parametrize("inputs", [{"__message__": "hi", "__said__": [1]}, {"__said__": [1]}])
def test_it_gives_what_rasas_own_runner_gives(targets: list[str], inputs: dict[str, Any]) -> None:
    nodes = Nodes()
    theirs = rasas(nodes)
    expected = theirs.run(inputs=dict(inputs), targets=targets)
    runs = Counter(nodes.runs)
    nodes.runs.clear()
    planned = PlannedRunner(theirs)
    for _ in range(2):  # also from the plan that was made before
        nodes.runs.clear()
        assert planned.run(inputs=dict(inputs), targets=targets) == expected
        assert nodes.runs == runs


def test_a_fault_of_a_node_is_raised() -> None:
    nodes = Nodes()

    def broken(*_: Any) -> tuple[str, Any]:
        raise RuntimeError("no")

    nodes.all["split"] = broken
    with pytest.raises(RuntimeError):
        PlannedRunner(rasas(nodes)).run(inputs={"__message__": "hi"}, targets=["upper"])
