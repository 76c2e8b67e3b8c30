"""What is unsafe is refused by its name; what is sane is not."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from rasa.__main__ import create_argument_parser
from rasa.shared.exceptions import RasaException

from bot.errors import Code, SettingError
from bot.gateway import guard
from bot.gateway.client import Client, client_of
from bot.gateway.origin import own_origins
from bot.gateway.rate import Rate
from bot.rasa_server import guard as rasa_guard
from bot.rasa_server import plain_run
from bot.secret import channel_key, is_loopback, secrets_of
from bot.settings import PROJECT, DoorSettings, Settings
from tests.gateway_fakes import door_settings

ANYBODY = 1000


def test_a_door_on_loopback_opens_with_nothing_set(tmp_path: Path) -> None:
    guard.check(Settings(state=tmp_path), 0)


def test_a_door_to_the_world_opens_with_what_it_needs(tmp_path: Path) -> None:
    settings = door_settings(
        tmp_path, "0.0.0.0", origins=("https://www.example.org", "http://localhost:8080"),
        proxies=("10.0.0.1", "::1"), database="postgresql://termwise@localhost/termwise",
    )  # fmt: skip
    guard.check(settings, ANYBODY)


@pytest.mark.parametrize(
    ("door", "name"),
    [
        ({"secrets": ()}, "SECRET"),
        ({"secrets": ("short",)}, "SECRET"),
        ({"secrets": ("s" * 32, "short")}, "SECRET"),
        ({"rasa": "http://0.0.0.0:5006"}, "RASA"),
        ({"rasa": "http://rasa.example:5006"}, "RASA"),
        ({"rasa": "https://127.0.0.1:5006"}, "RASA"),
        ({"rasa": "file:///etc"}, "RASA"),
        ({"database": "mysql://x"}, "DATABASE"),
        ({"origins": ("*",)}, "ORIGINS"),
        ({"origins": ("null",)}, "ORIGINS"),
        ({"origins": ("https://*.example.org",)}, "ORIGINS"),
        ({"origins": ("https://example.org/",)}, "ORIGINS"),
        ({"origins": ("https://Example.org",)}, "ORIGINS"),
        ({"origins": ("example.org",)}, "ORIGINS"),
        ({"origins": ("https://a@example.org",)}, "ORIGINS"),
        ({"origins": ("https://example.org:x",)}, "ORIGINS"),
        ({"proxies": ("proxy.example",)}, "TRUSTED_PROXIES"),
        ({"proxies": ("10.0.0.0/8",)}, "TRUSTED_PROXIES"),
        ({"turn": 30.0, "wait": 30.0}, "WAIT_SECONDS"),
        ({"identity_key": "short"}, "IDENTITY_KEY"),
    ],
)
def test_what_is_unsafe_is_refused(tmp_path: Path, door: dict[str, Any], name: str) -> None:
    given = DoorSettings(**{"secrets": ("s" * 32,), **door})
    settings = Settings(state=tmp_path, host="0.0.0.0", door=given)
    with pytest.raises(SettingError) as refused:
        guard.check(settings, ANYBODY)
    assert refused.value.facts["name"] == name
    assert refused.value.code is Code.S021


def test_root_does_not_open_the_door_to_the_world(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="root"):
        guard.check(door_settings(tmp_path, "0.0.0.0"), 0)


class TestSecret:
    def test_one_is_made_and_kept_for_loopback(self, tmp_path: Path) -> None:
        settings = Settings(state=tmp_path / "state")
        [secret] = secrets_of(settings)
        assert len(secret) == 64
        assert secrets_of(settings) == (secret,)
        assert (tmp_path / "state" / "secret").stat().st_mode & 0o777 == 0o600
        assert os.listdir(tmp_path / "state") == ["secret"]
        assert secrets_of(Settings(state=tmp_path / "other")) != (secret,)

    def test_others_may_not_read_it(self, tmp_path: Path) -> None:
        secrets_of(Settings(state=tmp_path))
        (tmp_path / "secret").chmod(0o644)
        with pytest.raises(SettingError, match=r"\[S021\] SECRET.*other users"):
            secrets_of(Settings(state=tmp_path))

    def test_half_a_secret_is_none(self, tmp_path: Path) -> None:
        (tmp_path / "secret").write_text("abc")
        (tmp_path / "secret").chmod(0o600)
        with pytest.raises(SettingError, match="cut off"):
            secrets_of(Settings(state=tmp_path))

    def test_what_the_parts_show_each_other_does_not_reveal_it(self) -> None:
        assert "s" * 32 not in channel_key("s" * 32)
        assert channel_key("s" * 32) != channel_key("t" * 32)

    def test_settings_do_not_print_it(self) -> None:
        door = DoorSettings(secrets=("hidden",), identity_key="hidden", metrics_token="hidden")
        assert "hidden" not in repr(Settings(door=door))


@pytest.mark.parametrize(
    ("host", "found"),
    [
        ("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("localhost", True),
        ("0.0.0.0", False), ("::", False), ("10.0.0.1", False), ("localhost.example", False),
        ("", False), ("2130706433", False), ("127.1", False),
    ],
)  # fmt: skip
def test_loopback_is_what_only_this_machine_reaches(host: str, found: bool) -> None:
    assert is_loopback(host) is found


def request(peer: str, *headers: tuple[str, str]) -> Any:
    from starlette.requests import Request

    raw = [(name.encode(), value.encode()) for name, value in headers]
    return Request({"type": "http", "client": (peer, 1), "headers": raw})


FOR = "x-forwarded-for"


@pytest.mark.parametrize(
    ("peer", "headers", "proxies", "found"),
    [
        ("127.0.0.1", (), (), Client("127.0.0.1", True)),
        ("127.0.0.1", ((FOR, "9.9.9.9"),), (), Client("127.0.0.1", False)),
        ("127.0.0.1", (("via", "1.1 x"),), (), Client("127.0.0.1", False)),
        ("127.0.0.1", (), ("127.0.0.1",), Client("127.0.0.1", False)),
        ("127.0.0.1", (), ("10.0.0.1",), Client("127.0.0.1", False)),
        ("127.0.0.1", ((FOR, "9.9.9.9"),), ("127.0.0.1",), Client("9.9.9.9", False)),
        ("127.0.0.1", ((FOR, "1.1.1.1, 9.9.9.9"),), ("127.0.0.1",), Client("9.9.9.9", False)),
        ("10.0.0.2", ((FOR, "1.1.1.1"), (FOR, "9.9.9.9")), ("10.0.0.2",), Client("9.9.9.9", False)),
        ("10.0.0.2", ((FOR, "9.9.9.9, ::1"),), ("10.0.0.2", "::1"), Client("9.9.9.9", False)),
        ("9.9.9.9", ((FOR, "127.0.0.1"),), ("10.0.0.1",), Client("9.9.9.9", False)),
        ("9.9.9.9", (), (), Client("9.9.9.9", False)),
    ],
)  # fmt: skip
def test_an_address_is_that_of_the_peer_or_what_a_trusted_proxy_says(
    peer: str, headers: Sequence[tuple[str, str]], proxies: Sequence[str], found: Client
) -> None:
    assert client_of(request(peer, *headers), "127.0.0.1", proxies) == found


def test_nobody_is_local_where_others_can_connect() -> None:
    assert not client_of(request("127.0.0.1"), "0.0.0.0", ()).local


def test_our_own_origins_are_exact() -> None:
    assert own_origins("127.0.0.1", 5005) == {
        "http://127.0.0.1:5005", "http://localhost:5005", "http://[::1]:5005",
    }  # fmt: skip
    assert "http://localhost" in own_origins("::", 80)


class TestRate:
    def test_so_many_and_no_more_within_the_window(self) -> None:
        now = [100.0]
        rate = Rate(3, 10, lambda: now[0])
        assert [rate.take("a") for _ in range(3)] == [0, 0, 0]
        assert rate.take("a") == 10
        assert rate.take("b") == 0
        now[0] = 109.0
        assert rate.take("a") == 1
        now[0] = 110.0
        assert rate.take("a") == 0

    def test_what_is_refused_does_not_count(self) -> None:
        now = [0.0]
        rate = Rate(1, 10, lambda: now[0])
        rate.take("a")
        for second in range(1, 10):
            now[0] = second
            assert rate.take("a") == 10 - second
        now[0] = 10.0
        assert rate.take("a") == 0


def endpoints(**changed: Any) -> Any:
    name = "bot.rasa_server.conversation_store.ConversationStore"
    store = SimpleNamespace(type=name, kwargs={"db": "x.db"})
    none = dict.fromkeys(("model", "event_broker", "lock_store", "nlg", "nlu"))
    return SimpleNamespace(**{**none, "tracker_store": store, **changed})


quiet = {"RASA_TELEMETRY_ENABLED": "false"}


class TestRasaGuard:
    def test_what_we_ship_is_safe(self, tmp_path: Path) -> None:
        rasa_guard.check(Settings(state=tmp_path), endpoints(), quiet)

    @pytest.mark.parametrize(
        ("door", "given", "environ", "name"),
        [
            ({"rasa": "http://0.0.0.0:5005"}, {}, quiet, "RASA"),
            ({}, {}, {}, "RASA_TELEMETRY_ENABLED"),
            ({}, {}, {"RASA_TELEMETRY_ENABLED": "true"}, "RASA_TELEMETRY_ENABLED"),
            ({}, {"model": object()}, quiet, "models in endpoints.yml"),
            ({}, {"tracker_store": None}, quiet, "tracker_store in endpoints.yml"),
            (
                {},
                {"tracker_store": SimpleNamespace(type="in_memory", kwargs={"db": "x"})},
                quiet,
                "tracker_store in endpoints.yml",
            ),
            (
                {},
                {"tracker_store": SimpleNamespace(type="SQL", kwargs={"db": "x.db"})},
                quiet,
                "tracker_store in endpoints.yml",
            ),
            ({}, {"event_broker": object()}, quiet, "event_broker in endpoints.yml"),
            ({}, {"lock_store": object()}, quiet, "lock_store in endpoints.yml"),
            ({}, {"nlg": object()}, quiet, "nlg or nlu in endpoints.yml"),
            ({}, {"nlu": object()}, quiet, "nlg or nlu in endpoints.yml"),
            ({}, {}, {**quiet, "LOG_LEVEL": "debug"}, "LOG_LEVEL"),
            ({"action": 20.0}, {}, quiet, "ACTION_SECONDS"),
            ({"turn": 8.0}, {}, quiet, "ACTION_SECONDS"),
            ({}, {}, {**quiet, "TICKET_LOCK_LIFETIME": "20"}, "TICKET_LOCK_LIFETIME"),
            ({}, {}, {**quiet, "TICKET_LOCK_LIFETIME": "25"}, "TICKET_LOCK_LIFETIME"),
            ({"turn": 60.0}, {}, {**quiet, "TICKET_LOCK_LIFETIME": "60"}, "TICKET_LOCK_LIFETIME"),
        ],
    )
    def test_what_is_unsafe_is_refused(
        self, door: dict[str, Any], given: dict[str, Any], environ: dict[str, str], name: str
    ) -> None:
        settings = Settings(door=DoorSettings(**door))
        with pytest.raises(SettingError) as refused:
            rasa_guard.check(settings, endpoints(**given), environ)
        assert refused.value.facts["name"] == name

    @pytest.mark.parametrize(
        "option",
        ["--enable-api", "--cors", "--cors=*", "--model", "--debug", "-vv", "-i", "--auth-token",
         "--endpoints", "--remote-storage", "--whatever"],
    )  # fmt: skip
    def test_options_of_rasas_are_refused_by_name(self, option: str) -> None:
        with pytest.raises(SettingError) as refused:
            rasa_guard.check_options([option, "*"])
        assert refused.value.facts["name"] == option.partition("=")[0]
        rasa_guard.check_options([])

    def test_the_root_of_the_file_system_is_no_place_to_start(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir("/")
        with pytest.raises(SettingError, match="working directory"):
            rasa_guard.check(Settings(), endpoints(), quiet)


class TestSettings:
    given: ClassVar[dict[str, str]] = {
        "RASA": "http://127.0.0.1:5006", "DATABASE": "postgresql://x", "SECRET": "new, old",
        "ORIGINS": "https://a.example https://b.example", "TRUSTED_PROXIES": "10.0.0.1",
        "IDENTITY_KEY": "k", "IDENTITY_AUDIENCE": "a", "IDENTITY_ALGORITHM": "RS256",
        "METRICS_TOKEN": "m", "TURN_SECONDS": "1", "WAIT_SECONDS": "2", "QUEUE_LIMIT": "3",
        "PENDING_LIMIT": "4", "SESSION_LIMIT": "5", "ADDRESS_LIMIT": "6", "NEW_SESSIONS_LIMIT": "7",
        "ACTION_SECONDS": "8", "QUEUE_SECONDS": "9", "TITLE": "t", "PUBLIC_URL": "https://c.example/",
    }  # fmt: skip

    def test_each_value_is_taken(self) -> None:
        assert Settings.from_environment(self.given).door == DoorSettings(
            rasa="http://127.0.0.1:5006", database="postgresql://x", secrets=("new", "old"),
            origins=("https://a.example", "https://b.example"), proxies=("10.0.0.1",),
            identity_key="k", identity_audience="a", identity_algorithm="RS256", metrics_token="m",
            title="t", public_url="https://c.example", turn=1, wait=2, queue=3, pending=4,
            per_session=5, per_address=6, sessions_per_address=7, action=8,
            queue_seconds=9,
        )  # fmt: skip

    @pytest.mark.parametrize("name", ["TURN_SECONDS", "QUEUE_LIMIT", "NEW_SESSIONS_LIMIT"])
    @pytest.mark.parametrize("value", ["0", "-1", "x", "1.5", "9" * 11, "9" * 5000, "٣"])
    def test_what_is_no_number_is_refused(self, name: str, value: str) -> None:
        with pytest.raises(SettingError, match=f"{name} .* expected a whole number from 1 to "):
            Settings.from_environment({name: value})

    def test_a_limit_may_be_as_good_as_none(self) -> None:
        found = Settings.from_environment({"SESSION_LIMIT": "1000000000"}).door
        assert found.per_session == 10**9
        with pytest.raises(SettingError, match=r"TURN_SECONDS is '86401', .* from 1 to 86400"):
            Settings.from_environment({"TURN_SECONDS": "86401"})

    def test_each_is_described(self) -> None:
        text = (PROJECT / "docs" / "front-door.md").read_text(encoding="utf-8")
        assert [name for name in self.given if f"`{name}`" not in text] == []

    def test_a_socket_has_a_short_path(self, tmp_path: Path) -> None:
        assert Settings(state=tmp_path).rasa_address == f"unix:{tmp_path}/rasa.sock"
        deep = Settings(state=tmp_path / ("d" * 100)).rasa_address
        assert len(deep) <= 105
        assert deep != Settings(state=tmp_path / ("e" * 100)).rasa_address


class TestPlainRasaRun:
    """``rasa run`` without a front door: Rasa's own parser reads the options."""

    SAFE: ClassVar = ("--interface", "127.0.0.1")

    def refused(self, *options: str, **env: str) -> str:
        parsed = create_argument_parser().parse_args(["run", *self.SAFE, *options])
        try:
            plain_run.check(parsed, {"RASA_TELEMETRY_ENABLED": "false", **env})
        except SettingError as error:
            return str(error.facts["name"])
        return ""

    def test_what_the_readme_says_is_safe(self) -> None:
        assert self.refused("--model", "models/termwise.tar.gz") == ""
        assert self.refused("--enable-api", "--auth-token", "t" * 32) == ""
        assert self.refused("--cors", "https://www.example.org") == ""

    @pytest.mark.parametrize(
        ("options", "name"),
        [
            (("--interface", "0.0.0.0"), "--interface"), (("-i", "::"), "--interface"),
            (("--interface", "192.0.2.1"), "--interface"), (("--enable-api",), "--enable-api"),
            (("--cors", "*"), "--cors"), (("--cors", "https://a.example", "*"), "--cors"),
            (("--remote-storage", "aws"), "--remote-storage"),
        ],
    )  # fmt: skip
    def test_what_is_not_is_refused(self, options: tuple[str, ...], name: str) -> None:
        assert self.refused(*options) == name

    @pytest.mark.parametrize("told", ["", "true", "0"])
    def test_telemetry_must_be_off(self, told: str) -> None:
        assert self.refused(RASA_TELEMETRY_ENABLED=told) == "RASA_TELEMETRY_ENABLED"

    def test_the_root_of_the_file_system_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir("/")
        assert self.refused() == "the working directory"

    def test_all_addresses_are_the_default_of_rasa_and_refused(self) -> None:
        with pytest.raises(RasaException, match=r"\[S021\] --interface is refused"):
            plain_run.refuse_unsafe(["/usr/bin/rasa", "run"])
        with pytest.raises(RasaException, match=r"\[S021\] --interface is refused"):
            plain_run.refuse_unsafe(["/x/site-packages/rasa/__main__.py", "run", "--port", "1"])

    @pytest.mark.parametrize(
        "arguments",
        [
            ["/x/bot/cli/__main__.py", "serve"], ["/x/bot/cli/__main__.py", "rasa"],
            ["/usr/bin/rasa", "test", "nlu"], ["/usr/bin/rasa", "run", "actions"], [],
        ],
    )  # fmt: skip
    def test_other_commands_are_not_looked_at(self, arguments: list[str]) -> None:
        plain_run.refuse_unsafe(arguments)
