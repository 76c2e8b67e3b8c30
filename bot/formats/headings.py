"""The words that headings use for the kinds of section, and for languages."""

from __future__ import annotations

from bot.glossary.folding import fold
from bot.glossary.section import SectionKind

_K = SectionKind
_HEADINGS: dict[SectionKind, tuple[str, ...]] = {
    _K.CHARACTERISTICS: (
        "Characteristics", "Features", "Properties", "Key characteristics", "Key features",
        "Merkmale", "Eigenschaften", "Kennzeichen",
    ),
    _K.HOW: (
        "How it works", "Mechanism", "How does it work", "How it helps", "Mode of operation",
        "Funktionsweise", "So funktioniert es", "Wie es funktioniert",
    ),
    _K.PURPOSE: (
        "Purpose", "Why", "Use", "Uses", "Usage", "Use cases", "Applications",
        "Problem it addresses", "Why it matters",
        "Zweck", "Einsatz", "Anwendung", "Nutzen", "Wozu",
    ),
    _K.USERS: (
        "Who uses it and why", "Who uses it", "Users", "Audience",
        "Wer es nutzt und warum", "Wer es nutzt", "Nutzer", "Zielgruppe",
    ),
    _K.ADVANTAGES: ("Advantages", "Benefits", "Pros", "Strengths", "Vorteile", "Stärken"),
    _K.LIMITS: (
        "Limits", "Limitations", "Disadvantages", "Drawbacks", "Cons", "Risks", "Weaknesses",
        "Grenzen", "Nachteile", "Risiken", "Schwächen",
    ),
    _K.COST: ("Cost", "Costs", "Price", "Pricing", "Kosten", "Preis"),
    _K.SAFETY: (
        "Safety and privacy", "Safety", "Security", "Privacy", "Security and privacy",
        "Sicherheit und Datenschutz", "Sicherheit", "Datenschutz",
    ),
    _K.EXAMPLES: ("Examples", "Example", "Beispiele", "Beispiel"),
    _K.DIFFERENCES: (
        "Differences", "Difference", "Distinction", "Not to be confused with", "Comparison",
        "Abgrenzung", "Unterschiede", "Unterschied",
    ),
    _K.HISTORY: ("History", "Origin", "Origins", "Background", "Geschichte", "Herkunft"),
    _K.DEFINITION: ("Definition", "What it is", "Was es ist"),
}  # fmt: skip
_KINDS = {fold(word): kind for kind, headings in _HEADINGS.items() for word in headings}
_LANGUAGES = {
    "en": "en", "english": "en", "englisch": "en",
    "de": "de", "deutsch": "de", "german": "de",
}  # fmt: skip


def kind_of(heading: str) -> SectionKind:
    """Return what a section with that heading is about."""
    return _KINDS.get(fold(heading).strip(" :?"), SectionKind.OTHER)


def language_of(heading: str) -> str | None:
    """Return the language code that a heading names, or None if it is an ordinary heading."""
    return _LANGUAGES.get(fold(heading).strip())
