"""The action server inside the Rasa process: encoder and index are in memory once."""

import faulthandler
import signal
from typing import Any

from rasa.core.actions.action import RemoteAction
from rasa.utils.endpoints import EndpointConfig
from rasa_sdk.executor import ActionExecutor


class LocalActionEndpoint(EndpointConfig):
    """Runs actions where Rasa would post to an action server; same calls, no socket.

    An action that hangs would keep everybody waiting, and Python cannot stop it: the process ends,
    with the place where it hangs in the log, and is started again.

    Args:
        package: the package of the actions.
        seconds: what an action may take; None where nobody would start the process again.
    """

    def __init__(self, package: str, seconds: float | None = None) -> None:
        super().__init__(url="http://in-process.invalid", enable_selective_domain=True)
        self._executor = ActionExecutor()
        self._executor.register_package(package)
        self._seconds = seconds
        if seconds is not None:
            # The handler is C and needs no interpreter lock; what it passes the signal on to is
            # the system's way, which ends the process.
            faulthandler.register(signal.SIGALRM, chain=True)

    async def request(
        self,
        method: str = "post",
        subpath: str | None = None,
        content_type: str | None = "application/json",
        compress: bool = False,
        **kwargs: Any,
    ) -> dict[str, Any] | None:
        """Run the action that the call names and return its events and responses."""
        if self._seconds is None:
            return await self._run(kwargs["json"])
        # A timer of the system's: faulthandler's own starts and joins a thread at every call.
        signal.setitimer(signal.ITIMER_REAL, self._seconds)
        try:
            return await self._run(kwargs["json"])
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    async def _run(self, call: dict[str, Any]) -> dict[str, Any] | None:
        result: dict[str, Any] | None = await self._executor.run(call)
        return result


def trust_own_results() -> None:
    """Take the results of actions as they are: the executor in this process has checked them.

    Rasa compiles its JSON schema and checks the result against it at every action call, which is
    meant for what comes from another machine and takes most of the time of a turn.
    """
    RemoteAction._validate_action_result = lambda self, result: True
