"""An operator follows the guide from nothing to the first suggestion, and further."""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.settings import PROJECT
from tests.integration.processes import PATIENCE, Project, Server, free_ports

GUIDE = PROJECT / "docs" / "helpdesk" / "generic.md"
DELIVERY = PROJECT / "docs" / "helpdesk" / "generic-delivery.json"
RECEIVER = PROJECT / "docs" / "helpdesk" / "generic-receiver.py"


class Operator:
    """Whoever sits before the shell."""

    def __init__(self, project: Project, door: Server, file: Path, received: Path) -> None:
        self.door = door
        self.file = file
        self._project = project
        self._received = received

    def types(self, *arguments: str, fails: bool = False) -> str:
        """Return what ``termwise helpdesk`` prints."""
        done = self._project.termwise("helpdesk", *arguments)
        assert bool(done.returncode) == fails, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout + done.stderr

    def received(self) -> str:
        return self._received.read_text()

    def delivers(self, name: str, folder: Path) -> None:
        """Deliver what the guide delivers, under another id."""
        told = json.loads(DELIVERY.read_text())
        told["message"]["id"] = name
        file = folder / f"{name}.json"
        file.write_text(json.dumps(told))
        assert '"status": 200' in self.types("replay", "--desk", "support", "--send", str(file))


@pytest.fixture(scope="module")
def operator(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    folder = tmp_path_factory.mktemp("operator")
    port, glue = free_ports(2)
    _, block = re.findall(r"```yaml\n(desks:\n.*?)```", GUIDE.read_text(), re.DOTALL)
    file = folder / "helpdesk.yml"
    file.write_text(block.replace("9000", str(glue)))
    served = project.having(
        STATE=folder / "state", HELPDESK=file, GLUE_SECRET="g" * 40, PORT=port, WATCH="off"
    )
    with (
        served.running(folder / "received", sys.executable, str(RECEIVER), str(glue)),
        served.serving(folder / "log", port) as door,
    ):
        door.wait("/ready")
        yield Operator(served, door, file, folder / "received")


def test_from_nothing_to_the_first_suggestion(operator: Operator) -> None:
    found = operator.types("doctor")
    assert "FAIL" not in found
    assert found.count("ok") == 4
    told = operator.types("replay", "--desk", "support", "--send", str(DELIVERY))
    assert '"text": "What is RCS?"' in told
    until(lambda: "suggestion: **Suggested answer**" in operator.received())
    until(lambda: "suggested: suggest-mode: 1" in operator.types("status"))
    operator.types("replay", "--desk", "support", "--send", str(DELIVERY))
    assert operator.received().count("suggestion: ") == 1


def test_a_saved_mode_and_the_switch_count_at_once(operator: Operator, tmp_path: Path) -> None:
    block = operator.file.read_text()
    operator.file.write_text(f'{block}    inboxes: {{"*": {{mode: auto}}}}\n')
    operator.delivers("m2", tmp_path)
    until(lambda: "reply: **rich communication services" in operator.received())
    operator.types("off", "support")
    operator.delivers("m3", tmp_path)
    until(lambda: "nothing: switched-off: 1" in operator.types("status"))
    assert "switched off" in operator.types("status")
    operator.types("on", "support")
    operator.delivers("m4", tmp_path)
    until(lambda: operator.received().count("reply: ") == 2)


def test_what_is_wrong_is_said(operator: Operator, tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text("{bad")
    assert "malformed" in operator.types("replay", "--desk", "support", str(bad), fails=True)
    for arguments in (("off", "shop"), ("replay", "--desk", "shop", str(DELIVERY))):
        assert "there is support" in operator.types(*arguments, fails=True)


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.2)
