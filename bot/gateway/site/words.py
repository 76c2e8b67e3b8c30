"""The words around the glossary, in each language of :data:`bot.gateway.site.languages.OWN`."""

from __future__ import annotations

import re
from collections.abc import Mapping

_EN = {
    "glossary": "Glossary",
    "skip": "Skip to the content",
    "home": "Start",
    "terms": "A to Z",
    "ask": "Ask",
    "embed": "Embed",
    "search": "Search",
    "search_label": "Search terms",
    "search_hint": "A term or a part of one",
    "count": "{count} entries in {languages}",
    "and": "and",
    "lead": "Look a term up, or ask in your own words. Every answer is a quotation, with its source.",
    "problem": "A change of the glossary is not taken up.",
    "away": "The assistant is starting. The pages work; questions are answered in a moment.",
    "empty": "The glossary is being loaded. Please come again in a moment.",
    "language": "Language",
    "subjects": "Subjects",
    "central": "Where to begin",
    "changed": "Changed last",
    "ask_title": "Ask the glossary",
    "ask_label": "Your question",
    "ask_hint": "Enter sends, Shift + Enter starts a new line",
    "ask_lead": "Answers are the words of the glossary, with file and line. What it does not say is declined.",
    "ask_button": "Ask",
    "try": "For example",
    "what_is": "What is {term}?",
    "differ": "How do {one} and {other} differ?",
    "how_does": "How does {term} work?",
    "what_for": "What is {term} for?",
    "what_advantages": "What are the advantages of {term}?",
    "letters": "Letters",
    "letter_title": "Terms with {letter}",
    "subject_title": "Subject: {subject}",
    "under_title": "Kinds of {term}",
    "see": "see {term}",
    "pages": "Pages",
    "page": "Page {number} of {pages}",
    "page_from_to": "Page {number}: {first} to {last}",
    "previous": "Previous",
    "next": "Next",
    "terms_count": "{count} terms",
    "found": "{count} found for “{typed}”",
    "found_most": "More than {count} found for “{typed}”; a longer search finds fewer",
    "found_none": "No term has “{typed}” in it",
    "found_ask": "A term that you can describe but not name? Ask for it:",
    "found_title": "Search: {typed}",
    "also": "Also called",
    "abbreviation_of": "{short} stands for {full}",
    "definition": "Definition",
    "where": "Where it belongs",
    "broader": "Is a kind of",
    "part_of": "Is part of",
    "narrower": "Kinds and examples",
    "parts": "Parts",
    "related": "See also",
    "more": "and {count} more",
    "source": "Source",
    "sources": "Sources",
    "line": "line {line}",
    "updated": "Last change",
    "ended": "Ended",
    "version": "Version of the glossary",
    "permalink": "Address of this entry",
    "machine": "As JSON",
    "not_in": "This entry is not there in {wanted}; you read it in {shown}.",
    "ask_about": "Ask about {term}",
    "before": "Before",
    "after": "After",
    "log": "Questions and answers",
    "asked": "You asked:",
    "answered": "Answer",
    "waiting": "This takes longer than usual. The answer will appear here.",
    "clarify": "Which one?",
    "decline": "Not in the glossary",
    "handoff": "To a person",
    "failure": "Not answered",
    "confidence": "Confidence",
    "sure": "How sure the assistant is of this answer",
    "sure_asking_back": "How sure the assistant is of its reading of the question",
    "offer_next": "Ask next",
    "offer_choose": "Choose one",
    "offer_instead": "Ask instead",
    "offer_related": "Related",
    "end": "New conversation",
    "kept": "A cookie keeps this conversation for 24 hours at most; scripts and other sites cannot read it.",
    "no_cookie": "When you ask, a cookie keeps the conversation for 24 hours at most.",
    "too_long": "The question has {count} characters; at most {most} can be sent.",
    "not_found": "There is no such page",
    "not_found_text": "The address is wrong, or the entry is no longer part of the glossary.",
    "refused": "This did not work",
    "server": "Answers come from Termwise",
    "offline": "You seem to be offline. The question was not sent.",
    "unreachable": "The server cannot be reached. The question was not sent.",
    "retry": "Retry",
    "looking": "Looking it up…",
    "embed_title": "Embed the assistant",
    "embed_lead": "One line puts the chat on any page of yours; a second one explains the terms in its text.",
    "embed_missing": "The chat was not built on this server. Its owner builds it with",
    "embed_language": "Language",
    "embed_of_page": "That of the page",
    "embed_theme": "Colours",
    "embed_of_system": "Those of the device",
    "embed_light": "Light",
    "embed_dark": "Dark",
    "embed_contrast": "High contrast",
    "embed_position": "Place",
    "embed_end": "At the end of the line",
    "embed_start": "At its beginning",
    "embed_underline": "Explain terms in the text",
    "embed_snippet": "For your page",
    "embed_copy": "Copy",
    "embed_copied": "Copied.",
    "embed_open": "Try it here",
    "embed_before": "What it needs",
    "embed_origins": "The assistant answers pages of other sites only if their origin is in its settings:",
    "embed_policy": "If your page has a content security policy, it must allow:",
    "embed_privacy": "Nothing is stored and nothing is asked for before somebody opens the chat. Of the text of your page nothing is sent.",
    "embed_sample": "A text to try it on",
}

