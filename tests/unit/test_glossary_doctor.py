"""The doctor of a glossary, without models: what it reads, reports and exits with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from bot.adapters.faiss_neighbours import near_pairs
from bot.calibration import verdicts
from bot.checkup.finding import Check, Level
from bot.cli import main
from bot.glossary_doctor import Examination, examine_glossary
from bot.glossary_report import write_report
from bot.settings import Settings
from tests.garden import plant

BROKEN = "---\ntitle: star fork two\nrelated: [nowhere]\n---\n\nTBD\n"


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """The garden with a fault, a relation to nothing and an empty definition."""
    folder = plant(tmp_path / "garden")
    (folder / "b.md").write_text(BROKEN)
    (folder / "c.md").write_text("---\n[\n---\n\nText.\n")
    return folder


def doctor(*arguments: object, models: Path) -> Result:
    environment = {"MODELS": str(models), "GLOSSARY": str(models)}
    return CliRunner().invoke(main, ["doctor", "glossary", *map(str, arguments)], env=environment)


def examine(folder: Path, models: Path, said: list[str] | None = None) -> Examination:
    progress = (said if said is not None else []).append
    return examine_glossary(Settings(models=models), folder, progress)


def test_faults_relations_and_definitions_are_found_at_once(broken: Path, tmp_path: Path) -> None:
    found = examine(broken, tmp_path / "models")
    worst = [
        (f.check, f.place.file, f.place.line) for f in found.findings if f.level is Level.ERROR
    ]
    assert worst == [
        (Check.FAULT, "c.md", 3),
        (Check.MISSING_RELATION, "b.md", 3),
        (Check.EMPTY, "b.md", 6),
    ]
    assert found.entries == 17
    assert dict(found.languages) == {"en": 17, "de": 12}


def test_without_models_the_texts_are_looked_at_and_the_rest_is_told(
    broken: Path, tmp_path: Path
) -> None:
    found = examine(plant(tmp_path / "sound"), tmp_path / "models")
    assert found.entries == 16
    (note,) = found.notes
    assert "self-test" in note
    assert "termwise train" in note
    assert not (tmp_path / "models").exists()


@pytest.mark.parametrize(
    ("level", "text", "code"),
    [("error", "", 0), ("warning", "", 0), ("hint", "", 1), ("error", BROKEN, 1)],
)
def test_it_fails_from_a_level_on(tmp_path: Path, level: str, text: str, code: int) -> None:
    folder = plant(tmp_path / "g")
    if text:
        (folder / "x.md").write_text(text)
    done = doctor(folder, "--quick", "--fail-on", level, models=tmp_path / "models")
    assert done.exit_code == code, done.output


def test_nothing_to_examine_is_not_usable(tmp_path: Path) -> None:
    assert doctor(tmp_path / "none", "--quick", models=tmp_path).exit_code == 2


def test_json_has_all_and_the_screen_the_worst(broken: Path, tmp_path: Path) -> None:
    facts = json.loads(doctor(broken, "--quick", "--json", models=tmp_path).stdout)
    assert facts["entries"] == 17
    assert facts["findings"][0].keys() == {
        "check", "level", "harm", "entry", "file", "line", "found", "mend"
    }  # fmt: skip
    harms = [finding["harm"] for finding in facts["findings"]]
    assert harms == sorted(harms, reverse=True)
    shown = doctor(broken, "--quick", models=tmp_path).stdout
    assert shown.index("error   fault  c.md:3") < shown.index("error   missing-relation  b.md:3")
    assert "→" in shown


def test_the_glossary_of_the_environment_is_the_default(tmp_path: Path) -> None:
    done = doctor("--quick", models=plant(tmp_path / "g"))
    assert "16 entries" in done.stdout


@pytest.mark.parametrize("name", ["checkup.html", "checkup.md"])
def test_the_report_has_counts_findings_and_the_refusal(
    broken: Path, tmp_path: Path, name: str
) -> None:
    report = {"named": {"questions": 60, "bound": 0.08, "met": False, "limit": 0.12, "wrong": 0.01,
                        "coverage": 0.8, "threshold": 0.7, "curve": [[0.5, 0.0], [1.0, 0.02]]},
              "described": {"questions": 0, "met": False}}  # fmt: skip
    plain = examine(broken, tmp_path / "models")
    found = Examination(
        plain.entries, plain.languages, plain.findings, calibration=report,
        verdicts=verdicts(report, 17),
    )  # fmt: skip
    write_report(found, "garden <b>", tmp_path / name)
    text = (tmp_path / name).read_text(encoding="utf-8")
    for part in ("b.md:3", "missing", "too small to be sure", "8 %", "12 %", "80 %"):
        assert part in text
    assert "<b>" not in text
    pictures = {path.name for path in tmp_path.glob("*.png")}
    beside = {"checkup-findings.png", "checkup-refusal.png"}
    assert pictures == (beside if name.endswith(".md") else set())


def rows(*angles: float) -> Sequence[Sequence[float]]:
    return [[np.cos(angle), np.sin(angle)] for angle in angles]


def test_near_rows_are_found_once_with_their_cosine() -> None:
    vectors = np.array(rows(0.0, 0.1, 1.5, 1.6), np.float32)
    found = sorted(near_pairs(vectors, 0.9))
    assert [pair[:2] for pair in found] == [(0, 1), (2, 3)]
    assert found[0][2] == pytest.approx(np.cos(0.1), abs=1e-5)


@pytest.mark.parametrize("number", [0, 1])
def test_few_rows_have_no_pairs(number: int) -> None:
    assert list(near_pairs(np.ones((number, 4), np.float32), 0.1)) == []


def test_many_rows_are_searched_in_cells() -> None:
    noise = np.random.default_rng(3).normal(size=(20_100, 16)).astype(np.float32)
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    noise[-1] = noise[0]
    assert (0, 20_099) in {pair[:2] for pair in near_pairs(noise, 0.999)}
