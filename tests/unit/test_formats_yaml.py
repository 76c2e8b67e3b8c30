"""YAML becomes entries, as site generators keep glossaries in their data files."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.errors import Code, GlossaryError
from bot.formats.reader import Options, Reading, Source
from bot.formats.registry import assign
from bot.formats.yaml_records import YamlRecords
from bot.glossary.entry import Entry

YAML = YamlRecords()
LIST = """\
# a comment
- slug: rake
  ref: [spade]
  en:
    term: "rake"
    acronym: RK
    def: >
      Has [teeth](#tooth),
      and a handle.
  de:
    term: Rechen
    def: Hat Zähne.
  zu:
    term: irakhi
    def: Inamazinyo.
- slug: spade
  en:
    term: spade
    def: Digs.
"""


def source(text: str, name: str = "glossary.yml") -> Source:
    return Source(name, text.encode())


def read(text: str, columns: Mapping[str, str] | None = None) -> Reading:
    return YAML.read([source(text)], Options(columns=columns or {}))


def by_id(text: str) -> dict[str, Entry]:
    return {entry.id: entry for entry in read(text).entries}


def test_a_list_with_a_language_in_each_object() -> None:
    found = by_id(LIST)
    rake = found["rake"]
    assert list(found) == ["rake", "spade"]
    assert {code: text.definition.text for code, text in rake.texts.items()} == {
        "en": "Has [teeth](#tooth), and a handle.", "de": "Hat Zähne.", "zu": "Inamazinyo.",
    }  # fmt: skip
    assert [(t.text, t.language) for t in rake.terms][:2] == [("rake", "en"), ("RK", "en")]
    assert rake.related == ("spade",)
    assert [entry.texts["en"].definition.span.line for entry in found.values()] == [2, 16]


@pytest.mark.parametrize(
    "text",
    [
        "rake: Has teeth and more.\nspade: Digs in the soil.\nhoe: >\n  Breaks the soil.\n",
        "entries:\n- term: rake\n  definition: Has teeth.\n- {term: spade, definition: Digs.}\n",
        "terms:\n  rake:\n    definition: Has teeth.\n  spade:\n    definition: Digs.\n",
    ],
    ids=["texts by term", "a list under a key", "objects by term"],
)
def test_ways_of_writing_a_glossary(text: str) -> None:
    assert {"rake", "spade"} <= set(by_id(text))
    assert assign([source(text)])[0].keys() == {"yaml"}


def test_settings_beside_pages_are_no_glossary() -> None:
    """A folder of pages has settings in YAML; they neither become entries nor fail an import."""
    settings = source("site_name: Garden\nnav:\n  - index.md\ntheme: {name: material}\n", "x.yml")
    page = Source("rake.md", b"# Rake\n\nA rake has teeth.\n")
    assigned, left = assign([settings, page])
    assert "yaml" not in assigned
    assert [(one.file, one.expected) for one in left] == [("x.yml", True)]


def test_what_is_damaged_or_a_bomb_is_refused_with_file_and_line() -> None:
    bomb = "a: &a [" + "x, " * 3000 + "]\n" + "".join(f"b{n}: *a\n" for n in range(50))
    for text, problem in (
        (LIST + "  en: [", ":21:"),
        (bomb, "aliases repeat"),
        ("- !!python/object:os.system x", ":1:"),
    ):
        with pytest.raises(GlossaryError) as caught:
            read(text)
        assert caught.value.code is Code.G022
        assert "glossary.yml" in str(caught.value)
        assert problem in str(caught.value)


def test_unknown_keys_are_named_and_can_be_told() -> None:
    text = "- {wot: rake, blurb: Has teeth.}\n"
    with pytest.raises(GlossaryError, match="wot, blurb") as caught:
        read(text)
    assert caught.value.code is Code.G053
    (entry,) = read(text, {"wot": "term", "blurb": "definition"}).entries
    assert entry.terms[0].text == "rake"
