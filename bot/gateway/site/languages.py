"""The languages of the pages: those of the glossary to read, and those of the words around it."""

from __future__ import annotations

from collections.abc import Sequence

OWN = ("en", "de")  # the words around the glossary are there in these
_NAMES = {
    "ar": "العربية", "bg": "Български", "ca": "Català", "cs": "Čeština", "da": "Dansk",
    "de": "Deutsch", "el": "Ελληνικά", "en": "English", "es": "Español", "et": "Eesti",
    "eu": "Euskara", "fa": "فارسی", "fi": "Suomi", "fr": "Français", "ga": "Gaeilge",
    "he": "עברית", "hi": "हिन्दी", "hr": "Hrvatski", "hu": "Magyar", "it": "Italiano",
    "ja": "日本語", "ko": "한국어", "lt": "Lietuvių", "lv": "Latviešu", "nb": "Norsk bokmål",
    "nl": "Nederlands", "no": "Norsk", "pl": "Polski", "pt": "Português", "ro": "Română",
    "ru": "Русский", "sk": "Slovenčina", "sl": "Slovenščina", "sr": "Српски", "sv": "Svenska",
    "tr": "Türkçe", "uk": "Українська", "vi": "Tiếng Việt", "zh": "中文",
}  # fmt: skip
_EXONYMS = {"en": {"en": "English", "de": "German"}, "de": {"en": "Englisch", "de": "Deutsch"}}


def name_in(code: str, language: str) -> str:
    """Return what a language is called in one of ours; what it calls itself if we do not know."""
    return _EXONYMS[language].get(_base(code)) or name_of(code)


def name_of(code: str) -> str:
    """Return what a language calls itself; its code if we do not know."""
    return _NAMES.get(code) or _NAMES.get(_base(code)) or code


def chosen(wanted: str, accepted: str, there: Sequence[str]) -> str:
    """Return the language of the glossary to show.

    Args:
        wanted: the code that the address names; empty for none.
        accepted: the header ``Accept-Language``.
        there: the languages of the glossary, the main one first.
    """
    return _best((wanted, *_preferred(accepted)), there) or (there[0] if there else OWN[0])


def own(wanted: str, accepted: str) -> str:
    """Return the language of the words around the glossary; see :func:`chosen`."""
    return _best((wanted, *_preferred(accepted)), OWN) or OWN[0]


def _best(wanted: Sequence[str], there: Sequence[str]) -> str:
    for code in wanted:
        for known in there:
            if code and known.lower() == code.lower():
                return known
        for known in there:
            if code and _base(known) == _base(code):
                return known
    return ""


def _base(code: str) -> str:
    return code.lower().replace("_", "-").split("-")[0]


def _preferred(accepted: str) -> list[str]:
    """Return the codes of ``Accept-Language``, the most wanted first (RFC 9110, 12.5.4)."""
    weighted = []
    for part in accepted[:500].split(","):
        code, _, weight = part.strip().partition(";q=")
        try:
            value = float(weight or 1)
        except ValueError:
            value = 0.0
        if code and code != "*" and value > 0:
            weighted.append((-value, code))
    return [code for _, code in sorted(weighted, key=lambda each: each[0])]
