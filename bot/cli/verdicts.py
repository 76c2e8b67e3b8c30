"""The command that shows what people said of answers."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from bot.cli.output import SHOWN, show_csv, show_table
from bot.settings import Settings


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print counts and verdicts as JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Print each verdict as a line of CSV.")
@click.option("--clear", is_flag=True, help="Forget all feedback.")
def feedback(as_json: bool, as_csv: bool, clear: bool) -> None:
    """Show what people said of answers, per entry."""
    from bot.feedback_store import FeedbackStore, counts

    store = FeedbackStore(Settings.from_environment().feedback)
    if clear:
        gone = store.clear()
        click.echo(json.dumps({"cleared": gone}) if as_json else f"{gone} verdicts forgotten")
        return
    found = store.all()
    tally = counts(found)
    if as_json:
        facts = {"entries": [asdict(c) for c in tally], "feedback": [f.to_dict() for f in found]}
        click.echo(json.dumps(facts, ensure_ascii=False))
    elif as_csv:
        show_csv([each.to_dict() for each in found])
    elif not found:
        click.echo("no feedback yet")
    else:
        per_entry = [[c.entry or "(declined)", str(c.good), str(c.bad)] for c in tally]
        show_table([["entry", "good", "bad"], *per_entry])
        click.echo(f"\nthe last {min(len(found), SHOWN)} of {len(found)}:\n")
        last = ([f.time, f.verdict, f.question_type, ", ".join(f.entries)] for f in found[-SHOWN:])
        show_table([["time", "verdict", "question type", "entries"], *last])
