"""The group of all commands: its errors are lines, and libraries are quiet."""

from __future__ import annotations

import logging
import os
import warnings
from typing import Any

import click
import structlog

from bot.cli.output import UNUSABLE
from bot.errors import BenchmarkError, Code, SettingError, UserFacingError

EPILOG = """Environment: GLOSSARY (entries, or what can be imported), MODELS, STATE, HOST, PORT.

Exit codes: 0 done, 1 declined or a target missed, 2 not usable as it is."""
_QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "HF_HUB_OFFLINE": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "OMP_NUM_THREADS": "1",
    "LOG_LEVEL": "WARNING",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
}


class Group(click.Group):
    """Shows an error of the user's as one line, and only bugs as a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; what the user can mend ends it with one line and an exit code."""
        try:
            return super().invoke(ctx)
        except (UserFacingError, BenchmarkError) as error:
            click.echo(str(error), err=True)
            ctx.exit(UNUSABLE)
        except BrokenPipeError:
            raise  # click ends quietly
        except OSError as error:
            path = error.filename or "a file or the output"
            problem = error.strerror or type(error).__name__
            click.echo(str(SettingError(Code.S006, path=path, problem=problem)), err=True)
            ctx.exit(UNUSABLE)


def be_quiet() -> None:
    """Keep the deprecation notes and debug lines of the libraries away from the user."""
    warnings.showwarning = lambda *_, **__: None  # filters do not last: some libraries reset them
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        cache_logger_on_first_use=True,
    )
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
