"""The other side of a choice: what stands beside a term in "X or Y", where it is no term itself.

Pure functions over a question; none knows a concept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from bot.answering.question import Question
from bot.glossary.folding import Word, words

_OR = frozenset("or oder vs versus".split())
_LINKS = _OR | frozenset(
    "and than from as with to und als wie von mit zu gegen statt gegenueber against".split()
)
_APART = _LINKS | frozenset(
    "over instead of rather apart unlike anstatt anstelle gegenueber nor noch auch nur doch".split()
)
_LISTING = frozenset("between of compare zwischen von vergleiche vergleich sich".split())
_MARK = re.compile(r"[,/&+]")
_THAN = frozenset(("than", "als"))
_AGAINST = frozenset("to with from mit zu zum zur von vom".split())
_ARTICLES = frozenset("a an the der die das den dem ein eine einem einen einer".split())
_INDEFINITE = frozenset("a an ein eine einem einen einer".split())
_PLACES = frozenset("in on at for with of im auf in bei mit fuer von per via".split())
_BREAK = re.compile(r"[,;:.?!()\n]")
_LONGEST = 3  # words of a name that is not said to its end


def other_sides(
    question: Question, is_asking: Callable[[str], bool], compares: bool
) -> Iterator[tuple[int, int]]:
    """Yield start and end of what may be named beside a term, the longest first.

    Args:
        question: with its mentions.
        is_asking: tells whether a folded word belongs to asking; such a word ends a name.
        compares: whether the question compares, so that other words than "or" lead there too.
    """
    links = _LINKS if compares else _OR
    said = words(question.text)
    for place, word in enumerate(said):
        if word.folded not in links or _is_inside(word, question):
            continue
        before, after = said[:place], said[place + 1 :]
        left = _run(question, before[::-1], word, is_asking)[::-1]
        right = _run(question, after, word, is_asking)
        if _ends_with_mention(question, before):
            yield from ((right[0].start, right[n].end) for n in range(len(right) - 1, -1, -1))
        if _begins_with_mention(question, after):
            yield from ((left[n].start, left[-1].end) for n in range(len(left)))


def measures(
    question: Question, is_asking: Callable[[str], bool], compares: bool
) -> Iterator[tuple[int, int]]:
    """Yield start and end of what a term is held against, anywhere behind it; as above.

    "Was X bigger than the Y", and "is X related to the Y" in a question that compares.
    """
    said = words(question.text)
    leads = _THAN | _AGAINST if compares else _THAN
    first = min((mention.start for mention in question.mentions), default=len(question.text))
    for place, word in enumerate(said):
        if word.folded in leads and word.start > first:
            run = _run(question, said[place + 1 :], word, is_asking)
            if run:
                yield run[0].start, run[-1].end


def parallels(question: Question) -> Iterator[tuple[int, int]]:
    """Yield start and end of each word with an indefinite article, if a term has one as well.

    "Does an X count as a Y", not "an X on a Y".
    """
    said = words(question.text)
    marked = [
        (said[place - 1], word, place > 1 and said[place - 2].folded in _PLACES)
        for place, word in enumerate(said)
        if place and said[place - 1].folded in _INDEFINITE
    ]
    if not any(_is_inside(word, question) for _, word, _ in marked):
        return
    for article, word, placed in marked:
        if not placed and not _is_inside(word, question):
            yield article.start, word.end


def linked_words(question: Question) -> Iterator[tuple[int, int]]:
    """Yield start and end of each word that a word or mark of comparing joins to a term.

    "X over a Y", "Y instead of X", "Y, X: what is the difference"; and of each that follows the
    same word as a term: "some say X, others say Y".
    """
    said = words(question.text)
    led = {_lead(said, place) for place, word in enumerate(said) if _is_inside(word, question)}
    for place, word in enumerate(said):
        if _is_inside(word, question) or word.folded in _APART | _ARTICLES:
            continue
        joined = _is_joined(question, said[place:]) or _is_joined(question, said[place::-1])
        alike = _lead(said, place) in led - {""} and _ends(question, said[place:])
        if joined or alike:
            yield word.start, word.end


def listed_words(question: Question) -> Iterator[tuple[int, int]]:
    """Yield start and end of each word that is in a list of terms, or ends it: "X, Y, Z: which".

    What a list begins with is the first word of all, or behind a word that leads to lists.
    """
    said = words(question.text)
    for place, word in enumerate(said):
        if _is_inside(word, question) or word.folded in _APART | _ARTICLES:
            continue
        leads = not place or said[place - 1].folded in _LISTING
        first = leads and _is_joined(question, said[place:])
        later = _ends(question, said[place:]) and _is_joined(question, said[place::-1])
        if first or later:
            yield word.start, word.end


def _is_joined(question: Question, said: Sequence[Word]) -> bool:
    """Tell whether nothing but what joins stands between the first word and a term."""
    joins = False
    for last, word in pairwise(said):
        low, high = sorted((last, word), key=lambda w: w.start)
        joins |= bool(_MARK.search(question.text[low.end : high.start]))
        if _is_inside(word, question):
            return joins
        if word.folded not in _APART | _ARTICLES:
            return False
        joins |= word.folded in _APART
    return False


def _lead(said: Sequence[Word], place: int) -> str:
    """Return the word before a place, articles aside, if it is no word that joins or places."""
    before = (word.folded for word in reversed(said[:place]) if word.folded not in _ARTICLES)
    lead = next(before, "")
    return "" if lead in _APART | _PLACES else lead


def _ends(question: Question, said: Sequence[Word]) -> bool:
    """Tell whether the first word ends a clause, or a word of comparing follows."""
    rest = question.text[said[0].end : said[1].start] if len(said) > 1 else ","
    return bool(_BREAK.search(rest)) or said[1].folded in _APART


def _run(
    question: Question, said: Sequence[Word], link: Word, is_asking: Callable[[str], bool]
) -> list[Word]:
    """Return the words next to a link, up to a mark, a term or a word of asking."""
    found: list[Word] = []
    last = link
    for word in said:
        low, high = sorted((last, word), key=lambda w: w.start)
        if _BREAK.search(question.text[low.end : high.start]) or len(found) == _LONGEST:
            break
        last = word
        if word.folded in _ARTICLES and not found:
            continue
        if _is_inside(word, question) or is_asking(word.folded):
            break
        found.append(word)
    return found


def _is_inside(word: Word, question: Question) -> bool:
    return any(m.start <= word.start < m.end for m in question.mentions)


def _ends_with_mention(question: Question, said: Sequence[Word]) -> bool:
    return bool(said) and _is_inside(said[-1], question)


def _begins_with_mention(question: Question, said: Sequence[Word]) -> bool:
    first = next((word for word in said if word.folded not in _ARTICLES), None)
    return first is not None and _is_inside(first, question)
