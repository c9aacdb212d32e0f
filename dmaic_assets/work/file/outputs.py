"""Where a file's rows go, exactly once: accepted rows, quarantined rows, held originals.

Every write is an effect under a key of the ledger and lands by write beside, verify, rename.
At each moment a file's rows are accepted, or held, or still only in the landed file.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from dmaic_assets.errors import InvariantError
from dmaic_assets.model import Json, Verdict
from dmaic_assets.store.codec import to_json
from dmaic_assets.store.effect_files import StagedFile, move_file, stage_copy, write_bytes
from dmaic_assets.store.keys import sha256_json
from dmaic_assets.store.ledger.effects.effects import Prepared, run_effect
from dmaic_assets.table.read.discovery import hash_file
from dmaic_assets.work.assets.names import ACCEPTED_ROWS, QUARANTINE
from dmaic_assets.work.file.file_facts import SchemaColumn
from dmaic_assets.work.file.file_job import FileJob, Outputs
from dmaic_assets.work.file.intact import accepted_outputs, quarantine_outputs
from dmaic_assets.work.file.steps import AssetRecord, Computed, Steps
from dmaic_assets.work.run.platform import Platform

if TYPE_CHECKING:
    import polars as pl

    from dmaic_assets.work.file.file_work import FileWork

NOTHING = "none"


def store_accepted(
    platform: Platform,
    steps: Steps,
    work: "FileWork",
    job: FileJob,
    verdict: Verdict,
    versions: Mapping[str, Json],
) -> AssetRecord:
    """Writes the accepted rows of a judged file, or withdraws them when it is now rejected.

    Raises:
        StoreError: The warehouse folder refuses.
        StaleLeaseError: Somebody else has taken the file over.
    """
    target = job.outputs.accepted(job.file)

    def compute() -> Computed:
        if verdict.decision == "reject":
            return Computed(facts={"rows": 0, "path": None}, data_version=NOTHING)
        raw_values = _repairs(platform, work, job, versions)
        receipt = _effect(
            platform, job, "accepted", versions, target, lambda: _accepted_rows(work, target)
        )
        facts: dict[str, Json] = {
            "rows": verdict.accepted,
            "path": job.outputs.relative(target),
            "sha256": receipt["sha256"],
            "size_bytes": receipt["size_bytes"],
            "schema": to_json(
                tuple(SchemaColumn(t.column, t.type, physical=t.physical) for t in work.types)
            ),
            **raw_values,
        }
        return Computed(facts=facts, data_version=str(receipt["sha256"]))

    record = steps.take(
        ACCEPTED_ROWS,
        compute,
        params={"branch": job.outputs.branch, "source": job.file.source},
        inputs=versions,
        is_present=lambda facts: _is_there(job.outputs, facts),
    )
    if verdict.decision == "reject":
        withdraw(job.outputs, job.file.source, job.file.key)
    return record


def store_quarantine(
    platform: Platform,
    steps: Steps,
    work: "FileWork",
    job: FileJob,
    verdict: Verdict,
    versions: Mapping[str, Json],
) -> AssetRecord:
    """Sets apart what the gate did not accept: failing rows, or the whole file, with the reason.

    Raises:
        StoreError: The quarantine folder refuses.
        StaleLeaseError: Somebody else has taken the file over.
    """
    return steps.take(
        QUARANTINE,
        lambda: _set_apart(platform, work, job, verdict, versions),
        params={"branch": job.outputs.branch, "source": job.file.source},
        inputs=versions,
        is_present=lambda facts: _is_whole(job.outputs, facts),
    )


def _set_apart(
    platform: Platform,
    work: "FileWork",
    job: FileJob,
    verdict: Verdict,
    versions: Mapping[str, Json],
) -> Computed:
    if not _is_apart(verdict):
        return Computed(facts={"rows": 0, "path": None}, data_version=NOTHING)
    folder, is_held = job.outputs.quarantine(job.file), verdict.decision == "reject"
    target = folder / (job.file.path.name if is_held else "rows.parquet")
    reason = write_bytes(folder / "reason.json", _reason(job, verdict, target))
    receipt = _effect(
        platform,
        job,
        QUARANTINE,
        versions,
        target,
        lambda: _held_original(job, target) if is_held else _quarantined_rows(work, target),
    )
    facts: dict[str, Json] = {
        "rows": verdict.quarantined,
        "lines_above": verdict.lines_above,
        "path": job.outputs.relative(target),
        "sha256": receipt["sha256"],
        "is_held": is_held,
        "reason_sha256": reason.sha256,
        "reasons": list(verdict.reasons),
    }
    return Computed(facts=facts, data_version=str(receipt["sha256"]))


def _is_apart(verdict: Verdict) -> bool:
    """Whether something of the file goes to quarantine: rows, lines above its table, or all."""
    return verdict.decision != "accept" or verdict.lines_above > 0


def whereabouts(job: FileJob, verdict: Verdict) -> Path:
    """Where the original of a judged file belongs: held, back in the incoming folder, or as is."""
    file = job.file
    if job.outputs.branch is not None or not file.is_owned:
        return file.path
    if verdict.decision == "reject":
        return job.outputs.quarantine(file) / file.path.name
    if file.path.is_relative_to(job.outputs.data / "quarantine"):
        return _free_home(job)
    return file.path


def _free_home(job: FileJob) -> Path:
    """Where a released file goes: where it arrived, beside other content that took its place."""
    home = job.home
    if not home.exists() or hash_file(home) == job.file.sha256:
        return home
    return home.with_name(f"{home.stem}.{job.file.key}{home.suffix}")


def place_original(job: FileJob, verdict: Verdict) -> None:
    """Moves a file that was held and now passes back to the incoming folder.

    A held file has been moved by its effect already. Branches move nothing.

    Raises:
        StoreError: The file is at neither place, or a folder refuses.
    """
    target = whereabouts(job, verdict)
    if target == job.file.path or verdict.decision == "reject":
        return
    move_file(job.file.path, target, sha256=job.file.sha256)


def archive_path(outputs: Outputs, run_id: str, source: str, name: str) -> Path:
    """Where an accepted landed file goes when the settings say `landing: archive` (A16)."""
    day = f"{run_id[:4]}-{run_id[4:6]}-{run_id[6:8]}"
    return outputs.data / "archive" / f"{day}_{run_id}" / source / name


def clear_stale(job: FileJob, verdict: Verdict) -> None:
    """Removes from quarantine what an earlier verdict on the same content had put there."""
    folder = job.outputs.quarantine(job.file)
    if not folder.is_dir():
        return
    held = job.file.path.name if verdict.decision == "reject" else "rows.parquet"
    keep = {held, "reason.json"} if _is_apart(verdict) else set[str]()
    for path in folder.iterdir():
        if path.name not in keep:
            path.unlink()
    if not keep:
        folder.rmdir()


def withdraw(outputs: Outputs, source: str, key: str) -> str | None:
    """Takes accepted rows out of the warehouse into the archive; nothing is deleted.

    Returns:
        Where they are now, relative to the data folder; None when there were none.
    """
    raw_values = outputs.base / "warehouse" / "repairs" / source / f"{key}.parquet"
    _put_away(raw_values, _withdrawn(outputs, source) / f"{key}.repairs.parquet")
    path = outputs.base / "warehouse" / "accepted" / source / f"{key}.parquet"
    target = _withdrawn(outputs, source) / path.name
    return outputs.relative(target) if _put_away(path, target) else None


def withdraw_whole(outputs: Outputs, source: str, key: str) -> str | None:
    """Takes both parts of a file into the archive: accepted rows, and what was set apart.

    Returns:
        Where the accepted rows are now, as `withdraw` does.
    """
    folder = outputs.base / "quarantine" / source / key
    for name, archived in (
        ("rows.parquet", f"{key}.quarantine.parquet"),
        ("reason.json", f"{key}.reason.json"),
    ):
        _put_away(folder / name, _withdrawn(outputs, source) / archived)
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
    return withdraw(outputs, source, key)


def _withdrawn(outputs: Outputs, source: str) -> Path:
    return outputs.data / "archive" / "withdrawn" / source


def _put_away(path: Path, target: Path) -> bool:
    if not path.is_file():
        return False
    move_file(path, target, sha256=hash_file(path))
    return True


def _effect(
    platform: Platform,
    job: FileJob,
    kind: str,
    versions: Mapping[str, Json],
    target: Path,
    prepare: Callable[[], Prepared],
) -> Mapping[str, Json]:
    identity: dict[str, Json] = {
        "kind": kind,
        "source": job.file.source,
        "file": job.file.sha256,
        "target": job.outputs.relative(target),
        "inputs": dict(versions),
    }
    if job.recompute:
        identity["again"] = job.run_id

    def is_there(value: Json) -> bool:
        wanted = value.get("sha256") if isinstance(value, dict) else None
        return target.is_file() and hash_file(target) == wanted

    receipt = run_effect(
        platform.ledger,
        sha256_json(identity),
        prepare,
        lease=job.lease,
        kind=kind,
        is_valid=is_there,
    )
    return receipt.value if isinstance(receipt.value, dict) else {}


def _repairs(
    platform: Platform, work: "FileWork", job: FileJob, versions: Mapping[str, Json]
) -> dict[str, Json]:
    """Writes the raw values of repaired cells; before the accepted rows, which need them."""
    repairs = work.repairs
    if repairs is None or not repairs.cell_count:
        return {}
    target = job.outputs.repairs(job.file)

    def prepare() -> Prepared:
        return _written(repairs.log(job.file), target, repairs.cell_count)

    receipt = _effect(platform, job, "repairs", versions, target, prepare)
    return {
        "repaired": repairs.cell_count,
        "repairs_path": job.outputs.relative(target),
        "repairs_sha256": receipt["sha256"],
    }


def _accepted_rows(work: "FileWork", target: Path) -> Prepared:
    if _is_unchanged(work):
        sha256 = work.file.sha256
        return _prepared(stage_copy(work.file.path, target, sha256=sha256), work.verdict.accepted)
    return _written(work.parts.accepted, target, work.verdict.accepted)


def _quarantined_rows(work: "FileWork", target: Path) -> Prepared:
    parts = work.parts
    return _written(parts.quarantined, target, parts.quarantined_rows + parts.lines_above)


def _written(rows: "pl.LazyFrame", target: Path, count: int) -> Prepared:
    # Planning asks this module for what is stored; a run without work never loads Polars.
    from dmaic_assets.store.warehouse.parquet import stage_parquet

    return _prepared(stage_parquet(rows, target), count)


def _prepared(staged: StagedFile, rows: int) -> Prepared:
    """Checks a staged Parquet file and leaves only its rename to be done."""
    from dmaic_assets.store.warehouse.parquet import parquet_rows

    written = parquet_rows(staged.part)
    if written != rows:
        staged.discard()
        raise InvariantError(
            str(staged.target),
            f"{written} rows were written, the verdict says {rows}",
            "Report this with the file; nothing was replaced.",
        )
    value: dict[str, Json] = {"sha256": staged.sha256, "size_bytes": staged.size_bytes}
    return Prepared(value, staged.publish, staged.discard)


def _held_original(job: FileJob, target: Path) -> Prepared:
    file = job.file
    value: dict[str, Json] = {"sha256": file.sha256, "size_bytes": file.size_bytes}
    if file.is_owned and job.outputs.branch is None:
        return Prepared(
            value, lambda: move_file(file.path, target, sha256=file.sha256), lambda: None
        )
    staged = stage_copy(file.path, target, sha256=file.sha256)
    return Prepared(value, staged.publish, staged.discard)


def _reason(job: FileJob, verdict: Verdict, target: Path) -> bytes:
    reason = {
        "source": job.file.source,
        "file": job.file.path.name,
        "sha256": job.file.sha256,
        "size_bytes": job.file.size_bytes,
        "run_id": job.run_id,
        "held": target.name,
        "reasons": list(verdict.reasons),
        "verdict": to_json(verdict),
    }
    return (json.dumps(reason, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _is_unchanged(work: "FileWork") -> bool:
    """Whether the file's own bytes are its accepted rows: Parquet, every row, no cast."""
    return (
        work.file.format == "parquet"
        and work.table_as_read.is_the_file
        and work.verdict.decision == "accept"
        and work.repairs is None
        and all(t.decided_by == "native" for t in work.types)
    )


def _is_there(outputs: Outputs, facts: Mapping[str, Json]) -> bool:
    return all(
        place.is_file() and hash_file(place) == sha256
        for place, sha256 in accepted_outputs(outputs.data, facts)
    )


def _is_whole(outputs: Outputs, facts: Mapping[str, Json]) -> bool:
    return all(
        place.is_file() and hash_file(place) == sha256
        for place, sha256 in quarantine_outputs(outputs.data, facts)
    )
