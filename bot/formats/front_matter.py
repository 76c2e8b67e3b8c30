"""A Markdown page of somebody else's: its front matter (YAML, TOML or JSON) and its body."""

from __future__ import annotations

import datetime
import json
import re
import textwrap
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.errors import Code, GlossaryError
from bot.formats.reader import Source
from bot.formats.yaml_document import YamlFault, read_yaml

LARGEST_PAGE = 1_000_000  # bytes
_DEEPEST = 20  # levels of a value
_LONGEST_NUMBER = 10**18
_FRONT = re.compile(
    r"\s*?^[ \t]*(---|\+\+\+)[ \t]*\n(.*?)^[ \t]*\1[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE
)
_JSON = re.compile(r"\s*(\{\s*\".*?^\})[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Page:
    """One file: ``front`` has lower-case keys and plain values, ``body`` begins on ``line``."""

    name: str
    front: Mapping[str, Any] = field(default_factory=dict)
    body: str = ""
    line: int = 1

    def text(self, *keys: str) -> str:
        """Return the first of these keys that holds a text or number, as text."""
        for key in keys:
            value = self.front.get(key)
            named = isinstance(value, (str, int, float)) and not isinstance(value, bool)
            if named and (found := str(value).strip()):
                return found
        return ""

    def texts(self, *keys: str) -> tuple[str, ...]:
        """Return what these keys list; a text is cut at commas and semicolons."""
        found: dict[str, None] = {}
        for key in keys:
            value = self.front.get(key)
            listed = re.split(r"[,;]", value) if isinstance(value, str) else value
            for item in listed if isinstance(listed, list) else []:
                name = _named(item)
                if name:
                    found[name] = None
        return tuple(found)


def read_page(source: Source) -> Page:
    """Split a file into front matter and body.

    Raises:
        GlossaryError: it is no UTF-8, too large, or its front matter cannot be parsed.
    """
    if len(source.data) > LARGEST_PAGE:
        size = len(source.data)
        raise GlossaryError(Code.G011, file=source.name, size=size, limit=LARGEST_PAGE)
    text = decode(source)
    match = _FRONT.match(text)
    if match:
        first = text.count("\n", 0, match.start(2)) + 1
        parse = _toml if match[1] == "+++" else _yaml
        front = parse(source.name, match[2], first)
    elif match := _JSON.match(text):
        front = _json(source.name, match[1])
    else:
        return Page(source.name, {}, text, 1)
    line = text.count("\n", 0, match.end()) + 1
    return Page(source.name, _lowered(front), text[match.end() :], line)


def decode(source: Source) -> str:
    """Return the text of a file with plain line ends.

    Raises:
        GlossaryError: it is no UTF-8.
    """
    try:
        text = source.data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise GlossaryError(Code.G001, file=source.name, position=error.start) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def plain(value: Any, depth: int = 0) -> Any:
    """Return a value made of texts, numbers, truth values, lists and mappings only."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, int):
        return value if abs(value) < _LONGEST_NUMBER else hex(value)
    if isinstance(value, float):
        return value if abs(value) < float("inf") else str(value)
    if depth >= _DEEPEST:
        return "…"
    if isinstance(value, Mapping):
        return {str(key): plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item, depth + 1) for item in value]
    return str(value)


def _yaml(name: str, text: str, line: int) -> Any:
    try:
        return read_yaml(text.expandtabs(2)).value
    except YamlFault as fault:
        try:
            return read_yaml(_aligned(text)).value
        except YamlFault:
            where = fault.line + line - 1
            raise GlossaryError(Code.G002, file=name, line=where, problem=fault.problem) from None


def _aligned(text: str) -> str:
    """Return front matter whose keys are indented by chance with all of them at the margin."""
    lines = textwrap.dedent(text.expandtabs(2)).splitlines()
    return "\n".join(re.sub(r"^ +(?=[\w-]+:(?: |$))", "", line) for line in lines)


def _toml(name: str, text: str, line: int) -> Any:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        place = re.search(r"line (\d+)", str(error))
        where = line - 1 + (int(place[1]) if place else 1)
        raise GlossaryError(Code.G043, file=name, line=where, problem=str(error)) from None


def _json(name: str, text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise GlossaryError(Code.G043, file=name, line=line, problem=str(error)) from None


def _lowered(front: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in front.items() if isinstance(front, dict) else ():
        found.setdefault(str(key).strip().lower(), plain(value))
    return found


def _named(item: Any) -> str:
    """Return the name of a list item, which may be a mapping with a title."""
    if isinstance(item, dict):
        keys = ("term", "title", "name", "text", "label", "id")
        item = next((item[key] for key in keys if isinstance(item.get(key), str)), "")
    return str(item).strip() if isinstance(item, (str, int, float)) else ""
