"""What a configuration makes: the map that a trial plays on, and its controller.

Under "costs" every mode begins with Swiss but `adaptive`, which begins as it is told. `fast-insert`
and `fast-lookup` let the measured costs of insertions, or of searches, decide alone; `memory-tight`
keeps Swiss: 9 bytes a place at 7/8 are 10.3 bytes a key, Robin Hood's 9 at .80 are 11.3, linear's 8
at .60 are 13.3, and a chain's two links 16. Under "thresholds" modes are the source document's:
chains for insertions, Robin Hood for searches and for memory.
"""

from collections.abc import Callable

from dmaic_assets.hashmaps.config.options import Adaptive
from dmaic_assets.hashmaps.config.thresholds import Thresholds
from dmaic_assets.hashmaps.controller import Aim, Controller
from dmaic_assets.hashmaps.cost_model import CostTable
from dmaic_assets.hashmaps.dense_map import DenseMap
from dmaic_assets.hashmaps.indexes import FEWEST, INLINE, KINDS, LOADS, new_index
from dmaic_assets.hashmaps.kernels.index import CHAINING
from dmaic_assets.hashmaps.kernels.machine import Words
from dmaic_assets.hashmaps.kernels.table import ROBIN_HOOD, SWISS

_SOURCE_KINDS = {"fast-insert": CHAINING, "fast-lookup": ROBIN_HOOD, "memory-tight": ROBIN_HOOD}
_AIMS: dict[str, Aim] = {"adaptive": "all", "fast-insert": "insert", "fast-lookup": "lookup"}


def start_kind(told: Adaptive) -> int:
    """The kind of index that a map begins with."""
    if told.mode == "adaptive":
        return KINDS.index(told.start_backend)
    return _SOURCE_KINDS[told.mode] if told.policy == "thresholds" else SWISS


def is_inline(told: Adaptive) -> bool:
    """Tells whether a map begins with an inline table: where costs decide, of a kind that has one.

    With 17 bytes a place at the kind's load it takes less memory than entries and index, too.
    """
    return told.policy == "costs" and told.freeze and start_kind(told) in INLINE


def map_for(told: Adaptive, draw: Callable[[], Words], *, is_whole: bool) -> DenseMap:
    """An empty map as the configuration wants it."""
    kind = start_kind(told)
    held = DenseMap(draw, kind, is_whole, told.incremental_batch)
    wanted = {
        CHAINING: told.initial_buckets * told.groups_per_bucket,
        ROBIN_HOOD: told.initial_capacity_rh,
    }.get(kind)
    places = 1 << max((wanted or 1) - 1, FEWEST - 1).bit_length()
    if is_inline(told):
        held.make_inline(kind)
        held.reserve(int(places * LOADS[kind]))
    elif wanted:
        held.index = new_index(kind, places, held.room, held.index.seeds)
    return held


def controller_for(
    told: Adaptive, table: Callable[[], CostTable], clock: Callable[[], int]
) -> Controller | None:
    """Who chooses the map's index; None where the mode keeps one kind. Costs are asked for late."""
    if told.policy == "thresholds":
        limits = (told.max_lf_chaining, told.max_group_len, told.max_avg_probe_robinhood)
        policy = Thresholds(*limits, told.max_tombstone_ratio)
        unmeasured = CostTable("unmeasured", {}, {})
        return Controller(unmeasured, clock, policy=policy) if told.mode == "adaptive" else None
    aim = _AIMS.get(told.mode)
    return Controller(table(), clock, aim=aim, may_freeze=told.freeze) if aim else None
