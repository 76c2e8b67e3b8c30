"""What is answered to those who are not let in: one sentence, nothing of how we are built."""

from __future__ import annotations

from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

_POLICY = 1008  # closes a WebSocket of one who may not
_CODES = {
    400: "bad_request",
    401: "not_signed_in",
    404: "not_found",
    408: "bad_request",
    409: "other_text",
    413: "too_long",
    429: "too_often",
    503: "unavailable",
}


class RefusedError(Exception):
    """A request is refused.

    Args:
        status: the HTTP status.
        text: one sentence for the sender.
        retry_after: seconds after which to try again; 0 for never.
        code: what it is for a program; by default what the status says.
        challenge: how to sign in, where the status is 401.
    """

    def __init__(
        self, status: int, text: str, retry_after: int = 0, code: str = "",
        challenge: str = "Bearer",
    ) -> None:  # fmt: skip
        super().__init__(text)
        self.status = status
        self.text = text
        self.retry_after = retry_after
        self._challenge = challenge
        self.code = code or _CODES.get(status, "internal")

    def response(self) -> JSONResponse:
        """Return what is sent."""
        return JSONResponse({"error": self.text}, self.status, self.headers())

    def headers(self) -> dict[str, str]:
        """Return the headers that go with it."""
        headers = {"Retry-After": str(self.retry_after)} if self.retry_after else {}
        if self.status == 401:
            headers["WWW-Authenticate"] = self._challenge
        return headers

    def to_dict(self) -> dict[str, object]:
        """Return what a socket says of it."""
        later = {"retry_after": self.retry_after} if self.retry_after else {}
        return {"code": self.code, "text": self.text, **later}


def bad_request(text: str) -> RefusedError:
    """Return a refusal of something that cannot be understood."""
    return RefusedError(400, text)


def not_signed_in() -> RefusedError:
    """Return the refusal of a token, whatever is wrong with it."""
    return RefusedError(401, "The session is not valid. Open a new one.")


def too_often(seconds: float) -> RefusedError:
    """Return the refusal of one request too many."""
    return RefusedError(429, "Too many requests. Please wait a little.", max(1, int(seconds + 1)))


def overloaded(seconds: int) -> RefusedError:
    """Return the refusal of a message while too many wait."""
    return RefusedError(503, unavailable().text, seconds, "overloaded")


def unavailable(seconds: int = 2) -> RefusedError:
    """Return the refusal of what cannot be done at the moment."""
    return RefusedError(503, "We cannot take this at the moment. Please try again.", seconds)


async def refuse_websocket(error: RefusedError, scope: Scope, receive: Receive, send: Send) -> None:
    """Refuse a WebSocket before it is open, with a status where the server can say one."""
    await receive()
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": _POLICY})
        return
    response = error.response()
    start = {"type": "websocket.http.response.start", "status": error.status}
    await send({**start, "headers": response.raw_headers})
    await send({"type": "websocket.http.response.body", "body": response.body})
