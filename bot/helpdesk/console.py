"""What ``termwise helpdesk`` asks of the file of the helpdesks and of the gateway that runs."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import httpx

from bot.errors import Code, SettingError
from bot.helpdesk import config, doctor, registry
from bot.helpdesk.call import Call, Response
from bot.helpdesk.caller import NotSentError
from bot.helpdesk.config import DeskSettings
from bot.helpdesk.connector import Finding, UnsupportedError
from bot.helpdesk.delivery import Delivery, MalformedError
from bot.helpdesk.http_client import HttpClient
from bot.secret import desk_token, secrets_of
from bot.settings import Settings

_PATIENCE = 30.0  # seconds


class Console:
    """The owner's side of the helpdesks.

    Args:
        settings: ``door.helpdesk`` names the file.

    Raises:
        SettingError: there is no file, or something in it is not right.
    """

    def __init__(self, settings: Settings) -> None:
        if not settings.door.helpdesk:
            raise SettingError(Code.S061, where="HELPDESK", problem="it names no file")
        self._settings = settings
        found = config.read(Path(settings.door.helpdesk), os.environ)
        self._desks = {desk.account.name: desk for desk in found.desks}

    def examine(self) -> Mapping[str, Sequence[Mapping[str, object]]]:
        """Return the doctor's findings, by account."""
        return {
            name: [asdict(finding) for finding in asyncio.run(self._examine(desk))]
            for name, desk in self._desks.items()
        }

    async def _examine(self, desk: DeskSettings) -> Sequence[Finding]:
        connector = registry.connector(desk.account)
        client = HttpClient(desk.account, connector.headers(), desk.plain)
        public = self._settings.door.public_url
        return await doctor.examine(connector, client, public, _Gateway(self._address))

    def replay(self, name: str, body: bytes, send: bool) -> Mapping[str, object]:
        """Return what a recorded delivery tells; ``send`` delivers it, signed as if it came now.

        Raises:
            SettingError: there is no such account, it cannot be signed, or no gateway answers.
        """
        self._known(name)
        connector = registry.connector(self._desks[name].account)
        try:
            events = connector.parse(Delivery({}, body, "", time.time()))
        except MalformedError as error:
            return {"malformed": str(error), "events": []}
        told: dict[str, object] = {
            "events": [{"event": type(event).__name__, **asdict(event)} for event in events]
        }
        if send:
            try:
                call = doctor.delivery_call(connector, body, time.time())
                told["status"] = asyncio.run(_Gateway(self._address).send(call)).status
            except UnsupportedError:
                raise SettingError(
                    Code.S061, where=name, problem="nobody but the helpdesk can sign"
                ) from None
            except NotSentError:
                raise self._away() from None
        return told

    def status(self) -> Any:
        """Return how the accounts go, as the gateway that runs tells it.

        Raises:
            SettingError: no gateway answers, or it is another's.
        """
        return self._ask("GET", "/helpdesk/status")

    def switch(self, name: str, off: bool) -> None:
        """Set the kill switch of an account.

        Raises:
            SettingError: no gateway answers, or there is no such account.
        """
        self._known(name)
        self._ask("POST", "/helpdesk/switch", {"desk": name, "off": off})

    def _known(self, name: str) -> None:
        if name not in self._desks:
            known = ", ".join(self._desks)
            raise SettingError(Code.S061, where=name, problem=f"there is none; there is {known}")

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        token = self._settings.door.helpdesk_token or desk_token(secrets_of(self._settings)[0])
        headers = {"Authorization": f"Bearer {token}"}
        try:
            with httpx.Client(base_url=self._address, trust_env=False, timeout=_PATIENCE) as client:
                response = client.request(method, path, headers=headers, json=body)
        except httpx.HTTPError:
            raise self._away() from None
        if response.status_code != 200:
            problem = f"the gateway says {response.status_code}; it has another file or SECRET"
            raise SettingError(Code.S061, where=self._address, problem=problem)
        return response.json()

    @property
    def _address(self) -> str:
        host = self._settings.host
        local = "127.0.0.1" if host == "0.0.0.0" else f"[{host}]" if ":" in host else host
        return f"http://{local}:{self._settings.port}"

    def _away(self) -> SettingError:
        problem = "no gateway answers there; start `termwise serve`, or set HOST and PORT"
        return SettingError(Code.S061, where=self._address, problem=problem)


class _Gateway:
    """Our own gateway, as a helpdesk meets it."""

    def __init__(self, address: str) -> None:
        self._address = address

    async def send(self, call: Call) -> Response:
        assert isinstance(call.body, bytes)
        headers = {"Content-Type": "application/json", **call.headers}
        url = self._address + call.path
        try:
            async with httpx.AsyncClient(trust_env=False, timeout=_PATIENCE) as client:
                response = await client.request(
                    call.method, url, content=call.body, headers=headers
                )
        except httpx.HTTPError as error:
            raise NotSentError(type(error).__name__) from None
        return Response(response.status_code, response.content)

    async def close(self) -> None:
        pass
