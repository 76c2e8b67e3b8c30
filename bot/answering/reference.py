"""References: words of a message that stand for what was said before, and what they stand for.

Pure functions over a text and the concepts of the conversation; none knows a concept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.answering.ordinal import Place, places, several
from bot.glossary.folding import Word, words

# Such a word alone stands for something said before.
_PRONOUNS = frozenset(
    "it that this they them em these those es das die dies sie er ihn ihm denen".split()
)
_ADDRESSES = frozenset("Sie Ihr Ihnen Ihre Ihren Ihrem Ihrer".split())
_COMPOUNDS: Mapping[str, str] = {
    "davon": "von", "damit": "mit", "dafuer": "für", "darueber": "über", "dabei": "bei",
    "daran": "an", "darin": "in", "dazu": "zu", "dagegen": "gegen", "darauf": "auf",
    "daraus": "aus",
}  # fmt: skip
# Words that are pronouns only where no noun follows: "is that safe", but not "that app".
_POINTING = frozenset("that this these those das die dies sie er".split())
_DETERMINERS = frozenset("the that this der die das den dem des".split())
_PART = 5  # letters; shorter words are parts of too many names


@dataclass(frozen=True, slots=True)
class Reference:
    """Characters ``start`` to ``end`` of a text stand for a concept.

    ``lead`` is the word that has to stay before it, such as the "mit" of "damit".
    """

    start: int
    end: int
    concept: str
    lead: str = ""

    def moved(self, by: int) -> Reference:
        """Return it for a text that begins so many characters earlier."""
        return replace(self, start=self.start + by, end=self.end + by)


def by_place(text: str, offered: Sequence[str], topic: Sequence[str]) -> tuple[Reference, ...]:
    """Return what "the second one", "the other two" and the like stand for.

    It is found for all such phrases of a text, or for none.

    Args:
        text: the message.
        offered: the concepts listed last, in order.
        topic: the concepts of the last answer.
    """
    found = [_enumerated(place, several(place, offered, topic)) for place in places(text)]
    return tuple(each for references in found for each in references) if all(found) else ()


def _enumerated(place: Place, concepts: Sequence[str]) -> list[Reference]:
    """Return the references of one phrase: the first in its place, the others behind commas."""
    first = [Reference(place.start, place.end, concept) for concept in concepts[:1]]
    return first + [Reference(place.end, place.end, concept, ",") for concept in concepts[1:]]


def by_part(
    text: str,
    names: Iterable[Mapping[str, frozenset[str]]],
    is_asking: Callable[[str], bool],
) -> Reference | None:
    """Return what "the encryption" stands for, where one thing said has such a name.

    Args:
        text: the message, without mentions.
        names: the words of the names of the concepts said, in groups: the most likely ones first.
        is_asking: tells whether a folded word belongs to asking.
    """
    said = words(text)
    for group in names:
        for before, word in zip([None, *said], said, strict=False):
            if len(word.folded) < _PART or is_asking(word.folded):
                continue
            named = [concept for concept, known in group.items() if word.folded in known]
            if len(named) == 1:
                determined = before is not None and before.folded in _DETERMINERS
                start = before.start if before and determined else word.start
                return Reference(start, word.end, named[0])
    return None


def by_pronoun(text: str, concept: str, is_asking: Callable[[str], bool]) -> Reference | None:
    """Return the first word of a text that stands for the concept as "it" does, or None.

    Args:
        text: the message.
        concept: what was talked about.
        is_asking: tells whether a folded word belongs to asking, so that it is no noun.
    """
    said = words(text)
    for position, word in enumerate(said):
        if word.folded in _COMPOUNDS:
            return Reference(word.start, word.end, concept, _COMPOUNDS[word.folded])
        if is_address(text, word):
            continue
        if word.folded in _PRONOUNS and _alone(said, position, is_asking):
            return Reference(word.start, word.end, concept)
    return None


def is_address(text: str, word: Word) -> bool:
    """Tell whether a word addresses somebody politely: "Erklären Sie mir"."""
    return word.start > 0 and text[word.start : word.end] in _ADDRESSES


def _alone(said: Sequence[Word], position: int, is_asking: Callable[[str], bool]) -> bool:
    if said[position].folded not in _POINTING or position + 1 == len(said):
        return True
    return is_asking(said[position + 1].folded)


def replaced(
    text: str, references: Sequence[Reference], term: Callable[[str], str]
) -> tuple[str, tuple[Reference, ...]]:
    """Return the text with terms in the place of references, and where the terms stand in it.

    Args:
        text: the message.
        references: from left to right, without overlaps.
        term: the name of a concept.
    """
    parts: list[str] = []
    placed: list[Reference] = []
    position = length = 0
    for each in references:
        lead = text[position : each.start] + (f"{each.lead} " if each.lead else "")
        name = term(each.concept)
        placed.append(Reference(length + len(lead), length + len(lead) + len(name), each.concept))
        parts += [lead, name]
        position, length = each.end, length + len(lead) + len(name)
    return "".join(parts) + text[position:], tuple(placed)
