"""What a cell's assets came to, put together from the records of its files.

What belongs here: folding per-file records into one outcome per asset. Everything is
read from the ledger, so any process can tell it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dmaic_assets.model import (
    AssetName,
    AssetOutcome,
    Cell,
    ColumnType,
    Json,
    RuleSet,
    SourceFile,
    Verdict,
)
from dmaic_assets.store.artifacts import get_json
from dmaic_assets.store.codec import from_json
from dmaic_assets.store.keys import sha256_json
from dmaic_assets.store.ledger.record.file_queries import (
    Standing,
    named_arrivals,
    newest_current,
    standing_before,
)
from dmaic_assets.store.ledger.record.files import Arrival, arrivals
from dmaic_assets.store.ledger.record.memo import MemoRecord, asset_keys, lookup
from dmaic_assets.work.assets.cell_facts import SHOWN_FILES, FileFacts
from dmaic_assets.work.assets.names import COLUMN_TYPES, GATE_VERDICT, RULE_SET
from dmaic_assets.work.assets.registry import ASSETS, WORK_ORDER
from dmaic_assets.work.plan.chain import as_source_file
from dmaic_assets.work.plan.code_versions import code_versions
from dmaic_assets.work.run.platform import Platform


@dataclass(frozen=True, slots=True)
class CellResult:
    """What one run did for one source: outcomes in the order of the work, verdicts of its files.

    `verdicts` and `files` are those that the run worked on. The outcomes speak of all current
    files of the source: they list those of the run and the newest, and add the others up from
    what the ledger tells of files. `errors` names the files that could not be worked on and why.
    """

    cell: Cell
    outcomes: tuple[AssetOutcome, ...]
    verdicts: tuple[Verdict, ...]
    files: tuple[SourceFile, ...]
    errors: tuple[tuple[str, str], ...] = ()
    elapsed_s: float = 0.0


@dataclass(frozen=True, slots=True)
class FileState:
    """One file of a cell with the memo records of its assets."""

    arrival: Arrival
    records: Mapping[AssetName, MemoRecord]


def cell_result(
    platform: Platform,
    cell: Cell,
    *,
    worked: Mapping[str, Mapping[AssetName, str]],
    errors: Sequence[tuple[str, str]] = (),
    elapsed_s: float = 0.0,
    until: int | None = None,
) -> CellResult:
    """Builds the result of a cell from the ledger.

    Args:
        platform: The stores.
        cell: Which run and source.
        worked: The files (SHA-256) that the run worked on, with their assets' memo keys.
        errors: Files that failed, with the reason.
        elapsed_s: How long the cell's work took.
        until: The sequence number of the last file that the cell may speak of; None for all.
    """
    named = named_arrivals(platform.ledger, cell.source, worked)
    newest = newest_current(platform.ledger, cell.source, limit=SHOWN_FILES, until=until)
    listed = {a.sha256: a for a in (*newest, *named)}
    states = states_of(platform, sorted(listed.values(), key=lambda a: a.sequence), worked)
    oldest = newest[0].sequence if len(newest) == SHOWN_FILES else 0
    before = standing_before(platform.ledger, cell.source, oldest, without=[*worked])
    outcomes = tuple(
        outcome
        for asset in WORK_ORDER
        if (outcome := _outcome(cell, asset, states, before)) is not None
    )
    mine = [state for state in states if state.arrival.sha256 in worked]
    verdicts = tuple(v for s in mine if (v := verdict_of_state(platform, s)) is not None)
    files = tuple(as_source_file(s.arrival, _located(platform, s.arrival)) for s in mine)
    return CellResult(cell, outcomes, verdicts, files, tuple(errors), elapsed_s)


def file_states(
    platform: Platform, source: str, worked: Mapping[str, Mapping[AssetName, str]]
) -> list[FileState]:
    """Gives the source's current files in arrival order, each with its assets' records."""
    current = [
        a
        for a in arrivals(platform.ledger, [source])
        if a.sha256 in worked or (a.file_key and a.is_current)
    ]
    return states_of(platform, current, worked)


def states_of(
    platform: Platform,
    current: Sequence[Arrival],
    worked: Mapping[str, Mapping[AssetName, str]],
) -> list[FileState]:
    """Gives files with their assets' records; `worked` names those that a run worked on."""
    settled = lookup(platform.ledger, [a.file_key for a in current if a.file_key])
    keys = {a.sha256: _asset_keys(a, settled, worked) for a in current}
    records = lookup(
        platform.ledger, [key for mapping in keys.values() for key in mapping.values()]
    )
    return [
        FileState(a, {name: records[k] for name, k in keys[a.sha256].items() if k in records})
        for a in current
    ]


def verdict_of_state(platform: Platform, state: FileState) -> Verdict | None:
    """Reads the verdict of a file back; None when it was never judged."""
    record = state.records.get(GATE_VERDICT)
    if record is None or record.artifact is None:
        return None
    return from_json(Verdict, get_json(platform.paths.artifacts, record.artifact))


def rules_of_state(platform: Platform, state: FileState) -> RuleSet:
    """Reads back the rules that judged a file; without rules when it was never judged."""
    record = state.records.get(RULE_SET)
    if record is None or record.artifact is None:
        return RuleSet(state.arrival.source, ())
    return from_json(RuleSet, get_json(platform.paths.artifacts, record.artifact))


def types_of_state(platform: Platform, state: FileState) -> tuple[ColumnType, ...]:
    """Reads back the types of a file's columns; none when it was never read."""
    record = state.records.get(COLUMN_TYPES)
    if record is None or record.artifact is None:
        return ()
    payload = get_json(platform.paths.artifacts, record.artifact)
    return from_json(tuple[ColumnType, ...], payload)


def _asset_keys(
    arrival: Arrival,
    settled: Mapping[str, MemoRecord],
    worked: Mapping[str, Mapping[AssetName, str]],
) -> Mapping[AssetName, str]:
    if arrival.sha256 in worked:
        return worked[arrival.sha256]
    assets = asset_keys(settled.get(arrival.file_key or ""))
    return {name: assets[name] for name in WORK_ORDER if name in assets}


def _located(platform: Platform, arrival: Arrival) -> Path:
    location = Path(arrival.location)
    return location if location.is_absolute() else platform.paths.data / location


def _outcome(
    cell: Cell,
    asset: AssetName,
    states: Sequence[FileState],
    before: Standing,
) -> AssetOutcome | None:
    having = [(s, s.records[asset]) for s in states if asset in s.records]
    if not having:
        return None
    versions: list[Json] = [[s.arrival.sha256, record.data_version] for s, record in having]
    # Sums of scores are left out: they depend on the order of adding.
    older = before._replace(score_times_rows=0.0)
    version = sha256_json([*versions, list(older)] if before.files else versions)
    computed = [record for _, record in having if record.run_id == cell.run_id]
    newest = max((record for _, record in having), key=lambda record: record.computed_at)
    facts = [
        FileFacts(s.arrival.name, record.facts if isinstance(record.facts, dict) else {})
        for s, record in having
    ]
    metadata: dict[str, Json] = {
        "files": len(having) + before.files,
        "files_computed": len(computed),
        **ASSETS[asset].of_cell(facts, before),
    }
    return AssetOutcome(
        asset=asset,
        cell=cell,
        data_version=version,
        code_version=code_versions()[asset],
        is_memoized=not computed,
        computed_in_run=cell.run_id if computed else newest.run_id,
        metadata=metadata,
    )
