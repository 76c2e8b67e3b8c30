"""The settings: read once from the environment, then frozen."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import Code, SettingError

_MOST = 1_000_000_000  # of what is counted
_LONGEST = 86_400  # seconds of what is waited for
_LONGEST_SOCKET = 100  # bytes of the path of a Unix socket; the system takes a few more
LOCK_LATER, DOOR_LATER = (
    2,
    5,
)  # seconds after a turn's end: Rasa's lock, then the front door's patience
PROJECT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class DoorSettings:
    """How the front door lets people in (``docs/front-door.md``).

    ``rasa`` is where the Rasa part listens (``unix:PATH`` or ``http://127.0.0.1:PORT``), empty for
    a socket in the state folder; ``database`` is empty for SQLite there, or a PostgreSQL URL;
    ``secrets`` sign sessions, the newest first; ``origins`` are other sites whose pages may ask;
    ``proxies`` are the addresses whose ``X-Forwarded-For`` is believed; ``title`` is the name of
    the glossary and ``public_url`` where the world finds its pages, empty if nowhere; ``helpdesk``
    is the file of the helpdesks (``docs/helpdesk.md``), empty for none. Seconds: ``turn`` is what a
    turn may take (``action`` its action), ``wait`` how long a request waits for its reply.
    ``queue`` and ``pending`` bound the messages without a reply, of all and of one conversation,
    ``queue_seconds`` how long one may be expected to wait for its turn;
    ``per_session``, ``per_address`` (messages) and ``sessions_per_address`` are counts in ten
    seconds (sessions: in a minute).
    """

    rasa: str = ""
    database: str = ""
    secrets: tuple[str, ...] = field(default=(), repr=False)
    origins: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()
    identity_key: str = field(default="", repr=False)
    identity_audience: str = ""
    identity_algorithm: str = "HS256"
    metrics_token: str = field(default="", repr=False)
    title: str = ""
    public_url: str = ""
    helpdesk: str = ""
    helpdesk_token: str = field(default="", repr=False)
    turn: float = 20.0
    wait: float = 30.0
    queue: int = 1000
    pending: int = 20
    queue_seconds: float = 2.0
    per_session: int = 10
    per_address: int = 50
    sessions_per_address: int = 10
    action: float = 8.0

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> DoorSettings:
        """Read the variables whose names are those of the fields in capitals, and ``SECRET``.

        Raises:
            SettingError: a value cannot be understood.
        """
        return cls(
            rasa=env.get("RASA") or cls.rasa,
            database=env.get("DATABASE") or cls.database,
            secrets=_listed(env, "SECRET"),
            origins=_listed(env, "ORIGINS"),
            proxies=_listed(env, "TRUSTED_PROXIES"),
            identity_key=env.get("IDENTITY_KEY") or "",
            identity_audience=env.get("IDENTITY_AUDIENCE") or "",
            identity_algorithm=env.get("IDENTITY_ALGORITHM") or cls.identity_algorithm,
            metrics_token=env.get("METRICS_TOKEN") or "",
            title=env.get("TITLE") or "",
            public_url=(env.get("PUBLIC_URL") or "").rstrip("/"),
            helpdesk=env.get("HELPDESK") or "",
            helpdesk_token=env.get("HELPDESK_TOKEN") or "",
            turn=_whole(env, "TURN_SECONDS", cls.turn, _LONGEST),
            action=_whole(env, "ACTION_SECONDS", cls.action, _LONGEST),
            wait=_whole(env, "WAIT_SECONDS", cls.wait, _LONGEST),
            queue=int(_whole(env, "QUEUE_LIMIT", cls.queue)),
            pending=int(_whole(env, "PENDING_LIMIT", cls.pending)),
            queue_seconds=_whole(env, "QUEUE_SECONDS", cls.queue_seconds, _LONGEST),
            per_session=int(_whole(env, "SESSION_LIMIT", cls.per_session)),
            per_address=int(_whole(env, "ADDRESS_LIMIT", cls.per_address)),
            sessions_per_address=int(_whole(env, "NEW_SESSIONS_LIMIT", cls.sessions_per_address)),
        )


@dataclass(frozen=True)
class Settings:
    """Where things are and how the server listens.

    ``project`` is the folder with ``config.yml``; ``glossary`` the folder of entries;
    ``models`` holds what training builds; ``state`` holds the conversations and the feedback;
    ``watch`` says how a changed glossary is noticed (``on``, ``poll`` or ``off``);
    ``feedback_texts`` tells whether feedback keeps the text of the question; ``retention`` is for
    how many days what people write is kept, 0 for ever; ``tracker`` is where Rasa's conversations
    are, if not where they usually are; ``log_format`` is ``text``, ``json``, or ``auto``: text
    where a person looks on. ``building`` is where training builds encoder, dictionary and Rasa
    model that serve only when all are complete; without it, it builds them where they serve.
    """

    project: Path = PROJECT
    glossary: Path = PROJECT / "data" / "glossary"
    models: Path = PROJECT / "models"
    state: Path = PROJECT / "models" / "state"
    host: str = "127.0.0.1"
    port: int = 5005
    feedback_texts: bool = False
    retention: int = 90
    tracker: str = ""
    watch: str = "on"
    log_level: str = "WARNING"
    log_format: str = "auto"
    door: DoorSettings = DoorSettings()
    building: Path | None = None

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read the variables whose names are those of the fields in capitals.

        Those of ``door`` stand beside them.

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
            watch=_one_of("WATCH", env.get("WATCH") or cls.watch, ("on", "poll", "off")),
            retention=_days(env, "RETENTION_DAYS", cls.retention),
            tracker=env.get("TRACKER_DB") or "",
            log_level=env.get("LOG_LEVEL") or cls.log_level,
            log_format=_one_of(
                "LOG_FORMAT", env.get("LOG_FORMAT") or cls.log_format, ("auto", "json", "text")
            ),
            feedback_texts=_yes("FEEDBACK_TEXTS", env.get("FEEDBACK_TEXTS") or "no"),
            door=DoorSettings.from_environment(env),
        )

    @property
    def encoder(self) -> Path:
        """The folder of the exported sentence encoder."""
        return (self.building or self.models) / "encoder"

    @property
    def dictionary(self) -> Path:
        """The dictionary by which the encoder reads German, as training wrote it."""
        return (self.building or self.models) / "dictionary.tsv"

    @property
    def index(self) -> Path:
        """The folder that holds one sub-folder per index version and the file ``current``."""
        return self.models / "index"

    @property
    def rasa_address(self) -> str:
        """Where the Rasa part of the front door listens: ``unix:PATH`` or a URL."""
        return self.door.rasa or f"unix:{self._socket}"

    @property
    def _socket(self) -> Path:
        """A socket in the state folder, or, if its path is too long for one, near the root."""
        path = self.state / "rasa.sock"
        if len(os.fsencode(path)) <= _LONGEST_SOCKET:
            return path
        name = hashlib.sha256(os.fsencode(self.state)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"termwise-{os.getuid()}-{name}" / "rasa.sock"

    @property
    def tuned(self) -> Path:
        """The folder of the encoder that ``termwise tune`` made; none unless it did."""
        return self.models / "tuned"

    @property
    def tracker_database(self) -> str:
        """The PostgreSQL URL or the file of Rasa's conversations; empty for the usual file."""
        return self.tracker or self.door.database

    @property
    def conversations(self) -> Path:
        """The file of Rasa's conversations, unless they are in PostgreSQL."""
        return self.state / "conversations.db"

    @property
    def feedback(self) -> Path:
        """The file of what people said of answers."""
        return self.state / "feedback.db"

    @property
    def encoding(self) -> Path:
        """The folder of passages that an unfinished build has encoded."""
        return self.models / "encoding"

    @property
    def rasa_model(self) -> Path:
        """The Rasa model archive that is served."""
        return (self.building or self.models) / "termwise.tar.gz"

    def rasa_environment(self) -> dict[str, str]:
        """Return the values that ``endpoints.yml`` names."""
        return {
            "ACTION_ENDPOINT": "http://127.0.0.1:5055/webhook",
            "TRACKER_DB": self.tracker_database or str(self.conversations),
            # Rasa's own lock outlives a turn, and ends before the front door asks again.
            "TICKET_LOCK_LIFETIME": str(int(self.door.turn) + LOCK_LATER),
        }


def _listed(env: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(part for part in env.get(name, "").replace(",", " ").split() if part)


def _whole(env: Mapping[str, str], name: str, otherwise: float, most: int = _MOST) -> float:
    value = env.get(name) or str(int(otherwise))
    if value.isascii() and value.isdecimal() and len(value) <= 10 and 0 < int(value) <= most:
        return int(value)
    expected = f"a whole number from 1 to {most}"
    raise SettingError(Code.S001, name=name, found=value, expected=expected)


def _days(env: Mapping[str, str], name: str, otherwise: int) -> int:
    value = env.get(name) or str(otherwise)
    if value.isascii() and value.isdecimal() and len(value) <= 5 and int(value) <= 36_500:
        return int(value)
    raise SettingError(Code.S001, name=name, found=value, expected="a number of days, 0 for ever")


def _yes(name: str, value: str) -> bool:
    if value.lower() in ("yes", "no"):
        return value.lower() == "yes"
    raise SettingError(Code.S001, name=name, found=value, expected="yes or no")


def _one_of(name: str, value: str, known: tuple[str, ...]) -> str:
    if value in known:
        return value
    raise SettingError(Code.S001, name=name, found=value, expected=" or ".join(known))


def _port(value: str) -> int:
    if value.isascii() and value.isdecimal() and len(value) <= 5 and 0 < int(value) < 65536:
        return int(value)
    raise SettingError(Code.S001, name="PORT", found=value, expected="a number from 1 to 65535")
