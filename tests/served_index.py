"""The part of an index that the front door reads, written without training anything."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from bot.formats.entry_json import to_json
from bot.glossary.glossary import Glossary


def write_index(folder: Path, glossary: Glossary) -> None:
    """Make the entries of a glossary those of the current index.

    Args:
        folder: of index versions.
        glossary: its version names the index as well.
    """
    version = folder / f"index-of-{glossary.version}"
    version.mkdir(parents=True, exist_ok=True)
    entries = json.dumps([to_json(entry) for entry in glossary]).encode()
    (version / "entries.json").write_bytes(entries)
    described = {
        "glossary": glossary.version,
        "sha256": {"entries.json": hashlib.sha256(entries).hexdigest()},
    }
    manifest = json.dumps(described).encode()
    (version / "manifest.json").write_bytes(manifest)
    current = f"{version.name} {hashlib.sha256(manifest).hexdigest()}"
    (folder / "current").write_text(current, encoding="ascii")
