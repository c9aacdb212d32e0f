"""The project's secret under which keys of sources are hashed before they are written anywhere.

Equal keys stay equal within a project, and nobody without the file can try out which key it was.
"""

import hashlib
import os
import secrets
from pathlib import Path

from dmaic_assets.errors import StoreError
from dmaic_assets.store.effect_files import store_error

# Bytes of the secret: 256 bits, what Python's `secrets` recommends.
_BYTES = 32
# Bytes of a hashed key: two of a thousand million keys share one with a chance of 3 %.
_DIGEST = 8


def secret_in(folder: Path) -> bytes:
    """Reads the secret of a folder, making it where there is none; only the owner may read it.

    Raises:
        StoreError: The file cannot be read or written, or holds no secret.
    """
    path = folder / "secret"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        made = secrets.token_bytes(_BYTES)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(made)
    except FileExistsError:
        return _read(path)
    except OSError as error:
        raise store_error(path, error) from error
    return made


def _read(path: Path) -> bytes:
    try:
        found = path.read_bytes()
    except OSError as error:
        raise store_error(path, error) from error
    if len(found) != _BYTES:
        raise StoreError(str(path), "holds no secret", "Delete the file; it is made again.")
    return found


def hidden(key: str, secret: bytes) -> str:
    """A key as it may be written: sixteen hex digits of its hash under the secret."""
    return hashlib.blake2b(key.encode(), key=secret, digest_size=_DIGEST).hexdigest()
