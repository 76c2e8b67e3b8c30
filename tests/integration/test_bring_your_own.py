"""Every command of docs/bring-your-own.md does what the page says, on a small source."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.garden import plant
from tests.integration.processes import Project

PAGE = Path(__file__).parents[2] / "docs" / "bring-your-own.md"
BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
QUESTIONS = "- ask: what is a moon spade\n  expect: moon spade\n"


def commands() -> list[str]:
    """Return the commands of the page in its order."""
    blocks = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    return [line for block in blocks for line in block.splitlines() if line.strip()]


def git(folder: Path, *arguments: str) -> None:
    name = ("-c", "user.name=x", "-c", "user.email=x@example.org")
    subprocess.run(["git", *name, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def here(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A folder with what the commands name: sources, two versions, questions and a log."""
    folder = tmp_path_factory.mktemp("own")
    for name in ("SOURCE", "OLD", "NEW", "my-glossary"):
        plant(folder / name)
    git(folder / "my-glossary", "init", "-q")
    git(folder / "my-glossary", "add", ".")
    git(folder / "my-glossary", "commit", "-qm", "one")
    for code, text in (("en", "A rake is a comb."), ("de", "Ein Rechen ist ein Kamm.")):
        page = folder / "content" / code / "rake.md"
        page.parent.mkdir(parents=True)
        page.write_text(f"---\ntitle: Rake {code}\n---\n{text}\n")
    (folder / "questions.yml").write_text(QUESTIONS)
    (folder / "asked.txt").write_text("what is a star fork\n")
    return Project(project.root, folder, project.variables)


@pytest.mark.parametrize("line", commands())
def test_a_command_of_the_page_works(here: Project, line: str, tmp_path: Path) -> None:
    words = shlex.split(line)
    variables = dict(word.split("=", 1) for word in words if re.match(r"[A-Z]+=", word))
    program, *arguments = [word for word in words if not re.match(r"[A-Z]+=", word)]
    if program == "make":
        assert arguments == ["run"], "what `make run` does is tested with the server"
        return
    assert program == "termwise"
    if "--to" in arguments:
        place = arguments.index("--to") + 1
        arguments[place] = str(tmp_path / arguments[place])
    if variables:
        here = here.having(GLOSSARY=here.folder / variables["GLOSSARY"])
    done = here.termwise(*arguments)
    assert "Traceback" not in done.stderr
    allowed = (0, 1) if arguments[0] in ("doctor", "eval") else (0,)  # 1: something was found
    assert done.returncode in allowed, done.stderr
    for option in ("--to", "--report"):
        if option in arguments:
            assert (here.folder / arguments[arguments.index(option) + 1]).exists()
