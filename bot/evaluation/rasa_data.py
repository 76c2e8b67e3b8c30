"""The training data of the baseline "Rasa default", as a Rasa user would write it.

The questions are those that we train on ourselves; where they hold a placeholder, a term of the
glossary is written and annotated. All terms also form a lookup table.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path

import yaml

from bot.errors import Code, DataError
from bot.glossary.glossary import Glossary
from bot.glossary.mention import PLACEHOLDER

ENTITY = "term"
_SEED = 7
_LOWER = 0.5  # share of the terms that are written in lower case, as people type them


def training_data(nlu: Path, glossary: Glossary, language: Callable[[str], str]) -> tuple[str, int]:
    """Return Rasa's training data as YAML, and how many example questions it holds.

    Args:
        nlu: folder of our own training questions.
        glossary: where the terms come from; each term is used before any is used again.
        language: tells the language of a text, so that German questions get German terms.

    Raises:
        DataError: a file is not what it should be; names the file.
    """
    filler = _Filler(glossary, language)
    items: list[dict[str, str]] = []
    count = 0
    for intent, examples in _read(nlu):
        items.append({"intent": intent, "examples": _listed(map(filler.fill, examples))})
        count += len(examples)
    terms = sorted({term.text for entry in glossary for term in entry.terms})
    items.append({"lookup": ENTITY, "examples": _listed(terms)})
    text = yaml.safe_dump({"version": "3.1", "nlu": items}, allow_unicode=True, sort_keys=False)
    return text, count


class _Filler:
    """Puts terms where the placeholder stands, always the same for the same glossary."""

    def __init__(self, glossary: Glossary, language: Callable[[str], str]) -> None:
        self._language = language
        self._random = random.Random(_SEED)
        codes = sorted({*glossary.languages, *(t.language for e in glossary for t in e.terms)})
        self._terms = {code: cycle(self._shuffled(glossary, code)) for code in codes}

    def fill(self, template: str) -> str:
        terms = self._terms[self._language(template)]
        while PLACEHOLDER in template:
            term = next(terms)
            typed = term.lower() if self._random.random() < _LOWER else term
            template = template.replace(PLACEHOLDER, f"[{typed}]({ENTITY})", 1)
        return template

    def _shuffled(self, glossary: Glossary, language: str) -> list[str]:
        spoken = [t.text for e in glossary for t in e.terms if t.language == language]
        terms = spoken or [entry.terms[0].text for entry in glossary]
        self._random.shuffle(terms)
        return terms


def _read(nlu: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield each intent of the folder with its examples."""
    paths = sorted(nlu.glob("*.yml"))
    if not paths:
        raise DataError(Code.D002, file=nlu, problem="there are no *.yml files with questions")
    for path in paths:
        try:
            items = yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]
            yield from [(item["intent"], _lines(item["examples"])) for item in items]
        except (yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError) as error:
            problem = f"these are not training questions: {error}"
            raise DataError(Code.D002, file=path, problem=problem) from None


def _lines(examples: str) -> list[str]:
    lines = (line.strip() for line in examples.splitlines())
    return [line[2:].strip() for line in lines if line.startswith("- ")]


def _listed(examples: Iterator[str] | list[str]) -> str:
    return "".join(f"- {example}\n" for example in examples)
