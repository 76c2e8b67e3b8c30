"""A language that word lists lack says nothing, and takes no words of another."""

from __future__ import annotations

import pytest

from bot.adapters.word_list import common_words


def test_a_language_without_a_list_is_silent(caplog: pytest.LogCaptureFixture) -> None:
    common_words(("en", "am", "zu"))
    assert "nearest match" not in caplog.text
