"""Which accepted rows could leave the warehouse by a run that is only planned yet.

What belongs here: telling it beforehand. What really leaves, the verdicts decide.
"""

from collections.abc import Iterator, Mapping, Sequence

from dmaic_assets.settings.project import Settings
from dmaic_assets.store.ledger.record.files import Arrival
from dmaic_assets.work.assets.names import GATE_VERDICT
from dmaic_assets.work.plan.chain import Chain
from dmaic_assets.work.plan.planned import FilePlan, Leaving

_IN_WAREHOUSE = frozenset({"accepted", "quarantine"})
_SAME_VERDICT = ("forced", "new content")


def leaving_rows(
    settings: Settings, chains: Mapping[str, Chain], plans: Sequence[FilePlan]
) -> tuple[Leaving, ...]:
    """Lists the accepted rows at stake: judged anew, replaced, or removed with their file."""
    arrivals = {(a.source, a.sha256): a for c in chains.values() for a in c.arrivals}
    at_stake = [*_judged_anew(arrivals, plans), *_replaced(settings, chains, plans)]
    return (*at_stake, *_removed(settings, chains))


def _judged_anew(
    arrivals: Mapping[tuple[str, str], Arrival], plans: Sequence[FilePlan]
) -> Iterator[Leaving]:
    for plan in plans:
        arrival = arrivals.get((plan.file.source, plan.file.sha256))
        reason = plan.reasons.get(GATE_VERDICT)
        if arrival is None or reason is None or reason in _SAME_VERDICT or not _has_rows(arrival):
            continue
        causes = {r for r in plan.reasons.values() if not r.startswith("follows ")}
        yes = ", and only with a yes (--force)" if plan.stake else ""
        why = f"leave if the new verdict holds the file ({'; '.join(sorted(causes))}){yes}"
        yield Leaving(arrival.source, arrival.name, arrival.accepted, why)


def _replaced(
    settings: Settings, chains: Mapping[str, Chain], plans: Sequence[FilePlan]
) -> Iterator[Leaving]:
    new = {str(plan.file.path): plan.file for plan in plans if plan.reasons}
    for chain in chains.values():
        if settings.source(chain.source).on_changed == "add":
            continue
        for arrival in chain.arrivals:
            file = new.get(arrival.path)
            if file is not None and file.sha256 != arrival.sha256 and _lies_at_path(arrival):
                why = "are replaced if the new content at its place is accepted"
                yield Leaving(arrival.source, arrival.name, arrival.accepted, why)


def _removed(settings: Settings, chains: Mapping[str, Chain]) -> Iterator[Leaving]:
    for chain in chains.values():
        if settings.source(chain.source).on_removed == "withdraw":
            for arrival in chain.removed:
                if _has_rows(arrival):
                    why = "leave, since the file was taken away (on_removed: withdraw)"
                    yield Leaving(arrival.source, arrival.name, arrival.accepted, why)


def _lies_at_path(arrival: Arrival) -> bool:
    return _has_rows(arrival) and arrival.location == arrival.path


def _has_rows(arrival: Arrival) -> bool:
    return arrival.disposition in _IN_WAREHOUSE and arrival.accepted > 0
