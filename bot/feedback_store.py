"""SQLite keeps what people say of answers: which entries it is about, not what was typed."""

from __future__ import annotations

import hashlib
import json
import logging
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.errors import Code, SettingError

MOST = 10_000
"""Verdicts that are kept; the oldest go first."""

_PATIENCE = 0.25  # seconds to wait for a locked file: somebody waits for the reply
_LONGEST = 2000  # characters of a text, and of the entries together
_SCHEMA = """
CREATE TABLE IF NOT EXISTS verdicts (
    conversation TEXT NOT NULL, turn TEXT NOT NULL, time TEXT NOT NULL, verdict TEXT NOT NULL,
    entries TEXT NOT NULL, question_type TEXT NOT NULL, language TEXT NOT NULL,
    glossary_version TEXT NOT NULL, text TEXT NOT NULL, comment TEXT NOT NULL,
    PRIMARY KEY (conversation, turn)
);
CREATE TABLE IF NOT EXISTS salt (value BLOB NOT NULL);
"""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Feedback:
    """A verdict (``good`` or ``bad``) on one answer.

    Attributes:
        time: when it was said, ISO 8601 in UTC.
        verdict: ``good`` or ``bad``.
        entries: ids of the entries that the answer is about; none for a decline.
        question_type: how the answered question was understood.
        language: of the answer.
        glossary_version: of the glossary that answered.
        conversation: whose it is; a hash once it is stored.
        turn: id of the message that was answered, as the logs name it.
        text: the answered question; empty unless texts are kept.
        comment: what was said beside the verdict; empty unless texts are kept.
    """

    time: str
    verdict: str
    entries: tuple[str, ...]
    question_type: str
    language: str
    glossary_version: str
    conversation: str
    turn: str
    text: str = ""
    comment: str = ""

    def to_dict(self) -> dict[str, object]:
        """Return what is shown of it."""
        return {
            "time": self.time, "verdict": self.verdict, "entries": list(self.entries),
            "question_type": self.question_type, "language": self.language,
            "glossary_version": self.glossary_version, "conversation": self.conversation,
            "text": self.text, "comment": self.comment,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Count:
    """How often the answers about one entry (empty: declines) were called good and bad."""

    entry: str
    good: int
    bad: int


class FeedbackStore:
    """Keeps feedback in one file.

    Args:
        path: the file; it is made when something is first kept.
        texts: whether the text of the answered question is kept.
        most: how many verdicts are kept.
    """

    def __init__(self, path: Path, *, texts: bool = False, most: int = MOST) -> None:
        self._path = path
        self._texts = texts
        self._most = most
        self._failed = False

    def keep(self, feedback: Feedback) -> bool:
        """Keep one verdict; a second one on the same answer replaces the first.

        Returns:
            Whether it was kept. If not, the log says why, the first time.
        """
        return self._written(lambda connection: self._insert(connection, feedback))

    def take_back(self, conversation: str, turn: str) -> bool:
        """Forget the verdict on an answer, if there is one.

        Args:
            conversation: whose it is.
            turn: id of the message that was answered.

        Returns:
            Whether none is kept any more. If not, the log says why, the first time.
        """
        return self._written(
            lambda connection: connection.execute(
                "DELETE FROM verdicts WHERE conversation = ? AND turn = ?",
                (_hashed(conversation, connection), turn),
            )
        )

    def _written(self, work: Callable[[sqlite3.Connection], object]) -> bool:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._open() as connection:
                work(connection)
        except (sqlite3.Error, OSError) as error:
            if not self._failed:
                _log.error("feedback is not kept: %s (%s)", self._path.name, error)
            self._failed = True
            return False
        self._failed = False
        return True

    def _insert(self, connection: sqlite3.Connection, feedback: Feedback) -> None:
        text, comment = (feedback.text, feedback.comment) if self._texts else ("", "")
        connection.execute(
            "INSERT OR REPLACE INTO verdicts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                _hashed(feedback.conversation, connection), feedback.turn, feedback.time,
                feedback.verdict, _joined(feedback.entries), feedback.question_type,
                feedback.language, feedback.glossary_version, text[:_LONGEST], comment[:_LONGEST],
            ),
        )  # fmt: skip
        connection.execute(
            "DELETE FROM verdicts WHERE rowid NOT IN "
            "(SELECT rowid FROM verdicts ORDER BY rowid DESC LIMIT ?)",
            (self._most,),
        )

    def all(self) -> list[Feedback]:
        """Return what is kept, the oldest first.

        Raises:
            SettingError: the file cannot be read.
        """
        if not self._path.exists():
            return []
        with self._refusing(), self._open() as connection:
            connection.row_factory = sqlite3.Row
            rows = connection.execute("SELECT * FROM verdicts ORDER BY rowid").fetchall()
            return [
                Feedback(**{**row, "entries": tuple(json.loads(row["entries"]))}) for row in rows
            ]

    def clear(self) -> int:
        """Forget everything, with what ties it to conversations; return how many verdicts it was.

        Raises:
            SettingError: the file cannot be written.
        """
        if not self._path.exists():
            return 0
        with self._refusing(), self._open() as connection:
            gone = connection.execute("DELETE FROM verdicts").rowcount
            connection.execute("DELETE FROM salt")
        return gone

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Open for one transaction that writes; closing it leaves no log beside the file."""
        with closing(sqlite3.connect(self._path, timeout=_PATIENCE, isolation_level=None)) as found:
            found.execute("PRAGMA journal_mode = WAL")
            found.execute("PRAGMA synchronous = NORMAL")
            found.execute("PRAGMA secure_delete = ON")
            found.executescript(_SCHEMA)
            found.execute("BEGIN IMMEDIATE")
            yield found
            found.execute("COMMIT")

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError, ValueError) as error:
            raise SettingError(Code.S031, path=self._path, problem=error) from None


def counts(found: Iterable[Feedback]) -> list[Count]:
    """Return the counts per entry: most often bad first, then most often good, then by id."""
    tally: dict[str, list[int]] = {}
    for feedback in found:
        for entry in feedback.entries or ("",):
            tally.setdefault(entry, [0, 0])[feedback.verdict == "bad"] += 1
    every = (Count(entry, good, bad) for entry, (good, bad) in tally.items())
    return sorted(every, key=lambda count: (-count.bad, -count.good, count.entry))


def _joined(entries: Sequence[str]) -> str:
    """Return the entries as JSON, as many as fit."""
    kept: list[str] = []
    for entry in entries:
        if sum(map(len, kept)) + len(entry) <= _LONGEST:
            kept.append(entry)
    return json.dumps(kept, ensure_ascii=False)


def _hashed(conversation: str, connection: sqlite3.Connection) -> str:
    """Return a hash that tells conversations apart; its key never leaves the file."""
    row = connection.execute("SELECT value FROM salt").fetchone()
    salt = row[0] if row else secrets.token_bytes(32)
    if not row:
        connection.execute("INSERT INTO salt VALUES (?)", (salt,))
    data = conversation.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(data, key=salt, digest_size=8).hexdigest()
