"""JSON and JSON Lines: objects that are entries, in our own form or with named fields."""

from __future__ import annotations

import difflib
import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.errors import Code, GlossaryError
from bot.formats.clean_text import cleaned
from bot.formats.decoded import beginning, decoded
from bot.formats.entry_object import from_object, to_object
from bot.formats.fields import Field, Role, field_of, language_code, target_of
from bot.formats.page_path import language_code as named_language
from bot.formats.page_path import places
from bot.formats.reader import Options, Reading, Skipped, Source
from bot.formats.record import Record, distinct, is_abbreviation, spells
from bot.glossary.entry import Entry
from bot.glossary.span import Span

LARGEST_FILE = 100_000_000  # bytes
_MOST_MEMBERS = 1_000_000  # entries of a file, or what stands in their place
_DEEPEST = 40  # levels of nesting
_MOST_NOTES = 50  # keys that notes tell of
_LONG_KEY = 40  # digits; numbers with more are texts
_TEXT_WORDS = 5  # from which on a value under a language is a text and not a name
_OWN = "termwise"
_SETTINGS = frozenset({
    "package.json", "package-lock.json", "tsconfig.json", "composer.json", "manifest.json",
    "vercel.json", "docker-compose.yml", "docker-compose.yaml", "mkdocs.yml", "mkdocs.yaml",
    "_config.yml", "_config.yaml", ".pre-commit-config.yaml",
})  # fmt: skip
_SPACE = re.compile(r"[ \t\n\r]*")
_KEYS = re.compile(r'"([^"\\]{1,60})"[ \t\n\r]{0,20}:')
_NAMING = (Role.TERM, Role.ABBREVIATION, Role.EXPANSION)
_BY_LANGUAGE = ("translations", "languages", "locales", "labels", "i18n", "texts", "uebersetzungen")
_NAMES = ("term", "name", "label", "prefLabel", "title", "text", "value", "@value", "id")
_LANGUAGE_KEYS = ("language", "lang", "locale", "@language")


class JsonRecords:
    """Reads JSON and JSON Lines, and writes JSON that reads back to the same entries."""

    @property
    def name(self) -> str:
        """The name of the format."""
        return "json"

    def claim(self, source: Source) -> float:
        """Return how surely a file is JSON with entries, by its first keys."""
        text = beginning(source).lstrip("\ufeff \t\r\n")
        if text[:1] not in ("{", "["):
            return 0.0
        keys = dict.fromkeys(_KEYS.findall(text))
        if _OWN in keys and "entries" in keys:
            return 0.99
        if "@context" in keys or "@graph" in keys:
            return 0.3
        roles = {known.role for key in keys if (known := field_of(key))}
        if roles & set(_NAMING) and Role.DEFINITION in roles:
            return 0.9
        return 0.5 if keys and source.name.lower().endswith((".json", ".jsonl", ".ndjson")) else 0.2

    def read(self, sources: Sequence[Source], options: Options) -> Reading:
        """Read files, each object an entry.

        Raises:
            GlossaryError: a file is damaged, oversized, nested too deep or names no fields that
                are known, or the options name a key or field that there is not.
        """
        return read_records(sources, options, _objects, "JSON")

    def write(self, entries: Sequence[Entry]) -> bytes:
        """Return entries as one JSON object, a line per entry, in UTF-8."""
        lines = [json.dumps(to_object(entry), ensure_ascii=False) for entry in entries]
        made = ['{"', _OWN, '": 1, "entries": [\n', ",\n".join(lines), "\n]}\n"]
        return "".join(made).encode("utf-8", "replace")


Member = tuple[int, str, str, Any]
"""What may be an entry: its line, its key ("" in a list), what its group is called, its value."""


