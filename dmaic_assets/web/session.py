"""Who may use the web server: one secret, and one-time codes that hand it to a browser.

What belongs here: making, keeping and comparing secrets. Requests are the guard's business.
"""

import hmac
import os
import secrets
import threading
from pathlib import Path

from dmaic_assets.errors import StoreError

# Random bytes of a secret: 256 bits, what Python's `secrets` recommends.
_SECRET_BYTES = 32


class Sessions:
    """Tells who is signed in, and exchanges a one-time code for the secret that proves it.

    Args:
        secret: What a signed-in browser or program shows with every request.
    """

    def __init__(self, secret: str) -> None:
        self._secret = secret
        self._codes: set[str] = set()
        self._lock = threading.Lock()

    @property
    def secret(self) -> str:
        """What a signed-in browser keeps in its cookie."""
        return self._secret

    def new_code(self) -> str:
        """Makes a code that signs in one browser, once."""
        code = secrets.token_urlsafe(_SECRET_BYTES)
        with self._lock:
            self._codes.add(code)
        return code

    def redeem(self, code: str) -> bool:
        """Uses a code up and tells whether it was good."""
        with self._lock:
            known = next((c for c in self._codes if _is_equal(c, code)), None)
            if known is None:
                return False
            self._codes.remove(known)
            return True

    def is_valid(self, shown: str | None) -> bool:
        """Tells whether this is the secret, in time that does not depend on the difference."""
        return shown is not None and _is_equal(self._secret, shown)


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
    return hmac.compare_digest(one.encode(), other.encode())
