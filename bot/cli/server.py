"""The commands that serve, and the document of what is served."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

from bot.settings import Settings

_F = TypeVar("_F", bound=Callable[..., Any])


def _address(command: _F) -> _F:
    """Give a command the options ``--host`` and ``--port``."""
    host = click.option("--host", help="Address to listen on (default: HOST or 127.0.0.1).")
    port = click.option(
        "--port", type=click.IntRange(1, 65535), help="Port (default: PORT or 5005)."
    )
    return host(port(command))


@click.command()
@_address
def serve(host: str | None, port: int | None) -> None:
    """Serve until stopped: the gateway, and Rasa behind it; what dies is started again."""
    from bot.gateway.supervisor import supervise
    from bot.log_lines import write_log

    settings = _listening(host, port)
    write_log("supervisor", settings)
    click.echo(f"Termwise is starting on http://{settings.host}:{settings.port}")
    sys.exit(supervise(settings))


@click.command()
@_address
@click.option("--fd", type=int, hidden=True, help="A listening socket that was handed down.")
def gateway(host: str | None, port: int | None, fd: int | None) -> None:
    """Serve the gateway alone; Rasa is where RASA says (see `termwise rasa`)."""
    import socket

    from bot.gateway.server import serve as run
    from bot.log_lines import write_log

    settings = _listening(host, port)
    write_log("gateway", settings)
    run(settings, None if fd is None else socket.socket(fileno=fd))


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def rasa(options: tuple[str, ...]) -> None:
    """Serve Rasa for the front door, where RASA says: a Unix socket or a port of loopback.

    It takes no options: those of `rasa run` are refused by name.
    """
    from bot.log_lines import write_log

    if options:
        from bot.rasa_server.guard import check_options

        check_options(options)
    settings = Settings.from_environment()
    write_log("rasa", settings)
    _serve_rasa(settings)


@click.command()
def openapi() -> None:
    """Print the OpenAPI document of the front door."""
    from bot.gateway.openapi import document

    click.echo(json.dumps(document(), indent=2, ensure_ascii=False))


def _listening(host: str | None, port: int | None) -> Settings:
    if host:
        os.environ["HOST"] = host
    if port:
        os.environ["PORT"] = str(port)
    return Settings.from_environment()


def _serve_rasa(settings: Settings) -> None:
    from bot.absent import needs_tensorflow, stand_in_for_tensorflow

    if not needs_tensorflow(settings.project):
        stand_in_for_tensorflow()
    for name, value in settings.rasa_environment().items():
        os.environ.setdefault(name, value)
    from bot.rasa_server.server import serve as run

    run(settings)
