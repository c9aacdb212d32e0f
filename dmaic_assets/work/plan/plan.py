"""What a run would compute, and why: decided from the ledger in bulk, changing nothing.

What belongs here: comparing each file's key with what is known. Doing the work is in `bulk`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from dmaic_assets.errors import BadInputError, DmaicError
from dmaic_assets.model import AssetName, Json, SourceFile
from dmaic_assets.store.artifacts import is_intact
from dmaic_assets.store.ledger.record.files import Arrival, arrivals
from dmaic_assets.store.ledger.record.memo import (
    MemoRecord,
    Settled,
    components_of,
    lookup,
    settled_files,
)
from dmaic_assets.table.read.discovery import Discovery, Problem, discover
from dmaic_assets.work.assets.names import RULE_SET
from dmaic_assets.work.assets.registry import OUTPUTS, PROFILE_ASSETS
from dmaic_assets.work.file.intact import Stored
from dmaic_assets.work.file.links import link_components
from dmaic_assets.work.people.hand_rules import (
    hand_rules_of_all,
    refuse_wrong_columns,
    refuse_wrong_rules,
    refuse_wrong_time_column,
)
from dmaic_assets.work.people.source_changes import changes_of_all
from dmaic_assets.work.plan.chain import Chain, ChainFile, chains_of, decision_of
from dmaic_assets.work.plan.consent import Stake, stake_of
from dmaic_assets.work.plan.hashing import Hasher
from dmaic_assets.work.plan.held_files import home_of_held, lost_files
from dmaic_assets.work.plan.keyed import Keyed, Said, keyed_files
from dmaic_assets.work.plan.leaving import leaving_rows
from dmaic_assets.work.plan.memo_keys import (
    profile_key,
)
from dmaic_assets.work.plan.planned import FilePlan, Plan
from dmaic_assets.work.plan.reasons import (
    reasons_for_change,
    reasons_for_force,
    reasons_for_new,
    repairs_changed,
)
from dmaic_assets.work.plan.refused import Refused
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets.work.plan.scope import (
    chains_in_scope,
    noted,
    refuse_unknown,
    removed_in_scope,
    wants_waiting,
)
from dmaic_assets.work.plan.settling import still_written
from dmaic_assets.work.plan.source_order import source_order
from dmaic_assets.work.run.platform import Platform

_SETTLED = frozenset({"accepted", "quarantine", "rejected"})


def plan_run(platform: Platform, request: RunRequest, *, is_patient: bool = True) -> Plan:
    """Tells what a run would compute and why. Changes nothing but the cache of file hashes.

    Args:
        platform: The stores.
        request: What is asked for.
        is_patient: Whether files that were just touched are looked at twice, some time apart.

    Raises:
        BadInputError: The request names a source or file that is not there; or of every source
            in scope the rule or change file cannot be read, rules contradict the columns of
            accepted files, or `time_column` names no column of times. Of some sources: they are
            refused, and the others go on.
        SettingsError: `types` of a source names no type, pattern or format.
    """
    _refuse_wrong_types(platform)
    hasher = Hasher(platform)
    found, known = _found(platform, hasher), arrivals(platform.ledger)
    waiting = _waiting(platform, found, known, hasher, is_patient=is_patient)
    archived, held = lost_files(platform.paths, found.files, known, hasher)
    chains = chains_of(
        [*archived, *(f for f in found.files if f not in waiting), *held],
        known,
        data=platform.paths.data,
        is_intact=hasher.is_intact,
        present={str(p.path) for p in (*waiting, *found.problems) if p.path.exists()},
    )
    refuse_unknown(request, chains, found, waiting)
    in_scope = chains_in_scope(request, chains)
    hand, no_rules = hand_rules_of_all(platform, in_scope, hasher)
    changes, no_changes = changes_of_all(platform, in_scope, hasher)
    said, refused = Said(hand, changes), {**no_changes, **no_rules}
    in_scope = _without(in_scope, refused)
    context = _context(platform, request, hasher, said, in_scope)
    plans = _plans(context, in_scope.values())
    refused |= _wrong_rules(context, in_scope, plans)
    in_scope = _without(in_scope, refused)
    plans = [plan for plan in plans if plan.file.source in in_scope]
    problems = _all_problems(context, found, in_scope)
    hasher.flush()
    working = {p.file.source: said.hand[p.file.source] for p in plans if p.is_work}
    order = source_order(platform, working)
    return Plan(
        files=tuple(sorted(plans, key=lambda p: order.rank(p.file.source))),
        removed=removed_in_scope(request, in_scope),
        duplicates=tuple(d for c in in_scope.values() for d in c.duplicates),
        problems=problems,
        sources=tuple(in_scope),
        leaving=leaving_rows(platform.settings, noted(request, in_scope), plans),
        lanes=order.lanes,
        notes=order.notes,
        waiting=tuple(f for f in waiting if wants_waiting(request, f)),
        refused=tuple(Refused(source, error) for source, error in sorted(refused.items())),
    )


def _found(platform: Platform, hasher: Hasher) -> Discovery:
    return discover(platform.settings, hasher=hasher, known=hasher.known)


def _without(chains: Mapping[str, Chain], refused: Mapping[str, DmaicError]) -> Mapping[str, Chain]:
    """The chains that are left; when none is, the first refusal is all there is to say."""
    left = {name: chain for name, chain in chains.items() if name not in refused}
    if refused and not left:
        raise refused[min(refused)]
    return left


def _waiting(
    platform: Platform,
    found: Discovery,
    known: Sequence[Arrival],
    hasher: Hasher,
    *,
    is_patient: bool,
) -> tuple[SourceFile, ...]:
    stable_for_s = platform.settings.dmaic.intake.stable_for_s
    return still_written(
        found.files,
        known={(a.source, a.sha256) for a in known},
        stat_of=hasher.stat_of,
        now=platform.clock(),
        stable_for_s=stable_for_s if is_patient else 0.0,
    )


def _refuse_wrong_types(platform: Platform) -> None:
    """A misspelt type is a mistake of the configuration, not of every file of the source."""
    for source in platform.settings.sources:
        if source.types:
            # What reads types loads Polars, which a run without work has no need of.
            from dmaic_assets.table.types.overrides import parse_overrides

            parse_overrides(source.name, source.types)


@dataclass(frozen=True, slots=True)
class _Context:
    platform: Platform
    request: RunRequest
    hasher: Hasher
    said: Said
    known: "Mapping[str, MemoRecord | Settled]"
    stored: Stored

    def is_profiled(self, components: Mapping[str, Json]) -> bool:
        """Whether no more than a profile is wanted, and it is known and stored."""
        if self.request.stops_at not in PROFILE_ASSETS:
            return False
        record = self.known.get(profile_key(components))
        root = self.platform.paths.artifacts
        return (
            isinstance(record, MemoRecord)
            and record.artifact is not None
            and is_intact(root, record.artifact)
        )

    def links(self, arrival: Arrival | None) -> Mapping[str, Json]:
        """The versions of other sources' keys that count for a file judged before."""
        settled = self.record(arrival.file_key) if arrival and arrival.file_key else None
        if arrival is None or settled is None:
            return {}
        home = home_of_held(Path(arrival.path), arrival.source, self.platform.paths)
        return link_components(settled.facts, self.platform, home)

    def record(self, key: str) -> MemoRecord | Settled | None:
        """The settled record under a key; only what a plan looked up is known."""
        return self.known.get(key)


