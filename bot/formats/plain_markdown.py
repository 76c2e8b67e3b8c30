"""Plain Markdown: a page per concept, or one page with many terms; also Jekyll and Obsidian."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from bot.errors import GlossaryError
from bot.formats.front_matter import Page, read_page
from bot.formats.macro import link, outside_code
from bot.formats.page_entry import GLOSSARY
from bot.formats.pages import read_pages
from bot.formats.reader import Options, Reading, Source

_LIQUID = re.compile(r"\{%[^{}]{0,2000}%\}|\{\{[^{}]{0,2000}\}\}")
_WIKI_LINK = re.compile(
    r"!?\[\[([^\[\]|#\n]{1,200})(?:#[^\[\]|\n]{0,200})?(?:\|([^\[\]\n]{1,300}))?\]\]"
)
_FOREIGN = re.compile(r"<[a-zA-Z!/]|\]\((?!https?:|mailto:)|!\[|\[\[|\{%|^:\s|^\|", re.MULTILINE)
_MARKDOWN = re.compile(r"^#{1,6} \S|^---$|^\*\*\S|^[-*] \S|^[^\n]+\n: \S", re.MULTILINE)


class PlainMarkdownReader:
    """Reads Markdown that no other reader knows."""

    name = "markdown"

    def claim(self, source: Source) -> float:
        """Return how surely a file is Markdown: by its ending, else by headings and lists."""
        named = source.name.lower().endswith((".md", ".markdown", ".mdx"))
        if not named and not source.name.lower().endswith(".txt"):
            return 0.0
        try:
            page = read_page(source)
        except GlossaryError:
            return 0.2 if named else 0.0
        if not named:
            return 0.4 if _MARKDOWN.search(page.body) else 0.0
        several = len(re.findall(r"^#{1,6} ", page.body, re.MULTILINE)) > 1
        return 0.56 if _FOREIGN.search(page.body) or page.front or several else 0.5

    def read(self, sources: Sequence[Source], options: Options) -> Reading:
        """Read the pages; wiki links become their words, template commands go."""
        return read_pages(sources, options, _Plain())


class _Plain:
    def refuses(self, page: Page) -> str | None:
        return None

    def prepare(self, page: Page, titles: Mapping[str, str], dropped: Counter[str]) -> str:
        return outside_code(page.body, _resolved)


def _resolved(text: str) -> str:
    text = _LIQUID.sub("", text)
    return _WIKI_LINK.sub(lambda m: link((m[2] or m[1]).strip(), GLOSSARY + m[1].strip()), text)
