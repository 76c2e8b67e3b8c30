"""Links within the glossary that lead nowhere; links to the web are not followed."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from bot.checkup.finding import Check, Finding, Place
from bot.checkup.subject import Subject
from bot.glossary.entry import Entry
from bot.glossary.folding import fold
from bot.glossary.section import Section

_LINK = re.compile(r"!?\[[^\]\n]{0,300}\]\(\s*<?([^)\s>]{1,500})>?(?:\s+[\"'][^)]*)?\)")
_WIKI = re.compile(r"\[\[([^\]\n|#]{1,200})(?:[|#][^\]\n]*)?\]\]")
_WEB = frozenset({"http", "https", "mailto", "tel"})
_OTHER = re.compile(r"[^a-z0-9]+")


def dead_links(subject: Subject) -> Iterator[Finding]:
    """Find relative links, anchors and wiki links in texts that have no target."""
    known = _Targets(subject)
    for entry in subject.glossary:
        for language, text in entry.texts.items():
            for section in (text.definition, *text.sections):
                for target, line in _links(section):
                    if not known.has(target, section.span.file, entry):
                        place = subject.place(entry, language)
                        if place.file == section.span.file:
                            place = Place(place.file, line)
                        yield Finding(
                            Check.DEAD_LINK, place,
                            f"the link to {target!r} leads nowhere in the glossary",
                            "Correct it, or remove the link and keep its text.", entry.id,
                        )  # fmt: skip


def _links(section: Section) -> Iterator[tuple[str, int]]:
    for pattern, before in ((_LINK, ""), (_WIKI, "[[")):
        for match in pattern.finditer(section.text):
            line = section.span.line + section.text.count("\n", 0, match.start())
            yield before + match[1], line


class _Targets:
    """What a link may lead to."""

    def __init__(self, subject: Subject) -> None:
        self._names = subject.names
        self._files = {*subject.files, *subject.sources}
        self._stems = {posixpath.splitext(name)[0] for name in self._files}
        self._slugs = {_slug(entry.id) for entry in subject.glossary}
        self._slugs.update(_slug(posixpath.basename(name)) for name in self._stems)
        self._slugs.update(_slug(t.text) for entry in subject.glossary for t in entry.terms)

    def has(self, target: str, file: str, entry: Entry) -> bool:
        if target.startswith("[["):
            name = target[2:].strip()
            return _slug(name) in self._slugs or bool(self._names.of_text(name))
        parts = urlsplit(target)
        if parts.scheme or parts.netloc or target.startswith("/"):
            return not parts.scheme or parts.scheme.lower() in _WEB  # a path of a site is not ours
        path = unquote(parts.path)
        if not path:
            return not parts.fragment or self._is_anchor(parts.fragment, entry)
        found = posixpath.normpath(posixpath.join(posixpath.dirname(file), path))
        if found in self._files or found in self._stems or found.startswith(".."):
            return True  # what lies above the folder is not ours to judge
        return _slug(posixpath.splitext(posixpath.basename(found))[0]) in self._slugs

    def _is_anchor(self, anchor: str, entry: Entry) -> bool:
        wanted = _slug(unquote(anchor))
        headings = (s.heading for text in entry.texts.values() for s in text.sections)
        return wanted in self._slugs or wanted in map(_slug, headings)


def _slug(text: str) -> str:
    return _OTHER.sub("-", fold(text)).strip("-")