_DE = {
    "glossary": "Glossar",
    "skip": "Zum Inhalt",
    "home": "Start",
    "terms": "A bis Z",
    "ask": "Fragen",
    "embed": "Einbetten",
    "search": "Suchen",
    "search_label": "Begriffe suchen",
    "search_hint": "Ein Begriff oder ein Teil davon",
    "count": "{count} Einträge auf {languages}",
    "and": "und",
    "lead": "Schlagen Sie einen Begriff nach oder fragen Sie mit eigenen Worten. Jede Antwort ist ein Zitat mit Quelle.",
    "problem": "Eine Änderung am Glossar ist nicht übernommen.",
    "away": "Der Assistent startet gerade. Die Seiten sind da, Fragen werden gleich beantwortet.",
    "empty": "Das Glossar wird geladen. Bitte versuchen Sie es gleich noch einmal.",
    "language": "Sprache",
    "subjects": "Themen",
    "central": "Zum Einstieg",
    "changed": "Zuletzt geändert",
    "ask_title": "Das Glossar fragen",
    "ask_label": "Ihre Frage",
    "ask_hint": "Enter sendet, Umschalt + Enter beginnt eine neue Zeile",
    "ask_lead": "Antworten sind Worte des Glossars, mit Datei und Zeile. Was es nicht sagt, wird abgelehnt.",
    "ask_button": "Fragen",
    "try": "Zum Beispiel",
    "what_is": "Was ist {term}?",
    "differ": "Was ist der Unterschied zwischen {one} und {other}?",
    "how_does": "Wie funktioniert {term}?",
    "what_for": "Wozu dient {term}?",
    "what_advantages": "Welche Vorteile hat {term}?",
    "letters": "Buchstaben",
    "letter_title": "Begriffe mit {letter}",
    "subject_title": "Thema: {subject}",
    "under_title": "Arten von {term}",
    "see": "siehe {term}",
    "pages": "Seiten",
    "page": "Seite {number} von {pages}",
    "page_from_to": "Seite {number}: {first} bis {last}",
    "previous": "Zurück",
    "next": "Weiter",
    "terms_count": "{count} Begriffe",
    "found": "{count} gefunden zu „{typed}“",
    "found_most": "Mehr als {count} gefunden zu „{typed}“; eine längere Suche findet weniger",
    "found_none": "Kein Begriff enthält „{typed}“",
    "found_ask": "Sie können den Begriff beschreiben, aber nicht nennen? Fragen Sie danach:",
    "found_title": "Suche: {typed}",
    "also": "Auch genannt",
    "abbreviation_of": "{short} steht für {full}",
    "definition": "Definition",
    "where": "Wo es hingehört",
    "broader": "Ist eine Art von",
    "part_of": "Ist Teil von",
    "narrower": "Arten und Beispiele",
    "parts": "Teile",
    "related": "Siehe auch",
    "more": "und {count} weitere",
    "source": "Quelle",
    "sources": "Quellen",
    "line": "Zeile {line}",
    "updated": "Letzte Änderung",
    "ended": "Beendet",
    "version": "Fassung des Glossars",
    "permalink": "Adresse dieses Eintrags",
    "machine": "Als JSON",
    "not_in": "Diesen Eintrag gibt es nicht auf {wanted}; Sie lesen ihn auf {shown}.",
    "ask_about": "Fragen zu {term}",
    "before": "Davor",
    "after": "Danach",
    "log": "Fragen und Antworten",
    "asked": "Sie haben gefragt:",
    "answered": "Antwort",
    "waiting": "Das dauert länger als sonst. Die Antwort erscheint hier.",
    "clarify": "Rückfrage",
    "decline": "Nicht im Glossar",
    "handoff": "An einen Menschen",
    "failure": "Nicht beantwortet",
    "confidence": "Sicherheit",
    "sure": "Wie sicher der Assistent bei dieser Antwort ist",
    "sure_asking_back": "Wie sicher der Assistent ist, die Frage richtig zu verstehen",
    "offer_next": "Weiter fragen",
    "offer_choose": "Zur Auswahl",
    "offer_instead": "Stattdessen fragen",
    "offer_related": "Verwandt",
    "end": "Neues Gespräch",
    "kept": "Ein Cookie hält dieses Gespräch höchstens 24 Stunden; Skripte und andere Seiten können ihn nicht lesen.",
    "no_cookie": "Wenn Sie fragen, hält ein Cookie das Gespräch höchstens 24 Stunden.",
    "too_long": "Die Frage hat {count} Zeichen; höchstens {most} können gesendet werden.",
    "not_found": "Diese Seite gibt es nicht",
    "not_found_text": "Die Adresse ist falsch, oder der Eintrag gehört nicht mehr zum Glossar.",
    "refused": "Das hat nicht geklappt",
    "server": "Antworten kommen von Termwise",
    "offline": "Sie sind anscheinend offline. Die Frage wurde nicht gesendet.",
    "unreachable": "Der Server ist nicht erreichbar. Die Frage wurde nicht gesendet.",
    "retry": "Erneut versuchen",
    "looking": "Wird nachgeschlagen …",
    "embed_title": "Den Assistenten einbetten",
    "embed_lead": "Eine Zeile bringt den Chat auf jede Ihrer Seiten, eine zweite erklärt die Begriffe im Text.",
    "embed_missing": "Auf diesem Server ist der Chat nicht gebaut. Wer ihn betreibt, baut ihn mit",
    "embed_language": "Sprache",
    "embed_of_page": "Die der Seite",
    "embed_theme": "Farben",
    "embed_of_system": "Die des Geräts",
    "embed_light": "Hell",
    "embed_dark": "Dunkel",
    "embed_contrast": "Hoher Kontrast",
    "embed_position": "Platz",
    "embed_end": "Am Ende der Zeile",
    "embed_start": "An ihrem Anfang",
    "embed_underline": "Begriffe im Text erklären",
    "embed_snippet": "Für Ihre Seite",
    "embed_copy": "Kopieren",
    "embed_copied": "Kopiert.",
    "embed_open": "Hier ausprobieren",
    "embed_before": "Was nötig ist",
    "embed_origins": "Der Assistent antwortet Seiten anderer Websites nur, wenn ihre Herkunft in seinen Einstellungen steht:",
    "embed_policy": "Hat Ihre Seite eine Content Security Policy, muss sie erlauben:",
    "embed_privacy": "Bevor jemand den Chat öffnet, wird nichts gespeichert und nichts abgefragt. Vom Text Ihrer Seite wird nichts gesendet.",
    "embed_sample": "Ein Text zum Ausprobieren",
}

