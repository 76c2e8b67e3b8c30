"""Which language a message is in, told by its words."""

from __future__ import annotations

from collections.abc import Mapping

from bot.glossary.folding import words

_UMLAUTS = frozenset("äöüÄÖÜß")
_FUNCTION_WORD = 2  # tells more than a word of the glossary, which may be quoted


def detect(
    text: str,
    stop_words: Mapping[str, frozenset[str]],
    own_words: Mapping[str, frozenset[str]],
    telling: Mapping[str, frozenset[str]],
    default: str,
) -> str:
    """Return the language whose words the text has most of.

    Args:
        text: the message.
        stop_words: folded function words by language; those of several languages count for all.
        own_words: folded words that occur in the glossary in that language only.
        telling: folded everyday words that tell a language from the others: greetings, thanks.
            They count where nothing else does.
        default: the answer where nothing tells: the language of the conversation, or English.
    """
    spoken = [word.folded for word in words(text)]
    count = {
        code: sum(
            _FUNCTION_WORD * (word in known) + (word in own_words.get(code, ())) for word in spoken
        )
        for code, known in stop_words.items()
    }
    if "de" in count and _UMLAUTS & set(text):
        count["de"] += _FUNCTION_WORD
    if not any(count.values()):
        count = {code: sum(word in telling.get(code, ()) for word in spoken) for code in count}
    best = max(count.values(), default=0)
    leading = [code for code, number in count.items() if number == best]
    if best == 0 or default in leading:
        return default
    return leading[0]
