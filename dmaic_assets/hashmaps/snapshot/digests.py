"""Digests of a snapshot: one of each leaf of some megabytes, one over them and the header.

Leaves are checked independently, by two threads at once (hashlib lets go of the interpreter's lock)
or one by one as they are used. BLAKE2b, 256 bits: single-stream it makes 1 GB/s, less than a disk.
"""

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from dmaic_assets.hashmaps.snapshot.header import DIGEST, PAGE

# Bytes of a leaf: long enough that its digest costs nothing beside it, short enough that reading
# one entry does not mean checking much.
LEAF = 4 << 20
# Threads that check leaves.
_THREADS = 2


def leaf_digests(body: memoryview, leaf: int) -> list[bytes]:
    """The digest of each leaf of what stands between the header and the digests."""
    starts = range(0, len(body), leaf)

    def digest(start: int) -> bytes:
        return hashlib.blake2b(body[start : start + leaf], digest_size=DIGEST).digest()

    with ThreadPoolExecutor(_THREADS) as pool:
        return list(pool.map(digest, starts))


def root_digest(page: bytes, leaves: Sequence[bytes]) -> bytes:
    """The digest over the header's page, the root at its end left out, and those of all leaves."""
    hashed = hashlib.blake2b(page[: PAGE - DIGEST], digest_size=DIGEST)
    for leaf in leaves:
        hashed.update(leaf)
    return hashed.digest()
