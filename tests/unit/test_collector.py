"""The garbage collector rests while much is built that stays, and is as it was afterwards."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from bot.collector import settled, uncollected


@pytest.fixture(autouse=True)
def collecting() -> Iterator[None]:
    gc.enable()
    yield
    gc.enable()
    gc.unfreeze()


def test_it_rests_inside_and_goes_on_afterwards() -> None:
    with uncollected():
        assert not gc.isenabled()
        with uncollected():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_goes_on_after_an_error() -> None:
    with pytest.raises(ValueError, match="full"), uncollected():
        raise ValueError("full")
    assert gc.isenabled()


def test_what_is_settled_is_passed_over() -> None:
    before = gc.get_freeze_count()
    kept = [[] for _ in range(1000)]  # type: list[list[int]]
    settled()
    assert gc.get_freeze_count() >= before + len(kept)
    assert not any(each is kept for each in gc.get_objects())
