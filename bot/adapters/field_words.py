"""The words of fields of life, as ``data/fields.yml`` has them."""

from __future__ import annotations

from pathlib import Path

import yaml

from bot.errors import Code, DataError
from bot.glossary.fields import FieldWords
from bot.glossary.folding import fold

FIELDS_FILE = "data/fields.yml"


def read_field_words(path: Path) -> FieldWords:
    """Read the words of each field, folded, by language.

    Raises:
        DataError: the file is missing or not of the form ``field: {language: [word, ...]}``.
    """
    try:
        read = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except OSError as error:
        problem = f"it cannot be read: {error.strerror}"
        raise DataError(Code.D002, file=FIELDS_FILE, problem=problem) from error
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        problem = " ".join(str(error).split()) or type(error).__name__
        raise DataError(Code.D002, file=FIELDS_FILE, problem=problem) from error
    found: dict[str, dict[str, list[str]]] = {}
    for field, languages in _entries(read, "the file"):
        for language, listed in _entries(languages, field):
            if not isinstance(listed, list) or not all(isinstance(word, str) for word in listed):
                problem = f"{field}, {language}: expected a list of words"
                raise DataError(Code.D002, file=FIELDS_FILE, problem=problem)
            found.setdefault(language, {})[field] = list(dict.fromkeys(map(fold, listed)))
    return found


def _entries(read: object, of: str) -> list[tuple[str, object]]:
    if not isinstance(read, dict):
        problem = f"{of}: expected names with what belongs to them"
        raise DataError(Code.D002, file=FIELDS_FILE, problem=problem)
    return [(str(name), value) for name, value in read.items()]