def read_records(
    sources: Sequence[Source],
    options: Options,
    members: Callable[[str, str], Iterable[Member]],
    format: str,
) -> Reading:
    """Read files of objects, each object an entry.

    Args:
        sources: the files.
        options: what the owner says of language and keys.
        members: finds what may be an entry in a file, given its name and text.
        format: what the files are called in errors.

    Raises:
        GlossaryError: a file is damaged, oversized, nested too deep or names no fields that are
            known, or the options name a key or field that there is not.
    """
    fields = _Fields(options.columns)
    file = sources[0].name if sources else "?"
    fields.check_targets(file)
    where = places(source.name for source in sources)
    settings = [s for s in sources if s.name.rpartition("/")[2].lower() in _SETTINGS]
    entries: list[Entry] = []
    skipped = [Skipped(s.name, 1, "settings of a program", expected=True) for s in settings]
    for source in sources:
        if source in settings:
            continue
        if len(source.data) > LARGEST_FILE:
            size = len(source.data)
            raise GlossaryError(
                Code.G021, file=source.name, size=size, limit=LARGEST_FILE, format=format
            )
        language = where[source.name].language or options.language
        found = _read(source, language, fields, members, format)
        for number, made in enumerate(found):
            if number >= _MOST_MEMBERS:
                problem = f"it has more than {_MOST_MEMBERS} members"
                raise damaged(source.name, 1, problem, format)
            if isinstance(made, Entry):
                entries.append(made)
            else:
                skipped.append(made)
    fields.check_told(file)
    if not entries and not fields.usable and len(settings) < len(sources):
        keys = ", ".join(list(fields.known)[:_MOST_NOTES]) or "none"
        raise GlossaryError(Code.G053, file=file, columns=keys)
    return Reading(distinct(entries), tuple(skipped), fields.notes(file))


@dataclass(slots=True)
class _Fields:
    """The keys of all records: what the owner says of them, and what they were taken for."""

    told: Mapping[str, str]
    known: dict[str, Field | None] = field(default_factory=dict)

    def of(self, key: str) -> Field | None:
        """Return what a key holds, or None if it is not understood."""
        if key in self.known:
            return self.known[key]
        found = target_of(self.told[key]) if key in self.told else field_of(key)
        if len(self.known) < 10 * _MOST_NOTES or key in self.told:
            self.known[key] = found
        return found

    @property
    def usable(self) -> bool:
        """Whether any key names or explains a concept."""
        roles = {found.role for found in self.known.values() if found}
        return bool(roles & {*_NAMING, Role.DEFINITION})

    def check_targets(self, file: str) -> None:
        for name, target in self.told.items():
            if target_of(target) is None:
                fields = ", ".join(role.value for role in Role)
                raise GlossaryError(Code.G052, file=file, name=name, found=target, fields=fields)

    def check_told(self, file: str) -> None:
        for name in self.told:
            if name not in self.known:
                near = difflib.get_close_matches(name, list(self.known), n=1)
                hint = f" Did you mean {near[0]!r}?" if near else ""
                keys = ", ".join(list(self.known)[:_MOST_NOTES]) or "none"
                raise GlossaryError(Code.G051, file=file, found=name, columns=keys, hint=hint)

    def notes(self, file: str) -> tuple[str, ...]:
        return tuple(
            f"{file}: key {key!r} holds: {found or 'extra (not understood, so kept as it is)'}"
            for key, found in list(self.known.items())[:_MOST_NOTES]
        )


def _read(
    source: Source,
    language: str,
    fields: _Fields,
    members: Callable[[str, str], Iterable[Member]],
    format: str,
) -> Iterator[Entry | Skipped]:
    text = decoded(source)[0].lstrip("\ufeff")
    try:
        for line, key, subject, value in members(source.name, text):
            if isinstance(value, Skipped):
                yield value
            elif subject == _OWN:
                yield _own(value, Span(source.name, line, 0, 0))
            else:
                record = Record(source.name, line, language)
                yield _entry(record, key, subject, value, fields)
    except RecursionError:
        raise damaged(
            source.name, 1, f"it is nested deeper than {_DEEPEST} levels", format
        ) from None


def _own(value: Any, span: Span) -> Entry | Skipped:
    try:
        return from_object(cleaned(value), span)  # type: ignore[arg-type]  # it checks
    except ValueError as error:
        return Skipped(span.file, span.line, f"the entry is damaged ({error})")


def _entry(record: Record, key: str, subject: str, value: Any, fields: _Fields) -> Entry | Skipped:
    """Make an entry of an object, or of a definition under its term."""
    if isinstance(value, dict):
        _fill(record, value, None, fields)
        named = any(record.first(role) for role in _NAMING)
        if key:
            record.put(Field(Role.ID if named else Role.TERM), key, "key")
    elif isinstance(value, str) and key:
        fields.known.setdefault("(key)", Field(Role.TERM))
        fields.known.setdefault("(value)", Field(Role.DEFINITION))
        full = is_abbreviation(key) and spells(key, value) and len(value.split()) <= 2 * len(key)
        record.put(Field(Role.TERM), key, "key")
        record.put(Field(Role.EXPANSION if full else Role.DEFINITION), value, "value")
    else:
        return Skipped(record.file, record.line, "it is no object")
    if subject and not record.first(Role.SUBJECT):
        record.put(Field(Role.SUBJECT), subject, "group")
    made = record.entry()
    return made if isinstance(made, Entry) else record.skipped(made)


