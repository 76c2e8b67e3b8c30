"""Macros and shortcodes in Markdown: found by their braces, with their arguments."""

from __future__ import annotations

import re
from collections.abc import Callable

_ARGUMENT = re.compile(
    r"(?:([\w-]+)\s*=\s*)?(?:\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'|`([^`]*)`|([^\s,\"'`=]+))"
)
_CODE = re.compile(
    r"^([ \t]*)(```+|~~~+)[^\n]*\n.*?(?:^[ \t]*\2[ \t]*$|\Z)", re.DOTALL | re.MULTILINE
)
_SPAN = re.compile(r"`[^`\n]+`")


def arguments(text: str) -> tuple[list[str], dict[str, str]]:
    """Return the arguments of a macro: those by position, and those by name in lower case."""
    placed: list[str] = []
    named: dict[str, str] = {}
    for match in _ARGUMENT.finditer(text):
        value = next((v for v in match.groups()[1:] if v is not None), "")
        if match[1]:
            named[match[1].lower()] = value
        else:
            placed.append(value)
    return placed, named


def link(words: str, target: str) -> str:
    """Return a Markdown link."""
    safe = re.sub(r"([\[\]])", r"\\\1", words)
    return f"[{safe}](<{re.sub(r'[<>]', '', target)}>)" if target else safe


def outside_code(text: str, change: Callable[[str], str]) -> str:
    """Apply a change to a Markdown text except to its code blocks."""
    return _between(_CODE, text, change)


def outside_spans(text: str, change: Callable[[str], str]) -> str:
    """Apply a change to a Markdown text except to code within its lines."""
    return _between(_SPAN, text, change)


def _between(pattern: re.Pattern[str], text: str, change: Callable[[str], str]) -> str:
    parts = []
    at = 0
    for match in pattern.finditer(text):
        parts += [change(text[at : match.start()]), match[0]]
        at = match.end()
    parts.append(change(text[at:]))
    return "".join(parts)
