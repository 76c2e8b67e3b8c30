"""``termwise train`` on a small project of its own: what it refuses, leaves alone and mends."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.encoder_export import TUNED_MANIFEST, TUNED_MODEL, packaged
from bot.adapters.onnx_encoder import OnnxEncoder
from bot.settings import Settings
from tests.integration.processes import PATIENCE, Project, concepts, index_folder

WORDS = ("data/fields.yml", "data/dictionary.tsv")
KEPT = 20  # examples per intent: enough to tell the types apart, few enough to train in seconds
GLOSSARY = {
    "quay.md": """\
---
id: quay
terms:
  en: {preferred: quay, admitted: [wharf]}
  de: {preferred: Kai}
broader: [harbour-structure]
related: [bollard]
---

# English

A quay is a wall along the water where ships are moored and loaded.

## Purpose

A quay lets cranes and lorries reach a ship.

# Deutsch

Ein Kai ist eine Mauer am Wasser, an der Schiffe festmachen und beladen werden.
""",
    "bollard.md": """\
---
id: bollard
terms:
  en: {preferred: bollard}
  de: {preferred: Poller}
related: [quay]
---

# English

A bollard is a short post to which the rope of a ship is made fast.

# Deutsch

Ein Poller ist ein kurzer Pfosten, an dem das Tau eines Schiffs belegt wird.
""",
    "structures/harbour-structure.md": """\
---
id: harbour-structure
terms:
  en: {preferred: harbour structure}
---

# English

A harbour structure is anything that is built at the edge of the water for ships.
""",
}
OTHER_GLOSSARY = {
    "saddle.md": "# Saddle\n\nA saddle is a seat for a rider, fastened on the back of an animal.\n",
    "bridle.md": "# Bridle\n\nA bridle is the gear on the head of a horse by which it is led.\n",
}

Edit = Callable[[str, str | bytes | None], None]
Files = Mapping[str, tuple[str, int]]


@pytest.fixture(scope="module")
def workshop(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A copy of the project with fewer examples, three entries and models trained on them."""
    folder = tmp_path_factory.mktemp("workshop")
    root, models, empty = folder / "project", folder / "models", folder / "empty"
    for part in ("bot", "actions", "domain", "data/nlu", "data/rules", "data/compounds"):
        shutil.copytree(
            settings.project / part, root / part, ignore=shutil.ignore_patterns("__pycache__")
        )
    for part in ("config.yml", "endpoints.yml", "credentials.yml", *WORDS):
        shutil.copy(settings.project / part, root / part)
    for path in (root / "data" / "nlu").iterdir():
        path.write_text(fewer_examples(path.read_text(encoding="utf-8")), encoding="utf-8")
    write(root / "data" / "glossary", GLOSSARY)
    shutil.copytree(settings.encoder, models / "encoder")
    empty.mkdir()
    project = Project(root, empty).having(MODELS=models, STATE=folder / "state")
    done = project.termwise("train", "--json")
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)
    assert (facts["encoder"], facts["model"], facts["index"]) == (False, True, True)
    assert facts["entries"] == len(GLOSSARY)
    return project


@pytest.fixture
def edit(workshop: Project) -> Iterator[Edit]:
    """Change files of the project or its models (None removes one); undone after the test."""
    undone: dict[Path, bytes | None] = {}

    def change(name: str, content: str | bytes | None) -> None:
        path = place(workshop, name)
        undone.setdefault(path, path.read_bytes() if path.is_file() else None)
        put(path, content.encode() if isinstance(content, str) else content)

    yield change
    for path, content in undone.items():
        put(path, content)


def place(project: Project, name: str) -> Path:
    top, _, rest = name.partition("/")
    return project.models / rest if top == "models" else project.root / name


def put(path: Path, content: bytes | None) -> None:
    if content is None:
        path.unlink(missing_ok=True)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def write(folder: Path, files: Mapping[str, str]) -> None:
    for name, content in files.items():
        put(folder / name, content.encode())


