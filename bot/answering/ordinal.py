"""Ordinals: which item of a list somebody means with "the second one" or "das letzte"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.glossary.folding import Word, words

LAST = -1
OTHER = -2
"""Not an item by its place: the one of two that was not the topic."""
MIDDLE = -3
"""The second of three."""

_PLACES: Mapping[int, str] = {
    0: "1 1st first former topmost upper top erste erster ersten erstes ersteres erstere ersterer "
    "ersteren ersterem oberste obere oberen oberstes",
    1: "2 2nd second zweite zweiter zweiten zweites",
    2: "3 3rd third dritte dritter dritten drittes",
    3: "4 4th fourth vierte vierter vierten viertes",
    4: "5 5th fifth funfte funfter funften funftes fuenfte",
    LAST: "last latter bottom lowest letzte letzter letzten letztes letzteres letztere letzterer "
    "letzteren letzterem unterste untere unteren unterstes",
    OTHER: "other others andere anderen anderes anderer anderem previous earlier vorige vorigen "
    "voriges vorheriges vorherige vorherigen",
    MIDDLE: "middle mittlere mittleren mittlerer mittleres",
}
_PLACE_OF = {word: place for place, known in _PLACES.items() for word in known.split()}
_NUMBERED = frozenset(("number", "option", "no", "nr", "nummer"))
_CARDINALS = (
    ("one", "eins"),
    ("two", "zwei"),
    ("three", "drei"),
    ("four", "vier"),
    ("five", "fuenf"),
)
_NUMBER_OF = {word: place for place, known in enumerate(_CARDINALS) for word in known}


_DETERMINERS = frozenset("the der die das des dat den dem zum zur zur beim vom im".split())
_VERY = frozenset("very aller".split())
_NOUNS = frozenset(
    "one ones option thing things topic term concept word item kind type thema begriff variante "
    "art punkt sache form".split()
)
# What may follow "the second" where no noun does: "the second is cheaper", "das erste kostet".
_FOLLOWING = frozenset(
    "is are was were does do did can could has have had cost costs work works mean means then "
    "please pls again instead too now and or vs than from with of better i you so but for to "
    "ist sind war kostet funktioniert bitte dann denn noch nochmal genau eigentlich jetzt und oder "
    "mal besser genauer naeher ausfuehrlicher einmal kurz halt doch von davon gibt geht hat kann "
    "ueberhaupt on macht bedeutet heisst auch aber als mit".split()
)
_ALONE = frozenset(  # no noun follows these
    "ersteres erstere ersterer ersteren ersterem "
    "letzteres letztere letzterer letzteren letzterem".split()
)
_COUNTS = {"two": 2, "three": 3, "zwei": 2, "beiden": 2, "drei": 3}  # "the first two"
_ALL = 0  # "the others"
_PLURAL = frozenset(("others",))
_PAUSE = re.compile(r"[,;:?!()–]|\s-\s|\.(?=\s)")
_SAID = frozenset(("former", "latter"))  # nor these, behind an article
_AGO = frozenset("before earlier vorhin eben zuvor".split())  # "the one from before"
_FROM = frozenset(("from", "von"))
_SHORT = 3  # words; in so short a message "second" needs neither an article nor "one"


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a list that a text names, and the characters ``start`` to ``end`` that do.

    ``count`` is how many items stand there: 1, or 2 of "the first two", or 0 of "the others".
    """

    place: int
    start: int
    end: int
    count: int = 1


def places(text: str) -> list[Place]:
    """Return the items that a text stands for by their places, with what belongs to the phrase.

    "The second one" and "the latter" stand for an item, "the first message" and "how long does it
    last" for none.
    """
    said = words(text)
    found = (_place(text, said, position) for position in range(len(said)))
    return [place for place in found if place]