def _plans(context: _Context, chains: Iterable[Chain]) -> list[FilePlan]:
    """Plans all files; what is not known yet of their keys is looked up at once."""
    platform, request = context.platform, context.request
    by_chain = [
        keyed_files(platform, request, chain, said=context.said, links=context.links)
        for chain in chains
    ]
    keyed = [file for files in by_chain for file in files if file.key]
    keys = [file.key for file in keyed]
    if request.stops_at in PROFILE_ASSETS:
        keys += [profile_key(file.components) for file in keyed if file.item.arrival]
    found = lookup(platform.ledger, [key for key in keys if key not in context.known])
    context = replace(context, known={**context.known, **found})
    return [plan for files in by_chain for plan in _plan_chain(context, files)]


def _plan_chain(context: _Context, keyed: Sequence[Keyed]) -> Iterator[FilePlan]:
    pending = 0
    begun: dict[str, int] = {}
    for one in keyed:
        # Members wait for what came before all of them, and not for each other.
        first = one.cohort.first if one.cohort else None
        waits = pending if first is None else begun.setdefault(first, pending)
        plan = _plan_file(context, one, waits)
        yield plan
        pending += not plan.is_known and plan.is_in_scope


def _plan_file(context: _Context, keyed: Keyed, pending: int) -> FilePlan:
    item, key, components = keyed.item, keyed.key, keyed.components
    request, file = context.request, item.file
    if not key:
        return FilePlan(file, "", decision=decision_of(item.arrival), is_in_scope=False)
    known = None if item.is_new else context.record(key)
    reasons = _reasons(context, item, known, components)
    if not reasons and pending:
        reasons = {**reasons, RULE_SET: f"{pending} earlier file(s) are computed first"}
    wanted: dict[AssetName, str] = {
        a: r for a, r in reasons.items() if a in request.assets or a == RULE_SET
    }
    is_work = bool(wanted.keys() - {RULE_SET}) or pending > 0
    return FilePlan(
        file,
        key,
        reasons=wanted if is_work else {},
        decision=decision_of(item.arrival),
        known_run=known.run_id if known else None,
        stake=_stake(context, item.arrival, components) if is_work else None,
    )


