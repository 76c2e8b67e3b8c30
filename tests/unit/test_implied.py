"""Short forms that an entry's text has are names of it; what it does not write is not guessed."""

from __future__ import annotations

import pytest

from bot.glossary.entry import Entry, EntryText
from bot.glossary.implied import implied_names
from bot.glossary.names import Names
from bot.glossary.section import Section, SectionKind
from bot.glossary.span import Span
from bot.glossary.term import Status, Term

SPAN = Span("x.md", 1, 0, 1)


def entry(concept: str, name: str, text: str, *more: Term) -> Entry:
    definition = Section(SectionKind.DEFINITION, "", text, SPAN)
    terms = (Term(name, "en", Status.PREFERRED), *more)
    return Entry(concept, terms, {"en": EntryText(definition)})


@pytest.mark.parametrize(
    ("name", "text", "asked"),
    [
        ("Garden Soil Care", "Garden soil care, or GSC, is digging.", "gsc"),
        ("Mulberries", "Mulberries (M8s) are fruit.", "m8s"),
        ("Cross-Bed Watering", "In cross-bed watering (XBW), water is led.", "xbw"),
        ("Bare Root Plant", "A plant is sold with bare roots, so bare root is cheap.", "bare root"),
        ("Mulch", "A **garden cover** is straw.", "garden cover"),
        ("Mulch", "aka GC, straw on a bed.", "gc"),
        ("Mulch", "Straw, also known as a ground cover, on a bed.", "ground cover"),
        ("Mulch", "Straw on a bed. Also called “bed cover” or coat.", "bed cover"),
        ("Mulch", "Straw on a bed. Mulching keeps it wet.", "mulching"),
        ("Pan prune", "Pan pruning is cutting.", "pan pruning"),
        ("Dig", "Digging turns soil.", "digging"),
        ("Mulch", "Stroh, auch Bodendecke genannt, auf dem Beet.", "bodendecke"),
    ],
)
def test_what_the_text_writes_is_a_name(name: str, text: str, asked: str) -> None:
    assert Names([entry("x", name, text)]).of_text(asked) == ("x",)
    assert Names([entry("x", name, "It is something.")]).of_text(asked) == ()


def test_the_full_form_of_an_abbreviation_is_a_name() -> None:
    short = Term("GSC", "en", Status.ABBREVIATION, "garden soil care")
    assert Names([entry("x", "GSC", "Digging.", short)]).of_text("Garden Soil Care") == ("x",)


def test_of_several_concepts_it_is_a_name_of_none() -> None:
    text = "A bare root, sold so."
    plant, tree = entry("p", "Bare Root Plant", text), entry("t", "Bare Root Tree", text)
    assert Names([plant, tree]).of_text("bare root") == ()
    assert implied_names([plant, tree]) == ()
    assert Names([plant, entry("t", "Bare Root Tree", "A tree.")]).of_text("bare root") == ()


def test_a_term_goes_before_what_a_text_implies() -> None:
    care = entry("care", "Garden Soil Care", "GSC is digging.")
    club = entry("club", "GSC", "A club.")
    assert Names([care, club]).of_text("gsc") == ("club",)


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("Mulch / Ground Cover (GC)", ["mulch", "ground cover"]),
        ("Ground Cover (GC) / Mulch", ["mulch", "ground cover"]),
        ("Mulch/Cover/Bed", ["mulch", "cover", "bed"]),
        ("Green/Brown Mulch", ["green mulch", "brown mulch"]),
        ("Flower Bed/Seed Plot", ["flower bed", "seed plot"]),
        ("Bed/Flower Bed", ["bed", "flower bed"]),
        ("Mulch or cover", ["mulch", "cover"]),
        ("Waiver of Digging", ["digging waiver"]),
        ("Keeper of the Garden", ["garden keeper"]),
        ("Beet, Red", ["red beet"]),
        ("Ground Cover oder Mulch", ["ground cover", "mulch"]),
    ],
)
def test_each_side_of_a_slash_is_a_name(name: str, asked: list[str]) -> None:
    names = Names([entry("x", name, "It is something.")])
    assert [names.of_text(text) for text in asked] == [("x",)] * len(asked)


def test_what_may_share_its_last_word_is_no_name() -> None:
    assert implied_names([entry("x", "Red or blue beet", "It is a root.")]) == ()
    assert implied_names([entry("x", "Care, Custody or Control", "It is a duty.")]) == ()


def test_a_slash_in_one_word_sets_nothing_apart() -> None:
    assert implied_names([entry("x", "TCP/IP", "It is something.")]) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Straw on a bed. The bed, also called a border, is long.",
        "Straw that is also called for when it is dry",
    ],
)
def test_what_something_else_is_called_is_no_name(text: str) -> None:
    assert implied_names([entry("x", "Mulch", text)]) == ()
