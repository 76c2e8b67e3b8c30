"""The pages of the glossary: the first page, lists, entries, search."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from bot.formats.markdown_html import words_of
from bot.gateway.site.alphabet import DIGITS
from bot.gateway.site.catalogue import MOST_FOUND, Catalogue, Listing, Row
from bot.gateway.site.entry_page import entry_page, linked_data, questions, shortened
from bot.gateway.site.frame import Frame, entry_path, frame_of
from bot.gateway.site.reply import bare
from bot.gateway.site.words import Words
from bot.message import LONGEST

_SHOWN = 12  # entries of the lists of the first page
_LONGEST_GIST = 180  # characters of a definition beside its term


async def home(request: Request) -> Response:
    """GET /: what the glossary is, and the ways into it."""
    frame = await frame_of(request)
    catalogue, language = frame.catalogue, frame.language
    central = catalogue.rows(catalogue.central[:_SHOWN], language)
    return frame.page(
        "home.html",
        letters=catalogue.letters(language),
        subjects=catalogue.subjects,
        central=[(row, _gist(catalogue, row, language)) for row in central],
        changed=[
            (row, catalogue.glossary[row.entry].updated)
            for row in catalogue.rows(catalogue.changed[:_SHOWN], language)
        ],
        examples=examples(catalogue, frame.words),
        most=LONGEST,
    )


async def terms(request: Request) -> Response:
    """GET /terms: the terms under a letter, of a subject or below a concept."""
    frame = await frame_of(request)
    catalogue, words, language = frame.catalogue, frame.words, frame.language
    query = request.query_params
    letters = catalogue.letters(language)
    number = _number(query)
    subject, under = query.get("subject", ""), query.get("under", "")
    letter = "" if subject or under else query.get("letter") or _first(letters)
    if subject:
        listing = catalogue.about(subject, language, number)
        title, kept = words("subject_title", subject=subject), {"subject": subject}
    elif under:
        listing = catalogue.below(under, language, number)
        known = under in catalogue.glossary
        name = catalogue.row(under, language).text if known else ""
        title, kept = words("under_title", term=name), {"under": under}
    else:
        listing = catalogue.under(letter, language, number)
        title, kept = words("letter_title", letter=letter), {"letter": letter}
    if listing is None:
        return not_found(frame)
    return frame.page(
        "terms.html", title, listing=listing, letters=letters, letter=letter, kept=kept,
        near=_near(listing),
    )  # fmt: skip


async def entry(request: Request) -> Response:
    """GET /terms/{id}: an entry."""
    frame = await frame_of(request)
    catalogue = frame.catalogue
    name = request.path_params["id"]
    if name not in catalogue.glossary:
        return not_found(frame)
    found = catalogue.glossary[name]
    page = entry_page(catalogue, found, frame.language, frame.words, frame.entry_link)
    base = frame.base
    data = linked_data(page, base + entry_path(page.id), f"{base}/", frame.title)
    return frame.page(
        "entry.html", page.term, page=page, data=data, canonical=base + entry_path(page.id),
        questions=questions(found, page, frame.words), texts=list(found.texts),
    )  # fmt: skip


async def search(request: Request) -> Response:
    """GET /search: the entries whose terms have what is typed."""
    frame = await frame_of(request)
    typed = " ".join(request.query_params.get("q", "")[:200].split())
    listing = frame.catalogue.search(typed, frame.language, _number(request.query_params))
    if listing is None:
        return not_found(frame)
    gists = [_gist(frame.catalogue, row, frame.language) for row in listing.rows]
    return frame.page(
        "search.html", frame.words("found_title", typed=typed), listing=listing, typed=typed,
        rows=list(zip(listing.rows, gists, strict=True)), kept={"q": typed}, near=_near(listing),
        most=MOST_FOUND,
    )  # fmt: skip


def not_found(frame: Frame) -> Response:
    """Return the page that says that there is no such page."""
    title = frame.words("not_found")
    text = frame.words("not_found_text")
    return frame.page("refused.html", title, status=404, keep=False, text=text)


def examples(catalogue: Catalogue, words: Words) -> list[str]:
    """Return questions to begin with, about the concepts that the most others lean on."""

    def term(name: str) -> str:
        return bare(catalogue.row(name, words.language).text)

    asked = [words("what_is", term=term(name)) for name in catalogue.central[:1]]
    if catalogue.siblings:
        one, other = catalogue.siblings
        asked.append(words("differ", one=term(one), other=term(other)))
    return asked


def _number(query: Mapping[str, str]) -> int:
    """Return the number of the page that is asked for; 0, which no list has, if it is none."""
    value = query.get("page", "1")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 8 else 0


def _first(letters: list[tuple[str, int]]) -> str:
    """Return the letter to begin with: one of the alphabet, if there is one."""
    return next((letter for letter, _ in letters if letter.isalpha()), DIGITS)


def _near(listing: Listing) -> list[int]:
    """Return the pages to link: the ends and those around; 0 stands for a gap."""
    at = listing.number
    shown = sorted({1, listing.pages, *range(max(1, at - 2), min(listing.pages, at + 2) + 1)})
    found: list[int] = []
    for page in shown:
        if found and page != found[-1] + 1:
            found.append(0)
        found.append(page)
    return found


def _gist(catalogue: Catalogue, row: Row, language: str) -> str:
    text = catalogue.glossary[row.entry].text(language).definition.text
    return shortened(words_of(text[: 4 * _LONGEST_GIST]), _LONGEST_GIST)
