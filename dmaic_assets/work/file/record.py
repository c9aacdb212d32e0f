"""Writes down what became of a file: memo, verdict, log, disposition and metrics together.

What belongs here: one transaction per file, so that the ledger never tells half a story.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from dmaic_assets.model import Decision, Json, Verdict
from dmaic_assets.store.codec import to_json
from dmaic_assets.store.ledger.record.files import Disposition, Settlement, settle
from dmaic_assets.store.ledger.record.memo import MemoRecord
from dmaic_assets.store.ledger.record.metrics import record_metrics
from dmaic_assets.store.ledger.record.verdicts import record_verdict
from dmaic_assets.work.assets.names import (
    ACCEPTED_ROWS,
    COLUMN_TYPES,
    GATE_VERDICT,
    PROFILE,
    QUARANTINE,
)
from dmaic_assets.work.file.baseline import history_version
from dmaic_assets.work.file.file_job import FileJob
from dmaic_assets.work.file.links import Links, waits_for_keys
from dmaic_assets.work.file.outputs import clear_stale, place_original, whereabouts
from dmaic_assets.work.file.process import FileResult
from dmaic_assets.work.file.raw_values import clear_repairs
from dmaic_assets.work.file.task_values import FileTaskResult
from dmaic_assets.work.plan.memo_keys import (
    file_components,
    file_key,
    profile_key,
    with_changes,
    with_links,
)
from dmaic_assets.work.run.platform import Platform

FILE = "file"
PROFILED = "file_profile"
DISPOSITIONS: Mapping[Decision, Disposition] = {
    "accept": "accepted",
    "quarantine": "quarantine",
    "reject": "rejected",
}


def components_of(platform: Platform, job: FileJob, links: Links) -> dict[str, Json]:
    """Everything that decides the job's result, by name."""
    components = file_components(
        job.file,
        settings=platform.settings,
        hand_rules=job.hand.version,
        threshold=job.threshold,
        baseline=history_version(job.baseline, job.peers.cohort if job.peers else None),
        released=job.hand.released.get(job.file.sha256),
    )
    return with_links(with_changes(components, job.changes.component), dict(links.versions))


def settle_places(job: FileJob, result: FileResult) -> None:
    """Moves the original where its verdict says and clears what an earlier verdict left.

    Done before anything is recorded; doing it again changes nothing.
    """
    if result.verdict is not None and QUARANTINE in result.assets:
        place_original(job, result.verdict)
        clear_stale(job, result.verdict)
        clear_repairs(job.outputs, job.file, result.assets[ACCEPTED_ROWS].facts)


def record_file(platform: Platform, job: FileJob, result: FileResult, *, elapsed_s: float) -> str:
    """Records a processed file: memo, verdict, log, metrics and what became of it.

    Belongs inside a transaction of the ledger, after `settle_places`.

    Returns:
        The key under which the result is known from now on.
    """
    components = components_of(platform, job, result.links)
    key = file_key(components)
    is_whole = result.verdict is not None and QUARANTINE in result.assets
    is_branch = job.outputs.branch is not None
    kept = is_whole and not is_branch
    records = (
        [_profile_record(platform, job, result, components)] if PROFILE in result.assets else []
    )
    if kept:
        records.append(_file_record(platform, job, result, key, components))
    result.steps.keep(records)
    if result.verdict is not None:
        _record_judgement(platform, job, result, elapsed_s)
    if kept:
        _settle(platform, job, result, key)
    return key


def _file_record(
    platform: Platform, job: FileJob, result: FileResult, key: str, components: dict[str, Json]
) -> MemoRecord:
    verdict = cast("Verdict", result.verdict)
    return MemoRecord(
        memo_key=key,
        asset=FILE,
        data_version=result.assets[GATE_VERDICT].data_version,
        code_version="",
        artifact=None,
        run_id=job.run_id,
        computed_at=platform.clock(),
        facts={
            "assets": {name: record.memo_key for name, record in result.assets.items()},
            "components": components,
            "decision": verdict.decision,
            "lines_above": verdict.lines_above,
            "waits_for_keys": waits_for_keys(verdict, result.links),
        },
    )


def _profile_record(
    platform: Platform, job: FileJob, result: FileResult, components: dict[str, Json]
) -> MemoRecord:
    return MemoRecord(
        memo_key=profile_key(components),
        asset=PROFILED,
        data_version=result.assets[PROFILE].data_version,
        code_version="",
        artifact=result.assets[PROFILE].artifact,
        run_id=job.run_id,
        computed_at=platform.clock(),
        facts={"assets": {name: record.memo_key for name, record in result.assets.items()}},
    )


def _record_judgement(
    platform: Platform, job: FileJob, result: FileResult, elapsed_s: float
) -> None:
    from dmaic_assets.phenomena.spread.drift import drift_documents

    verdict = cast("Verdict", result.verdict)
    refs = [r.artifact for r in result.assets.values() if r.artifact is not None]
    # By now a held file has been moved: what is told of it is found where it lies.
    is_placed = QUARANTINE in result.assets
    file = replace(job.file, path=whereabouts(job, verdict)) if is_placed else job.file
    record_verdict(platform.ledger, job.run_id, file, verdict, refs, elapsed_s=elapsed_s)
    source = job.file.source
    profile = result.assets[PROFILE].facts if PROFILE in result.assets else {}
    drifting = drift_documents(result.rule_set)
    values: dict[str, float] = {
        "rows": float(verdict.rows),
        "accepted": float(verdict.accepted),
        "quarantined": float(verdict.quarantined),
        "score": verdict.score,
        "violations": float(len(verdict.violations)),
        "drifting_rules": float(len(drifting)),
        "elapsed_s": elapsed_s,
    }
    score = profile.get("score")
    if isinstance(score, int | float):
        values["profile_score"] = float(score)
    for drift in drifting:
        values[f"drift.{drift['rule']}"] = float(cast("float", drift["used_room"]))
    named = {f"{job.file.key}.{metric}": value for metric, value in values.items()}
    record_metrics(platform.ledger, job.run_id, GATE_VERDICT, source, named)


def _settle(platform: Platform, job: FileJob, result: FileResult, key: str) -> None:
    verdict = cast("Verdict", result.verdict)
    accepted = result.assets[ACCEPTED_ROWS]
    is_stored = verdict.decision != "reject"
    settlement = Settlement(
        disposition=DISPOSITIONS[verdict.decision],
        run_id=job.run_id,
        accepted_version=accepted.data_version if is_stored else None,
        accepted_path=cast("str | None", accepted.facts.get("path")) if is_stored else None,
        types=result.assets[COLUMN_TYPES].artifact,
        file_key=key,
        location=str(whereabouts(job, verdict)),
        rows=verdict.rows,
        accepted=verdict.accepted,
        quarantined=verdict.quarantined,
        score=verdict.score,
    )
    settle(platform.ledger, job.file.source, job.file.sha256, settlement)


def result_json(result: FileResult, key: str) -> Json:
    """Spells what the task of a file keeps as its result."""
    return to_json(
        FileTaskResult(
            file_key=key,
            decision=result.verdict.decision if result.verdict else None,
            assets={name: record.memo_key for name, record in result.assets.items()},
            memoized=tuple(name for name, record in result.assets.items() if record.is_memoized),
            notes=result.notes,
        )
    )
