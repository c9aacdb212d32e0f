"""What a run would compute, and why: decided from the ledger in bulk, changing nothing.

What belongs here: comparing each file's key with what is known. Doing the work is in `bulk`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from dmaic_assets.errors import BadInputError
from dmaic_assets.intake.discovery import Discovery, Problem, discover, source_slug
from dmaic_assets.ledger.artifacts import is_intact
from dmaic_assets.ledger.files import Arrival, arrivals
from dmaic_assets.ledger.memo import MemoRecord, lookup
from dmaic_assets.model import AssetName, Decision, Json, SourceFile
from dmaic_assets.runs.baseline import BaselineFile, baseline_of, baseline_version
from dmaic_assets.runs.chain import Chain, ChainFile, Duplicate, chains_of, decision_of
from dmaic_assets.runs.hand_rules import (
    HandRules,
    hand_rules_of_all,
    refuse_wrong_rules,
    refuse_wrong_time_column,
)
from dmaic_assets.runs.hashing import Hasher
from dmaic_assets.runs.held_files import lost_held_files
from dmaic_assets.runs.intact import Stored
from dmaic_assets.runs.keys import (
    file_components,
    file_key,
    profile_key,
    with_changes,
    with_links,
)
from dmaic_assets.runs.leaving import Leaving, leaving_rows
from dmaic_assets.runs.links import link_components
from dmaic_assets.runs.order import source_order
from dmaic_assets.runs.platform import Platform
from dmaic_assets.runs.reasons import (
    reasons_for_change,
    reasons_for_force,
    reasons_for_new,
    repairs_changed,
)
from dmaic_assets.runs.request import PROFILE_ASSETS, WORK_ORDER, RunRequest
from dmaic_assets.runs.source_changes import SourceChanges, changes_of_all

_SETTLED = frozenset({"accepted", "quarantine", "rejected"})


@dataclass(frozen=True, slots=True)
class FilePlan:
    """One file: what is known of it, and what would be computed for which reason.

    `key` is the key that its result would have if every file before it stays as it is.
    """

    file: SourceFile
    key: str
    reasons: Mapping[AssetName, str] = field(default_factory=dict)
    decision: Decision | None = None
    known_run: str | None = None
    is_in_scope: bool = True

    @property
    def is_known(self) -> bool:
        """Whether nothing needs to be computed."""
        return not self.reasons


@dataclass(frozen=True, slots=True)
class Plan:
    """Every file of every source in scope, with what would be done to it.

    Sources whose keys others of the run refer to come first. `lanes` says which sources share a
    lane, and so are worked on one file at a time; `notes` what people should know of the order.
    """

    files: tuple[FilePlan, ...]
    removed: tuple[Arrival, ...]
    duplicates: tuple[Duplicate, ...]
    problems: tuple[Problem, ...]
    sources: tuple[str, ...]
    leaving: tuple[Leaving, ...] = ()
    lanes: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def work(self) -> tuple[FilePlan, ...]:
        """The files that something would be computed for."""
        return tuple(f for f in self.files if _is_work(f))

    @property
    def cells(self) -> tuple[str, ...]:
        """The sources that the run would have work for, sorted."""
        touched = {f.file.source for f in self.work} | {a.source for a in self.removed}
        return tuple(sorted(touched))

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not self.cells

    def lane_of(self, file: FilePlan) -> str:
        """The lane that a file is worked on in: its source's."""
        return self.lanes.get(file.file.source, file.file.source)

    def of_source(self, source: str) -> tuple[FilePlan, ...]:
        """The plans of one source's files, in arrival order."""
        return tuple(f for f in self.files if f.file.source == source)