WORDS: Mapping[str, Mapping[str, str]] = {"en": _EN, "de": _DE}

_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
}


_DATE = re.compile(r"(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", re.ASCII)


def is_date(written: str) -> bool:
    """Return whether that is a date (YYYY-MM-DD)."""
    return _DATE.fullmatch(written) is not None


class Words:
    """The words of one language.

    Args:
        language: one of :data:`bot.gateway.site.languages.OWN`.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self._words = WORDS[language]

    def __call__(self, name: str, **values: object) -> str:
        """Return a word or sentence with these values in it."""
        return self._words[name].format(**values)

    def number(self, value: int) -> str:
        """Return a whole number with its thousands apart."""
        return f"{value:,}".replace(",", "," if self.language == "en" else ".")

    def date(self, written: str) -> str:
        """Return a date as people write it; as it is if it is none (YYYY-MM-DD)."""
        found = _DATE.fullmatch(written)
        if found is None:
            return written
        year, month, day = found.groups()
        name = _MONTHS[self.language].split()[int(month) - 1]
        return (
            f"{int(day)} {name} {year}" if self.language == "en" else f"{int(day)}. {name} {year}"
        )

    def listed(self, parts: list[str]) -> str:
        """Return parts as an enumeration."""
        if len(parts) < 2:
            return "".join(parts)
        return f"{', '.join(parts[:-1])} {self('and')} {parts[-1]}"
