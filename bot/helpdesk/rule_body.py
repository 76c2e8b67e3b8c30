"""The body of a webhook that the operator wrote, into which the helpdesk fills placeholders.

Whether a product escapes what it fills into JSON, its documentation mostly does not say. So our
bodies end with what a customer wrote, and everything before it holds ids and names only: the text
is cut off there, and nothing in it can pass for another field.
"""

from __future__ import annotations

import json
import re

from bot.helpdesk.delivery import MalformedError, decoded
from bot.helpdesk.payload import Fields, fields

_TEXT = re.compile(rb'"text"\s*:\s*"')
_END = re.compile(rb'"\s*\}\s*\Z')


def read(body: bytes) -> Fields:
    """Return the fields of a body whose last one is ``text``.

    Raises:
        MalformedError: it has another shape.
    """
    begin, end = _TEXT.search(body), _END.search(body)
    if begin is None or end is None or end.start() < begin.end():
        raise MalformedError("the body of the rule must end with the field text")
    head = fields(decoded(body[: begin.end()] + b'"}'))
    return {**head, "text": _text(body[begin.end() : end.start()])}


def _text(raw: bytes) -> str:
    try:
        text = raw.decode("utf-8")
    except ValueError:
        raise MalformedError("no JSON in UTF-8") from None
    try:
        return str(json.loads(f'"{text}"', strict=False))
    except ValueError:
        return text  # filled in without escaping