def plan_run(platform: Platform, request: RunRequest) -> Plan:
    """Tells what a run would compute and why. Changes nothing but the cache of file hashes.

    Raises:
        BadInputError: The request names a source or file that is not there, a rule or change
            file cannot be read, or rules contradict the columns of accepted files.
        SettingsError: `types` of a source names no type, pattern or format, or its `time_column`
            no column of times.
    """
    _refuse_wrong_types(platform)
    hasher = Hasher(platform)
    found = discover(platform.settings, hasher=hasher)
    known = arrivals(platform.ledger)
    lost = lost_held_files(platform.paths, found.files, known, hasher)
    chains = chains_of(
        [*found.files, *lost],
        known,
        data=platform.paths.data,
        is_intact=hasher.is_intact,
    )
    _refuse_unknown(request, chains, found)
    in_scope = _scope(request, chains)
    said = _Said(
        hand_rules_of_all(platform, in_scope, hasher), changes_of_all(platform, in_scope, hasher)
    )
    context = _context(platform, request, hasher, said, in_scope)
    plans = [plan for chain in in_scope.values() for plan in _plan_chain(context, chain)]
    _refuse_wrong_rules(context, in_scope, plans)
    problems = [
        *(p for p in found.problems if not request.sources or p.source in request.sources),
        *(p for chain in in_scope.values() for p in _problems(context, chain)),
    ]
    hasher.flush()
    working = {p.file.source: said.hand[p.file.source] for p in plans if _is_work(p)}
    order = source_order(platform, working)
    return Plan(
        files=tuple(sorted(plans, key=lambda p: order.rank(p.file.source))),
        removed=_removed(request, in_scope),
        duplicates=tuple(d for c in in_scope.values() for d in c.duplicates),
        problems=tuple(problems),
        sources=tuple(in_scope),
        leaving=leaving_rows(platform.settings, _noted(request, in_scope), plans),
        lanes=order.lanes,
        notes=order.notes,
    )


def _is_work(plan: FilePlan) -> bool:
    return plan.is_in_scope and not plan.is_known


def _refuse_wrong_types(platform: Platform) -> None:
    """A misspelt type is a mistake of the configuration, not of every file of the source."""
    for source in platform.settings.sources:
        if source.types:
            # What reads types loads Polars, which a run without work has no need of.
            from dmaic_assets.intake.type_overrides import parse_overrides

            parse_overrides(source.name, source.types)


@dataclass(frozen=True, slots=True)
class _Said:
    """What the files of each source are judged by, beside settings: hand rules and repairs."""

    hand: Mapping[str, HandRules]
    changes: Mapping[str, SourceChanges]


@dataclass(frozen=True, slots=True)
class _Context:
    platform: Platform
    request: RunRequest
    hasher: Hasher
    said: _Said
    known: Mapping[str, MemoRecord]
    stored: Stored

    def is_profiled(self, components: Mapping[str, Json]) -> bool:
        """Whether no more than a profile is wanted, and it is known and stored."""
        if self.request.stops_at not in PROFILE_ASSETS:
            return False
        record = self.record(profile_key(components))
        root = self.platform.paths.artifacts
        return (
            record is not None and record.artifact is not None and is_intact(root, record.artifact)
        )

    def links(self, arrival: Arrival | None) -> Mapping[str, Json]:
        """The versions of other sources' keys that count for a file judged before."""
        settled = self.record(arrival.file_key) if arrival and arrival.file_key else None
        return link_components(settled.facts, self.platform) if settled else {}

    def record(self, key: str) -> MemoRecord | None:
        """The settled record under a key; asks the ledger where the prefetch has none."""
        return self.known.get(key) or lookup(self.platform.ledger, [key]).get(key)


def _plan_chain(context: _Context, chain: Chain) -> list[FilePlan]:
    plans: list[FilePlan] = []
    pending = 0
    sequence_end = max((a.sequence for a in chain.arrivals), default=0) + 1
    window = context.platform.settings.dmaic.runs.baseline_window
    for position, item in enumerate(chain.files):
        before = item.arrival.sequence if item.arrival else sequence_end + position
        baseline = baseline_of(
            chain.arrivals, before=before, window=window, data=context.platform.paths.data
        )
        plan = _plan_file(context, item, baseline, pending)
        plans.append(plan)
        pending += not plan.is_known and plan.is_in_scope
    return plans


def _plan_file(
    context: _Context, item: ChainFile, baseline: Sequence[BaselineFile], pending: int
) -> FilePlan:
    request, file = context.request, item.file
    if not _wants(request, file):
        return FilePlan(file, "", decision=decision_of(item.arrival), is_in_scope=False)
    components = file_components(
        file,
        settings=context.platform.settings,
        hand_rules=context.said.hand[file.source].version,
        threshold=request.threshold,
        baseline=baseline_version(baseline),
        released=context.said.hand[file.source].released.get(file.sha256),
    )
    components = with_changes(components, context.said.changes[file.source].component)
    components = with_links(components, context.links(item.arrival))
    key = file_key(components)
    known = None if item.is_new else context.record(key)
    reasons = _reasons(context, item, known, components)
    if not reasons and pending:
        reasons = {**reasons, "rule_set": f"{pending} earlier file(s) are computed first"}
    wanted: dict[AssetName, str] = {
        a: r for a, r in reasons.items() if a in request.assets or a == "rule_set"
    }
    is_work = bool(wanted.keys() - {"rule_set"}) or pending > 0
    return FilePlan(
        file,
        key,
        reasons=wanted if is_work else {},
        decision=decision_of(item.arrival),
        known_run=known.run_id if known else None,
    )


