"""What Sanic may log as an error: faults of ours, not those of clients or of the owner."""

import logging

from sanic.exceptions import SanicException

from bot.errors import UserFacingError

_SANIC = "sanic.error"


def tell_our_faults_only() -> None:
    """Keep tracebacks out of the log that say nothing of this program.

    Sanic logs what a client sends that is no HTTP, if it cannot even answer it, and what ends the
    start, which the command line says in one line.
    """
    logging.getLogger(_SANIC).addFilter(_is_ours)


def _is_ours(record: logging.LogRecord) -> bool:
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, SanicException):
        return bool(error.status_code >= 500)
    no_address = isinstance(error, UnicodeEncodeError) or type(error).__module__.startswith(
        "httptools."
    )
    return not (no_address or isinstance(error, UserFacingError))
