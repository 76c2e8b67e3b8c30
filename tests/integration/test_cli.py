"""The command line as a user meets it: real processes, exit codes, what is on which stream."""

from __future__ import annotations

import csv
import importlib.metadata
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.app import Assistant
from bot.feedback_store import Feedback, FeedbackStore
from tests.integration.processes import PATIENCE, Project, concepts, free_port, index_folder, steady

COMMANDS = {
    "ask": {"--json", "--why"},
    "feedback": {"--json", "--csv", "--clear"},
    "tune": {"--epochs", "--threads", "--undo", "--json"},
    "train": {"--json"},
    "serve": {"--host", "--port"},
    "gateway": {"--host", "--port"},
    "rasa": set(),
    "openapi": set(),
    "reload": {"--json"},
    "eval": {"--split", "--baselines", "--no-baselines", "--report", "--questions", "--json"},
    "bench": {
        "--turns",
        "--repeats",
        "--first",
        "--live",
        "--helpdesk",
        "--load",
        "--scale",
        "--vectors",
        "--widget",
        "--report",
        "--json",
    },
    "doctor": {"--json"},
    "helpdesk": set(),
    "privacy": set(),
    "retention": {"--json"},
    "diff": {"--questions", "--log", "--self-test", "--fail-on-loss", "--report", "--json"},
    "import": {
        "--to",
        "--format",
        "--language",
        "--map",
        "--strict",
        "--force",
        "--report",
        "--check",
        "--json",
    },
    "export": {"--to", "--format", "--force"},
}


