"""What we write of our own: notes for agents, and the line that hands a customer over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bot.helpdesk.answered import Answered, Concept
from bot.helpdesk.event import Author
from bot.helpdesk.markup import literal, redacted
from bot.helpdesk.reason import Reason
from bot.helpdesk.store import Line

_SHOWN_LINES = 10
_ENGLISH: Mapping[str, str] = {
    "passed_on": "I pass this on to a person, who will answer here.",
    "suggestion": "**Suggested answer** (probability {probability}, {reason})",
    "handed_over": "**Handed over**: {reason}",
    "question": "**Question**",
    "concepts": "**Concepts**",
    "talk": "**Conversation so far**",
    "lost": "**No answer reached the customer**: {reason}",
    "customer": "Customer", "agent": "Agent", "bot": "Assistant", "system": "System",
    "score": "score {score}",
}  # fmt: skip
_GERMAN: Mapping[str, str] = {
    "passed_on": "Ich gebe das an einen Menschen weiter, der hier antworten wird.",
    "suggestion": "**Vorschlag für eine Antwort** (Wahrscheinlichkeit {probability}, {reason})",
    "handed_over": "**Übergeben**: {reason}",
    "question": "**Frage**",
    "concepts": "**Begriffe**",
    "talk": "**Gespräch bis hierher**",
    "lost": "**Keine Antwort hat den Kunden erreicht**: {reason}",
    "customer": "Kunde", "agent": "Mitarbeiter", "bot": "Assistent", "system": "System",
    "score": "Wert {score}",
}  # fmt: skip
_WORDS = {"en": _ENGLISH, "de": _GERMAN}

_R = Reason
_WHY: Mapping[str, Mapping[Reason, str]] = {
    "en": {
        _R.ASKED_FOR_PERSON: "the customer asks for a person",
        _R.DECLINED_AGAIN: "the glossary did not answer, several times in a row",
        _R.DECLINED: "the glossary does not answer this",
        _R.UNHELPFUL: "the customer was not helped",
        _R.RULE: "a rule of this inbox",
        _R.UNSURE: "not sure enough",
        _R.SUGGEST_MODE: "this inbox only suggests",
        _R.NOT_FIRST: "somebody has replied before",
        _R.PERSON_OWNS: "a person has this conversation",
        _R.TOO_LATE: "too much time has passed",
        _R.TOO_LONG: "the message is too long",
        _R.FAILED: "the assistant failed",
        _R.REFUSED: "the helpdesk refused the reply",
        _R.UNKNOWN_OUTCOME: "the connection broke while it was sent; look whether it is there",
        _R.SWITCHED_OFF: "the assistant is switched off",
        _R.MODE_OFF: "the assistant is off in this inbox",
        _R.LOOP: "too many replies of ours",
    },
    "de": {
        _R.ASKED_FOR_PERSON: "der Kunde möchte einen Menschen",
        _R.DECLINED_AGAIN: "das Glossar wusste mehrmals nacheinander keine Antwort",
        _R.DECLINED: "das Glossar beantwortet das nicht",
        _R.UNHELPFUL: "dem Kunden wurde nicht geholfen",
        _R.RULE: "eine Regel dieses Eingangs",
        _R.UNSURE: "nicht sicher genug",
        _R.SUGGEST_MODE: "dieser Eingang schlägt nur vor",
        _R.NOT_FIRST: "es hat schon jemand geantwortet",
        _R.PERSON_OWNS: "ein Mensch hat dieses Gespräch",
        _R.TOO_LATE: "es ist zu viel Zeit vergangen",
        _R.TOO_LONG: "die Nachricht ist zu lang",
        _R.FAILED: "der Assistent hat versagt",
        _R.REFUSED: "der Helpdesk hat die Antwort abgelehnt",
        _R.UNKNOWN_OUTCOME: "die Verbindung brach beim Senden ab; bitte nachsehen, ob sie da ist",
        _R.SWITCHED_OFF: "der Assistent ist abgeschaltet",
        _R.MODE_OFF: "der Assistent ist in diesem Eingang aus",
        _R.LOOP: "zu viele Antworten von uns",
    },
}


def passed_on(language: str) -> str:
    """Return the line for a customer who is handed over."""
    return _word("passed_on", language)


def suggestion(answer: Answered, reason: Reason, language: str) -> str:
    """Return the note with an answer that an agent may send, as Markdown.

    Args:
        answer: what would be said.
        reason: why it is not said.
        language: that of the agents.
    """
    head = _word(
        "suggestion",
        language,
        probability=f"{answer.confidence:.2f}",
        reason=_why(reason, language),
    )
    return _joined(head, answer.text, *_concepts(answer.concepts, language))


def package(
    answer: Answered | None, reason: Reason, question: str, lines: Sequence[Line], link: str,
    language: str,
) -> str:  # fmt: skip
    """Return the note that goes with a hand-over, as Markdown.

    Args:
        answer: what we found, if anything was asked.
        reason: why it is handed over.
        question: what the customer wrote last.
        lines: the conversation, the oldest first.
        link: where it stands in the helpdesk; may be empty.
        language: that of the agents.
    """
    head = _word("handed_over", language, reason=f"{_why(reason, language)} (`{reason.value}`)")
    asked = [_word("question", language), literal(question)] if question else []
    concepts = _concepts(answer.concepts, language) if answer else []
    talk = [_word("talk", language), _talk(lines[-_SHOWN_LINES:], language)] if lines else []
    return _joined(head, *asked, *concepts, *talk, link)


def lost(reason: Reason, text: str, language: str) -> str:
    """Return the note about a reply that was not sent, with its words, as Markdown."""
    head = _word("lost", language, reason=f"{_why(reason, language)} (`{reason.value}`)")
    return _joined(head, literal(text))


def _concepts(concepts: Iterable[Concept], language: str) -> list[str]:
    found = []
    for concept in concepts:
        facts = [concept.where] if concept.where else []
        if concept.score is not None:
            facts.append(_word("score", language, score=f"{concept.score:.2f}"))
        found.append(f"- {concept.term}" + (f" ({', '.join(facts)})" if facts else ""))
    return [_word("concepts", language), "\n".join(found)] if found else []


def _talk(lines: Iterable[Line], language: str) -> str:
    return "\n\n".join(
        f"{_word(line.author.value, language)}:\n\n"
        + (literal(line.text) if line.author is not Author.BOT else _quoted(line.text))
        for line in lines
    )


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in redacted(text).split("\n"))


def _joined(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)


def _word(name: str, language: str, **facts: object) -> str:
    return _WORDS.get(language, _ENGLISH)[name].format(**facts)


def _why(reason: Reason, language: str) -> str:
    return _WHY.get(language, _WHY["en"]).get(reason, reason.value)