def _fill(record: Record, value: Mapping[str, Any], language: str | None, fields: _Fields) -> None:
    ranked = []
    for key, held in value.items():
        code = (language_code(key) or _rare_language(key, held)) if isinstance(held, dict) else None
        if code:  # {"de": {"term": …, "definition": …}}
            _fill(record, held, code, fields)
        elif key.casefold() in _BY_LANGUAGE and isinstance(held, dict | list):
            _translations(record, key, held, fields)
        else:
            found = fields.of(key)
            if found and found.bare and isinstance(held, str):
                long = len(held.split()) >= _TEXT_WORDS
                found = replace(found, role=Role.DEFINITION) if long else found
            ranked.append((found.rank if found else 0, key, held, found))
    for _, key, held, found in sorted(ranked, key=lambda row: row[0]):
        if found and language and not found.language:
            found = replace(found, language=language)
        _give(record, found, key, held)


def _rare_language(key: str, held: Mapping[str, Any]) -> str | None:
    """Return the language of a key that is a code of few glossaries, if it holds a definition."""
    known = (field_of(name) for name in held)
    defines = any(found and found.role is Role.DEFINITION for found in known)
    return named_language(key) if defines else None


def _translations(record: Record, key: str, held: Any, fields: _Fields) -> None:
    """Take in what stands under ``translations``: by language, or as a list that tells it."""
    pairs = held.items() if isinstance(held, dict) else [(_told_language(v), v) for v in held]
    left = []
    for name, value in pairs:
        code = language_code(name or "")
        if code and isinstance(value, dict):
            inner = {k: v for k, v in value.items() if k not in _LANGUAGE_KEYS}
            _fill(record, inner, code, fields)
        elif code and isinstance(value, str):
            record.put(Field(Role.TERM, code), value, key)
        else:
            left.append(value)
    if left:
        record.extra[key] = held


def _told_language(value: Any) -> str | None:
    if not isinstance(value, dict):
        return None
    found = (value.get(key) for key in _LANGUAGE_KEYS)
    return next((code for code in found if isinstance(code, str)), None)


def _give(record: Record, what: Field | None, key: str, value: Any) -> None:
    """Put the value of a key into the record: a text, a list, or an object by language."""
    if value is None or value in ("", [], {}):
        return
    if what is None or what.role is Role.EXTRA:
        record.extra[key] = value
    elif what.role is Role.STATE and isinstance(value, bool):
        record.put(what, "draft" if value else "", key)
    elif isinstance(value, dict):
        _give_object(record, what, key, value)
    elif isinstance(value, list):
        _give_list(record, what, key, value)
    elif isinstance(value, str) and what.role in (Role.SYNONYMS, Role.RELATED, Role.BROADER):
        record.add(what, value, key)
    else:
        record.put(what, str(value), _heading(key) if what.role is Role.DEFINITION else key)


def _give_object(record: Record, what: Field, key: str, value: Mapping[str, Any]) -> None:
    codes = [language_code(name) for name in value]
    told = _told_language(value)
    if all(codes):
        for code, held in zip(codes, value.values(), strict=True):
            _give(record, replace(what, language=code), key, held)
        return
    text = next((value[name] for name in _NAMES if isinstance(value.get(name), str)), None)
    if text is None:
        record.extra[key] = dict(value)
        return
    language = language_code(told or "") or what.language
    record.put(replace(what, language=language), text, key)
    if len(value) > (2 if told else 1):
        record.extra.setdefault(key, dict(value))


def _give_list(record: Record, what: Field, key: str, value: list[Any]) -> None:
    plain = [str(held) for held in value if isinstance(held, str | int | float)]
    if what.role is Role.SECTION and len(plain) == len(value) > 1:
        record.put(what, "\n".join(f"- {' '.join(text.split())}" for text in plain), key)
        return
    for held in value:
        if isinstance(held, list):
            record.extra[key] = value
        elif isinstance(held, dict):
            _give_object(record, what, key, held)
        elif held is not None:
            record.put(what, str(held), _heading(key) if what.role is Role.DEFINITION else key)


def _heading(key: str) -> str:
    words = re.sub(r"[_\-]+", " ", key).strip()
    return words[:1].upper() + words[1:]