def _reasons(
    context: _Context,
    item: ChainFile,
    known: MemoRecord | None,
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
        return dict.fromkeys(WORK_ORDER[-2:], f"the file is back (it was {arrival.disposition})")
    if arrival.file_key != known.memo_key:
        told = repairs_changed(components, _components_of(context, arrival.file_key))
        said = f"an earlier state is back: {told}" if told else "an earlier state is back"
        return dict.fromkeys(WORK_ORDER[-2:], said)
    damaged = context.stored.damaged(arrival)
    if damaged is not None:
        reason = f"its stored output {damaged.name} is gone or changed"
        return dict.fromkeys(WORK_ORDER[-2:], reason)
    return {}


def _components_of(context: _Context, key: str) -> Mapping[str, Json]:
    then = context.record(key)
    components = then.facts.get("components") if then is not None else None
    return components if isinstance(components, dict) else {}


def _refuse_wrong_rules(
    context: _Context, chains: Mapping[str, Chain], plans: Sequence[FilePlan]
) -> None:
    """Looks at what people said of sources that have work: elsewhere it has been applied."""
    window = context.platform.settings.dmaic.runs.baseline_window
    for source in {plan.file.source for plan in plans if plan.reasons}:
        accepted = [a for a in chains[source].arrivals if a.accepted_version]
        refuse_wrong_rules(context.platform, context.said.hand[source], accepted[-window:])
        settings = context.platform.settings.source(source)
        refuse_wrong_time_column(context.platform, settings, accepted[-window:])


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
    said: _Said,
    chains: Mapping[str, Chain],
) -> _Context:
    known = [arrival for chain in chains.values() for arrival in chain.arrivals]
    settled = lookup(platform.ledger, [a.file_key for a in known if a.file_key])
    stored = Stored(platform, known, settled, hasher)
    return _Context(platform, request, hasher, said, settled, stored)


def _scope(request: RunRequest, chains: Mapping[str, Chain]) -> dict[str, Chain]:
    named = set(request.sources)
    if request.files:
        paths = {path.resolve() for path in request.files}
        named |= {
            name
            for name, chain in chains.items()
            if any(item.file.path.resolve() in paths for item in chain.files)
        }
    return {n: c for n, c in chains.items() if not named or n in named}


def _wants(request: RunRequest, file: SourceFile) -> bool:
    if not request.files or file.source in request.sources:
        return True
    return file.path.resolve() in {path.resolve() for path in request.files}


def _noted(request: RunRequest, chains: Mapping[str, Chain]) -> Mapping[str, Chain]:
    """The chains as the run would see them: a run over named files notes no removal."""
    return {n: replace(c, removed=()) for n, c in chains.items()} if request.files else chains


def _removed(request: RunRequest, chains: Mapping[str, Chain]) -> tuple[Arrival, ...]:
    if request.files:
        return ()
    return tuple(arrival for chain in chains.values() for arrival in chain.removed)


def _refuse_unknown(request: RunRequest, chains: Mapping[str, Chain], found: Discovery) -> None:
    for source in request.sources:
        if source not in chains and not any(p.source == source for p in found.problems):
            known = ", ".join(list(chains)[:10]) or "none yet"
            fix = f"Known sources: {known}. Put files under data/incoming/{source}/."
            slug = source_slug(source)
            if slug in chains:
                fix = f"The folder {source} is the source {slug}: use that name."
            raise BadInputError(source, "no such source", fix)
    present: set[Path] = {i.file.path.resolve() for c in chains.values() for i in c.files}
    for path in request.files:
        if path.resolve() not in present:
            fix = (
                "Put it under data/incoming/<source>/ or declare its source in config/sources.yaml."
            )
            culprit = "not a file of any source" if path.is_file() else "no such file"
            raise BadInputError(str(path), culprit, fix)
