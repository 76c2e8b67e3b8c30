"""Sessions: who talks is what this server has signed, never what a client says."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC

from itsdangerous import BadData, URLSafeTimedSerializer

from bot.gateway.identity import Identity
from bot.gateway.store import Session, Store

IDLE = 30 * 60  # seconds until a token that is not renewed ends
LONGEST = 24 * 60 * 60  # seconds until a session ends, whatever happens
RENEWED_AFTER = 10 * 60  # seconds of age from which on a request gets a younger token
_GRACE = 60  # seconds that the token before a rotation is still good for
_SKEW = 60  # seconds that the clock may have gone back


class NotSignedInError(Exception):
    """The token is missing, foreign, tampered with, expired or revoked; nobody is told which."""


class Sessions:
    """Issues tokens and knows whose they are.

    Args:
        store: keeps the sessions.
        keys: the secrets, the newest first; all are believed, the newest signs.
        identity: reads what a host page says of its user; None if it may not.
        clock: seconds since the epoch.
    """

    def __init__(
        self,
        store: Store,
        keys: Sequence[str],
        identity: Identity | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._key = keys[0]
        self._identity = identity
        self._clock = clock
        self._signer = URLSafeTimedSerializer(
            list(reversed(keys)), salt="termwise session",
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )  # fmt: skip

    async def open(self, identity: str = "") -> tuple[Session, str]:
        """Begin a session and return it with its token.

        Args:
            identity: a JWT of the host page; its user keeps one conversation over all sessions.

        Raises:
            NotSignedInError: the JWT is not to be believed.
        """
        subject = self._subject(identity) if identity else ""
        own = self.scoped("subject", subject) if subject else secrets.token_hex(16)
        now = self._clock()
        session = Session(secrets.token_hex(16), own, subject, 1, now, now)
        await self._store.open_session(session)
        return session, self.token(session)

    def _subject(self, identity: str) -> str:
        if self._identity is None:
            raise NotSignedInError
        try:
            return self._identity.subject(identity)
        except ValueError:
            raise NotSignedInError from None

    def token(self, session: Session) -> str:
        """Return a token that is as young as can be."""
        return str(self._signer.dumps([session.id, session.generation]))

    async def check(self, token: str) -> tuple[Session, float]:
        """Return whose token that is, and its age in seconds.

        Raises:
            NotSignedInError: nobody's.
        """
        try:
            (name, generation), signed = self._signer.loads(token, return_timestamp=True)
        except (BadData, ValueError, TypeError):
            raise NotSignedInError from None
        age = self._clock() - signed.replace(tzinfo=UTC).timestamp()
        if not -_SKEW <= age <= IDLE:
            raise NotSignedInError
        return await self._current(name, generation), age

    async def still(self, session: Session) -> Session:
        """Return a session that was good before as it is now, for who is connected since.

        Raises:
            NotSignedInError: it ended, or its token was replaced.
        """
        current = await self._current(session.id, session.generation)
        return replace(current, generation=session.generation)

    async def _current(self, name: str, generation: int) -> Session:
        session = await self._store.session(name)
        now = self._clock()
        if session is None or session.revoked or now - session.created > LONGEST:
            raise NotSignedInError
        replaced = generation == session.generation - 1 and now - session.rotated <= _GRACE
        if generation != session.generation and not replaced:
            raise NotSignedInError
        return session

    async def rotate(self, session: Session) -> str:
        """Return a token that replaces all before it.

        Raises:
            NotSignedInError: it was rotated or revoked meanwhile.
        """
        now = self._clock()
        if not await self._store.rotate(session.id, session.generation, now):
            raise NotSignedInError
        return self.token(replace(session, generation=session.generation + 1, rotated=now))

    async def revoke(self, session: Session) -> None:
        """End a session: its tokens are nobody's from now on."""
        await self._store.revoke(session.id)

    def scoped(self, scope: str, name: str) -> str:
        """Return the conversation that somebody calls by that name; guessing it is hopeless."""
        return scoped(self._key, scope, name)


def scoped(key: str, scope: str, name: str) -> str:
    """Return the conversation that somebody calls by that name, under one of the secrets."""
    text = f"{len(scope)}:{scope}:{name}".encode()
    return hmac.new(key.encode(), text, hashlib.sha256).hexdigest()[:32]
