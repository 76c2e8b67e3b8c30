"""What the helpdesk part keeps, in the database of the front door."""

from __future__ import annotations

import hashlib
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from typing import Any, TypeVar

from bot.gateway.journal import Database, Journal
from bot.gateway.store import StoreUnavailableError
from bot.helpdesk import ownership
from bot.helpdesk.codec import (
    effect_text,
    event_text,
    read_effect,
    read_event,
    read_state,
    state_text,
)
from bot.helpdesk.decision import JOINED, Decision, Does, needs_decision
from bot.helpdesk.effect import Effect, HandOver, Reply
from bot.helpdesk.event import Author, Closed, Event, Moved, Owner, Place, Rated, Said
from bot.helpdesk.ownership import State
from bot.helpdesk.reason import Reason
from bot.helpdesk.store import (
    Figures,
    Line,
    Pending,
    Progress,
    Queue,
    Task,
    UnavailableError,
    Work,
)

T = TypeVar("T")

DESK_SCHEMA = (
    """CREATE TABLE IF NOT EXISTS desk_events (
        seq {key}, desk TEXT NOT NULL, conversation TEXT NOT NULL, inbox TEXT NOT NULL,
        name TEXT NOT NULL, kind TEXT NOT NULL, at DOUBLE PRECISION NOT NULL,
        received DOUBLE PRECISION NOT NULL, body TEXT, done INTEGER NOT NULL,
        outcome TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT '',
        UNIQUE (desk, name))""",
    """CREATE INDEX IF NOT EXISTS desk_undecided ON desk_events (desk, conversation)
        WHERE done = 0""",
    "CREATE INDEX IF NOT EXISTS desk_talk ON desk_events (desk, conversation, kind)",
    """CREATE TABLE IF NOT EXISTS desk_states (
        desk TEXT NOT NULL, conversation TEXT NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (desk, conversation))""",
    """CREATE TABLE IF NOT EXISTS desk_effects (
        seq {key}, event BIGINT NOT NULL REFERENCES desk_events (seq), desk TEXT NOT NULL,
        conversation TEXT NOT NULL, inbox TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL,
        body TEXT, taken INTEGER NOT NULL, progress TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '',
        attempts INTEGER NOT NULL DEFAULT 0, message TEXT NOT NULL DEFAULT '',
        ended DOUBLE PRECISION NOT NULL DEFAULT 0, open INTEGER NOT NULL DEFAULT 1,
        UNIQUE (name))""",
    """CREATE INDEX IF NOT EXISTS desk_undone ON desk_effects (desk, conversation)
        WHERE open = 1""",
    "CREATE TABLE IF NOT EXISTS desk_switches (desk TEXT PRIMARY KEY, off INTEGER NOT NULL)",
)
_UNCHANGED = 0.95  # similarity from which on an agent sent a suggestion as it was
_EDITED = 0.5
_COMPARED = 1000  # characters
_TOGETHER = 10  # events that wait, of one conversation, that are told at a time