def fewer_examples(text: str) -> str:
    lines = text.splitlines(keepends=True)
    examples = [number for number, line in enumerate(lines) if line.startswith("    - ")]
    step = max(1, len(examples) // KEPT)
    dropped = set(examples) - set(examples[::step])
    return "".join(line for number, line in enumerate(lines) if number not in dropped)


def files(folder: Path) -> Files:
    """Return checksum and time of change of every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): (
            hashlib.sha256(path.read_bytes()).hexdigest(),
            path.stat().st_mtime_ns,
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def read(project: Project, name: str) -> str:
    return place(project, name).read_text(encoding="utf-8")


def assert_refused(project: Project, *parts: str, command: str = "train") -> None:
    """One line says what is wrong, and nothing that serves has changed."""
    before = files(project.models)
    done = project.termwise(*command.split())
    said = [line for line in done.stderr.splitlines() if not line.startswith("· ")]
    assert done.returncode == 2, done.stderr
    assert len(said) == 1, done.stderr
    assert "Traceback" not in done.stderr
    for part in parts:
        assert part in said[0]
    assert files(project.models) == before


def assert_answers(
    project: Project, question: str = "what is a wharf", about: str = "quay"
) -> None:
    answer = project.ask(question)
    assert answer["kind"] == "answer", answer["text"]
    assert concepts(answer) == [about]


class TestNothingToDo:
    def test_a_second_training_changes_no_file(self, workshop: Project) -> None:
        before = files(workshop.models)
        done = workshop.termwise("train")
        assert done.returncode == 0
        assert done.stderr == ""
        assert "up to date" in done.stdout
        assert files(workshop.models) == before

    def test_the_working_directory_is_left_alone(self, workshop: Project) -> None:
        assert not list(workshop.folder.iterdir())

    def test_the_project_folder_is_left_alone(self, workshop: Project) -> None:
        assert not (workshop.root / "models").exists()
        assert not (workshop.root / ".rasa").exists()

    def test_nothing_unfinished_is_left_behind(self, workshop: Project) -> None:
        names = {path.name for path in workshop.models.iterdir()}
        assert names == {
            "dictionary.tsv",
            "encoder",
            "index",
            "termwise.tar.gz",
            "termwise.manifest.json",
            "termwise.sha256",
        }
        folder = index_folder(workshop)
        assert {p.name for p in folder.parent.iterdir()} == {"current", folder.name}

    def test_what_was_trained_answers(self, workshop: Project) -> None:
        assert_answers(workshop)

    def test_a_moved_project_is_still_trained(self, workshop: Project, tmp_path: Path) -> None:
        shutil.copytree(workshop.root, tmp_path / "moved")
        shutil.copytree(workshop.models, tmp_path / "models")
        moved = Project(tmp_path / "moved", tmp_path).having(MODELS=tmp_path / "models")
        done = moved.termwise("train", "--json")
        facts = json.loads(done.stdout)
        assert (facts["encoder"], facts["model"], facts["index"]) == (False, False, False)


BROKEN_ENTRIES = {
    "broken YAML": ("---\nid: x\nterms: [\n---\n\n# English\n\nX is.\n", "G002", ":4:"),
    "wrong type": ("---\nid: x\nterms: 5\n---\n\n# English\n\nX is.\n", "G003", ":3:"),
    "an id twice": ("---\nid: quay\n---\n# X\n\nX is.\n", "G006", ""),
    "not UTF-8": (b"# X\n\nX is \xe4.\n", "G001", ""),
}


class TestBrokenGlossary:
    @pytest.mark.parametrize("name", BROKEN_ENTRIES)
    def test_a_broken_entry_is_named_with_its_line(
        self, workshop: Project, edit: Edit, name: str
    ) -> None:
        content, code, line = BROKEN_ENTRIES[name]
        edit("data/glossary/x.md", content)
        assert_refused(workshop, f"[{code}] x.md{line}")

    def test_what_was_trained_still_answers(self, workshop: Project, edit: Edit) -> None:
        edit("data/glossary/x.md", "---\nid: [\n---\n")
        assert_refused(workshop, "x.md")
        assert_answers(workshop)

    def test_an_unknown_relation_is_named_with_a_likely_one(
        self, workshop: Project, edit: Edit
    ) -> None:
        edit("data/glossary/x.md", "---\nid: x\nrelated: [quai]\n---\n# X\n\nX is.\n")
        assert_refused(workshop, "[G005] x.md:", "'quai'", "Did you mean 'quay'?")

    def test_an_unknown_relation_is_named_with_its_line(
        self, workshop: Project, edit: Edit
    ) -> None:
        edit("data/glossary/x.md", "---\nid: x\nrelated: [quai]\n---\n# X\n\nX is.\n")
        assert_refused(workshop, "[G005] x.md:3:")

    def test_a_circle_of_broader_concepts(self, workshop: Project, edit: Edit) -> None:
        edit("data/glossary/x.md", "---\nid: x\nbroader: [y]\n---\n# X\n\nX is.\n")
        edit("data/glossary/y.md", "---\nid: y\nbroader: [x]\n---\n# Y\n\nY is.\n")
        assert_refused(workshop, "[G007] x.md", "circle")

    def test_an_empty_folder(self, workshop: Project, tmp_path: Path) -> None:
        assert_refused(workshop.having(GLOSSARY=tmp_path), "[G008]", str(tmp_path))

    def test_a_missing_folder(self, workshop: Project, tmp_path: Path) -> None:
        missing = tmp_path / "missing"
        assert_refused(workshop.having(GLOSSARY=missing), "[G009]", str(missing), "GLOSSARY")


def replaced(name: str, old: str, new: str) -> Callable[[Project], tuple[str, str]]:
    def change(project: Project) -> tuple[str, str]:
        content = read(project, name)
        assert old in content
        return name, content.replace(old, new, 1)

    return change


def added(name: str, text: str) -> Callable[[Project], tuple[str, str]]:
    return lambda project: (name, read(project, name) + text)


def removed(name: str) -> Callable[[Project], tuple[str, None]]:
    return lambda project: (name, None)


CONTRADICTION = """\
  - rule: contradiction
    steps:
      - intent: define
      - action: action_listen
"""
RULES = "data/rules/question_types.yml"
BROKEN_PROJECTS = {
    "an unknown component": (
        replaced("config.yml", "bot.nlu.term_tokenizer.TermTokenizer", "bot.nlu.nothing.Nothing"),
        ("config.yml", "bot.nlu.nothing"),
    ),
    "an unknown policy": (
        replaced("config.yml", "name: RulePolicy", "name: NoSuchPolicy"),
        ("config.yml", "NoSuchPolicy"),
    ),
    "a configuration that is no YAML": (
        added("config.yml", "pipeline: [\n"),
        ("config.yml",),
    ),
    "an unknown intent": (
        replaced("data/nlu/define.yml", "intent: define", "intent: defien"),
        ("data/nlu/define.yml:4:", "'defien'", "'define'"),
    ),
    "examples that are no YAML": (
        added("data/nlu/define.yml", "   - intent: [\n"),
        ("data/nlu/define.yml",),
    ),
    "no compounds of a language": (
        removed("data/compounds/de.txt"),
        ("[D002] data/compounds/de.txt:", "No such file"),
    ),
    "a compound of one word": (
        added("data/compounds/en.txt", "quay\n"),
        ("[D002] data/compounds/en.txt:", "2 to 5 words", "'quay'"),
    ),
    "no words of fields": (
        removed("data/fields.yml"),
        ("data/fields.yml:", "No such file"),
    ),
    "words of fields that are no YAML": (
        added("data/fields.yml", "broken: [\n"),
        ("data/fields.yml",),
    ),
    "no dictionary": (
        removed("data/dictionary.tsv"),
        ("[D002] data/dictionary.tsv:", "No such file"),
    ),
    "a dictionary with a line that is none": (
        replaced("data/dictionary.tsv", "\n", "\nKaimauer quay wall\n"),
        ("[D002] data/dictionary.tsv:2:", "a tab", "'Kaimauer quay wall'"),
    ),
    "a dictionary with a word twice": (
        added("data/dictionary.tsv", "Kaimauerkrone\ttop\nkaimauerkrone\ttop\n"),
        ("[D002] data/dictionary.tsv:", "'kaimauerkrone' comes twice"),
    ),
    "rules that contradict": (
        added(RULES, CONTRADICTION),
        ("'contradiction'", "'define'"),
    ),
    "rules that are no YAML": (
        added(RULES, "   - rule: [\n"),
        (RULES,),
    ),
    "a rule with an unknown intent": (
        replaced(RULES, "intent: define", "intent: defien"),
        (f"{RULES}:", "'defien'", "'define'"),
    ),
    "a rule with an unknown action": (
        replaced(RULES, "action: action_answer", "action: action_answre"),
        (f"{RULES}:", "'action_answre'", "'action_answer'"),
    ),
    "examples of an intent that the domain lacks": (
        replaced("domain/intents.yml", "  - define\n", ""),
        ("data/nlu/define.yml:4:", "'define'"),
    ),
    "an intent that the domain has twice": (
        replaced("domain/intents.yml", "  - define\n", "  - define\n" * 2),
        ("domain/intents.yml:", "'define'", "once"),
    ),
    "a domain with an unknown key": (
        added("domain/conversation.yml", "slot:\n  x: {type: any}\n"),
        ("domain/conversation.yml:", "'slot'", "'slots'"),
    ),
    "a configuration without components": (
        replaced("config.yml", "pipeline:", "pipelines:"),
        ("config.yml:", "'pipelines'", "'pipeline'"),
    ),
    "a domain that is no YAML": (
        added("domain/intents.yml", "intents: {\n"),
        ("domain/intents.yml",),
    ),
}


class TestBrokenProject:
    @pytest.mark.parametrize("name", BROKEN_PROJECTS)
    def test_it_is_refused_in_one_line(
        self, workshop: Project, edit: Edit, tmp_path: Path, name: str
    ) -> None:
        change, parts = BROKEN_PROJECTS[name]
        edit(*change(workshop))
        shutil.copytree(workshop.models, tmp_path / "models")
        assert_refused(workshop.having(MODELS=tmp_path / "models"), *parts)

    def test_what_was_trained_still_answers(self, workshop: Project, edit: Edit) -> None:
        for name in ("config.yml", "data/nlu/define.yml", RULES, "domain/intents.yml"):
            edit(name, "broken: [\n")
        assert_answers(workshop)


CUT = ("models/termwise.tar.gz", "models/encoder/model.int8.onnx", "models/dictionary.tsv")


class TestDamage:
    @pytest.mark.parametrize("name", ["entries.json", "vectors.npy", "manifest.json"])
    def test_one_wrong_byte_in_the_index_is_noticed(
        self, workshop: Project, edit: Edit, name: str
    ) -> None:
        path = f"models/index/{index_folder(workshop).name}/{name}"
        content = bytearray(place(workshop, path).read_bytes())
        content[len(content) // 2] ^= 1
        edit(path, bytes(content))
        assert_refused(workshop, "index", "`termwise train`", command="ask what is a quay")

    def test_training_mends_the_index(self, workshop: Project, edit: Edit) -> None:
        edit(f"models/index/{index_folder(workshop).name}/vectors.npy", b"")
        done = workshop.termwise("train")
        assert done.returncode == 0, done.stderr
        assert_answers(workshop)

    def test_a_half_written_version_is_not_read(self, workshop: Project, edit: Edit) -> None:
        edit("models/index/0123456789abcdef/entries.json", "[")
        edit("models/index/index-half/entries.json", "[")
        assert_answers(workshop)

    @pytest.mark.parametrize("content", ["0123456789abcdef\n", "", "../../..\n"])
    def test_a_current_version_that_is_none(
        self, workshop: Project, edit: Edit, content: str
    ) -> None:
        edit("models/index/current", content)
        assert_refused(workshop, "index", "`termwise train`", command="ask what is a quay")

    @pytest.mark.parametrize(
        "name",
        [
            "models/termwise.tar.gz",
            "models/encoder/manifest.json",
            "models/dictionary.tsv",
            "models/index/current",
        ],
    )
    def test_a_missing_part_is_named_with_the_remedy(
        self, workshop: Project, edit: Edit, name: str
    ) -> None:
        edit(name, None)
        assert_refused(workshop, "[M001]", "`termwise train`", command="ask what is a quay")

    @pytest.mark.parametrize("name", CUT)
    def test_a_damaged_part_is_named_with_the_remedy(
        self, workshop: Project, edit: Edit, name: str
    ) -> None:
        edit(name, place(workshop, name).read_bytes()[:1000])
        assert_refused(workshop, "[M002]", "`termwise train`", command="ask what is a quay")

    @pytest.mark.parametrize("name", CUT)
    def test_the_remedy_helps(self, workshop: Project, edit: Edit, name: str) -> None:
        edit(name, place(workshop, name).read_bytes()[:1000])
        done = workshop.termwise("train")
        assert done.returncode == 0, done.stderr
        assert_answers(workshop)

    def test_a_model_that_lacks_its_end_is_trained_anew(
        self, workshop: Project, edit: Edit
    ) -> None:
        """It answers on the command line still, and no server takes it."""
        name = "models/termwise.tar.gz"
        edit(name, place(workshop, name).read_bytes()[:-20])
        assert json.loads(workshop.termwise("train", "--json").stdout)["model"] is True

    @pytest.mark.parametrize("content", [b"\xff\xfe", b""])
    def test_a_stamp_that_says_nothing_is_no_stamp(
        self, workshop: Project, edit: Edit, content: bytes
    ) -> None:
        edit("models/termwise.sha256", content)
        assert json.loads(workshop.termwise("train", "--json").stdout)["model"] is True

    def test_no_models_at_all(self, workshop: Project, tmp_path: Path) -> None:
        empty = workshop.having(MODELS=tmp_path / "none")
        done = empty.termwise("ask", "what is a quay")
        assert done.returncode == 2
        assert done.stderr.startswith("[M001]")
        assert "`termwise train`" in done.stderr
        assert len(done.stderr.splitlines()) == 1
        assert not (tmp_path / "none").exists()

    @pytest.mark.parametrize("name", ["models", "models/below"])
    def test_a_models_folder_that_cannot_be_written(
        self, workshop: Project, tmp_path: Path, name: str
    ) -> None:
        (tmp_path / "models").write_text("a file in the place of the folder")
        done = workshop.having(MODELS=tmp_path / name).termwise("train")
        assert done.returncode == 2
        assert len(done.stderr.splitlines()) == 1
        assert done.stderr.startswith("[S003]")
        assert "MODELS" in done.stderr


class TestOriginal:
    """The encoder is exported anew, and sentence-transformers is asked what its original gives."""

    def test_an_original_that_disagrees_fails_the_training(
        self, workshop: Project, tmp_path: Path
    ) -> None:
        models = tmp_path / "models"
        shutil.copytree(workshop.models, models)
        original = models / "tuned" / TUNED_MODEL
        shutil.copytree(packaged(), original)
        write(models / "tuned", {TUNED_MANIFEST: '{"version": "tuned-1"}'})
        pooling = json.loads((original / "1_Pooling" / "config.json").read_text())
        pooling |= {"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}
        write(original, {"1_Pooling/config.json": json.dumps(pooling)})  # not what is exported
        project = workshop.having(MODELS=models)
        before = {path.name for path in models.iterdir()}
        assert_refused(project, "[M006]", "[M003]", "cosine 0.")
        assert {path.name for path in models.iterdir()} == before
        assert_answers(project)

    def test_one_that_agrees_lets_the_new_parts_serve(
        self, workshop: Project, tmp_path: Path
    ) -> None:
        """The same weights under another name: all that depends on the encoder is built anew."""
        models = tmp_path / "models"
        shutil.copytree(workshop.models, models)
        shutil.copytree(packaged(), models / "tuned" / TUNED_MODEL)
        write(models / "tuned", {TUNED_MANIFEST: '{"version": "tuned-1"}'})
        project = workshop.having(MODELS=models)
        done = project.termwise("train", "--json")
        assert done.returncode == 0, done.stderr
        facts = json.loads(done.stdout)
        assert (facts["encoder"], facts["model"], facts["index"]) == (True, True, True)
        assert OnnxEncoder(models / "encoder").version.startswith("tuned-1-")
        assert_answers(project)
        assert "up to date" in project.termwise("train").stdout
        assert not [path.name for path in models.iterdir() if path.name.startswith("export-")]

    def test_a_damaged_export_alone_is_made_again(self, workshop: Project, tmp_path: Path) -> None:
        models = tmp_path / "models"
        shutil.copytree(workshop.models, models)
        put(models / "encoder" / "model.int8.onnx", b"")
        project = workshop.having(MODELS=models)
        facts = json.loads(project.termwise("train", "--json").stdout)
        assert (facts["encoder"], facts["model"], facts["index"]) == (True, False, False)
        assert not (models / "termwise.tar.gz").is_symlink()
        assert_answers(project)


class TestInterruption:
    def test_after_a_crash_the_former_version_answers_and_training_goes_on(
        self, workshop: Project, tmp_path: Path
    ) -> None:
        models = tmp_path / "models"
        shutil.copytree(workshop.models, models)
        write(tmp_path / "glossary", {**GLOSSARY, **OTHER_GLOSSARY})
        project = workshop.having(MODELS=models, GLOSSARY=tmp_path / "glossary")
        kill_at(project, "· ", "train")
        assert_answers(project)
        done = project.termwise("train")
        assert done.returncode == 0, done.stderr
        assert_answers(project)
        assert_answers(project, "what is a saddle", "saddle")


def kill_at(project: Project, line: str, *arguments: str) -> None:
    """Start a command and kill it without warning once it says something."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bot.cli", *arguments], cwd=project.folder, text=True,
        env=project.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    with process:
        assert process.stderr is not None
        said = next((said for said in process.stderr if said.startswith(line)), None)
        process.kill()
        process.wait(timeout=PATIENCE)
    assert said is not None, "it ended before"


