"""Glossaries of Docusaurus sites: Markdown with imports, JSX and admonitions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from bot.errors import GlossaryError
from bot.formats.front_matter import Page, read_page
from bot.formats.macro import outside_code, outside_spans
from bot.formats.pages import read_pages
from bot.formats.reader import Options, Reading, Source

_OWN_KEYS = frozenset({
    "sidebar_label", "sidebar_position", "hide_title", "hide_table_of_contents", "hovertext",
    "pagination_label", "custom_edit_url", "toc_max_heading_level", "pagination_next",
})  # fmt: skip
_IMPORT = re.compile(r"^(?:import\s[^\n]*?from\s+['\"][^\n]*|import\s+['\"][^\n]*)$", re.MULTILINE)
_EXPORT = re.compile(
    r"^export\s(?:const|default|function|let)\b.*?(?:\n\s*\n|\Z)", re.DOTALL | re.MULTILINE
)
_ADMONITION = re.compile(
    r"^[ \t]*:::+[ \t]*(?:\w[\w-]*)?(?:\[([^\]\n]*)\]|[ \t]+([^\n{]*))?[^\n]*$", re.MULTILINE
)
_COMMENT = re.compile(r"\{/\*(?:(?!\{/\*).){0,2000}?\*/\}", re.DOTALL)
_JSX = re.compile(
    r"</?(?:[A-Z][\w.]{0,80}"
    r"(?:\s(?:\"[^\"<]{0,500}\"|'[^'<]{0,500}'|\{[^{}<]{0,500}\}|[^<>\"'{}]){0,300})?|)/?>"
)
_ANCHOR = re.compile(r"[ \t]?\\?\{#[\w-]{1,200}\\?\}[ \t]*$", re.MULTILINE)


class DocusaurusReader:
    """Reads the pages of a Docusaurus site."""

    name = "docusaurus"

    def claim(self, source: Source) -> float:
        """Return how surely a file is a page of Docusaurus': by imports, JSX and admonitions."""
        name = source.name.lower()
        if not name.endswith((".md", ".mdx", ".markdown")):
            return 0.0
        try:
            page = read_page(source)
        except GlossaryError:
            return 0.5 if name.endswith(".mdx") else 0.0
        if _IMPORT.search(page.body) or re.search(r"^:::\w+", page.body, re.MULTILINE):
            return 0.92
        if name.endswith(".mdx") or _OWN_KEYS & set(page.front):
            return 0.9
        return 0.54 if page.front else 0.3

    def read(self, sources: Sequence[Source], options: Options) -> Reading:
        """Read the pages; components go, what stands inside of them stays."""
        return read_pages(sources, options, DocusaurusDialect())


class DocusaurusDialect:
    """What Docusaurus adds to Markdown."""

    def refuses(self, page: Page) -> str | None:
        """Take every page."""
        return None

    def prepare(self, page: Page, titles: Mapping[str, str], dropped: Counter[str]) -> str:
        """Return the body without imports, components and signs of admonitions."""
        return outside_code(page.body, _without_components)


def _without_components(text: str) -> str:
    for pattern in (_COMMENT, _IMPORT, _EXPORT):
        text = pattern.sub("", text)
    text = outside_spans(text, lambda prose: _JSX.sub("", prose))
    text = _ADMONITION.sub(lambda m: f"\n{(m[1] or m[2] or '').strip()}\n", text)
    return _ANCHOR.sub("", text)
