"""What a customer wrote, out of mails and HTML."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.helpdesk.plain_text import from_html, without_quotes


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>What is&nbsp;an <b>SLA</b>?</p>", "What is an SLA?"),
        ("one<br>two<div>three</div>", "one\ntwo\nthree"),
        ("a<script>alert(1)</script><style>b{}</style>c", "ac"),
        ("<p>new</p><blockquote>old <p>older</p></blockquote>after", "new\n\nafter"),
        ("1 &lt; 2 &amp; 3", "1 < 2 & 3"),
        ("<p>a</p><p></p><p></p><p>b</p>", "a\n\nb"),
        ("a<img src=x onerror=alert(1)>b</p></p>", "ab"),
        ("<a href='javascript:x'>click</a>", "click"),
    ],
)
def test_html_becomes_text(html: str, text: str) -> None:
    assert from_html(html) == text


@pytest.mark.parametrize(
    ("mail", "text"),
    [
        ("What is an SLA?\n\nOn Mon, 1 Jan 2026, Anna <a@b.c> wrote:\n> Hello", "What is an SLA?"),
        ("Was ist ein SLA?\nAm 01.01.2026 schrieb Anna <a@b.c>:\n> Hallo", "Was ist ein SLA?"),
        ("Hi\r\n-- \r\nKim\r\nAcme", "Hi"),
        ("> quoted\nmine", "mine"),
        ("a\n-----Original Message-----\nb", "a"),
        ("> only quoted", "> only quoted"),
        ("5 -- 3", "5 -- 3"),
    ],
)
def test_quotes_and_signatures_go(mail: str, text: str) -> None:
    assert without_quotes(mail) == text


@given(st.text(alphabet="<>/ab &;\"'=!-\n", max_size=200))
def test_no_html_breaks_it(html: str) -> None:
    without_quotes(from_html(html))


def test_deep_html_is_read() -> None:
    assert "x" in from_html("<div>" * 50_000 + "x")
