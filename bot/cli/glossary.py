"""The commands that import, export and compare glossaries."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.examination import show_checkup
from bot.cli.output import FAILED, SHOWN, show_progress, show_table
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.glossary_doctor import Examination


@click.command("import")
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
        collect(source), show_progress,
        format_name=format_name, language=language, columns=_columns(columns),
    )  # fmt: skip
    if report:
        write_report(done, named, report)
    lost = [skipped for skipped in done.skipped if not skipped.expected]
    failed = strict and bool(lost)
    if not failed:
        show_progress(f"writing {len(require_entries(done, named).entries)} entries")
        write_folder(done.entries, to, force)
    checked = _checked(to, report) if check and not failed else None
    if as_json:
        found = [[s.file, s.line, s.reason, s.expected] for s in done.skipped]
        left = {"written": not failed, "left_out": found}
        known = {"checkup": checked.to_dict()} if checked else {}
        click.echo(json.dumps({**facts(done), **left, **known}, ensure_ascii=False))
    else:
        show_table(rows(done))
        for note in done.notes:
            click.echo(f"note: {note}")
        for skipped in lost[:SHOWN]:
            click.echo(f"not taken: {skipped.file}:{skipped.line}: {skipped.reason}")
        if len(lost) > SHOWN:
            click.echo(f"… and {len(lost) - SHOWN} more; --report FILE lists all")
        if failed:
            click.echo("nothing was written, because of --strict")
        elif checked:
            show_checkup(checked, SHOWN)
        else:
            click.echo(f"next: termwise doctor glossary {to}")
    sys.exit(FAILED if failed else 0)


def _checked(folder: Path, report: Path | None) -> Examination:
    """Examine what was imported; the report of that lies beside the one of the import."""
    from bot.glossary_doctor import examine_glossary
    from bot.glossary_report import write_report

    found = examine_glossary(Settings.from_environment(), folder.absolute(), show_progress)
    if report:
        write_report(found, folder.name, report.with_stem(f"{report.stem}-checkup"))
    return found


def _columns(pairs: tuple[str, ...]) -> dict[str, str]:
    """Return what ``--map`` says: field by column."""
    found = {}
    for pair in pairs:
        column, sign, field = pair.rpartition("=")
        if not sign or not column.strip() or not field.strip():
            raise click.BadParameter(f"{pair!r} is not COLUMN=FIELD", param_hint="--map")
        found[column.strip()] = field.strip()
    return found


@click.command()
@click.argument("glossary", type=click.Path(path_type=Path))
@click.option(
    "--to", type=click.Path(path_type=Path), required=True, help="File, or folder for termwise."
)
@click.option("--format", "format_name", required=True, help="Format to write.")
@click.option("--force", is_flag=True, help="Replace what is there.")
def export(glossary: Path, to: Path, format_name: str, force: bool) -> None:
    """Export a GLOSSARY of any known format to another one."""
    from bot.formats.exporter import export as run

    number = run(glossary, to, format_name, force, show_progress)
    click.echo(f"{number} entries written to {to}")


@click.command()
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
    found = compare(settings, old, new, show_progress, asked, logged, most)
    if report:
        write_report(found, report)
    if as_json:
        click.echo(json.dumps(found.to_dict(), ensure_ascii=False, indent=1))
    else:
        table = rows(found)
        if len(table) > 1:
            show_table(table)
            click.echo()
        counts = ", ".join(f"{number} {change}" for change, number in found.counts.items())
        click.echo(f"{len(found.replays)} questions: {counts}")
        click.echo(f"entries: {len(found.added)} added, {len(found.removed)} removed")
    sys.exit(FAILED if fail_on_loss and found.counts[Change.LOST] else 0)