def _place(text: str, said: Sequence[Word], at: int) -> Place | None:
    first, last = at, at
    folded = [word.folded.removesuffix("'s") for word in said]  # "the latter's price"
    if folded[at] in _NUMBER_OF or folded[at].isdigit():
        if at and folded[at - 1] in _NUMBERED:
            first = at - 1
        elif folded[at] in _NUMBER_OF or len(said) > _SHORT:
            return None  # "two" alone is a count
    if folded[at] in _AGO:
        return _earlier(said, at)
    place = _NUMBER_OF.get(folded[at], _PLACE_OF.get(folded[at]))
    if place is None:
        return None
    first -= first > 1 and folded[first - 1] in _VERY
    determined = first > 0 and folded[first - 1] in _DETERMINERS
    first -= determined
    count = _ALL if folded[at] in _PLURAL else 1
    if determined and at + 1 < len(said) and folded[at + 1] in _COUNTS:
        last, count = at + 1, _COUNTS[folded[at + 1]]
        last += last + 1 < len(said) and folded[last + 1] in _NOUNS
        ends = _ends(text, said, last)
        return Place(place, said[first].start, said[last].end, count) if ends else None
    if at + 1 < len(said) and folded[at + 1] in _NOUNS:
        last = at + 1
    elif folded[at] in _ALONE or (determined and folded[at] in _SAID):
        return Place(place, said[first].start, said[last].end)
    elif not (determined or first < at or len(said) <= _SHORT) or not _ends(text, said, at):
        return None
    return Place(place, said[first].start, said[last].end, count)


def _earlier(said: Sequence[Word], at: int) -> Place | None:
    """Return the phrase that ends in "before": "the one from before", "das von vorhin"."""
    folded = [word.folded for word in said]
    first = at
    for before in (_FROM, _NOUNS):
        first -= first > 0 and folded[first - 1] in before
    if first in (0, at) or folded[first - 1] not in _DETERMINERS:
        return None
    return Place(OTHER, said[first - 1].start, said[at].end)


def _ends(text: str, said: Sequence[Word], at: int) -> bool:
    """Tell whether no noun follows that the ordinal may belong to."""
    if at + 1 == len(said) or said[at + 1].folded in _FOLLOWING:
        return True
    return bool(_PAUSE.search(text, said[at].end, said[at + 1].start))


def ordinal(text: str) -> int | None:
    """Return the place that a text names, from 0; :data:`LAST` and the like, or None."""
    said = [word.folded for word in words(text)]
    for before, word in zip(["", *said], said, strict=False):
        if before in _NUMBERED and word in _NUMBER_OF:  # "two" alone is a count
            return _NUMBER_OF[word]
        if word in _PLACE_OF:
            return _PLACE_OF[word]
    return None


def chosen(place: int, offered: Sequence[str], topic: Sequence[str]) -> str | None:
    """Return the concept at a place of what was offered; None where there is none or no single one.

    Args:
        place: as :func:`ordinal` gives it.
        offered: the concepts listed last.
        topic: the concepts of the last answer.
    """
    if place == OTHER:
        left = [concept for concept in offered if concept not in topic]
        return left[0] if len(left) == 1 else None
    if place == LAST:
        return offered[-1] if offered else None
    if place == MIDDLE:
        return offered[1] if len(offered) == 3 else None
    return offered[place] if place < len(offered) else None


def several(place: Place, offered: Sequence[str], topic: Sequence[str]) -> tuple[str, ...]:
    """Return the concepts that a phrase stands for; none where there are not as many.

    Args:
        place: as :func:`places` gives it.
        offered: the concepts listed last.
        topic: the concepts of the last answer.
    """
    if place.count == 1:
        one = chosen(place.place, offered, topic)
        return (one,) if one else ()
    if place.place == OTHER:
        left = tuple(concept for concept in offered if concept not in topic)
        return left if place.count in (_ALL, len(left)) else ()
    if place.count > len(offered) or place.place not in (0, LAST):
        return ()
    return tuple(offered[: place.count] if place.place == 0 else offered[-place.count :])
