"""A glossary is served from whatever can be imported; an import is made again when it must."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.errors import GlossaryError
from bot.formats import served
from bot.formats.glossary_folder import write_folder
from bot.formats.importer import Import, import_sources
from bot.formats.reader import Skipped, Source
from bot.formats.registry import assign
from bot.formats.served import is_own, read_glossary
from bot.formats.sources import collect

HUGO = '---\ntitle: Mulch\nweight: 1\n---\nA [layer](/soil/) on the {{< ref "soil" >}}.\n'
OWN = "# Mulch\n\nA layer on the soil.\n"


def imported(path: Path) -> Import:
    return import_sources(collect([path]), lambda _: None)


def put(folder: Path, **files: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")
    return folder


def test_our_own_folder_is_read_where_it_is(tmp_path: Path) -> None:
    folder = put(tmp_path / "g", mulch__md=OWN)
    glossary = read_glossary(folder, tmp_path / "models")
    assert glossary["mulch"].texts["en"].definition.span.file == "mulch.md"
    assert not (tmp_path / "models").exists()


def test_anything_else_is_imported_once(tmp_path: Path) -> None:
    folder = put(tmp_path / "g", mulch__md=HUGO)
    said: list[str] = []
    for _ in range(2):
        glossary = read_glossary(folder, tmp_path / "models", said.append)
    assert glossary["mulch"].texts["en"].definition.text == "A layer on the soil."
    assert sum(line.startswith("imported") for line in said) == 1


def test_a_changed_source_is_imported_again_and_old_imports_go(tmp_path: Path) -> None:
    versions = set()
    for word in ("soil", "bed", "path", "lawn"):
        folder = put(
            tmp_path / "g", mulch__md=HUGO.replace("A [", f"The {word} [").replace("W", "")
        )
        versions.add(read_glossary(folder, tmp_path / "models").version)
    assert len(versions) == 4
    assert len(list((tmp_path / "models" / "imported").iterdir())) == 2


def test_a_single_file_is_served(tmp_path: Path) -> None:
    folder = put(tmp_path, terms__csv="term,definition\nMulch,A layer.\nRake,A tool.\n")
    glossary = read_glossary(folder / "terms.csv", tmp_path / "models")
    assert [entry.preferred("en") for entry in glossary] == ["Mulch", "Rake"]


def test_what_is_no_glossary_is_refused(tmp_path: Path) -> None:
    cases = {
        "G009": tmp_path / "missing",
        "G008": put(tmp_path / "empty"),
        "G045": put(tmp_path / "notes", a__json='{"x": 1}', b__json='{"y": 1}'),
        "G004": put(tmp_path / "own", mulch__md="# Mulch\n"),
    }
    for code, path in cases.items():
        with pytest.raises(GlossaryError, match=code):
            read_glossary(path, tmp_path / "models")


def test_a_format_is_told_by_a_hundred_files_at_most(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []

    def counting(sources: Sequence[Source]) -> tuple[dict[str, list[Source]], list[Skipped]]:
        seen.append(len(sources))
        return assign(sources)

    monkeypatch.setattr(served, "assign", counting)
    for number in range(199):
        (tmp_path / f"{number}.md").write_text(OWN)
    assert is_own(tmp_path)
    assert seen == [100]


def test_a_folder_is_ours_if_most_of_it_is(tmp_path: Path) -> None:
    assert is_own(put(tmp_path / "a", a__md=OWN, b__md=OWN, readme__md="<p>x</p>"))
    assert not is_own(put(tmp_path / "b", a__md=HUGO, b__md=HUGO, c__md=OWN))


def test_language_is_told_by_the_words(tmp_path: Path) -> None:
    path = put(tmp_path, g__md="# Glossar\n\n## Mulch\n\nEine Schicht, die auf dem Boden liegt und "
               "das Wasser hält.\n\n## Harke\n\nEin Gerät mit Zinken.\n")  # fmt: skip
    assert {code for e in imported(path).entries for code in e.texts} == {"de"}


class TestWriting:
    def test_a_folder_in_use_is_not_touched(self, tmp_path: Path) -> None:
        entries = imported(put(tmp_path / "g", mulch__md=HUGO)).entries
        there = put(tmp_path / "there", rake__md=OWN)
        with pytest.raises(GlossaryError, match="G046"):
            write_folder(entries, there)
        write_folder(entries, there, force=True)
        assert [path.name for path in there.iterdir()] == ["mulch.md"]

    def test_force_does_not_take_what_no_import_wrote(self, tmp_path: Path) -> None:
        entries = imported(put(tmp_path / "g", mulch__md=HUGO)).entries
        there = put(tmp_path / "there", photo__png="")
        with pytest.raises(GlossaryError, match="G046"):
            write_folder(entries, there, force=True)
        assert [path.name for path in there.iterdir()] == ["photo.png"]

    def test_nothing_is_left_beside_it(self, tmp_path: Path) -> None:
        entries = imported(put(tmp_path / "g", mulch__md=HUGO)).entries
        write_folder(entries, tmp_path / "new" / "one")
        assert [path.name for path in (tmp_path / "new").iterdir()] == ["one"]


def test_one_file_that_cannot_be_read_does_not_stop_the_others(tmp_path: Path) -> None:
    folder = put(tmp_path, a__json='{"x": 1}', b__csv="term,definition\nMulch,A layer.\n",
                 c__ttl="@prefix : <x", d__html="<p>nothing</p>", e__xml="<!DOCTYPE")  # fmt: skip
    found = imported(folder)
    assert [entry.id for entry in found.entries] == ["mulch"]
    assert {s.file for s in found.skipped} == {"a.json", "c.ttl", "d.html", "e.xml"}
