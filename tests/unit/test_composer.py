"""Every answer is made of the owner's own words, cited to the character, and admits what lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from bot.answering.answer import Citation
from bot.answering.composer import Composer
from bot.answering.draft import Draft
from bot.answering.question import ASPECTS, NAMED_TYPES, PAIRWISE, QuestionType
from bot.formats.markdown import read_entry
from bot.glossary.entry import Entry
from bot.glossary.glossary import Glossary
from bot.glossary.mention import Mention
from bot.glossary.names import Names
from bot.glossary.section import SectionKind, section_key

T = QuestionType
K = SectionKind
TYPES = sorted(NAMED_TYPES)


@pytest.fixture(scope="module")
def composer(glossary: Glossary, names: Names) -> Composer:
    """A composer over the garden."""
    return Composer(glossary, names)


def compose(
    composer: Composer, kind: QuestionType, *concepts: str, language: str = "en", name: str = ""
) -> Draft:
    """Compose a draft; ``name`` is the name in the question."""
    mentions = [Mention(0, len(name), name, name, concepts[:1])] if name else []
    return composer.compose(kind, concepts, language, mentions)


def assert_verbatim(text: str, citations: Sequence[Citation], sources: Mapping[str, str]) -> None:
    """Check that each citation is numbered and its slice stands in the text, to the character."""
    assert [c.n for c in citations] == list(range(1, len(citations) + 1))
    for citation in citations:
        span = citation.span
        piece = sources[span.file][span.offset : span.offset + span.length]
        assert len(piece) == span.length > 0
        assert piece in text
        assert f"[{citation.n}]" in text
        assert f"[{citation.n}] {span.file}, " in text.rsplit("\n\n", 1)[-1]


def cited(draft: Draft) -> list[tuple[str, SectionKind]]:
    """Return entry and kind of every citation."""
    return [(c.entry, c.kind) for c in draft.citations]


@pytest.mark.parametrize("language", ["en", "de", "fr"])
@pytest.mark.parametrize("kind", TYPES)
def test_whatever_is_asked_of_an_entry_is_answered_verbatim(
    composer: Composer,
    glossary: Glossary,
    sources: Mapping[str, str],
    kind: QuestionType,
    language: str,
) -> None:
    for entry in glossary:
        draft = compose(composer, kind, entry.id, language=language)
        assert_verbatim(draft.text(), draft.citations, sources)
        assert (entry.id, K.DEFINITION) in cited(draft)
        assert all(c.glossary_version == glossary.version for c in draft.citations)


@pytest.mark.parametrize("kind", [*sorted(PAIRWISE), T.DEFINE, T.ASK_PURPOSE, T.TELL_MORE])
def test_whatever_is_asked_of_two_entries_is_answered_verbatim(
    composer: Composer, glossary: Glossary, sources: Mapping[str, str], kind: QuestionType
) -> None:
    for one in glossary:
        for other in glossary:
            if one is not other:
                draft = compose(composer, kind, one.id, other.id)
                assert_verbatim(draft.text(), draft.citations, sources)
                assert {one.id, other.id} <= {entry for entry, _ in cited(draft)}


# ---- definitions and aspects


def test_a_definition_is_titled_and_cited_with_file_and_line(composer: Composer) -> None:
    assert compose(composer, T.DEFINE, "moon-spade").text() == (
        "**moon spade**\n\n"
        "A moon spade is a garden tool with a crescent blade that cuts through roots. [1]\n\n"
        "Source: [1] tools/moon-spade.md, line 17"
    )


def test_a_definition_comes_in_the_language_asked_for(composer: Composer) -> None:
    german = compose(composer, T.DEFINE, "moon-spade", language="de").text()
    assert "Ein Mondspaten ist" in german
    assert "Quelle: [1] tools/moon-spade.md, Zeile" in german
    assert "Englisch" not in german


def test_a_definition_in_another_language_only_says_so(composer: Composer) -> None:
    other = compose(composer, T.DEFINE, "cold-frame", language="de").text()
    assert "(Das Glossar hat das nur auf Englisch.)" in other
    assert "A cold frame is a box" in other


@pytest.mark.parametrize("kind", sorted(ASPECTS))
def test_an_aspect_that_the_entry_has_is_quoted(composer: Composer, kind: QuestionType) -> None:
    draft = compose(composer, kind, "root-irrigation")
    assert cited(draft) == [("root-irrigation", K.DEFINITION), ("root-irrigation", ASPECTS[kind])]
    assert draft.missing == []


@pytest.mark.parametrize("kind", sorted(ASPECTS))
def test_an_aspect_that_the_entry_lacks_is_admitted(composer: Composer, kind: QuestionType) -> None:
    draft = compose(composer, kind, "cold-frame")
    assert draft.missing == [ASPECTS[kind]]
    assert "The glossary says nothing on that for cold frame." in draft.text()
    assert "It does have: Siting, Ventilation, Folklore." in draft.text()
    german = compose(composer, kind, "irrigation", language="de")
    assert "Dazu sagt das Glossar bei Bewässerung nichts." in german.text()
    assert "Es gibt" not in german.text()


def test_everything_is_all_of_the_entry(composer: Composer, glossary: Glossary) -> None:
    draft = compose(composer, T.TELL_MORE, "root-irrigation")
    text = glossary["root-irrigation"].text("en")
    assert [kind for _, kind in cited(draft)] == [
        section.kind for section in (text.definition, *text.sections)
    ]


# ---- more of the same


def more(composer: Composer, concept: str, *shown: str) -> Draft:
    """Ask for more when some kinds of section were shown."""
    return composer.compose(T.TELL_MORE, [concept], "en", (), shown)


def test_more_shows_two_sections_that_were_not_shown(composer: Composer) -> None:
    first = more(composer, "root-irrigation", "definition")
    assert [kind for _, kind in cited(first)] == [K.CHARACTERISTICS, K.HOW]
    then = more(composer, "root-irrigation", "definition", "characteristics", "how")
    assert [kind for _, kind in cited(then)] == [K.PURPOSE, K.USERS]


def test_when_all_was_shown_it_says_so(composer: Composer) -> None:
    draft = more(composer, "star-fork", "definition", "characteristics", "purpose")
    assert "That is all the glossary says about star fork." in draft.text()
    assert cited(draft) == [("star-fork", K.DEFINITION)]


def test_more_shows_every_section_under_a_heading_of_ones_own(composer: Composer) -> None:
    first = more(composer, "cold-frame", "definition")
    shown = {section_key(c.kind, c.heading) for c in first.citations} | {"definition"}
    then = more(composer, "cold-frame", *sorted(shown))
    assert "Hedgehogs" in first.text() + then.text()


# ---- abbreviations


def test_an_abbreviation_is_expanded(composer: Composer) -> None:
    text = compose(composer, T.EXPAND, "root-irrigation", name="RIS").text()
    assert text.startswith("**RIS** stands for **root irrigation system**.")
    german = compose(composer, T.EXPAND, "root-irrigation", language="de", name="RIS").text()
    assert german.startswith("**RIS** steht für **Root Irrigation System**.")


def test_a_full_name_is_abbreviated(composer: Composer) -> None:
    draft = compose(composer, T.EXPAND, "root-irrigation", name="root irrigation system")
    assert draft.text().startswith("**root irrigation system** is abbreviated **RIS**.")


def test_that_there_is_no_abbreviation_is_admitted(composer: Composer) -> None:
    text = compose(composer, T.EXPAND, "moon-spade", name="moon spade").text()
    assert text.startswith("The glossary lists no abbreviation for moon spade.")


# ---- comparisons


def test_a_comparison_quotes_what_one_entry_says_of_the_other(composer: Composer) -> None:
    for concepts in (("moon-spade", "star-fork"), ("star-fork", "moon-spade")):
        draft = compose(composer, T.COMPARE, *concepts)
        text = draft.text()
        assert cited(draft) == [
            (concepts[0], K.DEFINITION),
            (concepts[1], K.DEFINITION),
            ("moon-spade", K.DIFFERENCES),
        ]
        assert "**Difference**\n\n- **Star fork**: A star fork loosens the soil" in text
        assert "Dew barrel" not in text
        assert "Both are: garden tool." in text


def test_a_comparison_nobody_wrote_sets_sections_side_by_side(composer: Composer) -> None:
    draft = compose(composer, T.COMPARE, "star-fork", "comet-rake")
    assert "The glossary does not say in so many words how they differ." in draft.text()
    assert cited(draft)[2:] == [
        ("star-fork", K.CHARACTERISTICS),
        ("comet-rake", K.CHARACTERISTICS),
        ("star-fork", K.PURPOSE),
        ("comet-rake", K.PURPOSE),
    ]


def test_things_without_a_common_broader_concept_share_nothing(composer: Composer) -> None:
    assert "Both are" not in compose(composer, T.COMPARE, "moon-spade", "irrigation").text()


def test_a_comparison_with_nothing_quotes_all_differences(composer: Composer) -> None:
    draft = compose(composer, T.COMPARE, "moon-spade")
    assert cited(draft) == [("moon-spade", K.DEFINITION), ("moon-spade", K.DIFFERENCES)]
    assert "Dew barrel" in draft.text()


# ---- relations


def bullets(text: str) -> list[str]:
    """Return the list items of a text."""
    return [line[2:] for line in text.splitlines() if line.startswith("- ")]


def test_kinds_are_counted_and_listed(composer: Composer, glossary: Glossary) -> None:
    for entry in glossary:
        kinds, parts = glossary.narrower(entry.id), glossary.parts(entry.id)
        text = compose(composer, T.LIST_NARROWER, entry.id).text()
        labels = [glossary[i].label("en") for i in (*kinds, *parts)]
        assert bullets(text) == labels
        assert (f"In the glossary, {len(kinds)} kinds" in text) == bool(kinds)
        assert ("Parts of" in text) == bool(parts)
        assert ("The glossary lists no kinds of" in text) == (not labels)


def test_broader_concepts_and_wholes_are_named(composer: Composer) -> None:
    text = compose(composer, T.ASK_BROADER, "dew-barrel").text()
    assert "dew barrel is a kind of water store." in text
    assert "dew barrel is part of root irrigation system (RIS)." in text
    none = compose(composer, T.ASK_BROADER, "irrigation", language="de").text()
    assert "Das Glossar nennt keinen Oberbegriff zu Bewässerung." in none


@pytest.mark.parametrize(
    ("one", "other", "chain"),
    [
        ("moon-spade", "garden-tool", "moon spade → garden tool"),
        ("dew-barrel", "garden-structure", "dew barrel → water store → garden structure"),
        ("dew-barrel", "root-irrigation", "dew barrel → root irrigation system (RIS)"),
        ("dew-barrel", "irrigation", "dew barrel → root irrigation system (RIS) → irrigation"),
    ],
)
def test_is_a_is_answered_with_the_shortest_way_up(
    composer: Composer, one: str, other: str, chain: str
) -> None:
    assert f"Yes: {chain}." in compose(composer, T.ASK_KIND_OF, one, other).text()


def test_of_several_ways_up_the_shortest_is_shown() -> None:
    broader = {"rose": "shrub, flower", "shrub": "plant", "flower": "bloomer", "bloomer": "plant"}
    broader["plant"] = ""
    for first in ("shrub, flower", "flower, shrub"):
        texts = {**broader, "rose": first}
        entries = [
            read_entry(f"{name}.md", f"---\nbroader: [{above}]\n---\n# {name}\n\nA {name}.\n")
            for name, above in texts.items()
        ]
        glossary = Glossary(entries)
        text = Composer(glossary, Names(glossary)).compose(T.ASK_KIND_OF, ["rose", "plant"], "en")
        assert "Yes: rose → shrub → plant." in text.text()


class CountingGlossary(Glossary):
    """A glossary that gives up when it was asked for entries too often."""

    asked = 0

    def __getitem__(self, concept: str) -> Entry:
        self.asked += 1
        if self.asked > 1000:
            raise TimeoutError(f"{self.asked} entries looked at")
        return super().__getitem__(concept)


def test_a_lattice_of_many_ways_is_looked_at_once() -> None:
    above = {"n12": "", "other": ""}
    for step in range(12):
        above[f"n{step}"] = f"a{step}, b{step}"
        above[f"a{step}"] = above[f"b{step}"] = f"n{step + 1}"
    entries = [
        read_entry(f"{name}.md", f"---\nbroader: [{ids}]\n---\n# {name}\n\nA {name}.\n")
        for name, ids in above.items()
    ]
    glossary = CountingGlossary(entries)
    text = Composer(glossary, Names(glossary)).compose(T.ASK_KIND_OF, ["n0", "other"], "en").text()
    assert "does not list n0 as a kind of other" in text


@pytest.mark.parametrize(
    ("one", "other"), [("garden-tool", "moon-spade"), ("moon-spade", "irrigation")]
)
def test_what_is_not_listed_as_a_kind_is_not_affirmed(
    composer: Composer, glossary: Glossary, one: str, other: str
) -> None:
    labels = (glossary[one].label("en"), glossary[other].label("en"))
    text = compose(composer, T.ASK_KIND_OF, one, other).text()
    assert "The glossary does not list {} as a kind of {}.".format(*labels) in text
    assert "Yes" not in text


def test_related_concepts_are_listed_once(composer: Composer, glossary: Glossary) -> None:
    spade = compose(composer, T.ASK_RELATED, "moon-spade").text()
    assert "Related to moon spade:" in spade
    assert bullets(spade) == ["dew barrel", "garden tool"]
    alone = compose(composer, T.ASK_RELATED, "cold-frame").text()
    assert "The glossary lists nothing related to cold frame." in alone
    for entry in glossary:
        around = composer.related(entry.id)
        assert len(set(around)) == len(around)
        assert entry.id not in around


# ---- suggestions


@pytest.mark.parametrize("language", ["en", "de"])
def test_suggestions_are_about_what_the_entry_has_and_was_not_shown(
    composer: Composer, glossary: Glossary, language: str
) -> None:
    for entry in glossary:
        draft = compose(composer, T.DEFINE, entry.id, language=language)
        found = composer.suggestions(draft, [entry.id])
        assert len(found) <= 3
        assert len(set(found)) == len(found)
        assert all(entry.preferred(language) in question for question in found)


def test_a_section_that_was_shown_is_not_suggested(composer: Composer) -> None:
    def suggested(kind: QuestionType) -> tuple[str, ...]:
        return composer.suggestions(compose(composer, kind, "moon-spade"), ["moon-spade"])

    purpose = "What is the purpose of moon spade?"
    assert purpose in suggested(T.DEFINE)
    assert purpose not in suggested(T.ASK_PURPOSE)
    assert "What is the difference between moon spade and star fork?" in suggested(T.DEFINE)
    everything = composer.compose(T.TELL_MORE, ["star-fork"], "en")
    assert composer.suggestions(everything, ["star-fork"]) == ()
