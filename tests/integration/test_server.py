"""The server as clients meet it: real requests to a real ``termwise serve``."""

from __future__ import annotations

import json
import re
import shutil
import signal
import socket
import tarfile
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from bot.message import LONGEST
from tests.integration.processes import (
    PATIENCE,
    WEBHOOK,
    Project,
    Server,
    concepts,
    free_port,
    steady,
)

RCS = "rich-communication-services"
POST = b"POST /webhooks/rest/webhook HTTP/1.1\r\nHost: x\r\n"


@pytest.fixture(scope="session")
def server(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    with project.having(STATE=folder / "state").serving(folder / "log") as server:
        yield server


@pytest.fixture
def sender() -> str:
    """A conversation of the test's own."""
    return uuid.uuid4().hex


def rows(*given: tuple[str, Any]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("given", [v for _, v in given], ids=[name for name, _ in given])


class TestAddresses:
    def test_health_tells_which_glossary_is_served(self, server: Server, assistant: Any) -> None:
        glossary = assistant.glossary
        response = server.client.get("/health")
        assert response.status_code == 200
        told = response.json()
        since = told["glossary"].pop("since")
        assert datetime.fromisoformat(since).tzinfo is not None
        assert told == {
            "status": "ok",
            "glossary": {
                "entries": len(glossary),
                "version": glossary.version,
                "languages": list(glossary.languages),
                "calibrated_on": glossary.version,
                "problem": "",
            },
        }

    def test_the_channel_has_a_health_check_of_its_own(self, server: Server) -> None:
        assert server.client.get("/webhooks/rest/").json() == {"status": "ok"}

    @pytest.mark.parametrize(
        "path",
        [
            "/nowhere", "/page/", "/page/nothing.js", "/page/..%2f..%2fserver.py",
            "/page/%2e%2e/server.py", "/webhooks/rest/webhook/more", "/webhooks/nobody/webhook",
            "/conversations/me/tracker", "/model/parse", "/domain", "/%00", "/%ff",
        ],
    )  # fmt: skip
    def test_what_is_not_there_is_a_404_in_json(self, server: Server, path: str) -> None:
        response = server.client.get(path)
        assert response.status_code == 404
        assert_is_an_error(response)

    def test_other_sites_may_not_read_answers(self, server: Server) -> None:
        body = json.dumps({"message": "what is rcs"}).encode()
        headers = {"Origin": "https://other.example", "Content-Type": "text/plain"}
        for method in ("POST", "OPTIONS"):
            response = server.client.request(method, WEBHOOK, content=body, headers=headers)
            assert "access-control-allow-origin" not in response.headers

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("GET", WEBHOOK),
            ("PUT", WEBHOOK),
            ("DELETE", WEBHOOK),
            ("POST", "/"),
            ("POST", "/health"),
        ],
    )
    def test_another_method_is_a_405_in_json(self, server: Server, method: str, path: str) -> None:
        response = server.client.request(method, path)
        assert response.status_code == 405
        assert_is_an_error(response)


class TestAnswers:
    def test_a_turn_is_one_message_with_text_and_custom(
        self, server: Server, sender: str, validate: Callable[[Any], None]
    ) -> None:
        response = server.post({"sender": sender, "message": "what is rcs"})
        assert response.headers["content-type"] == "application/json"
        [message] = response.json()
        assert message.keys() == {"recipient_id", "text", "custom", "buttons"}
        assert message["recipient_id"] == sender
        validate(message["custom"])
        assert message["custom"]["kind"] == "answer"
        assert concepts(message["custom"]) == [RCS]
        assert [b["payload"] for b in message["buttons"]] == message["custom"]["suggestions"]

    def test_the_cited_slice_stands_in_the_text(
        self, server: Server, source: Callable[[str], str]
    ) -> None:
        message = server.say("what is rcs")
        [citation] = message["custom"]["citations"]
        start, end = citation["offset"], citation["offset"] + citation["length"]
        assert f"{source(citation['file'])[start:end]} [1]" in message["text"]

    def test_it_says_what_the_command_line_says(self, server: Server, project: Project) -> None:
        question = "What is the difference between SMS and MMS?"
        message = server.say(question)
        said = {"text": message["text"], **message["custom"]}
        assert steady(said) == steady(project.ask(question))

    @rows(
        ("german", "Was ist RCS?"),
        ("two concepts", "What is the difference between SMS and MMS?"),
        ("greeting", "hello"),
        ("person", "I want to talk to a person"),
        ("elsewhere", "how tall is the Eiffel Tower"),
        ("nonsense", "asdkjhasd qweoiu zxcmnb"),
        ("nothing", ""),
        ("blanks", "  \n\t "),
        ("question mark", "?"),
    )
    def test_every_message_gets_exactly_one_valid_answer(
        self, server: Server, given: str, validate: Callable[[Any], None]
    ) -> None:
        message = server.say(given)
        validate(message["custom"])
        assert message["text"].strip()

    def test_the_language_of_the_question_is_that_of_the_answer(self, server: Server) -> None:
        for question, language in [("What is SMS?", "en"), ("Was ist eine SMS?", "de")]:
            message = server.say(question)
            assert message["custom"]["language"] == language
            assert ("Source: " in message["text"]) == (language == "en")
            assert ("Quelle: " in message["text"]) == (language == "de")


