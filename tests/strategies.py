"""Hypothesis strategies: entries, glossaries, their files, questions, and nasty text."""

from __future__ import annotations

from hypothesis import strategies as st

from bot.glossary.entry import Entry, EntryText
from bot.glossary.glossary import Glossary
from bot.glossary.names import Names
from bot.glossary.section import Item, Section, SectionKind
from bot.glossary.span import Span
from bot.glossary.term import Status, Term

LANGUAGES = ("en", "de")

_NASTY = (
    "\x00", "\ud800", "\udfff\ud83d", "\u202e", "\u200f", "\u0301", "e\u0301\u0323", "\ufeff",
    "\u2028", "\u0085", "\x1b[31m", "\x7f", "\r", "\t", "\n", "مرحبا", "שלום", "Z̷̡a̴l̵g̶o̷",
    "👩‍👩‍👧‍👦", "ß", "ẞ", "İ", "\u0131", "ﬁ", "Ǆ", "½", "²", "\u037a", "\uff9e", "ͅ", "각", "각",
    "/", "//", "/ /", "<term>", "{}", "{term}", "%s", "**", "`", "```", "---", "#", "- ",
    "' OR 1=1", "<script>", "\\", "'", "’", "’s", "C++", "...", "?", "_",
    "\u00ad", "\u00a0", "\u3000",
)  # fmt: skip


_PIECES = st.one_of(
    st.sampled_from(_NASTY),
    st.sampled_from("aeiou "),
    st.characters(),
    st.characters(categories=["Cs", "Cc", "Mn", "Cf"]),
)


def nasty_text(max_size: int = 20) -> st.SearchStrategy[str]:
    """Text with all that breaks programs: lone surrogates, NUL, right-to-left and stacked marks."""
    return st.lists(_PIECES, max_size=max_size).map("".join)


def unicode_text(max_size: int = 20) -> st.SearchStrategy[str]:
    """Nasty text that UTF-8 can write, so without lone surrogates."""
    return nasty_text(max_size).map(_writable)


def _writable(text: str) -> str:
    return text.encode("utf-8", "ignore").decode()


_SNIPPETS = st.lists(st.sampled_from([_writable(piece) for piece in _NASTY]), max_size=3).map(
    "".join
)
"""Short nasty text that costs little to draw, for things made of many texts."""


_WORDS = st.text("abeiost", min_size=2, max_size=7)
_NAMES = st.builds(
    lambda parts, joint, change: change(joint.join(parts)),
    st.lists(_WORDS, min_size=1, max_size=3),
    st.sampled_from((" ", "-")),
    st.sampled_from((str, str.title, str.upper)),
)
"""Names of one to three made-up words of few letters, so that many are alike."""

_NUMBERS = st.integers(0, 10**6)
_SPANS = st.builds(Span, _SNIPPETS, st.integers(1, 10**6), _NUMBERS, _NUMBERS)
_ITEMS = st.lists(st.builds(Item, _SNIPPETS, _SPANS), max_size=2).map(tuple)


def _sections(kind: st.SearchStrategy[SectionKind]) -> st.SearchStrategy[Section]:
    return st.builds(Section, kind, _SNIPPETS, _SNIPPETS, _SPANS, _ITEMS)


_TEXTS = st.dictionaries(
    st.sampled_from((*LANGUAGES, "fr")),
    st.builds(
        EntryText,
        _sections(st.just(SectionKind.DEFINITION)),
        st.lists(_sections(st.sampled_from(SectionKind)), max_size=2).map(tuple),
    ),
    min_size=1,
)


_PREFERRED = st.builds(Term, _NAMES, st.sampled_from(LANGUAGES), st.just(Status.PREFERRED))
_OTHERS = st.builds(
    Term,
    _NAMES,
    st.sampled_from(LANGUAGES),
    st.sampled_from((Status.ADMITTED, Status.ABBREVIATION)),
    st.none() | _NAMES,
)
_TERMS = st.builds(
    lambda first, rest: (first, *rest), _PREFERRED, st.lists(_OTHERS | _PREFERRED, max_size=3)
)
_TARGETS = st.lists(st.sampled_from("abcdefghz"), max_size=3, unique=True).map(tuple)


