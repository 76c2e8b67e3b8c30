"""The composer: turns a decided question into an answer made of slices of entries.

One method per family of question types; none knows any concept, and nothing is paraphrased.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bot.answering.draft import Draft
from bot.answering.phrases import comparison, suggestion
from bot.answering.question import ASPECTS, QuestionType
from bot.glossary.entry import Entry
from bot.glossary.glossary import Glossary
from bot.glossary.mention import Mention
from bot.glossary.names import Names
from bot.glossary.section import Item, Section, SectionKind
from bot.retrieval.passage import plain

_SIDE_BY_SIDE = (SectionKind.CHARACTERISTICS, SectionKind.PURPOSE)
_MOST_SUGGESTIONS = 3
_SUGGESTED_ORDER = (
    SectionKind.HOW, SectionKind.PURPOSE, SectionKind.EXAMPLES, SectionKind.ADVANTAGES,
    SectionKind.LIMITS, SectionKind.HISTORY, SectionKind.USERS, SectionKind.CHARACTERISTICS,
)  # fmt: skip


class Composer:
    """Composes drafts for concepts that have been decided on."""

    def __init__(self, glossary: Glossary, names: Names) -> None:
        self._glossary = glossary
        self._names = names
        self._families: Mapping[
            QuestionType, Callable[[Draft, Sequence[Entry], Sequence[Mention]], None]
        ] = {
            QuestionType.EXPAND: self._expand,
            QuestionType.COMPARE: self._compare,
            QuestionType.LIST_NARROWER: self._narrower,
            QuestionType.ASK_BROADER: self._broader,
            QuestionType.ASK_RELATED: self._related,
            QuestionType.ASK_KIND_OF: self._kind_of,
            QuestionType.TELL_MORE: self._everything,
            QuestionType.SHORTER: self._shorter,
        }

    def compose(
        self,
        kind: QuestionType,
        concepts: Sequence[str],
        language: str,
        mentions: Sequence[Mention] = (),
        shown: Sequence[str] = (),
        draft: Draft | None = None,
    ) -> Draft:
        """Return the draft that answers a question of that type about these concepts.

        Args:
            kind: the type.
            concepts: what the question is about, as ids.
            language: the language to answer in.
            mentions: the terms as they were asked for.
            shown: keys of the sections of the first concept that the user has seen already.
            draft: the draft to go on with, where a message holds several questions.
        """
        draft = draft or Draft(self._glossary, language)
        entries = [self._glossary[concept] for concept in concepts]
        if kind is QuestionType.TELL_MORE and shown:
            self._unseen(draft, entries[0], shown)
        elif kind in ASPECTS:
            self._aspect(draft, entries, ASPECTS[kind])
        else:
            self._families.get(kind, self._define)(draft, entries, mentions)
        return draft

    def has_aspect(self, concepts: Sequence[str], kind: QuestionType, language: str) -> bool:
        """Tell whether any of these entries has the section that answers that type."""
        texts = (self._glossary[concept].text(language) for concept in concepts)
        return any(text.section(ASPECTS[kind]) for text in texts)

    def add_aspect(self, draft: Draft, concepts: Sequence[str], kind: QuestionType) -> None:
        """Add the section for one more aspect, of the entries that have it."""
        for concept in concepts:
            entry = self._glossary[concept]
            section = entry.text(draft.language).section(ASPECTS[kind])
            if section:
                draft.section(entry, section)

    def suggestions(self, draft: Draft, concepts: Sequence[str]) -> tuple[str, ...]:
        """Return questions about the first concept that other sections of its entry answer."""
        entry = self._glossary[concepts[0]]
        language = draft.language
        shown = {c.kind for c in draft.citations if c.entry == entry.id}
        text = entry.text(language)
        term = entry.preferred(language)
        found = [
            suggestion(kind, language, term)
            for kind in _SUGGESTED_ORDER
            if kind not in shown and text.section(kind)
        ]
        if len(concepts) == 1:
            other = self._neighbour(entry, language)
            found = found[: _MOST_SUGGESTIONS - 1] + (
                [comparison(language, term, other)] if other else []
            )
        return tuple(question for question in found if question)[:_MOST_SUGGESTIONS]

    def related(self, concept: str) -> tuple[str, ...]:
        """Return the ids of the concepts around one: broader, parts, narrower, related."""
        entry = self._glossary[concept]
        around = (*entry.related, *entry.broader, *entry.part_of, *self._glossary.narrower(concept))
        return tuple(i for i in dict.fromkeys(around) if i in self._glossary)[:6]

    def _define(self, draft: Draft, entries: Sequence[Entry], _: Sequence[Mention]) -> None:
        for entry in entries:
            draft.title(entry)
            draft.define(entry)

    def _aspect(self, draft: Draft, entries: Sequence[Entry], kind: SectionKind) -> None:
        for entry in entries:
            draft.title(entry)
            draft.define(entry)
            text = entry.text(draft.language)
            section = text.section(kind)
            if section:
                draft.section(entry, section)
                continue
            draft.missing.append(kind)
            draft.say("missing", term=entry.preferred(draft.language))
            headings = [s.heading for s in text.sections if s.heading]
            if headings:
                draft.say("has", headings=", ".join(headings))

    def _everything(self, draft: Draft, entries: Sequence[Entry], _: Sequence[Mention]) -> None:
        for entry in entries:
            draft.title(entry)
            draft.define(entry)
            for section in entry.text(draft.language).sections:
                draft.section(entry, section)

    def _shorter(self, draft: Draft, entries: Sequence[Entry], _: Sequence[Mention]) -> None:
        for entry in entries:
            draft.title(entry)
            draft.shorten(entry)

    def _unseen(self, draft: Draft, entry: Entry, shown: Sequence[str]) -> None:
        draft.title(entry)
        unseen = [s for s in entry.text(draft.language).sections if s.key not in shown]
        for section in unseen[:2]:
            draft.section(entry, section)
        if not unseen:
            draft.define(entry)
            draft.say("nothing_more", term=entry.preferred(draft.language))

    def _expand(self, draft: Draft, entries: Sequence[Entry], mentions: Sequence[Mention]) -> None:
        for entry in entries[:1]:
            asked = {m.name for m in mentions}
            short = entry.abbreviations(draft.language)
            chosen = next((t for t in short if t.text in asked), short[0] if short else None)
            if chosen is None:
                draft.say("no_abbreviation", term=entry.preferred(draft.language))
            elif chosen.text in asked:
                draft.say("stands_for", short=chosen.text, full=chosen.expansion)
            else:
                draft.say("abbreviated", short=chosen.text, full=chosen.expansion)
            draft.define(entry)

    def _compare(self, draft: Draft, entries: Sequence[Entry], mentions: Sequence[Mention]) -> None:
        self._define(draft, entries, mentions)
        if len(entries) == 1:
            section = entries[0].text(draft.language).section(SectionKind.DIFFERENCES)
            if section:
                draft.section(entries[0], section)
            return
        if not self._differences(draft, entries):
            draft.say("no_difference")
            self._side_by_side(draft, entries)
        shared = self._shared(entries)
        if shared:
            draft.say("shared", terms=draft.names(shared))

    def _differences(self, draft: Draft, entries: Sequence[Entry]) -> bool:
        """Add what the entries themselves say on how they differ from each other."""
        said = [
            (entry, section, item)
            for entry in entries
            for section in [entry.text(draft.language).section(SectionKind.DIFFERENCES)]
            if section
            for item in section.items
            if set(self._item_concepts(item)) & {e.id for e in entries if e is not entry}
        ]
        if said:
            draft.say("difference_title")
        for entry, section, item in said:
            draft.item(entry, section, item)
        return bool(said)

    def _item_concepts(self, item: Item) -> tuple[str, ...]:
        """Return the concepts that the bold lead of a list item names."""
        lead = plain(item.text).split(":", 1)[0] if item.text.startswith("**") else ""
        return self._names.of_text(lead)

    def _side_by_side(self, draft: Draft, entries: Sequence[Entry]) -> None:
        for kind in _SIDE_BY_SIDE:
            sections = [(e, e.text(draft.language).section(kind)) for e in entries]
            if all(section for _, section in sections):
                for entry, section in sections:
                    self._named_section(draft, entry, section)

    def _named_section(self, draft: Draft, entry: Entry, section: Section | None) -> None:
        if section:
            draft.title(entry)
            draft.section(entry, section)

    def _shared(self, entries: Sequence[Entry]) -> list[str]:
        """Return the nearest broader concepts that all entries have."""
        above = [(*self._glossary.ancestors(e.id),) for e in entries]
        return [i for i in above[0] if all(i in ids for ids in above[1:])][:1]

    def _narrower(self, draft: Draft, entries: Sequence[Entry], _: Sequence[Mention]) -> None:
        entry = entries[0]
        draft.title(entry)
        draft.define(entry)
        kinds, parts = self._glossary.narrower(entry.id), self._glossary.parts(entry.id)
        term = entry.preferred(draft.language)
        if kinds:
            draft.say("kinds", count=len(kinds), term=term)
            draft.concepts(kinds)
        if parts:
            draft.say("parts", term=term)
            draft.concepts(parts)
        if not kinds and not parts:
            draft.say("no_kinds", term=term)

    def _broader(self, draft: Draft, entries: Sequence[Entry], _: Sequence[Mention]) -> None:
        entry = entries[0]
        draft.title(entry)
        draft.define(entry)
        term = entry.label(draft.language)
        if entry.broader:
            draft.say("is_kind", term=term, terms=draft.names(entry.broader))
        if entry.part_of:
            draft.say("is_part", term=term, terms=draft.names(entry.part_of))
        if not entry.broader and not entry.part_of:
            draft.say("no_broader", term=term)

    def _related(self, draft: Draft, entries: Sequence[Entry], _: Sequence[Mention]) -> None:
        entry = entries[0]
        draft.title(entry)
        draft.define(entry)
        around = self.related(entry.id)
        term = entry.preferred(draft.language)
        draft.say("related" if around else "no_related", term=term)
        if around:
            draft.concepts(around)

    def _kind_of(self, draft: Draft, entries: Sequence[Entry], mentions: Sequence[Mention]) -> None:
        if len(entries) < 2:
            self._broader(draft, entries, mentions)
            return
        one, other = entries[:2]
        chain = self._chain(one.id, other.id)
        if chain:
            draft.say("yes_kind", chain=" → ".join(draft.names([step]) for step in chain))
        else:
            terms = (e.label(draft.language) for e in (one, other))
            draft.say("no_kind", term=next(terms), other=next(terms))
        self._define(draft, (one, other), mentions)

    def _chain(self, concept: str, goal: str) -> list[str]:
        """Return the shortest way up from a concept to a broader one or whole, or nothing."""
        ways, seen = [[concept]], {concept}
        while ways:
            way = ways.pop(0)
            entry = self._glossary[way[-1]]
            for step in (*entry.broader, *entry.part_of):
                if step == goal:
                    return [*way, step]
                if step in self._glossary and step not in seen:
                    seen.add(step)
                    ways.append([*way, step])
        return []

    def _neighbour(self, entry: Entry, language: str) -> str | None:
        """Return the name of the first concept that the entry says it differs from."""
        section = entry.text(language).section(SectionKind.DIFFERENCES)
        for item in section.items if section else ():
            concepts = [c for c in self._item_concepts(item) if c != entry.id]
            if len(concepts) == 1:
                return self._glossary[concepts[0]].preferred(language)
        return None
