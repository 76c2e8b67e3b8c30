"""The id of an entry, made from its term: lower-case letters and digits with hyphens."""

from __future__ import annotations

import hashlib
import re

from bot.glossary.folding import fold

LONGEST = 80  # characters; it becomes a file name


def slug(text: str) -> str:
    """Return an id for a term; one that Latin letters cannot write gets a hash of it."""
    made = re.sub(r"[^a-z0-9]+", "-", _spelt(fold(text))).strip("-")
    if not made:
        return "entry-" + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:8]
    return made[:LONGEST].strip("-")


def _spelt(folded: str) -> str:
    """Write out the signs that tell names apart: C, C++ and C#."""
    return re.sub(r"(?<=\w)#", "-sharp", folded.replace("++", "-plus-plus"))
