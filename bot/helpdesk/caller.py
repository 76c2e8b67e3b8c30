"""Takes the calls of a connector, and tells what became of them when they fail."""

from __future__ import annotations

from typing import Protocol, TypeVar

from bot.helpdesk.call import Call, Response, Steps

T = TypeVar("T")
_SOON = 2.0  # seconds until a call is made again
_MENDED = 60.0  # seconds until what only an operator can mend may be mended
_LONGEST_PAUSE = 900.0  # seconds that a helpdesk may ask us to wait at a time
_REFUSED_ENTRY = (401, 403)
_COME_LATER = (429, 503)  # by their definition the request was not carried out


class NotSentError(Exception):
    """The call did not reach the helpdesk."""


class BrokenOffError(Exception):
    """The call may have reached the helpdesk; no response came."""


class LaterError(Exception):
    """The helpdesk did not do it now.

    Args:
        why: for the log; no text, no credential.
        after: seconds until it makes sense to try again.
        sure: whether nothing took place; else that must be found out first.
        everybody: whether other calls would fare no better.
    """

    def __init__(self, why: str, after: float, sure: bool, everybody: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.after = after
        self.sure = sure
        self.everybody = everybody


class RefusedCallError(Exception):
    """The helpdesk will not do it, however often it is asked."""


class Client(Protocol):
    """Sends calls to one account."""

    async def send(self, call: Call) -> Response:
        """Return the response, whatever its status.

        Raises:
            NotSentError: it did not get there.
            BrokenOffError: it may have got there.
        """

    async def close(self) -> None:
        """Disconnect."""


async def run(steps: Steps[T], client: Client) -> T:
    """Take the calls one after the other; return what comes out in the end.

    Raises:
        LaterError: not now.
        RefusedCallError: never.
        MalformedError: the helpdesk's response is not what it should be; the call was carried out.
        UnsupportedError: the connector says so.
    """
    changed = False  # whether a call that is carried out twice does more than once
    try:
        call = next(steps)
        while True:
            response = await _sent(client, call, changed)
            changed = changed or call.method not in ("GET", "HEAD")
            call = steps.send(response)
    except StopIteration as end:
        result: T = end.value
        return result
    finally:
        steps.close()


async def _sent(client: Client, call: Call, changed: bool) -> Response:
    try:
        response = await client.send(call)
    except NotSentError as error:
        raise LaterError(f"not sent: {error}", _SOON, not changed) from None
    except BrokenOffError as error:
        raise LaterError(f"broken off: {error}", _SOON, False) from None
    status = response.status
    if 200 <= status < 300 or status in call.accepts:
        return response
    if status in _COME_LATER:
        after = _seconds(response.headers.get("retry-after", ""))
        raise LaterError(f"status {status}", after, not changed, everybody=True)
    if status in _REFUSED_ENTRY:
        raise LaterError(f"status {status}", _MENDED, not changed, everybody=True)
    if status >= 500 or status == 408:
        raise LaterError(f"status {status}", _SOON, False)
    raise RefusedCallError(f"status {status}")


def _seconds(told: str) -> float:
    """Return what ``Retry-After`` asks for, if it is a number of seconds."""
    if told.isascii() and told.isdecimal():
        return min(float(told[:9]), _LONGEST_PAUSE) or _SOON
    return _SOON
