"""A folder becomes a glossary, or the fault is told with the file that has it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.errors import Code, GlossaryError
from bot.formats import folder as folder_module
from bot.formats.folder import LARGEST_FILE, Folder, read_folder
from bot.formats.markdown import read_entry
from bot.glossary.entry import Entry
from bot.glossary.glossary import Glossary
from tests.garden import plant


def entry(concept: str, **relations: str) -> str:
    """Return a file of one entry."""
    lines = "".join(f"{key.replace('_', '-')}: [{ids}]\n" for key, ids in relations.items())
    return f"---\nid: {concept}\n{lines}---\n# {concept}\n\nThe {concept} is a thing.\n"


def write(folder: Path, **files: str | bytes) -> Path:
    """Write Markdown files and return their folder."""
    for name, text in files.items():
        content = text if isinstance(text, bytes) else text.encode()
        (folder / f"{name}.md").write_bytes(content)
    return folder


def refused(folder: Path) -> GlossaryError:
    """Return the error with which a folder is refused."""
    with pytest.raises(GlossaryError) as caught:
        read_folder(folder)
    return caught.value


def test_the_garden_is_read_with_all_its_folders(tmp_path: Path, glossary: Glossary) -> None:
    read = read_folder(plant(tmp_path))
    assert list(read) == list(glossary)
    assert [e.id for e in read] == sorted(e.id for e in read)
    assert read.languages == ("en", "de")


def test_other_files_are_passed_over(tmp_path: Path) -> None:
    write(tmp_path, spade=entry("spade"), README="about", _index="", LICENSE="x", changelog="x")
    (tmp_path / "notes.txt").write_text("no entry")
    (tmp_path / "folder.md").mkdir()
    assert [e.id for e in read_folder(tmp_path)] == ["spade"]


def test_the_version_tells_contents_and_names_apart_and_nothing_else(tmp_path: Path) -> None:
    def version(name: str, **files: str) -> str:
        folder = tmp_path / name
        folder.mkdir()
        return read_folder(write(folder, **files)).version

    first = version("one", a=entry("spade"), b=entry("fork"))
    assert version("two", b=entry("fork"), a=entry("spade")) == first
    others = [
        version("three", a=entry("spade"), b=entry("fork") + "\n"),
        version("four", a=entry("spade"), c=entry("fork")),
        version("five", a=entry("spade")),
        version("six", a=entry("fork"), b=entry("spade")),
    ]
    assert len({first, *others}) == 5


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    for folder in (outside, inside):
        folder.mkdir()
    write(outside, secret=entry("secret"))
    write(inside, spade=entry("spade"))
    (inside / "file.md").symlink_to(outside / "secret.md")
    (inside / "folder").symlink_to(outside, target_is_directory=True)
    (inside / "broken.md").symlink_to(tmp_path / "nowhere.md")
    assert [e.id for e in read_folder(inside)] == ["spade"]


def test_a_folder_that_is_itself_a_link_is_read(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    write(tmp_path / "real", spade=entry("spade"))
    (tmp_path / "link").symlink_to(tmp_path / "real", target_is_directory=True)
    assert len(read_folder(tmp_path / "link")) == 1


LARGE = entry("large") + "x" * LARGEST_FILE


@pytest.mark.parametrize(
    ("files", "code", "message"),
    [
        ({"x": b"# x\n\n\xff\n"}, Code.G001, "x.md: cannot be read as UTF-8 text (byte 5)."),
        ({"x": "---\na: [\n---\n"}, Code.G002, "x.md:3: the front matter is not valid YAML"),
        ({"x": "---\nid: 5\n---\n# x\n\nOne.\n"}, Code.G003, "x.md:2: id is 5, expected a text."),
        ({"x": "# x\n"}, Code.G004, "x.md:1: the en text has no definition."),
        (
            {"x": entry("spade"), "y": entry("spade")},
            Code.G006,
            "y.md: the id 'spade' is already used by x.md. Give one of them another id.",
        ),
        (
            {"x": entry("a", broader="b"), "y": entry("b", broader="a")},
            Code.G007,
            "x.md: the broader concepts run in a circle: a. Remove one of these relations.",
        ),
        ({"x": entry("a", broader="a")}, Code.G007, "x.md: the broader concepts run in a circle"),
        ({}, Code.G008, ": no glossary entries found. Expected Markdown files (*.md)"),
        ({"README": "only"}, Code.G008, ": no glossary entries found."),
        ({"x": LARGE}, Code.G011, f"x.md: has {len(LARGE)} bytes, more than the {LARGEST_FILE} "),
    ],
)
def test_a_fault_is_told(
    tmp_path: Path, files: Mapping[str, str | bytes], code: Code, message: str
) -> None:
    error = refused(write(tmp_path, **files))
    assert error.code is code
    assert message in str(error)
    assert str(error).startswith(f"[{code.name}] ")


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    error = refused(tmp_path / "none")
    assert error.code is Code.G009
    assert str(tmp_path / "none") in str(error)


def test_a_file_in_place_of_the_folder_is_told(tmp_path: Path) -> None:
    write(tmp_path, spade=entry("spade"))
    assert refused(tmp_path / "spade.md").code is Code.G009


@pytest.mark.parametrize("key", ["broader", "part_of", "related"])
@pytest.mark.parametrize(
    ("found", "hint"),
    [("moon-spad", "Did you mean 'moon-spade'?"), ("zzz", "Write that entry or remove")],
)
def test_an_unknown_relation_is_told_with_a_hint(
    tmp_path: Path, key: str, found: str, hint: str
) -> None:
    error = refused(write(tmp_path, a=entry("moon-spade"), b=entry("fork", **{key: found})))
    assert error.code is Code.G005
    assert "b.md:" in str(error)
    assert f"{key.replace('_', '-')} names the concept '{found}', which has no entry." in str(error)
    assert hint in str(error)


def test_an_unknown_relation_is_told_with_its_line(tmp_path: Path) -> None:
    assert "x.md:3:" in str(refused(write(tmp_path, x=entry("fork", related="zzz"))))


def test_relations_may_form_a_lattice_without_a_circle(tmp_path: Path) -> None:
    write(tmp_path, a=entry("a", broader="b, c"), b=entry("b", broader="d"))
    write(tmp_path, c=entry("c", broader="d", related="a"), d=entry("d", related="a"))
    assert read_folder(tmp_path).ancestors("a") == ("b", "c", "d")


def test_a_file_name_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    """It would stand in citations, which are UTF-8."""
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/n\xff.md")).write_text("# N\n\nN is.\n")
    except OSError:
        pytest.skip("this file system has no such names")
    with pytest.raises(GlossaryError, match=r"\[G012\] n\\udcff\.md: "):
        read_folder(tmp_path)


class Counted:
    """Counts the entries that are parsed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.names: list[str] = []
        monkeypatch.setattr(folder_module, "read_entry", self._read)

    def _read(self, name: str, text: str) -> Entry:
        self.names.append(name)
        return read_entry(name, text)


