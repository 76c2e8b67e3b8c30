"""The OpenAPI document of the front door (``docs/openapi.json``)."""

from __future__ import annotations

from typing import Any

from bot import __version__
from bot.gateway.schemas import SCHEMAS

Json = dict[str, Any]

_REASONS = {
    "400": "The request cannot be understood.",
    "401": "The session is not valid.",
    "403": "A page of another site asks that is not on the list.",
    "404": "There is no such thing.",
    "408": "The request came too slowly.",
    "409": "The id stands for another message.",
    "413": "The request is too large.",
    "429": "Too many requests; `Retry-After` says when to come again.",
    "503": "It cannot be done at the moment; `Retry-After` says when to come again.",
}
_CODE = "[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*"
_LANGUAGE = {"type": "string", "pattern": f"^{_CODE}$"}
_ANY_LANGUAGE = {"type": "string", "pattern": f"^({_CODE})?$"}
_BODY = ("400", "403", "408", "413")


def document() -> Json:
    """Return the document."""
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": "Termwise",
            "version": __version__,
            "description": "Answers questions about concepts in the words of a glossary.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": _paths(),
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {"session": {"type": "http", "scheme": "bearer"}},
        },
    }


def _paths() -> Json:
    asked = {
        "200": _json("The reply.", "Turn"),
        "202": _json("Accepted; the reply will be part of the conversation.", "Turn"),
    }
    return {
        "/v1/session": {
            "post": _operation(
                "openSession", "Begin a session and a conversation.",
                {"201": _json("The session.", "Session")}, ("401", "429", "503", *_BODY),
                body="SessionRequest", signed=False,
            ),
            "delete": _operation(
                "endSession", "End the session for good.", {"204": _empty()}, ("403",)
            ),
        },
        "/v1/session/rotate": {
            "post": _operation(
                "rotateSession", "Get a token that replaces all before it.",
                {"200": _json("The session.", "Session")}, ("403",),
            )
        },
        "/v1/ask": {
            "post": _operation(
                "ask", "Ask something; a message that was accepted gets exactly one reply.",
                asked, ("409", *_BODY), body="Question",
            )
        },
        "/v1/conversation": {
            "get": _operation(
                "conversation", "Read the conversation in order.",
                {"200": _json("Its turns.", "Conversation")}, ("400",),
                parameters=[
                    _whole("after", 0, 2**31 - 1, "Only turns with a greater number."),
                    _whole("after_note", 0, 2**31 - 1, "Only notes with a greater number."),
                    _whole("limit", 1, 100, "At most so many."),
                ],
            ),
            "delete": _operation(
                "eraseConversation",
                "Erase all that is kept of the conversation; its sessions end.",
                {"200": _json("What was removed.", "Receipt")}, ("403",),
            ),
        },
        "/v1/conversation/export": {
            "get": _operation(
                "exportConversation", "Get all that is kept of the conversation.",
                {"200": _json("It.", "Export")}, (),
            )
        },
        "/v1/feedback": {
            "post": _operation(
                "feedback", "Say what a reply was good for; the last word counts.",
                {"204": _empty()}, ("404", *_BODY), body="Feedback",
            )
        },
        "/v1/handover": {
            "post": _operation(
                "wish", "Take the offer of a person, or leave the hand-over at any step.",
                {"204": _empty()}, ("404", *_BODY), body="Wish",
            )
        },
        "/v1/terms": {
            "get": _operation(
                "terms", "List the terms of the glossary.",
                {"200": _json("Terms, in the order of the alphabet.", "Terms")},
                ("400", "429", "503"), signed=False,
                parameters=[
                    _query("begins", {"type": "string", "maxLength": 200}, "How terms begin."),
                    _query("language", _ANY_LANGUAGE, "Their language; empty for all."),
                    _whole("skip", 0, 2**31 - 1, "Leave out the first."),
                    _whole("limit", 1, 1000, "At most so many."),
                ],
            )
        },
        "/v1/entries/{id}": {
            "get": _operation(
                "entry", "Read one entry of the glossary.",
                {"200": _json("The entry.", "Entry")}, ("404", "429", "503"), signed=False,
                parameters=[
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
                ],
            )
        },
        "/v1/names": {
            "get": _operation(
                "names", "Get all names of a language, for pages that mark terms themselves.",
                {"200": _json("Names.", "Names")}, ("400", "429", "503"), signed=False,
                parameters=[_query("language", _LANGUAGE, "Their language (en).")],
            )
        },
        "/v1/cards/{id}": {
            "get": _operation(
                "card", "Read what a term is, in a few plain words.",
                {"200": _json("The card.", "Card")}, ("400", "404", "429", "503"), signed=False,
                parameters=[
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
                    _query("language", _LANGUAGE, "The language wanted (en)."),
                ],
            )
        },
        "/webhooks/rest/webhook": {
            "post": _operation(
                "rasaWebhook", "Ask as at Rasa's REST channel.",
                {"200": _json("The reply group.", "RasaMessages")},
                ("401", "409", "429", "503", *_BODY), body="RasaMessage", signed=False,
            )
        },
        "/webhooks/rest/": {"get": _status("rasaHealth", "Whether the address is there.")},
        "/health": {
            "get": _status("health", "Whether Rasa is there, and which glossary it serves.", "503")
        },
        "/ready": {
            "get": _status("ready", "Whether a question of ours is answered right now.", "503")
        },
        "/status": {
            "get": {
                "operationId": "status",
                "summary": "How everything is; for this machine, or by the token of the metrics.",
                "responses": {
                    "200": _json("The parts, what waits, what is served, counters.", "Overview"),
                    "401": _error("401"), "404": _error("404"), "503": _error("503"),
                },
            }
        },
        "/metrics": {
            "get": {
                "operationId": "metrics",
                "summary": "Counters for Prometheus; for this machine, or by a token of its own.",
                "responses": {
                    "200": {
                        "description": "The counters.",
                        "content": {"text/plain": {"schema": {"type": "string"}}},
                    },
                    "404": _error("404"),
                },
            }
        },
    }  # fmt: skip


def _operation(
    name: str,
    summary: str,
    good: Json,
    errors: tuple[str, ...],
    body: str = "",
    signed: bool = True,
    parameters: list[Json] | None = None,
) -> Json:
    refusals = {*errors, "401", "429", "503"} if signed else set(errors)
    found: Json = {"operationId": name, "summary": summary}
    if parameters:
        found["parameters"] = parameters
    if body:
        content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{body}"}}}
        found["requestBody"] = {"required": body != "SessionRequest", "content": content}
    found["responses"] = {**good, **{code: _error(code) for code in sorted(refusals)}}
    if signed:
        found["security"] = [{"session": []}]
    return found


def _status(name: str, summary: str, *other: str) -> Json:
    codes = ("200", *other)
    responses = {code: _json("How it is.", "Status") for code in codes}
    return {"operationId": name, "summary": summary, "responses": responses}


def _json(description: str, schema: str) -> Json:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"description": description, "content": content}


def _error(code: str) -> Json:
    return _json(_REASONS[code], "Error")


def _empty() -> Json:
    return {"description": "Done."}


def _query(name: str, schema: Json, description: str) -> Json:
    return {"name": name, "in": "query", "description": description, "schema": schema}


def _whole(name: str, least: int, most: int, description: str) -> Json:
    return _query(name, {"type": "integer", "minimum": least, "maximum": most}, description)
