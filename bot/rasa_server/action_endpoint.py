"""The action server inside the Rasa process: encoder and index are in memory once."""

from typing import Any

from rasa.utils.endpoints import EndpointConfig
from rasa_sdk.executor import ActionExecutor


class LocalActionEndpoint(EndpointConfig):
    """Runs actions where Rasa would post to an action server; same calls, no socket.

    Args:
        package: the package of the actions.
    """

    def __init__(self, package: str) -> None:
        super().__init__(url="http://in-process.invalid", enable_selective_domain=True)
        self._executor = ActionExecutor()
        self._executor.register_package(package)

    async def request(
        self,
        method: str = "post",
        subpath: str | None = None,
        content_type: str | None = "application/json",
        compress: bool = False,
        **kwargs: Any,
    ) -> dict[str, Any] | None:
        """Run the action that the call names and return its events and responses."""
        result: dict[str, Any] | None = await self._executor.run(kwargs["json"])
        return result
