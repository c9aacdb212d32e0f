"""One planned task worked on: from its payload to a recorded result, under its lease.

What belongs here: turning a lease into a `FileJob`, keeping the lease alive, telling the ledger
how it ended. Which tasks there are, `bulk` decides.
"""

import logging
import threading
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from dmaic_assets.errors import BadInputError, DmaicError, StaleLeaseError, StoreError
from dmaic_assets.model import SourceFile
from dmaic_assets.store.codec import from_json
from dmaic_assets.store.ledger.record.file_queries import arrivals_at, named_arrivals
from dmaic_assets.store.ledger.record.files import Arrival, set_disposition
from dmaic_assets.store.ledger.record.memo import components_of, lookup
from dmaic_assets.store.ledger.tasks.fencing import Lease, fenced
from dmaic_assets.store.ledger.tasks.leases import advance, complete, fail, heartbeat
from dmaic_assets.work.cohort.members import peers_of
from dmaic_assets.work.file.baseline import baseline_of
from dmaic_assets.work.file.file_job import FileJob, Outputs, Stage
from dmaic_assets.work.file.outputs import whereabouts, withdraw_whole
from dmaic_assets.work.file.process import process_file
from dmaic_assets.work.file.record import record_file, result_json, settle_places
from dmaic_assets.work.file.task_values import FilePayload
from dmaic_assets.work.people.hand_rules import HandRules, hand_rules_of, types_of
from dmaic_assets.work.people.source_changes import changes_of
from dmaic_assets.work.plan.chain import as_source_file, places_of
from dmaic_assets.work.plan.consent import Stake, stake_of
from dmaic_assets.work.plan.held_files import home_of_held
from dmaic_assets.work.plan.memo_keys import file_components
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets.work.run.platform import Platform

KIND = "intake"
_log = logging.getLogger(__name__)


def work_task(platform: Platform, lease: Lease) -> None:
    """Works on one leased task until it is done, failed or taken over by somebody else.

    A refusal of this one file is recorded with the task and never raised: no file aborts the
    others. Only what a second try may cure (a store that refuses) is tried again.
    """
    try:
        with kept_alive(platform, lease):
            _work(platform, lease)
    except StaleLeaseError as error:
        _log.warning("task %s was taken over: %s", lease.task.key, error)
    except DmaicError as error:
        _log.warning("task %s failed: %s", lease.task.key, error)
        _fail(platform, lease, error.envelope(), retry=isinstance(error, StoreError))
    except Exception as error:  # noqa: BLE001 - the boundary: one file's defect stops no other file
        _log.exception("task %s broke", lease.task.key)
        detail: dict[str, str] = {
            "error": "Invariant",
            "detail": f"{type(error).__name__}: {error}",
            "hint": "This is a defect; the log has the traceback.",
        }
        _fail(platform, lease, detail, retry=False)


def _fail(platform: Platform, lease: Lease, error: Mapping[str, str], *, retry: bool) -> None:
    try:
        fail(platform.ledger, lease, dict(error), retry=retry)
    except StaleLeaseError as stale:
        _log.warning("task %s was taken over: %s", lease.task.key, stale)


def _work(platform: Platform, lease: Lease) -> None:
    started = time.perf_counter()
    payload = lease.task.payload
    if not isinstance(payload, dict):
        raise BadInputError(lease.task.key, "the task has no payload", "Plan the run again.")
    job = _job_of(platform, lease, from_json(FilePayload, payload))
    result = process_file(platform, job)
    # Files are moved while nobody can take the task over; most files stay where they are.
    with fenced(platform.ledger, lease):
        settle_places(job, result)
        if result.verdict is not None and result.verdict.decision != "reject":
            _replace_older(platform, job, place=str(whereabouts(job, result.verdict)))
    with platform.ledger.transaction():
        key = record_file(platform, job, result, elapsed_s=time.perf_counter() - started)
        complete(platform.ledger, lease, result_json(result, key))


def _job_of(platform: Platform, lease: Lease, payload: FilePayload) -> FileJob:
    request = RunRequest.model_validate(payload.request)
    source, sha256 = payload.source, payload.sha256
    named = named_arrivals(platform.ledger, source, [sha256])
    if not named:
        raise BadInputError(
            f"{source}: {sha256[:16]}", "the file never arrived", "Plan the run again."
        )
    return job_for(
        platform,
        named[0],
        run_id=payload.run_id,
        request=request,
        lease=lease,
        branch=payload.run_id if request.on_conflict == "branch" else None,
    )


