"""What the commands print, and their exit codes."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn, Protocol

import click

from bot.progress import Step

FAILED = 1  # a target was missed, a check failed, a question was declined
UNUSABLE = 2  # settings, data or models are not usable
SHOWN = 20  # things left out that an import lists on the screen


def show_progress(message: str) -> None:
    """Print what is being done; how far it is, as a bar in place where a terminal is there."""
    if not isinstance(message, Step):
        click.echo(f"· {message}", err=True)
    elif sys.stderr.isatty():
        click.echo(f"\r\033[K{message.bar()}", err=True, nl=message.share >= 1.0)
    elif message.is_tenth:
        click.echo(f"· {message}", err=True)


class Measured(Protocol):
    """What a benchmark found."""

    @property
    def met(self) -> bool:
        """Whether its targets were met."""

    def table(self) -> list[list[str]]:
        """Return it in rows, the first of which are headings."""

    def to_json(self) -> Any:
        """Return it as a JSON value."""


def tell_measured(result: Measured, report: Path, as_json: bool) -> NoReturn:
    """Print what a benchmark found and end; the exit code tells whether its targets were met."""
    if as_json:
        click.echo(json.dumps(result.to_json()))
    else:
        show_table(result.table())
        click.echo(f"\nreport: {report}")
    sys.exit(0 if result.met else FAILED)


def show_table(rows: list[list[str]]) -> None:
    """Print rows in columns as wide as their widest cell."""
    widths = [max(len(str(row[i])) for row in rows if i < len(row)) for i in range(len(rows[0]))]
    for row in rows:
        click.echo(
            "  ".join(
                str(cell).ljust(width) for cell, width in zip(row, widths, strict=False)
            ).rstrip()
        )


def show_csv(rows: Sequence[Mapping[str, object]]) -> None:
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