HOSTILE_BODIES = rows(
    ("empty", b""),
    ("not JSON", b"message=what+is+rcs"),
    ("half JSON", b'{"message": "what is'),
    ("array", b'["what is rcs"]'),
    ("text", b'"what is rcs"'),
    ("number", b"5"),
    ("null", b"null"),
    ("deep array", b"[" * 200_000),
    ("deep object", b'{"message":' * 100_000),
    ("deep message", b'{"message": ' + b"[" * 900 + b"]" * 900 + b"}"),
    ("not UTF-8", b'{"message": "\xff\xfe"}'),
    ("UTF-16", '{"message": "what is rcs"}'.encode("utf-16")),
    ("NUL bytes", b"\x00" * 1000),
    ("message is a number", b'{"message": 5}'),
    ("message is null", b'{"message": null}'),
    ("message is a list", b'{"message": ["what is rcs"]}'),
    ("message is an object", b'{"message": {"text": "what is rcs"}}'),
    ("message is NaN", b'{"message": NaN}'),
    ("sender is a list", b'{"sender": ["a"], "message": "what is rcs"}'),
    ("sender is an object", b'{"sender": {}, "message": "what is rcs"}'),
    ("sender is a fraction", b'{"sender": 1.5, "message": "what is rcs"}'),
    ("sender is too long", b'{"sender": "' + b"a" * 129 + b'", "message": "what is rcs"}'),
    ("sender is a huge number", b'{"sender": ' + b"9" * 10_000 + b', "message": "what is rcs"}'),
    ("sender with a lone surrogate", b'{"sender": "\\ud800", "message": "what is rcs"}'),
    ("sender with NUL", b'{"sender": "a\\u0000", "message": "what is rcs"}'),
    ("sender with a line end", b'{"sender": "a\\n", "message": "what is rcs"}'),
    ("sender with markup", b'{"sender": "<b>", "message": "what is rcs"}'),
    ("sender as SQL", b'{"sender": "\'; drop table events;--", "message": "what is rcs"}'),
    ("sender as a path", b'{"sender": "../../x", "message": "what is rcs"}'),
    ("sender in another script", '{"sender": "ä", "message": "what is rcs"}'.encode()),
)

