"""What somebody does to a running trial from outside: each act is an event of the next tick."""

from dmaic_assets.hashmaps.hash_map import HashMap
from dmaic_assets.hashmaps.indexes import INLINE, KINDS
from dmaic_assets.hashmaps.kernels.index import DIRECT
from dmaic_assets.hashmaps.kernels.table import MASK, SWISS
from dmaic_assets.hashmaps.trial.kept import keep
from dmaic_assets.hashmaps.trial.trial import Session

_WHY = "by hand"


def change_layout(session: Session) -> None:
    """Makes the map inline, or one of entries with an index, at once."""
    held, kind = session.held, session.held.kind_name
    if held.inline is not None:
        held.make_dense()
        session.recorder.note("switch", f"{_WHY}, entries with an index", kind, kind)
        return
    inline = held.kind if held.kind in INLINE else SWISS
    held.make_inline(inline)
    session.recorder.note("switch", f"{_WHY}, an inline table", kind, KINDS[inline])


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
        held.migrate_to(held.kind, int(held.counts[MASK]) + 1, is_reseeded=True)


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
