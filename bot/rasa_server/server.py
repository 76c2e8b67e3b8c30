"""The Rasa part: the channel for the front door and a health check, in one process."""

import logging
import socket
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import rasa.core.channels.channel
from rasa.core.channels.channel import InputChannel
from rasa.core.run import close_resources, create_http_input_channels
from rasa.core.utils import AvailableEndpoints
from sanic import Sanic, response
from sanic.exceptions import PayloadTooLarge, SanicException, ServiceUnavailable
from sanic.request import Request
from sanic.response import HTTPResponse

from bot import state_folder
from bot.adapters.model_archive import usable
from bot.collector import settled
from bot.errors import Code, DataError
from bot.formats.project import check_credentials, check_endpoints
from bot.listener import bind_private, listen
from bot.live import LiveGlossary, shared_assistant, shared_live
from bot.rasa_server import conversation_db, guard
from bot.rasa_server.action_endpoint import LocalActionEndpoint, trust_own_results
from bot.rasa_server.agent import load_agent
from bot.rasa_server.conversation_store import ConversationStore
from bot.rasa_server.door_channel import DoorChannel
from bot.rasa_server.faults import FaultCount
from bot.rasa_server.log import tell_our_faults_only
from bot.rasa_server.watcher import Watcher
from bot.reload_socket import ReloadSocket
from bot.secret import channel_key, secrets_of
from bot.settings import Settings

logger = logging.getLogger(__name__)
T = TypeVar("T")
_faults = FaultCount()  # of this process

LARGEST_BODY = 4_000_000  # bytes; longer than any message we would answer with words
_KEPT_OPEN = 75  # seconds; longer than the front door keeps an idle connection
_UNREAD = "NONE"  # what Sanic calls the method of a request whose head it cannot read


def serve(settings: Settings) -> None:
    """Serve until stopped, to the front door and nobody else.

    Args:
        settings: where things are.

    Raises:
        DataError: ``endpoints.yml`` or ``credentials.yml`` cannot be used.
        ModelError: nothing was trained yet, or what was is damaged.
        SettingError: the port is taken, the state folder or the conversations in it cannot be
            written, or something is unsafe.
    """
    logging.getLogger().addHandler(_faults)
    usable(settings.rasa_model)
    state_folder.make(settings)
    with bind_private(settings) as bound:
        shared_assistant().language("ready")  # works out what the first question would wait for
        app = make_app(settings)
        app.register_listener(partial(_listen, bound, settings), "before_server_start")
        tell_our_faults_only()
        _follow_glossary(app, settings)
        app.run(sock=bound, workers=1, access_log=False, motd=False, debug=False)