HOSTILE_MESSAGES = rows(
    ("NUL", "what is\x00 rcs"),
    ("only NUL", "\x00"),
    ("control characters", "".join(map(chr, range(32))) + "\x7f\x80\x9f"),
    ("lone surrogate", "what is \ud800 rcs"),
    ("only lone surrogates", "\udfff\ud800"),
    ("emoji", "😀👩‍👩‍👧🇩🇪🏳️‍🌈"),
    ("line separators", "what is\u2028rcs\u2029?"),
    ("right to left", "\u202ewhat is rcs\u202c مرحبا"),
    ("zero width", "\u200b\u200c\u200d\ufeff"),
    ("combining", "Z" + "\u0301" * 1500),
    ("one long word", "a" * LONGEST),
    ("many words", "rcs " * (LONGEST // 4)),
    ("many brackets", "(" * LONGEST),
    ("many question marks", "?" * LONGEST),
    ("template", "{term} {0} {{}} %s %(x)s ${HOME} $(id)"),
    ("Markdown", "**[x](javascript:alert(1))** ![](//e.example/x) `rcs`"),
    ("restart", "/restart"),
    ("restart twice", "//restart"),
    ("restart after a blank", " /restart"),
    ("intent", '/define{"term": "rcs"}'),
    ("intent with a broken object", "/define{"),
    ("only a slash", "/"),
    ("external", "EXTERNAL: x"),
    ("external intent", "EXTERNAL: define"),
    ("session start", "/session_start"),
    ("SQL", "'; DROP TABLE events; --"),
    ("script", "what is </script><script>alert(1)</script> rcs"),
)


class TestHostileInput:
    @pytest.fixture(autouse=True)
    def _is_alive_after(self, server: Server) -> Iterator[None]:
        yield
        assert_is_alive(server)

    @HOSTILE_BODIES
    def test_a_body_that_is_no_message_is_refused(self, server: Server, given: bytes) -> None:
        response = server.post(given)
        assert response.status_code == 400
        assert_is_an_error(response)

    @HOSTILE_MESSAGES
    def test_a_message_gets_one_valid_answer(
        self, server: Server, given: str, validate: Callable[[Any], None]
    ) -> None:
        validate(server.say(given)["custom"])

    @HOSTILE_MESSAGES
    def test_a_message_leaves_the_conversation_as_it_was(
        self, server: Server, sender: str, given: str
    ) -> None:
        server.say("what is rcs", sender)
        said = server.say(given, sender)["custom"]
        after = server.say("tell me more", sender)["custom"]
        about = concepts(said) if said["kind"] == "answer" else [RCS]
        assert after["kind"] == "answer"
        assert concepts(after)[:1] == about[:1]

    @pytest.mark.parametrize("size", [LONGEST + 1, 1_000_000])
    def test_a_long_message_is_declined(
        self, server: Server, validate: Callable[[Any], None], size: int
    ) -> None:
        message = server.say("what is rcs " + "x" * (size - 12), "long")
        validate(message["custom"])
        assert message["recipient_id"] == "long"
        assert message["custom"]["kind"] == "decline"
        assert str(LONGEST) in message["text"]
        assert len(message["text"]) < 500

    def test_a_large_body_is_refused(self, server: Server) -> None:
        response = server.post({"message": "x" * 5_000_000})
        assert response.status_code == 413
        assert_is_an_error(response)

    @rows(
        ("tag", "what is <b>rcs</b>"),
        ("image", "<img src=x onerror=alert(1)>"),
        ("image in a question", "what is rcs <img src=x onerror=alert(1)>"),
        ("script", "<script>alert(1)</script>"),
        ("greeting", "hello <i>you</i>"),
        ("description", "what do you call <u>sending</u> a text to many phones"),
        ("misspelt", "what is instnat<b> mesaging</b>"),
        ("link", "what is [rcs](https://e.example)"),
    )
    def test_markup_of_a_message_is_never_said_back(self, server: Server, given: str) -> None:
        message = server.say(given)
        text = json.dumps([message["text"], message["custom"], message.get("buttons")])
        for markup in ("<", ">", "e.example", "onerror"):
            assert markup not in text

    def test_markup_within_an_ambiguous_name_is_never_said_back(
        self, server: Server, assistant: Any
    ) -> None:
        """Here the assistant quotes what was asked: "X has several meanings"."""
        names: dict[str, set[str]] = {}
        for entry in assistant.glossary:
            for term in entry.terms:
                names.setdefault(term.text.casefold(), set()).add(entry.id)
        ambiguous = [name for name, ids in names.items() if len(ids) > 1]
        for name in ambiguous[:10]:
            half = len(name) // 2
            for given in (
                f"<b>{name}</b>",
                f"{name[:half]}<b>{name[half:]}",
                name.replace(" ", "<b>"),
            ):
                assert "<" not in server.say(f"what is {given}")["text"], given


class TestConversations:
    def test_a_missing_sender_gets_an_id_of_its_own(self, server: Server) -> None:
        bodies = [{"message": "what is rcs"}, {"sender": None, "message": "hi"}] * 2
        bodies += [{"sender": "", "message": "tell me more"}]
        messages = [server.post(body).json()[0] for body in bodies]
        ids = {message["recipient_id"] for message in messages}
        assert len(ids) == len(bodies)
        assert all(len(name) >= 32 for name in ids), "too easy to guess"
        assert messages[-1]["custom"]["kind"] == "clarify"

    @rows(("number", 12345), ("longest", "a" * 128), ("address", "me+x@e.example:1=_-"))
    def test_a_sender_is_returned_as_it_came(self, server: Server, given: object) -> None:
        [message] = server.post({"sender": given, "message": "what is rcs"}).json()
        assert message["recipient_id"] == str(given)

    def test_follow_ups_lean_on_the_conversation(self, server: Server, sender: str) -> None:
        first = server.say("what is rcs", sender)["custom"]
        more = server.say("tell me more", sender)["custom"]
        assert more["kind"] == "answer"
        assert concepts(more) == [RCS]
        places = [{(c["file"], c["offset"]) for c in a["citations"]} for a in (first, more)]
        assert not places[0] & places[1], "the same was shown again"
        other = server.say("and mms?", sender)["custom"]
        assert other["kind"] == "answer"
        assert concepts(other) == ["mms"]

    def test_small_talk_and_refusals_do_not_end_a_topic(self, server: Server, sender: str) -> None:
        for message in ("what is rcs", "thanks!", "how tall is the Eiffel Tower", "hello"):
            server.say(message, sender)
        assert concepts(server.say("tell me more", sender)["custom"]) == [RCS]

    def test_a_conversation_never_leaks_to_another(self, server: Server, sender: str) -> None:
        server.say("what is rcs", sender)
        for stranger in (None, "b" + sender, sender.upper(), sender[:-1]):
            custom = server.say("tell me more", stranger)["custom"]
            assert custom["kind"] == "clarify"
            assert concepts(custom) == []
            assert "rcs" not in json.dumps(custom).casefold()

    def test_parallel_messages_of_one_sender_each_get_their_answer(
        self, server: Server, sender: str
    ) -> None:
        asked = {"what is rcs": RCS, "what is mms": "mms", "what is sms": "sms"}
        questions = list(asked) * 6
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda question: server.say(question, sender), questions))
        for question, message in zip(questions, answers, strict=True):
            assert message["recipient_id"] == sender
            assert concepts(message["custom"]) == [asked[question]]

    def test_parallel_conversations_stay_apart(self, server: Server, sender: str) -> None:
        asked = {"what is rcs": RCS, "what is mms": "mms", "what is sms": "sms"}

        def talk(number: int) -> tuple[str, list[str]]:
            question = list(asked)[number % 3]
            name = f"{sender}-{number}"
            server.say(question, name)
            server.say("thank you", name)
            return asked[question], concepts(server.say("tell me more", name)["custom"])

        with ThreadPoolExecutor(8) as pool:
            for expected, found in pool.map(talk, range(24)):
                assert found == [expected]