def entries() -> st.SearchStrategy[Entry]:
    """Entries with any text, which their spans do not describe."""
    return st.builds(
        Entry,
        id=st.text("abcde-", min_size=1, max_size=8),
        terms=_TERMS,
        texts=_TEXTS,
        broader=_TARGETS,
        part_of=_TARGETS,
        related=_TARGETS,
        subject=_SNIPPETS,
        updated=st.sampled_from(("", "2026-11-23")),
        ended=st.sampled_from(("", "2019")),
        described=st.dictionaries(
            st.sampled_from(LANGUAGES), st.lists(_NAMES, min_size=1, max_size=2).map(tuple)
        ),
        extra=st.dictionaries(_SNIPPETS, _SNIPPETS, max_size=2),
    )


@st.composite
def glossaries(draw: st.DrawFn) -> Glossary:
    """Up to six entries without texts; relations may dangle or run in circles."""
    ids = draw(st.lists(st.sampled_from("abcdefgh"), max_size=6, unique=True))
    made = [Entry(i, draw(_TERMS), {}, draw(_TARGETS), draw(_TARGETS), draw(_TARGETS)) for i in ids]
    return Glossary(made, version="made-up")


@st.composite
def questions(draw: st.DrawFn, names: Names) -> str:
    """Questions with names as people write them, mistyped or chopped, between other words."""
    parts = []
    for _ in range(draw(st.integers(0, 4))):
        kind = draw(st.integers(0, 3))
        if kind == 0:
            parts.append(draw(nasty_text(6)))
        elif kind == 1:
            parts.append(
                draw(st.sampled_from(("what is", "the", "und", "I'm", "us", "it", "cake")))
            )
        else:
            parts.append(draw(_spelling(draw(st.sampled_from(names.all)).text)))
    return draw(st.sampled_from((" ", ", ", "-", "/ "))).join(parts)


def _spelling(name: str) -> st.SearchStrategy[str]:
    """A name in another case, plural, in one word, with dots, or with a letter gone or swapped."""
    ways = [
        name, name.lower(), name.upper(), name + "s", name.replace(" ", ""), name.replace(" ", "-"),
        ".".join(name), " ".join(name), name[:-1], name[1:2] + name[:1] + name[2:],
    ]  # fmt: skip
    return st.sampled_from(ways)


_HEADINGS = (
    "# English", "# Deutsch", "# moon spade", "## Characteristics", "## How it works:", "## Zweck",
    "### Differences ###", "## Folklore", "##no heading", "####### none", "## ",
)  # fmt: skip
_LINES = (
    "", "", "A moon spade digs.", "Ein Spaten gräbt – tief.", "  indented", "- one", "* two",
    "  and more of it", "3) three", "  - nested", "```", "~~~ text", "# in code?", "**Bold**: text",
    "trailing  ", "\tTab", "👩‍👩‍👧‍👦 e\u0301", "---", "- - -", "-no item",
)  # fmt: skip
_FRONTS = (
    "", "---\nid: moon-spade\n---\n", "---\ntitle: moon spade\naliases: [crescent]\n---\n",
    "\ufeff---\ntitle: x\n--- \n", "---\r\ntitle: x\r\nlang: de\r\n---\r\n",
    "---\nterms:\n  en: {preferred: x, abbreviations: {X: ex}}\n---",
    "---\ntitle: [x]\n---\n", "---\n: [\n---\n", "---\ntitle: no end\n",
)  # fmt: skip


@st.composite
def markdown_files(draw: st.DrawFn) -> str:
    """Files that are entries, or nearly: any order of lines, either kind of line end."""
    lines = draw(st.lists(st.sampled_from(_HEADINGS + _LINES) | unicode_text(6), max_size=25))
    end = draw(st.sampled_from(("\n", "\r\n")))
    return draw(st.sampled_from(_FRONTS)) + end.join(lines) + draw(st.sampled_from(("", end)))
