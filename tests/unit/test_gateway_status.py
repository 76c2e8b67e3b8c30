"""What the owner sees of a running front door, and who does not."""

from __future__ import annotations

import base64
import logging
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.gateway.parts_file import PartsFile, PartState
from bot.gateway.supervisor import Part, Supervisor
from bot.rasa_server.faults import FaultCount
from bot.settings import PROJECT
from tests.gateway_fakes import DoorClient, FakeRasa, door_settings, opened_door

TOKEN = "m" * 20


@pytest.fixture
def rasa() -> FakeRasa:
    return FakeRasa()


@pytest.fixture
def local(tmp_path: Path, rasa: FakeRasa) -> Iterator[DoorClient]:
    with opened_door(door_settings(tmp_path), rasa, "127.0.0.1") as client:
        yield client


@pytest.fixture
def stranger(tmp_path: Path, rasa: FakeRasa) -> Iterator[DoorClient]:
    with opened_door(door_settings(tmp_path, "0.0.0.0", metrics_token=TOKEN), rasa) as client:
        yield client


def test_it_tells_what_waits_and_what_runs(local: DoorClient, rasa: FakeRasa) -> None:
    PartsFile(local.door.settings.state).write(
        [PartState("gateway", 7, 1, 100.0), PartState("rasa", 0, 3, 200.0, -9)]
    )
    rasa.away = True
    token = local.post("/v1/session", json={}).json()["token"]
    signed = {"Authorization": f"Bearer {token}"}
    local.post("/v1/ask", json={"text": "canary", "wait": 0}, headers=signed)
    found = local.get("/status").json()
    assert found["waiting"]["messages"] == found["waiting"]["conversations"] == 1
    assert found["waiting"]["oldest_seconds"] >= 0
    assert found["rasa"] == {"status": "away"}
    assert [part["name"] for part in found["parts"]] == ["gateway", "rasa"]
    assert found["counted"]["accepted session"] == 1
    page = local.get("/status", headers={"Accept": "text/html"})
    assert page.headers["content-type"].startswith("text/html")
    assert "does not run" in page.text
    assert "Rasa does not answer" in page.text
    assert "canary" not in page.text + str(found)
    assert token not in page.text


def test_a_change_that_cannot_be_taken_up_is_told(local: DoorClient, rasa: FakeRasa) -> None:
    async def health() -> dict[str, object]:
        about = {
            "entries": 3, "languages": ["en"], "version": "v1", "since": "now",
            "calibrated_on": "v1", "problem": "<b>spade.md:2</b>",
        }  # fmt: skip
        return {"status": "ok", "glossary": about}

    rasa.health = health  # type: ignore[method-assign]
    page = local.get("/status", headers={"Accept": "text/html"}).text
    assert "&lt;b&gt;spade.md:2" in page
    assert "termwise_glossary_problem 1.0" in local.get("/metrics").text


@pytest.mark.parametrize(
    ("shown", "status"),
    [
        (None, 401), ("Bearer x", 401), ("Basic x", 401), ("Basic " + "é", 401),
        ("Basic " + base64.b64encode(b"me:x").decode(), 401), (f"Bearer {TOKEN}", 200),
        ("Basic " + base64.b64encode(f"me:{TOKEN}".encode()).decode(), 200),
    ],
)  # fmt: skip
def test_strangers_need_the_token(stranger: DoorClient, shown: str | None, status: int) -> None:
    headers = {"Authorization": shown.encode()} if shown else {}
    response = stranger.get("/status", headers=headers)
    assert response.status_code == status
    if status == 401:
        assert response.headers["www-authenticate"].startswith("Basic")
    assert stranger.get("/metrics", headers=headers).status_code == (404 if status == 401 else 200)


def test_without_a_token_strangers_see_nothing(tmp_path: Path) -> None:
    with opened_door(door_settings(tmp_path, "0.0.0.0")) as client:
        assert client.get("/status").status_code == 404


def test_stages_parts_and_declines_are_counted(local: DoorClient) -> None:
    PartsFile(local.door.settings.state).write([PartState("rasa", 5, 4, 100.0)])
    local.post("/webhooks/rest/webhook", json={"message": "hi"})
    text = local.get("/metrics").text
    for stage in ("accept", "queue", "rasa", "keep"):
        assert f'termwise_stage_seconds_count{{stage="{stage}"}} 1.0' in text
    assert 'termwise_restarts{part="rasa"} 3.0' in text
    assert 'termwise_part_up{part="rasa"} 1.0' in text
    assert 'termwise_answers_total{kind="answer"} 1.0' in text
    assert "termwise_sockets 0.0" in text
    assert "termwise_rasa_up 1.0" in text


def test_what_went_wrong_at_rasa_is_told_to_the_owner_only(
    local: DoorClient, rasa: FakeRasa
) -> None:
    async def health() -> dict[str, object]:
        return {"status": "ok", "faults": {"damaged_rows": 2, "turn_not_kept": 1}}

    rasa.health = health  # type: ignore[method-assign]
    text = local.get("/metrics").text
    assert 'termwise_rasa_faults{fault="damaged_rows"} 2.0' in text
    assert 'termwise_rasa_faults{fault="turn_not_kept"} 1.0' in text
    assert "termwise_free_bytes" in text
    assert local.get("/status").json()["rasa"]["faults"]["damaged_rows"] == 2
    assert local.get("/health").json() == {"status": "ok"}


def test_a_log_line_that_names_a_fault_is_counted() -> None:
    count, logger = FaultCount(), logging.getLogger("test of faults")
    logger.addHandler(count)
    logger.error("%s", "x", extra={"fault": "damaged_rows"})
    logger.error("no fault")
    assert count.counts == {"damaged_rows": 1}


def test_every_fault_is_described() -> None:
    told = (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8")
    sources = [path.read_text(encoding="utf-8") for path in (PROJECT / "bot").rglob("*.py")]
    named = {name for text in sources for name in re.findall(r'"fault": "(\w+)"', text)}
    assert len(named) >= 8
    assert [name for name in named if f"`{name}`" not in told] == []


def test_the_supervisor_tells_of_starts_and_ends(tmp_path: Path) -> None:
    file = PartsFile(tmp_path)
    told: list[list[PartState]] = []
    part = Part("part", [sys.executable, "-c", "raise SystemExit(3)"])

    def tell(parts: list[PartState]) -> None:
        file.write(parts)
        told.append(file.read())
        if len(told) == 3:
            supervisor.stop()

    supervisor = Supervisor([part], tell=tell)  # type: ignore[arg-type]
    supervisor.run()
    [first], [ended], [again] = told
    assert (first.pid > 0, first.starts, first.ended) == (True, 1, None)
    assert (ended.pid, ended.starts, ended.ended) == (0, 1, 3)
    assert (again.pid > 0, again.starts, again.ended) == (True, 2, 3)
    file.clear()
    assert file.read() == []


@pytest.mark.parametrize("content", [b"", b"[", b"{}", b"[1]", b'[{"x": 1}]', b"\xff"])
def test_a_file_that_cannot_be_read_says_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "parts.json").write_bytes(content)
    assert PartsFile(tmp_path).read() == []
