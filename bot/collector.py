"""The garbage collector, which need not look at a glossary again and again."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Build many objects that stay without the collector looking through them meanwhile.

    With 100,000 entries that takes longer than building some of the parts. Cyclic garbage made
    inside is collected later.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def settled() -> None:
    """Have full collections pass over all that is there now.

    They halt every turn meanwhile, and the end of a process has one as well: 0.6 s after training.
    """
    gc.freeze()