class TestHelp:
    def test_every_command_and_all_of_the_environment_are_listed(self, project: Project) -> None:
        done = project.termwise("--help")
        assert done.returncode == 0
        listed = done.stdout.partition("Commands:")[2]
        assert set(re.findall(r"^  ([a-z]+)  ", listed, re.MULTILINE)) == set(COMMANDS)
        for name in ("GLOSSARY", "MODELS", "STATE", "HOST", "PORT"):
            assert name in done.stdout

    @pytest.mark.parametrize("command", COMMANDS)
    def test_each_command_explains_its_options(self, project: Project, command: str) -> None:
        done = project.termwise(command, "--help")
        assert done.returncode == 0
        assert done.stderr == ""
        options = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", done.stdout))
        assert options == COMMANDS[command] | {"--help"}

    def test_the_installed_command_knows_its_version(self, project: Project) -> None:
        command = Path(sys.executable).with_name("termwise")
        done = subprocess.run(
            [command, "--version"], cwd=project.folder, env=project.environment(), text=True,
            capture_output=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
        assert done.returncode == 0
        assert importlib.metadata.version("termwise") in done.stdout

    @pytest.mark.parametrize(
        "arguments",
        [
            ("nothing",), ("ask",), ("ask", "--nothing", "x"), ("serve", "--port", "x"),
            ("serve", "--port", "65536"), ("eval", "--split", "all-of-them"), ("train", "x"),
        ],
        ids=" ".join,
    )  # fmt: skip
    def test_what_is_no_command_is_refused(
        self, project: Project, arguments: tuple[str, ...]
    ) -> None:
        done = project.termwise(*arguments)
        assert done.returncode == 2
        assert done.stdout == ""
        assert "Usage:" in done.stderr
        assert "Traceback" not in done.stderr


class TestFeedback:
    def test_it_is_listed_counted_printed_for_programs_and_cleared(
        self, project: Project, tmp_path: Path
    ) -> None:
        there = project.having(STATE=tmp_path)
        assert there.termwise("feedback").stdout == "no feedback yet\n"
        store = FeedbackStore(tmp_path / "feedback.db", texts=True)
        for number, (verdict, entries) in enumerate(
            [("bad", ("sms", "mms")), ("good", ("sms",)), ("bad", ())]
        ):
            store.keep(
                Feedback("2026-01-02T03:04:05+00:00", verdict, entries, "define", "en", "5eed",
                         "ada", str(number), "=1+1"),
            )  # fmt: skip
        table = there.termwise("feedback").stdout
        assert re.search(r"^sms +1 +1$", table, re.MULTILINE)
        assert re.search(r"^\(declined\) +0 +1$", table, re.MULTILINE)
        assert "ada" not in table
        said = json.loads(there.termwise("feedback", "--json").stdout)
        assert said["entries"][0] == {"entry": "sms", "good": 1, "bad": 1}
        assert [each["verdict"] for each in said["feedback"]] == ["bad", "good", "bad"]
        rows = list(csv.DictReader(there.termwise("feedback", "--csv").stdout.splitlines()))
        assert [row["entries"] for row in rows] == ["sms mms", "sms", ""]
        assert rows[0]["text"] == "'=1+1"  # no formula for a spreadsheet
        assert there.termwise("feedback", "--clear").stdout == "3 verdicts forgotten\n"
        assert there.termwise("feedback", "--csv").stdout == ""

    def test_a_damaged_file_is_one_line(self, project: Project, tmp_path: Path) -> None:
        (tmp_path / "feedback.db").write_bytes(b"no database " * 100)
        done = project.having(STATE=tmp_path).termwise("feedback")
        assert done.returncode == 2
        assert "[S031]" in done.stderr
        assert "Traceback" not in done.stderr


class TestAsk:
    def test_an_answer_is_all_that_is_printed(self, project: Project, assistant: Assistant) -> None:
        done = project.termwise("ask", "what", "is", "rcs")
        assert done.returncode == 0
        assert done.stderr == ""
        assert done.stdout == assistant.ask("what is rcs").text + "\n"

    def test_json_is_the_contract_and_the_text(
        self, project: Project, validate: Callable[[Any], None], assistant: Assistant
    ) -> None:
        done = project.termwise("ask", "--json", "Was ist RCS?")
        assert done.returncode == 0
        assert done.stderr == ""
        said = json.loads(done.stdout)
        answer = assistant.ask("Was ist RCS?")
        assert steady(said) == steady({"text": answer.text, **answer.to_dict()})
        assert said.pop("text")
        validate(said)

    def test_a_question_that_is_declined_has_exit_code_1(
        self, project: Project, validate: Callable[[Any], None]
    ) -> None:
        done = project.termwise("ask", "--json", "how tall is the Eiffel Tower?")
        assert done.returncode == 1
        said = json.loads(done.stdout)
        assert said.pop("text")
        validate(said)
        assert said["kind"] == "decline"

    def test_talk_has_exit_code_0(self, project: Project) -> None:
        done = project.termwise("ask", "hello")
        assert done.returncode == 0
        assert done.stdout.strip()

    def test_why_shows_the_evidence(self, project: Project, assistant: Assistant) -> None:
        done = project.termwise("ask", "--why", "what is rcs")
        answer = assistant.ask("what is rcs")
        assert done.returncode == 0
        assert done.stdout.startswith(f"{answer.text}\n\n")
        why = done.stdout.removeprefix(answer.text)
        for part in (
            "named: it names its concept",
            "Names found",
            "exact",
            "define",
            "answers from",
        ):
            assert part in why
        numbers = {name for name, value in answer.reasons.items() if isinstance(value, float)}
        assert numbers <= set(re.findall(r"^ (\w+) ", why, re.MULTILINE))

    @pytest.mark.parametrize("question", ["", "\x01\x7f", "/restart"])
    def test_whatever_is_asked_gets_an_answer(self, project: Project, question: str) -> None:
        done = project.termwise("ask", "--", question)
        assert done.returncode in (0, 1)
        assert done.stderr == ""
        assert done.stdout.strip()

    def test_the_terminal_needs_no_unicode(self, project: Project) -> None:
        done = project.having(LC_ALL="C", PYTHONUTF8="0", PYTHONIOENCODING="ascii").termwise(
            "ask", "Was", "sind", "Vorteile", "von", "RCS?"
        )
        assert "Traceback" not in done.stderr
        assert done.returncode == 0

    def test_a_broken_pipe_is_no_bug(self, project: Project) -> None:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot.cli", "ask", "what is rcs"], cwd=project.folder,
            env=project.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stdout is not None
        process.stdout.close()
        with process:
            assert process.stderr is not None
            assert "Traceback" not in process.stderr.read()

    def test_nothing_is_written(self, project: Project, tmp_path: Path) -> None:
        """Asking reads only: it works where nothing may be written."""
        state = tmp_path / "state"
        before = sorted(project.models.rglob("*"))
        assert concepts(project.having(STATE=state).ask("what is rcs"))
        assert sorted(project.models.rglob("*")) == before
        assert not state.exists()


class TestTrain:
    def test_json_says_what_was_done(self, project: Project, assistant: Assistant) -> None:
        done = project.termwise("train", "--json")
        assert done.returncode == 0
        assert done.stderr == "", "it should have been trained before the tests"
        facts = json.loads(done.stdout)
        assert (facts["encoder"], facts["model"], facts["index"]) == (False, False, False)
        assert facts["entries"] == len(assistant.glossary)
        assert facts["passages"] == len(assistant.passages)
        assert facts["encoded"] == 0
        assert facts["seconds"] >= 0
        assert set(facts["calibration"]) == {"named", "described"}


class TestDoctor:
    @pytest.fixture
    def healthy(self, project: Project) -> Project:
        return project.having(PORT=free_port())

    def test_all_is_well(self, healthy: Project) -> None:
        done = healthy.termwise("doctor")
        assert done.returncode == 0, done.stdout
        assert done.stderr == ""
        assert {line[:4] for line in done.stdout.splitlines()} == {"ok  "}

    def test_json_has_one_object_per_finding(self, healthy: Project) -> None:
        findings = json.loads(healthy.termwise("doctor", "--json").stdout)
        for finding in findings:
            assert finding.keys() == {"what", "ok", "found", "remedy"}
            assert finding["ok"] is True
            assert finding["remedy"] == ""
        assert {"glossary", "encoder", "question types", "index", "port"} <= {
            finding["what"] for finding in findings
        }

    def test_nothing_trained(self, healthy: Project, tmp_path: Path) -> None:
        untrained = healthy.having(MODELS=tmp_path / "none")
        faults = self._faults(untrained)
        spoken = untrained.termwise("doctor")
        assert spoken.returncode == 2
        assert re.findall(r"^FAIL  ([^:]+): ", spoken.stdout, re.MULTILINE) == list(faults)
        assert set(faults) == {"encoder", "question types", "index"}
        assert all("`termwise train`" in fault["remedy"] for fault in faults.values())
        assert not (tmp_path / "none").exists()

    def test_a_broken_glossary(self, healthy: Project, tmp_path: Path) -> None:
        (tmp_path / "x.md").write_text("---\nid: [\n---\n")
        faults = self._faults(healthy.having(GLOSSARY=tmp_path))
        assert set(faults) == {"glossary"}
        assert "x.md" in faults["glossary"]["found"]
        assert faults["glossary"]["remedy"]

    def test_a_glossary_that_has_changed(self, healthy: Project, tmp_path: Path) -> None:
        (tmp_path / "x.md").write_text("# X\n\nX is a letter.\n")
        faults = self._faults(healthy.having(GLOSSARY=tmp_path))
        assert set(faults) == {"index"}
        assert "`termwise train`" in faults["index"]["remedy"]

    def test_a_damaged_index(self, healthy: Project, tmp_path: Path) -> None:
        models = tmp_path / "models"
        shutil.copytree(healthy.models, models)
        damaged = healthy.having(MODELS=models)
        (index_folder(damaged) / "entries.json").write_text("[]")
        faults = self._faults(damaged)
        assert set(faults) == {"index"}
        assert "`termwise train`" in faults["index"]["remedy"]

    def test_a_port_in_use(self, healthy: Project) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            faults = self._faults(healthy.having(PORT=port))
        assert set(faults) == {"port"}
        assert str(port) in faults["port"]["found"]
        assert "PORT" in faults["port"]["remedy"]

    @staticmethod
    def _faults(project: Project) -> dict[str, dict[str, str]]:
        """Return what is wrong."""
        done = project.termwise("doctor", "--json")
        assert done.returncode == 2
        assert done.stderr == ""
        return {f["what"]: f for f in json.loads(done.stdout) if not f["ok"]}


class TestEnvironment:
    @pytest.mark.parametrize("command", ["ask x", "train", "serve", "doctor"])
    def test_a_wrong_setting_is_one_line(self, project: Project, command: str) -> None:
        done = project.having(PORT="many").termwise(*command.split())
        assert done.returncode == 2
        assert done.stdout == ""
        assert done.stderr.startswith("[S001] PORT is 'many'")
        assert len(done.stderr.splitlines()) == 1

    def test_an_empty_setting_is_none(self, project: Project) -> None:
        assert concepts(project.having(PORT="", HOST="", STATE="").ask("what is rcs"))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_an_answer_that_cannot_be_written_is_one_line(project: Project) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "bot.cli", "ask", "what is rcs"], cwd=project.folder, text=True,
            env=project.environment(), stdout=full, stderr=subprocess.PIPE, check=False,
        )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.startswith("[S006] ")
    assert len(done.stderr.splitlines()) == 1, done.stderr


def test_a_file_that_may_not_be_read_is_one_line(project: Project, tmp_path: Path) -> None:
    (tmp_path / "x.md").write_text("# X\n\nX is.\n")
    (tmp_path / "x.md").chmod(0)
    if os.access(tmp_path / "x.md", os.R_OK):
        pytest.skip("this user may read everything")
    done = project.having(GLOSSARY=tmp_path).termwise("train")
    assert done.returncode == 2
    assert done.stderr.startswith("[S006] ")
    assert len(done.stderr.splitlines()) == 1, done.stderr
