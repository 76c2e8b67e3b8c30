"""Glossaries of Hugo sites: front matter in YAML, TOML or JSON, shortcodes, drafts, languages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from bot.errors import GlossaryError
from bot.formats.front_matter import Page, decode, read_page
from bot.formats.macro import arguments, link, outside_code
from bot.formats.page_entry import GLOSSARY
from bot.formats.pages import read_pages
from bot.formats.reader import Options, Reading, Source
from bot.glossary.folding import fold

_SHORTCODE = re.compile(  # no part passes over a brace, so that braces without end cost little
    r"\{\{([<%])\s{0,20}(/?)\s{0,20}([\w./-]{1,60})"
    r"((?:\"[^\"{}]{0,2000}\"|`[^`{}]{0,2000}`|[^{}\"`]){0,500}?)[>%]?\}\}"
)
_MORE = re.compile(r"<!--\s*more\s*-->", re.IGNORECASE)
_OWN_KEYS = frozenset({
    "term_id", "full_link", "short_description", "aka", "draft", "weight", "linktitle", "lastmod",
    "layout", "toc_hide", "categories", "menu",
})  # fmt: skip
_REFERENCES = frozenset({"ref", "relref"})


class HugoReader:
    """Reads the pages of a Hugo site."""

    name = "hugo"

    def claim(self, source: Source) -> float:
        """Return how surely a file is a page of Hugo's: by its shortcodes and front matter."""
        if not source.name.lower().endswith((".md", ".markdown")):
            return 0.0
        try:
            page = read_page(source)
        except GlossaryError:
            return 0.5 if source.data.lstrip()[:3] in (b"---", b"+++") else 0.0
        if re.search(r"\{\{[<%]", page.body):
            return 0.93
        if decode(source).lstrip().startswith("+++"):
            return 0.9
        if _MORE.search(page.body):
            return 0.8
        known = len(_OWN_KEYS & set(page.front))
        if known:
            return min(0.6 + 0.1 * known, 0.85)
        return 0.55 if page.front else 0.3

    def read(self, sources: Sequence[Source], options: Options) -> Reading:
        """Read the pages; tooltips become the words they show, other shortcodes go."""
        return read_pages(sources, options, _Hugo())


class _Hugo:
    def refuses(self, page: Page) -> str | None:
        if page.text("type", "layout") in ("search", "home", "list"):
            return "a page of the site, not a concept"
        return None

    def prepare(self, page: Page, titles: Mapping[str, str], dropped: Counter[str]) -> str:
        def resolve(match: re.Match[str]) -> str:
            return _resolved(match, titles, dropped)

        body = outside_code(page.body, lambda text: _SHORTCODE.sub(resolve, text))
        return _MORE.sub("", body)


def _resolved(match: re.Match[str], titles: Mapping[str, str], dropped: Counter[str]) -> str:
    """Return what a shortcode shows."""
    name = match[3].lower()
    if match[2]:
        return ""
    placed, named = arguments(match[4].strip().rstrip("/").strip())
    if name in _REFERENCES:
        return placed[0] if placed else ""
    concept = named.get("term_id") or named.get("term") or named.get("id") or ""
    if not concept and placed and re.search(r"glossary|term|tooltip|definition", name):
        concept = placed[0]
    words = named.get("text") or named.get("title") or named.get("label") or ""
    if concept:
        known = titles.get(fold(concept)) or re.sub(r"[-_]+", " ", concept)
        shown = words or (placed[1] if len(placed) > 1 else known)
        return link(shown, f"{GLOSSARY}{concept}")
    if words:
        return words
    if not re.search(r"note|caution|warning|tip|alert|details|tab|callout|info", name):
        dropped[f"the shortcode {match[3]}"] += 1
    return ""