class TestLog:
    """After all well-formed requests: looks at what they left behind."""

    def test_nothing_above_was_an_error(self, server: Server) -> None:
        assert "Traceback" not in server.output()
        assert '"ERROR"' not in server.output()

    def test_no_message_is_in_the_log(self, server: Server) -> None:
        server.say("what is rcs, asks Erika Mustermann")
        assert "Mustermann" not in server.output()

    def test_connections_are_local_only(self, server: Server) -> None:
        process = psutil.Process(server.process.pid)
        every = [c for p in [process, *process.children(recursive=True)] for c in sockets_of(p)]
        assert {c.laddr for c in every if c.status == psutil.CONN_LISTEN} == {
            ("127.0.0.1", server.port)
        }
        assert {c.raddr.ip for c in every if c.raddr} <= {"127.0.0.1"}

    def test_another_address_of_this_machine_is_not_served(self, server: Server) -> None:
        addresses = {
            address.address
            for addresses in psutil.net_if_addrs().values()
            for address in addresses
            if address.family is socket.AF_INET
        }
        for other in {*addresses, "127.0.0.2"} - {"127.0.0.1"}:
            with pytest.raises(OSError, match="refused"):
                socket.create_connection((other, server.port), timeout=PATIENCE).close()


class TestBadClients:
    """After the look at the log, since it says what goes wrong here."""

    @pytest.fixture(autouse=True)
    def _is_alive_after(self, server: Server) -> Iterator[None]:
        yield
        assert_is_alive(server)

    @rows(
        ("nothing", b"\r\n\r\n"),
        ("no HTTP", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
        ("half a request", POST + b"Content-Length: 50\r\n\r\n{"),
        ("wrong length", POST + b"Content-Length: -1\r\n\r\n"),
        ("long header", POST + b"X: " + b"a" * 100_000 + b"\r\n\r\n"),
        ("bad chunk", POST + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n"),
    )
    def test_a_client_that_speaks_no_http_harms_nobody(self, server: Server, given: bytes) -> None:
        answer = sent(server, given)
        assert b"Traceback" not in answer
        assert b".py" not in answer
        assert not answer.startswith(b"HTTP/1.1 5")

    @rows(
        ("length", POST + b"Content-Length: x\r\n\r\n"),
        ("two lengths", POST + b"Content-Length: 1, 1\r\n\r\n{}"),
        ("encoding without length", POST + b"Transfer-Encoding: gzip\r\n\r\n{}"),
    )
    def test_a_head_that_cannot_be_read_is_the_fault_of_the_client(
        self, server: Server, given: bytes
    ) -> None:
        before = len(server.output())
        assert sent(server, given).startswith(b"HTTP/1.1 400 ")
        assert "Traceback" not in server.output()[before:]
        assert '"ERROR"' not in server.output()[before:]

    @rows(
        ("bytes in the address", b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n"),
        ("no address", b"GET \x00:// HTTP/1.1\r\nHost: x\r\n\r\n"),
        ("bad chunk", POST + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n"),
    )
    def test_what_is_no_http_leaves_nothing_in_the_log(self, server: Server, given: bytes) -> None:
        before = len(server.output())
        sent(server, given)
        assert_is_alive(server)
        assert server.output()[before:] == ""

    def test_a_turn_goes_on_when_the_client_hangs_up(self, server: Server, sender: str) -> None:
        """Unless the client is gone before the turn begins: hence several attempts."""
        for number in range(20):
            hang_up(server, f"{sender}{number}")
            if concepts(server.say("tell me more", f"{sender}{number}")["custom"]) == [RCS]:
                return
        pytest.fail("no turn went on")

    def test_a_client_that_hangs_up_is_no_error_of_ours(self, server: Server, sender: str) -> None:
        before = len(server.output())
        for _ in range(5):
            hang_up(server, sender)
        assert_is_alive(server)
        assert '"ERROR"' not in server.output()[before:]

    @pytest.mark.parametrize("given", ["/ /restart", "/\x00/session_start"])
    def test_a_slash_behind_a_slash_is_no_command(
        self, server: Server, sender: str, given: str
    ) -> None:
        server.say("what is rcs", sender)
        server.say(given, sender)
        assert concepts(server.say("tell me more", sender)["custom"]) == [RCS]


class TestLife:
    def test_a_conversation_survives_a_crash(self, project: Project, tmp_path: Path) -> None:
        project = project.having(STATE=tmp_path / "state")
        with project.serving(tmp_path / "log") as server:
            server.say("what is rcs", "survivor")
            assert server.end(signal.SIGKILL) == -signal.SIGKILL
        with project.serving(tmp_path / "log") as server:
            custom = server.say("tell me more", "survivor")["custom"]
            assert custom["kind"] == "answer"
            assert concepts(custom) == [RCS]
            assert server.end(signal.SIGTERM) == 0
            assert "Traceback" not in server.output()
            with pytest.raises(httpx.TransportError):
                server.client.get("/health")
        with socket.socket() as free:
            free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            free.bind(("127.0.0.1", server.port))

    def test_ctrl_c_stops_it_without_noise(self, project: Project, tmp_path: Path) -> None:
        with project.having(STATE=tmp_path / "s").serving(tmp_path / "log") as server:
            assert server.end(signal.SIGINT) == 0
            assert "Traceback" not in server.output()

    def test_state_that_is_no_database_is_one_clear_line(
        self, project: Project, tmp_path: Path
    ) -> None:
        (tmp_path / "conversations.db").write_bytes(b"this is not a database " * 100)
        port = free_port()
        done = project.having(STATE=tmp_path).termwise("serve", "--port", str(port))
        assert done.returncode == 2
        assert_is_one_line(done.stderr, "S005", "conversations.db", "Move the file away", "STATE")
        assert (tmp_path / "conversations.db").read_bytes() == b"this is not a database " * 100


class TestStart:
    """What cannot be served is said in one line, before anything listens."""

    def test_a_port_in_use(self, project: Project) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = str(taken.getsockname()[1])
            done = project.termwise("serve", "--port", port)
        assert done.returncode == 2
        assert_is_one_line(done.stderr, "S002", port, "PORT")

    def test_a_state_folder_that_is_a_file(self, project: Project, tmp_path: Path) -> None:
        (tmp_path / "state").write_text("")
        project = project.having(STATE=tmp_path / "state")
        done = project.termwise("serve", "--port", str(free_port()))
        assert done.returncode == 2
        assert_is_one_line(done.stderr, "S003", "STATE")

    def test_two_servers_at_once(self, project: Project, tmp_path: Path) -> None:
        with project.having(STATE=tmp_path).serving(tmp_path / "log") as server:
            done = project.termwise("serve", "--port", str(server.port))
            assert done.returncode == 2
            assert_is_one_line(done.stderr, "S002", str(server.port), "PORT")
            assert_is_alive(server)

    @pytest.mark.parametrize("name", ["endpoints.yml", "credentials.yml", "config.yml"])
    @pytest.mark.parametrize("content", [b"a: [\n", b"- a\n", b"\xe4: 1\n", b"no_such: 5\n", None])
    def test_a_configuration_that_cannot_be_used(
        self, project: Project, tmp_path: Path, name: str, content: bytes | None
    ) -> None:
        copy = tmp_path / "project"
        for part in ("bot", "actions"):
            shutil.copytree(project.root / part, copy / part)
        for part in ("config.yml", "endpoints.yml", "credentials.yml"):
            shutil.copy(project.root / part, copy)
        (copy / name).unlink()
        if content is not None:
            (copy / name).write_bytes(content)
        broken = Project(copy, tmp_path, project.variables)
        done = broken.termwise("serve", "--port", str(free_port()))
        assert done.returncode == 2, done.stderr
        assert_is_one_line(done.stderr, name)

    def test_a_model_that_rasa_cannot_load(self, project: Project, tmp_path: Path) -> None:
        """Our own part of it is whole, the rest is not."""
        models = tmp_path / "models"
        shutil.copytree(project.models, models, ignore=shutil.ignore_patterns("state"))
        with tarfile.open(project.models / "termwise.tar.gz") as whole:
            kept = [member for member in whole if member.name.endswith(".npz")]
            with tarfile.open(models / "termwise.tar.gz", "w:gz") as rest:
                for member in kept:
                    rest.addfile(member, whole.extractfile(member))
        done = project.having(MODELS=models).termwise("serve", "--port", str(free_port()))
        assert done.returncode == 2, done.stderr
        assert_is_one_line(done.stderr, "M002", "termwise.tar.gz", "termwise train")

    def test_a_host_that_is_none(self, project: Project) -> None:
        done = project.termwise("serve", "--host", "no such host", "--port", str(free_port()))
        assert done.returncode == 2
        assert_is_one_line(done.stderr, "S001", "HOST", "no such host")

    @pytest.mark.parametrize("port", ["0", "65536", "x", "-1", "5005.0"])
    def test_a_port_that_is_none(self, project: Project, port: str) -> None:
        done = project.having(PORT=port).termwise("serve")
        assert done.returncode == 2
        assert_is_one_line(done.stderr, "S001", "PORT", port)

    def test_nothing_trained(self, project: Project, tmp_path: Path) -> None:
        done = project.having(MODELS=tmp_path).termwise("serve", "--port", str(free_port()))
        assert done.returncode == 2
        assert_is_one_line(done.stderr, "M001", "termwise train")


def assert_is_alive(server: Server) -> None:
    assert server.process.poll() is None
    assert server.client.get("/health").status_code == 200
    assert concepts(server.say("what is rcs")["custom"]) == [RCS]


def assert_is_an_error(response: httpx.Response) -> None:
    """Errors are one sentence in JSON and do not say how we are built."""
    assert response.headers["content-type"] == "application/json"
    body = response.json()
    assert body.keys() == {"error"}
    assert body["error"].endswith((".", "}.", "_ -"))
    assert not re.search(r"Traceback|\.py|rasa|sanic", body["error"], re.IGNORECASE)


def assert_is_one_line(error: str, *parts: str) -> None:
    assert len(error.splitlines()) == 1, error
    for part in parts:
        assert part in error


def sent(server: Server, request: bytes) -> bytes:
    """Send bytes and nothing after them; return what comes back."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        with suppress(ConnectionError):
            return b"".join(iter(lambda: connection.recv(65536), b""))
    return b""


def hang_up(server: Server, sender: str) -> None:
    """Ask something and do not wait for the answer."""
    body = json.dumps({"sender": sender, "message": "what is rcs"}).encode()
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as connection:
        connection.sendall(POST + b"Content-Length: %d\r\n\r\n" % len(body) + body)


def sockets_of(process: psutil.Process) -> list[Any]:
    return process.net_connections(kind="inet")  # type: ignore[no-any-return]
