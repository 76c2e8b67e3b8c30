"""The command that answers a question."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from bot.cli.output import FAILED
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.answering.answer import Answer


@click.command()
@click.argument("question", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print the answer contract as JSON.")
@click.option("--why", is_flag=True, help="Show the evidence behind the decision.")
def ask(question: tuple[str, ...], as_json: bool, why: bool) -> None:
    """Answer one QUESTION and exit; no server is needed."""
    from bot.app import load_assistant
    from bot.text import clean

    answer = load_assistant(Settings.from_environment()).ask(clean(" ".join(question)))
    if as_json:
        click.echo(
            json.dumps({"text": answer.text, **answer.to_dict()}, ensure_ascii=False, indent=2)
        )
    else:
        click.echo(answer.text)
        if why:
            _why(answer)
    sys.exit(FAILED if answer.kind.value == "decline" else 0)


def _why(answer: Answer) -> None:
    from rich.console import Console

    from bot.evidence import tables

    console = Console(highlight=False)
    for table in tables(answer):
        console.print()
        console.print(table)
