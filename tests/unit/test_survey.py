"""A survey reads what can be read of a broken glossary and lists the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import GlossaryError
from bot.formats.survey import survey
from tests.garden import plant


def test_a_sound_glossary_has_no_faults(tmp_path: Path) -> None:
    found = survey(plant(tmp_path))
    assert len(found.glossary) == 16
    assert found.faults == ()
    assert "tools/moon-spade.md" in found.sources


def test_what_is_broken_is_told_with_file_and_line_and_the_rest_is_read(tmp_path: Path) -> None:
    plant(tmp_path)
    (tmp_path / "yaml.md").write_text("---\nid: a: b\n---\n\nText.\n")
    (tmp_path / "bytes.md").write_bytes(b"# x\n\n\xff\n")
    (tmp_path / "none.md").write_text("---\ntitle: x\n---\n")
    (tmp_path / "twin.md").write_text("---\nid: seedbed\ntitle: t\n---\n\nT.\n")
    (tmp_path / "lost.md").write_text("---\ntitle: l\nrelated: [nowhere]\n---\n\nText.\n")
    (tmp_path / "README.md").write_text("no entry")
    found = survey(tmp_path)
    assert {f.file: f.found[1:5] for f in found.faults} == {
        "yaml.md": "G002", "bytes.md": "G001", "none.md": "G004", "twin.md": "G006"
    }  # fmt: skip
    assert next(f.line for f in found.faults if f.file == "yaml.md") == 2
    assert all(f.mend for f in found.faults)
    assert "lost" in found.glossary
    assert len(found.glossary) == 17


def test_another_format_is_surveyed_as_it_is_imported(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("term,definition,related\nhoe,A tool with a blade,nowhere\nrake,,\n")
    found = survey(path)
    assert [entry.id for entry in found.glossary] == ["hoe"]
    assert {(f.file, f.line) for f in found.faults} >= {("list.csv", 3)}


def test_nothing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(GlossaryError, match="G009"):
        survey(tmp_path / "none")
    with pytest.raises(GlossaryError, match="G008"):
        survey(tmp_path)