def make_app(settings: Settings) -> Sanic:
    """Return the application; the agent is loaded before it accepts connections."""
    app = Sanic("termwise", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = LARGEST_BODY
    app.config.FALLBACK_ERROR_FORMAT = "json"
    conversation_db.tune()
    trust_own_results()
    endpoints = _endpoints(settings)
    _check_channels(settings)
    guard.check(settings, endpoints)
    app.config.KEEP_ALIVE_TIMEOUT = _KEPT_OPEN
    rasa.core.channels.channel.register([_door(settings)], app, route="/webhooks/")
    app.add_route(_health, "/health", methods=["GET"])
    app.error_handler.add(Exception, _error)
    load = partial(load_agent, usable(settings.rasa_model), endpoints)
    app.register_listener(load, "before_server_start")
    app.register_listener(_lose_nothing, "before_server_start")
    app.register_listener(_greet, "after_server_start")
    app.register_listener(close_resources, "after_server_stop")
    app.register_listener(_disconnect, "after_server_stop")
    return app


def _follow_glossary(app: Sanic, settings: Settings) -> None:
    """Take up changes of the glossary while the server runs: watched for, or asked for."""
    live = shared_live()
    settled()
    asked = ReloadSocket(settings.state, lambda: _reloaded(live))

    async def begin(app: Sanic, loop: Any) -> None:
        asked.open()
        if settings.watch != "off":
            app.ctx.watcher = Watcher(live, settings.glossary, poll=settings.watch == "poll")
            app.ctx.watcher.start()

    async def end(app: Sanic, loop: Any) -> None:
        asked.close()
        if settings.watch != "off":
            app.ctx.watcher.stop()

    app.register_listener(begin, "after_server_start")
    app.register_listener(end, "before_server_stop")


def _reloaded(live: LiveGlossary) -> dict[str, Any]:
    status = live.refresh()
    live.keep()
    return {**asdict(status), "entries": len(live.assistant.glossary)}


def _endpoints(settings: Settings) -> AvailableEndpoints:
    """Read where the parts are; actions run in this process, and SQLite is looked at beforehand."""
    check_endpoints(settings.project)
    endpoints = _read(settings.project / "endpoints.yml", AvailableEndpoints.read_endpoints)
    endpoints.action = LocalActionEndpoint("actions", settings.door.action)
    store = getattr(endpoints.tracker_store, "kwargs", {})
    file = store.get("db")
    if file and "://" not in file:
        conversation_db.check(Path(file))
    return endpoints


def _check_channels(settings: Settings) -> None:
    """Read what is for `rasa run`: who wrote it wants to know what is wrong with it."""
    check_credentials(settings.project)
    _read(settings.project / "credentials.yml", partial(create_http_input_channels, None))


def _door(settings: Settings) -> InputChannel:
    return DoorChannel(channel_key(secrets_of(settings)[0]), settings.door.turn)


async def _lose_nothing(app: Sanic, loop: Any) -> None:
    """Take away what Rasa falls back to when its database fails: memory that nobody reads.

    A turn that cannot be stored shall fail, so that it is asked again.
    """
    store = app.ctx.agent.tracker_store
    store = getattr(store, "_tracker_store", store)
    app.ctx.agent.tracker_store = app.ctx.agent.processor.tracker_store = store


async def _disconnect(app: Sanic, loop: Any) -> None:
    store = app.ctx.agent.tracker_store
    if isinstance(store, ConversationStore):
        store.close()


def _read(path: Path, read: Callable[[str], T]) -> T:
    try:
        return read(str(path))
    except Exception as error:  # Rasa raises many kinds
        said = " ".join(str(error).split()) or type(error).__name__
        raise DataError(Code.D002, file=path.name, problem=said) from error


async def _listen(bound: socket.socket, settings: Settings, app: Sanic, loop: Any) -> None:
    listen(bound, settings)


async def _health(request: Request) -> HTTPResponse:
    agent = getattr(request.app.ctx, "agent", None)
    if agent is None or not agent.is_ready():
        return response.json({"status": "starting"}, status=503)
    live = shared_live()
    glossary = live.assistant.glossary
    about: dict[str, Any] = {
        "entries": len(glossary),
        "languages": list(glossary.languages),
        **asdict(live.status),
    }
    return response.json({"status": "ok", "glossary": about, "faults": _faults.counts})


async def _error(request: Request, error: Exception) -> HTTPResponse:
    """Say what went wrong without saying how we are built."""
    if isinstance(error, PayloadTooLarge):
        return response.json({"error": "The request is too large."}, status=413)
    if isinstance(error, SanicException) and error.status_code < 500:
        reason = "Not found." if error.status_code == 404 else "The request is not understood."
        return response.json({"error": reason}, status=error.status_code)
    if isinstance(error, ServiceUnavailable):  # the client is gone, or the time is up
        logger.info("a request was given up")
        return response.json({"error": "It takes too long. Please ask again."}, status=503)
    if request.method == _UNREAD:
        return response.json({"error": "The request is not understood."}, status=400)
    logger.error("a request failed", exc_info=error, extra={"fault": "request_failed"})
    return response.json({"error": "Something went wrong on our side."}, status=500)


async def _greet(app: Sanic, loop: Any) -> None:
    logger.info("ready")
