"""A reply of the assistant as the page shows it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from markupsafe import Markup

from bot.formats.markdown_html import MarkdownToken, html_token, parse, render, text_token
from bot.gateway.site.languages import OWN
from bot.gateway.site.words import Words

_MARK = re.compile(r"\[(\d{1,4})\]")
_SOURCES = re.compile(r"[^\W\d_]+\s?: ?\[\d")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*")
_ABBREVIATION_BEHIND = re.compile(r"(?<=\S) \([^()]*\)$")
_KINDS = ("answer", "clarify", "decline", "handoff", "smalltalk")
_OFFERS = {"clarify": "offer_choose", "decline": "offer_instead"}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a numbered piece of a reply stands; ``entry`` and ``anchor`` are its page and place."""

    number: int
    file: str
    line: int
    heading: str
    entry: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Offer:
    """Something to ask next: what the button says, and what it asks."""

    text: str
    question: str


@dataclass(frozen=True, slots=True)
class Reply:
    """One message of the assistant.

    ``place`` is its id in the page, ``html`` its text; ``confidence`` is a percentage or empty and
    ``sure`` names the words that explain it; ``offers`` are lists of questions by the name of their
    label.
    """

    place: str
    kind: str
    language: str
    html: Markup
    sources: Sequence[Source]
    confidence: str
    sure: str
    offers: Sequence[tuple[str, Sequence[Offer]]]


def reply_of(message: dict[str, Any], place: str, failed: bool, own: str) -> Reply:
    """Read a message of a reply group.

    Args:
        message: as Rasa's REST channel returns it.
        place: its id in the page.
        failed: whether the turn came to nothing; the message then only says so.
        own: the language of the page, where the message does not tell its own.
    """
    said = message.get("custom") or {}
    language = str(said.get("language", ""))
    language = language if _LANGUAGE.fullmatch(language) else own
    words = Words(language if language in OWN else own)
    kind = "failure" if failed else str(said.get("kind", ""))
    kind = kind if kind in (*_KINDS, "failure") else "answer"
    sources = [_source(c, words) for c in said.get("citations", ())]
    html = _Text(sources, {c["term"] for c in said.get("concepts", ())}, place, words).html(
        str(message.get("text", ""))
    )
    confidence, sure = _confidence(said, kind)
    return Reply(place, kind, language, html, sources, confidence, sure, _offers(said, kind, words))


def bare(term: str) -> str:
    """Return a term without the abbreviation shown behind it, as in "short name (SN)"."""
    return _ABBREVIATION_BEHIND.sub("", term)


def anchor(kind: str, heading: str) -> str:
    """Return the name of the place of a section in its page."""
    own = re.sub(r"\W+", "-", heading.casefold()).strip("-")[:60]
    return f"other-{own}" if kind == "other" else kind


def _source(citation: dict[str, Any], words: Words) -> Source:
    section, heading = str(citation["section"]), str(citation["heading"])
    shown = heading or (words("definition") if section == "definition" else "")
    return Source(
        int(citation["n"]), str(citation["file"]), int(citation["line"]), shown,
        str(citation["entry"]), anchor(section, heading),
    )  # fmt: skip


def _confidence(said: dict[str, Any], kind: str) -> tuple[str, str]:
    value = said.get("confidence")
    weighed = kind in ("answer", "decline") or (kind == "clarify" and said.get("alternatives"))
    if not weighed or not isinstance(value, int | float):
        return "", ""
    return f"{min(max(value, 0.0), 1.0):.0%}", "sure_asking_back" if kind == "clarify" else "sure"


def _offers(said: dict[str, Any], kind: str, words: Words) -> list[tuple[str, list[Offer]]]:
    def of_terms(concepts: Iterable[dict[str, Any]]) -> list[Offer]:
        terms = [str(concept["term"]) for concept in concepts]
        return [Offer(term, words("what_is", term=bare(term))) for term in terms]

    asked = [Offer(str(question), str(question)) for question in said.get("suggestions", ())]
    if not asked and kind in _OFFERS:
        asked = of_terms(said.get("alternatives", ()))
    lists = [(_OFFERS.get(kind, "offer_next"), asked)]
    lists.append(("offer_related", of_terms(said.get("related", ()))))
    return [(label, offers) for label, offers in lists if offers]


class _Text:
    """Turns the text of a message into HTML, its marks into links to the sources below."""

    def __init__(
        self, sources: Sequence[Source], terms: set[str], place: str, words: Words
    ) -> None:
        self._sources = sources
        self._numbers = {source.number for source in sources}
        self._terms = terms
        self._place = place
        self._words = words
        self._marked: set[int] = set()
        self._named = False  # whether the name of a concept stands above as a heading

    def html(self, text: str) -> Markup:
        tokens = list(self._blocks(parse(text)))
        for token in tokens:
            if token.children is not None:
                token.children = list(self._marks(token.children))
        return Markup(render(tokens))

    def _blocks(self, tokens: Sequence[MarkdownToken]) -> Iterator[MarkdownToken]:
        at = 0
        while at < len(tokens):
            size = 1
            if tokens[at].type == "paragraph_open":  # always followed by its text and its end
                size = 3
                opening, inside, closing = tokens[at : at + size]
                if not self._is_sources(inside.content):
                    self._make_heading(opening, closing, inside)
                    yield from (opening, inside, closing)
            else:
                yield tokens[at]
            at += size

    def _is_sources(self, text: str) -> bool:
        """Tell whether a paragraph lists the sources, which the page does itself."""
        listed = all(f"[{s.number}] {s.file}" in text for s in self._sources)
        return bool(self._sources) and listed and _SOURCES.match(text) is not None

    def _make_heading(
        self, opening: MarkdownToken, closing: MarkdownToken, inside: MarkdownToken
    ) -> None:
        """Make a paragraph that is bold as a whole a heading; a mark may stand behind."""
        found = re.fullmatch(r"\*\*([^*\n]+)\*\*( ?\[\d{1,4}\])?", inside.content.strip())
        if found is None or opening.hidden or opening.level:
            return
        inside.children = [child for child in inside.children or [] if child.tag != "strong"]
        if not found[2] and found[1] in self._terms:
            self._named = True
            opening.tag, opening.attrs = "h3", {"class": "term"}
        else:
            opening.tag, opening.attrs = "h4" if self._named else "h3", {"class": "section"}
        closing.tag = opening.tag

    def _marks(self, tokens: Iterable[MarkdownToken]) -> Iterator[MarkdownToken]:
        for token in tokens:
            if token.type == "text":
                yield from self._split(token.content)
            else:
                yield token

    def _split(self, text: str) -> Iterator[MarkdownToken]:
        done = 0
        for found in _MARK.finditer(text):
            number = int(found[1])
            if number in self._numbers:
                yield text_token(text[done : found.start()])
                yield html_token(self._mark(number))
                done = found.end()
        yield text_token(text[done:])

    def _mark(self, number: int) -> str:
        place = escape(f"{self._place}-m{number}")
        own = "" if number in self._marked else f' id="{place}"'
        self._marked.add(number)
        label = escape(self._words("source"))
        return (
            f'<a class="cite"{own} href="#{escape(self._place)}-s{number}">'
            f'<span class="unseen">{label} </span>[{number}]</a>'
        )
