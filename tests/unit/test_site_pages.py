"""The pages as a browser gets them, over the index of a made-up glossary and a Rasa of our own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree

import httpx
import pytest

from bot.gateway.door import COOKIE
from bot.gateway.site.assets import assets
from bot.gateway.site.catalogue import PAGE
from bot.gateway.site.words import WORDS, Words
from bot.gateway.store import StoreUnavailableError
from bot.glossary.entry import Entry, EntryText
from bot.glossary.glossary import Glossary
from bot.glossary.section import Section, SectionKind
from bot.glossary.span import Span
from bot.glossary.term import Status, Term
from tests.garden import garden
from tests.gateway_fakes import DoorClient, FakeRasa, door_settings, opened_door
from tests.served_index import write_index

HTML = {"Accept": "text/html"}
GERMAN = {**HTML, "Accept-Language": "de-DE,de;q=0.9,en;q=0.5"}
OPEN = {"per_session": 1000, "per_address": 10_000, "sessions_per_address": 1000}
VOID = {"meta", "link", "input", "br", "hr", "path", "circle"}
EVIL = "<script>alert(1)</script>\"' onload=x &amp; \u202e אבג {{ 7 * 7 }} </title></textarea>"


class Page(HTMLParser):
    """A page as a browser would read it: its elements, links and text; refuses wrong nesting."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[tuple[str, str]] = []
        self._open: list[str] = []
        self.feed(response.text)
        self.close()
        assert not self._open, f"not closed: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        assert len(found) == len(attrs), f"an attribute twice: {attrs}"
        assert not [name for name in found if name.startswith("on") or name == "style"], attrs
        self.elements.append((tag, found))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert tag not in VOID or tag in ("path", "circle")
        if tag not in VOID:
            assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((self._open[-1] if self._open else "", data))

    def all(self, tag: str) -> list[dict[str, str]]:
        return [found for name, found in self.elements if name == tag]

    @property
    def links(self) -> list[str]:
        return [found["href"] for found in self.all("a")]

    @property
    def text(self) -> str:
        return " ".join(" ".join(text for _, text in self.texts).split())

    def within(self, tag: str) -> str:
        return " ".join("".join(text for name, text in self.texts if name == tag).split())


def entry(name: str, term: str, text: str = "Some text.", **more: Any) -> Entry:
    span = Span(f"{name}.md", 5, 0, len(text))
    definition = Section(SectionKind.DEFINITION, "", text, span)
    sections = tuple(
        Section(SectionKind.OTHER, heading, body, span)
        for heading, body in more.pop("sections", ())
    )
    terms = (Term(term, "en", Status.PREFERRED), *more.pop("terms", ()))
    return Entry(name, terms, {"en": EntryText(definition, sections)}, **more)


@pytest.fixture
def rasa() -> FakeRasa:
    return FakeRasa()


@pytest.fixture
def client(tmp_path: Path, rasa: FakeRasa) -> Iterator[DoorClient]:
    """A stranger at pages about the garden."""
    write_index(tmp_path / "index", garden())
    with opened_door(door_settings(tmp_path, "0.0.0.0", **OPEN), rasa) as client:
        yield client


def shown(client: DoorClient, path: str, status: int = 200, **headers: str) -> Page:
    response = client.get(path, headers={**HTML, **headers})
    assert response.status_code == status, response.text
    return Page(response)


def serve(client: DoorClient, *entries: Entry, version: str = "other") -> None:
    write_index(client.door.settings.index, Glossary(entries, version))


