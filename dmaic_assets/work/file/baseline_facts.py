"""What learning needs of the accepted files of a source, each measured once.

The facts of a file are computed from its accepted rows, when a later file first asks for them.
Planning a run never does, so this module and what it loads stay out of a run without work.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from dmaic_assets.errors import InvariantError, StoreError
from dmaic_assets.history.facts import FileFacts, collect_facts
from dmaic_assets.model import ColumnProfile, ColumnType, Profile
from dmaic_assets.phenomena.contract.rule_kind import column as column_of
from dmaic_assets.store.artifacts import get_json, is_intact, put_json
from dmaic_assets.store.codec import from_json, to_json
from dmaic_assets.store.keys import sha256_json
from dmaic_assets.store.ledger.record.memo import MemoRecord, lookup
from dmaic_assets.table.profile.profile import profile_frame
from dmaic_assets.work.file.baseline import BaselineFile
from dmaic_assets.work.plan.code_versions import code_versions
from dmaic_assets.work.run.platform import Platform

FACTS = "facts"


def facts_of(
    platform: Platform, baseline: Sequence[BaselineFile], run_id: str
) -> tuple[list[FileFacts], list[MemoRecord]]:
    """Gives the facts of every baseline file, from memory or the memo where these have them.

    A file whose accepted rows are gone (somebody deleted them) is left out.

    Returns:
        The facts, and what of them was computed: records to remember, with unsynced artifacts.
    """
    keys = {b.sha256: _facts_key(b) for b in baseline}
    found = {key: platform.facts.get(key) for key in keys.values()}
    known = lookup(platform.ledger, [key for key, facts in found.items() if facts is None])
    fresh: list[MemoRecord] = []
    for file in baseline:
        key = keys[file.sha256]
        if found[key] is not None:
            continue
        record = known.get(key)
        facts = _stored(platform, record)
        if facts is None and file.rows_path.is_file():
            facts = _compute(platform, file)
            record = _remembered(platform, key, facts, run_id)
            fresh.append(record)
        if facts is not None and record is not None and record.artifact is not None:
            platform.facts.keep(key, facts, record.artifact.size_bytes)
            found[key] = facts
    listed = (found[keys[file.sha256]] for file in baseline)
    return [facts for facts in listed if facts is not None], fresh


def _stored(platform: Platform, record: MemoRecord | None) -> FileFacts | None:
    """The facts that a record names; None when they are gone or changed."""
    if record is None or record.artifact is None:
        return None
    try:
        payload = get_json(platform.paths.artifacts, record.artifact)
    except (StoreError, InvariantError):
        return None
    return from_json(FileFacts, payload)


def _facts_key(file: BaselineFile) -> str:
    versions = code_versions()
    return sha256_json(
        {
            "asset": FACTS,
            "code": [versions["rule_set"], versions["profile"]],
            "inputs": {"file": file.sha256, "accepted": file.accepted_version},
        }
    )


def _compute(platform: Platform, file: BaselineFile) -> FileFacts:
    payload = get_json(platform.paths.artifacts, file.types)
    types = tuple(from_json(ColumnType, t) for t in payload) if isinstance(payload, list) else ()
    frame = pl.scan_parquet(file.rows_path, glob=False)
    profile = _known_profile(platform, file) if file.is_nearly_whole else None
    if profile is None:
        profile = profile_frame(frame, types, size_bytes=file.rows_path.stat().st_size)
    elif file.quarantined:
        profile = without_outliers(profile, frame)
    return collect_facts(frame, profile, types, file_sha256=file.sha256)


def _known_profile(platform: Platform, file: BaselineFile) -> Profile | None:
    """The profile that was measured when the file was judged, if it is still there."""
    settled = lookup(platform.ledger, [file.file_key]).get(file.file_key)
    assets = settled.facts.get("assets") if settled else None
    key = assets.get("profile") if isinstance(assets, dict) else None
    record = lookup(platform.ledger, [str(key)]).get(str(key)) if key else None
    root = platform.paths.artifacts
    if record is None or record.artifact is None or not is_intact(root, record.artifact):
        return None
    return from_json(Profile, get_json(root, record.artifact))


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
        code_version=code_versions()["rule_set"],
        artifact=artifact,
        run_id=run_id,
        computed_at=platform.clock(),
        facts={},
    )
