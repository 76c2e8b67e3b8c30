"""What goes in and out, as JSON Schema: what requests are checked against and what OpenAPI says."""

from __future__ import annotations

from typing import Any

from bot.message import LONGEST

Schema = dict[str, Any]

CLIENT_ID = "[A-Za-z0-9_.:-]{1,64}"
_WHOLE_CLIENT_ID = rf"^{CLIENT_ID}$(?!\n)"  # for Python, `$` is before a last line end as well


def _object(properties: Schema, required: tuple[str, ...] = (), closed: bool = True) -> Schema:
    made: Schema = {"type": "object", "properties": properties, "required": list(required)}
    return {**made, "additionalProperties": False} if closed else made


def _text(description: str = "", **more: Any) -> Schema:
    return {"type": "string", **({"description": description} if description else {}), **more}


def _number(description: str, **more: Any) -> Schema:
    return {"type": "integer", "description": description, **more}


_WAIT = _number(
    "Seconds to wait for the reply; after them the status is 202.", minimum=0, maximum=30
)
_MESSAGES = {
    "type": "array",
    "description": "The reply group; each as Rasa's REST channel returns it.",
    "items": _object(
        {
            "recipient_id": _text("The conversation."),
            "text": _text("Markdown; show it as text."),
            "custom": {"type": "object", "description": "The answer, see answer.schema.json."},
            "buttons": {"type": "array", "items": {"type": "object"}},
        },
        ("text",),
        closed=False,
    ),
}

