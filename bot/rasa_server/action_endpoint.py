"""The action server inside the Rasa process: encoder and index are in memory once."""

from typing import Any, Dict, Optional, Text

from rasa.utils.endpoints import EndpointConfig
from rasa_sdk.executor import ActionExecutor


class LocalActionEndpoint(EndpointConfig):
    """Runs actions where Rasa would post to an action server; same calls, no socket.

    Args:
        package: the package of the actions.
    """

    def __init__(self, package: Text) -> None:
        super().__init__(url="http://in-process.invalid", enable_selective_domain=True)
        self._executor = ActionExecutor()
        self._executor.register_package(package)

    async def request(
        self,
        method: Text = "post",
        subpath: Optional[Text] = None,
        content_type: Optional[Text] = "application/json",
        compress: bool = False,
        **kwargs: Any,
    ) -> Optional[Dict[Text, Any]]:
        """Run the action that the call names and return its events and responses."""
        result: Optional[Dict[Text, Any]] = await self._executor.run(kwargs["json"])
        return result
