"""Which of several terms in a question it is about."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from bot.answering.clauses import asks, is_asked_anywhere
from bot.answering.question import PAIRWISE, Question, QuestionType
from bot.glossary.folding import Word, words
from bot.glossary.mention import Mention

# After these a term says where, not what: "followers on X". Words such as "of" or "for" are not
# among them: "advantages of X".
_PLACE = frozenset(
    [
        "in",
        "on",
        "at",
        "within",
        "inside",
        "via",
        "through",
        "im",
        "auf",
        "bei",
        "beim",
        "innerhalb",
        "per",
    ]
)
_NAMING = frozenset(
    "what whats what's who whos who's define explain was wer erkläre erklaere".split()
)
_CALLING = frozenset("call calls called nennt nennst nennen".split())
_DEMANDS = frozenset("define explain describe definiere erkläre erklaere erklär beschreibe".split())
_MEANING = frozenset(
    "mean means meaning stand stands meant heisst heißt bedeutet meint bedeuten".split()
)
_OR = frozenset(("or", "oder", "vs", "versus"))
_LINKS = _OR | {"and", "than", "from", "to", "as", "und", "als", "wie", "von", "gegen", "zu"}
_GERMAN_CLAUSE = re.compile(
    r"(?:^wenn|, (?:(?:mit|in|an|auf|bei|von|aus|zu|für|durch|über|unter) )?"
    r"(?:der|die|das|den|dem|deren|dessen|denen|wo|wenn))\b",
    re.IGNORECASE,
)
_THAN = frozenset(("than", "als"))
_MORE = frozenset("more less better worse rather mehr weniger besser anders eher lieber".split())
_APART = _PLACE | _OR | {"and", "und", "like", "wie", "of", "von", "is", "ist", "a", "an", "ein"}
_OF = frozenset(["of", "about", "von", "vom", "über", "ueber", "zu", "zum", "zur"])
_AUXILIARIES = {
    "en": frozenset("does do did can could will would should may might must doesn't don't".split()),
    "de": frozenset(
        "wurde wurden wird werden hat haben hatte kann können koennen konnte soll sollte muss "
        "müssen muessen darf ist war sind waren".split()
    ),
}
_OBJECTS = frozenset(
    "the a an my your our their its his her them it me us you people to for with from in on at by "
    "of about so anything something everything everyone everybody anyone who whom what".split()
)
_ENDINGS = ("t", "en", "ern", "eln")  # of participles and infinitives
_WITH = frozenset(("with", "mit", "by", "over", "über", "ueber"))
_COMPARING = (
    "compar", "contrast", "differ", "vergl", "untersch", "gegensatz", "gegenüber", "gegenueber",
)  # fmt: skip
_WHO = frozenset(("who", "wer"))
_VERB_NEXT = frozenset(  # behind these German words comes the verb
    "wann warum wieso weshalb weswegen wozu wo wohin woher woran worauf woraus wobei wodurch "
    "wofuer wogegen worin womit wonach worueber worum worunter wovon wovor".split()
)
_WHICH = frozenset("which welche welcher welches".split())
_THAT = frozenset("that it das dies des dat".split())
_COPULAS = frozenset("is are was were isn't aren't ist sind war waren wär wäre waer waere".split())
_CONFIRMS = frozenset("stimmt richtig right true correct oder gell".split())
_AGAINST = frozenset(("vs", "versus", "than", "als", "same", "gleich", "dasselbe"))
_NOT = frozenset(("not", "nicht", "kein", "keine", "keinen"))
_DEFINITE = frozenset("the der die das den dem".split())
_QUOTES = ('"', "\u201c", "\u201e", "\u00bb", "\u00ab", "\u2018", "\u201a")
_WORDS = frozenset("word term words terms wort begriff ausdruck wörter begriffe woerter".split())
_CALLED = frozenset("called named namens sogenannte sogenannter sogenanntes sogenannten".split())
_RELATIVE = frozenset("who whom whose which that where when wenn wo wobei".split())
_SAYING = frozenset("mean means meant say says talk talks refer meinen sagen verstehen".split())
_ABOUT_WHAT = frozenset("by when with about to mit unter wenn".split())
_MOST_DENYING = 3  # words of "no no, not X"
_TELLING_ALONE = 2  # words beside a single term that nobody asks with
ARTICLES = frozenset(
    [
        "a",
        "an",
        "the",
        "my",
        "your",
        "our",
        "der",
        "die",
        "das",
        "den",
        "dem",
        "ein",
        "eine",
        "einem",
        "einen",
        "einer",
    ]
)


def topics(question: Question, kind: QuestionType) -> tuple[Mention, ...]:
    """Return the mentions that a question of that type is about, from left to right.

    In "target group of X" the first term is what is asked for, unless a definition is.
    """
    mentions = question.mentions
    sentence = words(question.text)
    if kind in PAIRWISE or len(mentions) < 2:
        return mentions[:-1] if _ends_with_place(mentions, sentence) else mentions
    meant = [m for m in mentions if not follows(m, sentence, _NOT)] or list(mentions)
    meant = [m for m in meant if not _speaks(m, sentence)] or meant
    central = [m for m in meant if not follows(m, sentence, _PLACE)] or meant
    if kind is QuestionType.DEFINE and _asks_for_that(central[-1], sentence):
        return (central[-1],)
    first = central[0]
    if kind is not QuestionType.DEFINE:
        first = next((m for m in central if follows(m, sentence, _OF)), first)
    chosen = [first]
    for mention in central[central.index(first) + 1 :]:
        if _joined(chosen[-1], mention, question.text, len(central)):
            chosen.append(mention)
    return tuple(chosen)


def _ends_with_place(mentions: Sequence[Mention], sentence: Sequence[Word]) -> bool:
    """Tell whether the last of three terms only says where the others are, or by what means.

    "X and Y on Z", "is X just Y with Z"; in "how does X compare with Y and Z" it is meant.
    """
    if len({m.concepts for m in mentions}) < 3:
        return False
    compares = any(word.folded.startswith(_COMPARING) for word in sentence)
    return follows(mentions[-1], sentence, _PLACE if compares else _PLACE | _WITH)


def only_describes(question: Question, tells: Callable[[str], bool]) -> bool:
    """Tell whether terms are but words of a description: "open X surrounded by Y".

    Nothing asks or compares, and there is a word among them that nobody asks with; beside a single
    term, several.

    Args:
        question: with its mentions.
        tells: tells of a folded word that it is no word of asking.
    """
    if not _is_told(question):
        return False
    mentions = question.mentions
    last = mentions[-1].end
    comma = re.search(r"[,;.:]", question.text[last:])
    end = last + comma.start() if comma else len(question.text)
    telling = sum(word.end <= end and tells(word.folded) for word in _beside(question))
    return telling >= (_TELLING_ALONE if len(mentions) == 1 else 1)


def _is_told(question: Question) -> bool:
    """Tell whether a question has terms, and nothing in it asks, compares or equates."""
    if not question.mentions or "?" in question.text or asks(question.text):
        return False
    said = words(question.text)
    if any(said[0].folded in verbs for verbs in _AUXILIARIES.values()):
        return False  # "should we X or Y"
    if any(w.folded in _AGAINST or w.folded.startswith(_COMPARING) for w in said):
        return False
    return not (_is_equated(question.mentions, said) or _CONFIRMS & {w.folded for w in said})


def _beside(question: Question) -> list[Word]:
    """Return the words outside the terms."""
    mentions = question.mentions
    return [
        w for w in words(question.text) if not any(m.start <= w.start < m.end for m in mentions)
    ]


def only_tells(question: Question) -> bool:
    """Tell whether a question can be but a description, however common the words in it are.

    Nothing compares, no word asks or denies, it does not begin with its terms one after the other
    nor end with one behind a comma, and German that is no clause itself has one behind a comma.
    """
    if not _is_told(question) or is_asked_anywhere(question.text):
        return False
    if sum(word.folded not in ARTICLES for word in _beside(question)) < _TELLING_ALONE:
        return False
    if denied(question) or _are_listed_first(question) or _ends_with_term(question):
        return False
    german = question.language == "de"
    return not german or bool(_GERMAN_CLAUSE.search(question.text))


def _ends_with_term(question: Question) -> bool:
    """Tell whether a question ends with a comma and a term: "no, the other one, Y"."""
    last = question.mentions[-1]
    before = question.text[: last.start].rstrip()
    return before.endswith(",") and not words(question.text[last.end :])


def _are_listed_first(question: Question) -> bool:
    """Tell whether a question begins with two terms and nothing but a link between them."""
    first, *others = question.mentions
    lead = words(question.text[: first.start])
    if not others or not {word.folded for word in lead} <= ARTICLES:
        return False
    return all(w.folded in _LINKS for w in words(question.text[first.end : others[0].start]))


def _speaks(mention: Mention, sentence: Sequence[Word]) -> bool:
    """Tell whether a term is who speaks of another: "what do X mean when they talk about Y"."""
    after = [w.folded for w in sentence if w.start >= mention.end][:2]
    return len(after) == 2 and after[0] in _SAYING and after[1] in _ABOUT_WHAT


def _asks_for_that(mention: Mention, sentence: Sequence[Word]) -> bool:
    """Tell whether what follows a term asks for it: "X should have Y, no clue what that is"."""
    after = {w.folded for w in sentence if w.start >= mention.end}
    compares = any(word.startswith(_COMPARING) for word in after)
    return bool(after & _NAMING) and bool(after & _THAT) and not compares


def asks_for_last(question: Question) -> bool:
    """Tell whether only the last of several terms is asked for, behind it: "..., what is that"."""
    return not are_linked(question) and _asks_for_that(question.mentions[-1], words(question.text))


def is_titled(question: Question) -> bool:
    """Tell whether nothing but "the" is between two terms: "X the Y", "X, die Y"."""
    left, right = question.mentions
    between = [w.folded for w in words(question.text[left.end : right.start])]
    return len(between) == 1 and between[0] in _DEFINITE


def is_part(question: Question) -> bool:
    """Tell whether the second of two terms only says of what, or where the first is: "X of Y"."""
    if len(question.mentions) != 2:
        return False
    left, right = question.mentions
    between = words(question.text[left.end : right.start])
    leads = _OF | _PLACE | _WITH
    return [w.folded in leads for w in between if w.folded not in ARTICLES] == [True]


def _is_equated(mentions: Sequence[Mention], said: Sequence[Word]) -> bool:
    """Tell whether a term is said to be something: "X is just a Y", not "the time when X is Y"."""
    relative = next((w.start for w in said[1:] if w.folded in _RELATIVE), None)
    equated = [m for m in mentions[:-1] if relative is None or m.start < relative]
    after = (next((w.folded for w in said if w.start >= m.end), "") for m in equated)
    return any(word in _COPULAS for word in after)


def is_quoted(question: Question) -> bool:
    """Tell whether a term stands in quotation marks, or is called a word or so: "the term X"."""
    sentence = words(question.text)
    return any(
        (question.text[m.start - 1 : m.start] in _QUOTES and m.start > 0)
        or follows(m, sentence, _WORDS | _CALLED)
        for m in question.mentions
    )


def is_asked_first(question: Question) -> bool:
    """Tell whether it begins by asking what a term is, and goes on about that: "what is X, the Y".

    With an article ("what is an X, where ...") the term may be but what something is a kind of.
    """
    if not question.mentions:
        return False
    first = question.mentions[0]
    lead = [w.folded for w in words(question.text) if w.end <= first.start]
    asks_what = bool(lead) and lead[0] in _NAMING and all(w in _NAMING | _COPULAS for w in lead)
    return asks_what and question.text[first.end :].lstrip().startswith(",")


def denies(question: Question) -> bool:
    """Tell whether it is but a term that is not meant: "not X", "no, no X"."""
    said = words(question.text)
    outside = [w for w in said if not any(m.start <= w.start < m.end for m in question.mentions)]
    short = len(outside) <= _MOST_DENYING
    return (
        bool(question.mentions)
        and short
        and all(follows(mention, said, _NOT) for mention in question.mentions)
    )


def denied(question: Question) -> frozenset[str]:
    """Return the concepts that are said not to be meant: "DM, not the private message kind"."""
    said = words(question.text)
    sure = (m for m in question.mentions if len(m.concepts) == 1 and follows(m, said, _NOT))
    return frozenset(m.concepts[0] for m in sure)


def are_alternatives(question: Question) -> bool:
    """Tell whether a question puts terms to the choice: "which is better, X or Y"."""
    pairs = pairwise(question.mentions)
    between = (question.text[left.end : right.start] for left, right in pairs)
    return any({w.folded for w in words(text)} & _OR for text in between if len(words(text)) < 3)


def continues_name(question: Question, word: Word) -> bool:
    """Tell whether a word right behind a mention is written as a part of the same name.

    "TikTok Shop" in an English sentence; German writes every noun like that.
    """
    text = question.text
    spelt = [text[w.start : w.end] for w in words(text)]
    if question.language != "en" or all(w[0].isupper() for w in spelt):
        return False
    ends = [m.end for m in question.mentions if text[m.start].isupper()]
    return text[word.start].isupper() and any(text[end : word.start] == " " for end in ends)


def is_unknown(question: Question, is_asking: Callable[[str], bool]) -> bool:
    """Tell whether a question asks for a name that is no term, and explains it by one that is.

    "Whats clubhouse, the audio app": the first word that does not ask stands alone before a comma,
    and the terms come after it.
    """
    sentence = words(question.text)
    if not question.mentions:
        return False
    asked = [w for w in sentence if w.end <= question.mentions[0].start]
    heads = [w for w in asked if is_asking(w.folded)]
    rest = [w for w in asked if not is_asking(w.folded)]
    if not heads or len(rest) != 1 or asked[0] is rest[0]:
        return False
    ahead = [w for w in asked if w.start < rest[0].start]
    behind = question.text[rest[0].end : question.mentions[0].start].lstrip()
    return ahead[0].folded in _NAMING and behind.startswith((",", "-", "("))


def demands(question: Question) -> bool:
    """Tell whether a message begins with the demand to explain something."""
    first = next((word.folded for word in words(question.text)), "")
    return first in _DEMANDS


def is_predicate(question: Question, word: Word) -> bool:
    """Tell whether a word right beside a mention is the verb: "how does X find the phones".

    In German it ends the clause: "wann wurde X eingestellt". Right behind who asks, it is the verb
    whatever it looks like: "who reads X", "which people read X".
    """
    sentence = words(question.text)
    if _is_second(question, sentence, word):
        return True
    ahead = [m for m in question.mentions if m.end <= word.start]
    leads = _AUXILIARIES.get(question.language)
    if not ahead or leads is None or not follows(ahead[-1], sentence, leads):
        return False
    if words(question.text[ahead[-1].end : word.start]):
        return False
    after = [w for w in sentence if w.start >= word.end]
    ends = not after or not question.text[word.end : after[0].start].isspace()
    if question.language == "de":
        return ends and word.folded.endswith(_ENDINGS)
    return ends or after[0].folded in _OBJECTS


def _is_second(question: Question, sentence: Sequence[Word], word: Word) -> bool:
    """Tell whether a word follows "who", "which people" or "woran", and a term follows it."""
    place = next(i for i, w in enumerate(sentence) if w.start == word.start)
    lead = sentence[0].folded
    behind = (place == 1 and lead in _WHO | _VERB_NEXT) or (place == 2 and lead in _WHICH)
    return behind and any(m.start > word.start for m in question.mentions)


def asks_unknown(
    question: Question, is_asking: Callable[[str], bool], is_common: Callable[[str], bool]
) -> bool:
    """Tell whether a question asks for a name nobody knows: "what is XYZ in advertising".

    The first word that does not ask is no everyday word, or written in capitals, and nothing but
    the end, a mark, a place or a verb of meaning follows.
    """
    sentence = words(question.text)
    place = next((i for i, w in enumerate(sentence) if not is_asking(w.folded)), None)
    if place is None or any(m.start < sentence[place].end for m in question.mentions):
        return False
    name, lead = sentence[place], [w.folded for w in sentence[:place]]
    spelt = question.text[name.start : name.end]
    is_name = not is_common(name.folded) or (spelt.isupper() and not question.text.isupper())
    if len(spelt) < 2 or not is_name or not (not lead or _NAMING & {*lead}):
        return False
    if len(lead) > 1 and lead[-1] in _RELATIVE:  # "the person who mows" describes
        return False
    if _CALLING & {*lead}:  # "what do you call a kettle in which …" describes
        return False
    if place + 1 == len(sentence):
        return True
    after = sentence[place + 1]
    marked = not question.text[name.end : after.start].isspace()
    return marked or after.folded in _PLACE | _MEANING or len(sentence) == 2


def are_linked(question: Question) -> bool:
    """Tell whether a word that joins or sets apart leads from one term to the next."""
    for left, right in pairwise(question.mentions):
        between = [w.folded for w in words(question.text[left.end : right.start])]
        *_, last = [word for word in between if word not in ARTICLES] or [""]
        if last in _LINKS:
            return True
    return False


def are_measured(question: Question) -> bool:
    """Tell whether one term is measured by the other: "is X safer than Y", "kann X mehr als Y"."""
    for left, right in pairwise(question.mentions):
        between = [w.folded for w in words(question.text[left.end : right.start])]
        *_, last = [word for word in between if word not in ARTICLES] or [""]
        more = (word in _MORE or (len(word) > 4 and word.endswith("er")) for word in between)
        if last in _THAN and left.concepts != right.concepts and any(more):
            return True
    return False


def apposed(question: Question, concept: str, below: Callable[[str], bool]) -> str | None:
    """Return the concept named right behind a broader one: "the microblog network X".

    Args:
        question: with its mentions.
        concept: the one in front.
        below: tells whether a concept is a kind of that one.
    """
    for left, right in pairwise(question.mentions):
        said = words(question.text[left.end : right.start])
        apart = (
            any(word.folded in _APART | _NOT for word in said)
            or "," in question.text[left.end : right.start]
        )
        if left.concepts == (concept,) and len(said) < 2 and not apart and below(right.concepts[0]):
            return right.concepts[0]
    return None


def follows(
    mention: Mention,
    sentence: Sequence[Word],
    leads: frozenset[str],
    passed: frozenset[str] = frozenset(),
) -> bool:
    """Tell whether one of these words stands before the mention, articles and ``passed`` aside."""
    before = [word.folded for word in sentence if word.end <= mention.start]
    while before and before[-1] in ARTICLES | passed:
        before.pop()
    return bool(before) and before[-1] in leads


def _joined(left: Mention, right: Mention, text: str, terms: int) -> bool:
    """Tell whether the two stand side by side in an enumeration; from three on, commas may lack."""
    between = text[left.end : right.start].casefold()
    rest = [w.folded for w in words(between) if w.folded not in ARTICLES]
    return rest in ([], ["and"], ["or"], ["und"], ["oder"], ["vs"], ["versus"]) and (
        bool(rest) or "," in between or terms > 2
    )
