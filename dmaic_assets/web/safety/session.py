"""Who may use the web server: secrets, tokens and one-time codes, each with what it allows.

What belongs here: making, keeping and comparing secrets. Requests are the guard's business.
"""

import hashlib
import hmac
import os
import secrets
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, TypeAlias

from dmaic_assets.errors import BadInputError, StoreError
from dmaic_assets.settings.project import Paths

# "read" looks at everything; "write" may also start, stop, answer and release.
Role: TypeAlias = Literal["read", "write"]

# Random bytes of a secret: 256 bits, what Python's `secrets` recommends.
_SECRET_BYTES = 32
# Codes that wait for a browser: each sign-in makes one, and only the newest are ever used.
_CODES_KEPT = 16
# Characters of a token, at least: 24 of base64 are 144 bits, beyond any guessing over a network.
SHORTEST_TOKEN = 24
# The variables that hold tokens, by what they allow.
TOKEN_VARIABLES: Mapping[Role, str] = {"read": "DMAIC_READ_TOKEN", "write": "DMAIC_WRITE_TOKEN"}


class Sessions:
    """Tells who is signed in and what they may do.

    Args:
        secret: The project's own, which only its owner can read: it allows everything.
        tokens: Tokens for others, each with what it allows.
    """

    def __init__(self, secret: str, tokens: Mapping[str, Role] | None = None) -> None:
        self._secret = secret
        self._tokens: dict[str, Role] = dict(tokens or {})
        # A browser never keeps a token: what its cookie holds is of no use anywhere else, and
        # another token or secret ends it.
        self._cookies = {token: self._derived(token) for token in self._tokens}
        of_cookies: dict[str, Role] = {
            self._cookies[token]: role for token, role in self._tokens.items()
        }
        self._roles: dict[str, Role] = {secret: "write", **self._tokens, **of_cookies}
        self._codes: dict[str, None] = {}
        self._lock = threading.Lock()

    @property
    def secret(self) -> str:
        """What the owner's browser keeps in its cookie."""
        return self._secret

    @property
    def takes_tokens(self) -> bool:
        """Whether somebody can sign in with a token."""
        return bool(self._tokens)

    def new_code(self) -> str:
        """Makes a code that signs in one browser, once; only the newest few are good."""
        code = secrets.token_urlsafe(_SECRET_BYTES)
        with self._lock:
            self._codes[code] = None
            while len(self._codes) > _CODES_KEPT:
                del self._codes[next(iter(self._codes))]
        return code

    def knows_code(self, code: str) -> bool:
        """Whether a code is good; it stays so."""
        with self._lock:
            return any(_is_equal(known, code) for known in self._codes)

    def redeem(self, code: str) -> bool:
        """Uses a code up and tells whether it was good."""
        with self._lock:
            known = next((c for c in self._codes if _is_equal(c, code)), None)
            if known is None:
                return False
            del self._codes[known]
            return True

    def cookie_of(self, token: str) -> str | None:
        """What a browser keeps that signed in with a token; None when the token is unknown."""
        known = next((t for t in self._tokens if _is_equal(t, token)), None)
        return None if known is None else self._cookies[known]

    def role_of(self, shown: str | None) -> Role | None:
        """What somebody may do who shows this; None for a stranger.

        The time it takes does not depend on how nearly right it is.
        """
        if shown is None:
            return None
        found: Role | None = None
        for known, role in self._roles.items():
            if _is_equal(known, shown):
                found = role
        return found

    def _derived(self, token: str) -> str:
        made = hmac.new(self._secret.encode(), token.encode(), hashlib.sha256)
        return made.hexdigest()


def tokens_of(environment: Mapping[str, str]) -> dict[str, Role]:
    """Reads the tokens that the environment names, each with what it allows.

    Raises:
        BadInputError: A token is short, holds a space, or is the same for both roles.
    """
    found: dict[str, Role] = {}
    for role, variable in TOKEN_VARIABLES.items():
        token = environment.get(variable, "")
        if not token:
            continue
        if len(token) < SHORTEST_TOKEN or not token.isascii() or any(c.isspace() for c in token):
            culprit = f"is no token of at least {SHORTEST_TOKEN} plain characters"
            raise BadInputError(variable, culprit, f"Make one: {variable}=$(openssl rand -hex 32)")
        if token in found:
            fix = "Give reading and writing a token each."
            raise BadInputError(variable, "is the token of the other role too", fix)
        found[token] = role
    return found


def secret_path(paths: Paths) -> Path:
    """Where the project keeps the secret of its web server."""
    return paths.dagster_home / "web_secret"


def load_secret(path: Path) -> str:
    """Reads the project's web secret, making it where there is none; only the owner may read it.

    It outlives the server, so that a browser stays signed in when the server starts again.
    Deleting the file signs everybody out.

    Raises:
        StoreError: The file cannot be read or written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        secret = secrets.token_urlsafe(_SECRET_BYTES)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secret)
    except FileExistsError:
        return _read(path)
    except OSError as error:
        raise StoreError(str(path), str(error), "Make the folder writable.") from error
    return secret


def _read(path: Path) -> str:
    try:
        secret = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(str(path), str(error), "Delete the file; it is made again.") from error
    if len(secret) < _SECRET_BYTES:
        raise StoreError(str(path), "holds no secret", "Delete the file; it is made again.")
    return secret


def _is_equal(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode("utf-8", "surrogateescape"))
