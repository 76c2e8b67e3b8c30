"""The words that headings use for the kinds of section, and for languages."""

from __future__ import annotations

import re

from bot.glossary.folding import fold
from bot.glossary.section import SectionKind

_K = SectionKind
_HEADINGS: dict[SectionKind, tuple[str, ...]] = {
    _K.CHARACTERISTICS: (
        "Characteristics", "Features", "Properties", "Key characteristics", "Key features",
        "Key concepts", "Key points", "Main features", "Attributes",
        "Merkmale", "Eigenschaften", "Kennzeichen", "Charakteristika", "Funktionen",
    ),
    _K.HOW: (
        "How it works", "Mechanism", "How does it work", "How it helps", "Mode of operation",
        "How does it help", "How it solves the problem", "Working principle", "Operation",
        "Funktionsweise", "So funktioniert es", "Wie es funktioniert", "Wie funktioniert es",
        "Wie es hilft", "Wie hilft es", "Wie es das Problem löst", "Wie löst es das Problem",
        "Wie wird das Problem gelöst", "Wie das Problem gelöst wird",
    ),
    _K.PURPOSE: (
        "Purpose", "Why", "Use", "Uses", "Usage", "Use cases", "Use case", "Applications",
        "Problem it addresses", "Problems it addresses", "What problem does it address",
        "What problem it addresses", "What problem does it solve", "Problem it solves",
        "Why it matters", "Why does it matter", "Why is it important", "Importance", "Motivation",
        "When to use it", "When to use",
        "Zweck", "Einsatz", "Anwendung", "Anwendungen", "Anwendungsfälle", "Anwendungsgebiete",
        "Nutzen", "Wozu", "Verwendung", "Einsatzgebiete", "Welches Problem es löst",
        "Welches Problem löst es", "Welches Problem wird gelöst", "Problemstellung",
        "Welches Problem es adressiert", "Welches Problem wird adressiert",
        "Welche Probleme es löst",
    ),
    _K.USERS: (
        "Who uses it and why", "Who uses it", "Users", "Audience", "Who is it for",
        "Wer es nutzt und warum", "Wer es nutzt", "Nutzer", "Zielgruppe",
    ),
    _K.ADVANTAGES: (
        "Advantages", "Benefits", "Pros", "Strengths", "Key benefits",
        "Vorteile", "Stärken",
    ),
    _K.LIMITS: (
        "Limits", "Limitations", "Disadvantages", "Drawbacks", "Cons", "Risks", "Weaknesses",
        "Challenges", "Caveats", "Trade-offs",
        "Grenzen", "Nachteile", "Risiken", "Schwächen", "Einschränkungen", "Herausforderungen",
    ),
    _K.COST: ("Cost", "Costs", "Price", "Pricing", "Kosten", "Preis", "Preise"),
    _K.SAFETY: (
        "Safety and privacy", "Safety", "Security", "Privacy", "Security and privacy",
        "Security considerations",
        "Sicherheit und Datenschutz", "Sicherheit", "Datenschutz",
    ),
    _K.EXAMPLES: (
        "Examples", "Example", "Example usage", "For example", "Usage examples",
        "Beispiele", "Beispiel", "Anwendungsbeispiele",
    ),
    _K.DIFFERENCES: (
        "Differences", "Difference", "Distinction", "Not to be confused with", "Comparison",
        "Abgrenzung", "Unterschiede", "Unterschied", "Nicht zu verwechseln mit", "Vergleich",
    ),
    _K.HISTORY: (
        "History", "Origin", "Origins", "Background", "Etymology",
        "Geschichte", "Herkunft", "Ursprung", "Hintergrund",
    ),
    _K.DEFINITION: (
        "Definition", "Definitions", "What it is", "What is it", "What does it mean", "Meaning",
        "Was es ist", "Was ist es", "Was ist das",
    ),
}  # fmt: skip
_GERMAN = {
    _K.CHARACTERISTICS: "Merkmale", _K.HOW: "Funktionsweise", _K.PURPOSE: "Zweck",
    _K.USERS: "Nutzer", _K.ADVANTAGES: "Vorteile", _K.LIMITS: "Grenzen", _K.COST: "Kosten",
    _K.SAFETY: "Sicherheit", _K.EXAMPLES: "Beispiele", _K.DIFFERENCES: "Abgrenzung",
    _K.HISTORY: "Geschichte", _K.DEFINITION: "Definition", _K.OTHER: "Weiteres",
}  # fmt: skip
_RELATIONS = (
    "See also", "Related", "Related terms", "Related concepts", "Related entries", "Related topics",
    "Learn more", "Further reading", "More information", "References", "Resources", "Links",
    "Siehe auch", "Verwandte Begriffe", "Verwandte Themen", "Verwandte Konzepte", "Mehr erfahren",
    "Weiterführende Links", "Weiterführende Informationen", "Weitere Informationen",
)  # fmt: skip
_NAMES = (
    "Aliases", "Alias", "Synonyms", "Synonym", "Also known as", "Other names", "Aka",
    "Synonyme", "Auch bekannt als", "Andere Namen", "Andere Bezeichnungen",
)  # fmt: skip
_KINDS = {fold(word): kind for kind, headings in _HEADINGS.items() for word in headings}
_RELATED = frozenset(fold(word) for word in _RELATIONS)
_NAMED = frozenset(fold(word) for word in _NAMES)
_LANGUAGES = {
    "en": "en", "english": "en", "englisch": "en",
    "de": "de", "deutsch": "de", "german": "de",
}  # fmt: skip
_GLOSSARY = re.compile(
    r"gloss|terms|terminolog|definitions?\b|vocabular|acronym|abbrevi|lexi[ck]|dictionar|jargon|"
    r"begriff|fachw|abk(ü|ue)rz|wörterbuch",
    re.IGNORECASE,
)
_LETTER = re.compile(r"\W*(?:\w|[A-Z]\s*[-–]\s*[A-Z]|0\s*[-–]\s*9|#)\W*")
_LANGUAGE = re.compile(r"language: ([a-z]{2,3}(?:-[a-z0-9]{2,8})*)", re.IGNORECASE)


