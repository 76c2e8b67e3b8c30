"""The commands that measure speed, memory and the classifier."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from bot.cli.output import FAILED, show_progress, show_table, tell_measured
from bot.errors import BenchmarkError
from bot.settings import Settings


@click.command()
@click.option("--turns", default=200, show_default=True, help="Questions per side.")
@click.option("--repeats", default=3, show_default=True, help="Starts per side.")
@click.option(
    "--scale", type=int, is_flag=False, flag_value=100_000, metavar="[N]",
    help="Instead, measure with so many made-up entries (100000).",
)  # fmt: skip
@click.option(
    "--vectors", type=click.IntRange(1), is_flag=False, flag_value=1_000_000, metavar="[N]",
    help="Instead, search so many made-up vectors (1000000).",
)  # fmt: skip
@click.option(
    "--first", type=click.IntRange(1), is_flag=False, flag_value=5000, metavar="[N]",
    help="Instead, measure from a CSV file of so many entries (5000) to the first answer.",
)  # fmt: skip
@click.option(
    "--live", type=int, is_flag=False, flag_value=10_000, metavar="[N]",
    help="Instead, measure how soon a saved change of so many made-up entries (10000) is answered.",
)  # fmt: skip
@click.option(
    "--helpdesk", type=click.IntRange(1), is_flag=False, flag_value=400, metavar="[N]",
    help="Instead, deliver messages of a helpdesk: as usual, ten times as many, (400) at once.",
)  # fmt: skip
@click.option(
    "--load", type=float, is_flag=False, flag_value=60, metavar="[SECONDS]",
    help="Instead, measure the front door under load (60 seconds of it), beside stock Rasa.",
)  # fmt: skip
@click.option(
    "--widget", type=click.IntRange(1), is_flag=False, flag_value=7, metavar="[N]",
    help="Instead, open the chat in a browser so many times (7), and ask over sockets and the API.",
)  # fmt: skip
@click.option(
    "--report", type=click.Path(path_type=Path), default=Path("reports/bench"), show_default=True
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def bench(
    turns: int,
    repeats: int,
    scale: int | None,
    vectors: int | None,
    first: int | None,
    live: int | None,
    helpdesk: int | None,
    load: float | None,
    widget: int | None,
    report: Path,
    as_json: bool,
) -> None:
    """Measure speed and memory against Rasa's own default project, in one run."""
    if live is not None:
        _bench_live(live, as_json)
    if helpdesk is not None:
        _bench_helpdesk(helpdesk, as_json)
    if load is not None:
        _bench_load(load, as_json)
    if widget is not None:
        _bench_widget(widget, as_json)
    if first is not None:
        _bench_first(first, as_json)
    if vectors is not None:
        _bench_vectors(vectors, report, as_json)
    if scale is not None:
        _bench_scale(scale, report, as_json)
    import tempfile

    from bot.benchmark import run
    from bot.benchmark.report import write_report

    with tempfile.TemporaryDirectory(prefix="termwise-bench-") as work:
        result = run(Settings().project, Path(work), show_progress, turns=turns, repeats=repeats)
    write_report(result, report)
    tell_measured(result, report, as_json)


def _bench_live(entries: int, as_json: bool) -> None:
    from bot.benchmark.live import run_live

    result = run_live(Settings.from_environment(), entries, 5, show_progress)
    if as_json:
        click.echo(json.dumps(result.to_json()))
    else:
        show_table(result.table())
    sys.exit(0 if result.met else FAILED)


def _bench_helpdesk(messages: int, as_json: bool) -> None:
    from bot.benchmark.helpdesk import run_helpdesk

    result = run_helpdesk(Settings.from_environment(), messages, show_progress)
    if as_json:
        click.echo(json.dumps(result.to_json()))
    else:
        show_table(result.table())
    sys.exit(0 if result.met else FAILED)


def _bench_load(seconds: float, as_json: bool) -> None:
    from bot.benchmark.load import run_load

    result = run_load(Settings.from_environment(), seconds, show_progress)
    if as_json:
        click.echo(json.dumps(result.to_json()))
    else:
        show_table(result.table())
        click.echo()
        show_table(result.facts())
    sys.exit(0 if result.met else FAILED)


def _bench_widget(repeats: int, as_json: bool) -> None:
    from bot.benchmark.channel import run_widget

    result = run_widget(Settings.from_environment(), repeats, show_progress)
    if as_json:
        click.echo(json.dumps(result.to_json()))
    else:
        show_table(result.table())
    sys.exit(0 if result.met else FAILED)


def _bench_first(entries: int, as_json: bool) -> None:
    from bot.benchmark.first_answer import run_first_answer

    result = run_first_answer(Settings.from_environment(), entries, show_progress)
    if as_json:
        click.echo(json.dumps(result.to_json()))
    else:
        show_table(result.table())
    sys.exit(0 if result.met else FAILED)


def _bench_scale(entries: int, report: Path, as_json: bool) -> None:
    from bot.benchmark.scale import run, write_report

    result = run(Settings.from_environment(), entries, show_progress)
    write_report(result, report)
    tell_measured(result, report, as_json)


def _bench_vectors(most: int, report: Path, as_json: bool) -> None:
    from bot.benchmark.scale import run_vectors, write_vector_report

    result = run_vectors(most, Settings().project, show_progress)
    write_vector_report(result, report)
    tell_measured(result, report, as_json)


@click.command("bench-nlu")
@click.argument("data", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--rasa", is_flag=True, help="Train Rasa's default pipeline on the same data too.")
@click.option(
    "--rasa-seconds", default=3600.0, show_default=True, help="How long that may take per data set."
)
@click.option("--only", multiple=True, help="A part of the name of a data set; may be repeated.")
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    default=Path("reports/bench-nlu"),
    show_default=True,
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def bench_nlu(
    data: Path, rasa: bool, rasa_seconds: float, only: tuple[str, ...], report: Path, as_json: bool
) -> None:
    """Measure the classifier of intents on public data, which lies in the folder DATA."""
    from bot.adapters.served_encoder import ServedEncoder
    from bot.benchmark.intents import public_tasks, run, write_report

    tasks = [
        task
        for task in public_tasks(data)
        if not only or any(part.casefold() in task.name.casefold() for part in only)
    ]
    if not tasks:
        raise BenchmarkError(f"no data set has {' or '.join(only)} in its name.")
    settings = Settings.from_environment()
    encoder = ServedEncoder(settings.encoder, settings.dictionary)
    result = run(tasks, encoder, encoder.version, show_progress, rasa_seconds if rasa else None)
    write_report(result, report)
    tell_measured(result, report, as_json)
