"""Glossaries as MDN Web Docs writes them: macros, nested folders, disambiguation pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from bot.errors import GlossaryError
from bot.formats.front_matter import Page, read_page
from bot.formats.macro import arguments, link, outside_code
from bot.formats.page_entry import GLOSSARY
from bot.formats.pages import read_pages
from bot.formats.reader import Options, Reading, Source

_MACRO = re.compile(  # no part passes over a brace, so that braces without end cost little
    r"\{\{\s{0,20}([A-Za-z_][\w-]{0,60})\s{0,20}"
    r"(?:\(((?:\"[^\"{}]{0,500}\"|'[^'{}]{0,500}'|[^){}\"']){0,300})\))?\s{0,20}\}\}"
)
_REFERENCE = re.compile(
    r"(?:glossary|cssxref|jsxref|domxref|htmlelement|svgelement|mathmlelement|svgattr|"
    r"http(?:header|method|status)|rfc|csp|interwiki|webextapiref|event|svginfo|htmlattrxref)",
    re.IGNORECASE,
)
_ELEMENT = re.compile(r"(?:html|svg|mathml)element", re.IGNORECASE)
_SILENT = re.compile(
    r".*(?:sidebar|ref|inline|header|disambiguation|quicklinks.*|sample|compat|specifications|"
    r"previous.*|next.*|menu.*|subpages.*|list.*)",
    re.IGNORECASE,
)


class MdnReader:
    """Reads the pages of an MDN glossary."""

    name = "mdn"

    def claim(self, source: Source) -> float:
        """Return how surely a file is a page of MDN's: by its slug and macros."""
        if not source.name.lower().endswith((".md", ".markdown")):
            return 0.0
        try:
            page = read_page(source)
        except GlossaryError:
            return 0.0
        if page.text("slug").startswith("Glossary") or page.text("page-type"):
            return 0.97
        known = (m for m in _MACRO.finditer(page.body) if _REFERENCE.fullmatch(m[1]))
        return 0.95 if next(known, None) else 0.3 if page.front else 0.0

    def read(self, sources: Sequence[Source], options: Options) -> Reading:
        """Read the pages; macros become the words they show."""
        return read_pages(sources, options, _Mdn())


class _Mdn:
    def refuses(self, page: Page) -> str | None:
        if "disambiguation" in page.text("page-type") or re.search(
            r"\{\{\s*GlossaryDisambiguation", page.body, re.IGNORECASE
        ):
            return "it only tells meanings apart, which are entries of their own"
        landing = page.text("page-type") in ("landing-page", "listing-page")
        if landing or page.text("slug").lower() in ("glossary", "glossary/contribute"):
            return "a page about the glossary"
        return None

    def prepare(self, page: Page, titles: Mapping[str, str], dropped: Counter[str]) -> str:
        return outside_code(page.body, lambda text: _MACRO.sub(lambda m: _shown(m, dropped), text))


def _shown(match: re.Match[str], dropped: Counter[str]) -> str:
    """Return what a macro shows."""
    name = match[1].lower()
    placed, _ = arguments(match[2] or "")
    if not _REFERENCE.fullmatch(name) or not placed:
        if not _SILENT.fullmatch(name):
            dropped[f"the macro {match[1]}"] += 1
        return ""
    first = placed[0]
    second = placed[1] if len(placed) > 1 else ""
    if name == "glossary":
        return link(second or re.sub(r".*/|_", " ", first).strip(), f"{GLOSSARY}{first}")
    if name == "rfc":
        return f"RFC {first}" + (f", {second}" if second else "")
    if name == "interwiki":
        return placed[-1]
    if _ELEMENT.fullmatch(name):
        return second or f"`<{first}>`"
    return f"`{second or first}`"
