"""Markdown of the usual site generators becomes entries."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.formats.assembly import ORIGIN, UNRESOLVED, assemble
from bot.formats.reader import Options, Source
from bot.formats.registry import assign, reader_named
from bot.glossary.entry import Entry
from bot.glossary.section import SectionKind
from bot.glossary.term import Status


def sources(files: Mapping[str, str]) -> list[Source]:
    return [Source(name, text.encode()) for name, text in files.items()]


def taken(files: Mapping[str, str], language: str = "en") -> dict[str, Entry]:
    """The entries of files whose format is told by their content, by id."""
    assigned, _ = assign(sources(files))
    options = Options(language)
    readings = [reader_named(name).read(found, options) for name, found in assigned.items()]
    return {entry.id: entry for entry in assemble(readings).entries}


def left_out(files: Mapping[str, str]) -> dict[str, str]:
    assigned, left = assign(sources(files))
    readings = [reader_named(name).read(found, Options()) for name, found in assigned.items()]
    return {s.file: s.reason for s in (*left, *assemble(readings).skipped)}


def format_of(text: str, name: str = "x.md") -> str:
    assigned, _ = assign([Source(name, text.encode())])
    return next(iter(assigned), "")


def definition(entry: Entry, language: str = "en") -> str:
    return entry.texts[language].definition.text


def names(entry: Entry, status: Status) -> list[tuple[str, str]]:
    return [(t.text, t.language) for t in entry.terms if t.status is status]


HUGO = {
    "content/en/docs/compost.md": """---
title: Compost
id: compost
aka:
- black gold
tags: [soil]
short_description: >
  Rotted plants.
---
 Plant remains that have rotted in {{< glossary_tooltip text="heaps" term_id="heap" >}}.

<!--more-->

Compost feeds the [soil](/docs/soil/) and {{< glossary_tooltip term_id="worm" >}}.
""",
    "content/en/docs/heap.md": "---\ntitle: Heap (HP)\n---\nA pile of remains.\n",
    "content/en/docs/worm.md": "+++\ntitle = 'Earthworm'\n+++\nAn animal.\n"
    "## Benefits\n\n- It digs.\n",
    "content/de/docs/compost.md": "---\ntitle: Kompost\n---\nVerrottete Pflanzen.\n",
    "content/en/docs/rake.md": "---\ntitle: Rake\ndraft: true\n---\nA tool.\n",
    "content/en/_index.md": "---\ntitle: All terms\n---\nWelcome.\n",
    "content/en/docs/_TEMPLATE.md": "---\ntitle: Term\n---\nText.\n",
}


def test_hugo() -> None:
    found = taken(HUGO)
    assert set(found) == {"compost", "heap", "worm"}
    compost = found["compost"]
    assert definition(compost) == "Plant remains that have rotted in heaps."
    assert compost.texts["en"].sections[0].text == "Compost feeds the soil and Earthworm."
    assert definition(compost, "de") == "Verrottete Pflanzen."
    assert compost.related == ("heap", "worm")
    assert names(compost, Status.ADMITTED) == [("black gold", "en")]
    assert compost.extra["tags"] == ["soil"]
    assert compost.extra[ORIGIN] == {
        "en": "content/en/docs/compost.md:10", "de": "content/de/docs/compost.md:4",
    }  # fmt: skip
    assert found["worm"].texts["en"].sections[0].kind is SectionKind.ADVANTAGES


def test_what_is_no_entry_of_hugo_is_left_out() -> None:
    assert left_out(HUGO) == {
        "content/en/docs/rake.md": "a draft",
        "content/en/_index.md": "a page about the site, not a concept",
        "content/en/docs/_TEMPLATE.md": "a template or partial",
    }


MDN = {
    "files/en-us/glossary/soil/index.md": """---
title: Soil
slug: Glossary/Soil
page-type: glossary-disambiguation
---

The term soil has several meanings: {{GlossaryDisambiguation}}
""",
    "files/en-us/glossary/soil/garden/index.md": """---
