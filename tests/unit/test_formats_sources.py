"""Files are collected within bounds, and only from inside of the source."""

from __future__ import annotations

import io
import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from bot.errors import GlossaryError
from bot.formats.sources import Limits, collect

SMALL = Limits(files=20, file=1_000, total=3_000, directory=10_000)


def names(*where: Path | str, limits: Limits | None = None) -> list[str]:
    return [source.name for source in collect(where, limits).sources]


def plant(folder: Path, *files: str, text: str = "# Mulch") -> Path:
    for file in files:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(text)
    return folder


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def tarred(path: Path, members: dict[str, bytes], mode: str = "w:gz") -> Path:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def test_a_folder_gives_its_files_but_not_hidden_ones(tmp_path: Path) -> None:
    plant(tmp_path, "b.md", "a/c.csv", ".git/x.md", ".hidden.md", "node_modules/y.md", "photo.png")
    found = collect([tmp_path])
    assert [s.name for s in found.sources] == ["a/c.csv", "b.md"]
    assert [(s.file, s.expected) for s in found.skipped] == [("photo.png", True)]


def test_a_file_is_read_whatever_its_ending(tmp_path: Path) -> None:
    plant(tmp_path, "terms.dat")
    assert names(tmp_path / "terms.dat") == ["terms.dat"]


def test_a_pattern_gives_what_fits(tmp_path: Path) -> None:
    plant(tmp_path, "en/a.md", "de/a.md", "de/b.txt")
    assert names(f"{tmp_path}/*/a.md") == ["de/a.md", "en/a.md"]


def test_several_sources_are_named_from_the_folder_they_share(tmp_path: Path) -> None:
    plant(tmp_path, "en/a.md", "de/a.md", "fr/a.md")
    assert names(tmp_path / "en", tmp_path / "de" / "a.md") == ["de/a.md", "en/a.md"]


def test_links_lead_nowhere_outside(tmp_path: Path) -> None:
    plant(tmp_path, "secret.md", "in/a.md")
    (tmp_path / "in" / "out.md").symlink_to(tmp_path / "secret.md")
    (tmp_path / "in" / "same.md").symlink_to(tmp_path / "in" / "a.md")
    (tmp_path / "in" / "up").symlink_to(tmp_path)
    (tmp_path / "in" / "loop.md").symlink_to(tmp_path / "in" / "loop.md")
    found = collect([tmp_path / "in"])
    assert [s.name for s in found.sources] == ["a.md", "same.md"]
    assert {s.file for s in found.skipped} == {"out.md", "loop.md"}


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    plant(tmp_path, "a.md")
    os.mkfifo(tmp_path / "b.md")
    assert names(tmp_path) == ["a.md"]


@pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz"])
def test_an_archive_gives_its_files(tmp_path: Path, kind: str) -> None:
    members = {"g/a.md": b"# A", "g/.x.md": b"", "../out.md": b"# O", "/etc/b.md": b"# B"}
    path = tmp_path / f"g.{kind}"
    if kind == "zip":
        zipped(path, members)
    else:
        tarred(path, members, "w:gz" if kind == "tar.gz" else "w")
    found = collect([path])
    assert [(s.name, s.data) for s in found.sources] == [("g/a.md", b"# A")]
    assert {s.reason for s in found.skipped} == {"leads out of the archive"}


def test_links_of_an_archive_are_left_out(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "g.tar", "w") as archive:
        link = tarfile.TarInfo("a.md")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    with zipfile.ZipFile(tmp_path / "g.zip", "w") as packed:
        info = zipfile.ZipInfo("a.md")
        info.external_attr = 0o120777 << 16
        packed.writestr(info, "/etc/passwd")
    assert names(tmp_path / "g.tar") == []
    assert names(tmp_path / "g.zip") == []


def test_a_spreadsheet_is_no_archive(tmp_path: Path) -> None:
    path = zipped(tmp_path / "t.xlsx", {"[Content_Types].xml": b"x", "xl/workbook.xml": b"x"})
    assert names(path) == ["t.xlsx"]


def test_bombs_are_refused(tmp_path: Path) -> None:
    zeros = bytes(200_000)
    refused = [
        zipped(tmp_path / "one.zip", {"a.md": zeros}),
        zipped(tmp_path / "many.zip", {f"{n}.md": bytes(900) for n in range(10)}),
        zipped(tmp_path / "names.zip", {f"{n}.md": b"" for n in range(30)}),
        tarred(tmp_path / "one.tar.gz", {"a.md": zeros}),
        tarred(tmp_path / "other.tar.gz", {"a.bin": zeros}),
    ]
    folder = plant(tmp_path / "f", "a.md", text="x" * 2_000)
    for path in (*refused, folder):
        with pytest.raises(GlossaryError, match="G042"):
            collect([path], SMALL)


def test_an_endless_header_of_an_archive_is_refused(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "g.tar.gz", "w:gz", format=tarfile.PAX_FORMAT) as archive:
        info = tarfile.TarInfo("a.md")
        info.pax_headers = {"comment": "x" * 2_000_000}
        archive.addfile(info)
    with pytest.raises(GlossaryError, match="G042"):
        collect([tmp_path / "g.tar.gz"], SMALL)


def test_damaged_archives_are_refused(tmp_path: Path) -> None:
    good = zipped(tmp_path / "a.zip", {"a.md": b"# Mulch" * 20}).read_bytes()
    packed = tarred(tmp_path / "a.tar.gz", {"a.md": b"# Mulch" * 20}).read_bytes()
    for data in (good[:40], b"PK" + good[2:60], packed[:50], b"\x1f\x8b" + b"x" * 90, b"PK"):
        (tmp_path / "b").write_bytes(data)
        with pytest.raises(GlossaryError, match="G042"):
            collect([tmp_path / "b"])


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    for missing in (tmp_path / "x.md", f"{tmp_path}/*.csv"):
        with pytest.raises(GlossaryError, match="G041"):
            collect([missing])


def test_a_name_that_is_no_text_is_left_out(tmp_path: Path) -> None:
    plant(tmp_path, "a.md")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.md")).write_text("# X")
    found = collect([tmp_path])
    assert [s.name for s in found.sources] == ["a.md"]
    assert found.skipped[0].file == "\\udcff.md"
