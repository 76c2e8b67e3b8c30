"""The chat widget: its own tests, and a real browser against the real assistant."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.e2e.widget_stage import staged
from tests.integration.processes import Project

WIDGET = Path(__file__).parents[2] / "widget"
NODE = shutil.which("node")
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
PATIENCE = 900.0

pytestmark = [
    pytest.mark.skipif(NODE is None or shutil.which("npm") is None, reason="no node: no widget"),
    pytest.mark.xdist_group("browser"),
]


def run(*command: str, environment: Mapping[str, str] = os.environ) -> str:
    """Run a command of the widget's folder; returns what it says."""
    done = subprocess.run(
        command, cwd=WIDGET, text=True, capture_output=True, env={**environment, "NO_COLOR": "1"},
        timeout=PATIENCE, stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_it_is_built_within_its_budget(tmp_path: Path) -> None:
    said = run("node", "build.mjs", str(tmp_path / "dist"))
    assert re.search(r"^loader: \d+ bytes gzip of 3072 ", said, re.MULTILINE)
    assert re.search(r"^core: \d+ bytes gzip of 56320 ", said, re.MULTILINE)
    assert re.search(r"^underline: \d+ bytes gzip of 4096 ", said, re.MULTILINE)


def test_its_types_are_right() -> None:
    run("npx", "--no-install", "tsc")


def test_its_parts() -> None:
    said = run("npx", "--no-install", "vitest", "run", "--dir", "tests/unit")
    assert re.search(r"Tests\s+\d+ passed \(", said), said


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium: the widget is not tried in a browser")
def test_it_works_in_a_browser(project: Project, tmp_path: Path) -> None:
    assert CHROMIUM is not None
    tests = sorted(str(path) for path in (WIDGET / "tests" / "browser").glob("*.test.mjs"))
    with staged(project, tmp_path) as (stage, environment):
        for test in tests:
            said = run(
                "node", "--test", "--test-reporter=tap", test,
                environment={**environment, "CHROMIUM": CHROMIUM},
            )  # fmt: skip
            assert re.search(r"^# pass [1-9]", said, re.MULTILINE), said
            assert re.search(r"^# skipped 0", said, re.MULTILINE), said
        assert "Traceback" not in stage.log.read_text()
