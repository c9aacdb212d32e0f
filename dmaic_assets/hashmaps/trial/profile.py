"""Which kind of index a workload's first operations are fastest on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dmaic_assets.hashmaps.dense_map import DenseMap
from dmaic_assets.hashmaps.indexes import KINDS
from dmaic_assets.hashmaps.kernels.machine import Words
from dmaic_assets.hashmaps.trial.play import Played, Player
from dmaic_assets.hashmaps.workload.workload import Workload

# Operations that are played: the source document's.
FIRST = 5000
# Rounds, of which the fastest of each kind counts: what else a machine does only adds time.
ROUNDS = 5
# Of the kinds that are that much slower than the fastest, one part in so many, none is called
# worse: five rounds of the same kind differ by as much (measured, cpu time).
CLOSE = 0.05


@dataclass(frozen=True, slots=True)
class Profile:
    """The fastest round of each kind of index, in the order that was asked for."""

    played: Mapping[str, Played]

    @property
    def fastest(self) -> str:
        """The kind with the least cpu time an operation."""
        return min(self.played, key=lambda kind: self.played[kind].ns_each)

    @property
    def close(self) -> tuple[str, ...]:
        """Kinds that are about as fast as the fastest."""
        least = self.played[self.fastest].ns_each * (1 + CLOSE)
        return tuple(
            kind
            for kind, played in self.played.items()
            if kind != self.fastest and played.ns_each <= least
        )


def profile(
    workload: Workload, player: Player, draw: Callable[[], Words], kinds: Sequence[str]
) -> Profile:
    """Plays a workload on a new map of each kind in turn, one round after the other.

    A round before the first compiles what is not compiled yet and is not counted.
    """
    best: dict[str, Played] = {}
    is_whole = workload.key == "int64"
    for round_ in range(ROUNDS + 1):
        for kind in kinds:
            held = DenseMap(draw, KINDS.index(kind), is_whole)
            played = player.play(workload, held)
            known = best.get(kind)
            if round_ and (known is None or played.cpu_ns < known.cpu_ns):
                best[kind] = played
    return Profile(best)
