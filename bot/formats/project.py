"""The project's own YAML files: what Rasa would pass over is refused with file and line."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import Code, DataError
from bot.formats.yaml_document import YamlDocument, YamlFault, read_yaml

_DOMAIN_KEYS = {
    "version", "intents", "entities", "slots", "responses", "actions", "forms", "e2e_actions",
    "session_config",
}  # fmt: skip
_DATA_KEYS = {"version", "nlu", "rules", "stories", "responses"}
_CONFIG_KEYS = {
    "version",
    "recipe",
    "language",
    "assistant_id",
    "pipeline",
    "policies",
    "importers",
}
_ENDPOINTS = {
    "version", "nlg", "nlu", "action_endpoint", "models", "tracker_store", "lock_store",
    "event_broker",
}  # fmt: skip
_MAPPINGS = {"slots", "responses", "forms"}  # the other sections of a domain are lists
RASA_INTENTS = {"restart", "back", "out_of_scope", "session_start", "nlu_fallback"}
RASA_ACTIONS = {
    "action_listen", "action_restart", "action_session_start", "action_default_fallback",
    "action_deactivate_loop", "action_revert_fallback_events", "action_default_ask_affirmation",
    "action_default_ask_rephrase", "action_two_stage_fallback", "action_unlikely_intent",
    "action_back", "action_extract_slots", "...",
}  # fmt: skip
_STEPS = {
    "intent", "user", "entities", "action", "bot", "or", "slot_was_set", "active_loop",
    "checkpoint", "metadata",
}  # fmt: skip
_EXAMPLES = {"intent", "synonym", "regex", "lookup"}
_Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class _File:
    """One file of the project: its name below the project, and what it holds."""

    name: str
    document: YamlDocument

    def wrong(self, path: _Place, found: str, expected: str) -> DataError:
        line = self.document.line(*path)
        return DataError(Code.D001, file=self.name, line=line, found=found, expected=expected)

    def known(self, path: _Place, what: str, name: object, known: Iterable[str]) -> None:
        """Refuse a name that is none of the known ones."""
        names = sorted(known)
        if name in names:
            return
        near = difflib.get_close_matches(str(name), names, n=1)
        expected = repr(near[0]) if near else f"one of {', '.join(names)}"
        raise self.wrong(path, f"the {what} {name!r} is not known", expected)

    def keys(self, known: Iterable[str]) -> None:
        for key in self.document.value:
            self.known((key,), "key", key, known)

    def items(self, key: str) -> Iterator[tuple[_Place, Any]]:
        """Yield the items of a list, or the keys of a mapping, with their paths."""
        value = self.document.value.get(key)
        kind, expected = (dict, "keys with values") if key in _MAPPINGS else (list, "a list")
        if value is not None and not isinstance(value, kind):
            raise self.wrong((key,), f"{key} is {value!r:.60}", expected)
        for place, item in enumerate(value or ()):
            yield (key, item if kind is dict else place), item


def check_project(project: Path) -> None:
    """Check the files that the Rasa model is trained on; of much that is wrong Rasa only warns.

    Raises:
        DataError: a file is no YAML or no mapping, has a key that nobody reads, or names an
            intent, action, slot, response or form that the domain does not have; names file and
            line.
    """
    components(project)
    domain = _Domain(list(_files(project, "domain")))
    for file in (*_files(project, "data/nlu"), *_files(project, "data/rules")):
        file.keys(_DATA_KEYS)
        _check_examples(file, domain)
        _check_steps(file, domain)


def components(project: Path) -> list[str]:
    """Return the names of the components and policies in ``config.yml``.

    Raises:
        DataError: the file is not what it should be; names file and line.
    """
    file = _read(project, project / "config.yml")
    file.keys(_CONFIG_KEYS)
    return [name for key in ("pipeline", "policies") for name in _components(file, key)]


def _components(file: _File, key: str) -> Iterator[str]:
    parts = list(file.items(key))
    if not parts:  # Rasa would choose some by itself and write them into the file
        raise file.wrong((key,), f"{key} names nothing", "a list of `- name:`")
    for place, part in parts:
        if not isinstance(part, dict) or not isinstance(part.get("name"), str):
            raise file.wrong(place, f"{part!r:.60}", "`- name:` with a component")
        yield part["name"]


def check_endpoints(project: Path) -> None:
    """Check ``endpoints.yml``: where a misspelt store would lose each conversation in silence.

    Raises:
        DataError: the file is not what it should be; names file and line.
    """
    _read(project, project / "endpoints.yml").keys(_ENDPOINTS)


def check_credentials(project: Path) -> None:
    """Check ``credentials.yml``: channels with their options.

    Raises:
        DataError: the file is not what it should be; names file and line.
    """
    _read(project, project / "credentials.yml")


class _Domain:
    """The names that the files of the domain list."""

    def __init__(self, files: list[_File]) -> None:
        self._first: dict[tuple[str, str], str] = {}
        for file in files:
            file.keys(_DOMAIN_KEYS)
            for key in sorted(_DOMAIN_KEYS - {"version", "session_config"}):
                for path, item in file.items(key):
                    self._add(file, path, key, item)

    def names(self, *keys: str) -> set[str]:
        return {name for key, name in self._first if key in keys}

    def _add(self, file: _File, path: _Place, key: str, item: Any) -> None:
        name = next(iter(item)) if isinstance(item, dict) and len(item) == 1 else item
        if not isinstance(name, str):
            raise file.wrong(path, f"{key} has {item!r:.60}", "a name")
        if (key, name) in self._first:
            found = f"{name!r} is already among the {key} in {self._first[key, name]}"
            raise file.wrong(path, found, "each name once")
        self._first[key, name] = f"{file.name}:{file.document.line(*path)}"


def _check_examples(file: _File, domain: _Domain) -> None:
    for path, item in file.items("nlu"):
        if not isinstance(item, dict) or not _EXAMPLES & item.keys():
            raise file.wrong(path, f"{item!r:.60}", "`intent:` with `examples:`")
        if not isinstance(item.get("examples"), (str, list)):
            raise file.wrong((*path, "examples"), "there are no examples", "`examples: |`")
        if "intent" in item:
            name = str(item["intent"]).partition("/")[0]
            file.known((*path, "intent"), "intent", name, domain.names("intents"))


def _check_steps(file: _File, domain: _Domain) -> None:
    for key in ("rules", "stories"):
        for path, item in file.items(key):
            steps = item.get("steps") if isinstance(item, dict) else None
            if not isinstance(steps, list):
                raise file.wrong(path, f"{item!r:.60}", f"`{key[:-1]}:` with a list of `steps:`")
            for part in ("condition", "steps"):
                for place, step in enumerate(item.get(part) or ()):
                    _check_step(file, (*path, part, place), step, domain)


def _check_step(file: _File, path: _Place, step: Any, domain: _Domain) -> None:
    if not isinstance(step, dict) or not step:
        raise file.wrong(path, f"the step is {step!r:.60}", "`intent:` or `action:` with a name")
    for key in step:
        file.known((*path, key), "step", key, _STEPS)
    _check_names(file, path, step, domain)
    for place, one in enumerate(step.get("or") or ()):
        _check_step(file, (*path, "or", place), one, domain)


def _check_names(file: _File, path: _Place, step: dict[str, Any], domain: _Domain) -> None:
    actions = domain.names("actions", "responses", "forms", "e2e_actions") | RASA_ACTIONS
    known = {
        "intent": ("intent", domain.names("intents") | RASA_INTENTS),
        "action": ("action", actions),
        "active_loop": ("form", domain.names("forms")),
        "slot_was_set": ("slot", domain.names("slots") | {"requested_slot"}),
    }
    for key in known.keys() & step.keys():
        what, names = known[key]
        for name in _named(step[key]):
            if key == "intent":
                name = str(name).partition("/")[0]
            if not (key == "active_loop" and name is None):  # null ends a form
                file.known((*path, key), what, name, names)


def _named(value: Any) -> list[Any]:
    """Return the names that a step's value holds: a name, or a list of names and mappings."""
    parts = value if isinstance(value, list) else [value]
    return [name for part in parts for name in (part if isinstance(part, dict) else [part])]


def _files(project: Path, folder: str) -> Iterator[_File]:
    for path in sorted((project / folder).rglob("*.yml")):
        yield _read(project, path)


def _read(project: Path, path: Path) -> _File:
    name = path.relative_to(project).as_posix()
    try:
        document = read_yaml(path.read_bytes().decode("utf-8-sig"))
    except YamlFault as fault:
        line, found, expected = fault.line, fault.problem, "YAML"
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        found, expected = f"byte {error.start} is not UTF-8", "UTF-8 text"
    except OSError as error:
        raise DataError(Code.D002, file=name, problem=f"cannot be read: {error.strerror}") from None
    else:
        if isinstance(document.value, dict):
            return _File(name, document)
        line, found, expected = 1, f"{document.value!r:.60}", "keys with values"
    raise DataError(Code.D001, file=name, line=line, found=found, expected=expected)