SCHEMAS: dict[str, Schema] = {
    "SessionRequest": _object(
        {"identity": _text("A JWT by which the host page names its user.", maxLength=8000)}
    ),
    "Session": _object(
        {
            "token": _text("Send it as `Authorization: Bearer`."),
            "conversation": _text("The id of the conversation."),
            "expires_in": _number("Seconds until the token ends, unless it is renewed."),
        },
        ("token", "conversation", "expires_in"),
    ),
    "Export": _object(
        {
            "exported": _text("When, ISO 8601 in UTC."),
            "conversations": {
                "type": "array",
                "description": "Each with all that is kept of it, by the place where it is kept.",
                "items": _object({"conversation": _text()}, ("conversation",), closed=False),
            },
        },
        ("exported", "conversations"),
    ),
    "Receipt": _object(
        {
            "id": _text("Names the receipt; nobody keeps it but you."),
            "at": _text("When it was done, ISO 8601 in UTC."),
            "removed": {
                "type": "object",
                "description": "How many rows of which kind went from which place.",
                "additionalProperties": {
                    "type": "object",
                    "additionalProperties": {"type": "integer"},
                },
            },
        },
        ("id", "at", "removed"),
    ),
    "Question": _object(
        {
            "text": _text("The question.", minLength=1, maxLength=LONGEST),
            "id": _text(
                "The sender's own id of the message: sent again with it, it stays one message.",
                pattern=_WHOLE_CLIENT_ID,
            ),
            "wait": _WAIT,
        },
        ("text",),
    ),
    "Turn": _object(
        {
            "number": _number("The place of the message in its conversation.", minimum=1),
            "id": _text("The sender's id of the message, or the one it was given."),
            "text": _text("The question, cleaned."),
            "accepted": {"type": "number", "description": "Seconds since 1970."},
            "outcome": {
                "enum": ["pending", "answered", "failed", "quarantined", "silent"],
                "description": "`failed` and `quarantined` have words of apology; `silent` has "
                "no messages: a person has the conversation.",
            },
            "messages": _MESSAGES,
        },
        ("number", "id", "text", "accepted", "outcome", "messages"),
    ),
    "Conversation": _object(
        {
            "conversation": _text(),
            "turns": {"type": "array", "items": {"$ref": "#/components/schemas/Turn"}},
            "notes": {
                "type": "array",
                "description": "Steps of a hand-over and messages of persons, as on the socket; "
                "the newest 100.",
                "items": {"type": "object"},
            },
            "handover": {"type": ["object", "null"], "description": "Its latest step."},
        },
        ("conversation", "turns", "notes", "handover"),
    ),
    "Terms": _object(
        {
            "glossary_version": _text(),
            "total": _number("How many there are.", minimum=0),
            "terms": {
                "type": "array",
                "items": _object(
                    {"text": _text(), "language": _text(), "status": _text(), "entry": _text()},
                    ("text", "language", "status", "entry"),
                ),
            },
        },
        ("glossary_version", "total", "terms"),
    ),
    "Entry": _object(
        {
            "id": _text(),
            "glossary_version": _text(),
            "terms": {"type": "array", "items": {"type": "object"}},
            "texts": {"type": "object", "additionalProperties": {"type": "array"}},
            "broader": {"type": "array", "items": _text()},
            "part_of": {"type": "array", "items": _text()},
            "related": {"type": "array", "items": _text()},
            "subject": _text(),
            "updated": _text(),
        },
        ("id", "glossary_version", "terms", "texts"),
    ),
    "Names": _object(
        {
            "glossary_version": _text(),
            "language": _text(),
            "names": {
                "type": "array",
                "description": "Stems joined by blanks; how it must be written, empty for anyhow; "
                "ids of the entries.",
                "items": {"type": "array", "items": _text(), "minItems": 3},
            },
        },
        ("glossary_version", "language", "names"),
    ),
    "Card": _object(
        {
            "glossary_version": _text(),
            "id": _text(),
            "term": _text("With its abbreviation."),
            "language": _text("Of the definition."),
            "definition": _text("Without markup."),
            "address": _text("Where the page of the entry is on this server."),
        },
        ("glossary_version", "id", "term", "language", "definition", "address"),
    ),
    "Feedback": _object(
        {
            "number": _number("Which message.", minimum=1, maximum=2**31 - 1),
            "verdict": {"enum": ["helpful", "unhelpful", "withdrawn"]},
            "comment": _text(maxLength=LONGEST),
        },
        ("number", "verdict"),
    ),
    "Wish": _object({"wish": {"enum": ["request", "cancel"]}}, ("wish",)),
    "Status": _object({"status": _text()}, ("status",), closed=False),
    "Overview": _object(
        {
            "version": _text(),
            "time": {"type": "number", "description": "Seconds since 1970."},
            "since": {"type": "number", "description": "When the gateway was started."},
            "parts": {
                "type": "array",
                "description": "None without a supervisor.",
                "items": _object(
                    {
                        "name": _text(),
                        "pid": _number("0 while it does not run."),
                        "starts": _number("How often it was started."),
                        "since": {"type": "number"},
                        "ended": {"type": ["integer", "null"]},
                    },
                    ("name", "pid", "starts", "since", "ended"),
                ),
            },
            "rasa": {"type": "object", "description": "As `/health`."},
            "waiting": _object(
                {
                    "messages": _number("Without an answer."),
                    "conversations": _number("That they are of."),
                    "oldest_seconds": {"type": "number"},
                },
                ("messages", "conversations", "oldest_seconds"),
            ),
            "sockets": _number("Connections that listen."),
            "counted": {"type": "object", "additionalProperties": {"type": "number"}},
        },
        ("version", "time", "since", "parts", "rasa", "waiting", "sockets", "counted"),
    ),
    "Error": _object({"error": _text("One sentence.")}, ("error",)),
    "RasaMessage": {
        "type": "object",
        "properties": {
            "sender": {
                "description": "Names a conversation of the caller's own.",
                "anyOf": [
                    {"type": "string", "pattern": r"^[A-Za-z0-9_.@:+=-]{0,128}$(?!\n)"},
                    {"type": "integer"},
                    {"type": "null"},
                ],
            },
            "message": _text("The question."),
            "id": _text(
                "As `id` of Question; empty for none.", pattern=r"^[A-Za-z0-9_.:-]{0,64}$(?!\n)"
            ),
        },
    },
    "RasaMessages": _MESSAGES,
}

_PLACE = _number("A number of the conversation.", minimum=0, maximum=2**31 - 1)

# What the events of the socket carry (docs/socket.md); not part of the OpenAPI document.
EVENTS: dict[str, Schema] = {
    "session_request": _object(
        {
            "v": {"const": 1},
            "session_id": {"type": ["string", "null"], "maxLength": 1000},
            "identity": _text(maxLength=8000),
            "after": _PLACE,
            "after_note": _PLACE,
            "last": _number("Messages of history.", minimum=0, maximum=100),
        },
        ("v",),
        closed=False,
    ),
    "user_uttered": _object(
        {"message": _text(), "id": _text(pattern=_WHOLE_CLIENT_ID)}, ("message",), closed=False
    ),
    "terms": _object(
        {
            "begins": _text(minLength=1, maxLength=200),
            "language": _text(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$(?!\n)"),
            "limit": _number("At most so many.", minimum=1, maximum=20),
        },
        ("begins",),
        closed=False,
    ),
    "history": _object(
        {
            "before": _PLACE,
            "last": _number("Messages of history.", minimum=1, maximum=100),
        },
        ("before",),
        closed=False,
    ),
    "feedback": SCHEMAS["Feedback"],
    "handover": SCHEMAS["Wish"],
}
