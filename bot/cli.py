"""The command line: the only module that prints."""

from __future__ import annotations

import json
import logging
import os
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, Protocol, TypeVar, cast

import click
import structlog

from bot import __version__
from bot.errors import BenchmarkError, Code, SettingError, UserFacingError
from bot.progress import Step
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.answering.answer import Answer
    from bot.gateway.personal import PersonalData
    from bot.glossary_doctor import Examination
    from bot.helpdesk.console import Console
    from bot.privacy.privacy import Receipt

_FAILED = 1  # a target was missed, a check failed, a question was declined
_UNUSABLE = 2  # settings, data or models are not usable
_SHOWN = 20  # things left out that an import lists on the screen
_F = TypeVar("_F", bound=Callable[..., Any])


class _Group(click.Group):
    """Shows an error of the user's as one line, and only bugs as a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (UserFacingError, BenchmarkError) as error:
            click.echo(str(error), err=True)
            ctx.exit(_UNUSABLE)
        except BrokenPipeError:
            raise  # click ends quietly
        except OSError as error:
            path = error.filename or "a file or the output"
            problem = error.strerror or type(error).__name__
            click.echo(str(SettingError(Code.S006, path=path, problem=problem)), err=True)
            ctx.exit(_UNUSABLE)


_EPILOG = """Environment: GLOSSARY (entries, or what can be imported), MODELS, STATE, HOST, PORT.

