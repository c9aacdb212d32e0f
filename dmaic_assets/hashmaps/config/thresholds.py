"""The source document's way to choose an index: fixed thresholds instead of measured costs.

From chains to Robin Hood when the chains are full or one of them is long, back when searches are
long, and a new index when too many places are tombstones. Beside the cost model it shows what fixed
limits cost: they know neither what is asked of a map nor what an exchange takes.
"""

from dataclasses import dataclass, replace

from dmaic_assets.hashmaps.controller import Decision
from dmaic_assets.hashmaps.dense_map import DenseMap
from dmaic_assets.hashmaps.indexes import KINDS, places_for
from dmaic_assets.hashmaps.kernels.index import CHAINING
from dmaic_assets.hashmaps.kernels.table import LIVE, MASK, ROBIN_HOOD, USED
from dmaic_assets.hashmaps.probes import probe_lengths


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The limits. Chains are entries, of a sample; searches are places, on average."""

    load: float
    longest: int
    probes: float
    tombstones: float

    def __call__(self, held: DenseMap, told: Decision) -> Decision | None:
        """Begins what the limits ask for and says so; None when they ask for nothing."""
        counts = held.counts
        dead = float(counts[USED] - counts[LIVE]) / (float(counts[MASK]) + 1)
        if dead >= self.tombstones:
            least = places_for(held.kind, max(len(held), 1))
            held.migrate_to(held.kind, max(least, int(counts[MASK] + 1) // 2))
            return replace(told, action="compact", reason=f"{dead:.0%} of the places are dead")
        if held.kind == CHAINING:
            longest = int(probe_lengths(held).max(initial=0))
            if told.load > self.load or longest > self.longest:
                reason = f"load {told.load:.2f}, longest chain {longest}"
                return self._to(ROBIN_HOOD, held, told, reason)
        elif held.kind == ROBIN_HOOD and told.probes > self.probes:
            reason = f"searches look at {told.probes:.1f} places"
            return self._to(CHAINING, held, told, reason)
        return None

    @staticmethod
    def _to(kind: int, held: DenseMap, told: Decision, reason: str) -> Decision:
        held.migrate_to(kind)
        return replace(told, after=KINDS[kind], reason=reason)