class TestAnotherGlossary:
    @pytest.fixture(scope="class")
    def stables(self, project: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
        """The real project, its encoder and Rasa model as they are, with another glossary."""
        folder = tmp_path_factory.mktemp("stables")
        shutil.copytree(project.models, folder / "models", ignore=shutil.ignore_patterns("index"))
        write(folder / "glossary", OTHER_GLOSSARY)
        return project.having(MODELS=folder / "models", GLOSSARY=folder / "glossary")

    @pytest.fixture(scope="class")
    def facts(self, stables: Project) -> dict[str, Any]:
        done = stables.termwise("train", "--json")
        assert done.returncode == 0, done.stderr
        loaded: dict[str, Any] = json.loads(done.stdout)
        return loaded

    def test_only_the_index_is_built(self, facts: dict[str, Any]) -> None:
        assert (facts["encoder"], facts["model"], facts["index"]) == (False, False, True)
        assert facts["entries"] == len(OTHER_GLOSSARY)
        assert facts["encoded"] == facts["passages"] > 0

    @pytest.mark.usefixtures("facts")
    def test_it_answers_from_that_glossary_and_no_other(self, stables: Project) -> None:
        answer = stables.ask("What is a saddle?")
        assert concepts(answer) == ["saddle"]
        assert "A saddle is a seat for a rider" in answer["text"]
        assert "saddle.md" in answer["text"]
        assert stables.ask("what is rcs")["kind"] == "decline"

    @pytest.mark.usefixtures("facts")
    def test_an_entry_that_changes_is_all_that_is_encoded(self, stables: Project) -> None:
        folder = Path(stables.variables["GLOSSARY"])
        write(folder, {"stirrup.md": "# Stirrup\n\nA stirrup holds the foot of a rider.\n"})
        facts = json.loads(stables.termwise("train", "--json").stdout)
        assert (facts["model"], facts["index"], facts["entries"]) == (False, True, 3)
        assert 0 < facts["encoded"] < facts["passages"]
        assert_answers(stables, "What is a stirrup?", "stirrup")

    def test_an_entry_in_one_language_is_answered_with_a_note(self, workshop: Project) -> None:
        answer = workshop.ask("Was ist eine harbour structure?")
        assert concepts(answer) == ["harbour-structure"]
        assert answer["language"] == "de"
        assert "anything that is built at the edge of the water" in answer["text"]
        assert "Englisch" in answer["text"]
