"""Who the host page says its user is: a JWT signed with a key that was agreed on."""

from __future__ import annotations

import jwt

from bot.errors import Code, SettingError
from bot.settings import DoorSettings

_ALGORITHMS = ("HS256", "RS256", "ES256", "EdDSA")
_LEEWAY = 60  # seconds that clocks may differ
_LONGEST = 255  # characters of a subject
_SHORTEST_KEY = 32  # bytes of a shared key


class Identity:
    """Reads identities; one algorithm, one audience, never one without an end.

    Args:
        settings: ``identity_key`` is the shared key, or the public key in PEM.

    Raises:
        SettingError: the settings do not fit together.
    """

    def __init__(self, settings: DoorSettings) -> None:
        algorithm, key = settings.identity_algorithm, settings.identity_key
        if algorithm not in _ALGORITHMS:
            expected = f"one of {', '.join(_ALGORITHMS)}"
            raise SettingError(
                Code.S001, name="IDENTITY_ALGORITHM", found=algorithm, expected=expected
            )
        pem = key.lstrip().startswith("-----BEGIN")
        if pem == (algorithm == "HS256") or (not pem and len(key.encode()) < _SHORTEST_KEY):
            raise SettingError(
                Code.S021, name="IDENTITY_KEY", problem=f"it is no key for {algorithm}",
                remedy="Give 32 random characters or more for HS256, else a public key in PEM.",
            )  # fmt: skip
        if not settings.identity_audience:
            raise SettingError(
                Code.S021, name="IDENTITY_AUDIENCE", problem="it is empty",
                remedy="Set it to what the host page writes into `aud`.",
            )  # fmt: skip
        self._key = key
        self._algorithm = algorithm
        self._audience = settings.identity_audience

    def subject(self, token: str) -> str:
        """Return who it is.

        Raises:
            ValueError: the token is not to be believed.
        """
        try:
            claims = jwt.decode(
                token, self._key, algorithms=[self._algorithm], audience=self._audience,
                leeway=_LEEWAY, options={"require": ["exp", "aud", "sub"]},
            )  # fmt: skip
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
            raise ValueError("not to be believed") from None
        subject = claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST or not _plain(subject):
            raise ValueError("no subject")
        return subject


def _plain(text: str) -> bool:
    return text.isprintable() and text.encode("utf-8", "replace").decode("utf-8") == text