def kind_of(heading: str) -> SectionKind:
    """Return what a section with that heading is about."""
    return _KINDS.get(_folded(heading), SectionKind.OTHER)


def heading_of(kind: SectionKind, language: str) -> str:
    """Return a heading that :func:`kind_of` understands as that kind, in English or German."""
    if language == "de":
        return _GERMAN[kind]
    return _HEADINGS[kind][0] if kind in _HEADINGS else "More"


def is_relations(heading: str) -> bool:
    """Say whether a section with that heading lists other concepts and sources."""
    return _folded(heading) in _RELATED


def is_names(heading: str) -> bool:
    """Say whether a section with that heading lists other names of the concept."""
    return _folded(heading) in _NAMED


def language_of(heading: str) -> str | None:
    """Return the language code that a heading names, or None if it is an ordinary heading."""
    match = _LANGUAGE.fullmatch(heading.strip())
    return match[1] if match else _LANGUAGES.get(fold(heading).strip())


def language_heading(language: str) -> str:
    """Return the heading that :func:`language_of` understands as that language."""
    return {"en": "English", "de": "Deutsch"}.get(language, f"Language: {language}")


def _folded(heading: str) -> str:
    return fold(heading).replace("’", "'").strip(" :?")


def is_glossary(heading: str) -> bool:
    """Say whether a title or a file's name is that of a list of terms."""
    return bool(_GLOSSARY.search(heading))


def is_letter(heading: str) -> bool:
    """Say whether a heading is but the letter, or the range, under which terms stand."""
    return bool(_LETTER.fullmatch(heading.strip()))
