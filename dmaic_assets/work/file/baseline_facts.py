"""What learning needs of the accepted files of a source, each measured once.

The facts of a file are computed from its accepted rows, when a later file first asks for them.
Planning a run never does, so this module and what it loads stay out of a run without work.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import polars as pl

from dmaic_assets.gate.arrived import facts_with
from dmaic_assets.history.apart import SortedApart, sort_apart, with_apart
from dmaic_assets.history.facts import FileFacts, collect_facts, with_failed
from dmaic_assets.model import ColumnProfile, ColumnType, Json, Profile, RuleSet, Verdict
from dmaic_assets.phenomena.contract.rule_kind import column as column_of
from dmaic_assets.rules.recurring import Back, as_arrived
from dmaic_assets.store.artifacts import find_json, get_json, put_json
from dmaic_assets.store.codec import from_json, to_json
from dmaic_assets.store.keys import sha256_json
from dmaic_assets.store.ledger.effects.leftovers import REASON
from dmaic_assets.store.ledger.record.memo import MemoRecord, asset_keys, lookup
from dmaic_assets.table.profile.profile import profile_frame
from dmaic_assets.table.read.discovery import hash_file
from dmaic_assets.work.assets.names import GATE_VERDICT, PROFILE, RULE_SET
from dmaic_assets.work.file.baseline import BaselineFile
from dmaic_assets.work.file.file_work import FileWork
from dmaic_assets.work.people.source_changes import changes_of
from dmaic_assets.work.plan.chain import as_source_file, places_of
from dmaic_assets.work.plan.code_versions import code_versions
from dmaic_assets.work.run.platform import Platform

FACTS = "facts"
_Output = TypeVar("_Output")


def facts_of(
    platform: Platform, baseline: Sequence[BaselineFile], run_id: str
) -> tuple[list[FileFacts], list[MemoRecord]]:
    """Gives the facts of every baseline file, from memory or the memo where these have them.

    Rows that were set apart and are admitted by now are among the rows of their files again. A
    file whose accepted rows are gone (somebody deleted them) is left out.

    Returns:
        The facts, and what of them was computed: records to remember, with unsynced artifacts.
    """
    taken, fresh = _taken(platform, [(file, Back()) for file in baseline], run_id)
    there = [file for file, facts in zip(baseline, taken, strict=True) if facts is not None]

    def measure(place: int, back: Back) -> FileFacts | None:
        found, anew = _taken(platform, [(there[place], back)], run_id)
        fresh.extend(anew)
        return found[0]

    listed = [facts for facts in taken if facts is not None]
    return as_arrived(listed, measure, admits=platform.settings.dmaic.runs.admit_recurring), fresh


def _taken(
    platform: Platform, wanted: Sequence[tuple[BaselineFile, Back]], run_id: str
) -> tuple[list[FileFacts | None], list[MemoRecord]]:
    """The facts of files, each with what is put back, in their order; and what was computed."""
    keys = [_facts_key(file, back) for file, back in wanted]
    found = {key: platform.facts.get(key) for key in keys}
    known = lookup(platform.ledger, [key for key, facts in found.items() if facts is None])
    fresh: list[MemoRecord] = []
    for (file, back), key in zip(wanted, keys, strict=True):
        if found[key] is not None:
            continue
        record = known.get(key)
        facts = _stored(platform, record)
        if facts is None and file.rows_path.is_file():
            facts = _compute(platform, file) if back == Back() else _anew(platform, file, back)
            if facts is not None:
                record = _remembered(platform, key, facts, run_id)
                fresh.append(record)
        if facts is not None and record is not None and record.artifact is not None:
            platform.facts.keep(key, facts, record.artifact.size_bytes)
            found[key] = facts
    return [found[key] for key in keys], fresh


def _stored(platform: Platform, record: MemoRecord | None) -> FileFacts | None:
    """The facts that a record names; None when they are gone or changed."""
    told = find_json(platform.paths.artifacts, record.artifact if record else None)
    return None if told is None else from_json(FileFacts, told)


def _facts_key(file: BaselineFile, back: Back) -> str:
    versions = code_versions()
    anew: dict[str, Json] = {} if back == Back() else {"back": back.document()}
    return sha256_json(
        {
            "asset": FACTS,
            "code": [versions[RULE_SET], versions[PROFILE]],
            "inputs": {"file": file.sha256, "accepted": file.accepted_version, **anew},
        }
    )


def _compute(platform: Platform, file: BaselineFile) -> FileFacts:
    types = _types(platform, file)
    frame = pl.scan_parquet(file.rows_path, glob=False)
    profile = None
    if file.is_nearly_whole:
        profile = _known(platform, _assets(platform, file), PROFILE, Profile)
    if profile is None:
        profile = profile_frame(frame, types, size_bytes=file.rows_path.stat().st_size)
    elif file.quarantined:
        profile = without_outliers(profile, frame)
    facts = collect_facts(frame, profile, types, file_sha256=file.sha256)
    return _with_failed(platform, file, with_apart(facts, _apart(file, profile).kinds, ()))


def _anew(platform: Platform, file: BaselineFile, back: Back) -> FileFacts | None:
    """Takes facts from the file as it arrived, without the rows that stay apart.

    None where its bytes are gone, or other ones lie in their place.
    """
    places = places_of(file.arrival, platform.paths.data)
    path = next((p for p in places if p.is_file() and hash_file(p) == file.sha256), None)
    if path is None:
        return None
    source = file.arrival.source
    work = FileWork(
        platform.settings,
        as_source_file(file.arrival, path),
        RuleSet(source, ()),
        platform.settings.thresholds(source),
        changes_of(platform.settings, source),
        readings=platform.readings,
    )
    wider = {t.column: t for t in back.types}
    work.use_types(tuple(wider.get(t.column, t) for t in _types(platform, file)))
    accepted = profile_frame(pl.scan_parquet(file.rows_path, glob=False))
    return _with_failed(platform, file, facts_with(work.typed, _apart(file, accepted), back))


def _types(platform: Platform, file: BaselineFile) -> tuple[ColumnType, ...]:
    payload = get_json(platform.paths.artifacts, file.types)
    return from_json(tuple[ColumnType, ...], payload)


def _apart(file: BaselineFile, accepted: Profile) -> SortedApart:
    """Sorts what was set apart from the file; nothing where somebody took that away."""
    rows, reason = file.apart / "rows.parquet", file.apart / REASON
    if not file.quarantined or not rows.is_file() or not reason.is_file():
        return SortedApart()
    told = json.loads(reason.read_text(encoding="utf-8"))
    verdict = from_json(Verdict, told["verdict"])
    return sort_apart(
        pl.read_parquet(rows),
        verdict.violations,
        accepted,
        apart_from=verdict.thresholds.quarantine_from,
    )


def _with_failed(platform: Platform, file: BaselineFile, facts: FileFacts) -> FileFacts:
    """The facts with what the file's verdict says of rules that it failed."""
    verdict = _known(platform, _assets(platform, file), GATE_VERDICT, Verdict)
    return facts if verdict is None else with_failed(facts, verdict)


