"""Names of files with their accepted rows, and of lists of them.

What belongs here: telling one history of a source from another by text alone. A file that is
judged again and keeps other rows has another name, and so has every list that it is in.
"""

from collections.abc import Sequence
from hashlib import sha256

from dmaic_assets.store.ledger.record.file_queries import StoredFile


def version_of(files: Sequence[StoredFile]) -> str:
    """Names a list of files with their accepted rows; 64 hex digits."""
    return digest_of([name_of(file.sha256, file.version) for file in files])


def name_of(content: str, version: str) -> str:
    """Names a file with its accepted rows, so that other rows of it have another name."""
    return f"{content} {version}"


def digest_of(names: Sequence[str]) -> str:
    """Names a list of names, in their order.

    Returns:
        64 hex digits.
    """
    return sha256("\n".join(names).encode()).hexdigest()


def shared(names: Sequence[str], others: Sequence[str]) -> int:
    """Tells how many names two lists begin with alike: as many as the shorter one has at most."""
    pairs = enumerate(zip(names, others, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(names), len(others)))
