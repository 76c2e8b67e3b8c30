"""A page as an entry: title, definition, sections, other names and relations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.formats.front_matter import Page
from bot.formats.headings import is_names, is_relations, kind_of
from bot.formats.prose import Block, Link, plain_line, plain_text
from bot.formats.reader import Skipped
from bot.glossary.entry import Entry, EntryText
from bot.glossary.section import Section, SectionKind
from bot.glossary.span import Span
from bot.glossary.term import Status, Term

GLOSSARY = "glossary:"
"""What the target of a link to another entry begins with, where a macro names it."""

_TITLE = (
    "title", "term", "name", "linktitle", "begriff", "benennung", "vorzugsbenennung", "titel",
    "stichwort", "short-title", "sidebar_label",
)  # fmt: skip
_NAMES = (
    "aka", "aliases", "alias", "synonyms", "synonym", "also_known_as", "also-known-as",
    "alternative_names", "other_names", "alternatives", "alt", "synonyme", "auch_bekannt_als",
)  # fmt: skip
_SHORT = (
    "abbreviation", "abbreviations", "abbr", "acronym", "acronyms", "short", "abkürzung",
    "abkürzungen", "abkuerzung", "abk", "kürzel",
)  # fmt: skip
_FULL = (
    "full_name", "full-name", "full_form", "expansion", "long_form", "stands_for", "langform",
    "vollform",
)  # fmt: skip
_DEFINITION = ("definition", "hovertext", "begriffsbestimmung")
_SUMMARY = (
    "short_description", "short-description", "description", "summary", "excerpt", "beschreibung",
    "kurzbeschreibung",
)  # fmt: skip
_RELATED = (
    "related", "related_terms", "related-terms", "relatedterms", "see_also", "see-also", "seealso",
    "verwandt", "verwandte_begriffe", "siehe_auch", "siehe",
)  # fmt: skip
_BROADER = ("broader", "parent_term", "is_a", "isa", "oberbegriff", "oberbegriffe")
_PART_OF = ("part-of", "part_of", "partof", "teil_von")
_SUBJECT = (
    "category", "categories", "subject", "domain", "topic", "field", "kategorie", "fachgebiet",
    "sachgebiet",
)  # fmt: skip
_UPDATED = ("updated", "lastmod", "last_modified", "last-modified", "last_updated")
_USED = frozenset(
    ("id", "lang", "language", "draft", *_TITLE[:-2], *_NAMES, *_SHORT, *_FULL, *_DEFINITION,
     *_RELATED, *_BROADER, *_PART_OF, *_SUBJECT, *_UPDATED)
)  # fmt: skip
_NOTHING = re.compile(
    r"\W*(?:not specified|not applicable|n/?a|none|tbd|todo|coming soon|keine?|entfällt)?\W*",
    re.IGNORECASE,
)
_SHORTEST_DEFINITION = 40  # characters; what is shorter takes the next paragraph along
_TEXT_KINDS = ("paragraph", "list", "quote", "table")


@dataclass(slots=True)
class _Part:
    """The blocks under one heading."""

    heading: str
    line: int
    blocks: list[Block] = field(default_factory=list)


@dataclass(slots=True)
class Draft:
    """What is known of an entry while its page is read.

    Attributes:
        language: language of the page.
        mentions: links of the text, which may lead to other entries.
        elsewhere: what else a section "See also" lists.
    """

    page: Page
    id: str
    language: str
    title: str = ""
    names: list[str] = field(default_factory=list)
    related: list[str] = field(default_factory=list)
    mentions: list[Link] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    definition: Section | None = None
    sections: list[Section] = field(default_factory=list)

    def entry(self, related: Iterable[str]) -> Entry:
        """Return the entry; ``related`` are ids found in the text, after those named on purpose."""
        if self.definition is None:
            raise ValueError("an entry needs a definition")
        page = self.page
        elsewhere = {"see-also": list(self.elsewhere)} if self.elsewhere else {}
        unused = {key: value for key, value in page.front.items() if _is_unused(key, value)}
        return Entry(
            id=self.id,
            terms=tuple(self._terms()),
            texts={self.language: EntryText(self.definition, tuple(self.sections))},
            broader=page.texts(*_BROADER),
            part_of=page.texts(*_PART_OF),
            related=tuple(dict.fromkeys([*page.texts(*_RELATED), *self.related, *related])),
            subject=plain_line(", ".join(page.texts(*_SUBJECT))),
            updated=page.text(*_UPDATED),
            ended=page.text("ended"),
            extra={**unused, **elsewhere},
        )

    def _terms(self) -> Iterator[Term]:
        yield Term(self.title, self.language, Status.PREFERRED)
        expansion = plain_line(self.page.text(*_FULL)) or self.title
        short = [plain_line(name) for name in self.page.texts(*_SHORT)]
        others = [*self.page.texts(*_NAMES), *self.names, *self.page.texts(*_FULL)]
        for name in dict.fromkeys(others):
            text = plain_line(name)
            if text and text not in (self.title, *short) and "/" not in name[:1]:
                yield Term(text, self.language, Status.ADMITTED)
        for name in short:
            if name:
                yield Term(name, self.language, Status.ABBREVIATION, expansion)


def draft_of(page: Page, blocks: Sequence[Block], concept: str, language: str) -> Draft | Skipped:
    """Read a page into the draft of an entry, or say why it is none.

    Args:
        page: the page; its front matter fills what the text does not say.
        blocks: its body.
        concept: the id.
        language: language of the page.
    """
    given = plain_line(page.text(*_TITLE))
    heading, parts = _parts(blocks, bool(given))
    title = given or plain_line(heading) or _from_name(page.name)
    draft = Draft(page, concept, language, title)
    lead, *rest = parts
    kept = [part for part in rest if not _take_apart(draft, part)]
    _define(draft, lead, kept)
    if draft.definition is None:
        listing = not blocks and re.search(r"(^|/)index\.\w+$", page.name) is not None
        return Skipped(page.name, page.line, "it holds no definition", expected=listing)
    draft.mentions += [link for part in (lead, *kept) for b in part.blocks for link in b.links]
    return draft


def _parts(blocks: Sequence[Block], titled: bool) -> tuple[str, list[_Part]]:
    """Cut blocks at their highest headings; return the title's heading beside, if there is one.

    Where nothing else is the title, it may be a lower heading that stands above all the rest.
    """
    title = ""
    headings = [block for block in blocks if block.level]
    if headings and (headings[0].level == 1 or (not titled and _is_title(headings[0], blocks))):
        title = headings[0].text
        blocks = [block for block in blocks if block is not headings[0]]
        headings = headings[1:]
    highest = min((block.level for block in headings), default=1)
    parts = [_Part("", blocks[0].line if blocks else 1)]
    for block in blocks:
        if block.level == highest:
            parts.append(_Part(plain_line(block.text), block.line))
        else:
            parts[-1].blocks.append(block)
    return title, parts


def _is_title(heading: Block, blocks: Sequence[Block]) -> bool:
    below = all(block.level == 0 or block.level > heading.level for block in blocks[1:])
    return blocks[0] is heading and below and kind_of(heading.text) is SectionKind.OTHER


def _take_apart(draft: Draft, part: _Part) -> bool:
    """Turn a section of names or relations into those; say whether nothing else was in it."""
    if is_names(part.heading):
        for block in part.blocks:
            draft.names += block.items or re.split(r"[,;\n]", block.text)
        return True
    if not is_relations(part.heading):
        return False
    remaining = []
    for block in part.blocks:
        inner = [link for link in block.links if not _is_outside(link.target)]
        draft.mentions += inner
        left = [_without_names(item, inner) for item in block.items or (block.text,)]
        left = [item for item in left if item]
        if block.items or block.links:
            draft.elsewhere += left
        elif left:
            remaining.append(block)
    part.blocks = remaining
    return not remaining


def _without_names(item: str, links: Sequence[Link]) -> str:
    """Return an item without the lines that only name other entries, and what announces them."""
    names = {_bare(link.text) for link in links}
    kept = []
    for line in item.split("\n"):
        words = _bare(re.sub(r"^\s*[-*+]\s+", "", line))
        if not words or not all(part in names for part in re.split(r",\s+", words)):
            kept.append(line)
    alone = len(kept) == 1 and "\n" in item and "](" not in kept[0]
    return "" if alone else "\n".join(kept)


def _bare(text: str) -> str:
    return re.sub(r"[*_`]", "", text).strip(" .,;:")


def _is_outside(target: str) -> bool:
    return bool(re.match(r"[a-z][a-z0-9+.-]*:", target)) and not target.startswith(GLOSSARY)


def _define(draft: Draft, lead: _Part, rest: list[_Part]) -> None:
    given = plain_text(draft.page.text(*_DEFINITION))
    if given:
        _with_given(draft, given, lead, rest)
        return
    defining = (p for p in rest if kind_of(p.heading) is SectionKind.DEFINITION and p.blocks)
    named = next(defining, None)
    if named and not any(block.kind == "paragraph" for block in lead.blocks):
        rest.remove(named)
        _with_lead(draft, named, [lead, *rest], named.heading)
    elif any(block.kind in _TEXT_KINDS for block in lead.blocks):
        _with_lead(draft, lead, rest)
    elif summary := plain_text(draft.page.text(*_SUMMARY)):
        _with_given(draft, summary, lead, rest)
    else:
        first = next((p for p in rest if p.blocks and p.blocks[0].kind in _TEXT_KINDS), None)
        if first:
            _with_lead(draft, _Part("", first.line, first.blocks[:1]), [lead, *rest])
            first.blocks = first.blocks[1:]
            draft.sections = [s for p in [lead, *rest] for s in _section(draft, p)]


def _with_given(draft: Draft, text: str, lead: _Part, rest: Sequence[_Part]) -> None:
    span = Span(draft.page.name, 1, 0, len(text))
    several = "Definition" if "\n\n" in text else ""
    draft.definition = Section(SectionKind.DEFINITION, several, text, span)
    same = [b for b in lead.blocks if b.text != text]
    lead.blocks = same
    draft.sections = [s for part in (lead, *rest) for s in _section(draft, part)]


def _with_lead(draft: Draft, lead: _Part, rest: Sequence[_Part], heading: str = "") -> None:
    """Take the first paragraph as the definition; under a heading of its own, all of them."""
    number = len(lead.blocks) if heading else _length(lead.blocks)
    text = _joined(lead.blocks[:number], heading)
    span = Span(draft.page.name, lead.blocks[0].line if lead.blocks else lead.line, 0, len(text))
    draft.definition = Section(SectionKind.DEFINITION, heading, text, span)
    remaining = _Part("", lead.line, lead.blocks[number:])
    draft.sections = [s for part in (remaining, *rest) for s in _section(draft, part)]


def _length(blocks: Sequence[Block]) -> int:
    """Return how many blocks belong to the definition: a list that it announces is part of it."""
    start = next((n for n, b in enumerate(blocks) if b.kind == "paragraph"), 0)
    number = start + 1
    while number < len(blocks):
        text = blocks[number - 1].text.rstrip("*_ ")
        short = number == start + 1 and len(text) < _SHORTEST_DEFINITION
        if not (text.endswith(":") or short) or blocks[number].kind not in _TEXT_KINDS:
            break
        number += 1
    return number


def _joined(blocks: Sequence[Block], heading: str) -> str:
    """Join the blocks of a definition; without a heading it must be one paragraph."""
    return ("\n\n" if heading else "\n").join(b.text for b in blocks)


def _section(draft: Draft, part: _Part) -> Iterator[Section]:
    if not part.blocks or (len(part.blocks) == 1 and _NOTHING.fullmatch(part.blocks[0].text)):
        return
    text = "\n\n".join(f"**{b.text}**" if b.level else b.text for b in part.blocks)
    span = Span(draft.page.name, part.blocks[0].line, 0, len(text))
    yield Section(kind_of(part.heading), part.heading, text, span)


def _from_name(name: str) -> str:
    parts = name.split("/")
    stem = parts[-1].rsplit(".", 1)[0]
    if stem.lower() in ("index", "readme") and len(parts) > 1:
        stem = parts[-2]
    return re.sub(r"[-_]+", " ", stem).strip()


def _is_unused(key: str, value: Any) -> bool:
    if key == "aliases" and isinstance(value, list):
        return any(str(item).startswith("/") for item in value)  # former addresses of the page
    return key not in _USED and value not in (None, "", [], {})
