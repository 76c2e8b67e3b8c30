"""Our files are read out of Rasa's archive, or it is told what is wrong with it."""

from __future__ import annotations

import io
import random
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.adapters import model_archive
from bot.adapters.model_archive import (
    INTENT_FILE,
    TEMPLATE_FILE,
    check_sealed,
    check_whole,
    former,
    manifest_of,
    put_in_place,
    read_member,
    usable,
)
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


def packed(path: Path, *members: tarfile.TarInfo) -> Path:
    """An archive that holds our files and those members, with as many bytes as they say."""
    with tarfile.open(path, "w:gz") as tar:
        for name, content in CONTENTS.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
        for member in members:
            tar.addfile(member, io.BytesIO(b"\0" * member.size))
    return path


def member(name: str, size: int = 0, **more: object) -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.size = size
    for key, value in more.items():
        setattr(made, key, value)
    return made


@pytest.mark.parametrize(
    "unsafe",
    [
        member("../x"), member("/etc/x"), member("a/../../x"), member("a/.."),
        member("x", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
        member("x", type=tarfile.LNKTYPE, linkname="../x"),
        member("x", type=tarfile.CHRTYPE), member("x", type=tarfile.FIFOTYPE),
        member("bomb", size=10_000_000),
    ],
    ids=lambda made: f"{made.name} {made.type!r}",
)  # fmt: skip
def test_what_would_be_unpacked_elsewhere_or_without_bounds_is_refused(
    tmp_path: Path, unsafe: tarfile.TarInfo
) -> None:
    path = packed(tmp_path / "termwise.tar.gz", unsafe)
    with pytest.raises(ModelError) as caught:
        check_whole(path)
    assert caught.value.code is Code.M002


def test_a_million_members_are_too_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_archive, "_MOST_MEMBERS", 50)
    check_whole(packed(tmp_path / "a.tar.gz", *(member(f"f{n}") for n in range(47))))
    with pytest.raises(ModelError, match="more than a model has"):
        check_whole(packed(tmp_path / "b.tar.gz", *(member(f"f{n}") for n in range(48))))


class TestSeal:
    @pytest.fixture
    def sealed(self, tmp_path: Path) -> Path:
        archive = tmp_path / "models" / "termwise.tar.gz"
        archive.parent.mkdir()
        put_in_place(packed(tmp_path / "first.tar.gz"), archive)
        return archive

    def test_what_was_trained_is_used(self, sealed: Path) -> None:
        assert usable(sealed) == sealed
        assert not former(sealed).exists()

    def test_any_changed_byte_is_refused(self, sealed: Path) -> None:
        content = sealed.read_bytes()
        for place in range(0, len(content), 37):
            sealed.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
            with pytest.raises(ModelError, match="checksum"):
                usable(sealed)

    def test_another_archive_that_is_whole_is_refused(self, sealed: Path) -> None:
        packed(sealed, member("more"))
        check_whole(sealed)
        with pytest.raises(ModelError, match="checksum"):
            usable(sealed)

    @pytest.mark.parametrize(
        "content", [None, b"", b"{}", b"[]", b"null", b"\xff", b'{"sha256":1}']
    )
    def test_without_its_manifest_it_is_refused(self, sealed: Path, content: bytes | None) -> None:
        if content is None:
            manifest_of(sealed).unlink()
        else:
            manifest_of(sealed).write_bytes(content)
        with pytest.raises(ModelError):
            check_sealed(sealed)

    def test_the_one_before_serves_where_the_new_one_is_refused(
        self, sealed: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        before = sealed.read_bytes()
        put_in_place(packed(tmp_path / "second.tar.gz", member("second")), sealed)
        assert usable(sealed) == sealed
        assert sealed.read_bytes() != before
        sealed.write_bytes(sealed.read_bytes()[:-1])
        assert usable(sealed).read_bytes() == before
        assert "M002" in caplog.text
        former(sealed).write_bytes(b"")
        with pytest.raises(ModelError, match=r"termwise\.tar\.gz"):
            usable(sealed)

    def test_a_damaged_one_is_not_kept_and_does_not_take_the_place(
        self, sealed: Path, tmp_path: Path
    ) -> None:
        put_in_place(packed(tmp_path / "second.tar.gz", member("second")), sealed)
        kept = former(sealed).read_bytes()
        sealed.write_bytes(b"broken")
        put_in_place(packed(tmp_path / "third.tar.gz", member("third")), sealed)
        assert former(sealed).read_bytes() == kept
        good = sealed.read_bytes()
        (tmp_path / "fourth.tar.gz").write_bytes(b"broken")
        with pytest.raises(ModelError):
            put_in_place(tmp_path / "fourth.tar.gz", sealed)
        assert usable(sealed).read_bytes() == good

    def test_whenever_it_is_interrupted_one_can_be_used(
        self, sealed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class Killed(BaseException):
            pass

        replace, begun = model_archive.os.replace, sealed.read_bytes()
        for last in range(5):
            steps = iter(range(last))

            def step(source: Path, target: Path, steps: Iterator[int] = steps) -> None:
                if next(steps, None) is None:
                    raise Killed
                replace(source, target)

            monkeypatch.setattr(model_archive.os, "replace", step)
            try:
                put_in_place(packed(tmp_path / "new.tar.gz", member(f"new{last}")), sealed)
            except Killed:
                found = usable(sealed).read_bytes()
                assert found == begun, last
