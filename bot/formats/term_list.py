"""A page that lists many terms: by headings, a definition list, bold words or a table."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.formats.front_matter import Page
from bot.formats.headings import is_glossary, is_letter, is_names, is_relations, kind_of
from bot.formats.prose import Block, blocks, plain_line
from bot.glossary.section import SectionKind

_BOLD = re.compile(
    r"(\*\*|__|`|\*|_)(?P<term>(?:(?!\1).){1,120}?)\s*:?\s*\1\s*(?P<short>\([^()]{1,40}\))?"
    r"\s*(?P<sign>[:–—-])?\s*(?P<text>\S.*)",
    re.DOTALL,
)
_HALF_BOLD = re.compile(
    r"(\*\*|__)(?P<term>(?:(?!\1).){1,120}?)\1(?P<short> [^:.,;*_\n]{1,30})(?P<sign>:)"
    r"\s*(?P<text>\S.*)",
    re.DOTALL,
)
_BARE = re.compile(
    r"(?P<term>(?:[^:.`*\n]|\b[A-Z]\.|\.(?! )){2,60}?)(?P<short>)(?P<sign>:| [–—-]) "
    r"(?P<text>\S.*)",
    re.DOTALL,
)
_TERM_COLUMN = re.compile(
    r"(term|word|name|concept|abbreviation|acronym|begriff|wort|bezeichnung|abk)", re.IGNORECASE
)
_TEXT_COLUMN = re.compile(
    r"(definition|meaning|description|explanation|expansion|stands for|bedeutung|beschreibung|"
    r"erklärung)",
    re.IGNORECASE,
)
_FEWEST = 3


@dataclass(frozen=True, slots=True)
class Listed:
    """One term of a list: where it stands, its text, and the heading it stands under."""

    term: str
    line: int
    blocks: tuple[Block, ...]
    subject: str = ""


def terms_listed(page: Page, body: str, read: Sequence[Block], alone: bool) -> list[Listed]:
    """Return the terms that a page lists; none if it is about one concept.

    Args:
        page: the page.
        body: its Markdown, without macros.
        read: the blocks of ``body``.
        alone: whether it is the only page, or one of those for a letter each, so that it is a list
            rather than one of many concepts.
    """
    *folders, file = page.name.split("/")
    stem = file.rsplit(".", 1)[0]
    if stem.lower() in ("index", "readme") and folders:
        stem = folders[-1]
    title = page.text("title") or next((block.text for block in read if block.level == 1), "")
    named = is_glossary(f"{stem} {title}")
    least = 2 if alone else _FEWEST
    found = list(_definition_list(body, page.line))
    if len(found) >= least:
        return found
    if not (named or alone):
        return []
    for way in (_table, _in_bold, _under_headings, _unmarked):
        found = list(way(read))
        if len(found) >= (least if named else _FEWEST):
            return found
    return []


def _definition_list(body: str, first: int) -> Iterator[Listed]:
    """Find ``Term`` on one line and ``: definition`` below it."""
    lines = body.split("\n")
    place = 0
    while place < len(lines):
        mark = re.match(r"[ ]{0,3}[:~][ \t]+(?=\S)", lines[place])
        term = _term_above(lines, place) if mark else -1
        if term < 0:
            place += 1
            continue
        end = place + 1
        while end < len(lines) and _goes_on(lines, end):
            end += 1
        text = [
            re.sub(r"^(?:[ ]{0,3}[:~][ \t]+|[ \t]{1,4})", "", line) for line in lines[place:end]
        ]
        read = tuple(blocks("\n".join(text), first + place))
        if read:
            yield Listed(plain_line(lines[term]), first + term, read)
        place = end


def _term_above(lines: Sequence[str], place: int) -> int:
    above = place - 1
    while above >= 0 and not lines[above].strip():
        above -= 1
    fine = above >= 0 and place - above <= 2 and re.match(r"[^\s:~#>|-]", lines[above])
    return above if fine and len(lines[above]) < 200 else -1


def _goes_on(lines: Sequence[str], place: int) -> bool:
    """Say whether a line still belongs to a definition."""
    line = lines[place]
    if re.match(r"[ ]{0,3}[:~][ \t]+|[ \t]{2,}\S", line):
        return True
    following = next((other for other in lines[place + 1 : place + 3] if other.strip()), "")
    if not line.strip():
        return bool(re.match(r"[ \t]{2,}\S|[ ]{0,3}[:~][ \t]+", following))
    is_term = bool(re.match(r"[ ]{0,3}[:~][ \t]+", following))
    return not is_term and bool(lines[place - 1].strip()) and not line.startswith("#")


def _table(read: Sequence[Block]) -> Iterator[Listed]:
    subject = ""
    for block in read:
        if block.level:
            subject = _subject(block.text)
        if block.kind != "table":
            continue
        head, _, *rows = [_cells(line) for line in block.text.split("\n")]
        term = next((n for n, cell in enumerate(head) if _TERM_COLUMN.search(cell)), 0)
        text = next(
            (n for n, cell in enumerate(head) if _TEXT_COLUMN.search(cell) and n != term), -1
        )
        if len(head) < 2 or (text < 0 and len(head) > 2):
            continue
        for number, row in enumerate(rows):
            if len(row) > max(term, text) and plain_line(row[term]) and row[text].strip():
                line = block.line + 2 + number
                block_of = Block("paragraph", row[text], line)
                yield Listed(plain_line(row[term]), line, (block_of,), subject)


def _cells(line: str) -> list[str]:
    cells = re.split(r"(?<!\\)\|", line.strip().strip("|"))
    return [cell.replace("\\|", "|").strip() for cell in cells]


def _in_bold(read: Sequence[Block]) -> Iterator[Listed]:
    """Find list items and paragraphs that begin with a marked term; most must be such."""
    return _beginning_with(read, _marked)


def _unmarked(read: Sequence[Block]) -> Iterator[Listed]:
    """Find list items and paragraphs such as ``term - text``; most must be such."""
    return _beginning_with(read, lambda block, text: _BARE.match(text))


def _marked(block: Block, text: str) -> re.Match[str] | None:
    match = _BOLD.match(text)
    if match and (match["sign"] or ":" in text[: match.start("text")] or block.items):
        return match
    return _HALF_BOLD.match(text) or (_BARE.match(text) if block.items else None)


def _beginning_with(
    read: Sequence[Block], begins: Callable[[Block, str], re.Match[str] | None]
) -> Iterator[Listed]:
    """Yield a term for each text that begins with one, if most do.

    What stands between two terms under the same heading belongs to the first of them.
    """
    subject = ""
    found: list[Listed] = []
    others = 0
    follows = False
    for block in read:
        if block.level:
            subject, follows = _subject(block.text), False
            continue
        texts = block.items or ((block.text,) if block.kind == "paragraph" else ())
        matches = [(text, begins(block, text)) for text in texts]
        others += sum(match is None for _, match in matches)
        if not any(match for _, match in matches):
            if follows:
                found[-1] = replace(found[-1], blocks=(*found[-1].blocks, block))
            continue
        for text, match in matches:
            if match:
                found.append(_listed(match, block, subject))
                follows = True
            elif follows:
                more = Block("paragraph", text, block.line)
                found[-1] = replace(found[-1], blocks=(*found[-1].blocks, more))
    if len(found) > others:
        yield from found


def _listed(match: re.Match[str], block: Block, subject: str) -> Listed:
    term = " ".join(filter(None, (plain_line(match["term"]), (match["short"] or "").strip())))
    text = Block("paragraph", match["text"], block.line, 0, block.links)
    return Listed(term, block.line, (text,), subject)


def _under_headings(read: Sequence[Block]) -> Iterator[Listed]:
    level = _level_of_terms(read)
    if not level:
        return
    subject = ""
    under: list[Block] | None = None
    heading: Block | None = None
    for block in [*read, Block("heading", "", 0, level)]:
        if not block.level or block.level > level:
            if under is not None:
                under.append(block)
            continue
        if heading and under and any(not b.level for b in under):
            yield Listed(plain_line(heading.text), heading.line, tuple(under), subject)
        heading, under = (block, []) if block.level == level else (None, None)
        if block.level < level:
            subject = _subject(block.text)


def _level_of_terms(read: Sequence[Block]) -> int:
    """Return the level of most headings that have a text of their own, or 0."""
    count: Counter[int] = Counter()
    telling: Counter[int] = Counter()
    for block, following in pairwise(read):
        if block.level and not following.level:
            count[block.level] += 1
            known = kind_of(block.text) is not SectionKind.OTHER or is_relations(block.text)
            telling[block.level] += known or is_names(block.text) or is_letter(block.text)
    fit = [level for level, n in count.items() if n >= 2 and telling[level] * 2 < n]
    return max(fit, key=lambda level: (count[level], -level), default=0)


def _subject(heading: str) -> str:
    text = plain_line(heading)
    return "" if is_letter(text) or is_glossary(text) else text
