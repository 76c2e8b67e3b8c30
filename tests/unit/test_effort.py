"""What a question costs, counted in what takes the time: the texts that are classified."""

from __future__ import annotations

import pytest

from bot.retrieval.encoder import Encoder
from tests.fakes import FakeIntents, fake_assistant
from tests.garden import garden


class CountedIntents(FakeIntents):
    """Tells question types, and remembers which masked texts it was asked about."""

    def __init__(self, sure: float = 0.9) -> None:
        self.asked: list[str] = []
        self._sure = sure

    def predict(self, masked_text: str, encoder: Encoder) -> dict[str, float]:
        self.asked.append(masked_text)
        found = super().predict(masked_text, encoder)
        return {**found, next(iter(found)): self._sure}


@pytest.mark.parametrize(
    ("text", "classified"),
    [
        ("what is a star fork", ["what is a <term>"]),
        (
            "difference between a star fork and a comet rake",
            ["difference between a <term> and a <term>"],
        ),
        (
            "what is a star fork and what is a comet rake",
            ["what is a <term> and what is a <term>", "what is a <term>", "and what is a <term>"],
        ),
        # Its parts are read by what finds several questions, a story, and an "it": each once.
        (
            "hello there. what is a star fork, how does it work",
            [
                "hello there. what is a <term>, how does it work",
                "what is a <term>, how does it work", "hello there.",
                "what is a <term>", "how does it work",
            ],
        ),
        # Behind a greeting is one question, and one is not several.
        (
            "hello, what is the purpose of a star fork",
            ["hello, what is the purpose of a <term>", "hello"],
        ),
        # It names nothing, and nothing was talked about that a part of it could be about.
        (
            "what do you call a tool that is soft and what is it called",
            ["what do you call a tool that is soft and what is it called"],
        ),
        # The first part asks for no aspect, so the others are not looked at.
        (
            "tell me about water and soil and the star fork",
            ["tell me about water and soil and the <term>", "tell me about water"],
        ),
    ],
)  # fmt: skip
def test_no_text_is_classified_that_need_not_be(text: str, classified: list[str]) -> None:
    intents = CountedIntents()
    fake_assistant(garden(), intents=intents).ask(text)
    assert intents.asked == classified


@pytest.mark.parametrize(("sure", "texts"), [(0.98, 1), (0.9, 3)])
def test_what_surely_describes_is_not_read_again_without_its_greeting(
    sure: float, texts: int
) -> None:
    intents = CountedIntents(sure)
    fake_assistant(garden(), intents=intents).ask("hello, what do you call soft ground")
    assert len(intents.asked) == texts
