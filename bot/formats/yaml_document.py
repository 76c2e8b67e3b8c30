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
        return self._at(path)[1]

    def lines(self, *path: str | int) -> list[int]:
        """Return the line of each member of the list or mapping at a path, in order."""
        node, _ = self._at(path)
        members = node.value if isinstance(node, yaml.CollectionNode) else []
        first = (m[0] if isinstance(m, tuple) else m for m in members)
        return [member.start_mark.line + 1 for member in first]

    def _at(self, path: tuple[str | int, ...]) -> tuple[yaml.Node | None, int]:
        node, line = self._root, 1
        for part in path:
            found = _child(node, part)
            if found is None:
                break
            node, line = found
        return node, line


def read_yaml(text: str) -> YamlDocument:
    """Read a document; what would outgrow memory is refused before it is built.

    Raises:
        YamlFault: it is no YAML, holds several documents or a key twice, is nested too deeply,
            or its aliases write out too much.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        extent = _Extent()
        for event in yaml.parse(text, Loader=loader):
            extent.take(event)
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


class _Extent:
    """How large a document becomes, told by its events: no more than it has characters."""

    def __init__(self) -> None:
        self._size = 0  # characters so far, those that aliases stand for included
        self._repeated = 0  # of them by aliases
        self._below: dict[str, int] = {}  # characters of each anchored node that is complete
        self._open: list[tuple[str | None, int]] = []  # anchor, and the size before it

    def take(self, event: Any) -> None:
        """Count one event; raises YamlFault where a bound is passed."""
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            self._repeat(str(event.anchor), line)
        elif isinstance(event, _OPENING):
            self._enter(event.anchor, 1)
            if len(self._open) > DEEPEST:
                raise YamlFault(line, f"it is nested more than {DEEPEST} levels deep")
        elif isinstance(event, yaml.ScalarEvent):
            self._enter(event.anchor, 1 + len(event.value))
            self._leave()
        elif isinstance(event, _CLOSING):
            self._leave()

    def _repeat(self, anchor: str, line: int) -> None:
        if any(anchor == name for name, _ in self._open):
            raise YamlFault(line, f"the alias *{anchor} stands inside of what it names")
        again = self._below.get(anchor, 0)
        self._size += again
        self._repeated += again
        if self._repeated > MOST_REPEATED:
            raise YamlFault(line, f"its aliases repeat more than {MOST_REPEATED} characters")

    def _enter(self, anchor: str | None, size: int) -> None:
        self._open.append((anchor, self._size))
        self._size += size

    def _leave(self) -> None:
        anchor, before = self._open.pop()
        if anchor:
            self._below[anchor] = self._size - before


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