class TestHome:
    def test_says_what_there_is_and_leads_there(self, client: DoorClient) -> None:
        page = shown(client, "/")
        assert f"{len(garden())} entries in English and German" in page.text
        assert "/terms?letter=M" in page.links
        assert page.all("html")[0]["lang"] == "en"

    def test_speaks_german_to_germans_and_keeps_to_what_was_chosen(
        self, client: DoorClient
    ) -> None:
        page = shown(client, "/", **GERMAN)
        assert page.all("html")[0]["lang"] == "de"
        assert "auf Englisch und Deutsch" in page.text
        chosen = shown(client, "/?lang=en", **GERMAN)
        assert chosen.all("html")[0]["lang"] == "en"
        assert "/terms?lang=en&letter=M" in chosen.links

    def test_every_link_of_the_site_leads_somewhere(self, client: DoorClient) -> None:
        seen, open_ = set[str](), ["/", "/?lang=de"]
        while open_:
            path = open_.pop()
            seen.add(path)
            links = shown(client, path).links
            ours = {link.partition("#")[0] for link in links if link.startswith("/")}
            pages = {link for link in ours if not link.startswith("/v1/")}
            open_ += [link for link in pages if link not in seen and link not in open_]
        assert {quote(f"/terms/{e.id}") for e in garden()} <= seen
        assert len(seen) > 2 * len(garden())

    def test_the_owner_gives_the_name(self, tmp_path: Path) -> None:
        write_index(tmp_path / "index", garden())
        with opened_door(door_settings(tmp_path, title="Garden <words>")) as client:
            page = shown(client, "/")
        assert page.within("title") == "Garden <words>"
        assert page.within("h1") == "Garden <words>"


class TestEntry:
    def test_shows_all_that_the_glossary_says(self, client: DoorClient) -> None:
        page = shown(client, "/terms/moon-spade")
        assert page.within("title") == "moon spade · Glossary"
        for piece in ("crescent spade", "cuts through roots", "handle is made of ash",
                      "forged in 1871", "moon-spade.md", "2 January 2026"):  # fmt: skip
            assert piece in page.text
        assert {"/terms/garden-tool", "/terms/dew-barrel"} <= set(page.links)
        assert "/terms/moon-spade" in shown(client, "/terms/garden-tool").links

    def test_in_the_other_language(self, client: DoorClient) -> None:
        page = shown(client, "/terms/moon-spade?lang=de")
        assert "Mondspaten" in page.within("h1")
        assert "2. Januar 2026" in page.text
        assert "/terms/garden-tool?lang=de" in page.links
        assert [a["href"] for a in page.all("link") if a["rel"] == "alternate"] == [
            "/terms/moon-spade?lang=en", "/terms/moon-spade?lang=de",
        ]  # fmt: skip

    def test_says_where_it_is_not_in_that_language(self, client: DoorClient) -> None:
        serve(client, entry("a", "term"))
        assert "ist nicht" not in shown(client, "/terms/a", **GERMAN).text
        with_german = Entry(
            "b", (Term("Wort", "de", Status.PREFERRED),),
            {"de": EntryText(Section(SectionKind.DEFINITION, "", "Text.", Span("b.md", 1, 0, 5)))},
        )  # fmt: skip
        serve(client, entry("a", "term"), with_german, version="both")
        page = shown(client, "/terms/a?lang=de")
        assert "Diesen Eintrag gibt es nicht auf Deutsch; Sie lesen ihn auf Englisch." in page.text
        assert {"lang": "en"} in page.all("article")

    def test_tells_machines_what_it_is(self, client: DoorClient) -> None:
        [data] = [t for name, t in shown(client, "/terms/moon-spade").texts if "schema.org" in t]
        found = json.loads(data)
        assert found["@type"] == "DefinedTerm"
        assert (found["name"], found["alternateName"]) == ("moon spade", ["crescent spade"])
        assert found["description"].startswith("A moon spade is a garden tool")

    @pytest.mark.parametrize("path", ["/terms/nothing", "/terms/", "/terms/../etc", "/nowhere"])
    def test_there_is_none(self, client: DoorClient, path: str) -> None:
        page = shown(client, path, 404)
        assert "There is no such page" in page.text
        assert all(re.match("#|/(?!/)", link) for link in page.links)

    def test_a_path_that_looks_like_another_site_is_not_linked(self, client: DoorClient) -> None:
        page = shown(client, "http://127.0.0.1:5005//evil.example/x?y=1", 404)
        assert not [link for link in page.links if "evil" in link]

    def test_ids_of_any_kind_have_an_address(self, client: DoorClient) -> None:
        names = ["a/b", "c d", "é?#&%2F", "<i>", "terms"]
        serve(
            client,
            *(entry(name, f"term {n}", related=tuple(names)) for n, name in enumerate(names)),
        )
        for number, name in enumerate(names):
            page = shown(client, f"/terms/{quote(name, safe='')}")
            assert f"term {number}" in page.within("h1")
            for link in page.links:
                if link.startswith("/terms/"):
                    shown(client, link)

    def test_links_between_files_lead_between_pages(self, client: DoorClient) -> None:
        text = "See [one](b.md), [two](./b.md#x), [three](../b.md) and [four](c.md)."
        serve(client, entry("a", "a", text), entry("b", "b"))
        page = shown(client, "/terms/a")
        assert page.links.count("/terms/b") >= 3  # and among the neighbours
        assert not [link for link in page.links if ".md" in link]

    def test_many_relations_become_a_list(self, client: DoorClient) -> None:
        below = [entry(f"e{n}", f"e{n}", broader=("top",)) for n in range(200)]
        serve(client, entry("top", "top"), *below)
        page = shown(client, "/terms/top")
        assert "and 140 more" in page.text
        listed = shown(client, "/terms?under=top")
        assert "200 terms" in listed.text
        assert len([link for link in listed.links if link.startswith("/terms/e")]) == PAGE