def _objects(file: str, text: str) -> Iterator[tuple[int, str, str, Any]]:
    """Yield line, key, subject and value of what may be an entry.

    The subject is what the group of the entry is called, or :data:`_OWN` for our own form.
    """
    try:
        whole = _decoder().decode(text)
    except ValueError as error:
        if not _is_lines(text):
            raise _not_json(file, error) from None
        yield from _lines(file, text)
        return
    _check_depth(file, whole)
    if is_record(whole):
        yield 1, "", "", whole
        return
    for path, subject in containers(whole):
        start = _locate(text, path)
        line, counted = 1, 0
        for key, offset, value in _walk(text, start):
            line += text.count("\n", counted, offset)
            counted = offset
            yield line, key, subject, value


def _lines(file: str, text: str) -> Iterator[tuple[int, str, str, Any]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = _decoder().decode(line)
        except ValueError as error:
            problem = getattr(error, "msg", "a value cannot be read")
            yield number, "", "", Skipped(file, number, f"the line is no JSON ({problem})")
            continue
        _check_depth(file, value, number)
        yield number, "", "", value


def _is_lines(text: str) -> bool:
    first, _, rest = text.lstrip().partition("\n")
    try:
        return isinstance(_decoder().decode(first), dict) and bool(rest.strip())
    except ValueError:
        return False


def containers(whole: Any) -> list[tuple[tuple[str, ...], str]]:
    """Return where entries stand: the keys that lead to a list or object of them, and a subject."""
    if isinstance(whole, dict) and _OWN in whole and isinstance(whole.get("entries"), list):
        return [(("entries",), _OWN)]
    path: tuple[str, ...] = ()
    while isinstance(whole, dict) and len(path) < _DEEPEST:
        lists = [key for key, held in whole.items() if _holds_objects(held)]
        if lists:
            groups = len(lists) > 1
            return [((*path, k), k if groups and len(k) > 1 else "") for k in lists]
        inner = [key for key, held in whole.items() if isinstance(held, dict)]
        if len(inner) != 1 or len(whole) > 10 or not _is_collection(whole[inner[0]]):
            break
        path, whole = (*path, inner[0]), whole[inner[0]]
    return [(path, "")]


def _holds_objects(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(held, dict) for held in value)


def _is_collection(value: Mapping[str, Any]) -> bool:
    """Tell whether an object holds entries under its keys, and is none itself."""
    if any(map(_holds_objects, value.values())):
        return not is_record(value)
    return not any(found for key in value if (found := field_of(key)))


def is_record(value: Any) -> bool:
    """Tell whether an object is an entry itself and not a collection of them."""
    if not isinstance(value, dict):
        return False
    known = [found for key in value if (found := field_of(key)) and not found.bare]
    roles = {found.role for found in known}
    return Role.DEFINITION in roles and 2 * len(known) >= len(value) and len(known) >= 2


def _locate(text: str, path: Sequence[str]) -> int:
    """Return the offset of the container that a path leads to."""
    start = _space(text, 0)
    for step in path:
        start = next(offset for key, offset, _ in _walk(text, start) if key == step)
    return start


def _walk(text: str, start: int) -> Iterator[tuple[str, int, Any]]:
    """Yield key ("" in a list), offset and value of the members of a list or object."""
    decoder = _decoder()
    is_object = text[start] == "{"
    place = _space(text, start + 1)
    while text[start] in "{[" and text[place] not in "]}":
        key = ""
        if is_object:
            key, place = decoder.raw_decode(text, place)
            place = _space(text, _space(text, place) + 1)
        value, end = decoder.raw_decode(text, place)
        yield key, place, value
        place = _space(text, end)
        if text[place] == ",":
            place = _space(text, place + 1)


def _space(text: str, start: int) -> int:
    match = _SPACE.match(text, start)
    return match.end() if match else start


def _decoder() -> json.JSONDecoder:
    return json.JSONDecoder(parse_float=_number, parse_int=_whole, parse_constant=str)


def _number(text: str) -> float | str:
    value = float(text)
    return value if math.isfinite(value) else text


def _whole(text: str) -> int | str:
    return int(text) if len(text) <= _LONG_KEY else text


def _check_depth(file: str, value: Any, line: int = 1) -> None:
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > _DEEPEST:
            raise damaged(file, line, f"it is nested deeper than {_DEEPEST} levels")
        level = [
            inner
            for held in level
            if isinstance(held, dict | list)
            for inner in (held.values() if isinstance(held, dict) else held)
        ]


def _not_json(file: str, error: ValueError) -> GlossaryError:
    line = getattr(error, "lineno", 1)
    return damaged(file, line, getattr(error, "msg", "a value cannot be read"))


def damaged(file: str, line: int, problem: str, format: str = "JSON") -> GlossaryError:
    """Return the error of a file that cannot be read."""
    return GlossaryError(Code.G022, file=file, line=line, format=format, problem=problem)
