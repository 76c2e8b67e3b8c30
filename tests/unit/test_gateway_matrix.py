"""Every address of the front door, asked by whoever has no right: nothing of others comes out."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from starlette.routing import Route

from bot.gateway import session as sessions
from bot.gateway.app import make_app
from bot.gateway.desk_tally import DeskTally
from bot.gateway.desks import Desks, DoorAssistant
from bot.gateway.door import Door
from bot.gateway.openapi import document
from bot.gateway.sql_desk_store import SqlDeskStore
from bot.gateway.sql_store import SqlStore
from bot.gateway.sqlite_database import SqliteDatabase
from bot.gateway.store import Session
from bot.helpdesk.account import Account
from bot.helpdesk.connectors.generic import Generic
from bot.helpdesk.desk import Desk
from bot.helpdesk.http_client import HttpClient
from bot.helpdesk.rules import RuleBook, Rules
from bot.settings import Settings
from tests.garden import garden
from tests.gateway_fakes import DoorClient, FakeRasa, door_settings
from tests.served_index import write_index

CANARY = "canary4711"
DESK = Account("shop", "generic", "https://desk.example.org", secrets=("s3cret",))

# What each address wants to see. A new one must be put here before the tests below pass.
SESSION = {
    "DELETE /v1/session", "POST /v1/session/rotate", "POST /v1/ask", "GET /v1/conversation",
    "DELETE /v1/conversation", "GET /v1/conversation/export", "POST /v1/feedback",
    "POST /v1/handover",
}  # fmt: skip
SESSION_OR_NONE = {"POST /webhooks/rest/webhook"}  # who shows none begins one
OWNER = {"GET /metrics", "GET /status"}
DESK_OWNER = {"GET /helpdesk", "GET /helpdesk/status", "POST /helpdesk/switch"}
SIGNATURE = {"POST /webhooks/helpdesk/{desk}", "POST /webhooks/helpdesk/{desk}/{token}"}
ANYBODY = {
    "POST /v1/session", "GET /v1/terms", "GET /v1/entries/{id}", "GET /v1/names",
    "GET /v1/cards/{id}", "GET /webhooks/rest/", "GET /health", "GET /ready", "GET /",
    "GET /terms", "GET /terms/{id:path}", "GET /search", "GET /embed", "GET /robots.txt",
    "GET /sitemap.xml", "GET /sitemap/{number:int}.xml", "GET /site/{name}", "GET /favicon.ico",
    "GET /v1/openapi.json", "GET /widget/{name}", "GET /webhooks/helpdesk/{desk}",
    "GET /webhooks/helpdesk/{desk}/{token}",
}  # fmt: skip
OWN_COOKIE = {"GET /ask", "POST /ask", "POST /ask/end"}  # shows who comes their own, or nothing
SOCKET = {"/socket.io/"}  # see test_gateway_sockets.py
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
OPEN = {"per_session": 10**6, "per_address": 10**6, "sessions_per_address": 10**6}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DoorClient]:
    """A stranger at a front door over which somebody has told a secret."""
    folder: Path = tmp_path_factory.mktemp("door")
    write_index(folder / "index", garden())
    with door_with_desk(door_settings(folder, "0.0.0.0", **OPEN)) as client:
        signed = {"Authorization": f"Bearer {token(client)}"}
        client.post("/v1/ask", json={"text": f"I am {CANARY}", "id": "a"}, headers=signed)
        client.post("/v1/feedback", headers=signed, json={"number": 1, "verdict": "helpful"})
        yield client


@contextmanager
def door_with_desk(settings: Settings) -> Iterator[DoorClient]:
    """Run all that a front door can have; the helpdesk itself is never reached."""
    store = SqlStore(SqliteDatabase(settings.state / "door.db"))
    door = Door(settings, store, FakeRasa())
    desk_store, tally = SqlDeskStore(store.journal), DeskTally(door.metrics.registry)
    rules = RuleBook(Rules())
    desk = Desk(
        Generic(DESK), HttpClient(DESK, {}), lambda: rules, desk_store, DoorAssistant(door), tally
    )
    desks = Desks({"shop": desk}, desk_store, tally, 60.0, "t" * 30)
    client = DoorClient(door, "203.0.113.5", make_app(door, desks))
    try:
        yield client
    finally:
        client.close()


def token(client: DoorClient) -> str:
    client.cookies.clear()
    return str(client.post("/v1/session", json={}).json()["token"])


def addresses(client: DoorClient) -> list[str]:
    """Return every address there is, with names of the victim's own where it takes one."""
    victim = client.do(client.door.store.waiting()) or {}
    names = ["a", "1", *victim]
    paths = [route.path for route in client.routes if isinstance(route, Route)]
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


def operations(client: DoorClient) -> set[str]:
    """Return all that the application routes: method and path."""
    found = set()
    for route in client.routes:
        methods = getattr(route, "methods", None) or ()
        path = getattr(route, "path", "?")
        found |= {f"{method} {path}" for method in methods if method != "HEAD"} or {path}
    return found


def test_of_every_address_it_is_known_what_it_wants_to_see(client: DoorClient) -> None:
    known = [SESSION, SESSION_OR_NONE, OWNER, DESK_OWNER, SIGNATURE, ANYBODY, OWN_COOKIE, SOCKET]
    assert operations(client) == set().union(*known)
    assert sum(map(len, known)) == len(set().union(*known))


def test_the_document_says_the_same(client: DoorClient) -> None:
    signed = {
        f"{method.upper()} {path}"
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
        if {"session": []} in operation.get("security", ()) and {} not in operation["security"]
    }
    assert signed == SESSION


@pytest.mark.parametrize("operation", sorted(SESSION | SESSION_OR_NONE))
@pytest.mark.parametrize("kind", KINDS)
def test_a_bad_token_opens_nothing(
    client: DoorClient, operation: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = shown(client, kind, monkeypatch)
    method, path = operation.split(" ")
    body = {"text": "x", "message": "x", "number": 1, "verdict": "helpful"}
    client.cookies.clear()
    headers = {"Authorization": f"Bearer {bad}"} if bad else {}
    response = client.request(method, path, json=body, headers=headers)
    if kind == "other" or (kind == "none" and operation in SESSION_OR_NONE):
        assert response.status_code not in (401, 500), response.text
    else:
        assert response.status_code == 401, response.text
        assert response.headers["WWW-Authenticate"] == "Bearer"
    assert CANARY not in response.text


@pytest.mark.parametrize("operation", sorted(OWNER | DESK_OWNER | SIGNATURE))
@pytest.mark.parametrize("kind", KINDS)
def test_a_visitor_is_no_owner_and_no_helpdesk(
    client: DoorClient, operation: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = shown(client, kind, monkeypatch)
    method, path = operation.split(" ")
    path = path.replace("{desk}", "shop").replace("{token}", bad or "x")
    password = base64.b64encode(f"me:{bad}".encode()).decode()
    for shows in (f"Bearer {bad}", f"Basic {password}", "Basic x", ""):
        body = {"desk": "shop", "off": True}
        response = client.request(method, path, json=body, headers={"Authorization": shows})
        assert response.status_code in (401, 404), response.text
        assert CANARY not in response.text


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