class TestLists:
    def test_pages_of_a_letter(self, client: DoorClient) -> None:
        serve(client, *(entry(f"e{n}", f"x{n:04}") for n in range(3 * PAGE)))
        first = shown(client, "/terms?letter=X")
        assert "Page 1 of 3" in first.text
        assert "/terms?page=2&letter=X" in first.links
        assert "x0000" in first.text
        assert f"x{PAGE:04}" in shown(client, "/terms?letter=X&page=2").text
        for wrong in ("0", "4", "-1", "x", "1e9", "9" * 30, "²"):
            shown(client, f"/terms?letter=X&page={quote(wrong)}", 404)

    @pytest.mark.parametrize(
        "path", ["/terms?letter=%C3%9F", "/terms?subject=no", "/terms?under=no"]
    )
    def test_no_such_list(self, client: DoorClient, path: str) -> None:
        shown(client, path, 404)


class TestSearch:
    def test_finds_terms_and_says_what_they_are(self, client: DoorClient) -> None:
        page = shown(client, "/search?q=spade")
        assert "/terms/moon-spade" in page.links
        assert "cuts through roots" in page.text

    def test_offers_to_ask_what_is_not_found(self, client: DoorClient) -> None:
        page = shown(client, f"/search?q={quote(EVIL)}")
        assert [b["value"] for b in page.all("button") if b.get("name") == "text"] == [
            " ".join(EVIL.split())
        ]

    @pytest.mark.parametrize("query", ["", "q=", "q=%00", "q=" + "x" * 5000, "q=a&q=b&page=2"])
    def test_strange_queries(self, client: DoorClient, query: str) -> None:
        assert client.get(f"/search?{query}", headers=HTML).status_code in (200, 404)


class TestHostileGlossary:
    @pytest.fixture
    def hostile(self, client: DoorClient) -> DoorClient:
        """The pages of a glossary that does all it can."""
        long = "w" * 10_000
        serve(
            client,
            entry("evil", EVIL, EVIL, subject=EVIL, updated=EVIL, ended=EVIL, related=("long",),
                  sections=((EVIL, EVIL), (EVIL, "[x](javascript:alert(1)) ![y](http://x/y.png)")),
                  terms=(Term(EVIL + "2", "en", Status.ADMITTED),
                         Term("EV", "en", Status.ABBREVIATION, EVIL))),
            entry("long", long, long, broader=("evil",), subject=long),
            entry("arabic", "\u202eمصطلح", "نص\u202e عربي", part_of=("evil",)),
            entry("lang", "x", terms=(Term("y", '"><script>', Status.ADMITTED),)),
        )  # fmt: skip
        return client

    @pytest.mark.parametrize(
        "path",
        ["/", "/terms", "/terms/evil", "/terms/long", "/terms/arabic", "/terms/lang", "/ask",
         "/embed", f"/terms?subject={quote(EVIL)}", f"/terms?letter={quote(EVIL)}", "/search?q=w",
         f"/search?q={quote(EVIL)}", f"/?lang={quote(EVIL)}", "/terms/evil?lang=de",
         f"/terms/{quote(EVIL, safe='')}"],
    )  # fmt: skip
    def test_is_text_and_nothing_else(self, hostile: DoorClient, path: str) -> None:
        response = hostile.get(path, headers=HTML)
        page = Page(response)
        assert response.status_code in (200, 404)
        scripts = page.all("script")
        assert all(s.get("src", "/site/").startswith("/site/") for s in scripts)
        assert [s for s in scripts if "src" not in s] in ([], [{"type": "application/ld+json"}])
        assert not page.all("img")
        assert not page.all("iframe")
        assert all(re.match(r"[/#]", link) for link in page.links)
        assert "49" not in page.within("h1")
        assert len(response.content) < 200_000

    def test_data_for_machines_cannot_end_its_element(self, hostile: DoorClient) -> None:
        page = shown(hostile, "/terms/evil")
        [data] = [text for name, text in page.texts if name == "script" and text.strip()]
        assert json.loads(data)["name"] == EVIL
        assert "<" not in data


