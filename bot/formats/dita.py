"""DITA glossaries: glossentry topics, alone, in a glossgroup or in a dita file."""

from __future__ import annotations

from collections.abc import Sequence

from bot.formats.entry_draft import EntryDraft, language_code
from bot.formats.node import Node, prose
from bot.formats.reader import Options, Reading, Skipped, Source
from bot.formats.xml_document import nodes, root_name
from bot.glossary.term import Status

_ROOTS = ("glossentry", "glossgroup", "glossary")
_SHORT = ("glossAcronym", "glossAbbreviation")
_OTHER = ("glossSynonym", "glossShortForm")
_HEADINGS = {
    "glossScopeNote": "Scope note", "glossUsage": "Usage note", "note": "Note",
    "example": "Examples",
}  # fmt: skip
_KEPT = ("glossPartOfSpeech", "glossStatus", "glossProperty")
_OUT = ("deprecated", "obsolete", "prohibited", "forbidden", "superseded")
_REFERENCES = ("conref", "conkeyref")


class DitaReader:
    """Reads DITA glossary entries; what they refer to in other files is not followed."""

    name = "dita"

    def claim(self, source: Source) -> float:
        """Return how surely a file is a DITA glossary: by its first element."""
        root = root_name(source.data)
        if root in _ROOTS:
            return 0.98
        return 0.9 if root == "dita" and b"<glossentry" in source.data else 0.0

    def read(self, sources: Sequence[Source], options: Options) -> Reading:
        """Read files; relations are the ids of entries, whichever file they are in.

        Raises:
            GlossaryError: a file is no XML or is refused.
        """
        entries, skipped, empty, altered = [], [], 0, 0
        for source in sources:
            for node in nodes(source, "DITA", ("glossentry",)):
                draft = _draft(node, source.name, options.language)
                entry = draft.entry()
                altered += draft.altered
                if entry is None:
                    skipped.append(Skipped(source.name, node.line, _reason(node, draft)))
                else:
                    entries.append(entry)
                    empty += _refers(node)
        notes = []
        if empty:
            notes.append(
                f"entries that reuse text of other files (conref), which is left out: {empty}"
            )
        if altered:
            notes.append(f"entries with control characters, which were removed: {altered}")
        return Reading(tuple(entries), tuple(skipped), tuple(notes))


def _draft(node: Node, file: str, default: str) -> EntryDraft:
    language = language_code(node.language, default)
    draft = EntryDraft(file, node.line, node.attributes.get("id", ""))
    term = next(node.children("glossterm"), None)
    name = term.text() if term is not None else ""
    draft.term(name, language)
    for definition in node.children("glossdef"):
        own = language_code(definition.language, language)
        draft.definition(prose(definition), own, definition.line)
    for body in node.children("glossBody"):
        _body(body, draft, name, language)
    for category in node.within("category"):
        draft.subject = draft.subject or category.text()
    for revised in node.within("revised", "created"):
        draft.updated = max(draft.updated, revised.attributes.get("modified", ""))
    for link in node.within("link", "xref", "term"):
        _relate(link, draft)
    return draft


def _body(body: Node, draft: EntryDraft, name: str, language: str) -> None:
    for child in body.children():
        if child.name == "glossAlt":
            _alternative(child, draft, name, language)
        elif child.name == "glossSurfaceForm":
            draft.term(child.text(), language, Status.ADMITTED)
        elif child.name in _HEADINGS:
            draft.section(_HEADINGS[child.name], prose(child), language, child.line)
        elif child.name in _KEPT:
            draft.keep(child.name, child.attributes.get("value") or child.text())
        else:
            draft.keep(child.name, child.text())


def _alternative(node: Node, draft: EntryDraft, name: str, language: str) -> None:
    for child in node.children():
        own = language_code(child.language, language)
        if child.name in _SHORT:
            draft.term(child.text(), own, Status.ABBREVIATION, name)
        elif child.name in _OTHER:
            draft.term(child.text(), own, Status.ADMITTED)
        elif child.name in ("glossUsage", "glossScopeNote"):
            term = next(iter(node.within(*_SHORT, *_OTHER)), None)
            about = f"{term.text()}: " if term is not None else ""
            draft.section("Usage note", about + prose(child), own, child.line)
        elif child.name == "glossStatus" and child.attributes.get("value") in _OUT:
            for term in node.within(*_SHORT, *_OTHER):
                draft.keep(f"deprecated ({own})", term.text())


def _relate(link: Node, draft: EntryDraft) -> None:
    """Take up a link to another entry: "file.dita#entry", "#entry", "entry.dita" or a key."""
    address = link.attributes.get("href", "")
    if "://" in address or link.attributes.get("scope") == "external":
        draft.keep("link", address)
        return
    file, _, place = address.partition("#")
    found = place.split("/")[0] or file.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    found = found or link.attributes.get("keyref", "").split("/")[0]
    if found and found != draft.id:
        draft.related.append(found)


def _refers(node: Node) -> bool:
    inner = node.within("glossterm", "glossdef", "p", "ph", "li", "note")
    return any(name in part.attributes for part in inner for name in _REFERENCES)


def _reason(node: Node, draft: EntryDraft) -> str:
    if _refers(node):
        return "its text stands in another file (conref), which is not followed"
    if not draft.terms:
        return "it has no glossterm"
    return f"{draft.terms[0].text!r} has no definition (glossdef)"
