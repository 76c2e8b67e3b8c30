"""Faults of all kinds while people talk: nothing is lost, doubled, swapped or made up.

``make test-faults`` runs it; FAULT_MESSAGES says how many are sent at least, FAULT_ROUNDS how often
each fault is done, FAULT_SEED in which order.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.settings import Settings
from tests.faults.campaign import Campaign
from tests.faults.faults import ON_POSTGRES, ON_SQLITE, Fault
from tests.faults.stock import StockCampaign
from tests.integration.processes import Project
from tests.postgres import PostgresServer

MESSAGES = int(os.environ.get("FAULT_MESSAGES", "0"))
ROUNDS = int(os.environ.get("FAULT_ROUNDS", "1"))
SEED = int(os.environ.get("FAULT_SEED", "1"))
TALKS = 20

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not MESSAGES, reason="FAULT_MESSAGES is not set (`make test-faults`)"),
]


def test_faults_harm_no_message(trained: Settings, tmp_path: Path) -> None:
    judge(Campaign(project(trained, tmp_path), tmp_path, MESSAGES, TALKS, often(ON_SQLITE), SEED))


def test_faults_harm_no_message_of_two_servers_on_one_database(
    trained: Settings, tmp_path: Path
) -> None:
    if shutil.which("initdb") is None:
        pytest.skip("no PostgreSQL here")
    with PostgresServer.running() as server:
        judge(
            Campaign(
                project(trained, tmp_path), tmp_path, MESSAGES, TALKS, often(ON_POSTGRES), SEED,
                servers=2, postgres=server,
            )
        )  # fmt: skip


def test_stock_rasa_fails_in_the_same_harness(trained: Settings, tmp_path: Path) -> None:
    campaign = StockCampaign(trained, tmp_path, max(100, MESSAGES // 10), 10, SEED)
    verdict = campaign.run()
    told = f"stock Rasa: {verdict}; faults {sum(campaign.done.values())}\n"
    sys.stdout.write(f"\n{told}")
    assert verdict.lost
    assert not verdict.clean


def often(found: Sequence[Fault]) -> list[Fault]:
    return [*found] * ROUNDS


def project(trained: Settings, folder: Path) -> Project:
    (folder / "run").mkdir()
    return Project(trained.project, folder / "run").having(
        MODELS=trained.models, GLOSSARY=trained.glossary
    )


def judge(campaign: Campaign) -> None:
    began = time.monotonic()
    verdict = campaign.run()
    where = "two servers on PostgreSQL" if campaign.servers > 1 else "SQLite"
    happened = ", ".join(f"{name} {count}" for name, count in sorted(campaign.done.items()))
    sys.stdout.write(  # what `make test-faults` shows
        f"\n{where}: {verdict}; faults {sum(campaign.done.values())}; "
        f"slowest {campaign.slowest:.1f} s; {time.monotonic() - began:.0f} s in all\n"
        f"  {happened}\n  did not come about: {', '.join(campaign.missed) or 'none'}\n"
    )
    assert verdict.clean, verdict
    assert verdict.accepted >= MESSAGES // TALKS * TALKS
    assert sum(campaign.done.values()) >= 0.9 * len(campaign.faults), campaign.missed
