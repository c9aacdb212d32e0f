"""What comes next for a map's index at the present rate of writes, and how far away that is.

The distances are exact counts of links; operations until then are those distances over the rate at
which links have lately been added, so that they are as good as the last stretch was typical.
"""

from dataclasses import dataclass

from dmaic_assets.hashmaps.controller import TOMBSTONES
from dmaic_assets.hashmaps.dense_map import DenseMap
from dmaic_assets.hashmaps.kernels.table import LIVE, MASK, SWISS, USED
from dmaic_assets.hashmaps.metrics.tick import Tick


@dataclass(frozen=True, slots=True)
class Forecast:
    """How far the next exchanges of an index are.

    `keys_to_growth`: new keys until the next index is begun. `ops_to_growth`: operations until
    then; None while places in use do not increase, or nothing was counted yet.
    `deletes_to_compact`: the fewest deletions after which tombstones are cleared away; None for a
    kind that leaves none. `entries_to_migrate`: entries that the next index still lacks.
    """

    keys_to_growth: int
    ops_to_growth: int | None
    deletes_to_compact: int | None
    entries_to_migrate: int

    @classmethod
    def of_tick(cls, tick: Tick) -> "Forecast":
        """Reads what a tick says of what comes next."""
        left = tick.entries - tick.migrated if tick.migrating else 0
        return cls(tick.keys_to_growth, tick.ops_to_growth, tick.deletes_to_compact, left)

    def lines(self) -> tuple[str, ...]:
        """The same in words, the nearest first."""
        if self.entries_to_migrate:
            return (f"next index complete in {self.entries_to_migrate:,} entries",)
        at = "" if self.ops_to_growth is None else f", about {self.ops_to_growth:,} operations"
        told = [f"growth in {self.keys_to_growth:,} new keys{at}"]
        if self.deletes_to_compact is not None:
            told.append(f"compaction in at least {self.deletes_to_compact:,} deletions")
        return tuple(told)


def forecast(held: DenseMap, rate: float | None) -> Forecast:
    """Tells how far a map is from what comes next.

    `rate` is how many keys the map has lately grown by with each operation; None when nothing was
    counted.
    """
    counts = held.counts
    used, dead = int(counts[USED]), int(counts[USED] - counts[LIVE])
    left = max(held.most - used, 0)
    # Of a Swiss index a deletion may leave its place in use: growth may come sooner, never later.
    worst = int((float(counts[MASK]) + 1) * TOMBSTONES) + 1 - dead
    to_go = len(held) - held.migrated if held.is_migrating else 0
    return Forecast(
        keys_to_growth=left,
        ops_to_growth=round(left / rate) if rate and rate > 0 else None,
        deletes_to_compact=max(worst, 0) if held.counted_kind == SWISS else None,
        entries_to_migrate=to_go,
    )
