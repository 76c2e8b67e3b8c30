"""Every address of the front door, asked by whoever has no right: nothing of others comes out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.routing import Route

from bot.gateway import session as sessions
from bot.gateway.app import make_app
from bot.gateway.store import Session
from tests.garden import garden
from tests.gateway_fakes import DoorClient, FakeRasa, door_settings, opened_door
from tests.served_index import write_index

CANARY = "canary4711"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
OPEN = {"per_session": 10**6, "per_address": 10**6, "sessions_per_address": 10**6}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DoorClient]:
    """A stranger at a front door over which somebody has told a secret."""
    folder: Path = tmp_path_factory.mktemp("door")
    write_index(folder / "index", garden())
    with opened_door(door_settings(folder, "0.0.0.0", **OPEN), FakeRasa()) as client:
        signed = {"Authorization": f"Bearer {token(client)}"}
        client.post("/v1/ask", json={"text": f"I am {CANARY}", "id": "a"}, headers=signed)
        client.post("/v1/feedback", headers=signed, json={"number": 1, "verdict": "helpful"})
        yield client


def token(client: DoorClient) -> str:
    client.cookies.clear()
    return str(client.post("/v1/session", json={}).json()["token"])


def addresses(client: DoorClient) -> list[str]:
    """Return every address there is, with names of the victim's own where it takes one."""
    victim = client.do(client.door.store.waiting()) or {}
    names = ["a", "1", *victim]
    paths = [route.path for route in make_app(client.door).routes if isinstance(route, Route)]
    return sorted({re.sub(r"{[^}]*}", name, path) for path in paths for name in names})


def shown(client: DoorClient, kind: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return a token that is good for nothing."""
    good = token(client)
    session, _ = client.do(client.door.sessions.check(good))
    payload, stamp, signature = good.split(".")
    if kind == "foreign":
        return sessions.Sessions(client.door.store, ["x" * 32]).token(session)
    if kind == "expired":
        early = sessions.IDLE + 5
        monkeypatch.setattr("itsdangerous.timed.time.time", lambda: session.created - early)
        old = client.door.sessions.token(session)
        monkeypatch.undo()
        return old
    if kind == "tampered":
        return f"{payload[:-1]}{'A' if payload[-1] != 'A' else 'B'}.{stamp}.{signature}"
    if kind == "unsigned":
        return f"{payload}.{stamp}."
    if kind == "none-alg":
        return "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0."
    if kind == "ended":
        client.do(client.door.sessions.revoke(session))
    if kind == "unknown":
        ghost = Session("f" * 32, session.conversation, "", 1, session.created, session.created)
        return client.door.sessions.token(ghost)
    return good if kind in ("ended", "other") else ""


KINDS = ("none", "foreign", "expired", "tampered", "unsigned", "none-alg", "ended", "unknown",
         "other")  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_sees_what_another_said(
    client: DoorClient, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = shown(client, kind, monkeypatch)
    asked = 0
    for path in addresses(client):
        for method in METHODS:
            for more in ways(bad):
                client.cookies.clear()
                response = client.request(method, path, **more)
                asked += 1
                assert response.status_code < 500 or response.status_code == 503, (method, path)
                assert CANARY not in response.text + str(response.headers), (method, path)
                assert "Traceback" not in response.text
    assert asked > 250
    if kind != "other":  # a stranger with a session of their own has rights of their own
        signed = {"Authorization": f"Bearer {bad}"} if bad else {}
        for path in ("/v1/conversation", "/v1/conversation/export"):
            assert client.get(path, headers=signed).status_code == 401


def ways(bad: str) -> list[dict[str, Any]]:
    """Return the ways in which a token may be shown."""
    body = {"json": {"text": "x", "message": "x", "sender": "a", "number": 1, "verdict": "helpful"}}
    if not bad:
        return [body]
    return [
        {**body, "headers": {"Authorization": f"Bearer {bad}"}},
        {**body, "headers": {"Cookie": f"termwise_session={bad}", "X-Session-Token": bad}},
    ]


def test_the_victim_still_has_it_all(client: DoorClient) -> None:
    """The checks above asked the right front door: what they must not see is there."""
    found = client.do(client.door.store.turns(_conversation(client), 0, 10))
    assert [CANARY in turn.message.text for turn in found] == [True]


def _conversation(client: DoorClient) -> str:
    async def work() -> str:
        store: Any = client.door.store
        sql = "SELECT conversation FROM door_messages WHERE text LIKE ?"
        [(name,)] = await store.journal.do(lambda db: db.run(sql, f"%{CANARY}"))
        return str(name)

    return client.do(work())


def test_every_address_is_looked_at(client: DoorClient) -> None:
    found = addresses(client)
    for path in ("/", "/v1/ask", "/status", "/metrics", "/socket.io/", "/v1/entries/a", "/ask"):
        assert path in found
