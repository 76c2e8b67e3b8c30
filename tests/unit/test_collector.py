"""The garbage collector rests while a glossary is built, and is as it was afterwards."""

from __future__ import annotations

import gc

import pytest

from bot.collector import uncollected


@pytest.mark.parametrize("was_on", [True, False])
def test_it_rests_inside_and_is_as_before_behind_even_after_an_error(was_on: bool) -> None:
    before = gc.isenabled()
    (gc.enable if was_on else gc.disable)()
    inside = True
    try:
        with uncollected():
            inside = gc.isenabled()
            raise ZeroDivisionError
    except ZeroDivisionError:
        after = gc.isenabled()
    finally:
        (gc.enable if before else gc.disable)()
    assert (inside, after) == (False, was_on)
