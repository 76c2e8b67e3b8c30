"""The start guard of plain ``rasa run``, before which no front door stands."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence
from pathlib import Path

from rasa.shared.exceptions import RasaException

from bot.errors import Code, SettingError
from bot.secret import is_loopback


def refuse_unsafe(arguments: Sequence[str] | None = None) -> None:
    """Refuse unsafe options where this process is ``rasa run``; do nothing in any other.

    Args:
        arguments: of the process; by default its own.

    Raises:
        RasaException: one is unsafe; names it. Rasa shows it in one line and ends.
    """
    given = list(sys.argv if arguments is None else arguments)
    program = Path(given[0]) if given else Path()
    if program.name != "rasa" and program.parts[-2:] != ("rasa", "__main__.py"):
        return
    from rasa.__main__ import create_argument_parser
    from rasa.cli.run import run

    options, _ = create_argument_parser().parse_known_args(given[1:])
    if getattr(options, "func", None) is not run:
        return
    try:
        check(options, os.environ)
    except SettingError as error:
        raise RasaException(str(error)) from None


def check(options: Namespace, environ: Mapping[str, str]) -> None:
    """Refuse unsafe options of ``rasa run``.

    Args:
        options: as Rasa's own parser reads them.
        environ: the environment.

    Raises:
        SettingError: one is unsafe; names it.
    """
    if not is_loopback(options.interface):
        problem = f"on {options.interface} anybody could write in anybody's name"
        _refuse("--interface", problem, "Use 127.0.0.1; for others, run `termwise serve`.")
    if options.enable_api and not (options.auth_token or options.jwt_secret):
        problem = "anybody who reaches it could read and change conversations and the model"
        _refuse("--enable-api", problem, "Leave it out, or give --auth-token as well.")
    if "*" in (options.cors or ()):
        _refuse("--cors", "pages of all sites could use it", "Name the sites.")
    if options.remote_storage:
        _refuse("--remote-storage", "a model would come from elsewhere", "Leave it out.")
    if environ.get("RASA_TELEMETRY_ENABLED", "").lower() != "false":
        problem = "Rasa would send reports to its makers"
        _refuse("RASA_TELEMETRY_ENABLED", problem, "Set it to false, as `make shell` does.")
    if Path.cwd() == Path("/"):
        _refuse("the working directory", "in / Rasa does not check archives", "Start elsewhere.")


def _refuse(name: str, problem: str, remedy: str) -> None:
    raise SettingError(Code.S021, name=name, problem=problem, remedy=remedy)
