"""The few words the assistant says of its own, per language; all else is the owner's text."""

from __future__ import annotations

from collections.abc import Mapping

from bot.answering.question import QuestionType
from bot.glossary.section import SectionKind

_K = SectionKind
_T = QuestionType

_ENGLISH: Mapping[str, str] = {
    "source": "Source", "sources": "Sources", "line": "line",
    "difference_title": "**Difference**",
    "no_difference": "The glossary does not say in so many words how they differ.",
    "shared": "Both are: {terms}.",
    "missing": "The glossary says nothing on that for {term}.",
    "has": "It does have: {headings}.",
    "unknown": "The glossary has no entry for “{term}”.",
    "stands_for": "**{short}** stands for **{full}**.",
    "abbreviated": "**{full}** is abbreviated **{short}**.",
    "no_abbreviation": "The glossary lists no abbreviation for {term}.",
    "kinds": "In the glossary, {count} kinds or examples of {term}:",
    "parts": "Parts of {term}:",
    "no_kinds": "The glossary lists no kinds of {term}.",
    "is_kind": "{term} is a kind of {terms}.",
    "is_part": "{term} is part of {terms}.",
    "no_broader": "The glossary names no broader concept for {term}.",
    "related": "Related to {term}:",
    "no_related": "The glossary lists nothing related to {term}.",
    "yes_kind": "Yes: {chain}.",
    "no_kind": "The glossary does not list {term} as a kind of {other}.",
    "sounds_like": "That sounds like **{term}**.",
    "or_maybe": "It could also be:",
    "showing": "Showing **{term}**.",
    "other_language": "(The glossary has this in {written} only.)",
    "which": "“{term}” has several meanings here. Which one do you mean?",
    "did_you_mean": "Did you mean one of these?",
    "which_concept": "Which concept do you mean?",
    "nothing_more": "That is all the glossary says about {term}.",
    "decline": "I can only answer from the glossary, and it does not answer that.",
    "nearest": "Nearest entries: {terms}.",
    "ask_differently": "Ask in other words, or say “talk to a person”.",
    "empty": "Please type a question, for example “{example}”.",
    "too_long": "That is too long for me: please ask in at most {limit} characters.",
    "failed": "Something went wrong on our side. Please ask again.",
    "example": "What is {term}?",
    "and": "and",
    "en": "English", "de": "German",
}  # fmt: skip
_GERMAN: Mapping[str, str] = {
    "source": "Quelle", "sources": "Quellen", "line": "Zeile",
    "difference_title": "**Unterschied**",
    "no_difference": "Das Glossar sagt nicht ausdrücklich, worin sie sich unterscheiden.",
    "shared": "Beide gehören zu: {terms}.",
    "missing": "Dazu sagt das Glossar bei {term} nichts.",
    "has": "Es gibt: {headings}.",
    "unknown": "Das Glossar hat keinen Eintrag zu „{term}“.",
    "stands_for": "**{short}** steht für **{full}**.",
    "abbreviated": "Die Abkürzung von **{full}** ist **{short}**.",
    "no_abbreviation": "Das Glossar nennt keine Abkürzung für {term}.",
    "kinds": "Im Glossar stehen {count} Arten oder Beispiele zu {term}:",
    "parts": "Teile von {term}:",
    "no_kinds": "Das Glossar nennt keine Arten von {term}.",
    "is_kind": "{term} gehört zu: {terms}.",
    "is_part": "{term} ist Teil von: {terms}.",
    "no_broader": "Das Glossar nennt keinen Oberbegriff zu {term}.",
    "related": "Verwandt mit {term}:",
    "no_related": "Das Glossar nennt nichts Verwandtes zu {term}.",
    "yes_kind": "Ja: {chain}.",
    "no_kind": "Das Glossar führt {term} nicht als Art von {other}.",
    "sounds_like": "Das klingt nach **{term}**.",
    "or_maybe": "Es könnte auch sein:",
    "showing": "Gezeigt wird **{term}**.",
    "other_language": "(Das Glossar hat das nur auf {written}.)",
    "which": "„{term}“ hat hier mehrere Bedeutungen. Welche ist gemeint?",
    "did_you_mean": "Ist eines davon gemeint?",
    "which_concept": "Welcher Begriff ist gemeint?",
    "nothing_more": "Mehr sagt das Glossar nicht zu {term}.",
    "decline": "Ich kann nur aus dem Glossar antworten, und das beantwortet diese Frage nicht.",
    "nearest": "Nächste Einträge: {terms}.",
    "ask_differently": "Fragen Sie mit anderen Worten, oder schreiben Sie „Mitarbeiter“.",
    "empty": "Bitte eine Frage eingeben, zum Beispiel „{example}“.",
    "too_long": "Das ist mir zu lang: bitte mit höchstens {limit} Zeichen fragen.",
    "failed": "Bei uns ist etwas schiefgegangen. Bitte noch einmal fragen.",
    "example": "Was ist {term}?",
    "and": "und",
    "en": "Englisch", "de": "Deutsch",
}  # fmt: skip
_WORDS: Mapping[str, Mapping[str, str]] = {"en": _ENGLISH, "de": _GERMAN}

