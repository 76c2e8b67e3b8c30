"""What a question costs, counted in what takes the time: the texts that are classified."""

from __future__ import annotations

import pytest

from bot.retrieval.encoder import Encoder
from tests.fakes import FakeIntents, fake_assistant
from tests.garden import garden


class CountedIntents(FakeIntents):
    """Tells question types, and remembers which masked texts it was asked about."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def predict(self, masked_text: str, encoder: Encoder) -> dict[str, float]:
        self.asked.append(masked_text)
        return super().predict(masked_text, encoder)


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
        # The first part asks for no aspect, so the others are not looked at.
        (
            "tell me about water and soil and the weather",
            ["tell me about water and soil and the weather", "tell me about water"],
        ),
    ],
)  # fmt: skip
def test_no_text_is_classified_that_need_not_be(text: str, classified: list[str]) -> None:
    intents = CountedIntents()
    fake_assistant(garden(), intents=intents).ask(text)
    assert intents.asked == classified
