"""Spotting: find the names of the glossary in a question.

Exact names win over joined spellings, those over typing errors; the longer name wins over the
shorter one inside it, and so does the name of something else that holds one. Short names are
never guessed: "us", "it" and "I'm" are not terms because they look like one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from bot.glossary.compounds import NONE as NO_COMPOUNDS
from bot.glossary.compounds import Compounds
from bot.glossary.folding import Word, fold, stem, words
from bot.glossary.mention import Likeness, Mention
from bot.glossary.names import Name, Names

_LONGEST_SPLIT = 2  # a name may be written in that many more words than it has
_LONG = 8  # letters; so long a name of several words stands one wrong word
_FEW = 6  # words; in a longer sentence an everyday word is not what it is about
_MARKUP = frozenset("<>")  # stands between the words of no name
_ABOUT = frozenset("of about von ueber".split())
_WORDS = frozenset("word term wort begriff".split())
_CLAUSE_ENDS = frozenset(",.;:!?")
_ASKED_ONCE = 0.5  # doubt; what but one training question is asked with may well be a term
_SHORT = 3  # letters; such a name is not recognised when joined from longer pieces
_EDITS = ((4, 0), (6, 1), (13, 2), (10**6, 3))  # names shorter than this: that many errors
_LEAST_LIKE = 0.72  # two errors in a short word make another word
# Never names, unless written in capitals: "tell us", "what is it".
_PRONOUNS = frozenset(
    [
        "i",
        "it",
        "us",
        "we",
        "me",
        "he",
        "she",
        "you",
        "they",
        "them",
        "him",
        "her",
        "my",
        "your",
        "our",
        "its",
        "er",
        "sie",
        "es",
        "wir",
        "uns",
        "ihr",
        "mir",
        "mich",
        "du",
        "dir",
        "dich",
        "ihm",
        "ihn",
        "man",
    ]
)
_LETTERS = frozenset("aiou")  # which are words as well
_INDEFINITE = frozenset(("a", "an", "ein", "eine", "einen", "ne", "nen"))
_COPULAS = frozenset(
    ["is", "are", "was", "were", "about", "ist", "sind", "war", "waren", "mit", "meint"]
)
_ARTICLES = frozenset(["the", "der", "die", "das", "dem", "den"])
_PLACES = frozenset(["in", "on", "at", "within", "via", "im", "auf", "bei", "beim"])
_COORDINATORS = frozenset(["and", "or", "vs", "versus", "und", "oder", "gegen"])
_JOINERS = frozenset(
    [
        "and",
        "or",
        "vs",
        "versus",
        "from",
        "to",
        "than",
        "unlike",
        "compared",
        "differ",
        "differs",
        "different",
        "with",
        "und",
        "oder",
        "gegen",
        "als",
        "von",
        "zu",
        "mit",
        "verglichen",
        "vergleich",
        "im",
    ]
)
_JOINING_PHRASES = frozenset(
    [("n",), ("same", "as"), ("same", "thing", "as"), ("dasselbe", "wie"), ("gleiche", "wie")]
)


class PhraseFinder(Protocol):
    """Finds names in a sequence of words."""

    def find(self, sentence: Sequence[Word]) -> Iterable[tuple[int, int, Name]]:
        """Return (first word, word after the last, name) for every name, overlaps included."""
        ...


class SpellingFinder(Protocol):
    """Finds the name that a misspelt one is nearest to."""

    def nearest(self, squeezed: str, edits: int) -> tuple[Name, float] | None:
        """Return the name within that many edits and its similarity (0 to 1), or None."""
        ...


class Vocabulary(Protocol):
    """What is known of ordinary words."""

    def is_common(self, folded: str) -> bool:
        """Tell whether it is a word of everyday language, so not a misspelling."""
        ...

    def is_question_word(self, folded: str) -> bool:
        """Tell whether people use the word to ask, whatever the concept."""
        ...

    def means_asking(self, folded: str) -> bool:
        """Tell the same of a word that may be misspelt."""
        ...

    def is_filler(self, folded: str) -> bool:
        """Tell whether so many questions use the word that it says nothing of a concept."""
        ...

    def doubt(self, folded: str) -> float:
        """Return how doubtful that is: 1 for a word never asked with, 0 for one surely."""
        ...


class Spotter:
    """Finds mentions; knows nothing of how phrases or similar spellings are searched."""

    def __init__(
        self,
        names: Names,
        phrases: PhraseFinder,
        spellings: SpellingFinder,
        vocabulary: Vocabulary,
        compounds: Compounds = NO_COMPOUNDS,
    ) -> None:
        self._names = names
        self._phrases = phrases
        self._spellings = spellings
        self._vocabulary = vocabulary
        self._compounds = compounds

    def spot(self, text: str) -> tuple[Mention, ...]:
        """Return the mentions of a question from left to right, without overlaps."""
        sentence = words(text)
        found = [*self._exact(text, sentence), *self._joined(text, sentence)]
        found += self._sharing(text, sentence, found)
        found += self._fuzzy(text, sentence, found)
        found += self._partners(text, sentence, found)
        plain = [mention for mention in found if not _MARKUP & {*mention.text}]
        own = [
            mention
            for mention in _without_overlaps(plain)
            if not self._compounds.has_as_part(text, sentence, mention)
        ]
        return self._strong(text, sentence, own)

    def _exact(self, text: str, sentence: Sequence[Word]) -> Iterator[Mention]:
        for first, last, name in self._phrases.find(sentence):
            if not _does_what(sentence[last - 1], name):
                yield self._mention(text, sentence[first:last], name, Likeness.EXACT, 1.0)

    def _joined(self, text: str, sentence: Sequence[Word]) -> Iterator[Mention]:
        known = self._names.by_squeezed
        every = {
            language: tuple(stem(word.folded, language) for word in sentence)
            for language in self._names.languages
        }
        for first, last in _spans(sentence, self._names.longest + _LONGEST_SPLIT):
            for language, stems in every.items():
                name = known.get((language, "".join(stems[first:last])))
                piece = sentence[first:last]
                if name and stems[first:last] != name.stems and self._may_be_joined(name, piece):
                    yield self._mention(text, piece, name, Likeness.JOINED, 1.0)

    def _sharing(
        self, text: str, sentence: Sequence[Word], found: Sequence[Mention]
    ) -> list[Mention]:
        """Find names that share words with one they are joined to: "vertical or horizontal tab"."""
        return [
            self._mention(text, piece, name, Likeness.EXACT, 1.0)
            for mention in found
            for piece, before in _joined_to(mention, sentence)
            if not any(m.start < piece[-1].end and piece[0].start < m.end for m in found)
            for name in self._completed(piece, mention, sentence, before)
        ]

    def _completed(
        self, piece: Sequence[Word], mention: Mention, sentence: Sequence[Word], before: bool
    ) -> Iterator[Name]:
        """Yield the names that words make with the end of a later or the beginning of an earlier.

        The first one found takes most of the other.
        """
        whole = [w.folded for w in sentence if mention.start <= w.start < mention.end]
        own = [word.folded for word in piece]
        for left in range(1, len(whole)):
            phrase = own + whole[left:] if before else whole[:-left] + own
            for language in self._names.languages:
                stems = tuple(stem(word, language) for word in phrase)
                name = self._names.by_stems.get((language, stems))
                if name and not set(name.concepts) & set(mention.concepts):
                    yield name
                    return

    def _may_be_joined(self, name: Name, piece: Sequence[Word]) -> bool:
        """Let "r c s" be RCS and "hash tag" hashtag, but no name be made of "es im" or "so s"."""
        if len(piece) == 1:
            return True
        if all(len(word.folded) == 1 for word in piece):
            return len(piece) > 2 or not any(word.folded in _LETTERS for word in piece)
        asking = all(self._vocabulary.is_question_word(word.folded) for word in piece)
        return len(name.squeezed) > _SHORT and not asking

    def _fuzzy(
        self, text: str, sentence: Sequence[Word], found: Sequence[Mention]
    ) -> list[Mention]:
        covered = {word.start for word in sentence for m in found if m.start <= word.start < m.end}
        unknown = {
            word.start
            for word in sentence
            if word.start not in covered
            and len(word.folded) > _SHORT
            and not self._is_ordinary(word)
        }
        guesses = [
            mention
            for piece in _pieces(sentence, self._names.longest)
            if unknown & {word.start for word in piece}
            for mention in self._guess(text, piece)
        ]
        named = [(guess, self._unknown_in(guess, unknown)) for guess in guesses]
        nearly = [(guess, 0) for guess in self._nearly(text, sentence)]
        return _best([*named, *nearly])

    @staticmethod
    def _unknown_in(guess: Mention, unknown: Iterable[int]) -> int:
        """Return how many unknown words a guess explains."""
        return sum(guess.start <= start < guess.end for start in unknown)

    def _partners(
        self, text: str, sentence: Sequence[Word], found: Sequence[Mention]
    ) -> list[Mention]:
        """Find names that a typing error has made another word of, joined to a name we know.

        "Difference between X and telegramm": elsewhere that is the German word for a telegram.
        """
        guesses = []
        for word in sentence:
            covered = any(m.start <= word.start < m.end for m in found)
            if covered or len(word.folded) < _LONG - 2 or word.folded in _JOINERS:
                continue
            hit = self._spellings.nearest(word.folded, 1)
            if hit and _begin_alike(word.folded, hit[0].squeezed):
                guess = self._mention(text, [word], hit[0], Likeness.FUZZY, hit[1])
                if any(_only_joiners(guess, other, sentence) for other in found):
                    guesses.append(guess)
        return guesses

    def _nearly(self, text: str, sentence: Sequence[Word]) -> Iterator[Mention]:
        """Find names of several words of which one has an error that makes another real word."""
        strange = [
            [stem(word.folded, language) not in parts for word in sentence]
            for language, parts in self._names.parts.items()
        ]
        for first, last in _spans(sentence, self._names.longest):
            if last - first < 2 or all(sum(each[first:last]) > 1 for each in strange):
                continue
            piece = sentence[first:last]
            squeezed = "".join(word.folded for word in piece)
            if len(squeezed) < _LONG:
                continue
            hit = self._spellings.nearest(squeezed, 1)
            if hit and self._differ_in_one(piece, hit[0]):
                yield self._mention(text, piece, hit[0], Likeness.FUZZY, hit[1])

    def _is_ordinary(self, word: Word) -> bool:
        known = self._vocabulary
        return known.is_question_word(word.folded) or known.is_common(word.folded)

    def _guess(self, text: str, piece: Sequence[Word]) -> Iterator[Mention]:
        squeezed = "".join(word.folded for word in piece)
        edits = next(edits for length, edits in _EDITS if len(squeezed) < length)
        hit = self._spellings.nearest(squeezed, edits) if edits else None
        if hit and hit[1] >= _LEAST_LIKE and _begin_alike(squeezed, hit[0].squeezed):
            # Who types the stem of a German name makes no typing error.
            likeness = Likeness.FUZZY if hit[1] < 1.0 else Likeness.JOINED
            yield self._mention(text, piece, hit[0], likeness, hit[1])

    def _differ_in_one(self, piece: Sequence[Word], name: Name) -> bool:
        """Tell whether all words but one are those of the name, and that one asks nothing."""
        if len(piece) != len(name.stems):
            return False
        other = [
            word
            for word, known in zip(piece, name.stems, strict=True)
            if stem(word.folded, name.language) != known
        ]
        return len(other) == 1 and not self._vocabulary.is_question_word(other[0].folded)

    def _mention(
        self, text: str, piece: Sequence[Word], name: Name, likeness: Likeness, score: float
    ) -> Mention:
        start, end = piece[0].start, piece[-1].end
        concepts = self._names.spelt(name, text[start:end])
        return Mention(start, end, text[start:end], name.text, concepts, likeness, score)

    def _strong(
        self, text: str, sentence: Sequence[Word], mentions: Sequence[Mention]
    ) -> tuple[Mention, ...]:
        """Drop everyday words that happen to be names, where something else is the topic."""
        marked = [replace(m, weak=self._is_weak(m, text)) for m in mentions]
        if all(m.weak for m in marked):
            return tuple(m for m in marked if self._may_be_topic(m, text, sentence))
        return tuple(
            m
            for m in marked
            if not m.weak or _coordinated(m, marked, sentence) or self._placed(m, marked, sentence)
        )

    def _placed(
        self, mention: Mention, mentions: Sequence[Mention], sentence: Sequence[Word]
    ) -> bool:
        """Tell whether an everyday word is what is asked for, and a stronger name where it is.

        "What is a like on X", "what does a mention mean on X".
        """
        before = [word for word in sentence if word.end <= mention.start]
        if not before or before[-1].folded not in _INDEFINITE | _COPULAS:
            return False
        strong = (m for m in mentions if not m.weak and m.start > mention.start)
        return any(self._leads_to(mention, other, sentence) for other in strong)

    def _leads_to(self, mention: Mention, other: Mention, sentence: Sequence[Word]) -> bool:
        between = [w.folded for w in sentence if mention.end <= w.start < other.start]
        *verbs, lead = [word for word in between if word not in _ARTICLES | _INDEFINITE] or [""]
        return lead in _PLACES and all(map(self._vocabulary.is_question_word, verbs))

    def _is_weak(self, mention: Mention, text: str) -> bool:
        parts = words(mention.text)
        if len(mention.text) > 1 and mention.text.isupper() and not text.isupper():
            return False  # written as a name
        known, folded = self._vocabulary, parts[0].folded if len(parts) == 1 else ""
        return known.is_question_word(folded) and known.doubt(folded) < _ASKED_ONCE

    def _may_be_topic(self, mention: Mention, text: str, sentence: Sequence[Word]) -> bool:
        """A weak name is the topic when it has an article, or when nothing else could be.

        So it is where it is called a word, and where a clause ends with "of" or "about" and the
        name: "an example of X".
        """
        if fold(mention.text) in _PRONOUNS:
            return mention.text.isupper() and len(sentence) == 1
        before = [word.folded for word in sentence if word.end <= mention.start]
        ends = not text[mention.end :].strip() or text[mention.end] in _CLAUSE_ENDS
        leads = _INDEFINITE | _WORDS | (_ABOUT if ends else frozenset())
        if before and before[-1] in leads:
            return True
        outside = [w for w in sentence if not mention.start <= w.start < mention.end]
        return len(outside) <= _FEW and all(
            self._vocabulary.is_question_word(word.folded) for word in outside
        )


def _joined_to(mention: Mention, sentence: Sequence[Word]) -> Iterator[tuple[Sequence[Word], bool]]:
    """Yield the one or two words that "and", "or" or "versus" join to a mention; before or after.

    With each comes whether it stands before.
    """
    inside = [i for i, word in enumerate(sentence) if mention.start <= word.start < mention.end]
    first, last = inside[0], inside[-1]
    for size in (2, 1):
        if first > size and sentence[first - 1].folded in _COORDINATORS:
            yield sentence[first - 1 - size : first - 1], True
        if last + 1 + size < len(sentence) and sentence[last + 1].folded in _COORDINATORS:
            yield sentence[last + 2 : last + 2 + size], False


def _does_what(word: Word, name: Name) -> bool:
    """Tell whether a word is what the one does whose name it would be: "print" is no "Printer".

    That the two have the same German stem says no more than that some plurals end in "er" as well.
    """
    return words(name.text)[-1].folded == word.folded + "er"


def _begin_alike(typed: str, meant: str) -> bool:
    """Tell whether two words begin with the same letter, or with two swapped ones.

    People rarely mistype the first letter; "phishing" for "smishing" is another word.
    """
    return typed[:1] == meant[:1] or typed[:2] == meant[1::-1]


def _pieces(sentence: Sequence[Word], longest: int) -> Iterator[Sequence[Word]]:
    return (sentence[first:last] for first, last in _spans(sentence, longest))


def _spans(sentence: Sequence[Word], longest: int) -> Iterator[tuple[int, int]]:
    for first in range(len(sentence)):
        for last in range(first + 1, min(first + longest, len(sentence)) + 1):
            yield first, last


def _without_overlaps(mentions: Iterable[Mention]) -> list[Mention]:
    def order(mention: Mention) -> tuple[int, int, float]:
        kind = list(Likeness).index(mention.likeness)
        return (mention.start - mention.end, kind, -mention.score)

    kept: list[Mention] = []
    for mention in sorted(mentions, key=order):
        same = [m for m in kept if (m.start, m.end) == (mention.start, mention.end)]
        if same and same[0].likeness is mention.likeness and mention.score == same[0].score:
            merged = tuple(dict.fromkeys(same[0].concepts + mention.concepts))
            kept[kept.index(same[0])] = replace(same[0], concepts=merged)
        elif not any(mention.overlaps(other) for other in kept):
            kept.append(mention)
    return sorted(kept, key=lambda m: m.start)


def _best(guesses: Iterable[tuple[Mention, int]]) -> list[Mention]:
    """Keep, where several overlap, the guess that explains most words, or the most similar one."""

    def order(guess: tuple[Mention, int]) -> tuple[int, float, int]:
        mention, explained = guess
        return (-explained, -mention.score, mention.start - mention.end)

    kept: list[Mention] = []
    for guess, _ in sorted(guesses, key=order):
        if not any(guess.overlaps(other) for other in kept):
            kept.append(guess)
    return kept


def _coordinated(mention: Mention, mentions: Sequence[Mention], sentence: Sequence[Word]) -> bool:
    """Tell whether only joining words stand between the mention and another one."""
    if fold(mention.text) in _JOINERS:  # German "im Vergleich zu" names no IM
        return False
    return any(
        other is not mention and not other.weak and _only_joiners(mention, other, sentence)
        for other in mentions
    )


def _only_joiners(one: Mention, other: Mention, sentence: Sequence[Word]) -> bool:
    left, right = sorted((one, other), key=lambda m: m.start)
    between = [w.folded for w in sentence if left.end <= w.start < right.start]
    joining = [word for word in between if word not in _ARTICLES | _INDEFINITE]
    return bool(joining) and (
        all(word in _JOINERS for word in joining) or tuple(joining) in _JOINING_PHRASES
    )
