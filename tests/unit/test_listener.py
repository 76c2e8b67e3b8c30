"""The socket of the server: what cannot be listened on is told by name, before anybody connects."""

from __future__ import annotations

import socket
from dataclasses import replace

import pytest

from bot.errors import Code, SettingError
from bot.listener import bind, listen
from bot.settings import Settings


@pytest.fixture
def settings() -> Settings:
    with socket.socket() as probing:
        probing.bind(("127.0.0.1", 0))
        port = probing.getsockname()[1]
    return replace(Settings(), port=port)


def connect(settings: Settings) -> None:
    socket.create_connection((settings.host, settings.port), timeout=10).close()


def test_nobody_connects_before_it_listens(settings: Settings) -> None:
    with bind(settings) as bound:
        with pytest.raises(ConnectionRefusedError):
            connect(settings)
        listen(bound, settings)
        connect(settings)


def test_a_port_that_another_program_listens_on(settings: Settings) -> None:
    with bind(settings) as other:
        listen(other, settings)
        with pytest.raises(SettingError, match=str(settings.port)) as caught:
            bind(settings)
    assert caught.value.code is Code.S002


def test_of_two_that_start_at_once_one_is_told(settings: Settings) -> None:
    with bind(settings) as one, bind(settings) as other:
        listen(one, settings)
        with pytest.raises(SettingError) as caught:
            listen(other, settings)
    assert caught.value.code is Code.S002


@pytest.mark.parametrize("host", ["no such host", "256.1.1.1", "1.2.3.4", "x" * 70, "::x", "a..b"])
def test_a_host_that_is_no_address_of_this_machine(settings: Settings, host: str) -> None:
    with pytest.raises(SettingError, match="HOST") as caught:
        bind(replace(settings, host=host))
    assert caught.value.code is Code.S001
    assert len(str(caught.value).splitlines()) == 1


def test_a_port_that_is_not_allowed_is_not_the_fault_of_the_host(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbid(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", forbid)
    with pytest.raises(SettingError, match="PORT is '80'") as caught:
        bind(replace(settings, port=80))
    assert caught.value.code is Code.S001
