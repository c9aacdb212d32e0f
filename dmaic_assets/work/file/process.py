"""Takes one file through all its assets: rules, reading, types, profile, verdict, outputs.

What belongs here: the order, and what each asset's value and facts are. How outputs reach the
disk is in `outputs`, what is known already in `steps`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import cast

from dmaic_assets.errors import PolicyError
from dmaic_assets.gate.release import open_thresholds, without_rules
from dmaic_assets.model import (
    AssetName,
    ColumnType,
    Json,
    RuleSet,
    SourceFile,
    Thresholds,
    Verdict,
)
from dmaic_assets.store.artifacts import get_json
from dmaic_assets.store.codec import from_json, to_json
from dmaic_assets.store.keys import sha256_json
from dmaic_assets.store.ledger.record.memo import lookup
from dmaic_assets.work.assets.names import (
    ACCEPTED_ROWS,
    COLUMN_TYPES,
    GATE_VERDICT,
    PROFILE,
    QUARANTINE,
    RAW_FILE,
)
from dmaic_assets.work.assets.registry import up_to
from dmaic_assets.work.file.file_facts import (
    ProfileFacts,
    RawFacts,
    profile_facts,
    raw_facts,
    type_facts,
    verdict_facts,
)
from dmaic_assets.work.file.file_job import FileJob
from dmaic_assets.work.file.file_work import FileWork
from dmaic_assets.work.file.links import KINDS as LINK_KINDS
from dmaic_assets.work.file.links import Links, links_of
from dmaic_assets.work.file.outputs import store_accepted, store_quarantine
from dmaic_assets.work.file.rulebook import Among, rule_set_for
from dmaic_assets.work.file.steps import AssetRecord, Computed, Steps
from dmaic_assets.work.known_keys.known import KINDS as OWN_KINDS
from dmaic_assets.work.known_keys.known import known_keys_of
from dmaic_assets.work.known_keys.listed import Before
from dmaic_assets.work.people.hand_rules import enforced
from dmaic_assets.work.plan.memo_keys import gate_params, read_params, type_params, with_changes
from dmaic_assets.work.run.platform import Platform


@dataclass(frozen=True, slots=True)
class FileResult:
    """What one file came to; `verdict` is None when the work stopped before the gate."""

    file: SourceFile
    assets: Mapping[AssetName, AssetRecord]
    rule_set: RuleSet
    verdict: Verdict | None
    notes: tuple[str, ...]
    steps: Steps
    links: Links


def process_file(platform: Platform, job: FileJob) -> FileResult:
    """Takes one file from its bytes to its outputs, as far as `job.stops_at`.

    Nothing is remembered yet when this returns: the caller records verdict, disposition and
    memo together (`FileResult.steps.keep`).

    Raises:
        PolicyError: Outputs are wanted under a recorded verdict and there is none, or accepted
            rows would leave by a change of settings that nobody said yes to.
        StoreError: An output cannot be written.
    """
    steps = Steps(platform, job.run_id, recompute=job.recompute)
    source = platform.settings.source(job.file.source)
    rules_record, rule_set = rule_set_for(
        platform,
        steps,
        source,
        baseline=job.baseline,
        hand=job.hand,
        among=Among(job.peers, job.file.sha256, job.changes) if job.peers else None,
    )
    known = known_keys_of(platform, rule_set, _before(job))
    rule_set = known.with_rules(rule_set)
    work = FileWork(
        platform.settings,
        job.file,
        *_gate_of(platform, job, rule_set),
        job.changes,
        readings=platform.readings,
    )
    links = links_of(platform, work.rule_set)
    links = replace(links, versions={**links.versions, **known.versions})
    work.references = lambda typed: {**links.load(), **known.look_up(typed.lazy)}
    raw = _take_raw(platform, steps, work)
    job.on_stage("READ")
    wanted = up_to(job.stops_at)
    if COLUMN_TYPES in wanted:
        types = _take_types(platform, steps, work, raw, rules_record)
        if PROFILE in wanted:
            _take_profile(steps, work, raw, types)
        if GATE_VERDICT in wanted:
            verdict = _gate(platform, steps, work, job, (raw, types, rules_record), links)
            return _result(steps, job, rule_set, verdict, links)
    return _result(steps, job, rule_set, None, links)


def _gate_of(platform: Platform, job: FileJob, rule_set: RuleSet) -> tuple[RuleSet, Thresholds]:
    """The rules and thresholds that this file must pass: nearly none when it was released."""
    thresholds = platform.settings.thresholds(job.file.source, overall=job.threshold)
    released = job.hand.released.get(job.file.sha256)
    if released is None:
        return rule_set, thresholds
    return without_rules(rule_set, released), open_thresholds(thresholds)


def _gate(
    platform: Platform,
    steps: Steps,
    work: FileWork,
    job: FileJob,
    inputs: tuple[AssetRecord, AssetRecord, AssetRecord],
    links: Links,
) -> Verdict:
    raw, types, _ = inputs
    record, verdict = _take_verdict(platform, steps, work, job, inputs, links)
    job.on_stage("JUDGED")
    wanted = up_to(job.stops_at)
    if ACCEPTED_ROWS not in wanted:
        return verdict
    if job.stake is not None:
        columns = {t.column for t in work.types}
        job.stake.refuse_loss(verdict, columns, source=job.file.source, name=job.home.name)
    if job.needs_recorded_verdict and not lookup(platform.ledger, [record.memo_key]):
        raise PolicyError(
            f"{job.file.source}: {job.file.path.name}",
            "no verdict is recorded for exactly this file under the current rules",
            "Materialize gate_verdict for this partition first.",
        )
    versions = {
        "raw": raw.data_version,
        "types": types.data_version,
        "verdict": record.data_version,
    }
    store_accepted(platform, steps, work, job, verdict, versions)
    if QUARANTINE in wanted:
        store_quarantine(platform, steps, work, job, verdict, versions)
    job.on_stage("STORED" if verdict.decision == "accept" else "QUARANTINED")
    return verdict


def _before(job: FileJob) -> Before:
    """The accepted files that came before the file, or before all of its cohort."""
    until = job.baseline[-1].arrival.sequence if job.baseline else -1
    return Before(job.file.source, until, job.home)


def _links_version(rules: RuleSet, links: Links) -> Json:
    enforcing: list[Json] = [enforced(r) for r in rules.rules if r.kind in LINK_KINDS | OWN_KINDS]
    return sha256_json({"rules": enforcing, "keys": dict(links.versions)})


def _result(
    steps: Steps, job: FileJob, rule_set: RuleSet, verdict: Verdict | None, links: Links
) -> FileResult:
    notes = tuple(steps.notes)
    return FileResult(job.file, steps.records, rule_set, verdict, notes, steps, links)


def _take_raw(platform: Platform, steps: Steps, work: FileWork) -> AssetRecord:
    return steps.take(
        RAW_FILE,
        lambda: Computed(facts=_spelt(raw_facts(work))),
        params=with_changes(read_params(platform.settings, work.source), work.changes.component),
        inputs={"file": work.file.sha256, "format": work.file.format},
    )


def _take_types(
    platform: Platform, steps: Steps, work: FileWork, raw: AssetRecord, rules: AssetRecord
) -> AssetRecord:
    going_on: dict[str, Json] = {column: list(ends) for column, ends in work.goes_on.items()}
    record = steps.take(
        COLUMN_TYPES,
        lambda: Computed([to_json(t) for t in work.types], type_facts(work.types)),
        params=type_params(platform.settings, work.source),
        inputs={
            "raw": raw.data_version,
            "expected": rules.facts.get("types_version"),
            **({"goes_on": going_on} if going_on else {}),
        },
    )
    if record.is_memoized and record.artifact is not None:
        payload = get_json(platform.paths.artifacts, record.artifact)
        work.use_types(from_json(tuple[ColumnType, ...], payload))
    return record


def _take_profile(steps: Steps, work: FileWork, raw: AssetRecord, types: AssetRecord) -> None:
    steps.take(
        PROFILE,
        lambda: Computed(to_json(work.profile), _spelt(profile_facts(work.profile))),
        params={},
        inputs={"raw": raw.data_version, "types": types.data_version},
    )


def _take_verdict(
    platform: Platform,
    steps: Steps,
    work: FileWork,
    job: FileJob,
    inputs: tuple[AssetRecord, AssetRecord, AssetRecord],
    links: Links,
) -> tuple[AssetRecord, Verdict]:
    raw, types, rules = inputs
    released = job.hand.released.get(job.file.sha256)
    record = steps.take(
        GATE_VERDICT,
        lambda: Computed(to_json(work.verdict), verdict_facts(work.verdict)),
        params={
            "source": work.file.source,
            **gate_params(work.thresholds, platform.settings.dmaic.runs.examples, released),
        },
        inputs={
            "raw": raw.data_version,
            "types": types.data_version,
            "rules": rules.data_version,
            **({"links": _links_version(work.rule_set, links)} if links.versions else {}),
        },
    )
    if record.is_memoized and record.artifact is not None:
        payload = get_json(platform.paths.artifacts, record.artifact)
        return record, from_json(Verdict, payload)
    return record, work.verdict


def _spelt(facts: RawFacts | ProfileFacts) -> dict[str, Json]:
    return cast("dict[str, Json]", to_json(facts))