class SqlDeskStore:
    """A :class:`~bot.helpdesk.store.DeskStore` over one database.

    Args:
        journal: runs the calls; shared with the front door's own store.
        clock: seconds since the epoch.
    """

    def __init__(self, journal: Journal, clock: Callable[[], float] = time.time) -> None:
        self._journal = journal
        self._clock = clock

    async def _do(self, work: Callable[[Database], T], durable: bool = False) -> T:
        try:
            return await self._journal.do(work, durable)
        except StoreUnavailableError as error:
            raise UnavailableError(str(error)) from None

    async def accept(self, desk: str, events: Sequence[Event], received: float) -> int:
        """Keep events; see the port."""

        def work(db: Database) -> int:
            return sum(_accepted(db, desk, event, received) for event in events)

        return await self._do(work, durable=True)

    async def busy(self, desk: str) -> list[str]:
        """Return where something is to be done; see the port."""
        sql = (
            "SELECT DISTINCT conversation FROM desk_events WHERE desk = ? AND done = 0 "
            "UNION SELECT DISTINCT conversation FROM desk_effects WHERE desk = ? AND open = 1"
        )
        rows = await self._do(lambda db: db.run(sql, desk, desk))
        return [str(conversation) for (conversation,) in rows]

    async def claim(self, desk: str, conversation: str) -> Task | None:
        """Return what is next; see the port."""
        lock = _lock(desk, conversation)

        def work(db: Database) -> Task | None:
            if not db.lock(lock):
                return None
            effect = _next_effect(db, desk, conversation)
            events = () if effect else _next_events(db, desk, conversation)
            if effect or events:
                return Task(_state(db, desk, conversation), effect, events)
            db.unlock(lock)
            return None

        return await self._do(work)

    async def release(self, desk: str, conversation: str) -> None:
        """Let others work there; see the port."""
        await self._do(lambda db: db.unlock(_lock(desk, conversation)))

    async def observe(self, desk: str, conversation: str, owner: Owner | None) -> State:
        """Keep what the helpdesk says; see the port."""

        def work(db: Database) -> State:
            db.order(_lock(desk, conversation))
            quiet = not db.run(
                "SELECT seq FROM desk_effects WHERE desk = ? AND conversation = ? AND open = 1 "
                "LIMIT 1",
                desk, conversation,
            )  # fmt: skip
            state = ownership.looked(_state(db, desk, conversation), owner, quiet)
            _keep_state(db, desk, conversation, state)
            return state

        return await self._do(work)

    async def decide(
        self,
        desk: str,
        work: Work,
        taken: int,
        decision: Decision,
        effects: Sequence[Effect],
        change: Callable[[State], State],
        joined: Sequence[Work] = (),
    ) -> bool:
        """Keep a decision; see the port."""
        place = work.event.place

        def decided(db: Database) -> bool:
            db.order(_lock(desk, place.conversation))
            state = _state(db, desk, place.conversation)
            if state.taken != taken:
                return False
            if _decided(db, work, decision):
                for other in joined:
                    _decided(db, other, JOINED)
                _keep_state(db, desk, place.conversation, change(state))
                _add(db, desk, work.seq, work.event.key, effects, taken)
            return True

        return await self._do(decided)

    async def call(self, effect: Pending) -> bool:
        """Keep that a call begins; see the port."""

        def work(db: Database) -> bool:
            found = db.run("SELECT desk, conversation FROM desk_effects WHERE seq = ?", effect.seq)
            [(desk, conversation)] = found
            db.order(_lock(desk, conversation))
            due = _state(db, desk, conversation).taken == effect.taken
            if isinstance(effect.effect, Reply) and not due:
                return False
            _count(db, effect.seq)
            return True

        return await self._do(work, durable=True)

    async def ask_again(self, effect: int) -> None:
        """Count a try to find out; see the port."""
        await self._do(lambda db: _count(db, effect))

    async def wait(self, effect: int) -> None:
        """Keep that a call had no effect; see the port."""
        sql = "UPDATE desk_effects SET progress = ?, attempts = 0 WHERE seq = ?"
        await self._do(lambda db: db.run(sql, Progress.WAITING.value, effect))

    async def done(self, effect: int, message: str) -> None:
        """Keep that an effect took place; see the port."""
        now = self._clock()
        await self._do(
            lambda db: _end(db, effect, Progress.DONE, "", message[:200], now), durable=True
        )

    async def leave(
        self, desk: str, effect: Pending, reason: Reason, instead: Sequence[Effect]
    ) -> None:
        """Keep that an effect is not done; see the port."""
        now = self._clock()

        def work(db: Database) -> None:
            if not _end(db, effect.seq, Progress.LEFT, reason.value, "", now):
                return  # it was erased
            if isinstance(effect.effect, Reply):
                db.run(
                    "UPDATE desk_events SET outcome = ?, reason = ? WHERE seq = ? AND outcome = ?",
                    Does.NOTHING.value, reason.value, effect.work, Does.REPLY.value,
                )  # fmt: skip
            _add(db, desk, effect.work, effect.key, instead, effect.taken)
            if any(isinstance(other, HandOver) for other in instead):
                conversation = effect.effect.place.conversation
                db.order(_lock(desk, conversation))
                state = _state(db, desk, conversation)
                _keep_state(db, desk, conversation, ownership.handed_over(state, state.since))

        await self._do(work, durable=True)

    async def lines(self, desk: str, conversation: str, most: int) -> list[Line]:
        """Return the last public messages; see the port."""

        def work(db: Database) -> list[Line]:
            said = db.run(
                "SELECT body FROM desk_events WHERE desk = ? AND conversation = ? "
                "AND kind IN ('customer', 'agent') AND body IS NOT NULL "
                "ORDER BY received DESC LIMIT ?",
                desk, conversation, most,
            )  # fmt: skip
            ours = db.run(
                "SELECT body, ended FROM desk_effects WHERE desk = ? AND conversation = ? "
                "AND kind = 'Reply' AND progress = 'done' AND body IS NOT NULL "
                "ORDER BY seq DESC LIMIT ?",
                desk, conversation, most,
            )  # fmt: skip
            events = [event for (body,) in said if isinstance(event := read_event(body), Said)]
            lines = [Line(event.author, event.text, event.at) for event in events]
            replies = [(read_effect(body), ended) for body, ended in ours]
            lines += [Line(Author.BOT, e.text, at) for e, at in replies if isinstance(e, Reply)]
            return sorted(lines, key=lambda line: line.at)[-most:]

        return await self._do(work)

    async def echoes(self, desk: str, conversation: str, since: float) -> list[str]:
        """Return what bots wrote; see the port."""
        sql = (
            "SELECT body FROM desk_events WHERE desk = ? AND conversation = ? "
            "AND kind IN ('bot', 'note of bot') AND received >= ? AND body IS NOT NULL"
        )
        rows = await self._do(lambda db: db.run(sql, desk, conversation, since))
        events = [read_event(body) for (body,) in rows]
        return [event.text for event in events if isinstance(event, Said)]

    async def switched_off(self, desk: str) -> bool:
        """Return whether the kill switch is on; see the port."""
        sql = "SELECT off FROM desk_switches WHERE desk = ?"
        rows = await self._do(lambda db: db.run(sql, desk))
        return bool(rows and rows[0][0])

    async def switch(self, desk: str, off: bool) -> None:
        """Set the kill switch; see the port."""
        sql = (
            "INSERT INTO desk_switches (desk, off) VALUES (?, ?) "
            "ON CONFLICT (desk) DO UPDATE SET off = excluded.off"
        )
        await self._do(lambda db: db.run(sql, desk, int(off)), durable=True)

    async def queue(self, desk: str, now: float) -> Queue:
        """Return what waits; see the port."""

        def work(db: Database) -> Queue:
            [(messages, oldest)] = db.run(
                "SELECT COUNT(*), MIN(received) FROM desk_events WHERE desk = ? AND done = 0", desk
            )
            [(effects, eldest)] = db.run(
                "SELECT COUNT(*), MIN(v.received) FROM desk_effects e "
                "JOIN desk_events v ON v.seq = e.event WHERE e.desk = ? AND e.open = 1",
                desk,
            )
            since = min(oldest or now, eldest or now)
            return Queue(int(messages), int(effects), max(0.0, now - since))

        return await self._do(work)

    async def figures(self, desk: str, since: float) -> list[Figures]:
        """Return how each inbox goes; see the port."""
        return await self._do(lambda db: _figures(db, desk, since))

    async def forget(self, desk: str, before: float) -> None:
        """Drop texts; see the port."""

        def work(db: Database) -> None:
            db.run(
                "UPDATE desk_events SET body = NULL WHERE desk = ? AND done = 1 AND received < ? "
                "AND body IS NOT NULL AND NOT EXISTS (SELECT 1 FROM desk_effects e "
                "WHERE e.event = desk_events.seq AND e.open = 1)",
                desk, before,
            )  # fmt: skip
            db.run(
                "UPDATE desk_effects SET body = NULL WHERE desk = ? AND open = 0 AND ended < ? "
                "AND body IS NOT NULL",
                desk, before,
            )  # fmt: skip

        await self._do(work)


