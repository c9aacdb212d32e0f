"""The files that a file's rules may be learnt from: those of its source accepted before it.

The judged file is never among them. What learning needs of an accepted file (its facts) is
computed once, from the accepted rows, when a later file first asks for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from dmaic_assets.intake.profile import profile_frame
from dmaic_assets.ledger.artifacts import get_json, is_intact, put_json
from dmaic_assets.ledger.codec import from_json, to_json
from dmaic_assets.ledger.files import Arrival
from dmaic_assets.ledger.keys import sha256_json
from dmaic_assets.ledger.memo import MemoRecord, lookup, remember
from dmaic_assets.model import ArtifactRef, ColumnType
from dmaic_assets.rules.facts import FileFacts, collect_facts
from dmaic_assets.runs.code import code_versions
from dmaic_assets.runs.platform import Platform

FACTS = "facts"


@dataclass(frozen=True, slots=True)
class BaselineFile:
    """One accepted file of a source: its content, the version of its accepted rows, and where."""

    sha256: str
    accepted_version: str
    rows_path: Path
    types: ArtifactRef


def baseline_of(
    arrivals: Sequence[Arrival], *, before: int, window: int, data: Path
) -> tuple[BaselineFile, ...]:
    """Picks the newest `window` accepted files that arrived before sequence number `before`."""
    accepted = [
        BaselineFile(a.sha256, a.accepted_version, data / a.accepted_path, a.types)
        for a in arrivals
        if a.sequence < before and a.accepted_version and a.accepted_path and a.types is not None
    ]
    return tuple(accepted[-window:])


def baseline_version(baseline: Sequence[BaselineFile]) -> str:
    """Hashes what a baseline is: which files in which order, with which accepted rows."""
    return sha256_json([[b.sha256, b.accepted_version] for b in baseline])


def facts_of(platform: Platform, baseline: Sequence[BaselineFile], run_id: str) -> list[FileFacts]:
    """Gives the facts of every baseline file, from the memo where it has them.

    A file whose accepted rows are gone (somebody deleted them) is left out.
    """
    keys = {b.sha256: _facts_key(b) for b in baseline}
    known = lookup(platform.ledger, list(keys.values()))
    facts: list[FileFacts] = []
    fresh: list[MemoRecord] = []
    for file in baseline:
        record = known.get(keys[file.sha256])
        root = platform.paths.artifacts
        if record is not None and record.artifact and is_intact(root, record.artifact):
            facts.append(from_json(FileFacts, get_json(root, record.artifact)))
        elif file.rows_path.is_file():
            computed = _compute(platform, file)
            facts.append(computed)
            fresh.append(_remembered(platform, keys[file.sha256], computed, run_id))
    remember(platform.ledger, fresh)
    return facts


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
    frame = pl.scan_parquet(file.rows_path)
    profile = profile_frame(frame, types, size_bytes=file.rows_path.stat().st_size)
    return collect_facts(frame, profile, types, file_sha256=file.sha256)


def _remembered(platform: Platform, key: str, facts: FileFacts, run_id: str) -> MemoRecord:
    artifact = put_json(platform.paths.artifacts, FACTS, to_json(facts))
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
