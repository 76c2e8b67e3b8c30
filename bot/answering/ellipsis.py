"""Ellipsis: what a question leaves out because the conversation has said it.

Pure functions over a question and the small typed state of the conversation; none knows a concept.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from bot.answering.clauses import pauses
from bot.answering.context import Context
from bot.answering.question import ASPECTS, NAMED_TYPES, PAIRWISE, Question, QuestionType
from bot.answering.reference import is_address
from bot.answering.topic import follows
from bot.glossary.folding import Word, words

_T = QuestionType
# Words that stand for what was talked about before.
_PRONOUNS = frozenset(
    "it its it's this that these those they them em their thing thats that's "
    "es das dies diese dieses dieser sie er ihm ihn ihr deren dessen den dem sowas "
    "davon damit dafuer darueber dabei daran darin dazu dagegen darauf daraus darunter dahinter "
    "dadurch".split()
)
_ARTICLES = frozenset("das den dem des".split())
_BOTH = frozenset("both two either beide beiden beides zwei".split())
_THEY = frozenset("they them em their".split())
_THAN = frozenset(("than", "als"))
_ONE = frozenset("one ones eins einer eine dazu".split())  # at the end: "is X one too"
_TRAILING = frozenset("too also then as well auch dann denn".split())
# "Which" before such a word, or at the end, is put to what was talked about.
_OF_THEM = frozenset(
    "one ones of is has was does costs do would is's von davon ist hat war kostet waere".split()
)
_IS = frozenset("is isn't isnt its it's thats that's ist".split())
_EQUALS = _IS | frozenset(
    "it that this es das dies so basically just like kind sort of a an the same as thing similar "
    "to actually really only simply pretty much then hmm hm oh ok okay and but also doch nur quasi "
    "sowas so was wie ein eine einen einfach dasselbe gleiche eigentlich nicht im grunde dann "
    "sort more less".split()
)
_AND = frozenset(("and", "und"))
_BACK = frozenset("back zurueck nochmal again".split())
_TO = frozenset("to zu zum zur".split())
_WHICH = frozenset("which welche welcher welches davon".split())
_COMPARATIVES = frozenset(
    "older newer younger cheaper safer better worse faster easier bigger simpler aelter neuer "
    "juenger billiger guenstiger teurer sicherer besser schlechter schneller einfacher".split()
)
_ASKS = frozenset("what whats what's who which was wer welches welche welcher".split())
_BETWEEN = frozenset(  # "and" before that, "is" and fillers behind it
    "and und is are ist war sind denn jetzt eigentlich now then actually".split()
)
_APART = frozenset("from to with than against as von zu zum zur mit gegen als".split())
_WITHIN = frozenset("in on at im bei beim auf".split())
_LANGUAGES = {
    "english": "en", "englisch": "en", "german": "de", "deutsch": "de",
}  # fmt: skip
_MEANT = {
    "i": ("mean", "meant"),
    "ich": ("mein", "meine", "meinte", "meint"),
    "meinte": ("ich",), "meine": ("ich",), "mein": ("ich",),
}  # fmt: skip
_RATHER = frozenset(("but", "sondern"))
_SAME = frozenset("same ditto gleiche gleichen gleiches selbe selben dasselbe dieselben".split())
_SAMENESS = _SAME | frozenset("anders anderes else".split())
_AS = frozenset("as wie than".split())
_FOR = frozenset("for of with about on fuer bei mit zu von vom zum zur".split())
_ASKED = frozenset("question questions thing things frage fragen story".split())
_INTO = frozenset("in auf into to im zu".split())


def points_back(question: Question) -> bool:
    """Tell whether a word of the question stands for something said before."""
    return _points(question, len(question.text))


def points_past(question: Question) -> bool:
    """Tell the same, where the word does not stand for a term in a clause before it."""
    first = min((m.end for m in question.mentions), default=len(question.text))
    after = [start for start, _ in pauses(question.text) if start > first]
    return _points(question, min(after, default=len(question.text)))


def _points(question: Question, end: int) -> bool:
    said = words(question.text)
    pointing = any(
        word.folded in _PRONOUNS | _BOTH and not _is_part(question, word)
        for word in said
        if word.start < end
    )
    return pointing or _asks_which_of_them(said)


def _is_part(question: Question, word: Word) -> bool:
    """Tell whether a word is no pronoun: "das Forum ist", polite "Sie", "two-factor"."""
    if word.folded in _BOTH:
        return question.text[word.end : word.end + 1] == "-"
    ends = len(question.text.rstrip(" ?!."))  # "ist das ein Forum" may lack its article
    article = any(m.start == word.end + 1 and m.end < ends for m in question.mentions)
    return (article and word.folded in _ARTICLES) or is_address(question.text, word)


def _asks_for_more(said: Sequence[Word]) -> bool:
    """Tell whether it begins by asking what has more of something: "what is safer", "cheaper?"."""
    folded = [word.folded for word in said if word.folded not in _BETWEEN]
    asked = folded[1:] if folded and folded[0] in _ASKS else folded
    more = bool(asked) and asked[0] in _COMPARATIVES
    return more and not any(word in _THAN for word in folded)


def goes_on(question: Question) -> bool:
    """Tell whether the question begins as one that goes on with the one before: "and ..."."""
    said = words(question.text)
    return bool(said) and said[0].folded in _AND


def goes_back(question: Question) -> bool:
    """Tell whether the question says that it goes back to something: "back to the ..."."""
    pairs = itertools.pairwise(word.folded for word in words(question.text))
    return any(back in _BACK and to in _TO for back, to in pairs)


def _asks_which_of_them(said: Sequence[Word]) -> bool:
    pairs = itertools.pairwise([word.folded for word in said])
    return any(which in _WHICH and after in _OF_THEM for which, after in pairs)


def sides(question: Question, about: QuestionType, context: Context) -> tuple[str, ...]:
    """Return which of the concepts said a question that names none is about.

    "Both", "which of them", "what is safer" and a comparison are about all of the topic; of one
    topic, about what was talked about before as well. Anything else is about the first.
    """
    said = words(question.text)
    two = any(word.folded in _BOTH for word in said) or _asks_which_of_them(said)
    two = two or _asks_for_more(said)
    if len(context.topic) > 1:
        they = any(word.folded in _THEY for word in said)
        aspect = about in ASPECTS and (asks_which(question) or two or they)
        compared = about is _T.SHORTER and context.question_type == _T.COMPARE
        whole = about in PAIRWISE or compared
        return context.topic if whole or aspect else context.topic[:1]
    if {*context.topic} < {*context.before} and two:
        return context.before  # one of those compared was asked about in between
    if context.before and (about is _T.COMPARE or two):
        return (context.before[0], *context.topic)
    return context.topic


def equates(question: Question) -> bool:
    """Tell whether "it" is said or asked to be the same as a term: "so it's basically X"."""
    if not question.mentions:
        return False
    lead = [w.folded for w in words(question.text) if w.end <= question.mentions[0].start]
    joined = any(word in _IS for word in lead) and any(word in _PRONOUNS for word in lead)
    return joined and all(word in _EQUALS for word in lead)


def says_both(question: Question) -> bool:
    """Tell whether it speaks of both things said: "which of the two", "beides", "cheaper?"."""
    said = words(question.text)
    return any(word.folded in _BOTH for word in said) or _asks_for_more(said)


def correction(text: str) -> int:
    """Return where somebody begins to say what he meant: behind "no, I meant"; 0 if he does not.

    Of "I meant not X but Y" that is Y.
    """
    said = words(text)
    for place, word in enumerate(said[1:], start=1):
        if word.folded in _MEANT.get(said[place - 1].folded, ()):
            rather = [w.end for w in said[place + 1 :] if w.folded in _RATHER]
            return rather[0] if rather else word.end
    return 0


def asks_which(question: Question) -> bool:
    """Tell whether the question is put to all that was talked about: "which one is older"."""
    return any(word.folded in _WHICH for word in words(question.text))


def wanted_language(text: str) -> str | None:
    """Return the language that a message asks for: "in English please", "und auf Deutsch?"."""
    said = [word.folded for word in words(text)]
    for before, word in itertools.pairwise(said):
        if before in _INTO and word in _LANGUAGES:
            return _LANGUAGES[word]
    return None


def carried_on(context: Context) -> QuestionType:
    """Return the type that "and X?" continues; a definition where there is none."""
    before = _T(context.question_type) if context.question_type else _T.DEFINE
    if before in PAIRWISE and context.further and len(context.concepts) < 2:
        before = _T(context.further[0])  # "X is one, right? What does it cost"
    carried = NAMED_TYPES - {_T.FOLLOW_UP, _T.SHORTER, _T.TELL_MORE, _T.REPEAT}
    return before if before in carried else _T.DEFINE


def carried_further(context: Context) -> tuple[QuestionType, ...]:
    """Return what "and X?" continues as well, where several things were asked at once."""
    carried = NAMED_TYPES - PAIRWISE
    return tuple(_T(kind) for kind in context.further if _T(kind) in carried)


def asks_the_same(question: Question, context: Context) -> bool:
    """Tell whether the question before is asked again of the term: "same for X", "X, same thing".

    "Is it the same as X" compares.
    """
    if not question.mentions or not context.topic:
        return False
    said = words(question.text)
    folded = [word.folded for word in said]
    same = next((i for i, word in enumerate(folded) if word in _SAME), None)
    if same is None or any(word in _AS for word in folded[same:]) or _IS & {*folded[:same]}:
        return False
    of_term = follows(question.mentions[-1], said, _FOR)
    return of_term or any(word in _ASKED for word in folded[same:])


def completed(
    question: Question,
    kind: QuestionType,
    concepts: tuple[str, ...],
    context: Context,
) -> tuple[str, ...]:
    """Return the concepts of a question about two, of which one was said before.

    "How does it differ from X" compares the topic with X, "and from Y" the same with Y; "is it a
    kind of X" asks about the topic, "and Y?" asks the same of Y.
    """
    topic = context.topic
    if kind not in PAIRWISE or len(concepts) != 1 or not topic:
        return concepts
    if concepts[0] in topic:
        return topic if kind is _T.COMPARE else concepts
    follows = question.likeliest(NAMED_TYPES) is _T.FOLLOW_UP
    if kind is _T.ASK_KIND_OF and follows:
        return (concepts[0], topic[-1])
    if kind is _T.ASK_KIND_OF and _asks_for_one(question):
        return (concepts[0], topic[0])
    listed = {topic[0], concepts[0]} <= {*context.offered}
    if listed or follows or points_back(question) or sets_apart(question) or _says_same(question):
        return (topic[0], concepts[0])
    return concepts


def _says_same(question: Question) -> bool:
    """Tell whether the one term is said to be the same or not, of what goes without saying."""
    return any(word.folded in _SAMENESS for word in words(question.text))


def _asks_for_one(question: Question) -> bool:
    """Tell whether the topic is but "one" behind the term: "would X count as one too"."""
    term = question.mentions[-1].end if question.mentions else 0
    said = [w.folded for w in words(question.text) if w.start >= term]
    while said and said[-1] in _TRAILING:
        said.pop()
    return bool(said) and said[-1] in _ONE


def sets_apart(question: Question) -> bool:
    """Tell whether the term stands behind "from", "with" and the like: "anders als bei X"."""
    sentence = words(question.text)
    return any(follows(mention, sentence, _APART, _WITHIN) for mention in question.mentions[:1])