def test_a_folder_that_is_read_again_parses_what_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Folder(plant(tmp_path))
    before = folder.read()
    parsed = Counted(monkeypatch)
    (tmp_path / "new.md").write_text("# Rake\n\nA rake gathers leaves.\n")
    some = next(tmp_path.glob("*.md"))
    some.touch()
    after = folder.read()
    assert parsed.names == ["new.md"]
    assert all(after[entry.id] is entry for entry in before)
    assert after.version == read_folder(tmp_path).version != before.version


def test_a_change_of_the_same_length_at_once_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("# Spade\n\nA spade digs.\n")
    folder = Folder(tmp_path)
    folder.read()
    path.write_text("# Spade\n\nA spade lies.\n")
    assert folder.read()["a"].text("en").definition.text == "A spade lies."


def test_a_file_that_went_is_gone_and_a_fault_leaves_the_folder_usable(tmp_path: Path) -> None:
    folder = Folder(plant(tmp_path))
    first = folder.read()
    (tmp_path / "broken.md").write_text("---\nid: [\n---\n")
    with pytest.raises(GlossaryError):
        folder.read()
    (tmp_path / "broken.md").unlink()
    assert folder.read().version == first.version


def test_a_known_glossary_is_not_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = read_folder(plant(tmp_path))
    parsed = Counted(monkeypatch)
    folder = Folder(tmp_path)
    folder.know(known)
    assert folder.read().version == known.version
    assert parsed.names == []


def test_a_glossary_of_another_version_is_not_taken_for_the_folder(tmp_path: Path) -> None:
    known = read_folder(plant(tmp_path))
    some = tmp_path / next(iter(known[next(iter(known)).id].texts.values())).definition.span.file
    some.write_text(some.read_text(encoding="utf-8") + "\nMore.\n", encoding="utf-8")
    folder = Folder(tmp_path)
    folder.know(known)
    assert folder.read().version == read_folder(tmp_path).version != known.version
