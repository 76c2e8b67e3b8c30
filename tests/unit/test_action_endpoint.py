"""An action that hangs ends the process; one that does not leaves it alone."""

import signal
import subprocess
import sys

PROGRAM = """
import asyncio, time
from bot.rasa_server.action_endpoint import LocalActionEndpoint

class Executor:
    async def run(self, call):
        time.sleep(call["seconds"])
        return {"events": [], "responses": []}

endpoint = LocalActionEndpoint("actions", 0.5)
endpoint._executor = Executor()
print(asyncio.run(endpoint.request(json={"seconds": 0.0})))
time.sleep(1.0)
print("still here", flush=True)
asyncio.run(endpoint.request(json={"seconds": 60.0}))
print("never")
"""


def test_an_action_that_hangs_ends_the_process_and_is_named() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == -signal.SIGALRM
    assert done.stdout.splitlines() == ["{'events': [], 'responses': []}", "still here"]
    assert "in run" in done.stderr