_SUGGESTIONS: Mapping[str, Mapping[SectionKind, str]] = {
    "en": {
        _K.HOW: "How does {term} work?",
        _K.PURPOSE: "What is the purpose of {term}?",
        _K.USERS: "Who uses {term}?",
        _K.ADVANTAGES: "What are the advantages of {term}?",
        _K.LIMITS: "What are the disadvantages of {term}?",
        _K.EXAMPLES: "Can you give an example of {term}?",
        _K.HISTORY: "What is the history of {term}?",
        _K.CHARACTERISTICS: "What are the features of {term}?",
        _K.SAFETY: "How safe is {term}?",
        _K.COST: "What does {term} cost?",
    },
    "de": {
        _K.HOW: "Wie funktioniert {term}?",
        _K.PURPOSE: "Wozu dient {term}?",
        _K.USERS: "Wer nutzt {term}?",
        _K.ADVANTAGES: "Welche Vorteile hat {term}?",
        _K.LIMITS: "Welche Nachteile hat {term}?",
        _K.EXAMPLES: "Was ist ein Beispiel für {term}?",
        _K.HISTORY: "Wann ist {term} entstanden?",
        _K.CHARACTERISTICS: "Welche Merkmale hat {term}?",
        _K.SAFETY: "Wie sicher ist {term}?",
        _K.COST: "Was kostet {term}?",
    },
}
_COMPARISONS = {
    "en": "What is the difference between {one} and {other}?",
    "de": "Was ist der Unterschied zwischen {one} und {other}?",
}

_REPLIES: Mapping[str, Mapping[QuestionType, str]] = {
    "en": {
        _T.GREET: "Hello! Ask me about a concept of the glossary.",
        _T.GOODBYE: "Goodbye!",
        _T.THANK: "You are welcome.",
        _T.ASK_BOT: "I am a program. I answer from a glossary, word for word, and show the source.",
        _T.ASK_CAPABILITIES: "I explain {count} concepts: what something is, what an abbreviation "
        "stands for, how two things differ, how it works, what it is good for, examples, history. "
        "You can also describe a thing and ask for its name.",
        _T.INSULT: "I am sorry that I was of no help. Ask in other words, or ask for a person.",
        _T.ASK_SOURCE: "Everything I say is taken from the glossary.",
        _T.AFFIRM: "All right.",
        _T.DENY: "All right. Ask in other words, or ask for a person.",
        _T.FEEDBACK_GOOD: "Good to hear, thank you.",
        _T.FEEDBACK_BAD: "Thank you for telling me. Ask in other words, or ask for a person.",
        _T.ASK_HUMAN: "You would like to talk to a person. If nobody joins here, please use "
        "the contact of this site.",
    },
    "de": {
        _T.GREET: "Hallo! Fragen Sie mich nach einem Begriff aus dem Glossar.",
        _T.GOODBYE: "Auf Wiedersehen!",
        _T.THANK: "Gern geschehen.",
        _T.ASK_BOT: "Ich bin ein Programm. Ich antworte wörtlich aus einem Glossar und nenne die Quelle.",
        _T.ASK_CAPABILITIES: "Ich erkläre {count} Begriffe: was etwas ist, wofür eine Abkürzung "
        "steht, wie sich zwei Dinge unterscheiden, wie etwas funktioniert, wozu es gut ist, "
        "Beispiele, Geschichte. Sie können auch etwas beschreiben und nach dem Namen fragen.",
        _T.INSULT: "Schade, dass ich nicht helfen konnte. Fragen Sie anders, oder verlangen Sie einen Menschen.",
        _T.ASK_SOURCE: "Alles, was ich sage, steht so im Glossar.",
        _T.AFFIRM: "In Ordnung.",
        _T.DENY: "In Ordnung. Fragen Sie anders, oder verlangen Sie einen Menschen.",
        _T.FEEDBACK_GOOD: "Das freut mich, danke.",
        _T.FEEDBACK_BAD: "Danke für den Hinweis. Fragen Sie anders, oder verlangen Sie einen Menschen.",
        _T.ASK_HUMAN: "Sie möchten mit einem Menschen sprechen. Wenn sich hier niemand meldet, "
        "nutzen Sie bitte den Kontakt dieser Seite.",
    },
}


def phrase(name: str, language: str, **facts: object) -> str:
    """Return one of our own phrases; English where the language is not known."""
    return _WORDS.get(language, _ENGLISH)[name].format(**facts)


def reply(kind: QuestionType, language: str, **facts: object) -> str:
    """Return the reply to small talk of that kind."""
    return _REPLIES.get(language, _REPLIES["en"])[kind].format(**facts)


def suggestion(kind: SectionKind, language: str, term: str) -> str | None:
    """Return a question that a section of that kind answers, or None."""
    template = _SUGGESTIONS.get(language, _SUGGESTIONS["en"]).get(kind)
    return template.format(term=term) if template else None


def comparison(language: str, one: str, other: str) -> str:
    """Return the question how two concepts differ."""
    return _COMPARISONS.get(language, _COMPARISONS["en"]).format(one=one, other=other)
