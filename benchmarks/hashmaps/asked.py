"""The keys and operations that every map is asked for: drawn once, the same arrays for all."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint64]
# The operations in the order in which a round does them: each finds what those before it left.
OPERATIONS = ("insert", "hit", "miss", "zipf hit", "mixed", "mixed zipf", "delete")
# The exponent of the skewed draws: above that of words in texts (1.0), below that of hot keys.
_SKEW = 1.1
# Of mixed operations: searches, puts and deletions, over keys of which four in five are there.
_SHARES = (0.80, 0.15, 0.05)
_KNOWN = 1.25
# Operations of one kind that are timed at most, insertions and deletions apart.
_MOST_ASKED = 2_000_000


@dataclass(frozen=True)
class Asked:
    """Keys that are put, and what is asked for afterwards."""

    keys: Words
    hits: Words
    misses: Words
    skewed: Words
    ops: npt.NDArray[np.uint8]
    mixed: Words
    mixed_skewed: Words
    gone: Words


def draw(count: int, seed: int = 7) -> Asked:
    """Draws everything for so many random keys; below 2^63, so that they are whole numbers too."""
    rng = np.random.default_rng(seed)
    drawn = np.unique(rng.integers(0, 2**63, int(count * 2.6), dtype=np.uint64))
    rng.shuffle(drawn)
    keys, others = drawn[:count], drawn[count : 2 * count]
    asked = min(count, _MOST_ASKED)
    pool = np.concatenate([keys, others[: int(count * (_KNOWN - 1))]])
    rng.shuffle(pool)
    return Asked(
        keys,
        rng.choice(keys, asked),
        rng.choice(others, asked),
        keys[_ranks(rng, count, asked)],
        rng.choice(3, asked, p=_SHARES).astype(np.uint8),
        rng.choice(pool, asked),
        pool[_ranks(rng, pool.size, asked)],
        rng.permutation(keys),
    )


def _ranks(rng: np.random.Generator, count: int, asked: int) -> npt.NDArray[np.int64]:
    """Draws ranks below a count by Zipf's law."""
    weights = np.cumsum(1.0 / np.arange(1, count + 1, dtype=np.float64) ** _SKEW)
    drawn = np.searchsorted(weights, rng.random(asked) * weights[-1])
    return np.minimum(drawn, count - 1)
