"""Open-loop arrivals: messages come when they come, whether or not there was a reply before."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.benchmark.questions import question

_PATH = "/webhooks/rest/webhook"
_TIMEOUT = 90.0  # seconds
_SMALL_TALK = ("hello", "thanks", "who are you?")
_FOLLOW_UPS = ("tell me more", "where is that from?")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message that comes ``at`` so many seconds after the beginning."""

    at: float
    sender: str
    text: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of a message.

    ``status`` is 0 where the connection failed; ``said`` tells whether a text came back,
    ``retry_after`` whether a refusal said when to come again. ``milliseconds`` count from when the
    message was to be sent, so that a late client is the server's fault as well.
    """

    arrival: Arrival
    status: int
    said: bool
    retry_after: bool
    milliseconds: float


def arrivals(rate: float, seconds: float, senders: Sequence[str], seed: int = 1) -> list[Arrival]:
    """Return a Poisson process of messages: 60 % about the glossary, 30 % small talk, 10 % more.

    Args:
        rate: messages a second.
        seconds: how long it lasts.
        senders: who sends, by turns and in any order.
        seed: the same seed gives the same messages.
    """
    dice, at = random.Random(seed), 0.0
    found: list[Arrival] = []
    while True:
        at += dice.expovariate(rate)
        if at > seconds:
            return found
        kind = dice.random()
        text = question(len(found)) if kind < 0.6 else dice.choice(_SMALL_TALK)
        if kind > 0.9:
            text = dice.choice(_FOLLOW_UPS)
        found.append(Arrival(at, dice.choice(senders), text))


async def send(url: str, coming: Sequence[Arrival]) -> list[Reply]:
    """Send each message when its time has come; return what became of them, in the same order.

    The client is aiohttp, which Rasa brings along: httpx looks through all connections at each
    request, and with some hundred of them open it would be the client that is measured.
    """
    async with aiohttp.ClientSession(
        url, connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(_TIMEOUT)
    ) as client:
        began = time.perf_counter()
        tasks = [asyncio.create_task(_one(client, began, arrival)) for arrival in coming]
        return list(await asyncio.gather(*tasks))


async def _one(client: aiohttp.ClientSession, began: float, arrival: Arrival) -> Reply:
    due = began + arrival.at
    await asyncio.sleep(max(0.0, due - time.perf_counter()))
    body = {"sender": arrival.sender, "message": arrival.text}
    status, said, retry = 0, False, False
    try:
        async with client.post(_PATH, json=body) as response:
            content = await response.read()
        status, retry = response.status, "retry-after" in response.headers
        said = status == 200 and _has_text(json.loads(content))
    except (aiohttp.ClientError, TimeoutError, ValueError):
        pass
    return Reply(arrival, status, said, retry, 1000 * (time.perf_counter() - due))


def _has_text(messages: Any) -> bool:
    return isinstance(messages, list) and any(m.get("text") for m in messages)
