"""A made-up glossary of any size: entries of invented things, the same for the same number."""

from __future__ import annotations

import random
from pathlib import Path

_SEED = 11
_ONSETS = ("b", "br", "d", "dr", "f", "fl", "g", "gr", "k", "kl", "l", "m", "n", "p", "pl", "r",
           "s", "st", "t", "tr", "v", "w", "z")  # fmt: skip
_VOWELS = ("a", "e", "i", "o", "u", "ai", "ee", "ou")
_CODAS = ("", "l", "m", "n", "r", "rn", "sk", "st", "t")
_KINDS = ("tool", "vessel", "plant", "method", "device", "rule", "record", "material")
_VERBS = ("carries", "measures", "protects", "separates", "joins", "stores", "heats", "marks")
_PLACES = ("in workshops", "on ships", "in gardens", "underground", "in kitchens", "at markets")
_WORDS = 4000  # invented words that texts are made of
_FOLDER = 500  # entries per folder


def write_made_glossary(folder: Path, number: int) -> None:
    """Write so many entries in our own format, in sub-folders of :data:`_FOLDER` each."""
    words = _invented(random.Random(_SEED), _WORDS)
    for place in range(number):
        target = folder / f"{place // _FOLDER:03}"
        target.mkdir(parents=True, exist_ok=True)
        (target / f"{name_of(place)}.md").write_text(entry(place, words), encoding="utf-8")


def name_of(place: int) -> str:
    """Return the name of the entry at a place; no two entries share one."""
    chosen = random.Random(f"{_SEED}/{place}")
    return f"{_word(chosen)}{_word(chosen)}-{place}"


def entry(place: int, words: list[str]) -> str:
    """Return the file of one entry."""
    chosen = random.Random(f"{_SEED}:{place}")
    said = [chosen.choice(words) for _ in range(14)]
    name = name_of(place)
    return (
        f"---\nid: {name}\nterms:\n  en:\n    preferred: {name}\n---\n\n# English\n\n"
        f"A {name} is a {chosen.choice(_KINDS)} that {chosen.choice(_VERBS)} {said[0]} and "
        f"{said[1]} {chosen.choice(_PLACES)}, with a {said[2]} {said[3]} made of {said[4]}.\n\n"
        f"## Purpose\n\nIt {chosen.choice(_VERBS)} the {said[5]} of a {said[6]} before "
        f"{said[7]} {said[8]} is {said[9]}.\n\n## Characteristics\n\n- The {said[10]} is "
        f"{said[11]}.\n- The {said[12]} is as wide as a {said[13]}.\n"
    )


def _invented(chosen: random.Random, number: int) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < number:
        found[_word(chosen) + (_word(chosen) if chosen.random() < 0.6 else "")] = None
    return list(found)


def _word(chosen: random.Random) -> str:
    parts = (_ONSETS, _VOWELS, _CODAS)
    return "".join(chosen.choice(part) for part in parts)
