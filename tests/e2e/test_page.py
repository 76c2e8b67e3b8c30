"""The page in a real browser: runs ``page.test.mjs`` against a server of its own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.integration.processes import Project

SCRIPT = Path(__file__).with_name("page.test.mjs")
NODE = shutil.which("node")
PATIENCE = 600.0


@pytest.mark.skipif(NODE is None, reason="no node")
@pytest.mark.skipif(
    not os.environ.get("E2E_MODULES"),
    reason="E2E_MODULES does not name a folder with playwright-core and axe-core",
)
def test_the_page_in_a_browser(project: Project, tmp_path: Path) -> None:
    assert NODE is not None
    with project.serving(tmp_path / "log") as server:
        done = subprocess.run(
            [NODE, "--test", "--test-reporter=tap", str(SCRIPT)], text=True, capture_output=True,
            env={**os.environ, "BASE_URL": f"http://127.0.0.1:{server.port}"},
            timeout=PATIENCE, stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        assert "Traceback" not in server.output()
    skipped = re.search(r"# SKIP (.*)", done.stdout)
    if skipped:
        pytest.skip(skipped[1])
    assert done.returncode == 0, done.stdout
    assert re.search(r"^# pass [1-9]", done.stdout, re.MULTILINE), done.stdout
