"""How much one who floods delays others: p95 of the same messages, with and without a flood."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import time
from typing import Any

import httpx

from bot.benchmark.load.arrivals import Reply, arrivals, send
from bot.benchmark.load.result import Fairness, Served

_ROUNDS = 6  # each without and with the flood, so that what else the machine does hits both
_SECONDS = 10.0
_OTHERS, _OTHERS_RATE = 20, 5.0
_FLOOD_RATE = 100.0


def measure(url: str) -> Fairness:
    """Measure; the flood comes from a process of its own, in one session from one address.

    It gives way to all others on the processor: who floods does not run on the server's machine.
    """
    token = httpx.post(f"{url}/v1/session", json={}, timeout=20).json()["token"]
    alone: list[Reply] = []
    beside: list[Reply] = []
    flooded = 0
    for number in range(_ROUNDS):
        senders = [f"other{person}" for person in range(_OTHERS)]
        coming = arrivals(_OTHERS_RATE, _SECONDS, senders, seed=100 + number)
        alone += asyncio.run(send(url, coming))
        spawned = multiprocessing.get_context("spawn")
        count = spawned.Value("i", 0)
        flood = spawned.Process(
            target=_flood, args=(url, token, time.time() + _SECONDS + 2, count), daemon=True
        )
        flood.start()
        while count.value == 0 and flood.is_alive():
            time.sleep(0.01)
        beside += asyncio.run(send(url, coming))
        flood.terminate()
        flood.join()
        flooded += count.value
    return Fairness(Served.of(alone).p95, Served.of(beside).p95, flooded)


def _flood(url: str, token: str, until: float, count: Any) -> None:
    os.nice(19)
    asyncio.run(_flooding(url, token, until, count))


async def _flooding(url: str, token: str, until: float, count: Any) -> None:
    headers = {"Authorization": f"Bearer {token}", "X-Forwarded-For": "203.0.113.9"}
    async with httpx.AsyncClient(base_url=url, timeout=60, headers=headers) as client:
        began, sent = time.time(), 0
        tasks: set[asyncio.Task[httpx.Response]] = set()
        while time.time() < until:
            await asyncio.sleep(max(0.0, began + sent / _FLOOD_RATE - time.time()))
            task = asyncio.create_task(
                client.post("/v1/ask", json={"text": "what is a hashtag?", "wait": 0})
            )
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            sent += 1
            count.value = sent
        await asyncio.gather(*tasks, return_exceptions=True)
