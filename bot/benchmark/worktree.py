"""A project's files as git sees them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from bot.errors import BenchmarkError

_BUILT = ("models", ".rasa")


def copy_tree(project: Path, folder: Path) -> None:
    """Copy what git tracks or would add; nothing ignored and nothing that training built."""
    for name in _files(project):
        source, target = project / name, folder / name
        if name.parts[0] in _BUILT or not (source.is_file() or source.is_symlink()):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target, follow_symlinks=False)


def revision(project: Path) -> str:
    """Return the abbreviated commit of ``project``, with ``-dirty`` if files differ from it."""
    described = _git(project, "describe", "--always", "--dirty", "--abbrev=12")
    return described.stdout.decode().strip() or "no commit"


def _files(project: Path) -> list[Path]:
    listed = _git(project, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    if listed.returncode != 0:
        problem = listed.stderr.decode(errors="replace").strip()
        raise BenchmarkError(f"{project}: git cannot list its files ({problem}).")
    return [Path(name) for name in listed.stdout.decode().split("\0") if name]


def _git(project: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = ["git", "-C", str(project), *arguments]
    return subprocess.run(command, capture_output=True, check=False)
