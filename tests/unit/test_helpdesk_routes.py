"""Helpdesks behind the front door: who may deliver, who may look, what is answered from where."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.gateway.app import make_app
from bot.gateway.desk_tally import DeskTally
from bot.gateway.desks import Desks, DoorAssistant
from bot.gateway.door import Door
from bot.gateway.sql_desk_store import SqlDeskStore
from bot.gateway.sql_store import SqlStore
from bot.gateway.sqlite_database import SqliteDatabase
from bot.helpdesk.account import Account
from bot.helpdesk.call import Call, Response
from bot.helpdesk.connectors.generic import Generic
from bot.helpdesk.desk import Desk
from bot.helpdesk.rules import Mode, RuleBook, Rules
from tests.connector_driver import body_of
from tests.gateway_fakes import DoorClient, FakeRasa, door_settings

ACCOUNT = Account("shop", "generic", "https://desk.example.org", secrets=("s3cret",))
TOKEN = "t" * 30
RULES = Rules(mode=Mode.AUTO, auto_from=0.0, suggest_from=0.0)  # the fake tells no probability


@dataclass
class Receiver:
    """Keeps what it is told to do."""

    calls: list[Call] = field(default_factory=list)

    async def send(self, call: Call) -> Response:
        self.calls.append(call)
        return Response(200, b'{"id": "1"}')

    async def close(self) -> None:
        pass


class Shop:
    """An application with one helpdesk, called without a network."""

    def __init__(self, folder: Path) -> None:
        self.receiver = Receiver()
        self.connector = Generic(ACCOUNT)
        self.rasa = FakeRasa()
        store = SqlStore(SqliteDatabase(folder / "door.db"))
        door = Door(door_settings(folder), store, self.rasa)
        desk_store, tally = SqlDeskStore(store.journal), DeskTally(door.metrics.registry)
        desk = Desk(
            self.connector, self.receiver, lambda: RuleBook(RULES), desk_store,
            DoorAssistant(door), tally,
        )  # fmt: skip
        self._desks = Desks({"shop": desk}, desk_store, tally, 60.0, TOKEN)
        self.client = DoorClient(door, "127.0.0.1", make_app(door, self._desks))
        self.client.do(self._desks.start())

    def close(self) -> None:
        self.client.do(self._desks.stop())
        self.client.close()

    def signed(self, body: object) -> dict[str, Any]:
        content = json.dumps(body).encode()
        headers, _ = self.connector.sign(content, time.time())
        return {"content": content, "headers": headers}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop(tmp_path)
    yield shop
    shop.close()


@pytest.fixture
def client(shop: Shop) -> DoorClient:
    return shop.client


def message(name: str = "m1", text: str = "what is it") -> dict[str, Any]:
    return {
        "type": "message.created", "conversation": {"id": "c1", "inbox": "7"},
        "message": {"id": name, "text": text, "author": {"kind": "customer", "id": "5"}},
    }  # fmt: skip


def until(true: Any) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_delivery_is_acknowledged_and_answered_once(shop: Shop, client: DoorClient) -> None:
    for _ in range(3):
        response = client.post("/webhooks/helpdesk/shop", **shop.signed(message()))
        assert (response.status_code, response.json()) == (200, {"status": "accepted"})
    until(lambda: shop.receiver.calls)
    time.sleep(0.3)
    told = [body_of(call) for call in shop.receiver.calls]
    assert [(one["type"], one["to"]) for one in told] == [("reply", "m1")]
    assert told[0]["text"] == "re: what is it"
    assert [text for _, text in shop.rasa.taken] == ["what is it"]


def test_what_is_not_proven_is_refused(shop: Shop, client: DoorClient) -> None:
    good = shop.signed(message())
    forged = {**good, "content": good["content"] + b" "}
    assert client.post("/webhooks/helpdesk/shop", **forged).status_code == 401
    assert client.post("/webhooks/helpdesk/shop", json={}).status_code == 401
    assert client.post("/webhooks/helpdesk/other", **good).status_code == 404
    assert client.get("/webhooks/helpdesk/shop").status_code == 200
    assert client.post("/webhooks/helpdesk/shop", **shop.signed({"x": 1})).status_code == 400
    large = {"content": b"x" * 1_000_001, "headers": {}}
    assert client.post("/webhooks/helpdesk/shop", **large).status_code == 413
    assert shop.rasa.taken == []
    metrics = client.get("/metrics").text
    assert 'termwise_helpdesk_deliveries_total{desk="shop",how="forged"} 2.0' in metrics


@pytest.mark.parametrize("path", ["/helpdesk", "/helpdesk/status"])
def test_its_state_needs_the_token(client: DoorClient, path: str) -> None:
    basic = base64.b64encode(f"me:{TOKEN}".encode()).decode()
    for shown in (None, "Bearer wrong", "Bearer ", "Basic !!", "Basic eDp5"):
        response = client.get(path, headers={"Authorization": shown} if shown else {})
        assert response.status_code == 401
        assert response.headers["www-authenticate"].startswith("Basic")
    for shown in (f"Bearer {TOKEN}", f"Basic {basic}"):
        assert client.get(path, headers={"Authorization": shown}).status_code == 200


def waiting(client: DoorClient, me: dict[str, str]) -> int:
    found = client.get("/helpdesk/status", headers=me).json()["shop"]["waiting"]
    return int(found["effects"])


def test_the_state_tells_how_it_goes(shop: Shop, client: DoorClient) -> None:
    client.post("/webhooks/helpdesk/shop", **shop.signed(message(text="what is it <script>")))
    until(lambda: shop.receiver.calls)
    me = {"Authorization": f"Bearer {TOKEN}"}
    until(
        lambda: not client.get("/helpdesk/status", headers=me).json()["shop"]["waiting"]["effects"]
    )
    told = client.get("/helpdesk/status", headers=me).json()["shop"]
    assert told["kind"] == "generic"
    assert sum(told["inboxes"]["7"]["outcomes"].values()) == 1
    page = client.get("/helpdesk", headers=me)
    for part in ("shop (generic)", "Inbox 7", "replied: ", "Nothing waits."):
        assert part in page.text
    assert "<script" not in page.text
    assert "unsafe" not in page.headers["content-security-policy"]


def test_the_switch(shop: Shop, client: DoorClient) -> None:
    me = {"Authorization": f"Bearer {TOKEN}"}
    off = {"desk": "shop", "off": True}
    assert client.post("/helpdesk/switch", json=off).status_code == 401
    for body in ({}, [], {"desk": "x", "off": True}, {"desk": "shop", "off": 1}):
        assert client.post("/helpdesk/switch", json=body, headers=me).status_code == 400
    assert client.post("/helpdesk/switch", json=off, headers=me).json() == off
    assert client.get("/helpdesk/status", headers=me).json()["shop"]["switched_off"] is True
    client.post("/webhooks/helpdesk/shop", **shop.signed(message()))

    def outcomes() -> Any:
        found = client.get("/helpdesk/status", headers=me).json()["shop"]["inboxes"]
        return found.get("7", {}).get("outcomes")

    until(lambda: outcomes() == {"nothing: switched-off": 1})
    assert shop.receiver.calls == []
