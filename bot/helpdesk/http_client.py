"""Calls to a helpdesk over HTTPS: to the address of the account and nowhere else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import urlsplit

import httpx

from bot.helpdesk.account import Account
from bot.helpdesk.call import Call, Response
from bot.helpdesk.caller import BrokenOffError, NotSentError
from bot.secret import is_loopback

_LARGEST = 1_000_000  # bytes of a response
_CONNECT = 5.0  # seconds
_READ = 15.0


class HttpClient:
    """Connections to one account.

    Redirects are not followed, proxies of the environment not used, cookies not kept.

    Args:
        account: its address must be HTTPS, or HTTP on this machine if ``plain`` says so.
        headers: those that let us in.
        plain: whether HTTP is allowed for loopback.
        parallel: connections at a time.

    Raises:
        SettingError: the address is not one of those.
    """

    def __init__(
        self, account: Account, headers: Mapping[str, str], plain: bool = False, parallel: int = 32
    ) -> None:
        self._host = _checked(account, plain)
        self._client = httpx.AsyncClient(
            base_url=account.address,
            headers={**headers, "User-Agent": "termwise", "Accept": "application/json"},
            timeout=httpx.Timeout(_READ, connect=_CONNECT, pool=_READ),
            limits=httpx.Limits(max_connections=parallel, max_keepalive_connections=parallel),
            follow_redirects=False,
            trust_env=False,
        )

    async def send(self, call: Call) -> Response:
        """Send a call; see the port."""
        request = self._request(call)
        try:
            response = await self._client.send(request, stream=True)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise NotSentError(type(error).__name__) from None
        except httpx.HTTPError as error:
            raise BrokenOffError(type(error).__name__) from None
        try:
            body = await _read(response)
        except httpx.HTTPError as error:
            raise BrokenOffError(type(error).__name__) from None
        finally:
            await response.aclose()
            self._client.cookies.clear()
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Response(response.status_code, body, headers)

    def _request(self, call: Call) -> httpx.Request:
        if not call.path.startswith("/") or call.path.startswith("//") or "\\" in call.path:
            raise NotSentError("a path that leads elsewhere")
        headers = dict(call.headers)
        content = None
        if call.body is not None:
            content = call.body if isinstance(call.body, bytes) else json.dumps(call.body).encode()
            headers.setdefault("Content-Type", "application/json")
        request = self._client.build_request(
            call.method, call.path, content=content, headers=headers
        )
        if request.url.netloc.decode("ascii") != self._host:
            raise NotSentError("a host that is not the account's")
        return request

    async def close(self) -> None:
        """Disconnect; see the port."""
        await self._client.aclose()


async def _read(response: httpx.Response) -> bytes:
    parts, size = [], 0
    async for part in response.aiter_bytes():
        size += len(part)
        if size > _LARGEST:
            raise BrokenOffError("the response is too large")
        parts.append(part)
    return b"".join(parts)


def _checked(account: Account, plain: bool) -> str:
    """Return the host and port of an address that is fit to be called."""
    try:
        parts = urlsplit(account.address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        account.refuse("address", "it is no URL")
    if not host or parts.username or parts.password or parts.query or parts.fragment:
        account.refuse("address", "give https:// and the host, maybe a path, and nothing else")
    if parts.scheme == "http" and plain and is_loopback(host):
        return str(httpx.URL(account.address).netloc, "ascii")
    if parts.scheme != "https":
        remedy = "it is not https:// (http:// goes with `plain: true`, on this machine only)"
        account.refuse("address", remedy)
    return str(httpx.URL(account.address).netloc, "ascii")
