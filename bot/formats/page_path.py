"""Where a page stands: its language, and what it shares with its translations."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_CODES = frozenset(
    "af am ar as az be bg bn bs ca cs cy da de el en eo es et eu fa fi fil fr ga gl gu he hi hr hu "
    "hy id is it ja ka kk km kn ko ky lb lo lt lv mk ml mn mr ms mt my nb ne nl nn no or pa pl ps "
    "pt ro ru sd si sk sl so sq sr sv sw ta te th tk tl tr uk ur uz vi yo zh zu".split()
)
_PARENTS = frozenset({
    "content", "i18n", "files", "lang", "langs", "languages", "locale", "locales", "translations",
    "l10n",
})  # fmt: skip
_DOCUSAURUS = re.compile(r"docusaurus-plugin-content-[a-z]+(?:-[\w-]+)?/(?:current|version-[^/]+)/")


@dataclass(frozen=True, slots=True)
class Place:
    """The language a path names, if it names one, and the path without it and its ending."""

    language: str | None
    key: str


def language_code(text: str) -> str | None:
    """Return the language a folder is named after: ``de``, ``pt-br``; None if after none."""
    match = re.fullmatch(r"([a-z]{2,3})(?:[-_](?:[a-z]{2}|[a-z]{4}|\d{3}))?", text.lower())
    if not match or match[1] not in _CODES:
        return None
    code = text.lower().replace("_", "-")
    return match[1] if code in (f"{match[1]}-us", f"{match[1]}-{match[1]}", "en-gb") else code


def places(names: Iterable[str]) -> Mapping[str, Place]:
    """Tell for each path its language and its key; translations of one page have one key.

    A folder counts as a language if its parent says so (``content/de``), or if the same place in
    other paths holds another language. ``page.de.md`` names one too, and so does ``i18n/de.json``.
    """
    every = list(names)
    codes: dict[str, set[str]] = defaultdict(set)
    for name in every:
        for parent, part in _steps(name):
            if code := language_code(part):
                codes[parent].add(code)
    return {name: _place(name, codes) for name in every}


def _steps(name: str) -> list[tuple[str, str]]:
    """Return each folder of a path with the path above it."""
    folders = name.split("/")[:-1]
    return [("/".join(folders[:n]), part) for n, part in enumerate(folders)]


def _place(name: str, codes: Mapping[str, set[str]]) -> Place:
    stem = re.sub(r"\.(md|markdown|mdx|txt|json|jsonl|ya?ml)$", "", name, flags=re.IGNORECASE)
    for parent, part in _steps(name):
        code = language_code(part)
        above = parent.rsplit("/", 1)[-1].lower()
        if code and (above in _PARENTS or len(codes[parent]) > 1):
            below = stem[len(f"{parent}/{part}/".lstrip("/")) :]
            key = _DOCUSAURUS.sub("", below)
            outside = "" if above == "i18n" else parent
            return Place(code, f"{outside}/{key}".strip("/").lower())
    folder, _, last = stem.rpartition("/")
    if folder.rsplit("/", 1)[-1].lower() in _PARENTS and (code := language_code(last)):
        return Place(code, folder.lower())  # i18n/es.json
    head, _, end = last.rpartition(".")
    code = language_code(end) if head else None
    return Place(code, f"{folder}/{head if code else last}".strip("/").lower())
