"""One thread that owns the database connection and commits calls in groups."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from bot.gateway.store import OtherTextError, StoreUnavailableError

T = TypeVar("T")
Run = Callable[..., list[tuple[Any, ...]]]  # SQL with ``?``, its parameters; returns the rows


class Database(Protocol):
    """What differs between databases."""

    group: int  # calls that may share a transaction
    at_hand: bool  # brief statements wait for no network, and any thread may run them

    def open(self) -> None:
        """Connect and make the tables; raises an Exception where that fails."""

    def run(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Run one statement, with ``?`` for parameters."""

    def begin(self, durable: bool) -> None:
        """Begin a transaction; a durable one survives a power cut once committed."""

    def begin_at_once(self) -> None:
        """Begin one that need not be durable; raises an Exception where it would have to wait."""

    def lock(self, conversation: str) -> bool:
        """Take the conversation for this gateway; False where another has it."""

    def unlock(self, conversation: str) -> None:
        """Give the conversation back."""

    def order(self, conversation: str) -> None:
        """Until the transaction ends, let no other gateway add to the conversation."""

    def close(self) -> None:
        """Disconnect, also after an error."""

    def end(self) -> None:
        """Disconnect for good."""


@dataclass(slots=True)
class _Call:
    work: Callable[[Database], Any]
    durable: bool
    done: Future[Any]
    result: Any = None
    error: Exception | None = None


class Journal:
    """Runs calls one after the other; those that wait share one commit, hence one disk flush.

    A call that raises one of our errors is rolled back alone. If the database fails, all calls of
    the group fail with StoreUnavailableError, and the connection is made anew for the next.

    Args:
        database: is only touched by the thread of the journal, but for what is done at once.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._calls: queue.SimpleQueue[_Call | None] = queue.SimpleQueue()
        self._open = False
        self._in_use = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    async def do(self, work: Callable[[Database], T], durable: bool = False) -> T:
        """Run a call and wait until it is committed."""
        done: Future[T] = Future()
        self._calls.put(_Call(work, durable, done))
        return await asyncio.wrap_future(done)

    async def read(self, work: Callable[[Database], T]) -> T:
        """Run a call that is one statement and changes nothing.

        Where the database is at hand and not in use, that is done at once: waking the thread and
        being woken by it takes several times as long.
        """
        if self._database.at_hand and self._in_use.acquire(blocking=False):
            try:
                if self._open:
                    return work(self._database)
            except Exception:  # the thread meets it as well, and knows what to do
                pass
            finally:
                self._in_use.release()
        return await self.do(work)

    async def jot(self, work: Callable[[Database], T]) -> T:
        """Run a brief call that need not outlive a power cut, and wait until it is committed.

        Where the database is at hand and nothing is in the way, that is done at once, as a read is:
        such a commit waits for no disk. What fails so is rolled back and left to the thread.
        """
        if not self._database.at_hand or not self._calls.empty():
            return await self.do(work)
        if not self._in_use.acquire(blocking=False):
            return await self.do(work)
        try:
            if self._open:
                self._database.begin_at_once()
                try:
                    result = work(self._database)
                    self._database.run("COMMIT")
                except BaseException:
                    self._database.run("ROLLBACK")
                    raise
                return result
        except OtherTextError:
            raise
        except Exception:  # the thread meets it as well, and knows what to do
            pass
        finally:
            self._in_use.release()
        return await self.do(work)

    async def close(self) -> None:
        """Finish what waits and disconnect."""
        self._calls.put(None)
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        ended = False
        while not ended:
            calls, ended = self._next()
            if calls:
                with self._in_use:
                    lost = self._commit(calls)
                for call in calls:  # when nothing is in the way of what they read next
                    _tell(call, None if lost else call.result, lost or call.error)
        with self._in_use:
            self._database.end()

    def _next(self) -> tuple[list[_Call], bool]:
        first = self._calls.get()
        if first is None:
            return [], True
        calls = [first]
        while len(calls) < self._database.group:
            try:
                call = self._calls.get_nowait()
            except queue.Empty:
                break
            if call is None:
                return calls, True
            calls.append(call)
        return calls, False

    def _commit(self, calls: list[_Call]) -> StoreUnavailableError | None:
        """Run the calls in a transaction; return why all of them failed, if they did."""
        try:
            if not self._open:
                self._database.open()
                self._open = True
            self._database.begin(any(call.durable for call in calls))
            if len(calls) == 1:
                self._alone(calls[0])
            else:
                for call in calls:
                    self._one(call)
                self._database.run("COMMIT")
        except Exception as error:  # each driver has its own kinds
            self._open = False
            self._database.close()
            return StoreUnavailableError(f"{type(error).__name__}: {error}")
        return None

    def _alone(self, call: _Call) -> None:
        """Run a call that shares its transaction with none, so that it needs no savepoint."""
        try:
            call.result = call.work(self._database)
        except OtherTextError as error:
            call.error = error
            self._database.run("ROLLBACK")
        else:
            self._database.run("COMMIT")

    def _one(self, call: _Call) -> None:
        self._database.run("SAVEPOINT call")
        try:
            call.result = call.work(self._database)
        except OtherTextError as error:
            call.error = error
            self._database.run("ROLLBACK TO SAVEPOINT call")
        self._database.run("RELEASE SAVEPOINT call")


def _tell(call: _Call, result: Any, error: Exception | None) -> None:
    if not call.done.set_running_or_notify_cancel():
        return
    if error is None:
        call.done.set_result(result)
    else:
        call.done.set_exception(error)
