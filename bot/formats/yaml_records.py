"""YAML: a list of objects, or objects and definitions under their terms, as in site data files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from bot.formats.decoded import beginning
from bot.formats.fields import Role, field_of
from bot.formats.front_matter import plain
from bot.formats.json_records import Member, containers, damaged, is_record, read_records
from bot.formats.reader import Options, Reading, Source
from bot.formats.yaml_document import YamlDocument, YamlFault, read_yaml

_KEY = re.compile(
    r"^[ \t]*(?:-[ \t]+)?['\"]?([\w][\w ./()-]{0,59})['\"]?[ \t]*:(?:\s|$)", re.MULTILINE
)
_PAIR = re.compile(
    r"^[^\s#\-:][^:\n]{0,80}:[ \t]+(?:[>|][+-]?[ \t]*$|(?:\S+[ \t]+){2,}\S)", re.MULTILINE
)
_KEYED = re.compile(r"^[^\s#\-:][^:\n]{0,80}:(?:\s|$)", re.MULTILINE)
_NAMED = (".yml", ".yaml")
_NAMING = {Role.TERM, Role.ABBREVIATION, Role.EXPANSION}
_FEWEST_PAIRS = 3


class YamlRecords:
    """Reads YAML whose objects are entries; the keys are understood as those of JSON are."""

    name = "yaml"

    def claim(self, source: Source) -> float:
        """Return how surely a file is YAML with entries: by its ending and its first keys."""
        if not source.name.lower().endswith(_NAMED):
            return 0.0
        text = beginning(source)
        keys = dict.fromkeys(_KEY.findall(text))
        roles = {known.role for key in keys if (known := field_of(key))}
        if Role.DEFINITION in roles:
            return 0.9 if roles & _NAMING else 0.5
        pairs = len(_PAIR.findall(text))  # "term: definition"
        return 0.5 if pairs >= _FEWEST_PAIRS and 2 * pairs > len(_KEYED.findall(text)) else 0.0

    def read(self, sources: Sequence[Source], options: Options) -> Reading:
        """Read files, each object an entry.

        Raises:
            GlossaryError: a file is damaged, oversized, nested too deep, repeats too much by
                aliases or names no fields that are known, or the options name a key or field that
                there is not.
        """
        return read_records(sources, options, _members, "YAML")


def _members(file: str, text: str) -> Iterator[Member]:
    try:
        document = read_yaml(text)
    except YamlFault as fault:
        raise damaged(file, fault.line, fault.problem, "YAML") from None
    whole = plain(document.value)
    if is_record(whole):
        yield 1, "", "", whole
        return
    for path, subject in containers(whole):
        yield from _inside(document, whole, path, subject)


def _inside(
    document: YamlDocument, whole: Any, path: tuple[str, ...], subject: str
) -> Iterator[Member]:
    for step in path:
        whole = whole[step]
    if isinstance(whole, dict):
        for (key, value), line in zip(whole.items(), document.lines(*path), strict=True):
            yield line, key, subject, value
    elif isinstance(whole, list):
        for value, line in zip(whole, document.lines(*path), strict=True):
            yield line, "", subject, value
    else:
        yield 1, "", subject, whole