title: Soil (garden)
slug: Glossary/Soil/Garden
page-type: glossary-definition
---

{{GlossarySidebar}}

**Soil** is what {{Glossary("Plant", "plants")}} grow in; {{cssxref("color")}}, {{RFC(12)}}.

## See also

- [Soil](https://example.org/soil) elsewhere
- Related glossary terms:
  - {{Glossary("Plant")}}
""",
    "files/en-us/glossary/plant/index.md": "---\ntitle: Plant\nslug: Glossary/Plant\n---\n"
    '<p>A <strong>living thing</strong>.</p>\n\n<script>alert("x")</script>\n',
}


def test_mdn() -> None:
    found = taken(MDN)
    assert set(found) == {"soil-garden", "plant"}
    soil = found["soil-garden"]
    assert definition(soil) == "**Soil** is what plants grow in; `color`, RFC 12."
    assert soil.related == ("plant",)
    assert soil.extra["see-also"] == ["[Soil](https://example.org/soil) elsewhere"]
    assert (soil.subject, names(soil, Status.ADMITTED)) == ("garden", [("Soil", "en")])
    assert definition(found["plant"]) == "A **living thing**."


def test_docusaurus() -> None:
    text = """---
id: spade
title: Spade
hoverText: A tool to dig with.
sidebar_position: 2
---
import Tabs from '@theme/Tabs';

export const x = 1;

A **spade** has a <Term id="blade">blade</Term>. {/* hidden */}

:::tip Care
Oil it, see `<Tabs>`.
:::

## Use cases {#use}

<Tabs>
Digging.
</Tabs>
"""
    assert format_of(text, "docs/spade.mdx") == "docusaurus"
    spade = taken({"docs/spade.mdx": text})["spade"]
    assert definition(spade) == "A tool to dig with."
    other, use = spade.texts["en"].sections
    assert other.text == "A **spade** has a blade.\n\nCare\n\nOil it, see `<Tabs>`."
    assert (use.heading, use.kind, use.text) == ("Use cases", SectionKind.PURPOSE, "Digging.")


@pytest.mark.parametrize(
    "front",
    [
        "---\nTITLE: Mulch\nAka: cover\n---\n",
        "---\n  title: Mulch\n  aka: cover\n---\n",
        "---\n title: Mulch\naka: cover\n---\n",
        "\n---\ntitle:\tMulch\naka: [cover]\n---\n",
        "\ufeff---\r\ntitle: Mulch\r\naka: cover\r\n---\r\n",
        '+++\ntitle = "Mulch"\naka = ["cover"]\n+++\n',
        '{\n  "title": "Mulch",\n  "aka": ["cover"]\n}\n',
    ],
)
def test_front_matter_of_all_kinds(front: str) -> None:
    (mulch,) = taken({"a.md": front + "A layer on the soil.\n"}).values()
    assert [t.text for t in mulch.terms] == ["Mulch", "cover"]
    assert definition(mulch) == "A layer on the soil."


def test_front_matter_that_cannot_be_read_leaves_its_file_out() -> None:
    files = {"a.md": "---\ntitle: A\nweight: 1\n---\nText.\n", "b.md": "---\nt: [\n---\nText.\n",
             "c.md": "+++\nx = \n+++\nText.\n"}  # fmt: skip
    reasons = left_out(files)
    assert "not valid YAML" in reasons["b.md"]
    assert "cannot be parsed" in reasons["c.md"]
    assert set(taken(files)) == {"a"}


LISTS = {
    "headings": "# Glossary\n\n## A\n\n### Ash\n\nWhat fire leaves, see [bed](#bed).\n\n"
    "## B\n\n### Bed\n\nA plot.\n\n#### Examples\n\n- One.\n",
    "flat": "# Glossary\n\n## Ash\n\nWhat fire leaves, see [bed](#bed).\n\n## Bed\n\nA plot.\n",
    "definitions": "# Glossary\n\nAsh\n: What fire leaves,\n  see [bed](#bed).\n\n"
    "Bed\n:   A plot.\n",
    "bold": "# Glossary\n\n- **Ash**: What fire leaves, see [bed](#bed).\n- **Bed** – A plot.\n",
    "paragraphs": "# Glossary\n\n**Ash**: What fire leaves, see [bed](#bed).\n\n**Bed:** A plot.\n",
    "table": "# Glossary\n\n| Term | Meaning |\n|---|---|\n| Ash | What fire leaves, see bed. |\n"
    "| Bed | A plot. |\n",
}


@pytest.mark.parametrize("shape", LISTS)
def test_one_page_of_many_terms(shape: str) -> None:
    found = taken({"glossary.md": LISTS[shape]})
    assert set(found) == {"ash", "bed"}
    assert definition(found["ash"]) == "What fire leaves, see bed."
    assert definition(found["bed"]) == "A plot."
    if shape != "table":
        assert found["ash"].related == ("bed",)
    if shape == "headings":
        assert found["bed"].texts["en"].sections[0].kind is SectionKind.EXAMPLES


def test_a_list_says_where_each_term_stands() -> None:
    found = taken({"glossary.md": LISTS["headings"]})
    assert [e.extra[ORIGIN] for e in found.values()] == [
        {"en": "glossary.md:7"}, {"en": "glossary.md:13"},
    ]  # fmt: skip


def test_a_page_with_headings_is_one_concept() -> None:
    text = "# Mulch\n\nA layer.\n\n## What it is for\n\nIt keeps.\n\n## Types\n\nBark.\n"
    assert set(taken({"mulch.md": text, "rake.md": "# Rake\n\nA [tool](x.md).\n"})) == {
        "mulch", "rake",
    }  # fmt: skip


def test_a_section_that_says_what_it_is_is_the_definition() -> None:
    text = "# Mulch\n\n## Problem it addresses\n\nDry soil.\n\n## What it is\n\nA layer.\n"
    mulch = taken({"mulch.md": text, "b.md": "# B\n\n<b>B</b>.\n"})["mulch"]
    assert definition(mulch) == "A layer."
    assert mulch.texts["en"].sections[0].kind is SectionKind.PURPOSE


def test_relations_that_lead_nowhere_are_kept_and_reported() -> None:
    files = {"a.md": "---\ntitle: A\nrelated_terms: [b, gone]\n---\nFirst.\n",
             "b.md": "---\ntitle: B\nrelated_terms: [A]\n---\nSecond.\n"}  # fmt: skip
    found = taken(files)
    assert (found["a"].related, found["b"].related) == (("b",), ("a",))
    assert found["a"].extra[UNRESOLVED] == {"related": ["gone"]}
    assert "'gone'" in left_out(files)["a.md"]


def test_our_own_format_is_told_from_the_others() -> None:
    own = "---\nterms:\n  en:\n    preferred: mulch\n---\n\n# English\n\nA layer.\n"
    assert format_of(own) == "termwise"
    assert format_of("# Mulch\n\nA layer.\n\n## Benefits\n\n- It feeds.\n") == "termwise"
    assert format_of("---\ntitle: Mulch\nsource: a book\n---\n\nA layer.\n") == "termwise"
    assert format_of("---\ntitle: Mulch\ntags: [a]\n---\n\nA [layer](soil.md).\n") == "markdown"
    assert format_of('---\ntitle: M\n---\n\nA {{< ref "x" >}}.\n') == "hugo"
    assert format_of("term,definition\nMulch,A layer\nAsh,Burnt\n", "x.csv") == "csv"


def test_the_attributes_of_a_heading_are_no_text() -> None:
    page = "## Markov-Kette {#mk .term}\n\nEine Kette.\n\n### Arten {.more}\n\nDiskret.\n"
    entry = taken({"Markov-Kette.md": page, "x.md": "# X\n\nY.\n"}, "de")["markov-kette"]
    assert entry.terms[0].text == "Markov-Kette"
    assert [section.heading for section in entry.texts["de"].sections] == ["Arten"]


def test_german_front_matter() -> None:
    page = (
        "---\nid: zapfen\nbenennung: Zapfen\nsynonyme: [Holzzapfen]\nabkürzung: ZF\n"
        "oberbegriff: verbindung\n---\n\nEin Ende eines Holzes.\n"
    )
    entry = taken({"hg.md": page, "v.md": "---\nid: verbindung\n---\n\nEine.\n"}, "de")["zapfen"]
    assert [term.text for term in entry.terms] == ["Zapfen", "Holzzapfen", "ZF"]
    assert entry.broader == ("verbindung",)


def test_a_page_called_r_is_no_list_of_terms_with_r() -> None:
    body = (
        "# {0}\n\n**Shiny{0}**: makes pages.\n\n**Knitr{0}**: weaves.\n\n**Dplyr{0}**: sorts<br>.\n"
    )
    assert set(taken({"R.md": body.format("R"), "S.md": "# S\n\nAnother.\n"})) == {"r", "s"}
    letters = {f"{letter}.md": body.format(letter) for letter in "ABC"}
    assert "shinyc" in taken(letters)


@pytest.mark.parametrize(
    "text",
    [
        "# Garden terms\n\n> Confused? Read this.\n\n## A\n\n### **Ash**\n\nA tree.\n\n"
        "### Alder\n\nA tree by the water.\n\n## B\n\n### Beech\n\nA tree with smooth bark.\n",
        "# Garden glossary\n\nWhat we mean by words.\n\n## Ash\n\nA tree.\n\n## Alder\n\n"
        "A tree by the water.\n\n## Beech\n\nA tree with smooth bark.\n",
    ],
    ids=["letters", "title"],
)
def test_headings_of_a_list_with_an_introduction_are_terms(text: str) -> None:
    found = taken({"glossary.md": text})
    assert {e.terms[0].text for e in found.values()} == {"Ash", "Alder", "Beech"}


def test_letters_are_no_terms_where_terms_stand_in_plain_paragraphs() -> None:
    text = (
        "# Garden glossary\n\n## A\n\nAsh - A tree\n\nAlder - aka black alder, a tree by the "
        "water\n\n## B\n\nBeech - A tree with smooth bark\n\n## C\n\nU.S. Cedar - A conifer\n"
    )
    found = taken(
        {
            "a-b.md": text,
            "d.md": "# Garden glossary 2\n\n## D\n\nDill - A herb\n\n"
            "Daisy - A flower\n\nDock - A weed\n",
        }
    )
    assert {e.terms[0].text for e in found.values()} == {
        "Ash", "Alder", "Beech", "U.S. Cedar", "Dill", "Daisy", "Dock",
    }  # fmt: skip


def test_nothing_between_two_terms_of_a_list_is_lost() -> None:
    text = (
        "# Glossary\n\n**Ash**: A tree with grey bark and light wood for tools.\n\nIt is ill in "
        "many woods.\n\n- It is called Fraxinus.\n\n**Bee** ch: A tree with smooth bark.\n\n"
        "**Cedar**: A conifer.\n\n**Dill**: A herb.\n"
    )
    found = taken({"glossary.md": text})
    ash = found["ash"].texts["en"]
    told = " ".join(section.text for section in (ash.definition, *ash.sections))
    for part in ("light wood", "It is ill", "Fraxinus"):
        assert part in told
    assert {e.terms[0].text for e in found.values()} == {"Ash", "Bee ch", "Cedar", "Dill"}


def test_each_of_several_abbreviations_in_brackets_is_one() -> None:
    text = (
        "# Glossary\n\n**Limited Mulch Company (LMC or LTD)** - A club.\n\n"
        "**Bed (a or b)** - It.\n\n**Dill** - A herb.\n"
    )
    terms = [[t.text for t in entry.terms] for entry in taken({"glossary.md": text}).values()]
    assert terms == [["Limited Mulch Company", "LMC", "LTD"], ["Bed (a or b)", "Bed"], ["Dill"]]
