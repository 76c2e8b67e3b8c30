"""Clauses: the places where one message may hold two questions."""

from __future__ import annotations

import re
from itertools import pairwise

from bot.glossary.folding import words

# After "and" such a word begins another question: "what is X and how does it work".
_ASKING = frozenset(
    "what whats what's how why who whos who's when where which is are does do can could "
    "was wie warum wieso weshalb wozu wer wann wo welche welcher welches wofuer ist sind kann "
    "gibt hat has give tell explain define compare show nenne erklaere zeig zeige".split()
)
_END = re.compile(r"[?!;\n]+|\.(?=\s)")
_JOIN = re.compile(r"(?:,\s*|\b)(?:and|und|also|plus|sowie)\s+(?:also |then |dann |auch )?", re.I)


def clauses(text: str) -> list[tuple[int, int]]:
    """Return start and end of the parts of a message that may be questions of their own."""
    cuts = {0, len(text)}
    cuts.update(match.end() for match in _END.finditer(text))
    for match in _JOIN.finditer(text):
        after = words(text[match.end() :])[:1]
        if after and after[0].folded in _ASKING:
            cuts.add(match.start())
    ends = sorted(cuts)
    parts = pairwise(ends)
    return [(start, end) for start, end in parts if words(text[start:end])]
