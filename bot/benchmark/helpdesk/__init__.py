"""A helpdesk's deliveries: how soon they are acknowledged and answered, and that none is lost."""

from bot.benchmark.helpdesk.measurement import run_helpdesk
from bot.benchmark.helpdesk.result import HelpdeskResult

__all__ = ["HelpdeskResult", "run_helpdesk"]