def _assets(platform: Platform, file: BaselineFile) -> Mapping[str, str]:
    """The memo keys of what the file came to when it was judged, by asset."""
    return asset_keys(lookup(platform.ledger, [file.file_key]).get(file.file_key))


def _known(
    platform: Platform, assets: Mapping[str, str], asset: str, kind: type[_Output]
) -> _Output | None:
    """What was computed when the file was judged, if it is still there."""
    key = assets.get(asset)
    record = lookup(platform.ledger, [key]).get(key) if key else None
    told = find_json(platform.paths.artifacts, record.artifact if record else None)
    return None if told is None else from_json(kind, told)


def without_outliers(profile: Profile, accepted: pl.LazyFrame) -> Profile:
    """Measures again what a handful of rows set apart can have moved: extremes and moments.

    Args:
        profile: The profile of the whole file.
        accepted: The accepted rows, all but a few of the file's.
    """
    schema = accepted.collect_schema()
    numbers = [n for n, dtype in schema.items() if dtype.is_numeric() and not dtype.is_decimal()]
    measures = [pl.len().alias("rows"), *(m for n in schema for m in _measures(n, n in numbers))]
    found = accepted.select(measures).collect().row(0, named=True)
    columns = tuple(_refreshed(c, found, c.column in numbers) for c in profile.columns)
    return replace(profile, rows=found["rows"], columns=columns)


def _measures(name: str, is_number: bool) -> list[pl.Expr]:  # noqa: FBT001 - called twice, above
    column = column_of(name)
    measures = {"null_count": column.null_count()}
    if is_number:
        measures |= {"minimum": column.min(), "maximum": column.max()}
        measures |= {"mean": column.mean(), "std": column.std()}
    return [measure.alias(f"{name}|{key}") for key, measure in measures.items()]


def _refreshed(
    column: ColumnProfile,
    found: Mapping[str, Any],  # pyright: ignore[reportExplicitAny] - one row of measures
    is_number: bool,  # noqa: FBT001 - called once, above
) -> ColumnProfile:
    keys = ("minimum", "maximum", "mean", "std") if is_number else ()
    fresh = {key: found[f"{column.column}|{key}"] for key in keys}
    nulls = found.get(f"{column.column}|null_count", column.null_count)
    return replace(column, rows=found["rows"], null_count=nulls, **fresh)


def _remembered(platform: Platform, key: str, facts: FileFacts, run_id: str) -> MemoRecord:
    artifact = put_json(platform.paths.artifacts, FACTS, to_json(facts), is_synced=False)
    return MemoRecord(
        memo_key=key,
        asset=FACTS,
        data_version=artifact.sha256,
        code_version=code_versions()[RULE_SET],
        artifact=artifact,
        run_id=run_id,
        computed_at=platform.clock(),
        facts={},
    )
