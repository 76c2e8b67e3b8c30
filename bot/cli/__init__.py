"""The command line: the only package that prints; one module per noun."""

from __future__ import annotations

from bot.cli.program import main

__all__ = ["main"]
