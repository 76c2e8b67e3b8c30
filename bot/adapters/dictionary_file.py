"""The dictionary as a file: words of German and the English for each, a line per word."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from bot.adapters.spacy_phrases import stop_words
from bot.adapters.word_list import shared_words
from bot.errors import Code, DataError, ModelError
from bot.glossary.folding import fold, spoken
from bot.retrieval.dictionary import Dictionary

SOURCE = "data/dictionary.tsv"
_LEFT_OUT = "-"
_ENGLISH = "en"


def read_source(project: Path) -> dict[str, str]:
    """Read the project's dictionary: folded words and the English for each.

    Raises:
        DataError: the file is missing, or a line is not ``word<TAB>english``, or its word comes
            twice.
    """
    try:
        lines = (project / SOURCE).read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        problem = f"it cannot be read: {error.strerror}"
        raise DataError(Code.D002, file=SOURCE, problem=problem) from error
    except UnicodeDecodeError as error:
        raise DataError(Code.D002, file=SOURCE, problem="it is not UTF-8") from error
    entries: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        word, tab, english = line.partition("\t")
        if not (word and tab and english) or "\t" in english:
            problem = f"expected a word, a tab and its English, found {line[:60]!r}"
            raise DataError(Code.D002, file=f"{SOURCE}:{number}", problem=problem)
        folded = fold(word)
        if spoken(word) != [folded]:
            problem = f"{word!r} is not one word, so no question has it"
            raise DataError(Code.D002, file=f"{SOURCE}:{number}", problem=problem)
        if folded in entries:
            raise DataError(Code.D002, file=f"{SOURCE}:{number}", problem=f"{word!r} comes twice")
        entries[folded] = "" if english == _LEFT_OUT else english
    return entries


def write_served(project: Path, path: Path) -> None:
    """Write the dictionary as it is served, in one step, if it is not there as it should be.

    Words that are English as well have a note of that.

    Raises:
        DataError: the project's dictionary has a fault.
    """
    source = read_source(project)
    made_from = _sum("".join(f"{word}\t{said}\n" for word, said in source.items()))
    if _is_made_from(path, made_from):
        return
    entries, english = _with_english(source)
    content = f"{made_from}\n" + "".join(
        f"{word}\t{said}\t{_ENGLISH if word in english else ''}\n"
        for word, said in sorted(entries.items())
    )
    sealed = f"{_sum(content)}\n{content}"
    scratch = path.with_suffix(".new")
    scratch.write_text(sealed, encoding="utf-8")
    os.replace(scratch, path)


def source_dictionary(project: Path) -> Dictionary:
    """Return the project's dictionary, for work that comes before training.

    Raises:
        DataError: the project's dictionary has a fault.
    """
    return Dictionary(*_with_english(read_source(project)), stop_words("en"))


def _with_english(source: Mapping[str, str]) -> tuple[dict[str, str], frozenset[str]]:
    """Return the entries and the words that are English as well.

    Those stand for themselves where they would be taken for forms of German words.
    """
    english = frozenset(shared_words("en", "de"))
    plain = Dictionary(source, frozenset(), frozenset())
    itself = {word: word for word in english if plain.meaning(word) is not None}
    return itself | dict(source), english


def _is_made_from(path: Path, source: str) -> bool:
    """Tell whether the dictionary that is there is whole and was made from that source."""
    try:
        version, _, content = path.read_text(encoding="utf-8").partition("\n")
    except (OSError, UnicodeDecodeError):
        return False
    return version == _sum(content) and content.startswith(f"{source}\n")


def read_served(path: Path) -> tuple[Dictionary, str]:
    """Read what :func:`write_served` wrote; return the dictionary, and its version.

    Raises:
        ModelError: it is missing or damaged.
    """
    try:
        version, _, content = path.read_text(encoding="utf-8").partition("\n")
    except FileNotFoundError:
        raise ModelError(Code.M001, path=path, thing="dictionary") from None
    except (OSError, UnicodeDecodeError) as error:
        problem = type(error).__name__
        raise ModelError(Code.M002, path=path, thing="dictionary", problem=problem) from error
    if version != _sum(content):
        problem = "a checksum does not fit"
        raise ModelError(Code.M002, path=path, thing="dictionary", problem=problem)
    rows = [line.split("\t") for line in content.splitlines()[1:]]
    entries = {word: said for word, said, _ in rows}
    english = frozenset(word for word, _, note in rows if note)
    return Dictionary(entries, english, stop_words("en")), version


def _sum(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()[:16]
