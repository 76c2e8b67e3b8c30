"""The names of several words, as ``data/compounds`` has them: a file for each language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.errors import Code, DataError
from bot.glossary.compounds import LONGEST, key_of
from bot.glossary.folding import words

COMPOUNDS_FOLDER = "data/compounds"
LANGUAGES = ("de", "en")


def read_compounds(folder: Path) -> Mapping[str, Sequence[str]]:
    """Return the compounds by language, each as :func:`bot.glossary.compounds.key_of` gives it.

    Raises:
        DataError: a file is missing, or a line is not of two to ``LONGEST`` words.
    """
    return {language: _read(folder / f"{language}.txt", language) for language in LANGUAGES}


def _read(path: Path, language: str) -> list[str]:
    file = f"{COMPOUNDS_FOLDER}/{path.name}"
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        problem = f"it cannot be read: {error.strerror}"
        raise DataError(Code.D002, file=file, problem=problem) from error
    except UnicodeDecodeError as error:
        raise DataError(Code.D002, file=file, problem="it is not UTF-8") from error
    keys = []
    for number, line in enumerate(lines, 1):
        said = words(line)
        if not 2 <= len(said) <= LONGEST:
            problem = f"line {number}: expected 2 to {LONGEST} words, found {line!r}"
            raise DataError(Code.D002, file=file, problem=problem)
        keys.append(key_of(said, language))
    return sorted(set(keys))
