"""The configuration file of the helpdesks: YAML, with secrets out of the environment."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import time
from pathlib import Path
from typing import Any, NoReturn
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from bot.errors import Code, SettingError
from bot.helpdesk.account import Account, Option
from bot.helpdesk.rules import DAYS, Hours, Mode, RuleBook, Rules

_VARIABLE = re.compile(r"\$\{(\w+)\}")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_SPAN = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)")
_ACCOUNT = {
    "kind", "address", "secrets", "tokens", "key", "user", "window", "options", "plain", "agents",
    "inboxes",
}  # fmt: skip
_KEPT_DAYS = 30


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """One account with its rules.

    ``plain`` allows HTTP to this machine, ``agents`` is the language of notes.
    """

    account: Account
    rules: RuleBook
    plain: bool = False
    agents: str = "en"


@dataclass(frozen=True, slots=True)
class Configuration:
    """The whole file; ``keep`` is how many seconds texts are kept."""

    desks: tuple[DeskSettings, ...]
    keep: float = _KEPT_DAYS * 86_400.0


def read(path: Path, env: Mapping[str, str]) -> Configuration:
    """Read the file.

    Raises:
        SettingError: it cannot be read, or something in it is not right; names the place.
    """
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        _refuse(str(path), error.strerror or type(error).__name__)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f" (line {mark.line + 1})" if mark else ""
        _refuse(str(path), f"it is no YAML in UTF-8{line}")
    found = _expanded(_mapping(found, "the file"), env, "")
    _known(found, {"desks", "keep_days"}, "the file")
    desks = _mapping(found.get("desks"), "desks")
    if not desks:
        _refuse("desks", "it is empty")
    days = _number(found.get("keep_days", _KEPT_DAYS), "keep_days", 1, 3650)
    made = tuple(_desk(str(name), value) for name, value in desks.items())
    return Configuration(made, days * 86_400.0)


class RulesFile:
    """The rules of the file, read again when it was saved.

    Args:
        path: the configuration file.
        env: where secrets come from.
        report: is told of a fault in a saved file; the rules before it stay in force.
    """

    def __init__(self, path: Path, env: Mapping[str, str], report: Callable[[str], None]) -> None:
        self._path = path
        self._env = env
        self._report = report
        self._stamp = self._now()
        self._rules = self._read()

    def of(self, desk: str) -> RuleBook:
        """Return the rules of an account; none that is gone from the file may say anything."""
        stamp = self._now()
        if stamp != self._stamp:
            self._stamp = stamp
            try:
                self._rules = self._read()
            except SettingError as error:
                self._report(str(error))
        return self._rules.get(desk, RuleBook(Rules(mode=Mode.OFF)))

    def _read(self) -> dict[str, RuleBook]:
        return {desk.account.name: desk.rules for desk in read(self._path, self._env).desks}

    def _now(self) -> tuple[int, int]:
        try:
            found = self._path.stat()
        except OSError:
            return (0, 0)
        return (found.st_mtime_ns, found.st_size)


def _desk(name: str, value: Any) -> DeskSettings:
    if not _NAME.fullmatch(name):
        _refuse(f"desks.{name}", "a name has small letters, digits and hyphens")
    found = _mapping(value, name)
    _known(found, _ACCOUNT, name)
    account = Account(
        name=name,
        kind=_text(found.get("kind", ""), f"{name}.kind"),
        address=_text(found.get("address", ""), f"{name}.address").rstrip("/"),
        secrets=_texts(found.get("secrets", []), f"{name}.secrets"),
        tokens=_tokens(found.get("tokens", []), f"{name}.tokens"),
        key=_text(found.get("key", ""), f"{name}.key"),
        user=_text(found.get("user", ""), f"{name}.user"),
        window=_number(found.get("window", 300), f"{name}.window", 1, 86_400),
        options=_options(found.get("options", {}), f"{name}.options"),
    )
    agents = _text(found.get("agents", "en"), f"{name}.agents")
    plain = _yes(found.get("plain", False), f"{name}.plain")
    return DeskSettings(account, _rule_book(found.get("inboxes", {}), name), plain, agents)


def _rule_book(value: Any, name: str) -> RuleBook:
    inboxes = {str(key): rules for key, rules in _mapping(value, f"{name}.inboxes").items()}
    otherwise = _rules(inboxes.pop("*", {}), f"{name}.inboxes.*", Rules())
    made = {
        inbox: _rules(rules, f"{name}.inboxes.{inbox}", otherwise)
        for inbox, rules in inboxes.items()
    }
    return RuleBook(otherwise, made)


def _rules(value: Any, where: str, otherwise: Rules) -> Rules:
    """Return rules: what is not said is as it is for the other inboxes."""
    found = _mapping(value, where)
    _known(found, {field.name for field in fields(Rules)}, where)
    made: dict[str, Any] = {}
    for name, given in found.items():
        made[name] = _READERS[name](given, f"{where}.{name}")
    rules = replace(otherwise, **made)
    if rules.suggest_from > rules.auto_from:
        _refuse(f"{where}.suggest_from", "it is above auto_from")
    return rules


def _mode(value: Any, where: str) -> Mode:
    value = "off" if value is False else value  # YAML reads `off` as false
    if value in set(Mode):
        return Mode(value)
    _refuse(where, f"it must be one of {', '.join(Mode)}")


def _hours(value: Any, where: str) -> Hours:
    found = _mapping(value, where)
    _known(found, {"zone", "mode", *DAYS}, where)
    try:
        zone = ZoneInfo(_text(found.get("zone", "UTC"), f"{where}.zone"))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        _refuse(f"{where}.zone", "there is no such time zone")
    week = {
        day: tuple(_span(span, f"{where}.{day}") for span in _texts(found[day], f"{where}.{day}"))
        for day in DAYS
        if day in found
    }
    return Hours(zone, week, _mode(found.get("mode", Mode.SUGGEST.value), f"{where}.mode"))


def _span(text: str, where: str) -> tuple[time, time]:
    match = _SPAN.fullmatch(text)
    try:
        if match:
            hour, minute, last_hour, last_minute = map(int, match.groups())
            end = time.max if last_hour == 24 else time(last_hour, last_minute)
            if time(hour, minute) < end:
                return time(hour, minute), end
    except ValueError:
        pass
    _refuse(where, 'times read "09:00-17:00"')


def _probability(value: Any, where: str) -> float:
    return _number(value, where, 0, 1)


def _seconds(value: Any, where: str) -> float:
    return _number(value, where, 1, 7 * 86_400)


def _pause(value: Any, where: str) -> float:
    return _number(value, where, 0, 60)


def _count(value: Any, where: str) -> int:
    found = _number(value, where, 0, 1000)
    if found != int(found):
        _refuse(where, "it must be a whole number")
    return int(found)


def _yes(value: Any, where: str) -> bool:
    if isinstance(value, bool):
        return value
    _refuse(where, "it must be true or false")


def _text(value: Any, where: str) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, str):
        return value
    _refuse(where, "it must be a text")


def _texts(value: Any, where: str) -> tuple[str, ...]:
    listed = value if isinstance(value, list) else [value]
    return tuple(_text(one, where) for one in listed)


def _tokens(value: Any, where: str) -> tuple[str, ...]:
    found = _texts(value, where)
    for token in found:
        if not re.fullmatch(r"[A-Za-z0-9_-]{20,200}", token):
            _refuse(where, "a token has 20 or more letters, digits, hyphens and underscores")
    return found


def _number(value: Any, where: str, least: float, most: float) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most:
        return float(value)
    _refuse(where, f"it must be a number from {least:g} to {most:g}")


def _options(value: Any, where: str) -> dict[str, Option]:
    found: dict[str, Option] = {}
    for name, given in _mapping(value, where).items():
        found[str(name)] = (
            given if isinstance(given, str | int | bool) else _texts(given, f"{where}.{name}")
        )
    return found


def _mapping(value: Any, where: str) -> dict[Any, Any]:
    if value is None:
        return {}
    if isinstance(value, dict):
        return dict(value)
    _refuse(where, "it must hold names with values")


def _known(found: Mapping[Any, Any], names: set[str], where: str) -> None:
    for name in found:
        if name not in names:
            _refuse(where, f"{name!r} is not known; known are {', '.join(sorted(names))}")


def _expanded(value: Any, env: Mapping[str, str], where: str) -> Any:
    """Put variables in; one that is missing is told by name."""
    if isinstance(value, dict):
        return {key: _expanded(inner, env, f"{where}.{key}") for key, inner in value.items()}
    if isinstance(value, list):
        return [_expanded(inner, env, where) for inner in value]
    if not isinstance(value, str):
        return value

    def variable(match: re.Match[str]) -> str:
        found = env.get(match[1], "")
        if not found:
            _refuse(where.strip("."), f"the environment has no {match[1]}")
        return found

    return _VARIABLE.sub(variable, value)


def _refuse(where: str, problem: str) -> NoReturn:
    raise SettingError(Code.S061, where=where, problem=problem)


_READERS: Mapping[str, Callable[[Any, str], Any]] = {
    "mode": _mode,
    "auto_from": _probability,
    "suggest_from": _probability,
    "hours": _hours,
    "languages": _texts,
    "channels": _texts,
    "with_tags": _texts,
    "without_tags": _texts,
    "people_tags": _texts,
    "people_words": _texts,
    "declines": _count,
    "first_only": _yes,
    "small_talk": _yes,
    "assist": _yes,
    "tag": _yes,
    "team": _text,
    "agent": _text,
    "seconds": _seconds,
    "in_a_row": _count,
    "per_hour": _count,
    "join": _pause,
}
