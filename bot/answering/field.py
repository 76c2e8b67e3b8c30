"""The field a question puts a term in: "slack in a rope", "in cricket, what is a like"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bot.glossary.folding import Word, words
from bot.glossary.mention import Mention

_PLACES = frozenset("in on at within inside im auf bei beim innerhalb aus from".split())
_AM = "im"  # in English, "I am" as it is typed
_SAME = frozenset("same other opposite gleiche selbe andere".split())  # compares, names no field
_OF = frozenset("of about von vom über ueber zu zum zur".split())
_ARTICLES = frozenset(
    "a an the my your our der die das den dem des ein eine einem einen einer".split()
)
_DEFINITE = frozenset("the der die das".split())
# Such words tell where somebody met a term, not which field it is of: "came up in a lecture",
# "X in the manual".
_MET = frozenset(
    "came come comes coming appeared appears appear heard hear saw see seen read found mentioned "
    "stood said steht stand fiel fällt faellt kam kommt gehört gehoert gelesen gesehen".split()
)
_MET_IN = frozenset(
    "doku docs documentation dokumentation manual handbuch paper papers news newspaper article "
    "articles artikel zeitung press presse mail mails email e-mail meeting meetings class lecture "
    "vorlesung seminar unterricht schule school book buch report bericht contract vertrag invoice "
    "rechnung letter brief ad ads anzeige settings einstellungen menu menue brochure prospekt "
    "podcast video chat slides folien presentation präsentation praesentation".split()
)
_TIMES = frozenset(
    "time times course years year days past future history beginning general detail "
    "laufe lauf zeit zeiten jahre jahren tagen vergangenheit zukunft geschichte anfang ende "
    "allgemein allgemeinen detail einzelnen".split()
)
# The last word of such a phrase tells how to answer, or what is a word: "in simple words", "X, the
# acronym".
_MANNERS = frozenset(
    "word words term terms sentence sentences language english german brief "
    "wort worten worte satz saetzen saetze sprache deutsch kuerze form "
    "letters acronym abbreviation buchstaben abkuerzung kuerzel".split()
)
# Such words, and "the", say which thing is meant: "also das Tier", "I mean the animal".
_SAID_AGAIN = (
    ("i", "mean"), ("i", "meant"), ("as", "in"), ("that", "is"), ("meaning",), ("namely",),
    ("ich", "mein"), ("ich", "meine"), ("ich", "meinte"), ("das", "heisst"), ("d", "h"),
    ("sprich",), ("naemlich",),
)  # fmt: skip
_ALSO = ("also",)  # in German
_MEANS_IT = (("i", "mean"), ("i", "meant"), ("mein", "ich"), ("meine", "ich"), ("meinte", "ich"))
_THINGS = frozenset("thing one kind sense sort stuff meaning ding sache zeug sinn".split())
_BREAK = re.compile(r"[,;:.?!()\n]")
_LONGEST = 5  # words of a phrase; what follows says something else
_SHORTEST = 3  # letters of a word that can name a field; years cannot
FAR = 3  # asking words between a term and its field: "what does X mean in Y"


def field_phrases(
    text: str,
    mention: Mention,
    is_asking: Callable[[str], bool],
    verbs: int = FAR,
    language: str = "",
) -> list[tuple[int, int]]:
    """Return start and end of the phrases that say which field a mention is of.

    Behind it ("X in a rope", "X, the paper kind", "X the extinct elephant") or at the beginning
    ("in cricket, what is X").

    Args:
        text: the question.
        mention: in it.
        is_asking: tells whether a folded word belongs to asking.
        verbs: how many such words may stand between the mention and its field.
        language: of the question; empty if it is not known.
    """
    sentence = words(text)
    after = [word for word in sentence if word.start >= mention.end]
    before = [word for word in sentence if word.end <= mention.start]
    behind = _behind(text, mention, after, verbs, is_asking)
    found = [
        behind,
        _farther(text, after, behind, is_asking),
        _apposed(text, mention, after),
        None if language == "en" and _says_am(before) else _ahead(text, before, is_asking),
        _said_last(text, after),
    ]
    return [span for span in found if span]


def said_again(
    text: str, mention: Mention, is_asking: Callable[[str], bool], language: str = ""
) -> list[tuple[int, int]]:
    """Return start and end of what a mention is said to mean, anywhere behind it.

    "Did X live here? I mean the elephant", "... the elephant I mean"; arguments as above.
    """
    after = [word for word in words(text) if word.start >= mention.end]
    leads = _SAID_AGAIN if language == "en" else (*_SAID_AGAIN, _ALSO)
    found = []
    for place, word in enumerate(after[:-1]):
        if word.folded not in _DEFINITE or is_asking(after[place + 1].folded):
            continue
        clause = _clause(text, after[place:])
        said = text[after[place - 1].end if place else mention.end : word.start]
        if _ends_with(clause, _MEANS_IT) and _BREAK.search(said):
            found.append(_phrase(text, clause[1:-2], word.end, _nothing))
        elif _ends_with(after[:place], leads):
            found.append(_phrase(text, clause[1:], word.end, _nothing))
    return [span for span in found if span]


def _clause(text: str, said: Sequence[Word]) -> Sequence[Word]:
    """Return the words up to the next mark."""
    mark = _BREAK.search(text, said[0].end)
    return [word for word in said if not mark or word.start < mark.start()]


def _ends_with(said: Sequence[Word], endings: Sequence[tuple[str, ...]]) -> bool:
    folded = tuple(word.folded for word in said)
    return any(folded[-len(ending) :] == ending for ending in endings)


def _nothing(_: str) -> bool:
    return False


def _behind(
    text: str,
    mention: Mention,
    after: Sequence[Word],
    verbs: int,
    is_asking: Callable[[str], bool],
) -> tuple[int, int] | None:
    """Find "in Y" or "of Y" right behind a mention, asking words aside."""
    end = mention.end
    for place, word in enumerate(after[: verbs + 1]):
        if _BREAK.search(text[end : word.start]):
            return None
        leads = _PLACES if place else _PLACES | _OF
        if word.folded in _MET:
            return None
        if word.folded in leads:
            return _phrase(text, after[place + 1 :], word.end, is_asking)
        if not is_asking(word.folded):
            return None
        end = word.end
    return None


def _farther(
    text: str,
    after: Sequence[Word],
    behind: tuple[int, int] | None,
    is_asking: Callable[[str], bool],
) -> tuple[int, int] | None:
    """Find "on Z" in "X in Y on Z"."""
    rest = [word for word in after if behind and word.start >= behind[1]]
    if not behind or not rest or rest[0].folded not in _PLACES | _OF:
        return None
    if not text[behind[1] : rest[0].start].isspace():
        return None
    return _phrase(text, rest[1:], rest[0].end, is_asking)


def _said_last(text: str, after: Sequence[Word]) -> tuple[int, int] | None:
    """Find ", the Y thing" at the end."""
    first = next((i for i, w in enumerate(after) if w.folded in _DEFINITE), len(after))
    said = after[first:]
    if not 2 < len(said) <= _LONGEST or said[-1].folded not in _THINGS or not first:
        return None
    if "," not in text[after[first - 1].end : said[0].start]:
        return None
    return said[1].start, said[-2].end


def _apposed(text: str, mention: Mention, after: Sequence[Word]) -> tuple[int, int] | None:
    """Find ", the Y" or "the Y" right behind a mention."""
    if not after or after[0].folded not in _DEFINITE:
        return None
    if text[mention.end : after[0].start].strip() not in ("", ",", "-"):
        return None
    if any(word.folded in _SAME for word in after[1:2]):
        return None
    return _phrase(text, after[1:], after[0].end, _nothing)


def _ahead(
    text: str, before: Sequence[Word], is_asking: Callable[[str], bool]
) -> tuple[int, int] | None:
    """Find "in Y" at the beginning, before a comma or the question."""
    if len(before) < 2 or before[0].folded not in _PLACES:
        return None
    return _phrase(text, before[1:], before[0].end, is_asking)


def _says_am(before: Sequence[Word]) -> bool:
    return bool(before) and before[0].folded == _AM


def _phrase(
    text: str, following: Sequence[Word], end: int, is_asking: Callable[[str], bool]
) -> tuple[int, int] | None:
    """Return the words up to the next mark or asking word, articles in front aside."""
    kept: list[Word] = []
    for word in following:
        if _BREAK.search(text[end : word.start]) or len(kept) == _LONGEST:
            break
        end = word.end
        if not kept and word.folded in _ARTICLES:
            continue
        if is_asking(word.folded) and word.folded not in _MANNERS:
            break
        kept.append(word)
    if all(word.folded in _MET_IN | _TIMES for word in kept) or kept[-1].folded in _MANNERS:
        return None
    names_something = any(len(word.folded) >= _SHORTEST and word.folded.isalpha() for word in kept)
    return (kept[0].start, kept[-1].end) if names_something else None
