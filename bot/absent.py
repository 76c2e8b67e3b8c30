"""Hides installed packages from an import that would load them without need."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def hidden(*packages: str) -> Iterator[None]:
    """Make ``import package`` fail inside the block, for packages that are not loaded yet."""
    unloaded = [package for package in packages if package not in sys.modules]
    for package in unloaded:
        sys.modules[package] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        for package in unloaded:
            del sys.modules[package]