def _lock(desk: str, conversation: str) -> str:
    return f"desk {desk} {conversation}"


def _hashed(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def _accepted(db: Database, desk: str, event: Event, received: float) -> bool:
    place = event.place
    db.order(_lock(desk, place.conversation))
    state = _state(db, desk, place.conversation)
    needed = needs_decision(event)
    made = db.run(
        "INSERT INTO desk_events (desk, conversation, inbox, name, kind, at, received, body, done, "
        "reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (desk, name) DO NOTHING "
        "RETURNING seq",
        desk, place.conversation, place.inbox, _hashed(event.key), _kind(event),
        event.at or received, received, event_text(event), int(not needed),
        _followed(event, state),
    )  # fmt: skip
    if made:
        _keep_state(db, desk, place.conversation, ownership.after(state, event))
    return bool(made)


def _kind(event: Event) -> str:
    if isinstance(event, Said):
        return event.author.value if event.public else f"note of {event.author.value}"
    if isinstance(event, Closed):
        return "opened" if event.open else "closed"
    return "moved" if isinstance(event, Moved) else "rated"


def _followed(event: Event, state: State) -> str:
    """Return what an agent made of the last suggestion; empty if there was none."""
    agent = isinstance(event, Said) and event.author is Author.AGENT and event.public
    if not agent or not state.draft or not isinstance(event, Said):
        return ""
    matcher = SequenceMatcher(None, state.draft[:_COMPARED], event.text[:_COMPARED], False)
    ratio = matcher.ratio()
    if ratio >= _UNCHANGED:
        return "sent"
    return "edited" if ratio >= _EDITED else "other"


def _state(db: Database, desk: str, conversation: str) -> State:
    sql = "SELECT body FROM desk_states WHERE desk = ? AND conversation = ?"
    rows = db.run(sql, desk, conversation)
    return read_state(rows[0][0]) if rows else State()


def _keep_state(db: Database, desk: str, conversation: str, state: State) -> None:
    db.run(
        "INSERT INTO desk_states (desk, conversation, body) VALUES (?, ?, ?) "
        "ON CONFLICT (desk, conversation) DO UPDATE SET body = excluded.body",
        desk, conversation, state_text(state),
    )  # fmt: skip


def _next_effect(db: Database, desk: str, conversation: str) -> Pending | None:
    rows = db.run(
        "SELECT e.seq, e.name, e.body, e.event, e.taken, v.received, e.progress, e.attempts "
        "FROM desk_effects e JOIN desk_events v ON v.seq = e.event "
        "WHERE e.desk = ? AND e.conversation = ? AND e.open = 1 ORDER BY e.seq LIMIT 1",
        desk, conversation,
    )  # fmt: skip
    if not rows:
        return None
    seq, name, body, event, taken, received, progress, attempts = rows[0]
    return Pending(
        seq, name, read_effect(body), event, taken, received, Progress(progress), attempts
    )


def _next_events(db: Database, desk: str, conversation: str) -> tuple[Work, ...]:
    rows = db.run(
        "SELECT seq, body, received FROM desk_events "
        "WHERE desk = ? AND conversation = ? AND done = 0 ORDER BY at, seq LIMIT ?",
        desk, conversation, _TOGETHER,
    )  # fmt: skip
    return tuple(_work(*row) for row in rows)


def _work(seq: int, body: str, received: float) -> Work:
    event = read_event(body)
    assert isinstance(event, Said | Rated)
    return Work(seq, event, received)


def _decided(db: Database, work: Work, decision: Decision) -> bool:
    rows = db.run(
        "UPDATE desk_events SET done = 1, outcome = ?, reason = ? "
        "WHERE seq = ? AND done = 0 RETURNING seq",
        decision.does.value, decision.reason.value, work.seq,
    )  # fmt: skip
    return bool(rows)


def _add(
    db: Database, desk: str, event: int, key: str, effects: Sequence[Effect], taken: int
) -> None:
    for number, effect in enumerate(effects):
        place: Place = effect.place
        name = hashlib.sha256(f"{desk}\n{key}\n{number}".encode()).hexdigest()[:32]
        db.run(
            "INSERT INTO desk_effects (event, desk, conversation, inbox, name, kind, body, taken, "
            "progress) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO NOTHING",
            event, desk, place.conversation, place.inbox, name, type(effect).__name__,
            effect_text(effect), taken, Progress.WAITING.value,
        )  # fmt: skip


def _count(db: Database, effect: int) -> None:
    sql = "UPDATE desk_effects SET progress = ?, attempts = attempts + 1 WHERE seq = ?"
    db.run(sql, Progress.CALLING.value, effect)


def _end(
    db: Database, effect: int, progress: Progress, reason: str, message: str, now: float
) -> bool:
    rows = db.run(
        "UPDATE desk_effects SET progress = ?, reason = ?, message = ?, ended = ?, open = 0 "
        "WHERE seq = ? AND open = 1 RETURNING seq",
        progress.value, reason, message, now, effect,
    )  # fmt: skip
    return bool(rows)


def _figures(db: Database, desk: str, since: float) -> list[Figures]:
    outcomes = _counted(
        db, "SELECT inbox, outcome || ': ' || reason, COUNT(*) FROM desk_events WHERE desk = ? "
        "AND received >= ? AND kind = 'customer' AND done = 1 GROUP BY 1, 2", desk, since,
    )  # fmt: skip
    followed = _counted(
        db, "SELECT inbox, reason, COUNT(*) FROM desk_events WHERE desk = ? AND received >= ? "
        "AND kind = 'agent' AND reason IN ('sent', 'edited', 'other') GROUP BY 1, 2", desk, since,
    )  # fmt: skip
    left = _counted(
        db, "SELECT e.inbox, e.kind || ': ' || e.reason, COUNT(*) FROM desk_effects e "
        "WHERE e.desk = ? AND e.ended >= ? AND e.progress = 'left' GROUP BY 1, 2", desk, since,
    )  # fmt: skip
    conversations = db.run(
        "SELECT inbox, SUM(CASE WHEN outcome = 'replied' THEN 1 ELSE 0 END), "
        "SUM(CASE WHEN outcome = 'handed over' OR kind IN ('agent', 'opened') "
        "OR (kind = 'rated' AND done = 1 AND outcome <> '') THEN 1 ELSE 0 END) "
        "FROM desk_events WHERE desk = ? AND received >= ? GROUP BY inbox, conversation",
        desk, since,
    )  # fmt: skip
    answered: defaultdict[str, int] = defaultdict(int)
    deflected: defaultdict[str, int] = defaultdict(int)
    for inbox, replies, people in conversations:
        answered[inbox] += int(replies > 0)
        deflected[inbox] += int(replies > 0 and not people)
    return [
        Figures(
            inbox, outcomes.get(inbox, {}), followed.get(inbox, {}), left.get(inbox, {}),
            answered[inbox], deflected[inbox],
        )
        for inbox in sorted(answered)
    ]  # fmt: skip


def _counted(db: Database, sql: str, *parameters: Any) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for inbox, what, count in db.run(sql, *parameters):
        found.setdefault(inbox, {})[what] = int(count)
    return found