Exit codes: 0 done, 1 declined or a target missed, 2 not usable as it is."""


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]}, epilog=_EPILOG)
@click.version_option(__version__, prog_name="termwise")
def main() -> None:
    """Termwise answers questions about concepts in the words of a glossary."""
    _be_quiet()


@main.command()
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
    sys.exit(_FAILED if answer.kind.value == "decline" else 0)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
def train(as_json: bool) -> None:
    """Build encoder, question types and index; what is up to date is left alone."""
    from bot.calibration import verdicts
    from bot.training import train as run

    trained = run(Settings.from_environment(), _progress)
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


def _address(command: _F) -> _F:
    """Give a command the options ``--host`` and ``--port``."""
    host = click.option("--host", help="Address to listen on (default: HOST or 127.0.0.1).")
    port = click.option(
        "--port", type=click.IntRange(1, 65535), help="Port (default: PORT or 5005)."
    )
    return host(port(command))


@main.command()
@_address
def serve(host: str | None, port: int | None) -> None:
    """Serve until stopped: the gateway, and Rasa behind it; what dies is started again."""
    from bot.gateway.supervisor import supervise
    from bot.log_lines import write_log

    settings = _listening(host, port)
    write_log("supervisor", settings)
    click.echo(f"Termwise is starting on http://{settings.host}:{settings.port}")
    sys.exit(supervise(settings))


@main.command()
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


@main.command(context_settings={"ignore_unknown_options": True})
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


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print the receipt as JSON.")
def retention(as_json: bool) -> None:
    """Forget what people wrote longer ago than RETENTION_DAYS; `serve` does it once a day."""
    from bot.gateway.personal import personal_data
    from bot.log_lines import write_log

    settings = Settings.from_environment()
    write_log("retention", settings)
    with personal_data(settings) as kept:
        receipt = kept.privacy.expire(settings.retention)
    logging.getLogger(__name__).info("rows removed: %d", receipt.total)
    _show_receipt(receipt, as_json)


@main.group()
def privacy() -> None:
    """Export or erase all that is kept of a conversation or a person."""


def _whose(command: _F) -> _F:
    """Give a command the ways to name conversations."""
    person = click.option("--person", help="All of whom the host page calls so (`sub`).")
    sender = click.option("--sender", help="Of whom a program of this machine calls so.")
    desk = click.option("--desk", help="CONVERSATION is one of that helpdesk account.")
    named = click.argument("conversation", required=False)
    return named(person(sender(desk(command))))


def _named(
    kept: PersonalData,
    conversation: str | None,
    person: str | None,
    sender: str | None,
    desk: str | None,
) -> list[str]:
    given = [value for value in (conversation, person, sender) if value]
    if len(given) != 1:
        raise click.UsageError("Name one: CONVERSATION, --person or --sender.")
    if desk and conversation:
        return kept.of_desk(desk, conversation)
    if person:
        return kept.of_person(person)
    return kept.of_sender(sender) if sender else [str(conversation)]


@privacy.command("export")
@_whose
def privacy_export(
    conversation: str | None, person: str | None, sender: str | None, desk: str | None
) -> None:
    """Print all that is kept as one JSON object."""
    from bot.gateway.personal import personal_data

    with personal_data(Settings.from_environment()) as kept:
        found = kept.privacy.export(_named(kept, conversation, person, sender, desk))
    click.echo(json.dumps(found, ensure_ascii=False, indent=1))


@privacy.command("erase")
@_whose
@click.option("--json", "as_json", is_flag=True, help="Print the receipt as JSON.")
def privacy_erase(
    conversation: str | None,
    person: str | None,
    sender: str | None,
    desk: str | None,
    as_json: bool,
) -> None:
    """Remove all that is kept, also while the server runs, and print a receipt."""
    from bot.gateway.personal import personal_data

    with personal_data(Settings.from_environment()) as kept:
        receipt = kept.privacy.erase(_named(kept, conversation, person, sender, desk))
    _show_receipt(receipt, as_json)
    sys.exit(0 if receipt.total else _FAILED)


def _show_receipt(receipt: Receipt, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(receipt.to_dict()))
        return
    click.echo(f"receipt {receipt.id}, {receipt.at}: {receipt.total} rows removed")
    for place, counts in receipt.removed.items():
        for kind, count in counts.items():
            click.echo(f"  {place}: {kind} {count}")


@main.command()
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


@main.command()
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
    sys.exit(_FAILED if served["problem"] else 0)


@main.command("eval")
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
    result = run(settings.project, settings, cast(Split, split), _progress, beside, questions)
    path = write_report(result, report)
    if as_json:
        click.echo(json.dumps(result.to_json()))
    else:
        for part, tables in result.tables().items():
            for about, rows in tables.items():
                click.echo(f"\n{part}: {about}")
                _table(rows)
        wrong = [o for part in result.parts if part.shown for o in part.outcomes if not o.right]
        if questions and wrong:
            click.echo("\nwrong:")
            _table(mistakes(wrong))
        if beside:
            click.echo()
            _table(result.comparison())
        click.echo(f"\nreport: {path}")
    sys.exit(0 if result.met else _FAILED)


@main.command()
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
        result = run(Settings().project, Path(work), _progress, turns=turns, repeats=repeats)
    write_report(result, report)
    _tell_measured(result, report, as_json)


def _bench_live(entries: int, as_json: bool) -> None:
    from bot.benchmark.live import run_live

    result = run_live(Settings.from_environment(), entries, 5, _progress)
    if as_json:
        click.echo(json.dumps(result.to_json()))
    else:
        _table(result.table())
    sys.exit(0 if result.met else _FAILED)


def _bench_helpdesk(messages: int, as_json: bool) -> None:
    from bot.benchmark.helpdesk import run_helpdesk

    result = run_helpdesk(Settings.from_environment(), messages, _progress)
    if as_json:
        click.echo(json.dumps(result.to_json()))
    else:
        _table(result.table())
    sys.exit(0 if result.met else _FAILED)


def _bench_load(seconds: float, as_json: bool) -> None:
    from bot.benchmark.load import run_load

    result = run_load(Settings.from_environment(), seconds, _progress)
    if as_json:
        click.echo(json.dumps(result.to_json()))
    else:
        _table(result.table())
        click.echo()
        _table(result.facts())
    sys.exit(0 if result.met else _FAILED)


def _bench_widget(repeats: int, as_json: bool) -> None:
    from bot.benchmark.channel import run_widget

    result = run_widget(Settings.from_environment(), repeats, _progress)
    if as_json:
        click.echo(json.dumps(result.to_json()))
    else:
        _table(result.table())
    sys.exit(0 if result.met else _FAILED)


def _bench_first(entries: int, as_json: bool) -> None:
    from bot.benchmark.first_answer import run_first_answer

    result = run_first_answer(Settings.from_environment(), entries, _progress)
    if as_json:
        click.echo(json.dumps(result.to_json()))
    else:
        _table(result.table())
    sys.exit(0 if result.met else _FAILED)


def _bench_scale(entries: int, report: Path, as_json: bool) -> None:
    from bot.benchmark.scale import run, write_report

    result = run(Settings.from_environment(), entries, _progress)
    write_report(result, report)
    _tell_measured(result, report, as_json)


def _bench_vectors(most: int, report: Path, as_json: bool) -> None:
    from bot.benchmark.scale import run_vectors, write_vector_report

    result = run_vectors(most, Settings().project, _progress)
    write_vector_report(result, report)
    _tell_measured(result, report, as_json)


@main.command("bench-nlu")
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
    from bot.adapters.onnx_encoder import OnnxEncoder
    from bot.benchmark.intents import public_tasks, run, write_report

    tasks = [
        task
        for task in public_tasks(data)
        if not only or any(part.casefold() in task.name.casefold() for part in only)
    ]
    if not tasks:
        raise BenchmarkError(f"no data set has {' or '.join(only)} in its name.")
    encoder = OnnxEncoder(Settings.from_environment().encoder)
    result = run(tasks, encoder, encoder.version, _progress, rasa_seconds if rasa else None)
    write_report(result, report)
    _tell_measured(result, report, as_json)


@main.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.pass_context
def doctor(context: click.Context, as_json: bool) -> None:
    """Check whether everything is in place, and say how to mend what is not."""
    if context.invoked_subcommand:
        return
    from bot.doctor import examine

    findings = examine(Settings.from_environment())
    if as_json:
        click.echo(json.dumps([finding.to_dict() for finding in findings], ensure_ascii=False))
    else:
        for finding in findings:
            click.echo(f"{'ok  ' if finding.ok else 'FAIL'}  {finding.what}: {finding.found}")
            if finding.remedy:
                click.echo(f"      → {finding.remedy}")
    sys.exit(0 if all(finding.ok for finding in findings) else _UNUSABLE)


@doctor.command("glossary")
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option("--quick", is_flag=True, help="Look at the texts only; build and ask nothing.")
@click.option(
    "--self-test", "most", type=click.IntRange(0), default=300, show_default=True,
    help="Of how many entries to ask.",
)  # fmt: skip
@click.option(
    "--fail-on", type=click.Choice(["error", "warning", "hint"]), default="error",
    show_default=True, help="Exit with 1 from this level on.",
)  # fmt: skip
@click.option("--all", "everything", is_flag=True, help="Show all findings, not the worst only.")
@click.option(
    "--report", type=click.Path(path_type=Path), help="Write a report (.html or .md) there."
)
@click.option("--json", "as_json", is_flag=True, help="Print all findings as JSON.")
def doctor_glossary(
    path: Path | None,
    quick: bool,
    most: int,
    fail_on: str,
    everything: bool,
    report: Path | None,
    as_json: bool,
) -> None:
    """Check the content of a glossary (PATH, or GLOSSARY): what hurts most comes first."""
    from bot.checkup.finding import Level
    from bot.glossary_doctor import examine_glossary
    from bot.glossary_report import write_report

    settings = Settings.from_environment()
    where = (path or settings.glossary).absolute()
    found = examine_glossary(settings, where, _progress, quick, most)
    if report:
        write_report(found, where.name, report)
    if as_json:
        click.echo(json.dumps(found.to_dict(), ensure_ascii=False, indent=1))
    else:
        _show_checkup(found, len(found.findings) if everything else _SHOWN)
    sys.exit(_FAILED if found.worst and found.worst.reaches(Level(fail_on)) else 0)


@main.command()
@click.argument("old")
@click.argument("new")
@click.option(
    "--questions", type=click.Path(exists=True, path_type=Path), help="Your own: a file or folder."
)
@click.option(
    "--log", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Questions that people asked, one per line, or JSON lines.",
)  # fmt: skip
@click.option(
    "--self-test", "most", type=click.IntRange(0), default=300, show_default=True,
    help="Of how many entries of each version to ask.",
)  # fmt: skip
@click.option("--fail-on-loss", is_flag=True, help="Exit with 1 if an answer was lost.")
@click.option(
    "--report", type=click.Path(path_type=Path), help="Write a report (.html or .md) there."
)
@click.option("--json", "as_json", is_flag=True, help="Print the changes as JSON.")
def diff(
    old: str,
    new: str,
    questions: Path | None,
    log: Path | None,
    most: int,
    fail_on_loss: bool,
    report: Path | None,
    as_json: bool,
) -> None:
    """Compare the answers of two versions of a glossary: OLD and NEW.

    A version is a glossary of any known format, a folder with an index, or git:REV for GLOSSARY
    as it was in that commit.
    """
    from bot.diff import compare, rows, write_report
    from bot.diff.change import Change
    from bot.diff.log import read_log
    from bot.evaluation.questions import read_questions

    asked = read_questions(questions) if questions else None
    logged = read_log(log) if log else []
    settings = Settings.from_environment()
    found = compare(settings, old, new, _progress, asked, logged, most)
    if report:
        write_report(found, report)
    if as_json:
        click.echo(json.dumps(found.to_dict(), ensure_ascii=False, indent=1))
    else:
        table = rows(found)
        if len(table) > 1:
            _table(table)
            click.echo()
        counts = ", ".join(f"{number} {change}" for change, number in found.counts.items())
        click.echo(f"{len(found.replays)} questions: {counts}")
        click.echo(f"entries: {len(found.added)} added, {len(found.removed)} removed")
    sys.exit(_FAILED if fail_on_loss and found.counts[Change.LOST] else 0)


@main.command()
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
    from bot.formats.served import read_glossary

    settings = Settings.from_environment()
    if undo:
        gone = encoder_tuning.undo(settings.tuned)
        said = "the tuned encoder is gone; run `termwise train`" if gone else "nothing was tuned"
        click.echo(json.dumps({"undone": gone}) if as_json else said)
        return
    glossary = read_glossary(settings.glossary, settings.models, _progress)
    done = encoder_tuning.tune(settings.tuned, glossary, _progress, epochs=epochs, threads=threads)
    if as_json:
        click.echo(json.dumps(asdict(done)))
        return
    click.echo(
        f"{done.version}: {done.lessons} lessons, loss {done.loss_before:.2f} to"
        f" {done.loss_after:.2f}, {done.seconds:.0f} s; run `termwise train`"
    )


@main.command()
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
        _csv([each.to_dict() for each in found])
    elif not found:
        click.echo("no feedback yet")
    else:
        per_entry = [[c.entry or "(declined)", str(c.good), str(c.bad)] for c in tally]
        _table([["entry", "good", "bad"], *per_entry])
        click.echo(f"\nthe last {min(len(found), _SHOWN)} of {len(found)}:\n")
        last = ([f.time, f.verdict, f.question_type, ", ".join(f.entries)] for f in found[-_SHOWN:])
        _table([["time", "verdict", "question type", "entries"], *last])


@main.command("import")
@click.argument("source", nargs=-1, required=True)
@click.option(
    "--to", type=click.Path(path_type=Path), required=True, help="Folder of the new glossary."
)
@click.option("--format", "format_name", default="", help="Read all files as this format.")
@click.option("--language", default="", help="Language of texts that do not tell theirs.")
@click.option(
    "--map", "columns", multiple=True, metavar="COLUMN=FIELD",
    help="What a column holds; several times.",
)  # fmt: skip
@click.option("--strict", is_flag=True, help="Write nothing and fail if anything is not taken.")
@click.option("--force", is_flag=True, help="Replace the entries that are there.")
@click.option(
    "--report", type=click.Path(path_type=Path), help="Write a report (.html or .md) there."
)
@click.option("--check", is_flag=True, help="Build it aside, ask it, and report on that too.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def import_(
    source: tuple[str, ...],
    to: Path,
    format_name: str,
    language: str,
    columns: tuple[str, ...],
    strict: bool,
    force: bool,
    report: Path | None,
    check: bool,
    as_json: bool,
) -> None:
    """Import glossary SOURCEs (files, folders, patterns, archives) into our own format."""
    from bot.formats.glossary_folder import check_free, write_folder
    from bot.formats.import_report import facts, rows, write_report
    from bot.formats.importer import import_sources, require_entries
    from bot.formats.sources import collect

    check_free(to, force)
    named = " ".join(source)
    done = import_sources(
        collect(source), _progress,
        format_name=format_name, language=language, columns=_columns(columns),
    )  # fmt: skip
    if report:
        write_report(done, named, report)
    lost = [skipped for skipped in done.skipped if not skipped.expected]
    failed = strict and bool(lost)
    if not failed:
        _progress(f"writing {len(require_entries(done, named).entries)} entries")
        write_folder(done.entries, to, force)
    checked = _checked(to, report) if check and not failed else None
    if as_json:
        found = [[s.file, s.line, s.reason, s.expected] for s in done.skipped]
        left = {"written": not failed, "left_out": found}
        known = {"checkup": checked.to_dict()} if checked else {}
        click.echo(json.dumps({**facts(done), **left, **known}, ensure_ascii=False))
    else:
        _table(rows(done))
        for note in done.notes:
            click.echo(f"note: {note}")
        for skipped in lost[:_SHOWN]:
            click.echo(f"not taken: {skipped.file}:{skipped.line}: {skipped.reason}")
        if len(lost) > _SHOWN:
            click.echo(f"… and {len(lost) - _SHOWN} more; --report FILE lists all")
        if failed:
            click.echo("nothing was written, because of --strict")
        elif checked:
            _show_checkup(checked, _SHOWN)
        else:
            click.echo(f"next: termwise doctor glossary {to}")
    sys.exit(_FAILED if failed else 0)


@main.command()
@click.argument("glossary", type=click.Path(path_type=Path))
@click.option(
    "--to", type=click.Path(path_type=Path), required=True, help="File, or folder for termwise."
)
@click.option("--format", "format_name", required=True, help="Format to write.")
@click.option("--force", is_flag=True, help="Replace what is there.")
def export(glossary: Path, to: Path, format_name: str, force: bool) -> None:
    """Export a GLOSSARY of any known format to another one."""
    from bot.formats.exporter import export as run

    number = run(glossary, to, format_name, force, _progress)
    click.echo(f"{number} entries written to {to}")


@main.group()
def helpdesk() -> None:
    """Look after the helpdesks that HELPDESK names (see docs/helpdesk.md)."""


def _console() -> Console:
    from bot.helpdesk.console import Console

    return Console(Settings.from_environment())


@helpdesk.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def helpdesk_doctor(as_json: bool) -> None:
    """Check each account: the way in, the way out, clocks; say how to mend what is not right."""
    found = _console().examine()
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        for name, findings in found.items():
            for finding in findings:
                click.echo(f"{'ok  ' if finding['good'] else 'FAIL'}  {name}: {finding['what']}")
                if finding["remedy"] and not finding["good"]:
                    click.echo(f"      → {finding['remedy']}")
    good = all(finding["good"] for findings in found.values() for finding in findings)
    sys.exit(0 if good else _FAILED)


@helpdesk.command("replay")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--desk", required=True, help="The account it was delivered to.")
@click.option("--send", is_flag=True, help="Deliver it to the gateway that runs, signed anew.")
def helpdesk_replay(file: Path, desk: str, send: bool) -> None:
    """Show what a recorded delivery (the body of a webhook request in FILE) tells us."""
    told = _console().replay(desk, file.read_bytes(), send)
    click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    sys.exit(_FAILED if "malformed" in told or told.get("status", 200) != 200 else 0)


@helpdesk.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def helpdesk_status(as_json: bool) -> None:
    """Show what waits and how each inbox goes, as the gateway that runs tells it."""
    found = _console().status()
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for name, told in found.items():
        waiting, off = told["waiting"], " (switched off)" if told["switched_off"] else ""
        click.echo(f"{name}: {told['kind']}{off}")
        click.echo(
            f"  waiting: {waiting['messages']} messages, {waiting['effects']} effects, "
            f"the oldest for {waiting['oldest']:.0f} s"
        )
        for inbox, figures in told["inboxes"].items():
            click.echo(f"  inbox {inbox}, {told['days']} days:")
            for part in ("outcomes", "followed", "effects"):
                for what, count in sorted(figures[part].items()):
                    click.echo(f"    {_HELPDESK_PARTS[part]}{what}: {count}")
            click.echo(
                f"    conversations answered: {figures['answered']}, of them without people: "
                f"{figures['deflected']}"
            )


_HELPDESK_PARTS = {"outcomes": "", "followed": "suggestion ", "effects": "not done, "}


@helpdesk.command("off")
@click.argument("desk")
def helpdesk_off(desk: str) -> None:
    """Silence the account DESK at once, without a restart."""
    _console().switch(desk, True)
    click.echo(f"{desk} is switched off.")


@helpdesk.command("on")
@click.argument("desk")
def helpdesk_on(desk: str) -> None:
    """Let the account DESK speak again."""
    _console().switch(desk, False)
    click.echo(f"{desk} is switched on.")


def _checked(folder: Path, report: Path | None) -> Examination:
    """Examine what was imported; the report of that lies beside the one of the import."""
    from bot.glossary_doctor import examine_glossary
    from bot.glossary_report import write_report

    found = examine_glossary(Settings.from_environment(), folder.absolute(), _progress)
    if report:
        write_report(found, folder.name, report.with_stem(f"{report.stem}-checkup"))
    return found


def _show_checkup(found: Examination, most: int) -> None:
    from bot.glossary_report import counts, facts

    for line in facts(found):
        click.echo(line)
    for finding in found.findings[:most]:
        click.echo(f"\n{finding.level.value:8}{finding.check.label}  {finding.place}")
        click.echo(f"        {finding.found}\n        → {finding.mend}")
    if len(found.findings) > most:
        click.echo(f"\n… and {len(found.findings) - most} more; --all or --report FILE shows them")
    if found.findings:
        click.echo()
        _table(counts(found))


def _columns(pairs: tuple[str, ...]) -> dict[str, str]:
    """Return what ``--map`` says: field by column."""
    found = {}
    for pair in pairs:
        column, sign, field = pair.rpartition("=")
        if not sign or not column.strip() or not field.strip():
            raise click.BadParameter(f"{pair!r} is not COLUMN=FIELD", param_hint="--map")
        found[column.strip()] = field.strip()
    return found


def _why(answer: Answer) -> None:
    from rich.console import Console

    from bot.evidence import tables

    console = Console(highlight=False)
    for table in tables(answer):
        console.print()
        console.print(table)


def _csv(rows: Sequence[Mapping[str, object]]) -> None:
    """Print rows as CSV, if there are any; a list in a cell is joined by blanks."""
    import csv

    from bot.formats.entry_columns import guarded

    if not rows:
        return
    writer = csv.DictWriter(sys.stdout, rows[0])
    writer.writeheader()
    for row in rows:
        cells = {k: " ".join(v) if isinstance(v, list) else str(v) for k, v in row.items()}
        writer.writerow({name: guarded(cell) for name, cell in cells.items()})


def _progress(message: str) -> None:
    """Print what is being done; how far it is, as a bar in place where a terminal is there."""
    if not isinstance(message, Step):
        click.echo(f"· {message}", err=True)
    elif sys.stderr.isatty():
        click.echo(f"\r\033[K{message.bar()}", err=True, nl=message.share >= 1.0)
    elif message.is_tenth:
        click.echo(f"· {message}", err=True)


class _Measured(Protocol):
    """What a benchmark found."""

    @property
    def met(self) -> bool: ...
    def table(self) -> list[list[str]]: ...
    def to_json(self) -> Any: ...


def _tell_measured(result: _Measured, report: Path, as_json: bool) -> NoReturn:
    """Print what a benchmark found and end; the exit code tells whether its targets were met."""
    if as_json:
        click.echo(json.dumps(result.to_json()))
    else:
        _table(result.table())
        click.echo(f"\nreport: {report}")
    sys.exit(0 if result.met else _FAILED)


def _table(rows: list[list[str]]) -> None:
    widths = [max(len(str(row[i])) for row in rows if i < len(row)) for i in range(len(rows[0]))]
    for row in rows:
        click.echo(
            "  ".join(
                str(cell).ljust(width) for cell, width in zip(row, widths, strict=False)
            ).rstrip()
        )


def _be_quiet() -> None:
    """Keep the deprecation notes and debug lines of the libraries away from the user."""
    warnings.showwarning = lambda *_, **__: None  # filters do not last: some libraries reset them
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)


_QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "HF_HUB_OFFLINE": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "OMP_NUM_THREADS": "1",
    "LOG_LEVEL": "WARNING",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
}


if __name__ == "__main__":
    main()
