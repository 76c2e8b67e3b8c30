"""A YAML document: its value, and the line on which each part of it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

DEEPEST = 50  # levels; PyYAML's recursion in C ends the process some thousands further down
MOST_REPEATED = 10_000  # characters that aliases may write out again; an entry needs a few dozen
_OPENING = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
_CLOSING = (yaml.MappingEndEvent, yaml.SequenceEndEvent)


class YamlFault(ValueError):  # noqa: N818 - what is at fault is the document
    """The text is no YAML that we take; ``line`` counts from 1."""

    def __init__(self, line: int, problem: str) -> None:
        self.line = line
        self.problem = problem
        super().__init__(f"line {line}: {problem}")


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """One document as plain Python values (``None`` for an empty one)."""

    value: Any
    _root: yaml.Node | None

    def line(self, *path: str | int) -> int:
        """Return the line (from 1) of what stands at a path of keys and places in lists.

        Where the path leads to nothing, it is the line of the last part that exists.
        """
        node, line = self._root, 1
        for part in path:
            found = _child(node, part)
            if found is None:
                break
            node, line = found
        return line


def read_yaml(text: str) -> YamlDocument:
    """Read a document; what would outgrow memory is refused before it is built.

    Raises:
        YamlFault: it is no YAML, holds several documents or a key twice, is nested too deeply,
            or its aliases write out too much.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        _bounded(text, loader)
        reading = loader(text)
        root = reading.get_single_node()
        _no_key_twice(root, set())
        value = None if root is None else reading.construct_document(root)
    except (yaml.YAMLError, ValueError, TypeError, AttributeError, RecursionError) as error:
        if isinstance(error, YamlFault):
            raise
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "it cannot be parsed"
        raise YamlFault(mark.line + 1 if mark else 1, problem) from None
    return YamlDocument(value, root)


def _bounded(text: str, loader: Any) -> None:
    """Refuse a document by its events alone, of which there are no more than it has characters."""
    sizes: dict[str, int] = {}  # characters below each anchor that is complete
    open_nodes: list[tuple[str | None, int]] = []  # anchor, characters written before it
    size = repeated = 0
    for event in yaml.parse(text, Loader=loader):
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            if any(anchor == event.anchor for anchor, _ in open_nodes):
                raise YamlFault(line, f"the alias *{event.anchor} stands inside of what it names")
            again = sizes.get(event.anchor, 0)
            size, repeated = size + again, repeated + again
            if repeated > MOST_REPEATED:
                problem = f"its aliases repeat more than {MOST_REPEATED} characters"
                raise YamlFault(line, problem)
        elif isinstance(event, _OPENING):
            open_nodes.append((event.anchor, size))
            size += 1
            if len(open_nodes) > DEEPEST:
                raise YamlFault(line, f"it is nested more than {DEEPEST} levels deep")
        elif isinstance(event, _CLOSING):
            anchor, before = open_nodes.pop()
            if anchor:
                sizes[anchor] = size - before
        elif isinstance(event, yaml.ScalarEvent):
            size += 1 + len(event.value)
            if event.anchor:
                sizes[event.anchor] = 1 + len(event.value)


def _no_key_twice(node: yaml.Node | None, seen: set[int]) -> None:
    if not isinstance(node, yaml.CollectionNode) or id(node) in seen:
        return
    seen.add(id(node))  # an anchored node is reached by each of its aliases
    keys = set()
    for child in node.value:
        if isinstance(node, yaml.MappingNode):
            key, child = child
            if isinstance(key, yaml.ScalarNode) and (key.tag, key.value) in keys:
                raise YamlFault(key.start_mark.line + 1, f"the key {key.value!r} stands twice")
            keys.add((key.tag, key.value if isinstance(key, yaml.ScalarNode) else id(key)))
        _no_key_twice(child, seen)


def _child(node: yaml.Node | None, part: str | int) -> tuple[yaml.Node, int] | None:
    if isinstance(node, yaml.SequenceNode):
        if not isinstance(part, int) or part >= len(node.value):
            return None
        return node.value[part], node.value[part].start_mark.line + 1
    return next((found for key, found in _lines(node) if key == part), None)


def _lines(node: yaml.Node | None) -> Iterator[tuple[str, tuple[yaml.Node, int]]]:
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        if isinstance(key, yaml.ScalarNode):
            yield key.value, (value, key.start_mark.line + 1)
