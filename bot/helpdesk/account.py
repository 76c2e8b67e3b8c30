"""An account at a helpdesk, as the configuration file describes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn

from bot.errors import Code, SettingError

Option = str | int | bool | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """``name`` is part of the webhook's address, ``address`` the base of all calls, no slash after.

    ``secrets`` sign deliveries (all are believed, for rotation), ``tokens`` may stand at the end of
    the webhook's address, ``key`` lets us in (with ``user``, where the helpdesk wants two).
    ``window`` is how many seconds a signature is good for. ``options`` are the connector's own.
    """

    name: str
    kind: str
    address: str
    secrets: tuple[str, ...] = field(default=(), repr=False)
    tokens: tuple[str, ...] = field(default=(), repr=False)
    key: str = field(default="", repr=False)
    user: str = ""
    window: float = 300.0
    options: Mapping[str, Option] = field(default_factory=dict)

    def need(self, *fields: str) -> None:
        """Raise a SettingError that names the first of these fields which is empty."""
        for name in fields:
            if not getattr(self, name):
                self.refuse(name, "it is empty")

    def text(self, option: str, otherwise: str | None = None) -> str:
        """Return an option as text; without ``otherwise`` it must be there.

        Raises:
            SettingError: it is missing, or not a text or a number.
        """
        found = self.options.get(option, otherwise)
        if found is None:
            self.refuse(option, "it is missing")
        if isinstance(found, bool) or not isinstance(found, str | int):
            self.refuse(option, "it is no text")
        return str(found)

    def yes(self, option: str, otherwise: bool = False) -> bool:
        """Return an option that is true or false.

        Raises:
            SettingError: it is neither.
        """
        found = self.options.get(option, otherwise)
        if not isinstance(found, bool):
            self.refuse(option, "it is neither true nor false")
        return found

    def only(self, *options: str) -> None:
        """Raise a SettingError that names an option which is not one of these."""
        for name in self.options:
            if name not in options:
                known = ", ".join(options) or "none"
                self.refuse(name, f"the kind {self.kind} has no such option; it has {known}")

    def refuse(self, name: str, problem: str) -> NoReturn:
        """Raise a SettingError about a field or option of this account."""
        raise SettingError(Code.S061, where=f"{self.name}.{name}", problem=problem)
