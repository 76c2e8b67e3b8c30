"""Runs the command line: ``python -m bot.cli``."""

from __future__ import annotations

from bot.cli.program import main

if __name__ == "__main__":
    main()
