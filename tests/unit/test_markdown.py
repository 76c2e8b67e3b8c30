"""Files become entries whose every slice stands in the file; faults are told with file and line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest
from hypothesis import example, given

from bot.errors import GlossaryError
from bot.formats.headings import kind_of, language_of
from bot.formats.markdown import read_entry
from bot.glossary.entry import Entry
from bot.glossary.section import SectionKind
from bot.glossary.span import Span
from bot.glossary.term import Status, Term
from tests.strategies import markdown_files, unicode_text

K = SectionKind
BODY = "# moon spade\n\nA moon spade digs.\n"


def slices(entry: Entry) -> Iterator[tuple[str, Span]]:
    """Yield every text of an entry with its span."""
    for text in entry.texts.values():
        for section in (text.definition, *text.sections):
            yield section.text, section.span
            for item in section.items:
                yield item.text, item.span


def assert_slices_stand_in(entry: Entry, name: str, text: str) -> None:
    """Check that each span names the file, the line and the very characters."""
    for piece, span in slices(entry):
        assert span.file == name
        assert text[span.offset : span.offset + span.length] == piece
        assert span.line == text.count("\n", 0, span.offset) + 1
        assert piece.strip()


def refused(text: str, name: str = "spade.md") -> str:
    """Return the message with which a file is refused."""
    with pytest.raises(GlossaryError) as caught:
        read_entry(name, text)
    return str(caught.value)


# ---- what is read


def test_every_slice_of_the_garden_stands_in_its_file(sources: Mapping[str, str]) -> None:
    for name, text in sources.items():
        entry = read_entry(name, text)
        assert_slices_stand_in(entry, name, text)
        assert len(list(slices(entry))) > 0


@given(markdown_files())
@example("---\r\ntitle: x\r\n---\r\nOne\r\ntwo\r\n\r\n## How\r\n\r\n- a\r\n  b\r\n")
def test_any_file_is_read_to_the_letter_or_refused(text: str) -> None:
    try:
        entry = read_entry("any/file.md", text)
    except GlossaryError as error:
        assert str(error).startswith(f"[{error.code.name}] any/file.md:")  # noqa: PT017
    else:
        assert_slices_stand_in(entry, "any/file.md", text)
        assert entry.terms


@given(unicode_text(80))
def test_nasty_text_is_read_to_the_letter_or_refused(text: str) -> None:
    try:
        entry = read_entry("x.md", f"# spade\n\n{text}")
    except GlossaryError:
        return
    assert_slices_stand_in(entry, "x.md", f"# spade\n\n{text}")


@pytest.mark.parametrize("blank", ["\x1c", "\u2003", "\x85"])
def test_a_bullet_before_nothing_is_no_item(blank: str) -> None:
    try:
        entry = read_entry("x.md", f"# spade\n\nIt digs.\n\n## Use\n\n- {blank}\n- it digs\n")
    except GlossaryError:
        return
    assert all(text.strip() for text, _ in slices(entry))


def test_all_of_the_front_matter_is_read() -> None:
    entry = read_entry(
        "tools/spade.md",
        "---\nid: moon-spade\nsubject: tools\nupdated: 2026-01-02\nended: 1999\n"
        "terms:\n  en:\n    preferred: moon spade\n    admitted: [crescent spade]\n"
        "    abbreviations: {MS: moon spade}\n  de: {preferred: Mondspaten, abbreviations: [MSP]}\n"
        "broader: garden-tool\npart-of: [set]\nrelated: [fork, rake]\nsource: a book\n---\n" + BODY,
    )
    assert entry.id == "moon-spade"
    assert entry.terms == (
        Term("moon spade", "en", Status.PREFERRED),
        Term("crescent spade", "en", Status.ADMITTED),
        Term("MS", "en", Status.ABBREVIATION, "moon spade"),
        Term("Mondspaten", "de", Status.PREFERRED),
        Term("MSP", "de", Status.ABBREVIATION, "Mondspaten"),
    )
    assert (entry.broader, entry.part_of) == (("garden-tool",), ("set",))
    assert entry.related == ("fork", "rake")
    assert (entry.subject, entry.updated, entry.ended) == ("tools", "2026-01-02", "1999")
    assert entry.extra == {"source": "a book"}


@pytest.mark.parametrize(
    "front",
    [
        "",
        "---\nsubject: tools\n---\n",
        "---  \nsubject: tools\n---\t\n",
        "---\r\nsubject: tools\r\n---\r\n",
        "\ufeff---\nsubject: tools\n---\n",
        "---\ntitle: moon spade\n---\n",
        "---\ntitle: ' moon spade '\nlang: en\n---\n\n\n",
    ],
)
def test_the_front_matter_may_be_short_or_missing(front: str) -> None:
    entry = read_entry("tools/Moon_Spade.md", front + BODY)
    assert entry.id == "moon-spade"
    assert entry.preferred("en") == "moon spade"
    assert entry.text("en").definition.text == "A moon spade digs."
    assert_slices_stand_in(entry, "tools/Moon_Spade.md", front + BODY)


@pytest.mark.parametrize(
    ("front", "described"),
    [
        ("described-as: [the moon thing, ' what cuts roots ']", {"en": 2}),
        ("described-as: the moon thing", {"en": 1}),
        ("lang: de\ndescribed-as: [das Ding mit dem Mond]", {"de": 1}),
        ("described-as: {en: the moon thing, de: [das Ding, der Mond]}", {"en": 1, "de": 2}),
        ("described-as: {en: []}", {"en": 0}),
        ("described-as:", {}),
        ("subject: tools", {}),
    ],
)
def test_how_people_describe_the_concept_is_read(front: str, described: dict[str, int]) -> None:
    entry = read_entry("spade.md", f"---\n{front}\n---\n{BODY}")
    assert {code: len(said) for code, said in entry.described.items()} == described
    assert all(text == text.strip() != "" for said in entry.described.values() for text in said)
    assert "described-as" not in entry.extra


def test_a_byte_order_mark_may_stand_before_the_heading() -> None:
    assert read_entry("x.md", "\ufeff" + BODY).preferred("en") == "moon spade"


def test_front_matter_may_be_empty() -> None:
    assert read_entry("x.md", "---\n---\n" + BODY).preferred("en") == "moon spade"


def test_a_plain_file_needs_a_heading_and_a_paragraph() -> None:
    text = "# rain barrel\n\nIt holds rain.\nA lot of it.\n\nMore on it.\n\n## Folklore\n\nNone.\n"
    entry = read_entry("Regen Tonne.md", text)
    assert (entry.id, entry.terms) == (
        "regen-tonne",
        (Term("rain barrel", "en", Status.PREFERRED),),
    )
    assert entry.text("en").definition.text == "It holds rain.\nA lot of it."
    assert [(s.kind, s.heading, s.text) for s in entry.text("en").sections] == [
        (K.OTHER, "", "More on it."),
        (K.OTHER, "Folklore", "None."),
    ]


def test_aliases_and_synonyms_are_admitted_terms_of_the_language() -> None:
    front = "---\nlang: de\ntitle: Tonne\naliases: [Fass]\nsynonyms: Bottich\n---\n"
    entry = read_entry("x.md", front + "Sie hält Regen.\n")
    assert [(t.text, t.language) for t in entry.terms] == [
        ("Tonne", "de"),
        ("Fass", "de"),
        ("Bottich", "de"),
    ]
    assert list(entry.texts) == ["de"]


def test_headings_of_languages_part_the_text() -> None:
    text = "---\ntitle: x\n---\n# English\n\nOne.\n\n## Purpose\n\nTwo.\n\n# Deutsch\n\nDrei.\n"
    entry = read_entry("x.md", text)
    assert list(entry.texts) == ["en", "de"]
    assert entry.texts["en"].section(K.PURPOSE)
    assert entry.texts["de"].definition.text == "Drei."
    assert not entry.texts["de"].sections


def test_windows_line_ends_are_kept_inside_and_cut_at_the_edges() -> None:
    text = "# x\r\n\r\nOne\r\ntwo.\r\n\r\n## Purpose\r\n\r\n- a\r\n- b\r\n"
    entry = read_entry("x.md", text)
    definition, purpose = entry.text("en").definition, entry.text("en").sections[0]
    assert (definition.text, definition.span.line) == ("One\r\ntwo.", 3)
    assert (purpose.heading, purpose.text) == ("Purpose", "- a\r\n- b")
    assert [item.text for item in purpose.items] == ["a", "b"]
    assert_slices_stand_in(entry, "x.md", text)


@pytest.mark.parametrize("fence", ["```", "~~~"])
def test_a_heading_in_a_code_fence_is_code(fence: str) -> None:
    code = f"{fence}sh\n# Deutsch\n## Purpose\n{fence}"
    text = f"# x\n\nOne.\n\n## How it works\n\n{code}\n\n## Cost\n\n5\n"
    sections = read_entry("x.md", text).text("en").sections
    assert [s.kind for s in sections] == [K.HOW, K.COST]
    assert "## Purpose" in sections[0].text


def test_a_fence_ends_with_the_sign_it_began_with() -> None:
    text = "# x\n\nOne.\n\n## How it works\n\n```\n~~~\n# code\n```\n\n## Cost\n\n5\n"
    assert [s.kind for s in read_entry("x.md", text).text("en").sections] == [K.HOW, K.COST]


def test_a_name_may_end_in_a_number_sign() -> None:
    assert read_entry("x.md", "# C#\n\nA language.\n").preferred("en") == "C#"


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("How it works", K.HOW), ("HOW IT WORKS:", K.HOW), ("how does it work?", K.HOW),
        ("Funktionsweise", K.HOW), ("Vorteile", K.ADVANTAGES), ("Stärken", K.ADVANTAGES),
        ("Staerken", K.ADVANTAGES), ("Examples", K.EXAMPLES), ("Folklore", K.OTHER), ("", K.OTHER),
        ("What it is", K.DEFINITION),
    ],
)  # fmt: skip
def test_a_heading_is_about(heading: str, kind: SectionKind) -> None:
    assert kind_of(heading) is kind


@pytest.mark.parametrize(
    ("heading", "code"),
    [("English", "en"), ("DEUTSCH", "de"), (" german ", "de"), ("Purpose", None), ("", None)],
)
def test_a_heading_names_a_language(heading: str, code: str | None) -> None:
    assert language_of(heading) == code


def test_closing_signs_of_a_heading_do_not_count() -> None:
    entry = read_entry("x.md", "# x #\n\nOne.\n\n### Purpose ###\n\nTwo.\n")
    assert entry.preferred("en") == "x"
    assert entry.text("en").sections[0].heading == "Purpose"


def test_list_items_keep_their_continuation_lines() -> None:
    text = "# x\n\nOne.\n\n## Limits\n\nIn short:\n\n- a\n  b\n* **c**: d\n\n3) e\n  - nested\n"
    section = read_entry("x.md", text).text("en").sections[0]
    assert [item.text for item in section.items] == ["a\n  b", "**c**: d", "e", "nested"]
    assert [item.span.line for item in section.items] == [9, 11, 13, 14]
    assert section.text.startswith("In short:")


def test_emphasis_and_rules_are_no_list_items() -> None:
    text = "# x\n\nOne.\n\n## Limits\n\n**Bold** text\n*slanted*\n-5 degrees\n---\n"
    assert read_entry("x.md", text).text("en").sections[0].items == ()


# ---- what is refused


@pytest.mark.parametrize(
    ("front", "line", "key"),
    [
        ("x: 1\nid: 5", 3, "id"),
        ("x: 1\nid: ' '", 3, "id"),
        ("lang: [en]", 2, "lang"),
        ("x: 1\ny: 2\nsubject: {a: b}", 4, "subject"),
        ("title: 7", 2, "title"),
        ("broader: {a: b}", 2, "broader"),
        ("x: 1\npart-of: [1]", 3, "part-of"),
        ("related: [a, '']", 2, "related"),
        ("aliases: [a, null]", 2, "aliases"),
        ("synonyms: 3", 2, "synonyms"),
        ("terms: spade", 2, "terms"),
        ("terms: {}", 2, "terms"),
        ("terms:\n  en: spade", 3, "terms.en"),
        ("terms:\n  en:\n    admitted: [x]", 3, "terms.en.preferred"),
        ("terms:\n  en:\n    preferred: 3", 4, "terms.en.preferred"),
        ("terms:\n  en:\n    preferred: x\n    admitted: 3", 5, "terms.en.admitted"),
        ("terms:\n  en:\n    preferred: x\n    abbreviations: 3", 5, "terms.en.abbreviations"),
        ("terms:\n  en:\n    preferred: x\n    abbreviations: {NO: nitric oxide}", 5, "terms.en."),
        ("terms:\n  en:\n    preferred: x\n    abbreviations: {X: 10}", 5, "terms.en.abbrev"),
        ("x: 1\nabbreviations: {NO: nitric oxide}", 3, "abbreviations"),
        ("x: 1\ndescribed-as: 5", 3, "described-as"),
        ("described-as: ['thing', '']", 2, "described-as"),
        ("x: 1\ndescribed-as:\n  en: [a thing]\n  de: 7", 5, "described-as.de"),
        ("x: 1\ndescribed-as:\n  de: [a, null]", 4, "described-as.de"),
        ("described-as: {no: [ting]}", 2, "described-as"),
        ("[a, list]", 2, "front matter"),
    ],
)
def test_a_wrong_value_is_told_with_file_line_and_key(front: str, line: int, key: str) -> None:
    message = refused(f"---\n{front}\n---\n{BODY}")
    assert message.startswith(f"[G003] spade.md:{line}: {key}")
    assert "expected" in message


def test_the_line_of_a_wrong_value_is_in_the_right_language() -> None:
    text = "---\nterms:\n  en:\n    preferred: x\n  de:\n    preferred: 5\n---\n" + BODY
    assert refused(text).startswith("[G003] spade.md:6:")


def test_a_language_that_is_no_text_is_refused() -> None:
    assert refused("---\nterms:\n  no: {preferred: spade}\n---\n" + BODY).startswith("[G003]")


@pytest.mark.parametrize("short", ["{' ': full}", "{X: ''}"])
def test_an_abbreviation_without_text_is_refused(short: str) -> None:
    assert refused(f"---\ntitle: x\nabbreviations: {short}\n---\n{BODY}").startswith("[G003]")


@pytest.mark.parametrize(
    ("front", "line"),
    [("title: [x", 3), ("a: b\nc: d: e", 3), ("a: b\n\tc: d", 3), ("a: 'b", 3), ("? [a]\n: b", 2)],
)
def test_invalid_yaml_is_told_with_its_line(front: str, line: int) -> None:
    message = refused(f"---\n{front}\n---\n{BODY}")
    assert re.match(r"\[G002\] spade\.md:\d+: the front matter is not valid YAML: .+\. ", message)
    assert int(message.split(":")[1]) in (line, line + 1)  # at the fault or where it shows


def test_a_value_does_not_outgrow_its_file() -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    for one, other in zip("abcde", "bcdef", strict=True):
        lines.append(f"{other}: &{other} [{', '.join([f'*{one}'] * 9)}]")
    text = "---\n" + "\n".join(lines) + "\n---\n" + BODY
    try:
        extra = read_entry("x.md", text).extra
    except GlossaryError:
        return
    assert sum(len(str(value)) for value in extra.values()) < 100 * len(text)


def test_a_control_character_in_the_front_matter_is_refused() -> None:
    assert refused("---\na: \0\n---\n" + BODY).startswith("[G002] spade.md:")


@pytest.mark.parametrize(
    "value",
    ["2026-02-30", "!!int abc", "2001-12-14t21:59:43-99:99", "9" * 5000, "[" * 3000 + "]" * 3000],
    ids=["date", "tag", "zone", "long number", "deep"],
)
def test_a_value_that_yaml_cannot_make_is_refused(value: str) -> None:
    assert refused(f"---\nupdated: {value}\n---\n{BODY}").startswith("[G00")


@pytest.mark.parametrize(
    ("text", "line", "language"),
    [
        ("# x\n", 1, "en"),
        ("---\ntitle: x\n---\n", 3, "en"),
        ("---\ntitle: x\nlang: de\n---\n\n\n", 6, "de"),
        ("# x\n\n## Purpose\n\nNone.\n", 5, "en"),
        ("---\ntitle: x\n---\n# English\n\nOne.\n\n# Deutsch\n\n## Zweck\n\nZwei.\n", 12, "de"),
    ],
)
def test_a_text_without_definition_is_told_with_line_and_language(
    text: str, line: int, language: str
) -> None:
    message = refused(text)
    assert message.startswith(f"[G004] spade.md:{line}: the {language} text has no definition.")


def test_a_file_without_a_term_is_refused() -> None:
    assert refused("A moon spade digs.\n") == (
        "[G010] spade.md: holds no term. Give it a heading, a title or terms.en.preferred."
    )