def _stake(
    context: _Context, arrival: Arrival | None, components: Mapping[str, Json]
) -> Stake | None:
    if arrival is None or not arrival.file_key or context.request.is_recompute:
        return None
    return stake_of(arrival, components, _components_of(context, arrival.file_key))


def _reasons(
    context: _Context,
    item: ChainFile,
    known: MemoRecord | Settled | None,
    components: Mapping[str, Json],
) -> Mapping[AssetName, str]:
    if context.request.is_recompute:
        return reasons_for_force()
    arrival = item.arrival
    if arrival is not None and context.is_profiled(components):
        return {}
    if arrival is None or arrival.file_key is None:
        return reasons_for_new()
    if known is None:
        return reasons_for_change(components, _components_of(context, arrival.file_key))
    if arrival.disposition not in _SETTLED:
        return dict.fromkeys(OUTPUTS, f"the file is back (it was {arrival.disposition})")
    if arrival.file_key != known.memo_key:
        told = repairs_changed(components, _components_of(context, arrival.file_key))
        said = f"an earlier state is back: {told}" if told else "an earlier state is back"
        return dict.fromkeys(OUTPUTS, said)
    damaged = context.stored.damaged(arrival)
    if damaged is not None:
        reason = f"its stored output {damaged.name} is gone or changed"
        return dict.fromkeys(OUTPUTS, reason)
    return {}


def _components_of(context: _Context, key: str) -> Mapping[str, Json]:
    return components_of(context.record(key))


def _wrong_rules(
    context: _Context, chains: Mapping[str, Chain], plans: Sequence[FilePlan]
) -> dict[str, DmaicError]:
    """Looks at what people said of sources that have work: elsewhere it has been applied."""
    window = context.platform.settings.dmaic.runs.baseline_window
    refused: dict[str, DmaicError] = {}
    for source in sorted({plan.file.source for plan in plans if plan.reasons}):
        accepted = [a for a in chains[source].arrivals if a.accepted_version][-window:]
        settings = context.platform.settings.source(source)
        try:
            refuse_wrong_rules(context.platform, context.said.hand[source], accepted)
            refuse_wrong_time_column(context.platform, settings, accepted)
            refuse_wrong_columns(context.platform, source, accepted)
        except BadInputError as error:
            refused[source] = error
    return refused


def _all_problems(
    context: _Context, found: Discovery, chains: Mapping[str, Chain]
) -> tuple[Problem, ...]:
    named = context.request.sources
    met = [p for p in found.problems if not named or p.source in named]
    return (*met, *(p for chain in chains.values() for p in _problems(context, chain)))


def _problems(context: _Context, chain: Chain) -> Iterator[Problem]:
    """What of a source's files is damaged and cannot be made again from here."""
    incoming = f"{context.platform.paths.incoming}/{chain.source}/"
    for path in chain.altered:
        reason = "was changed while it was held, so it is not what was judged"
        yield Problem(chain.source, path, reason, f"Move it to {incoming} to have it judged.")
    for arrival in chain.absent:
        lost = context.stored.lost(arrival)
        if lost is not None:
            reason = f"is gone or changed, and {arrival.name}, which its rows are from, is gone too"
            fix = f"Put {arrival.name} back into {incoming} (SHA-256 {arrival.sha256[:16]}...)."
            yield Problem(chain.source, lost, reason, fix)


def _context(
    platform: Platform,
    request: RunRequest,
    hasher: Hasher,
    said: Said,
    chains: Mapping[str, Chain],
) -> _Context:
    known = [arrival for chain in chains.values() for arrival in chain.arrivals]
    settled = settled_files(platform.ledger, chains)
    stored = Stored(platform, known, settled, hasher)
    return _Context(platform, request, hasher, said, settled, stored)
