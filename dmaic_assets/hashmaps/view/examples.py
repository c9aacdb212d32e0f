"""A few keys of a played map that are worth following: the hottest, the farthest, one not there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from dmaic_assets.hashmaps.dense_map import DenseMap
from dmaic_assets.hashmaps.kernels.machine import Words
from dmaic_assets.hashmaps.kernels.trace import lengths_of
from dmaic_assets.hashmaps.view.probe import Search, searches_for
from dmaic_assets.hashmaps.workload.workload import Workload

# Entries among which the one with the longest search is chosen.
_SAMPLE = 4096
# Places that are followed of one search.
_FOLLOWED = 256
# A word that is no likely key: the hash of none, and far beyond the numbers that count things.
_ABSENT = 0xA5A5_1234_5A5A_8765


@dataclass(frozen=True, slots=True)
class Example:
    """Why a key is shown, what it is called, and its search in each kind of index."""

    what: str
    label: str
    searches: tuple[Search, ...]


def examples_of(
    workload: Workload,
    held: DenseMap,
    words: Words,
    label: Callable[[str], str],
    kinds: Sequence[int],
) -> tuple[Example, ...]:
    """Chooses keys and follows them; `words` are the keys as the map has them."""
    coded = workload.keys.dictionary_encode()
    codes = coded.indices.to_numpy()
    chosen = [("the hottest key", int(np.argmax(codes == np.argmax(np.bincount(codes)))))]
    if len(held):
        word = _farthest(held)
        chosen.append(("the key with the longest search", int(np.argmax(words == word))))
    wanted = np.array([*(words[at] for _, at in chosen), _ABSENT], np.uint64)
    names = [label(str(workload.keys[at].as_py())) for _, at in chosen]
    told = [*(what for what, _ in chosen), "a key that is not there"]
    found = searches_for(held, wanted, kinds=kinds)
    return tuple(Example(*of) for of in zip(told, [*names, ""], found, strict=True))


def _farthest(held: DenseMap) -> np.uint64:
    """The key of those looked at whose search is the longest in the map's own index."""
    entries = np.linspace(0, len(held) - 1, min(_SAMPLE, len(held))).astype(np.int64)
    wanted, lengths = held.store.keys[entries], np.empty(entries.size, np.int64)
    places = np.empty(_FOLLOWED, np.int64)
    lengths_of(held.kind, *held.index, held.store.keys, wanted, places, lengths)
    return np.uint64(wanted[int(np.argmax(lengths))])
