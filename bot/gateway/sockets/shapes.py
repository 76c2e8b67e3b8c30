"""How turns and notes look on the socket: in full, or as widgets made for Rasa know them."""

from __future__ import annotations

from typing import Any

from bot.gateway.store import Message, Note, NoteKind, Turn

Json = dict[str, Any]
VERSION = 1


def answer(turn: Turn) -> Json | None:
    """Return the payload of ``bot_uttered``, one for the whole reply group; None without one."""
    message, reply = turn.message, turn.reply
    if reply is None:
        return None
    found: Json = {
        "v": VERSION, "number": message.number, "reply_to": message.client_id,
        "text": "\n\n".join(str(said["text"]) for said in reply.messages if said.get("text")),
        "outcome": reply.outcome.value, "made": turn.made,
    }  # fmt: skip
    buttons = [button for said in reply.messages for button in said.get("buttons") or ()]
    if buttons:
        found["quick_replies"] = [_quick_reply(button) for button in buttons]
    customs = [said["custom"] for said in reply.messages if said.get("custom")]
    if customs:
        found["custom"] = customs[0]
    return found


def _quick_reply(button: Json) -> Json:
    title = str(button.get("title", ""))
    return {"content_type": "text", "title": title, "payload": str(button.get("payload", title))}


def asked(message: Message) -> Json:
    """Return the payload of ``user_message``."""
    return {
        "v": VERSION, "number": message.number, "id": message.client_id, "text": message.text,
        "accepted": message.accepted,
    }  # fmt: skip


def remembered(turn: Turn) -> Json:
    """Return a turn as an item of a history."""
    message, reply = turn.message, turn.reply
    return {
        "number": message.number, "id": message.client_id, "text": message.text,
        "accepted": message.accepted, "outcome": reply.outcome.value if reply else "pending",
        "answer": answer(turn),
    }  # fmt: skip


def note(told: Note) -> tuple[str, Json]:
    """Return the event and the payload that a note becomes."""
    about: Json = {"v": VERSION, "note": told.number, "made": told.made}
    if told.kind is NoteKind.HANDOVER:
        return "handover", {**about, **told.body}
    author = {"kind": "person", "name": told.body["name"]}
    return "bot_uttered", {**about, "text": told.body["text"], "author": author}


def remembered_note(told: Note) -> Json:
    """Return a note as an item of a history."""
    event, payload = note(told)
    return {"event": event, **payload}


def plain(payload: Json) -> Json:
    """Return a ``bot_uttered`` as Rasa sends it: some widgets show nothing with other keys."""
    return {key: payload[key] for key in ("text", "quick_replies") if key in payload}
