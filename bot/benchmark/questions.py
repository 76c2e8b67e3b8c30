"""What the subject is asked: questions that need search, in English and German.

No text comes twice within a run of usual length, so that no cache of sentences can answer: the
list is gone through in rounds, and each round opens the questions in another way.
"""

from __future__ import annotations

from dataclasses import dataclass

_OPENINGS = {
    "en": ("", "Please: ", "Hi, ", "Quick question: ", "Hello, ", "One more: ", "Hey, ", "So, "),
    "de": ("", "Bitte: ", "Hi, ", "Kurze Frage: ", "Hallo, ", "Noch eins: ", "Hey, ", "Also, "),
}


@dataclass(frozen=True)
class Question:
    """A question and a word that an answer about the right concept can hardly do without."""

    language: str
    text: str
    about: str


def _many(language: str, *pairs: tuple[str, str]) -> tuple[Question, ...]:
    return tuple(Question(language, text, about) for text, about in pairs)


_DEFINITIONS = _many(
    "en",
    ("What is instant messaging?", "instant messaging"),
    ("what does double opt-in mean?", "opt-in"),
    ("Define crowdsourcing.", "crowdsourcing"),
    ("what is a filter bubble", "filter bubble"),
    ("Explain retargeting", "retargeting"),
) + _many(
    "de",
    ("Was ist ein Podcast?", "podcast"),
    ("Was bedeutet Double-Opt-in?", "opt-in"),
    ("Was versteht man unter Affiliate-Marketing?", "affiliate"),
    ("Definiere Roaming", "roaming"),
)
_DESCRIPTIONS = _many(
    "en",
    ("what do you call it when shops sell directly inside a social network?", "commerce"),
    ("the word for ads that look like the articles around them", "native"),
    ("what is it called when money for a project comes from many small backers?", "crowdfunding"),
) + _many(
    "de",
    ("Wie heißt es, wenn Nachrichten unterwegs niemand mitlesen kann?", "ende"),
    ("Wie nennt man kurze Textnachrichten über das Mobilfunknetz?", "short message service"),
    ("Wie heißt Werbung, die frühere Besucher auf anderen Seiten wieder anspricht?", "retargeting"),
)
_COMPARISONS = _many(
    "en",
    ("How does SMS differ from MMS?", "mms"),
    ("difference between a blog and a wiki", "wiki"),
) + _many(
    "de",
    ("Was ist der Unterschied zwischen SMS und RCS?", "rcs"),
    ("Worin unterscheiden sich Newsletter und RSS?", "rss"),
)
_ASPECTS = _many(
    "en",
    ("What are the advantages of push notifications?", "push"),
    ("Who uses social media monitoring and why?", "monitoring"),
    ("How does two-factor authentication work?", "factor"),
    ("Give me an example of influencer marketing", "influencer"),
) + _many(
    "de",
    ("Welche Vorteile hat Suchmaschinenoptimierung?", "suchmaschine"),
    ("Wer nutzt Chatbots und warum?", "chatbot"),
    ("Wie funktioniert Phishing?", "phishing"),
)
_TYPOS = _many("en", ("what is smisching?", "smishing")) + _many(
    "de", ("Was ist Konversionsratte?", "konversionsrate")
)

_KINDS = (_DEFINITIONS, _DESCRIPTIONS, _COMPARISONS, _ASPECTS, _TYPOS)
FIRST = "What is a hashtag?"
QUESTIONS = tuple(question for kind in _KINDS for question in kind)


def of_turn(turn: int) -> Question:
    """Return the question of a turn, before its opening; a warm-up counts down from -1."""
    return QUESTIONS[turn % len(QUESTIONS)]


def question(turn: int) -> str:
    """Return the text of a turn."""
    asked = of_turn(turn)
    openings = _OPENINGS[asked.language]
    return openings[turn // len(QUESTIONS) % len(openings)] + asked.text
