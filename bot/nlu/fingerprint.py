"""What the Rasa model in place was trained on; told without importing Rasa."""

import hashlib
from pathlib import Path

from bot.adapters.model_archive import check_sealed
from bot.errors import ModelError
from bot.settings import Settings

_TRAINED_ON = (
    "config.yml",
    "domain",
    "data/nlu",
    "data/rules",
    "data/fields.yml",
    "data/compounds",
    "bot/nlu",
)


def is_trained(settings: Settings, encoder_version: str) -> bool:
    """Tell whether the model in place was trained on the project's files as they are."""
    stamp = stamp_path(settings)
    if not settings.rasa_model.is_file() or not stamp.is_file():
        return False
    try:
        check_sealed(settings.rasa_model)
    except ModelError:
        return False  # damaged: it is trained anew
    return stamp.read_bytes() == fingerprint_of(settings.project, encoder_version).encode()


def stamp_path(settings: Settings) -> Path:
    """Return the file that says what the Rasa model beside it was trained on."""
    return settings.rasa_model.with_name("termwise.sha256")


def fingerprint_of(project: Path, encoder_version: str) -> str:
    """Return a hash of all that the Rasa model depends on."""
    return joined(files_fingerprint(project), encoder_version)


def joined(files: str, encoder_version: str) -> str:
    """Return the hash for the hash of the files and what identifies the encoder."""
    return hashlib.sha256(f"{encoder_version}\0{files}".encode()).hexdigest()


def files_fingerprint(project: Path) -> str:
    """Return a hash of all files that the Rasa model depends on."""
    digest = hashlib.sha256()
    own = [project / "bot" / "adapters" / f"intent_{part}.py" for part in ("model", "trainer")]
    for name in _TRAINED_ON:
        path = project / name
        own += sorted(p for p in path.rglob("*") if p.suffix in (".py", ".yml", ".txt")) or [path]
    for path in own:
        digest.update(path.relative_to(project).as_posix().encode() + b"\0")
        digest.update(path.read_bytes() if path.is_file() else b"")
    return digest.hexdigest()
