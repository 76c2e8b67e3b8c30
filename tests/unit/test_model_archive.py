"""Our files are read out of Rasa's archive, or it is told what is wrong with it."""

from __future__ import annotations

import io
import random
import tarfile
from pathlib import Path

import pytest

from bot.adapters.model_archive import INTENT_FILE, TEMPLATE_FILE, check_whole, read_member
from bot.errors import Code, ModelError

NOISE = random.Random(1).randbytes(3000)
TEXT = b"the same words again and again " * 100
CONTENTS = {
    f"components/train_QuestionTypeClassifier2/{INTENT_FILE}": NOISE,
    f"components/train_QuestionTypeClassifier2/{TEMPLATE_FILE}": TEXT,
    "metadata.json": b"{}",
}


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """An archive of the form that Rasa writes."""
    path = tmp_path / "termwise.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        for name, content in CONTENTS.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return path


def refused(path: Path, name: str = INTENT_FILE) -> ModelError:
    """Return the error with which an archive is refused."""
    with pytest.raises(ModelError) as caught:
        read_member(path, name)
    return caught.value


@pytest.mark.parametrize(("name", "content"), [(INTENT_FILE, NOISE), (TEMPLATE_FILE, TEXT)])
def test_a_file_is_found_in_whatever_folder_it_lies(
    archive: Path, name: str, content: bytes
) -> None:
    assert read_member(archive, name) == content


def test_no_archive_is_told(tmp_path: Path) -> None:
    for path in (tmp_path / "none.tar.gz", tmp_path):
        error = refused(path)
        assert error.code is Code.M001
        assert str(path) in str(error)


def test_an_archive_without_the_file_is_told(archive: Path) -> None:
    error = refused(archive, "other.npz")
    assert error.code is Code.M002
    assert "it has no other.npz" in str(error)


@pytest.mark.parametrize("content", [b"", b"no archive at all", b"\x1f\x8b", b"\x1f\x8b\x08" * 99])
def test_what_is_no_archive_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "termwise.tar.gz"
    path.write_bytes(content)
    assert refused(path).code is Code.M002


def test_an_archive_cut_short_is_told(archive: Path) -> None:
    content = archive.read_bytes()
    for length in range(0, len(content) // 2, 97):
        archive.write_bytes(content[:length])
        assert refused(archive).code is Code.M002


def test_a_folder_of_that_name_is_not_the_file(tmp_path: Path) -> None:
    path = tmp_path / "termwise.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        member = tarfile.TarInfo(f"x/{INTENT_FILE}")
        member.type = tarfile.DIRTYPE
        tar.addfile(member)
    assert "it has no" in str(refused(path))


@pytest.mark.parametrize("name", [INTENT_FILE, TEMPLATE_FILE])
def test_a_damaged_archive_raises_nothing_but_our_error(archive: Path, name: str) -> None:
    content = archive.read_bytes()
    for place in range(0, len(content), 5):
        changed = bytearray(content)
        changed[place] ^= 0xFF
        archive.write_bytes(changed)
        try:
            found = read_member(archive, name)
        except ModelError as error:
            assert error.code is Code.M002  # noqa: PT017
        else:
            assert len(found) == len(CONTENTS[f"components/train_QuestionTypeClassifier2/{name}"])


def test_a_whole_archive_is_whole(archive: Path) -> None:
    check_whole(archive)


@pytest.mark.parametrize("missing", [1, 4, 8, 20, 100, 1000])
def test_an_archive_that_lacks_its_end_is_not_whole(archive: Path, missing: int) -> None:
    """Also where the files of ours can still be read."""
    archive.write_bytes(archive.read_bytes()[:-missing])
    with pytest.raises(ModelError) as caught:
        check_whole(archive)
    assert caught.value.code is Code.M002


def test_an_archive_with_a_wrong_byte_is_not_whole(archive: Path) -> None:
    content = bytearray(archive.read_bytes())
    content[-6] ^= 1  # of the checksum
    archive.write_bytes(bytes(content))
    with pytest.raises(ModelError):
        check_whole(archive)


def test_an_archive_without_our_files_is_not_whole(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "empty.tar.gz", "w:gz"):
        pass
    with pytest.raises(ModelError, match=INTENT_FILE):
        check_whole(tmp_path / "empty.tar.gz")
