"""The benchmark measures what it says, on real processes and a real HTTP stand-in server.

No test asserts how fast anything is.
"""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.benchmark import BenchmarkError, BenchmarkResult, write_report
from bot.benchmark import run as run_benchmark
from bot.benchmark.baseline import baseline
from bot.benchmark.conversation import Conversation
from bot.benchmark.environment import server_environment
from bot.benchmark.failure import AskError, Failure
from bot.benchmark.latency import Samples, Stream, interleave, percentile
from bot.benchmark.machine import Machine, this_machine
from bot.benchmark.measurement import _on_topic, measure
from bot.benchmark.process import ProcessTree, free_port
from bot.benchmark.questions import QUESTIONS, question
from bot.benchmark.result import Measure
from bot.benchmark.side import Side, hello
from bot.benchmark.startup import wait_ready
from bot.benchmark.subject import subject
from bot.benchmark.worktree import copy_tree

STAND_IN = '''
"""A server of Rasa's REST channel; what a message says decides what goes wrong."""
import json, subprocess, sys
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer

class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status, answer = self.answer(asked)
        with open("asked.jsonl", "a") as log:
            log.write(json.dumps({**asked, "from": self.client_address[1]}) + "\\n")
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def answer(self, asked):
        told = asked["message"]
        said = [{"recipient_id": asked["sender"], "text": "You said: " + told}]
        bad = {"fail": (503, {}), "empty": (200, []), "blank": (200, [{"text": " "}]),
               "prose": (200, b"oops"), "object": (200, {"text": "x"})}
        return bad.get(told, (200, said))

    def log_message(self, *arguments):
        pass

if "child" in sys.argv:
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
if "train" in sys.argv:
    print("trained")
else:
    port = int(sys.argv[sys.argv.index("--port") + 1])
    print("serving", flush=True)
    TCPServer(("127.0.0.1", port), Handler).serve_forever()
'''
MACHINE = Machine(2, 0.5, "Linux 6 x86_64", "3.11.7", "3.6.21", "abc")


def side(folder: Path, name: str, *extra: str) -> Side:
    """Make a side whose server is the stand-in."""
    home = folder / name
    home.mkdir()
    script = home / "stand_in.py"
    script.write_text(STAND_IN, encoding="utf-8")
    command = (sys.executable, str(script), *extra)
    return Side(
        name=name,
        folder=home,
        logs=folder,
        train=(*command, "train"),
        serve=lambda port: (*command, "--port", str(port)),
        first="hello",
        text=hello,
    )


