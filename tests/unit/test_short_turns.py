"""While it trains, threads of the process take shorter turns."""

from __future__ import annotations

import sys

import pytest

from bot.training import _short_turns


def test_turns_are_shorter_inside_and_as_before_afterwards() -> None:
    before = sys.getswitchinterval()
    inside = []

    def fails() -> None:
        inside.append(sys.getswitchinterval())
        raise ValueError("full")

    with pytest.raises(ValueError, match="full"), _short_turns():
        fails()
    assert inside[0] < before
    assert sys.getswitchinterval() == before
