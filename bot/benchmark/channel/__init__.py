"""The widget and its channel: the first answer in a browser, and turns per second over sockets."""

from bot.benchmark.channel.measurement import run_widget
from bot.benchmark.channel.result import WidgetResult

__all__ = ["WidgetResult", "run_widget"]
