"""The commands about what is kept of people."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from bot.cli.output import FAILED
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.gateway.personal import PersonalData
    from bot.privacy.privacy import Receipt

_F = TypeVar("_F", bound=Callable[..., Any])


@click.command()
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


@click.group()
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
    sys.exit(0 if receipt.total else FAILED)


def _show_receipt(receipt: Receipt, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(receipt.to_dict()))
        return
    click.echo(f"receipt {receipt.id}, {receipt.at}: {receipt.total} rows removed")
    for place, counts in receipt.removed.items():
        for kind, count in counts.items():
            click.echo(f"  {place}: {kind} {count}")
