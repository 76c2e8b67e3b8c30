"""Parts are killed at random while people talk: nothing is lost, doubled, swapped or made up.

``make test-faults`` runs it; FAULT_MESSAGES and FAULT_KILLS say how much, FAULT_SEED which.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from bot.settings import Settings
from tests.faults.campaign import PARTS, Campaign
from tests.integration.processes import Project
from tests.postgres import PostgresServer

MESSAGES = int(os.environ.get("FAULT_MESSAGES", "0"))
KILLS = int(os.environ.get("FAULT_KILLS", "10"))
SEED = int(os.environ.get("FAULT_SEED", "1"))

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not MESSAGES, reason="FAULT_MESSAGES is not set (`make test-faults`)"),
]


@pytest.mark.parametrize("parts", [("gateway",), ("rasa",), PARTS], ids="+".join)
def test_kills_harm_no_message(trained: Settings, tmp_path: Path, parts: tuple[str, ...]) -> None:
    judge(trained, tmp_path, parts)


def test_kills_harm_no_message_on_postgres(trained: Settings, tmp_path: Path) -> None:
    if shutil.which("initdb") is None:
        pytest.skip("no PostgreSQL here")
    with PostgresServer.running() as server:
        judge(trained, tmp_path, PARTS, DATABASE=server.new_database())


def judge(trained: Settings, folder: Path, parts: tuple[str, ...], **variables: object) -> None:
    (folder / "run").mkdir()
    project = Project(trained.project, folder / "run").having(
        MODELS=trained.models, GLOSSARY=trained.glossary, **variables
    )
    campaign = Campaign(project, folder, MESSAGES, 20, KILLS, SEED, parts=parts)
    verdict = campaign.run()
    told = f"{verdict}; kills {len(campaign.killed)}; slowest {campaign.slowest:.1f} s\n"
    sys.stdout.write(f"\n{'+'.join(parts)}: {told}")  # what `make test-faults` shows
    assert verdict.clean, verdict
    assert verdict.accepted == MESSAGES // 20 * 20
    assert len(campaign.killed) >= KILLS
