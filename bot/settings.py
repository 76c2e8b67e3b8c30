"""The settings: read once from the environment, then frozen."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.errors import Code, SettingError

PROJECT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """Where things are and how the server listens.

    ``project`` is the folder with ``config.yml``; ``glossary`` the folder of entries;
    ``models`` holds what training builds; ``state`` holds the conversations.
    """

    project: Path = PROJECT
    glossary: Path = PROJECT / "data" / "glossary"
    models: Path = PROJECT / "models"
    state: Path = PROJECT / "models" / "state"
    host: str = "127.0.0.1"
    port: int = 5005

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read ``GLOSSARY``, ``MODELS``, ``STATE``, ``HOST`` and ``PORT``.

        Raises:
            SettingError: a value cannot be understood.
        """
        env = os.environ if environ is None else environ
        models = Path(env.get("MODELS") or cls.models).absolute()
        return cls(
            glossary=Path(env.get("GLOSSARY") or cls.glossary).absolute(),
            models=models,
            state=Path(env.get("STATE") or models / "state").absolute(),
            host=env.get("HOST") or cls.host,
            port=_port(env.get("PORT") or str(cls.port)),
        )

    @property
    def encoder(self) -> Path:
        """The folder of the exported sentence encoder."""
        return self.models / "encoder"

    @property
    def index(self) -> Path:
        """The folder that holds one sub-folder per index version and the file ``current``."""
        return self.models / "index"

    @property
    def rasa_model(self) -> Path:
        """The Rasa model archive that is served."""
        return self.models / "termwise.tar.gz"

    def rasa_environment(self) -> dict[str, str]:
        """Return the values that ``endpoints.yml`` names."""
        return {
            "ACTION_ENDPOINT": "http://127.0.0.1:5055/webhook",
            "TRACKER_DB": str(self.state / "conversations.db"),
        }


def _port(value: str) -> int:
    if value.isdecimal() and 0 < int(value) < 65536:
        return int(value)
    raise SettingError(Code.S001, name="PORT", found=value, expected="a number from 1 to 65535")
