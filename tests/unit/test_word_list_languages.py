"""Languages that word lists lack say nothing to the terminal, and take no other language's words."""

from __future__ import annotations

import pytest

from bot.adapters.word_list import common_words


def test_a_language_without_a_list_is_silent(caplog: pytest.LogCaptureFixture) -> None:
    common_words(("en", "am", "zu"))
    assert "nearest match" not in caplog.text
