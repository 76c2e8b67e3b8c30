"""Pages of a site, one per concept: read in a dialect of Markdown, translations under one id."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.errors import GlossaryError
from bot.formats.front_matter import Page, read_page
from bot.formats.page_entry import GLOSSARY, Draft, draft_of
from bot.formats.page_path import Place, places
from bot.formats.prose import Link, blocks, plain_line
from bot.formats.reader import Options, Reading, Skipped, Source
from bot.formats.slug import slug
from bot.formats.term_list import terms_listed
from bot.glossary.folding import fold

_NO_CONCEPTS = frozenset({"readme", "_index", "404", "pull_request_template", "issue_template"})
_IN_CAPITALS = frozenset({
    "CONTRIBUTING", "CHANGELOG", "LICENSE", "LICENCE", "CODE_OF_CONDUCT", "SECURITY", "MAINTAINERS",
    "GOVERNANCE", "AUTHORS", "NOTICE", "SUMMARY",
})  # fmt: skip
_FEWEST_LETTERS = 3  # pages named by one letter; fewer may be a language called R
_MOST_MENTIONS = 30  # relations taken from the text of one entry


class Dialect(Protocol):
    """What a site generator adds to Markdown."""

    def refuses(self, page: Page) -> str | None:
        """Return why a page is no entry; None if it may be one."""

    def prepare(self, page: Page, titles: Mapping[str, str], dropped: Counter[str]) -> str:
        """Return a page's body as Markdown.

        A macro that names another entry becomes a link to ``glossary:`` and its id; ``titles``
        are the titles by folded id; macros without a text are counted in ``dropped``.
        """


@dataclass(slots=True)
class _Site:
    """All pages that are read together."""

    pages: list[Page] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)


def read_pages(sources: Sequence[Source], options: Options, dialect: Dialect) -> Reading:
    """Read pages into entries; translations of a page share its id."""
    site = _Site()
    for source in sources:
        _take(site, source, dialect)
    where = places(page.name for page in site.pages)
    ids = _ids(site.pages, where)
    drafts = []
    titles = _titles(site.pages, ids, where, options)
    letters = sum(len(_stem(page.name)) == 1 for page in site.pages) >= _FEWEST_LETTERS
    for page in site.pages:
        language = where[page.name].language or page.text("lang", "language") or options.language
        body = dialect.prepare(page, titles[language], site.dropped)
        alone = len(site.pages) == 1 or (letters and len(_stem(page.name)) == 1)
        for found in _drafts(page, body, ids[page.name], language, alone):
            if isinstance(found, Skipped):
                site.skipped.append(found)
            else:
                drafts.append(found)
    known = _Known(drafts, where)
    entries = tuple(draft.entry(known.mentioned(draft)) for draft in drafts)
    notes = tuple(f"{name} was dropped {n} times" for name, n in site.dropped.most_common(20))
    return Reading(entries, tuple(site.skipped), notes)


def _drafts(
    page: Page, body: str, concept: str, language: str, alone: bool
) -> Iterator[Draft | Skipped]:
    """Read a page that lists terms into one draft for each, any other into one."""
    read = blocks(body, page.line)
    listed = terms_listed(page, body, read, alone)
    for item in listed:
        own = Page(page.name, {"title": item.term, "subject": item.subject}, "", item.line)
        yield draft_of(own, item.blocks, slug(item.term), language)
    if not listed:
        yield draft_of(page, read, concept, language)


def skipped(source: Source, error: GlossaryError) -> Skipped:
    """Return an error of one file as something left out."""
    line = error.facts.get("line", 1)
    reason = str(error).partition("] ")[2]
    return Skipped(source.name, line if isinstance(line, int) else 1, reason)


def _take(site: _Site, source: Source, dialect: Dialect) -> None:
    try:
        page = read_page(source)
    except GlossaryError as error:
        site.skipped.append(skipped(source, error))
        return
    reason = _refusal(page) or dialect.refuses(page)
    if reason:
        site.skipped.append(Skipped(page.name, 1, reason, expected=True))
    else:
        site.pages.append(page)


def _refusal(page: Page) -> str | None:
    written = page.name.rsplit("/", 1)[-1].split(".")[0]
    stem = written.lower()
    if stem in _NO_CONCEPTS or written in _IN_CAPITALS:
        return "a page about the site, not a concept"
    if stem.startswith("_") or written.strip("_") == "TEMPLATE" or stem == "template":
        return "a template or partial"
    if page.front.get("draft") is True or page.text("draft").lower() == "true":
        return "a draft"
    return None


def _ids(pages: Sequence[Page], where: Mapping[str, Place]) -> dict[str, str]:
    """Return the id of each page by its name: its own, else its file's name, else its path."""
    own: dict[str, str] = {}
    for page in pages:
        given = page.text("id", "term_id", "slug")
        if given:
            own.setdefault(where[page.name].key, re.sub(r"^/?glossary/", "", given, flags=re.I))
    keys = {where[page.name].key for page in pages}
    short = {key: _last(key) for key in keys}
    count = Counter(short.values())
    used: dict[str, str] = {}
    for key in sorted(keys):
        wanted = own.get(key) or (short[key] if count[short[key]] == 1 else key)
        taken = fold(wanted) in used.values()
        used[key] = fold(key if taken else wanted)
    return {page.name: used[where[page.name].key].strip("/ ") for page in pages}


