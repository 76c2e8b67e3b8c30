"""Import, export and serving of other people's formats, by the command line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from bot.formats.folder import read_folder
from bot.settings import Settings
from tests.integration.processes import Project

SITE = {
    "content/en/mulch.md": "---\ntitle: Mulch\nweight: 1\n---\nMulch is a layer on the "
    "[soil](/soil/).\n\n## Benefits\n\n- It keeps water.\n",
    "content/de/mulch.md": "---\ntitle: Mulch\n---\nMulch ist eine Schicht auf dem Boden.\n",
    "content/en/soil.md": "---\ntitle: Soil Organic Matter (SOM)\n---\nSoil organic matter is the "
    "part of the earth that once lived.\n",
    "content/en/empty.md": "---\ntitle: Empty\n---\n",
    "content/en/_index.md": "---\ntitle: Garden\n---\n",
}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    for name, text in SITE.items():
        (tmp_path / "site" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "site" / name).write_text(text)
    return tmp_path / "site"


@pytest.fixture
def alone(project: Project, tmp_path: Path) -> Project:
    return Project(project.root, tmp_path)


class TestImport:
    def test_it_writes_entries_that_are_read(self, alone: Project, site: Path) -> None:
        done = alone.termwise("import", str(site), "--to", "new", "--json")
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)
        assert (found["entries"], found["languages"]) == (2, {"en": 2, "de": 1})
        assert [line[0] for line in found["left_out"] if not line[3]] == ["content/en/empty.md"]
        glossary = read_folder(alone.folder / "new")
        assert glossary["mulch"].related == ("soil",)
        assert glossary["soil"].abbreviations("en")[0].text == "SOM"

    def test_strict_writes_nothing(self, alone: Project, site: Path) -> None:
        done = alone.termwise("import", str(site), "--to", "new", "--strict")
        assert done.returncode == 1
        assert "content/en/empty.md:4" in done.stdout
        assert not (alone.folder / "new").exists()
        (site / "content/en/empty.md").unlink()
        assert alone.termwise("import", str(site), "--to", "new", "--strict").returncode == 0

    @pytest.mark.parametrize("name", ["report.html", "report.md"])
    def test_the_report_lists_what_was_left_out(
        self, alone: Project, site: Path, name: str
    ) -> None:
        (site / "content/en/<script>x.md").write_text("---\ntitle: X\n---\n")
        done = alone.termwise("import", str(site), "--to", "new", "--report", name)
        assert done.returncode == 0, done.stderr
        report = (alone.folder / name).read_text()
        assert "content/en/empty.md:4" in report
        assert "<script>" not in report
        assert "<svg" in report or (alone.folder / "report.svg").read_text().startswith("<svg")

    def test_it_does_not_write_over_anything(self, alone: Project, site: Path) -> None:
        assert alone.termwise("import", str(site), "--to", "new").returncode == 0
        done = alone.termwise("import", str(site), "--to", "new")
        assert (done.returncode, done.stderr[:6]) == (2, "[G046]")
        assert alone.termwise("import", str(site), "--to", "new", "--force").returncode == 0

    def test_a_format_and_columns_can_be_forced(self, alone: Project) -> None:
        (alone.folder / "t.csv").write_text("Wort;Text;Nr\nMulch;Eine Schicht.;1\n")
        arguments = ("import", "t.csv", "--to", "new", "--format", "csv", "--language", "de")
        done = alone.termwise(*arguments, "--map", "Wort=term", "--map", "Text=definition")
        assert done.returncode == 0, done.stderr
        assert read_folder(alone.folder / "new")["mulch"].preferred("de") == "Mulch"

    @pytest.mark.parametrize(
        ("arguments", "code"),
        [
            (("missing",), "G041"),
            (("x.json",), "G053"),
            (("x.json", "--format", "nothing"), "G044"),
        ],
    )
    def test_errors_are_one_line(
        self, alone: Project, arguments: tuple[str, ...], code: str
    ) -> None:
        (alone.folder / "x.json").write_text("{}")
        done = alone.termwise("import", *arguments, "--to", "new")
        assert done.returncode == 2
        errors = [line for line in done.stderr.splitlines() if not line.startswith("·")]
        assert len(errors) == 1
        assert errors[0].startswith(f"[{code}]")


@pytest.mark.parametrize("name", ["csv", "json", "skos", "tbx"])
def test_an_export_is_imported_again_without_loss(
    alone: Project, settings: Settings, name: str
) -> None:
    out = alone.folder / f"out.{name}"
    own = alone.folder / "own"
    own.mkdir()
    for file in ("sms", "mms", "messaging"):
        text = (settings.glossary / f"{file}.md").read_text()
        lines = (line for line in text.splitlines(keepends=True))
        kept = (line for line in lines if not line.startswith(("broader:", "part-of:", "related:")))
        (own / f"{file}.md").write_text("".join(kept))
    done = alone.termwise("export", "own", "--to", str(out), "--format", name)
    assert done.returncode == 0, done.stderr
    assert alone.termwise("import", str(out), "--to", "again").returncode == 0
    before, after = read_folder(own), read_folder(alone.folder / "again")
    assert {e.id: e.terms for e in before} == {e.id: e.terms for e in after}
    for entry in before:
        for code, text in entry.texts.items():
            again = after[entry.id].texts[code]
            assert again.definition.text == text.definition.text
            assert [s.text for s in again.sections] == [s.text for s in text.sections]


def test_a_foreign_site_is_trained_and_asked(
    alone: Project, settings: Settings, site: Path
) -> None:
    models = alone.folder / "models"
    shutil.copytree(settings.models, models, ignore=shutil.ignore_patterns("index", "baselines"))
    served = alone.having(MODELS=models, GLOSSARY=site, STATE=alone.folder / "state")
    done = served.termwise("train")
    assert done.returncode == 0, done.stderr
    answer = served.ask("What is mulch?")
    assert "Mulch is a layer on the soil." in answer["text"]
