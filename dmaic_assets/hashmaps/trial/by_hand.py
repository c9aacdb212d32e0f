"""What somebody does to a running trial from outside: each act is an event of the next tick."""

from dmaic_assets.hashmaps.cost_model import INLINE
from dmaic_assets.hashmaps.hash_map import HashMap
from dmaic_assets.hashmaps.indexes import KINDS
from dmaic_assets.hashmaps.kernels.index import DIRECT
from dmaic_assets.hashmaps.kernels.table import MASK, SWISS
from dmaic_assets.hashmaps.trial.kept import keep
from dmaic_assets.hashmaps.trial.trial import Session

_WHY = "by hand"


def freeze_or_thaw(session: Session) -> None:
    """Freezes the map, or thaws it when it is frozen; a map that is in use is thawed by a write."""
    held, kind = session.held, session.held.kind_name
    if held.frozen is not None:
        held.thaw()
        session.recorder.note("thaw", _WHY, kind, kind)
        return
    inline = held.kind if held.kind in INLINE else SWISS
    held.freeze(inline)
    session.recorder.note("freeze", _WHY, kind, KINDS[inline])


def exchange(session: Session) -> None:
    """Begins an index of the next kind: its entries move with the writes that follow."""
    held = session.held
    after = (held.kind + 1) % DIRECT
    session.recorder.note("switch", _WHY, held.kind_name, KINDS[after])
    held.migrate_to(after)


def reseed(session: Session) -> None:
    """Begins an index of the same kind with other seeds."""
    held = session.held
    session.recorder.note("reseed", _WHY, held.kind_name, held.kind_name)
    if held.kind == DIRECT:
        held.migrate_to(SWISS)
    else:
        held.migrate_to(held.kind, int(held.index.counts[MASK]) + 1)


def map_so_far(session: Session) -> HashMap:
    """The map with its own keys after the operations so far; `saved` maps are not known here.

    Raises:
        InvariantError: It does not hold as many keys as the played map.
    """
    done = session.moment.operations if session.moment else 0
    made = HashMap(session.setting.draw, session.workload.key, "float64")
    keep(made, session.workload.first(done), len(session.held))
    session.recorder.note("snapshot", _WHY)
    return made