class TestSending:
    def test_the_policy_allows_nothing_inline(self, client: DoorClient) -> None:
        for path in ("/", "/terms/moon-spade", "/ask", "/nowhere"):
            response = client.get(path, headers=HTML)
            policy = response.headers["content-security-policy"]
            assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
            assert "require-trusted-types-for 'script'" in policy
            assert "unsafe" not in policy
            assert response.headers["x-content-type-options"] == "nosniff"
            assert response.headers["referrer-policy"] == "same-origin"

    def test_what_has_not_changed_is_not_sent_again(self, client: DoorClient) -> None:
        first = client.get("/terms/moon-spade", headers=HTML)
        tag = first.headers["etag"]
        assert first.headers["cache-control"] == "no-cache"
        for sent in (tag, f'"x", W/{tag}'):
            again = client.get("/terms/moon-spade", headers={**HTML, "If-None-Match": sent})
            assert (again.status_code, again.content) == (304, b"")
        german = client.get("/terms/moon-spade", headers={**GERMAN, "If-None-Match": tag})
        assert german.status_code == 200

    def test_a_new_version_is_shown_without_a_restart(self, client: DoorClient) -> None:
        before = client.get("/terms/moon-spade", headers=HTML)
        serve(client, entry("moon-spade", "moon shovel"))
        after = client.get(
            "/terms/moon-spade", headers={**HTML, "If-None-Match": before.headers["etag"]}
        )
        assert after.status_code == 200
        assert "moon shovel" in Page(after).within("h1")

    def test_a_broken_change_is_told(self, client: DoorClient, rasa: FakeRasa) -> None:
        rasa.glossary = {"problem": "a.md, line 3: <no> heading"}
        for path in ("/", "/terms/moon-spade", "/ask"):
            assert "not taken up. a.md, line 3: <no> heading" in shown(client, path).text

    def test_the_pages_are_there_while_rasa_is_not(
        self, client: DoorClient, rasa: FakeRasa
    ) -> None:
        rasa.away = True
        assert "The assistant is starting." in shown(client, "/terms/moon-spade").text

    def test_nothing_is_served_yet(self, tmp_path: Path) -> None:
        with opened_door(door_settings(tmp_path)) as client:
            for path in ("/", "/ask", "/search?q=x", "/embed"):
                assert "being loaded" in shown(client, path).text
            shown(client, "/terms/x", 404)

    def test_what_pages_load_is_there_for_good(self, client: DoorClient) -> None:
        page = shown(client, "/ask")
        loaded = [a["src"] for a in page.all("script")]
        loaded += [a["href"] for a in page.all("link") if a["rel"] in ("icon", "stylesheet")]
        assert len(loaded) == 4
        for path in loaded:
            response = client.get(path)
            assert response.status_code == 200
            assert "immutable" in response.headers["cache-control"]
            stale = client.get(path.partition("?")[0] + "?v=other")
            assert stale.headers["cache-control"] == "no-cache"
        for wrong in ("/site/", "/site/nothing.js", "/site/..%2froutes.py", "/site/../routes.py"):
            assert client.get(wrong).status_code == 404

    def test_looking_leaves_nothing_behind(self, client: DoorClient) -> None:
        for path in ("/", "/terms", "/terms/moon-spade", "/search?q=x", "/ask", "/embed"):
            assert "set-cookie" not in client.get(path, headers=HTML).headers

    def test_too_many_requests_get_a_page(self, tmp_path: Path) -> None:
        write_index(tmp_path / "index", garden())
        with opened_door(door_settings(tmp_path, "0.0.0.0", per_address=2)) as client:
            responses = [client.get("/", headers=HTML) for _ in range(3)]
        assert responses[-1].status_code == 429
        assert "retry-after" in responses[-1].headers
        assert "Too many requests" in Page(responses[-1]).text

    def test_head_is_get_without_a_body(self, client: DoorClient) -> None:
        response = client.request("HEAD", "/terms/moon-spade", headers=HTML)
        assert (response.status_code, response.content) == (200, b"")


