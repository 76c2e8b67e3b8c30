"""The commands that look after helpdesks."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.output import FAILED
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.helpdesk.console import Console

_HELPDESK_PARTS = {"outcomes": "", "followed": "suggestion ", "effects": "not done, "}


@click.group()
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
    sys.exit(0 if good else FAILED)


@helpdesk.command("replay")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--desk", required=True, help="The account it was delivered to.")
@click.option("--send", is_flag=True, help="Deliver it to the gateway that runs, signed anew.")
def helpdesk_replay(file: Path, desk: str, send: bool) -> None:
    """Show what a recorded delivery (the body of a webhook request in FILE) tells us."""
    told = _console().replay(desk, file.read_bytes(), send)
    click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    sys.exit(FAILED if "malformed" in told or told.get("status", 200) != 200 else 0)


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
