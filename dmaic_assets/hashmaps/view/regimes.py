"""Where which kind of index is the fastest: by load and by the share of searches that hit."""

from dataclasses import dataclass

from dmaic_assets.hashmaps.cost_model import SHARES, Costs, CostTable, Mix
from dmaic_assets.hashmaps.indexes import KINDS, LOADS
from dmaic_assets.hashmaps.kernels.index import CHAINING
from dmaic_assets.hashmaps.kernels.table import LINEAR, ROBIN_HOOD, SWISS

# Loads and shares of hits of the map; below half of the load at which a kind grows none was timed.
MAP_LOADS = tuple(round(0.45 + 0.025 * i, 3) for i in range(18))
HIT_SHARES = tuple(i / 20 for i in range(21))
# Kinds that hold any keys; a direct index, where keys allow one, is faster than all of them.
COMPARED = (SWISS, ROBIN_HOOD, LINEAR, CHAINING)


@dataclass(frozen=True, slots=True)
class Regime:
    """The fastest kind at a load and a share of hits, and how much longer the second one takes.

    `margin` is a share: 0.1 where the second takes 10 % longer; None without a second.
    """

    load: float
    hits: float
    kind: str
    ns: float
    margin: float | None


@dataclass(frozen=True, slots=True)
class CostPoint:
    """What operations of a kind cost at one measured point: so many places, so full."""

    kind: str
    places: int
    load: float
    costs: Costs


def points_of(table: CostTable) -> tuple[CostPoint, ...]:
    """Every measured point of every kind."""
    return tuple(
        CostPoint(KINDS[kind], size, LOADS[kind] * share, costs)
        for kind, grid in table.costs.items()
        for size, row in zip(table.sizes, grid, strict=True)
        for share, costs in zip(SHARES, row, strict=True)
    )


def regimes_of(table: CostTable, entries: int) -> tuple[Regime, ...]:
    """Compares searches of all kinds that a load allows, for a number of entries."""
    return tuple(_regime(table, entries, load, hits) for hits in HIT_SHARES for load in MAP_LOADS)


def _regime(table: CostTable, entries: int, load: float, hits: float) -> Regime:
    mix = Mix(hit=hits, miss=1 - hits, insert=0.0, update=0.0, delete=0.0)
    costs = sorted(
        (table.at(kind, entries, load).of(mix), kind) for kind in COMPARED if load <= LOADS[kind]
    )
    first = costs[0]
    margin = float(costs[1][0] / first[0] - 1) if len(costs) > 1 else None
    return Regime(load, hits, KINDS[first[1]], float(first[0]), margin)