class TestWidget:
    """The pages with the widget, where it was built, and without."""

    def test_without_it_the_pages_load_nothing_of_it_and_say_so(self, client: DoorClient) -> None:
        for path in ("/", "/terms/moon-spade", "/ask", "/embed"):
            page = shown(client, path)
            assert not [a for a in page.all("script") if a.get("src", "").startswith("/widget/")]
        assert "make widget" in shown(client, "/embed").text

    def test_with_it_every_page_has_it(self, client: DoorClient) -> None:
        built = client.door.settings.project / "widget" / "dist"
        built.mkdir(parents=True)
        for name in ("widget.js", "underline.js"):
            (built / name).touch()
        for path in ("/", "/terms/moon-spade", "/ask", "/embed"):
            scripts = shown(client, path).all("script")
            assert {"src": "/widget/widget.js", "data-lang": "en", "async": ""} in scripts
        page = shown(client, "/embed")
        assert "make widget" not in page.text
        assert 'src="http://127.0.0.1:5005/widget/widget.js"' in page.text


class TestCrawlers:
    def test_without_an_address_there_is_no_list(self, client: DoorClient) -> None:
        assert "Sitemap" not in client.get("/robots.txt").text
        assert "Disallow: /ask\n" in client.get("/robots.txt").text
        assert client.get("/sitemap.xml").status_code == 404

    def test_every_entry_is_listed(self, tmp_path: Path) -> None:
        write_index(tmp_path / "index", garden())
        public = "https://glossary.example.org"
        with opened_door(door_settings(tmp_path, public_url=public)) as client:
            assert f"Sitemap: {public}/sitemap.xml" in client.get("/robots.txt").text
            [file] = _locations(client.get("/sitemap.xml"))
            pages = _locations(client.get(urlsplit(file).path))
            assert pages == [f"{public}/terms/{quote(entry.id)}" for entry in garden()]
            page = shown(client, "/terms/moon-spade")
            assert {"rel": "canonical", "href": f"{public}/terms/moon-spade"} in page.all("link")
            for wrong in ("/sitemap/0.xml", "/sitemap/2.xml", "/sitemap/x.xml"):
                assert client.get(wrong).status_code == 404


def _locations(response: httpx.Response) -> list[str]:
    assert response.status_code == 200
    found = ElementTree.fromstring(response.content).iter()
    return [e.text or "" for e in found if e.tag.endswith("}loc")]


def say(client: DoorClient, text: str, **more: str) -> httpx.Response:
    return client.post("/ask", data={"text": text, **more}, headers=HTML)


