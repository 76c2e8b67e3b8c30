"""The dictionary's file: a faulty line is named, and what is served is whole or refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.adapters.dictionary_file import (
    SOURCE,
    read_served,
    read_source,
    source_dictionary,
    write_served,
)
from bot.errors import Code, DataError, ModelError
from bot.settings import Settings

LINES = "Haus\thouse\nhand\thand\nTür\tdoor\ndoch\t-\nschlüssel\tkey to a door\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write(tmp_path, LINES)
    return tmp_path


def write(project: Path, content: str | bytes) -> None:
    path = project / SOURCE
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def refused(project: Path) -> DataError:
    with pytest.raises(DataError) as caught:
        read_source(project)
    assert caught.value.code is Code.D002
    return caught.value


def test_words_are_folded_and_a_dash_leaves_out(project: Path) -> None:
    assert read_source(project) == {
        "haus": "house", "hand": "hand", "tuer": "door", "doch": "", "schluessel": "key to a door",
    }  # fmt: skip


@pytest.mark.parametrize("content", [LINES.replace("\n", "\r\n"), "\ufeff" + LINES])
def test_line_ends_and_marks_of_other_systems_make_no_difference(
    project: Path, content: str
) -> None:
    before = read_source(project)
    write(project, content)
    assert read_source(project) == before


@pytest.mark.parametrize(
    "line",
    ["", "Baum", "Baum tree", "Baum\t", "\ttree", "Baum\ttree\tnoun", "\t", " Baum\ttree\t"],
)
def test_a_line_that_is_no_pair_is_named(project: Path, line: str) -> None:
    write(project, f"{LINES}{line}\nAst\tbranch\n")
    said = str(refused(project))
    assert said.startswith(f"[D002] {SOURCE}:6: ")
    assert repr(line) in said


def test_a_long_line_is_cut_where_it_is_told(project: Path) -> None:
    write(project, "x" * 5000)
    assert len(str(refused(project))) < 200


@pytest.mark.parametrize("word", ["Baum Ast", "Baum-Ast", "?", "ein Baum", "-"])
def test_what_is_not_one_word_is_refused(project: Path, word: str) -> None:
    write(project, f"{LINES}{word}\ttree\n")
    said = str(refused(project))
    assert said.startswith(f"[D002] {SOURCE}:6: {word!r}")


@pytest.mark.parametrize("word", ["Haus", "HAUS", "Tuer"])
def test_a_word_twice_is_named(project: Path, word: str) -> None:
    write(project, f"{LINES}{word}\tother\n")
    assert str(refused(project)).startswith(f"[D002] {SOURCE}:6: {word!r} comes twice")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert "No such file" in str(refused(tmp_path))
    assert str(tmp_path) not in str(refused(tmp_path))


def test_a_file_that_is_not_utf_8_is_named(project: Path) -> None:
    write(project, "T\xfcr\tdoor\n".encode("latin-1"))
    assert str(refused(project)) == f"[D002] {SOURCE}: it is not UTF-8"


# ---- what is served


def test_what_is_served_says_the_same(project: Path, tmp_path: Path) -> None:
    served = tmp_path / "served.tsv"
    write_served(project, served)
    dictionary, version = read_served(served)
    assert version
    assert dictionary.read("Das Haus, doch die Haustürschlüssel").text == (
        "Das house, die house door key to a door"
    )
    assert dictionary.speaks("Haus")
    assert not dictionary.speaks("hand")  # it is English as well


def test_english_words_are_no_forms_of_german_ones(tmp_path: Path) -> None:
    write(tmp_path, "not\tneed\nbuche\tbook\nteste\ttest it\nfunden\tfound\n")
    write_served(tmp_path, tmp_path / "served.tsv")
    dictionary, _ = read_served(tmp_path / "served.tsv")
    assert dictionary.meaning("tests") in {None, "tests"}
    assert dictionary.meaning("fund") == "fund"  # and not "found"


def test_an_unchanged_file_is_not_written_again(project: Path, tmp_path: Path) -> None:
    served = tmp_path / "served.tsv"
    write_served(project, served)
    before = served.stat()
    write_served(project, served)
    after = served.stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)
    assert {path.name for path in tmp_path.iterdir()} == {"data", "served.tsv"}


@pytest.mark.parametrize("content", [b"", b"damaged", b"\xff\xfe"])
def test_a_damaged_file_is_written_again(project: Path, tmp_path: Path, content: bytes) -> None:
    served = tmp_path / "served.tsv"
    write_served(project, served)
    whole = served.read_bytes()
    served.write_bytes(content)
    write_served(project, served)
    assert served.read_bytes() == whole


def test_a_change_is_another_version(project: Path, tmp_path: Path) -> None:
    served = tmp_path / "served.tsv"
    write_served(project, served)
    _, before = read_served(served)
    write(project, LINES.replace("house", "home"))
    write_served(project, served)
    dictionary, after = read_served(served)
    assert after != before
    assert dictionary.meaning("haus") == "home"


def test_a_faulty_source_leaves_what_is_served(project: Path, tmp_path: Path) -> None:
    served = tmp_path / "served.tsv"
    write_served(project, served)
    before = served.read_bytes()
    write(project, "Haus")
    with pytest.raises(DataError):
        write_served(project, served)
    assert served.read_bytes() == before


def test_nothing_served_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        read_served(tmp_path / "served.tsv")
    assert caught.value.code is Code.M001
    assert "no dictionary there" in str(caught.value)
    assert "`termwise train`" in str(caught.value)


def damages(whole: bytes) -> dict[str, bytes]:
    """Return what may become of a file."""
    changed = bytearray(whole)
    changed[len(whole) // 2] ^= 1
    return {
        "empty": b"",
        "cut": whole[: len(whole) // 2],
        "without its end": whole[:-1],
        "one wrong bit": bytes(changed),
        "not UTF-8": whole.replace(b"house", b"h\xffuse"),
        "without a checksum": whole.partition(b"\n")[2],
        "a checksum alone": whole.partition(b"\n")[0],
        "something else": b"{}\n[]",
    }


@pytest.mark.parametrize("damage", damages(b"0123456789"))
def test_a_damaged_file_is_told(project: Path, tmp_path: Path, damage: str) -> None:
    served = tmp_path / "served.tsv"
    write_served(project, served)
    served.write_bytes(damages(served.read_bytes())[damage])
    with pytest.raises(ModelError) as caught:
        read_served(served)
    assert caught.value.code is Code.M002
    assert "the dictionary is damaged" in str(caught.value)


def test_a_folder_in_its_place_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        read_served(tmp_path)
    assert caught.value.code is Code.M002


# ---- the project's own


def test_the_projects_own_dictionary_has_no_fault() -> None:
    entries = read_source(Settings.from_environment().project)
    assert len(entries) > 20_000
    assert all(said == said.strip() for said in entries.values())


def test_what_comes_before_training_reads_as_what_is_served(tmp_path: Path) -> None:
    write(tmp_path, "hunde\tdogs\nhaus\thouse\n")
    served = tmp_path / "served.tsv"
    write_served(tmp_path, served)
    before, (after, _) = source_dictionary(tmp_path), read_served(served)
    for text in ("die Hunde im Haus", "the dogs", "Haushund", "hand"):
        assert before.in_english(text) == after.in_english(text)
    assert before.in_english("Haus der Hunde") == "house der dogs"
    assert before.in_english("the house") == "the house"
