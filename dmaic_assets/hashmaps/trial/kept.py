"""A saved map before and after a play: what it holds is put in, what was written is kept.

A play works on words, texts being hashed; the saved map has the keys themselves. So what a play
leaves in a saved map is worked out from the workload: each key's last put or deletion counts.
"""

import numpy as np
import pyarrow as pa

from dmaic_assets.errors import BadInputError, InvariantError
from dmaic_assets.hashmaps.dense_map import DenseMap
from dmaic_assets.hashmaps.hash_map import HashMap
from dmaic_assets.hashmaps.kernels.machine import Words
from dmaic_assets.hashmaps.kernels.store import GETS
from dmaic_assets.hashmaps.trial.play import words_for
from dmaic_assets.hashmaps.workload.workload import OPS, Workload


def refuse_another_kind(saved: HashMap, workload: Workload) -> None:
    """Refuses a map that the workload cannot be played on.

    Raises:
        BadInputError: Its keys are of another type, or its values are whole numbers.
    """
    if saved.key != workload.key:
        fix = f"Its keys are {saved.key}; those of the workload are {workload.key}."
        raise BadInputError("the saved map", "has keys of another type", fix)
    if saved.value != "float64":
        fix = "A workload puts numbers with a fraction: take a map of float64 values."
        raise BadInputError("the saved map", f"has {saved.value} values", fix)


def fill(held: DenseMap, saved: HashMap, seeds: Words) -> None:
    """Puts what a saved map holds into an empty one; texts are hashed with the seeds."""
    items = saved.items()
    values = items.column("value").to_numpy(zero_copy_only=False).view(np.uint64)
    held.reserve(len(saved))
    held.put(words_for(items.column("key"), seeds), values.copy())
    held.finish()
    held.facts[GETS:] = 0


def keep(saved: HashMap, workload: Workload, entries: int) -> None:
    """Does to a saved map what the workload did; `entries` is what the played map came to.

    Raises:
        InvariantError: The two do not come to the same number of keys.
    """
    written = np.flatnonzero(workload.ops != OPS.index("get"))
    coded = pa.array(workload.keys).dictionary_encode()
    codes = coded.indices.to_numpy(zero_copy_only=False)
    last = np.full(len(coded.dictionary), -1, np.int64)
    np.maximum.at(last, codes[written], written)
    last = np.sort(last[last >= 0])
    is_put = workload.ops[last] == OPS.index("put")
    puts, deletes = last[is_put], last[~is_put]
    saved.upsert(workload.keys.take(pa.array(puts)), workload.values[puts])
    saved.delete(workload.keys.take(pa.array(deletes)))
    if len(saved) != entries:
        what = f"holds {len(saved):,} keys after the play, the played map {entries:,}"
        raise InvariantError("the saved map", what, "Report this fault; nothing was written.")
