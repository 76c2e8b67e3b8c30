"""The commands that check an installation and a glossary."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.output import FAILED, SHOWN, UNUSABLE, show_progress, show_table
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.glossary_doctor import Examination


@click.group(invoke_without_command=True)
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
    sys.exit(0 if all(finding.ok for finding in findings) else UNUSABLE)


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
    found = examine_glossary(settings, where, show_progress, quick, most)
    if report:
        write_report(found, where.name, report)
    if as_json:
        click.echo(json.dumps(found.to_dict(), ensure_ascii=False, indent=1))
    else:
        show_checkup(found, len(found.findings) if everything else SHOWN)
    sys.exit(FAILED if found.worst and found.worst.reaches(Level(fail_on)) else 0)


def show_checkup(found: Examination, most: int) -> None:
    """Print what a check of a glossary found: the worst findings, at most so many."""
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
        show_table(counts(found))
