"""The front door as clients meet it, over a real database and a Rasa of the tests' own."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from jsonschema import Draft202012Validator
from jsonschema.validators import validator_for

from bot.gateway.app import API
from bot.gateway.handover import Handover, PersonMessage, State
from bot.gateway.openapi import document
from bot.gateway.schemas import SCHEMAS
from bot.gateway.store import StoreUnavailableError
from bot.settings import PROJECT
from tests.gateway_fakes import DoorClient, FakeRasa, door_settings, opened_door

WEBHOOK = "/webhooks/rest/webhook"
SHARED = "shared-with-the-host-page-" + "x" * 20
ANYWHERE = {"per_session": 1000, "per_address": 1000, "sessions_per_address": 1000}


@pytest.fixture
def rasa() -> FakeRasa:
    return FakeRasa()


@pytest.fixture
def client(tmp_path: Path, rasa: FakeRasa) -> Iterator[DoorClient]:
    """A stranger at a front door that is open to the world."""
    settings = door_settings(
        tmp_path, "0.0.0.0", origins=("https://www.example.org",), identity_key=SHARED,
        identity_audience="termwise", metrics_token="m" * 20, **ANYWHERE,
    )  # fmt: skip
    with opened_door(settings, rasa) as client:
        yield client


@pytest.fixture
def local(tmp_path: Path, rasa: FakeRasa) -> Iterator[DoorClient]:
    """A program of this machine at a front door on loopback, with the default limits."""
    (tmp_path / "local").mkdir()
    with opened_door(door_settings(tmp_path / "local"), rasa, "127.0.0.1") as client:
        yield client


def signed_in(client: DoorClient, **body: Any) -> dict[str, str]:
    """Return the header of a new session."""
    response = client.post("/v1/session", json=body)
    assert response.status_code == 201, response.text
    return {"Authorization": f"Bearer {response.json()['token']}"}


def texts(response: httpx.Response) -> list[str]:
    assert response.status_code == 200, response.text
    return [message["text"] for message in response.json()]


class TestApi:
    def test_a_question_gets_its_reply(self, client: DoorClient) -> None:
        me = signed_in(client)
        response = client.post("/v1/ask", json={"text": " /what is rcs ", "id": "a"}, headers=me)
        assert response.status_code == 200
        turn = response.json()
        assert (turn["number"], turn["id"], turn["text"]) == (1, "a", "what is rcs")
        assert turn["outcome"] == "answered"
        assert turn["messages"][0]["text"] == "re: what is rcs"

    def test_the_conversation_is_there_again(self, client: DoorClient) -> None:
        me = signed_in(client)
        for number in range(5):
            client.post("/v1/ask", json={"text": f"m{number}"}, headers=me)
        found = client.get("/v1/conversation?after=1&limit=3", headers=me).json()
        assert [turn["text"] for turn in found["turns"]] == ["m1", "m2", "m3"]
        assert [turn["number"] for turn in found["turns"]] == [2, 3, 4]

    def test_a_message_sent_again_is_one_message(self, client: DoorClient, rasa: FakeRasa) -> None:
        me = signed_in(client)
        one = ("POST", "/v1/ask", {"json": {"text": "hi", "id": "x"}, "headers": me})
        responses = client.many(*[one] * 8)
        assert {response.status_code for response in responses} == {200}
        assert len({response.text for response in responses}) == 1
        assert [text for _, text in rasa.taken] == ["hi"]

    def test_an_id_is_good_for_one_text(self, client: DoorClient) -> None:
        me = signed_in(client)
        client.post("/v1/ask", json={"text": "hi", "id": "x"}, headers=me)
        response = client.post("/v1/ask", json={"text": "ho", "id": "x"}, headers=me)
        assert response.status_code == 409
        assert client.get("/v1/conversation", headers=me).json()["turns"][0]["text"] == "hi"

    def test_a_reply_may_be_fetched_later(self, client: DoorClient, rasa: FakeRasa) -> None:
        me = signed_in(client)
        rasa.away = True
        response = client.post("/v1/ask", json={"text": "hi", "wait": 0}, headers=me)
        assert response.status_code == 202
        assert (response.json()["outcome"], response.json()["messages"]) == ("pending", [])
        rasa.away = False
        again = {"text": "hi", "id": response.json()["id"]}
        assert client.post("/v1/ask", json=again, headers=me).json()["outcome"] == "answered"

    def test_who_waits_is_told_of_a_failure(self, client: DoorClient) -> None:
        me = signed_in(client)
        for text, outcome in (("mute", "failed"), ("poison", "quarantined")):
            turn = client.post("/v1/ask", json={"text": text}, headers=me).json()
            assert turn["outcome"] == outcome
            assert turn["messages"][0]["text"].endswith(".")

    def test_a_hand_over_is_read_and_left_without_a_socket(
        self, client: DoorClient, rasa: FakeRasa
    ) -> None:
        me, other = signed_in(client), signed_in(client)
        of = client.get("/v1/conversation", headers=me).json()["conversation"]
        assert client.post("/v1/handover", json={"wish": "cancel"}, headers=me).status_code == 404
        client.do(client.door.tell(of, Handover(State.CONNECTED, agent="Ana")))
        client.do(client.door.tell(of, PersonMessage("Ana", "Hello.")))
        turn = client.post("/v1/ask", json={"text": "hi"}, headers=me).json()
        assert (turn["outcome"], turn["messages"], rasa.taken) == ("silent", [], [])
        assert client.post("/v1/handover", json={"wish": "leave"}, headers=me).status_code == 400
        for _ in range(2):
            left = client.post("/v1/handover", json={"wish": "cancel"}, headers=me)
            assert left.status_code == 204
        found = client.get("/v1/conversation?after_note=1", headers=me).json()
        notes = found["notes"]
        assert found["handover"]["state"] == "ended"
        assert [(note["event"], note["note"]) for note in notes] == [
            ("bot_uttered", 2), ("handover", 3),
        ]  # fmt: skip
        assert notes[1]["reason"] == "user"
        assert client.get("/v1/conversation", headers=other).json()["notes"] == []
        turn = client.post("/v1/ask", json={"text": "hi"}, headers=me).json()
        assert turn["outcome"] == "answered"

    def test_feedback_is_for_ones_own_replies(self, client: DoorClient) -> None:
        me, other = signed_in(client), signed_in(client)
        client.post("/v1/ask", json={"text": "hi"}, headers=me)
        given = {"number": 1, "verdict": "helpful", "comment": "thanks"}
        assert client.post("/v1/feedback", json=given, headers=me).status_code == 204
        assert client.post("/v1/feedback", json=given, headers=other).status_code == 404
        assert (
            client.post("/v1/feedback", json={**given, "number": 2}, headers=me).status_code == 404
        )

    def test_feedback_is_kept_with_what_it_is_about_and_once(
        self, client: DoorClient, rasa: FakeRasa
    ) -> None:
        me = signed_in(client)
        client.post("/v1/ask", json={"text": "what ist rcs"}, headers=me)
        for verdict in ("helpful", "unhelpful"):
            given = {"number": 1, "verdict": verdict, "comment": "thanks"}
            client.post("/v1/feedback", json=given, headers=me)
        [kept] = client.door.feedback.all()
        assert (kept.verdict, kept.language) == ("bad", "de")
        assert (kept.text, kept.comment) == ("", "")  # unless the owner wants texts
        assert kept.turn in rasa.kept  # by which Rasa knows the message as well
        taken_back = {"number": 1, "verdict": "withdrawn"}
        assert client.post("/v1/feedback", json=taken_back, headers=me).status_code == 204
        assert client.door.feedback.all() == []

    def test_feedback_that_cannot_be_kept_is_refused(self, client: DoorClient) -> None:
        me = signed_in(client)
        client.post("/v1/ask", json={"text": "hi"}, headers=me)
        client.door.settings.feedback.mkdir()
        given = {"number": 1, "verdict": "helpful"}
        assert client.post("/v1/feedback", json=given, headers=me).status_code == 503

    def test_a_host_page_names_its_user(self, client: DoorClient) -> None:
        identity = jwt.encode(
            {"sub": "u7", "aud": "termwise", "exp": time.time() + 60}, SHARED, "HS256"
        )
        one, again = signed_in(client, identity=identity), signed_in(client, identity=identity)
        client.post("/v1/ask", json={"text": "hi"}, headers=one)
        assert len(client.get("/v1/conversation", headers=again).json()["turns"]) == 1
        assert client.post("/v1/session", json={"identity": identity + "x"}).status_code == 401

    @pytest.mark.parametrize(
        "body",
        [
            b"", b"{}", b"[]", b"null", b'"x"', b"{", b'{"text": 5}', b'{"text": null}',
            b'{"text": ""}', b'{"text": "a", "more": 1}', b'{"text": "a", "id": ""}',
            b'{"text": "a", "id": "a b"}', b'{"text": "a", "id": "a\\n"}',
            b'{"text": "a", "wait": -1}', b'{"text": "a", "wait": 1e99}',
            b'{"text": "a", "wait": NaN}', b'{"text": "a", "wait": true}',
            b'{"text": "\xff"}', b"[" * 5000, b'{"text":' * 5000,
            b'{"text": "' + b"x" * 2001 + b'"}', b'{"text": "a", "id": "' + b"x" * 65 + b'"}',
        ],
    )  # fmt: skip
    def test_a_body_that_does_not_fit_is_refused(
        self, client: DoorClient, rasa: FakeRasa, body: bytes
    ) -> None:
        response = client.post("/v1/ask", content=body, headers=signed_in(client))
        assert response.status_code == 400
        assert_is_an_error(response)
        assert rasa.tries == []

    def test_a_large_body_is_refused(self, client: DoorClient) -> None:
        me = signed_in(client)
        body = b'{"text": "' + b"x" * 70_000 + b'"}'
        assert client.post("/v1/ask", content=body, headers=me).status_code == 413

        async def parts() -> Any:
            for _ in range(70):
                yield b" " * 1000

        assert client.post("/v1/ask", content=parts(), headers=me).status_code == 413

    @pytest.mark.parametrize(
        "query", ["after=-1", "after=x", "limit=0", "limit=101", "limit=", "after=²", "after=1e3"]
    )
    def test_odd_numbers_are_refused(self, client: DoorClient, query: str) -> None:
        response = client.get(f"/v1/conversation?{query}", headers=signed_in(client))
        assert response.status_code == 400
        assert_is_an_error(response)

    def test_without_an_index_there_are_no_terms_yet(self, client: DoorClient) -> None:
        for path in ("/v1/terms", "/v1/entries/rcs"):
            response = client.get(path)
            assert response.status_code == 503
            assert response.headers["retry-after"]


SIGNED = [
    (method, path)
    for path, methods in document()["paths"].items()
    for method, operation in methods.items()
    if "security" in operation
]


class TestSecurity:
    @pytest.mark.parametrize(("method", "path"), SIGNED)
    def test_a_route_with_a_session_is_closed_to_all_others(
        self, client: DoorClient, rasa: FakeRasa, method: str, path: str
    ) -> None:
        me = signed_in(client)
        token = me["Authorization"].removeprefix("Bearer ")
        payload, stamp, signature = token.split(".")
        other = signed_in(client)["Authorization"].removeprefix("Bearer ").split(".")
        ended = signed_in(client)
        assert client.request("DELETE", "/v1/session", headers=ended).status_code == 204
        for shown in (
            None, "", "Bearer", "Bearer ", "Basic eDp5", "Bearer x", f"Bearer {token}x",
            f"Bearer {payload}.{stamp}.{other[2]}", f"Bearer {other[0]}.{stamp}.{signature}",
            f"Bearer {payload}..{signature}", ended["Authorization"], f"Bearer {token} x",
            f"Token {token}",
        ):  # fmt: skip
            headers = {} if shown is None else {"Authorization": shown}
            response = client.request(method.upper(), path, headers=headers, json={"text": "hi"})
            assert response.status_code == 401, shown
            assert response.headers["www-authenticate"] == "Bearer"
            assert_is_an_error(response)
        assert rasa.tries == []

    def test_all_routes_are_in_the_matrix_or_open_on_purpose(self) -> None:
        every = {(method, path) for path in API for method in map(str.lower, API[path])}
        assert every - set(SIGNED) == {
            ("post", "/v1/session"), ("get", "/v1/terms"), ("get", "/v1/entries/{id}"),
            ("get", "/v1/names"), ("get", "/v1/cards/{id}"),
            ("post", WEBHOOK), ("get", "/webhooks/rest/"), ("get", "/health"), ("get", "/ready"),
            ("get", "/metrics"), ("get", "/status"),
        }  # fmt: skip

    def test_a_session_sees_its_own_conversation_only(self, client: DoorClient) -> None:
        me, other = signed_in(client), signed_in(client)
        client.post("/v1/ask", json={"text": "my secret"}, headers=me)
        assert "my secret" in client.get("/v1/conversation", headers=me).text
        assert client.get("/v1/conversation", headers=other).json()["turns"] == []

    def test_a_sender_is_the_callers_own(self, client: DoorClient, rasa: FakeRasa) -> None:
        for headers in (signed_in(client), signed_in(client), {}):
            client.cookies.clear()
            client.post(WEBHOOK, json={"sender": "victim", "message": "hi"}, headers=headers)
        client.cookies.clear()
        client.post(WEBHOOK, json={"sender": "victim", "message": "hi"})
        names = [name for name, _ in rasa.taken]
        assert len(names) == len(set(names)) == 4
        assert all(re.fullmatch("[0-9a-f]{32}", name) for name in names)

    def test_a_sender_is_the_same_again_for_the_same_caller(
        self, client: DoorClient, rasa: FakeRasa
    ) -> None:
        me = signed_in(client)
        for headers in (me, me, {}, {}):  # without a token, the cookie tells
            body = {"sender": "a", "message": "hi"}
            response = client.post(WEBHOOK, json=body, headers=headers)
            assert response.json()[0]["recipient_id"] == "a"
        names = [name for name, _ in rasa.taken]
        assert names[0] == names[1] != names[2] == names[3]

    def test_the_cookie_is_for_this_page_only(self, client: DoorClient) -> None:
        cookie = client.post(WEBHOOK, json={"message": "hi"}).headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert "set-cookie" not in client.post(WEBHOOK, json={"message": "hi"}).headers

    @pytest.mark.parametrize(
        ("address", "told", "secure"),
        [("10.0.0.1", "https", True), ("10.0.0.1", "http", False), ("10.0.0.2", "https", False)],
    )
    def test_the_cookie_is_secure_where_a_trusted_proxy_speaks_https(
        self, tmp_path: Path, address: str, told: str, secure: bool
    ) -> None:
        settings = door_settings(tmp_path, "0.0.0.0", proxies=("10.0.0.1",))
        with opened_door(settings, address=address) as client:
            headers = {"X-Forwarded-Proto": told, "X-Forwarded-For": "9.9.9.9"}
            response = client.post(WEBHOOK, json={"message": "hi"}, headers=headers)
            assert ("secure" in response.headers["set-cookie"].lower()) is secure

    def test_a_cookie_does_not_open_the_api(self, client: DoorClient) -> None:
        client.post(WEBHOOK, json={"message": "hi"})
        assert client.cookies
        assert client.get("/v1/conversation").status_code == 401

    @pytest.mark.parametrize(
        "origin",
        [
            "https://evil.example", "null", "http://www.example.org", "https://www.example.org.",
            "https://www.example.org:444", "https://example.org", "https://WWW.example.org",
            "https://www.example.org.evil.example", "https://evil.example/https://www.example.org",
            "http://127.0.0.1:5006", "https://127.0.0.1:5005", "", "*",
        ],
    )  # fmt: skip
    def test_pages_of_other_sites_may_not_ask(
        self, client: DoorClient, rasa: FakeRasa, origin: str
    ) -> None:
        for path in ("/v1/session", "/v1/ask", WEBHOOK):
            for method in ("POST", "OPTIONS", "DELETE"):
                response = client.request(
                    method, path, json={"message": "hi"}, headers={"Origin": origin}
                )
                assert response.status_code in (403, 405), (method, path)
                assert "access-control-allow-origin" not in response.headers
        assert rasa.tries == []
        assert (
            "access-control-allow-origin" not in client.get("/", headers={"Origin": origin}).headers
        )

    def test_a_name_that_points_here_is_not_us(self, client: DoorClient) -> None:
        headers = {"Origin": "http://evil.example:5005", "Host": "evil.example:5005"}
        assert client.post(WEBHOOK, json={"message": "hi"}, headers=headers).status_code == 403

    def test_pages_on_the_list_may(self, client: DoorClient) -> None:
        headers = {"Origin": "https://www.example.org"}
        before = client.request("OPTIONS", "/v1/ask", headers=headers)
        assert before.status_code == 204
        assert "authorization" in before.headers["access-control-allow-headers"]
        response = client.post("/v1/session", json={}, headers=headers)
        assert response.status_code == 201
        for found in (before, response):
            assert found.headers["access-control-allow-origin"] == "https://www.example.org"
            assert "access-control-allow-credentials" not in found.headers
            assert "origin" in found.headers["vary"].lower()

    @pytest.mark.parametrize(
        ("method", "path", "status"),
        [
            ("GET", "/", 200), ("GET", "/site/site.js", 200), ("GET", "/health", 200),
            ("GET", "/nowhere", 404), ("PUT", "/health", 405), ("POST", "/v1/ask", 401),
            ("GET", "/metrics", 404), ("GET", "/v1/openapi.json", 200), ("GET", "/v1/terms", 503),
            ("GET", "/page/..%2f..%2fsecret.py", 404), ("GET", "/webhooks/rest", 404),
        ],
    )  # fmt: skip
    def test_every_answer_has_safe_headers(
        self, client: DoorClient, method: str, path: str, status: int
    ) -> None:
        response = client.request(method, path)
        assert response.status_code == status
        assert "default-src 'none'" in response.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in response.headers["content-security-policy"]
        assert "unsafe" not in response.headers["content-security-policy"]
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["referrer-policy"] in ("no-referrer", "same-origin")
        assert re.fullmatch("[0-9a-f]{32}", response.headers["x-request-id"])
        assert "server" not in response.headers

    def test_counters_are_for_the_owner(self, client: DoorClient, local: DoorClient) -> None:
        assert client.get("/metrics", headers={"Authorization": "Bearer x"}).status_code == 404
        known = {"Authorization": f"Bearer {'m' * 20}"}
        assert client.get("/metrics", headers=known).status_code == 200
        assert local.get("/metrics").status_code == 200


class TestWebhook:
    def test_it_answers_as_rasa_does(self, local: DoorClient) -> None:
        [message] = local.post(WEBHOOK, json={"sender": "me", "message": "hi"}).json()
        assert message == {
            "recipient_id": "me", "text": "re: hi", "custom": {"kind": "answer", "language": "en"},
        }  # fmt: skip

    def test_programs_of_this_machine_need_no_session(
        self, local: DoorClient, rasa: FakeRasa
    ) -> None:
        for _ in range(20):  # more than the limit for others
            response = local.post(WEBHOOK, json={"sender": "me", "message": "hi"})
            assert response.status_code == 200
            assert "set-cookie" not in response.headers
        assert len({name for name, _ in rasa.taken}) == 1

    def test_who_names_no_sender_shares_with_nobody(
        self, local: DoorClient, rasa: FakeRasa
    ) -> None:
        said = [local.post(WEBHOOK, json={"message": "hi"}).json()[0] for _ in range(5)]
        assert len({message["recipient_id"] for message in said}) == 5
        assert len({name for name, _ in rasa.taken}) == 5

    def test_an_id_makes_a_resend_harmless(self, local: DoorClient, rasa: FakeRasa) -> None:
        body = {"sender": "me", "message": "hi", "id": "m1"}
        said = [local.post(WEBHOOK, json=body).text for _ in range(4)]
        assert len(set(said)) == 1
        assert len(rasa.taken) == 1
        assert local.post(WEBHOOK, json={**body, "id": 5}).status_code == 400

    def test_metadata_and_channel_of_a_client_mean_nothing(
        self, local: DoorClient, rasa: FakeRasa
    ) -> None:
        body = {"sender": "me", "message": "/restart", "metadata": {"a": 1}, "input_channel": "x"}
        assert texts(local.post(WEBHOOK, json=body)) == ["re: restart"]

    def test_of_a_text_that_is_too_long_no_more_is_kept_than_shows_it(
        self, local: DoorClient, rasa: FakeRasa
    ) -> None:
        local.post(WEBHOOK, json={"sender": "me", "message": "x" * 100_000})
        assert [len(text) for _, text in rasa.taken] == [2001]

    def test_failures_have_a_status(self, local: DoorClient) -> None:
        for text in ("mute", "poison"):
            response = local.post(WEBHOOK, json={"sender": text, "message": text})
            assert response.status_code == 503
            assert response.headers["retry-after"]
            assert_is_an_error(response)


class TestLimits:
    def test_one_session_may_not_flood(self, tmp_path: Path, rasa: FakeRasa) -> None:
        settings = door_settings(tmp_path, "0.0.0.0", per_session=3)
        with opened_door(settings, rasa) as client:
            me, other = signed_in(client), signed_in(client)
            found = [client.post("/v1/ask", json={"text": "a"}, headers=me) for _ in range(5)]
            assert [response.status_code for response in found] == [200, 200, 200, 429, 429]
            assert 1 <= int(found[-1].headers["retry-after"]) <= 11
            assert client.post("/v1/ask", json={"text": "a"}, headers=other).status_code == 200
            assert len(rasa.taken) == 4

    def test_one_address_may_not_flood_whatever_it_says_of_itself(self, tmp_path: Path) -> None:
        settings = door_settings(tmp_path, "0.0.0.0", per_address=4)
        with opened_door(settings) as client:
            found = [
                client.get("/v1/terms", headers={"X-Forwarded-For": f"9.9.9.{n}"}).status_code
                for n in range(6)
            ]
            assert found == [503] * 4 + [429] * 2
            client.address = "203.0.113.6"
            assert client.get("/v1/terms").status_code == 503

    def test_sessions_are_not_begun_without_end(self, tmp_path: Path) -> None:
        with opened_door(door_settings(tmp_path, "0.0.0.0", sessions_per_address=2)) as client:
            found = [client.post("/v1/session", json={}).status_code for _ in range(4)]
            assert found == [201, 201, 429, 429]
            assert client.post(WEBHOOK, json={"message": "hi"}).status_code == 429

    def test_overload_loses_nothing_that_was_accepted(self, tmp_path: Path, rasa: FakeRasa) -> None:
        settings = door_settings(tmp_path, "0.0.0.0", queue=5, **ANYWHERE)
        rasa.away = True
        with opened_door(settings, rasa) as client:
            people = [signed_in(client) for _ in range(12)]
            asked = [
                ("POST", "/v1/ask", {"json": {"text": "hi", "id": "a", "wait": 0}, "headers": me})
                for me in people
            ]
            found = client.many(*asked)
            accepted = [me for me, r in zip(people, found, strict=True) if r.status_code == 202]
            assert len(accepted) == 5
            for response in found:
                assert response.status_code in (202, 503)
                assert ("retry-after" in response.headers) == (response.status_code == 503)
            rasa.away = False
            for me in accepted:
                body = {"text": "hi", "id": "a"}
                assert client.post("/v1/ask", json=body, headers=me).json()["outcome"] == "answered"
            assert len(rasa.taken) == 5

    def test_nothing_is_accepted_that_cannot_be_kept(
        self, client: DoorClient, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        me = signed_in(client)

        async def full(draft: object) -> None:
            raise StoreUnavailableError

        monkeypatch.setattr(client.door.store, "accept", full)
        response = client.post("/v1/ask", json={"text": "hi"}, headers=me)
        assert response.status_code == 503
        assert response.headers["retry-after"]
        assert rasa.tries == []
        assert client.door.dispatcher.depth == 0


class TestState:
    def test_health_and_readiness_follow_rasa(self, client: DoorClient, rasa: FakeRasa) -> None:
        assert client.get("/health").json() == {"status": "ok"}
        assert client.get("/ready").json() == {"status": "ready"}
        rasa.away = True
        client.door._ready = client.door._health = (float("-inf"), None)  # type: ignore[assignment]
        assert client.get("/health").status_code == 503
        assert client.get("/ready").status_code == 503

    def test_counters_count_and_name_nobody(self, local: DoorClient) -> None:
        for text in ("hi", "mute"):
            local.post(WEBHOOK, json={"sender": "Erika", "message": text, "id": text})
        local.post(WEBHOOK, json={"sender": "Erika", "message": "hi", "id": "hi"})
        local.get("/no/such/thing")
        local.get("/v1/conversation", headers={"Authorization": "Bearer x"})
        found = local.get("/metrics").text
        for line in (
            'termwise_accepted_total{channel="local"} 2.0',
            'termwise_replies_total{outcome="answered"} 1.0',
            'termwise_replies_total{outcome="failed"} 1.0',
            "termwise_repeated_total 1.0",
            "termwise_waiting_messages 0.0",
            'termwise_refused_total{why="session"} 1.0',
            'termwise_requests_total{route="none",status="404"} 1.0',
        ):
            assert line in found
        assert "Erika" not in found

    def test_the_log_has_one_id_and_no_text(
        self, client: DoorClient, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level("INFO")
        me = signed_in(client)
        response = client.post("/v1/ask", json={"text": "I am Erika Mustermann"}, headers=me)
        name = response.headers["x-request-id"]
        traced = [r.getMessage() for r in caplog.records if getattr(r, "trace", "") == name]
        assert traced == ["accepted", "replied: answered"]
        assert "Mustermann" not in str([record.__dict__ for record in caplog.records])
        assert me["Authorization"] not in caplog.text


class TestOpenApi:
    def test_the_document_is_the_one_in_docs(self) -> None:
        kept = json.loads((PROJECT / "docs" / "openapi.json").read_text(encoding="utf-8"))
        assert kept == document(), "run `termwise openapi > docs/openapi.json`"

    def test_every_route_is_described(self) -> None:
        found = {(p, m.upper()) for p, ms in document()["paths"].items() for m in ms}
        assert found == {(path, method) for path, methods in API.items() for method in methods}

    @pytest.mark.parametrize("name", SCHEMAS)
    def test_a_schema_is_one(self, name: str) -> None:
        validator_for(SCHEMAS[name], default=Draft202012Validator).check_schema(SCHEMAS[name])

    def test_answers_are_as_described(self, client: DoorClient) -> None:
        me = signed_in(client)
        client.post("/v1/ask", json={"text": "hi"}, headers=me)
        described = document()
        for method, path, status, more in (
            ("POST", "/v1/session", 201, {"json": {}}),
            ("POST", "/v1/ask", 200, {"json": {"text": "hi"}, "headers": me}),
            ("GET", "/v1/conversation", 200, {"headers": me}),
            ("POST", WEBHOOK, 200, {"json": {"message": "hi"}}),
            ("GET", "/health", 200, {}),
            ("GET", "/ready", 200, {}),
            ("POST", "/v1/ask", 401, {}),
        ):
            response = client.request(method, path, **more)
            assert response.status_code == status
            operation = described["paths"][path][method.lower()]["responses"][str(status)]
            schema = operation["content"]["application/json"]["schema"]
            whole = {**schema, "components": described["components"]}
            Draft202012Validator(whole).validate(response.json())


def assert_is_an_error(response: httpx.Response) -> None:
    """Errors are one sentence in JSON and do not say how we are built."""
    body = response.json()
    assert body.keys() == {"error"}
    assert re.search(r"[.]$|_ . : -$", body["error"])
    assert not re.search(r"Traceback|\.py|sql|rasa|starlette", body["error"], re.IGNORECASE)
