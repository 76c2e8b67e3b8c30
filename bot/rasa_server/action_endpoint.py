"""The action server inside the Rasa process: encoder and index are in memory once."""

from typing import Any

from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction
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


def check_results_once() -> None:
    """Check the results of actions with a validator that is made once.

    Rasa checks its own schema anew at every action call, which takes most of the time of a turn.
    """
    schema = RemoteAction.action_response_format_spec()
    validator = validator_for(schema)(schema)

    def check(self: RemoteAction, result: dict[str, Any]) -> bool:
        validator.validate(result)
        return True

    RemoteAction._validate_action_result = check
