"""The commands that build what answers, and have it taken up."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict

import click

from bot.cli.output import FAILED, show_progress
from bot.collector import settled, uncollected
from bot.settings import Settings


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
def train(as_json: bool) -> None:
    """Build encoder, question types and index; what is up to date is left alone."""
    from bot.exporting import exporting

    settings = Settings.from_environment()
    # Nearly all that is made stays to the end: the collector would look through it in vain.
    with uncollected(), exporting(settings, show_progress) as export:
        from bot.training import train as run  # a second's imports, beside the export

        trained = run(settings, show_progress, export)
        settled()  # nor does the end of the process look through it all
    from bot.calibration import verdicts

    index = trained.index
    if as_json:
        facts = {
            "encoder": trained.encoder, "model": trained.model, "index": index.fresh,
            "entries": index.entries, "passages": index.passages, "encoded": index.encoded,
            "seconds": round(trained.seconds, 1), "calibration": index.calibration,
        }  # fmt: skip
        click.echo(json.dumps(facts))
        return
    built = [n for n in ("encoder", "model") if getattr(trained, n)] + ["index"] * index.fresh
    what = f"built {', '.join(built)}" if built else "everything is up to date"
    click.echo(
        f"{what} ({index.entries} entries, {index.passages} passages, {trained.seconds:.0f} s)"
    )
    for verdict in verdicts(index.calibration, index.entries):
        if not verdict.met:
            click.echo(f"note: {verdict.sentence}")


@click.command()
@click.option(
    "--epochs", type=click.IntRange(1, 10), default=1, show_default=True,
    help="How often each lesson is gone through.",
)  # fmt: skip
@click.option(
    "--threads", type=click.IntRange(1), default=lambda: len(os.sched_getaffinity(0)),
    help="Cores to use (default: all).",
)  # fmt: skip
@click.option("--undo", is_flag=True, help="Go back to the encoder of the package.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
def tune(epochs: int, threads: int, undo: bool, as_json: bool) -> None:
    """Tune the sentence encoder on the glossary, for `train` to use from then on; takes minutes."""
    from bot.adapters import encoder_tuning
    from bot.adapters.dictionary_file import source_dictionary
    from bot.formats.served import read_glossary

    settings = Settings.from_environment()
    if undo:
        gone = encoder_tuning.undo(settings.tuned)
        said = "the tuned encoder is gone; run `termwise train`" if gone else "nothing was tuned"
        click.echo(json.dumps({"undone": gone}) if as_json else said)
        return
    glossary = read_glossary(settings.glossary, settings.models, show_progress)
    done = encoder_tuning.tune(
        settings.tuned,
        glossary,
        show_progress,
        read=source_dictionary(settings.project).in_english,
        epochs=epochs,
        threads=threads,
    )
    if as_json:
        click.echo(json.dumps(asdict(done)))
        return
    click.echo(
        f"{done.version}: {done.lessons} lessons, loss {done.loss_before:.2f} to"
        f" {done.loss_after:.2f}, {done.seconds:.0f} s; run `termwise train`"
    )


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print what is served as JSON.")
def reload(as_json: bool) -> None:
    """Have the running server take up the glossary as it is now."""
    from bot.reload_socket import request_reload

    served = request_reload(Settings.from_environment().state)
    if as_json:
        click.echo(json.dumps(served, ensure_ascii=False))
    elif served["problem"]:
        click.echo(f"version {served['version']} is still served: {served['problem']}")
    else:
        click.echo(f"version {served['version']} is served ({served['entries']} entries)")
    sys.exit(FAILED if served["problem"] else 0)
