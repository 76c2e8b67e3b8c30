"""`termwise doctor glossary` and `termwise diff` with trained models, on the garden."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.garden import plant
from tests.integration.processes import Project

TWIN = """---
title: starry fork
---

A starry fork is a garden tool with five tines that loosens the soil.
"""


@pytest.fixture(scope="module")
def garden(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The garden in a repository; the second commit has a twin and lacks the comet rake."""
    folder = plant(tmp_path_factory.mktemp("garden"))
    for command in ("init -q", "add .", "commit -qm one"):
        _git(folder, command)
    (folder / "starry-fork.md").write_text(TWIN)
    (folder / "tools" / "comet-rake.md").unlink()
    seedbed = folder / "seedbed.md"
    seedbed.write_text(seedbed.read_text().replace("related: [comet-rake]\n", ""))
    return folder


def _git(folder: Path, command: str) -> None:
    names = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
    subprocess.run(
        ["git", *names, *command.split()], cwd=folder, check=True, capture_output=True
    )  # fmt: skip


def files(project: Project) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in project.models.rglob("*")}


def test_a_glossary_is_built_aside_asked_and_reported_on(
    project: Project, garden: Path, tmp_path: Path
) -> None:
    before = files(project)
    report = tmp_path / "checkup.html"
    done = project.termwise("doctor", "glossary", str(garden), "--json", "--report", str(report))
    assert "Traceback" not in done.stderr
    assert done.returncode in (0, 1)
    facts = json.loads(done.stdout)
    twins = [f for f in facts["findings"] if f["check"] in ("duplicate", "contradiction")]
    assert any("star" in f["found"] and "starry" in f["found"] for f in twins)
    assert facts["self_test"]["names"][0] > 0.8 * facts["self_test"]["names"][1]
    assert facts["calibration"].keys() == {"named", "described"}
    for verdict in facts["verdicts"]:
        if not verdict["met"]:
            assert verdict["found"] in {f["found"] for f in facts["findings"]}
    assert "Refusal" in report.read_text(encoding="utf-8")
    assert files(project) == before, "what serves was touched"


def test_versions_are_compared_by_their_answers(
    project: Project, garden: Path, tmp_path: Path
) -> None:
    questions = tmp_path / "mine.yml"
    questions.write_text("- ask: what is a comet rake\n  expect: comet rake\n")
    log = tmp_path / "log.txt"
    log.write_text("what is a starry fork\n")
    here = project.having(GLOSSARY=garden)
    before = files(project)
    done = here.termwise(
        "diff", "git:HEAD", str(garden), "--questions", str(questions), "--log", str(log),
        "--fail-on-loss", "--json",
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    facts = json.loads(done.stdout)
    assert facts["entries"] == {"added": ["starry-fork"], "removed": ["comet-rake"]}
    changes = {(answer["source"], answer["text"]): answer["change"] for answer in facts["answers"]}
    assert changes["mine.yml#1", "what is a comet rake"] == "lost"
    assert changes["self-test of starry-fork", "What is starry fork?"] == "gained"
    assert files(project) == before, "what serves was touched"


def test_an_index_is_a_version_and_does_not_differ_from_itself(project: Project) -> None:
    index = str(project.models / "index")
    done = project.termwise("diff", index, index, "--self-test", "5", "--fail-on-loss")
    assert done.returncode == 0, done.stderr
    assert " 0 lost, 0 changed, 0 gained, 0 reworded" in done.stdout


def test_no_commit_is_one_line(project: Project, garden: Path) -> None:
    done = project.having(GLOSSARY=garden).termwise("diff", "git:none", str(garden))
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("[S001] git:none")