class TestAsking:
    def test_a_question_is_answered_on_the_page(self, client: DoorClient) -> None:
        response = say(client, "what is a spade?")
        assert response.status_code == 303
        assert response.headers["location"] == "/ask#q1"
        cookie = response.headers["set-cookie"].lower()
        assert f"{COOKIE}=" in cookie
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        page = shown(client, "/ask")
        assert "re: what is a spade?" in page.text

    def test_one_conversation_goes_on(self, client: DoorClient, rasa: FakeRasa) -> None:
        for text in ("one", "two"):
            say(client, text)
        assert len({conversation for conversation, _ in rasa.taken}) == 1
        page = shown(client, "/ask")
        assert page.text.index("re: one") < page.text.index("re: two")

    def test_a_form_that_is_sent_twice_is_one_question(
        self, client: DoorClient, rasa: FakeRasa
    ) -> None:
        for text in ("one", "one", "two"):
            assert say(client, text, form="f").status_code == 303
        assert [text for _, text in rasa.taken] == ["one", "two"]

    def test_only_the_last_turns_are_shown(self, client: DoorClient) -> None:
        for number in range(23):
            say(client, f"question {number:02}")
        page = shown(client, "/ask")
        assert "question 02" not in page.text
        assert "re: question 03" in page.text
        assert "re: question 22" in page.text

    def test_another_browser_sees_nothing_of_it(self, client: DoorClient) -> None:
        say(client, "what is secret?")
        client.cookies.clear()
        assert "secret" not in shown(client, "/ask").text
        client.cookies.set(COOKIE, "forged")
        assert "secret" not in shown(client, "/ask").text
        assert say(client, "one").status_code == 303

    def test_programs_of_this_machine_have_a_conversation_as_well(self, tmp_path: Path) -> None:
        write_index(tmp_path / "index", garden())
        with opened_door(door_settings(tmp_path), address="127.0.0.1") as client:
            say(client, "one")
            assert "re: one" in shown(client, "/ask").text

    def test_the_conversation_is_ended(self, client: DoorClient) -> None:
        say(client, "one")
        kept = client.cookies[COOKIE]
        assert client.post("/ask/end", headers=HTML).status_code == 303
        client.cookies.set(COOKIE, kept)
        assert "re: one" not in shown(client, "/ask").text

    @pytest.mark.parametrize("text", ["", "   ", "/", "\x00"])
    def test_nothing_is_asked(self, client: DoorClient, rasa: FakeRasa, text: str) -> None:
        assert say(client, text).status_code == 303
        assert not rasa.taken
        assert COOKIE not in client.cookies

    def test_too_long_is_said_and_kept(self, client: DoorClient, rasa: FakeRasa) -> None:
        response = say(client, "x" * 2001)
        assert response.status_code == 413
        page = Page(response)
        assert "2,001 characters; at most 2000" in page.text
        assert "x" * 2001 in page.text
        assert not rasa.taken

    def test_a_body_that_is_no_form(self, client: DoorClient) -> None:
        for body in (b"\xff\xfe", b"x" * 70_000, b"&&&=", b"a=1&" * 100):
            response = client.post("/ask", content=body, headers=HTML)
            assert response.status_code in (303, 400, 413)

    def test_other_sites_may_not_ask(self, client: DoorClient, rasa: FakeRasa) -> None:
        response = client.post(
            "/ask", data={"text": "x"}, headers={"Origin": "https://evil.example"}
        )
        assert response.status_code == 403
        assert not rasa.taken

    def test_a_slow_answer_is_waited_for(
        self, client: DoorClient, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("bot.gateway.site.conversation._PATIENCE", 0.0)
        rasa.away = True
        assert say(client, "one").status_code == 303
        waiting = client.get("/ask", headers=HTML)
        assert waiting.headers["refresh"] == "3"
        assert "takes longer than usual" in Page(waiting).text

    def test_what_went_wrong_is_said_and_the_question_is_kept(
        self, client: DoorClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def gone(*_: object) -> None:
            raise StoreUnavailableError

        monkeypatch.setattr(client.door.store, "accept", gone)
        response = say(client, "one")
        assert response.status_code == 503
        page = Page(response)
        assert "cannot take this at the moment" in page.text
        assert page.within("textarea") == "one"


class TestWords:
    def test_both_languages_say_the_same(self) -> None:
        assert WORDS["en"].keys() == WORDS["de"].keys()
        for name, said in WORDS["en"].items():
            fields = re.findall(r"\{\w+\}", said)
            assert sorted(fields) == sorted(re.findall(r"\{\w+\}", WORDS["de"][name])), name

    def test_every_word_is_used(self) -> None:
        folder = Path(__file__).parents[2] / "bot" / "gateway" / "site"
        files = [*folder.glob("*.py"), *folder.glob("templates/*.html")]
        used = " ".join(f.read_text("utf-8") for f in files if f.name != "words.py")
        assert not [name for name in WORDS["en"] if not re.search(rf"\b{name}\b", used)]

    @pytest.mark.parametrize(
        ("written", "date"),
        [("2026-01-02", "2 January 2026"), ("2026-13-02", "2026-13-02"), ("soon", "soon"),
         ("", ""), ("2026-1-2", "2026-1-2"), ("20260-1-02", "20260-1-02")],
    )  # fmt: skip
    def test_dates(self, written: str, date: str) -> None:
        assert Words("en").date(written) == date

    def test_numbers(self) -> None:
        assert [Words(code).number(1234567) for code in ("en", "de")] == ["1,234,567", "1.234.567"]


def test_assets_are_small() -> None:
    assert sum(len(asset.content) for asset in assets().values()) < 60_000
