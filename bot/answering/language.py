"""Which language a message is in, told by its function words."""

from __future__ import annotations

from collections.abc import Mapping

from bot.glossary.folding import words

_UMLAUTS = frozenset("äöüÄÖÜß")


def detect(text: str, stop_words: Mapping[str, frozenset[str]], default: str) -> str:
    """Return the language whose function words the text has most of.

    Args:
        text: the message.
        stop_words: folded function words by language; those of several languages count for all.
        default: the answer where nothing tells: the language of the conversation, or English.
    """
    spoken = [word.folded for word in words(text)]
    count = {code: sum(word in known for word in spoken) for code, known in stop_words.items()}
    if "de" in count and _UMLAUTS & set(text):
        count["de"] += 1
    best = max(count.values(), default=0)
    leading = [code for code, number in count.items() if number == best]
    if best == 0 or default in leading:
        return default
    return leading[0]
