"""Which helpdesks there are: a connector is imported when an account of its kind is there."""

from __future__ import annotations

from importlib import import_module

from bot.helpdesk.account import Account
from bot.helpdesk.connector import Connector

_CONNECTORS = "bot.helpdesk.connectors"
# kind -> module and class
KINDS = {
    "freshchat": ("freshchat", "Freshchat"),
    "freshdesk": ("freshdesk", "Freshdesk"),
    "chatwoot": ("chatwoot", "Chatwoot"),
    "django-helpdesk": ("django_helpdesk", "DjangoHelpdesk"),
    "generic": ("generic", "Generic"),
    "intercom": ("intercom", "Intercom"),
    "request-tracker": ("request_tracker", "RequestTracker"),
    "sunshine": ("sunshine", "Sunshine"),
    "zammad": ("zammad", "Zammad"),
    "zendesk": ("zendesk", "Zendesk"),
}


def connector(account: Account) -> Connector:
    """Return the connector of an account.

    Raises:
        SettingError: its kind is unknown, or the account is not complete.
    """
    if account.kind not in KINDS:
        account.refuse("kind", f"{account.kind!r} is none of {', '.join(sorted(KINDS))}")
    module, name = KINDS[account.kind]
    made: Connector = getattr(import_module(f"{_CONNECTORS}.{module}"), name)(account)
    return made
