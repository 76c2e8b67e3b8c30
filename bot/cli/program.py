"""The program: all commands, gathered."""

from __future__ import annotations

import click

from bot import __version__
from bot.cli.benchmark import bench, bench_nlu
from bot.cli.evaluation import evaluate
from bot.cli.examination import doctor
from bot.cli.glossary import diff, export, import_
from bot.cli.group import EPILOG, Group, be_quiet
from bot.cli.helpdesk import helpdesk
from bot.cli.model import reload, train, tune
from bot.cli.personal import privacy, retention
from bot.cli.question import ask
from bot.cli.server import gateway, openapi, rasa, serve
from bot.cli.verdicts import feedback

_COMMANDS: tuple[click.Command, ...] = (
    ask, bench, bench_nlu, diff, doctor, evaluate, export, feedback, gateway, helpdesk, import_,
    openapi, privacy, rasa, reload, retention, serve, train, tune,
)  # fmt: skip


@click.group(
    cls=Group, commands=_COMMANDS, epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"]},
)  # fmt: skip
@click.version_option(__version__, prog_name="termwise")
def main() -> None:
    """Termwise answers questions about concepts in the words of a glossary."""
    be_quiet()
