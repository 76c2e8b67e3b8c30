"""The diff: two versions of a glossary answer the same questions; what was gained and lost."""

from __future__ import annotations

from bot.diff.replay import Diff, compare
from bot.diff.report import rows, write_report

__all__ = ["Diff", "compare", "rows", "write_report"]
