"""What pages get that mark terms: names to look for, and cards."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from bot.gateway.entries import EntryFile, Served
from bot.gateway.names import _bare
from bot.gateway.schemas import SCHEMAS
from bot.glossary.folding import stem, words
from bot.glossary.glossary import Glossary
from bot.settings import PROJECT
from tests.garden import garden
from tests.gateway_fakes import DoorClient, door_settings, opened_door
from tests.served_index import write_index

SITE = "https://www.example.org"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DoorClient]:
    """A page of another site at pages about the garden."""
    folder = tmp_path_factory.mktemp("names")
    write_index(folder / "index", garden())
    open_ = {"per_address": 10_000, "origins": (SITE,)}
    with opened_door(door_settings(folder, "0.0.0.0", **open_)) as client:
        yield client


def names(client: DoorClient, language: str) -> dict[str, list[str]]:
    found = client.get(f"/v1/names?language={language}").json()
    Draft202012Validator(SCHEMAS["Names"]).validate(found)
    assert found["language"] == language
    return {name[0]: name[1:] for name in found["names"]}


class TestNames:
    def test_every_name_is_there_by_its_stems(self, client: DoorClient) -> None:
        for language in ("en", "de"):
            found = names(client, language)
            for entry in garden():
                for term in entry.terms:
                    key = " ".join(stem(w.folded, language) for w in words(term.text))
                    if term.language == language and len(key) > 1:
                        assert entry.id in found[key]

    def test_a_name_of_several_concepts_names_them(self, client: DoorClient) -> None:
        assert len(names(client, "en")["bed"]) == 3

    def test_abbreviations_count_as_they_are_written(self, client: DoorClient) -> None:
        found = names(client, "en")
        assert found["it"][0] == "IT"
        assert found["moon spade"][0] == ""

    def test_it_is_fetched_once(self, client: DoorClient) -> None:
        first = client.get("/v1/names?language=en")
        again = client.get("/v1/names", headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        german = client.get("/v1/names?language=de")
        assert german.headers["etag"] != first.headers["etag"]

    def test_small_on_the_way(self, client: DoorClient) -> None:
        packed = client.get("/v1/names", headers={"Accept-Encoding": "gzip"})
        plain = client.get("/v1/names", headers={"Accept-Encoding": "identity"})
        assert packed.headers["content-encoding"] == "gzip"
        assert "content-encoding" not in plain.headers
        assert packed.json() == plain.json()

    def test_pages_of_a_listed_site_may_read_it(self, client: DoorClient) -> None:
        for path in ("/v1/names", "/v1/cards/moon-spade"):
            listed = client.get(path, headers={"Origin": SITE})
            assert listed.headers["access-control-allow-origin"] == SITE
            other = client.get(path, headers={"Origin": "https://evil.example"})
            assert "access-control-allow-origin" not in other.headers

    def test_a_language_that_is_not_there(self, client: DoorClient) -> None:
        assert names(client, "fr") == {}
        assert client.get("/v1/names?language=<b>").status_code == 400
        assert client.get("/v1/names?language=de-AT").json()["language"] == "de"


class TestCards:
    def test_says_what_it_is(self, client: DoorClient) -> None:
        found = client.get("/v1/cards/moon-spade?language=de").json()
        Draft202012Validator(SCHEMAS["Card"]).validate(found)
        assert found["term"] == "Mondspaten"
        assert found["definition"].startswith("Ein Mondspaten ist ein Gartengerät")
        assert client.get(found["address"]).status_code == 200

    @pytest.mark.parametrize("path", ["/v1/cards/nothing", "/v1/cards/..", "/v1/cards/a%2Fb"])
    def test_there_is_none(self, client: DoorClient, path: str) -> None:
        assert client.get(path).status_code == 404


def test_browsers_fold_words_as_we_do() -> None:
    """The browser's side of this table is ``widget/tests/unit/underline.test.ts``."""
    table = json.loads((PROJECT / "widget" / "tests" / "unit" / "stems.json").read_text("utf-8"))
    for language, known in table.items():
        for word, expected in known.items():
            [found] = words(word)
            assert _bare(stem(found.folded, language)) == expected, word


def test_while_one_reads_a_version_others_get_the_former(tmp_path: Path) -> None:
    write_index(tmp_path, garden())
    reached, go_on = threading.Event(), threading.Event()

    class Slow(EntryFile):
        def _read(self, current: str) -> Served:
            if current.startswith("index-of-next"):
                reached.set()
                assert go_on.wait(60)
            return super()._read(current)

    file = Slow(tmp_path)
    former = file.read()
    write_index(tmp_path, Glossary(garden(), "next"))
    reader = threading.Thread(target=file.read)
    reader.start()
    assert reached.wait(60)
    assert file.read() is former
    go_on.set()
    reader.join()
    following = file.read()
    assert following is not None
    assert following.version == "next"