def _stem(name: str) -> str:
    return name.rpartition("/")[2].split(".")[0]


def _last(key: str) -> str:
    """Return the last part of a path that says something."""
    parts = [part for part in key.split("/") if part not in ("index", "")]
    return parts[-1] if parts else key


def _titles(
    pages: Iterable[Page], ids: Mapping[str, str], where: Mapping[str, Place], options: Options
) -> Mapping[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for page in pages:
        language = where[page.name].language or page.text("lang", "language") or options.language
        title = plain_line(page.text("title", "term", "name"))
        if title:
            for name in (ids[page.name], fold(_last(where[page.name].key))):
                found[language].setdefault(name, title)
    return found


class _Known:
    """Which entry a link of a page leads to."""

    def __init__(self, drafts: Sequence[Draft], where: Mapping[str, Place]) -> None:
        self._ids: dict[str, str] = {}
        several: set[str] = set()
        for draft in drafts:
            key = where[draft.page.name].key
            addresses = draft.page.front.get("aliases")
            for name in (
                draft.id, key, _last(key), draft.title, draft.page.text("slug"),
                *(addresses if isinstance(addresses, list) else ()),
            ):  # fmt: skip
                folded = _address(str(name))
                if self._ids.setdefault(folded, draft.id) != draft.id:
                    several.add(folded)
        for name in several | {""}:
            self._ids.pop(name, None)

    def mentioned(self, draft: Draft) -> list[str]:
        """Return the ids that a draft's links lead to, in order of appearance."""
        found = dict.fromkeys(
            target for link in draft.mentions if (target := self._target(link)) is not None
        )
        found.pop(draft.id, None)
        return list(found)[:_MOST_MENTIONS]

    def _target(self, link: Link) -> str | None:
        if link.target.startswith(GLOSSARY):
            name = link.target.removeprefix(GLOSSARY)
            return self._ids.get(_address(name)) or self._ids.get(_address(link.text))
        if link.target.startswith("#"):
            return self._ids.get(_address(link.target[1:]))
        if re.match(r"[a-z][a-z0-9+.-]*:", link.target):
            return None
        path = _address(link.target)
        return self._ids.get(path) or self._ids.get(_last(path))


def _address(target: str) -> str:
    """Return a link's target or an id in the form in which they are compared."""
    path = re.split(r"[?#]", target, maxsplit=1)[0]
    path = re.sub(r"\.(mdx?|markdown|html?)$", "", path, flags=re.IGNORECASE)
    parts = [part for part in path.split("/") if part not in ("", ".", "..", "index", "_index")]
    return re.sub(r"[\s_]+", "-", fold("/".join(parts)))
