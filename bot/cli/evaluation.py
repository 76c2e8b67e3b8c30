"""The command that measures answers."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import cast

import click

from bot.cli.output import FAILED, show_progress, show_table
from bot.settings import Settings


@click.command("eval")
@click.option(
    "--split", type=click.Choice(["dev", "test", "all"]), default="test", show_default=True
)
@click.option(
    "--baselines/--no-baselines", default=None,
    help="Ask two simpler ones too (default: not with --questions).",
)  # fmt: skip
@click.option(
    "--report", type=click.Path(path_type=Path), default=Path("reports/eval"), show_default=True
)
@click.option(
    "--questions", type=click.Path(exists=True, path_type=Path), help="Your own: a file or folder."
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def evaluate(
    split: str, baselines: bool | None, report: Path, questions: Path | None, as_json: bool
) -> None:
    """Measure the answers on hand-written questions, beside two baselines."""
    from bot.evaluation import run, write_report
    from bot.evaluation.report import mistakes
    from bot.evaluation.runner import Split

    settings = Settings.from_environment()
    beside = questions is None if baselines is None else baselines
    result = run(settings.project, settings, cast(Split, split), show_progress, beside, questions)
    path = write_report(result, report)
    if as_json:
        click.echo(json.dumps(result.to_json()))
    else:
        for part, tables in result.tables().items():
            for about, rows in tables.items():
                click.echo(f"\n{part}: {about}")
                show_table(rows)
        wrong = [o for part in result.parts if part.shown for o in part.outcomes if not o.right]
        if questions and wrong:
            click.echo("\nwrong:")
            show_table(mistakes(wrong))
        if beside:
            click.echo()
            show_table(result.comparison())
        click.echo(f"\nreport: {path}")
    sys.exit(0 if result.met else FAILED)
