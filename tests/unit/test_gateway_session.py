"""Tokens: whose they are, when they end, and that nobody makes one."""

from __future__ import annotations

import asyncio
import datetime
import string
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SettingError
from bot.gateway.identity import Identity
from bot.gateway.session import IDLE, LONGEST, NotSignedInError, Sessions
from bot.gateway.sql_store import SqlStore
from bot.gateway.sqlite_database import SqliteDatabase
from bot.settings import DoorSettings

KEY = "k" * 32
SHARED = "shared-with-the-host-page-" + "x" * 20
HOST = DoorSettings(identity_key=SHARED, identity_audience="termwise")


class Clock:
    """A clock that is set by hand; tokens are signed by the real one."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return datetime.datetime.now().timestamp() + self.ahead


class Scene:
    def __init__(self, path: Path, *keys: str, identity: Identity | None = None) -> None:
        self._path = path
        self._keys = keys or (KEY,)
        self._identity = identity
        self.clock = Clock()

    async def __aenter__(self) -> Scene:
        self.store = SqlStore(SqliteDatabase(self._path / "door.db"))
        self.sessions = Sessions(self.store, self._keys, self._identity, self.clock)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.store.close()

    async def is_good(self, token: str) -> bool:
        try:
            await self.sessions.check(token)
        except NotSignedInError:
            return False
        return True


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(work())  # type: ignore[operator]


def claims(**changed: object) -> dict[str, object]:
    now = datetime.datetime.now(datetime.UTC)
    given = {"sub": "user-7", "aud": "termwise", "exp": now + datetime.timedelta(minutes=5)}
    return {name: value for name, value in {**given, **changed}.items() if value is not None}


def signed(key: str = SHARED, algorithm: str = "HS256", **changed: object) -> str:
    return jwt.encode(claims(**changed), key, algorithm=algorithm)


def test_a_token_tells_whose_it_is(tmp_path: Path) -> None:
    async def work() -> None:
        async with Scene(tmp_path) as scene:
            (one, first), (other, second) = [await scene.sessions.open() for _ in range(2)]
            assert (await scene.sessions.check(first))[0] == one
            assert (await scene.sessions.check(second))[0] == other
            assert one.conversation != other.conversation
            assert len(one.id) == len(one.conversation) == 32
            assert KEY not in first

    run(work)


def test_a_token_changed_anywhere_is_nobodys(tmp_path: Path) -> None:
    async def work() -> None:
        async with Scene(tmp_path) as scene:
            _, token = await scene.sessions.open()
            letters = string.ascii_letters + string.digits + "-_"
            for place, letter in enumerate(token):
                if letter != ".":
                    # Not by one: the last letter of a part has bits that mean nothing.
                    other = letters[(letters.index(letter) + 17) % 64]
                    assert not await scene.is_good(token[:place] + other + token[place + 1 :])
            for odd in ("", ".", "..", "a.b.c", token[:-1], token + "A", token * 2, "é", "\ud800"):
                assert not await scene.is_good(odd), odd
            assert await scene.is_good(token)

    run(work)


def test_a_token_of_another_secret_is_nobodys_and_an_older_secret_still_holds(
    tmp_path: Path,
) -> None:
    async def work() -> None:
        async with Scene(tmp_path, "old" * 20) as scene:
            _, token = await scene.sessions.open()
        async with Scene(tmp_path, "new" * 20, "old" * 20) as scene:
            assert await scene.is_good(token)
            _, newer = await scene.sessions.open()
        async with Scene(tmp_path, "new" * 20) as scene:
            assert await scene.is_good(newer)
            assert not await scene.is_good(token)

    run(work)


@pytest.mark.parametrize(
    ("ahead", "good"),
    [(0, True), (IDLE - 60, True), (IDLE + 60, False), (-30, True), (-3600, False)],
)
def test_a_token_ends_and_clocks_may_differ_a_little(
    tmp_path: Path, ahead: float, good: bool
) -> None:
    async def work() -> None:
        async with Scene(tmp_path) as scene:
            _, token = await scene.sessions.open()
            scene.clock.ahead = ahead
            assert await scene.is_good(token) is good

    run(work)


def test_a_session_ends_however_young_its_token_is(tmp_path: Path) -> None:
    async def work() -> None:
        async with Scene(tmp_path) as scene:
            scene.clock.ahead = -LONGEST - 60
            session, _ = await scene.sessions.open()
            scene.clock.ahead = 0
            assert not await scene.is_good(scene.sessions.token(session))

    run(work)


def test_a_rotated_token_replaces_the_one_before(tmp_path: Path) -> None:
    async def work() -> None:
        async with Scene(tmp_path) as scene:
            session, first = await scene.sessions.open()
            second = await scene.sessions.rotate(session)
            assert await scene.is_good(second)
            assert await scene.is_good(first)  # for requests under way
            with pytest.raises(NotSignedInError):
                await scene.sessions.rotate(session)
            scene.clock.ahead = 120
            assert await scene.is_good(second)
            assert not await scene.is_good(first)

    run(work)


def test_a_revoked_session_is_over_at_once(tmp_path: Path) -> None:
    async def work() -> None:
        async with Scene(tmp_path) as scene:
            session, first = await scene.sessions.open()
            second = await scene.sessions.rotate(session)
            await scene.sessions.revoke(session)
            assert not await scene.is_good(first)
            assert not await scene.is_good(second)

    run(work)


def test_a_user_of_the_host_page_keeps_the_conversation(tmp_path: Path) -> None:
    async def work() -> None:
        async with Scene(tmp_path, identity=Identity(HOST)) as scene:
            one, _ = await scene.sessions.open(signed())
            again, _ = await scene.sessions.open(signed())
            other, _ = await scene.sessions.open(signed(sub="user-8"))
            nobody, _ = await scene.sessions.open()
            assert one.conversation == again.conversation
            assert len({one.conversation, other.conversation, nobody.conversation}) == 3
            assert one.id != again.id

    run(work)


FORGED = {
    "another key": signed("another-key-of-good-length-" + "y" * 20),
    "no algorithm": jwt.encode(claims(), "", algorithm="none"),
    "another algorithm": signed(SHARED * 2, algorithm="HS512"),
    "expired": signed(exp=datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)),
    "no end": signed(exp=None),
    "no audience": signed(aud=None),
    "another audience": signed(aud="somebody else"),
    "no subject": signed(sub=None),
    "empty subject": signed(sub=""),
    "long subject": signed(sub="x" * 256),
    "subject with a line": signed(sub="a\nb"),
    "not yet": signed(nbf=datetime.datetime(2999, 1, 1, tzinfo=datetime.UTC)),
    "no JWT": "what is rcs",
    "deep": "eyJ" * 1000 + ".eyJ.x",
}


@pytest.mark.parametrize("name", FORGED)
def test_an_identity_that_is_not_the_host_pages_is_refused(tmp_path: Path, name: str) -> None:
    async def work() -> None:
        async with Scene(tmp_path, identity=Identity(HOST)) as scene:
            with pytest.raises(NotSignedInError):
                await scene.sessions.open(FORGED[name])

    run(work)


def test_without_a_key_no_identity_is_believed(tmp_path: Path) -> None:
    async def work() -> None:
        async with Scene(tmp_path) as scene:
            with pytest.raises(NotSignedInError):
                await scene.sessions.open(signed())

    run(work)


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        (DoorSettings(identity_key="short", identity_audience="a"), "IDENTITY_KEY"),
        (DoorSettings(identity_key=SHARED), "IDENTITY_AUDIENCE"),
        (DoorSettings(identity_key=SHARED, identity_algorithm="none"), "IDENTITY_ALGORITHM"),
        (DoorSettings(identity_key=SHARED, identity_algorithm="RS256"), "IDENTITY_KEY"),
        (
            DoorSettings(
                identity_key="-----BEGIN PUBLIC KEY-----" + "x" * 99, identity_audience="a"
            ),
            "IDENTITY_KEY",
        ),
    ],
)
def test_identity_settings_that_do_not_fit_are_refused(settings: DoorSettings, name: str) -> None:
    with pytest.raises(SettingError, match=name):
        Identity(settings)


@given(scopes=st.lists(st.tuples(st.text(), st.text()), min_size=2, max_size=2, unique=True))
def test_names_in_different_scopes_never_meet(scopes: list[tuple[str, str]]) -> None:
    sessions = Sessions(None, (KEY,))  # type: ignore[arg-type]
    try:
        one, other = (sessions.scoped(scope, name) for scope, name in scopes)
    except UnicodeEncodeError:
        return  # scopes and senders are checked before
    assert one != other
    assert sessions.scoped("a", "bc") != sessions.scoped("ab", "c")