def job_for(  # noqa: PLR0913 - a job is these six things
    platform: Platform,
    arrival: Arrival,
    *,
    run_id: str,
    request: RunRequest,
    lease: Lease | None = None,
    branch: str | None = None,
    needs_recorded_verdict: bool = False,
) -> FileJob:
    """Gathers what decides one file's result: where it is, its rules, its baseline.

    Raises:
        BadInputError: The file's bytes are nowhere any more.
    """
    data = platform.paths.data

    def tell(stage: Stage) -> None:
        if lease is not None:
            advance(platform.ledger, lease, stage)

    hand = hand_rules_of(platform.settings, arrival.source)
    peers = peers_of(platform, arrival, hand.released)
    before = peers.sequence if peers else arrival.sequence
    return FileJob(
        file=locate(arrival, data),
        run_id=run_id,
        hand=hand,
        changes=changes_of(platform.settings, arrival.source),
        baseline=baseline_of(platform, arrival.source, before=before),
        peers=peers,
        threshold=request.threshold,
        outputs=Outputs(data, branch),
        home=home_of_held(Path(arrival.path), arrival.source, platform.paths),
        lease=lease,
        recompute=request.is_recompute,
        stops_at=request.stops_at,
        needs_recorded_verdict=needs_recorded_verdict,
        stake=None if request.is_recompute else _stake(platform, arrival, hand, request),
        on_stage=tell,
    )


def _stake(
    platform: Platform, arrival: Arrival, hand: HandRules, request: RunRequest
) -> Stake | None:
    key = arrival.file_key or ""
    then = components_of(lookup(platform.ledger, [key]).get(key))
    now = file_components(
        as_source_file(arrival, Path(arrival.path)),
        settings=platform.settings,
        hand_rules=hand.version,
        threshold=request.threshold,
        baseline="",
    )
    stake = stake_of(arrival, now, then)
    if stake is None:
        return None
    return replace(stake, columns=tuple(t.column for t in types_of(platform, [arrival])))


def locate(arrival: Arrival, data: Path) -> SourceFile:
    """Finds where the arrival's bytes are: where it arrived, or where the platform put it.

    Raises:
        BadInputError: It is at none of these places.
    """
    for place in places_of(arrival, data):
        if place.is_file():
            return as_source_file(arrival, place)
    raise BadInputError(
        arrival.path,
        "the file was removed before it could be worked on",
        f"Put it back under data/incoming/{arrival.source}/ and run again.",
    )


def _replace_older(platform: Platform, job: FileJob, *, place: str) -> None:
    """Withdraws what the accepted file at `place` replaces: other content that lay there.

    A file that was moved on to the archive was not overwritten: the next delivery under its
    name is a further file.
    """
    if job.outputs.branch or platform.settings.source(job.file.source).on_changed == "add":
        return
    for other in arrivals_at(platform.ledger, job.file.source, place):
        lay_here = str(job.outputs.data / other.location) == place
        is_older = other.sha256 != job.file.sha256
        if not lay_here or not is_older or other.disposition not in ("accepted", "quarantine"):
            continue
        moved = withdraw_whole(job.outputs, other.source, other.sha256[:16])
        set_disposition(
            platform.ledger,
            other.source,
            other.sha256,
            "replaced",
            replaced_by=job.file.sha256,
            accepted_path=moved or other.accepted_path,
        )


@contextmanager
def kept_alive(platform: Platform, lease: Lease) -> Generator[None]:
    """Renews the lease in the background for the length of a `with` block.

    When the ledger refuses it tries again at the next beat; it ends when the lease is lost.
    """
    settings = platform.settings.dmaic.ledger
    stop = threading.Event()

    def beat() -> None:
        while not stop.wait(settings.heartbeat_s):
            try:
                heartbeat(platform.ledger, lease, ttl_s=settings.lease_ttl_s)
            except StaleLeaseError:
                # Taken over, which the work finds out at its next write; or just finished.
                return
            except DmaicError as error:
                # A store that refuses for a moment must not cost a long task its lease.
                _log.warning("no heartbeat for %s: %s", lease.task.key, error)

    thread = threading.Thread(target=beat, name=f"heartbeat-{lease.task.key[:8]}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
