"""How long searches of a map are, of a sample of its keys, and how long theory has them."""

import numpy as np
import numpy.typing as npt

from dmaic_assets.hashmaps.dense_map import DenseMap
from dmaic_assets.hashmaps.inline_map import InlineMap
from dmaic_assets.hashmaps.kernels.index import CHAINING
from dmaic_assets.hashmaps.kernels.moving import mean_length, table_lengths
from dmaic_assets.hashmaps.kernels.table import LINEAR, MASK, ROBIN_HOOD, SWISS
from dmaic_assets.hashmaps.kernels.trace import lengths_of

# Entries whose searches are followed at each look.
SAMPLE = 256
# Places that are followed of one search.
_FOLLOWED = 256


def expected_probes(kind: int, load: float) -> float:
    """Places that a search for a key that is there looks at on average, for random keys.

    Linear probing and Robin Hood: Knuth, volume 3, 6.4 (1 + 1/(1 - load))/2; chains 1 + load/2;
    Swiss looks at one group nearly always.
    """
    if kind in (LINEAR, ROBIN_HOOD):
        return (1 + 1 / max(1 - load, 1e-3)) / 2
    return 1 + load / 2 if kind == CHAINING else 1.2 if kind == SWISS else 1.0


def mean_probes(held: DenseMap) -> float:
    """Places that searches for evenly chosen entries look at on average; 0 for an empty map."""
    if held.inline is not None:
        table, count = held.inline.newest, SAMPLE
        return float(mean_length(held.counted_kind, table, max(table.counts[MASK] // count, 1)))
    lengths = probe_lengths(held)
    return float(lengths.mean()) if lengths.size else 0.0


def probe_lengths(held: DenseMap) -> npt.NDArray[np.int64]:
    """Places that the search for each of up to 256 evenly chosen entries looks at."""
    count = len(held)
    if held.inline is not None:
        return _table_lengths(held.inline, held.counted_kind)
    chosen = np.linspace(0, count - 1, min(SAMPLE, count)).astype(np.int64)
    wanted, lengths = held.store.keys[chosen], np.empty(chosen.size, np.int64)
    followed = np.empty(_FOLLOWED, np.int64)
    lengths_of(held.kind, *held.index, held.store.keys, wanted, followed, lengths)
    return lengths


def _table_lengths(inline: InlineMap, kind: int) -> npt.NDArray[np.int64]:
    """The same of the table that takes new keys: of those at evenly chosen slots."""
    places = int(inline.newest.counts[MASK]) + 1
    chosen = np.arange(0, places, max(places // SAMPLE, 1))[:SAMPLE]
    lengths = np.empty(chosen.size, np.int64)
    return lengths[: table_lengths(kind, inline.newest, chosen, lengths)]
