"""Markdown in the format of a helpdesk: readable, in parts that fit, with nothing that runs."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.answer import AnswerKind
from bot.helpdesk.abilities import Format
from bot.helpdesk.answered import Answered, Concept, read
from bot.helpdesk.event import Author
from bot.helpdesk.markup import literal, pieces, redacted, rendered, same_words
from bot.helpdesk.reason import Reason
from bot.helpdesk.store import Line
from bot.helpdesk.words import lost, package, passed_on, suggestion

ANSWER = "**SLA**\n\nAn SLA is a promise. [1]\n\n- one\n- two\n\nSource: [1] sla.md, line 3"
TAGS = r"p|strong|em|code|pre|ul|ol|li|br|hr|a|h\d|blockquote"
HOSTILE = st.text(alphabet="<>[]()!:/\\\"'`*_#a1 \njavscript", max_size=120)


def test_an_answer_reads_well_in_each_format() -> None:
    assert rendered(ANSWER, Format.MARKDOWN) == ANSWER
    assert rendered(ANSWER, Format.PLAIN) == ANSWER.replace("**", "")
    html = rendered(ANSWER, Format.HTML)
    assert html.startswith("<p><strong>SLA</strong></p>")
    assert "<li>one</li>" in html


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;"),
        ("[x](javascript:alert(1))", "[x]"),
        ("[x](data:text/html,1)", "[x]"),
        ("![x](https://tracker.example/x.png)", "!<a"),
        ("[x](https://good.example)", '<a href="https://good.example">'),
        ("[x](mailto:a@b.example)", '<a href="mailto:a@b.example">'),
    ],
)
def test_html_runs_nothing(markdown: str, html: str) -> None:
    made = rendered(markdown, Format.HTML)
    assert html in made
    assert "<script" not in made
    assert "<img" not in made
    assert not re.search(r'href="(?!https?:|mailto:)', made)


@given(HOSTILE)
def test_no_text_of_a_stranger_runs_anything(text: str) -> None:
    shown = literal(text)
    for made in (rendered(shown, Format.HTML), rendered(text, Format.HTML)):
        assert not re.search(
            r"<(?!/?(p|strong|em|code|pre|ul|ol|li|br|hr|a|h\d|blockquote)\b)", made
        )
        assert not re.search(r'href="(?!https?:|mailto:)', made)
    assert "<a" not in rendered(shown, Format.HTML)
    markdown = rendered(shown, Format.MARKDOWN)
    assert "<" not in markdown
    assert not re.search(r"(?<!\\)\]\(", markdown)


@pytest.mark.parametrize("format", list(Format))
@given(text=st.text(alphabet="ab \n*[]<", min_size=1, max_size=300), longest=st.integers(20, 80))
def test_parts_fit_and_nothing_is_left_out(format: Format, text: str, longest: int) -> None:
    parts = pieces(text, format, longest)
    if format is not Format.HTML:
        assert all(len(part) <= longest for part in parts)
    letters = [c for c in text if c in "ab"]
    shown = [re.sub(r"<[^>]*>|&\w+;", "", p) if format is Format.HTML else p for p in parts]
    assert [c for c in "".join(shown).replace("&lt;", "") if c in "ab"] == letters


def test_card_numbers_go_and_others_stay() -> None:
    assert redacted("4111 1111 1111 1111 and 5500-0000-0000-0004") == "… and …"
    assert redacted("order 4111111111111112, call 0049 30 123456") == (
        "order 4111111111111112, call 0049 30 123456"
    )


def test_words_are_compared_without_their_markup() -> None:
    assert same_words("**An SLA** is …", "<b>an sla</b> is".replace("<b>", "").replace("</b>", ""))
    assert not same_words("one", "two")
    assert not same_words("…", "!")


def test_the_answer_contract_is_read() -> None:
    custom = {
        "kind": "answer", "question_type": "define", "language": "de", "confidence": 0.9,
        "concepts": [{"id": "sla", "term": "SLA"}],
        "alternatives": [{"id": "ola", "term": "OLA", "score": 0.5}],
        "citations": [{"entry": "sla", "file": "sla.md", "line": 3}], "suggestions": ["more?"],
    }  # fmt: skip
    assert read([{"text": "x", "custom": custom}]) == Answered(
        AnswerKind.ANSWER, "x", "define", "de", 0.9,
        (Concept("sla", "SLA", "sla.md:3"), Concept("ola", "OLA", "", 0.5)), ("more?",),
    )  # fmt: skip
    assert read([]).kind is None
    assert read([{"text": "x"}]).kind is None


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_notes_say_what_agents_need(language: str) -> None:
    answer = Answered(
        AnswerKind.ANSWER, ANSWER, "define", "en", 0.62, (Concept("sla", "SLA", "sla.md:3"),)
    )
    note = suggestion(answer, Reason.UNSURE, language)
    assert "0.62" in note
    assert ANSWER in note
    assert "SLA (sla.md:3)" in note
    lines = [Line(Author.CUSTOMER, "What is it?", 1.0), Line(Author.BOT, "**It** is so.", 2.0)]
    told = package(answer, Reason.RULE, "A *person*!", lines, "https://x.example/1", language)
    for part in (
        "`rule`",
        "A \\*person\\*\\!",
        "> What is it?",
        "> **It** is so.",
        "https://x.example/1",
    ):
        assert part in told
    assert "`refused`" in lost(Reason.REFUSED, "words", language)
    assert passed_on("de") != passed_on("en") == passed_on("fr")
    for reason in Reason:
        assert reason.value in package(None, reason, "", [], "", language)
