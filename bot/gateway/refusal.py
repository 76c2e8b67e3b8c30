"""What is answered to those who are not let in: one sentence, nothing of how we are built."""

from __future__ import annotations

from starlette.responses import JSONResponse


class RefusedError(Exception):
    """A request is refused.

    Args:
        status: the HTTP status.
        text: one sentence for the sender.
        retry_after: seconds after which to try again; 0 for never.
    """

    def __init__(self, status: int, text: str, retry_after: int = 0) -> None:
        super().__init__(text)
        self.status = status
        self.text = text
        self.retry_after = retry_after

    def response(self) -> JSONResponse:
        """Return what is sent."""
        headers = {"Retry-After": str(self.retry_after)} if self.retry_after else {}
        if self.status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        return JSONResponse({"error": self.text}, self.status, headers)


def bad_request(text: str) -> RefusedError:
    """Return a refusal of something that cannot be understood."""
    return RefusedError(400, text)


def not_signed_in() -> RefusedError:
    """Return the refusal of a token, whatever is wrong with it."""
    return RefusedError(401, "The session is not valid. Open a new one.")


def too_often(seconds: float) -> RefusedError:
    """Return the refusal of one request too many."""
    return RefusedError(429, "Too many requests. Please wait a little.", max(1, int(seconds + 1)))


def unavailable(seconds: int = 2) -> RefusedError:
    """Return the refusal of what cannot be done at the moment."""
    return RefusedError(503, "We cannot take this at the moment. Please try again.", seconds)
