"""Our own format as one of the readers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.errors import GlossaryError
from bot.formats.folder import LARGEST_FILE
from bot.formats.front_matter import decode
from bot.formats.headings import is_glossary, is_letter, kind_of
from bot.formats.markdown import read_entry
from bot.formats.pages import skipped
from bot.formats.reader import Options, Reading, Skipped, Source
from bot.glossary.section import SectionKind

_TERMS = re.compile(
    r"\ufeff?---[ \t]*\r?\n(?:.*\n)*?terms:[ \t]*\r?\n(?:[ \t]+\S.*\n)*?[ \t]+preferred:"
)
_PLAIN_FRONT = re.compile(
    r"---[ \t]*\n(?:(?:id|title|aliases|synonyms|abbreviations|broader|part-of|related|subject|"
    r"updated|ended|lang):.*\n|[ \t]+.*\n|-[ \t].*\n)*---[ \t]*\n"
)
_ANY_FRONT = re.compile(r"---[ \t]*\n(.*?)^---[ \t]*\n", re.DOTALL | re.MULTILINE)
_FOREIGN_KEY = re.compile(
    r"^\s*(?:related_?terms|related-terms|see_?also|see-also|aka|categor(?:y|ies)|description|tags|"
    r"slug|weight|draft|layout|date|sidebar_\w+|page-type|short_description|permalink|type):",
    re.MULTILINE | re.IGNORECASE,
)
_FOREIGN = re.compile(
    r"<[a-zA-Z!/]|\]\((?!https?:|mailto:)|!\[|\[\[|\{[{%]|^:|^import ", re.MULTILINE
)

_LIST = re.compile(r"\s*# [^\n]+\n\s*#{2,6} [^\n]+\n(?:(?!#).*\n)*#{2,6} ")
_HEADING = re.compile(r"^(#{1,6})[ \t]+(.*)$", re.MULTILINE)
_LETTERS = 2  # headings that are but a letter; one may be a language called R
_LISTED = re.compile(
    r"^(?:[-*+][ \t]+)?(?:\*\*[^*\n]+\*\*|__[^_\n]+__|[^#:.\n]{2,60}(?::| [–—-]) +\S)", re.MULTILINE
)
_FEWEST = 3  # terms of a list

_TITLE = re.compile(r"^title:", re.MULTILINE)
_NAMELESS = 0.3  # keys that are not ours may name it
_UNREADABLE = 0.57  # among entries of ours it is one with a fault, which shall be told


class OwnMarkdownReader:
    """Reads our own format (``docs/glossary-format.md``)."""

    name = "termwise"

    def claim(self, source: Source) -> float:
        """Return how surely a file is of our format: by ``terms`` in its front matter."""
        if not source.name.lower().endswith(".md"):
            return 0.0
        try:
            text = decode(source)
        except GlossaryError:
            return _UNREADABLE
        if _TERMS.match(text[:20_000]):
            return 0.98
        front = _ANY_FRONT.match(text)
        if text.startswith("---") and (not front or _FOREIGN_KEY.search(front[1])):
            return 0.0
        body = text[front.end() :] if front else text
        if (
            _lists_terms(body)
            or _FOREIGN.search(body)
            or len(re.findall(r"^# ", body, re.MULTILINE)) > 2
        ):
            return 0.0
        named = re.match(r"\s*# \S", body) or (front and _TITLE.search(front[1]))
        if front and not named and not _PLAIN_FRONT.match(text):
            return _NAMELESS
        if front:
            return 0.58 if _PLAIN_FRONT.match(text) else 0.57
        return 0.58 if re.match(r"\s*# \S", body) else 0.0

    def read(self, sources: Sequence[Source], options: Options) -> Reading:
        """Read each file as one entry; a file with a fault is left out."""
        entries = []
        left: list[Skipped] = []
        for source in sources:
            if len(source.data) > LARGEST_FILE:
                left.append(Skipped(source.name, 1, f"more than {LARGEST_FILE} bytes"))
                continue
            try:
                text = source.data.decode("utf-8", "strict")
                entries.append(read_entry(source.name, text))
            except UnicodeDecodeError:
                left.append(Skipped(source.name, 1, "cannot be read as UTF-8 text"))
            except GlossaryError as error:
                left.append(skipped(source, error))
        return Reading(tuple(entries), tuple(left))


def _lists_terms(body: str) -> bool:
    """Tell whether a page is a list of terms, rather than about one."""
    headings = [(len(mark), text) for mark, text in _HEADING.findall(body)]
    letters = sum(is_letter(text) for _, text in headings)
    if _LIST.match(body) or letters >= _LETTERS:
        return True
    if not is_glossary(next((text for level, text in headings if level == 1), "")):
        return False
    below = [text for level, text in headings if level > 1]
    unknown = sum(kind_of(text) is SectionKind.OTHER for text in below)
    if 2 * unknown < len(below):
        return False
    return unknown >= _FEWEST or len(_LISTED.findall(body)) >= _FEWEST