def asked(one: Side) -> list[dict[str, str]]:
    """Read what a stand-in was asked, in order."""
    lines = (one.folder / "asked.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def process(folder: Path, code: str) -> ProcessTree:
    """Start a Python program."""
    return ProcessTree(
        [sys.executable, "-c", code],
        folder=folder,
        log=folder / "process.log",
        environment=server_environment(),
    )


def wait_for(condition: Callable[[], bool]) -> None:
    """Poll until the condition holds; give up after a minute."""
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "waited for a minute in vain"
        time.sleep(0.02)


def project(folder: Path) -> Path:
    """Make a git project whose ``bot.cli`` is the stand-in; its name is ``project``."""
    made = folder / "project"
    (made / "bot").mkdir(parents=True)
    (made / "bot" / "__init__.py").touch()  # else the installed package of that name is found
    (made / "bot" / "cli.py").write_text(STAND_IN, encoding="utf-8")
    subprocess.run(["git", "init", "--quiet", str(made)], check=True)
    return made


def ignore(_line: str) -> None:
    """Take progress and do nothing."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[Side, int]]:
    """Yield a stand-in that answers, and its port."""
    one, port = side(tmp_path, "stand-in"), free_port()
    with one.start_server(port, "serve") as tree:
        wait_ready(tree, port, "hello")
        yield one, port


def result(**changes: object) -> BenchmarkResult:
    """Make a result in which all targets are met."""
    made = BenchmarkResult(
        machine=MACHINE,
        turns=2,
        repeats=1,
        measures=(
            Measure("turn latency p50", "ms", 20.0, 10.0, 0.5),
            Measure("for information", "ms", 20.0, 90.0),
        ),
        latencies={'baseline, "hello"': [20.0, 21.0], "subject": [9.0, 11.0]},
        starts={"baseline": [30.0], "subject": [5.0]},
        first_answers={"baseline": "Hey!", "subject": "A hashtag is"},
        on_topic=2,
        failures=(),
    )
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]


# --- percentiles and questions


@given(
    st.lists(st.floats(0, 1e6), min_size=1, max_size=40),
    st.sampled_from([0.0, 0.5, 0.95, 1.0]),
)
def test_percentile_agrees_with_numpy(samples: list[float], share: float) -> None:
    """Linear interpolation, as numpy does it."""
    assert percentile(samples, share) == pytest.approx(np.percentile(samples, share * 100))


def test_no_samples_meet_no_target() -> None:
    """A side that never answered is not fast."""
    assert not Measure("latency", "ms", 20.0, Samples("subject").p95, 0.5).met


def test_the_questions_are_many_and_in_both_languages() -> None:
    """At least 20 different ones, a fair share of each language."""
    languages = Counter(each.language for each in QUESTIONS)
    assert len({each.text for each in QUESTIONS}) == len(QUESTIONS) >= 20
    assert min(languages["en"], languages["de"]) >= 10


def test_no_text_comes_twice_in_a_run_with_its_warm_up() -> None:
    """Otherwise a cache of sentences would answer instead of the search."""
    texts = [question(turn) for turn in range(-20, 200)]
    assert len(set(texts)) == len(texts)


# --- environment


def test_the_environment_is_fixed_and_hides_the_callers_settings() -> None:
    """Telemetry off, offline, one thread; a PORT or MODELS of the caller does not come through."""
    caller = {"PATH": "/bin", "HOME": "/home/x", "PORT": "1", "MODELS": "m", "PYTHONPATH": "p"}
    environment = server_environment(caller)
    assert environment["HOME"] == "/home/x"
    assert environment["PATH"].split(":") == [str(Path(sys.executable).parent), "/bin"]
    assert environment["RASA_TELEMETRY_ENABLED"] == "false"
    assert environment["HF_HUB_OFFLINE"] == environment["OMP_NUM_THREADS"] == "1"
    assert environment["TF_CPP_MIN_LOG_LEVEL"] == "3"
    assert not environment.keys() & {"PORT", "MODELS", "PYTHONPATH"}


# --- processes


def test_a_command_that_fails_shows_the_end_of_its_log(tmp_path: Path) -> None:
    """The code and the last lines, in one error."""
    message = r"ended with code 3(.|\n)*the reason"
    tree = process(tmp_path, "import sys; print('the reason'); sys.exit(3)")
    with tree, pytest.raises(BenchmarkError, match=message):
        tree.finish(timeout=60)


def test_a_command_that_hangs_is_given_up(tmp_path: Path) -> None:
    """And it is gone afterwards."""
    tree = process(tmp_path, "import time; time.sleep(600)")
    with tree, pytest.raises(BenchmarkError, match="did not end within"):
        tree.finish(timeout=0.2)
    assert tree.members() == []


def test_memory_counts_children_and_orphans(tmp_path: Path) -> None:
    """A child whose parent has died still belongs to the tree, and dies with it."""
    orphan = "import time; block = bytearray(200_000_000); print('up', flush=True); time.sleep(600)"
    parent = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {orphan!r}])"
    root = f"import subprocess, sys, time; subprocess.run([sys.executable, '-c', {parent!r}])"
    with process(tmp_path, f"{root}; time.sleep(600)") as tree:
        wait_for(lambda: "up" in tree.log.read_text() and len(tree.members()) == 2)
        members = tree.members()
        assert 200 < tree.resident_megabytes() < 400
    assert not any(member.is_running() for member in members)


def test_the_cpu_time_of_children_counts_and_waiting_does_not(tmp_path: Path) -> None:
    """As little as a started Python for one that sleeps; what a child burns for one that works."""
    burn = "import time\nwhile time.process_time() < 0.5: pass"
    with process(
        tmp_path, f"import subprocess, sys; subprocess.run([sys.executable, '-c', {burn!r}])"
    ) as tree:
        ended = tree.finish(timeout=60)
    assert ended.cpu_seconds >= 0.5
    with process(tmp_path, "import time; time.sleep(1)") as tree:
        idle = tree.finish(timeout=60)
    assert idle.seconds >= 1
    assert idle.cpu_seconds < idle.seconds


def test_a_process_that_ignores_the_request_to_end_is_killed(tmp_path: Path) -> None:
    """After a grace period."""
    deaf = "signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True)"
    with process(tmp_path, f"import signal, time; {deaf}; time.sleep(600)") as tree:
        wait_for(lambda: "up" in tree.log.read_text())
        (member,) = tree.members()
        tree.stop(grace=0.2)
        assert not member.is_running()


# --- conversation, start and latency


def test_questions_of_a_conversation_share_one_connection(server: tuple[Side, int]) -> None:
    """Keep-alive, seen from the server: all from the same port."""
    one, port = server
    with Conversation(port) as conversation:
        replies = [conversation.ask("me", text) for text in ("one", "two", "three")]
    assert [reply.text for reply in replies] == [f"You said: {t}" for t in ("one", "two", "three")]
    assert all(reply.milliseconds > 0 for reply in replies)
    assert len({each["from"] for each in asked(one)[-3:]}) == 1


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        ("fail", "HTTP 503"),
        ("empty", "empty answer"),
        ("blank", "empty answer"),
        ("prose", "not JSON: oops"),
        ("object", "not a list of messages"),
    ],
)
def test_an_answer_that_says_nothing_is_an_error(
    server: tuple[Side, int], message: str, problem: str
) -> None:
    """And the next question is answered all the same."""
    with Conversation(server[1]) as conversation:
        with pytest.raises(AskError, match=problem):
            conversation.ask("me", message)
        assert conversation.ask("me", "again").text == "You said: again"


def test_nobody_listening_is_an_error() -> None:
    """Not a crash: this is what polling a starting server meets."""
    with Conversation(free_port()) as conversation, pytest.raises(AskError, match="Refused"):
        conversation.ask("me", "hello")


def test_a_server_that_dies_while_starting_is_reported_at_once(tmp_path: Path) -> None:
    """With its log, instead of polling until the timeout."""
    tree = process(tmp_path, "raise SystemExit('no model')")
    with tree, pytest.raises(BenchmarkError, match=r"ended with code 1(.|\n)*no model"):
        wait_ready(tree, free_port(), "hello")


def test_a_server_that_never_answers_is_given_up(tmp_path: Path) -> None:
    """The error tells what the last try met; an empty answer is not an answer."""
    one, port = side(tmp_path, "stand-in"), free_port()
    with one.start_server(port, "serve") as tree:
        wait_ready(tree, port, "hello")
        with pytest.raises(BenchmarkError, match="last try: empty answer"):
            wait_ready(tree, port, "empty", timeout=tree.seconds + 0.3)


def test_streams_are_asked_in_turn_with_rotating_senders(server: tuple[Side, int]) -> None:
    """ABAB, the warm-up first, a new sender every four turns, the same way for both."""
    one, port = server
    before = len(asked(one))
    with Conversation(port) as conversation:
        streams = [Stream(conversation, str, Samples(name)) for name in ("a", "b")]
        interleave(streams, turns=8, warm_up=4, progress=ignore)
    found = asked(one)[before:]
    assert [(each["sender"][0], int(each["message"])) for each in found] == [
        (name, turn) for turn in range(-4, 8) for name in "ab"
    ]
    assert [each["sender"] for each in found if each["sender"][0] == "a"] == [
        f"a.{number}" for number in (-1, 0, 1) for _ in range(4)
    ]
    assert [len(stream.samples.milliseconds) for stream in streams] == [8, 8]


def test_a_failed_turn_is_kept_and_gives_no_sample(server: tuple[Side, int]) -> None:
    """In the warm-up too: a fast error must not pass for a fast answer."""
    texts = {-1: "empty", 0: "fine", 1: "fail", 2: "fine"}
    with Conversation(server[1]) as conversation:
        stream = Stream(conversation, texts.__getitem__, Samples("subject"))
        interleave([stream], turns=3, warm_up=1, progress=ignore)
    assert len(stream.samples.milliseconds) == 2
    assert stream.samples.texts == ["You said: fine", "", "You said: fine"]
    assert [(each.turn, each.problem[:8]) for each in stream.samples.failures] == [
        (-1, "empty an"),
        (1, "HTTP 503"),
    ]


def test_only_answers_about_the_concept_are_on_topic() -> None:
    """A refusal, or a refusal that repeats the question, is not."""
    samples = Samples("subject", texts=["Instant messaging is", question(1), "I do not know."])
    assert _on_topic(samples) == 1


# --- the two sides


def test_the_baseline_is_what_rasa_init_gives(tmp_path: Path) -> None:
    """Every file of Rasa's initial project, nothing trained."""
    pytest.importorskip("rasa")
    import rasa.cli.scaffold

    rasa.cli.scaffold.create_initial_project(str(tmp_path / "init"))
    one = baseline(tmp_path)
    assert contents(one.folder) == contents(tmp_path / "init")
    assert "config.yml" in contents(one.folder)
    assert one.serve(7)[1:] == ("-m", "rasa", "run", "--interface", "127.0.0.1", "--port", "7")


def contents(folder: Path) -> dict[str, bytes]:
    """Read all files of a folder, without bytecode."""
    files = (each for each in folder.rglob("*") if each.is_file() and each.suffix != ".pyc")
    return {str(each.relative_to(folder)): each.read_bytes() for each in files}


def test_the_subject_is_the_tree_without_what_is_ignored_or_built(tmp_path: Path) -> None:
    """Tracked and new files come along; ignored ones, models and deleted ones do not."""
    made = project(tmp_path)
    files = [".gitignore", "tracked.py", "gone.py", "new/füße.md", "models/m.bin", "a.log"]
    for name in files:
        (made / name).parent.mkdir(exist_ok=True)
        (made / name).write_text("*.log" if name == ".gitignore" else name, encoding="utf-8")
    subprocess.run(["git", "-C", str(made), "add", "tracked.py", "gone.py"], check=True)
    (made / "gone.py").unlink()
    (made / "link.py").symlink_to("tracked.py")
    copy_tree(made, tmp_path / "copy")
    assert set(contents(tmp_path / "copy")) == {
        ".gitignore",
        "tracked.py",
        "new/füße.md",
        "bot/__init__.py",
        "bot/cli.py",
        "link.py",
    }
    assert (tmp_path / "copy" / "link.py").is_symlink()


def test_a_folder_that_git_does_not_know_is_refused(tmp_path: Path) -> None:
    """With git's own words."""
    with pytest.raises(BenchmarkError, match="git cannot list its files"):
        subject(tmp_path, tmp_path / "work")


# --- the whole run and its report


def test_the_whole_run_with_stand_ins(tmp_path: Path) -> None:
    """The subject through its real commands, in a copy of a project; nothing is left running."""
    base = side(tmp_path, "baseline", "child")
    ours = subject(project(tmp_path), tmp_path)
    lines: list[str] = []
    found = measure(base, ours, MACHINE, lines.append, turns=5, repeats=2)
    assert found.failures == ()
    assert {name: len(each) for name, each in found.latencies.items()} == {
        'baseline, "hello"': 5,
        "subject": 5,
        'subject, "hello"': 5,
    }
    assert {name: len(each) for name, each in found.starts.items()} == {"baseline": 2, "subject": 2}
    assert found.on_topic == 0, "an echo of the question is no answer"
    assert found.first_answers["subject"].startswith("You said: What is")
    aimed = {each.name: each.target for each in found.measures if each.target is not None}
    assert aimed == {
        "turn latency p50": 0.5,
        "turn latency p95": 0.5,
        "start to first answer": 0.3,
        "resident memory": 0.7,
        "training from nothing": 0.5,
    }
    memory = next(each for each in found.measures if each.unit == "MB")
    assert memory.baseline > memory.subject > 1
    starts = [line.split(":")[0] for line in lines if "start" in line]
    assert starts == ["baseline", "subject", "baseline", "subject"]


def test_a_run_that_fails_leaves_its_logs_and_says_where(tmp_path: Path) -> None:
    """The project of this test trains, but nobody gave it a server."""
    made = project(tmp_path)
    (made / "bot" / "cli.py").write_text("raise SystemExit('no such command')", encoding="utf-8")
    base = side(tmp_path, "baseline")
    with pytest.raises(BenchmarkError, match=r"bot.cli train(.|\n)*no such command"):
        measure(base, subject(made, tmp_path), MACHINE, ignore, turns=1, repeats=1)
    assert "no such command" in (tmp_path / "subject-train.log").read_text()


@pytest.mark.parametrize(("turns", "repeats"), [(0, 1), (1, 0)])
def test_a_run_without_work_is_refused(tmp_path: Path, turns: int, repeats: int) -> None:
    """Before anything is trained."""
    with pytest.raises(BenchmarkError, match="must be positive"):
        run_benchmark(tmp_path, tmp_path / "work", ignore, turns=turns, repeats=repeats)


def test_the_machine_is_told(tmp_path: Path) -> None:
    """Without a commit there is no revision to tell."""
    machine = this_machine(project(tmp_path))
    assert machine.cores >= 1
    assert machine.python == sys.version.split()[0]
    assert machine.revision == "no commit"


def test_targets_are_met_at_the_limit_and_missed_above() -> None:
    """A measure without target cannot miss it."""
    assert Measure("x", "s", 10.0, 3.0, 0.3).met
    assert not Measure("x", "s", 10.0, 3.1, 0.3).met
    assert not Measure("x", "s", 0.0, 3.0, 0.3).met
    assert Measure("x", "s", 10.0, 90.0).met


def test_one_failed_request_spoils_the_result() -> None:
    """Whatever the figures: and it is in every form of the report."""
    failure = Failure("subject", 3, "What is RCS?", "HTTP 500: oops")
    spoiled = result(failures=(failure,))
    assert result().met
    assert not spoiled.met
    assert spoiled.table()[-1] == ["failed requests", "", "0", "1", "", "0", "NO"]
    assert spoiled.to_json()["failures"][0]["problem"] == "HTTP 500: oops"
    assert "subject, turn 3, 'What is RCS?': HTTP 500: oops" in spoiled.to_markdown()
    assert "**Not all targets are met.**" in spoiled.to_markdown()


def test_many_failures_are_counted_and_not_hidden() -> None:
    """The Markdown shows the first ones and how many more there are."""
    failures = tuple(Failure("subject", turn, "x", "HTTP 500") for turn in range(25))
    shown = result(failures=failures).to_markdown()
    assert "Failed requests: 25" in shown
    assert "and 5 more" in shown


def test_the_table_shows_ratio_and_target() -> None:
    """A row per measure, as wide as the header."""
    header, aimed, other, _ = result().table()
    assert aimed == ["turn latency p50", "ms", "20.0", "10.0", "0.50", "<= 0.5", "yes"]
    assert other == ["for information", "ms", "20.0", "90.0", "4.50", "", ""]
    assert len(header) == len(aimed)


def test_the_report_is_json_markdown_and_a_picture(tmp_path: Path) -> None:
    """Even where one side never answered: what is missing is null, not an invalid number."""
    silent = result(
        measures=(Measure("latency", "ms", 20.0, float("nan"), 0.5),),
        latencies={"baseline": [20.0], "subject": []},
    )
    data, text, picture = write_report(silent, tmp_path / "report")
    loaded = json.loads(data.read_text(), parse_constant=pytest.fail)
    assert loaded["measures"][0]["subject"] is None
    assert loaded["measures"][0]["met"] is loaded["met"] is False
    assert loaded["machine"]["rasa"] == "3.6.21"
    assert picture.name in text.read_text()
    assert picture.read_bytes().startswith(b"\x89PNG")
