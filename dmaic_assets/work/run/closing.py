"""The end of a cell and of a run: rules for the next file, views and mirrors brought up to date.

What belongs here: what follows when the files are done. All of it can be done again.
"""

import logging
from collections.abc import Sequence
from pathlib import Path

from dmaic_assets.errors import DmaicError
from dmaic_assets.model import Cell
from dmaic_assets.store.effect_files import move_file
from dmaic_assets.store.ledger.record.file_queries import landed_files
from dmaic_assets.store.ledger.record.files import set_disposition
from dmaic_assets.store.ledger.record.mirrors import filled_mirrors
from dmaic_assets.store.ledger.record.owed import paid
from dmaic_assets.store.ledger.tasks.tasks import Task
from dmaic_assets.store.warehouse.duckdb import refresh_views
from dmaic_assets.table.read.discovery import hash_file
from dmaic_assets.work.alerts.telling import keep_alerts_of_run, keep_events_of_run
from dmaic_assets.work.file.baseline import baseline_of
from dmaic_assets.work.file.file_job import Outputs
from dmaic_assets.work.file.links import learn_links
from dmaic_assets.work.file.outputs import archive_path
from dmaic_assets.work.file.rulebook import rule_set_for, write_rule_file
from dmaic_assets.work.file.steps import Steps
from dmaic_assets.work.file.task_values import worked
from dmaic_assets.work.kept_back.quality_log import sync_shown_mirrors
from dmaic_assets.work.known_keys.known import known_keys_of
from dmaic_assets.work.known_keys.listed import Before
from dmaic_assets.work.people.hand_rules import hand_rules_of, remember_hand_rules
from dmaic_assets.work.run.cell_outcomes import CellResult, cell_result
from dmaic_assets.work.run.platform import Platform
from dmaic_assets.work.state.freshness import record_arrivals

_log = logging.getLogger(__name__)


def close_cell(platform: Platform, cell: Cell, tasks: Sequence[Task]) -> CellResult:
    """Builds the result of a cell whose tasks have all ended."""
    failed = [task for task in tasks if task.state != "DONE"]
    return cell_result(
        platform,
        cell,
        worked=worked(tasks),
        errors=[(t.of_file.name, t.why_failed or "the task failed") for t in failed],
        elapsed_s=sum(task.elapsed_s for task in tasks),
    )


def learn_next(platform: Platform, source: str, run_id: str) -> None:
    """Learns the rules for the source's next file and shows them in its rule file.

    The next run finds them in the memo, so nothing is learnt twice.
    """
    baseline = baseline_of(platform, source, before=None)
    if not baseline:
        return
    steps = Steps(platform, run_id, recompute=False)
    _, rules = rule_set_for(
        platform,
        steps,
        platform.settings.source(source),
        baseline=baseline,
        hand=hand_rules_of(platform.settings, source),
    )
    steps.keep()
    before = Before(source, baseline[-1].arrival.sequence)
    rules = known_keys_of(platform, rules, before).with_rules(rules)
    remember_hand_rules(platform, write_rule_file(platform.settings, rules))


def archive_landed(platform: Platform, source: str, run_id: str) -> None:
    """Moves accepted files of a source out of the incoming folder, if the settings say so.

    The ledger is told first: a crash in between leaves the file where it can be found by its
    content, and the next run moves it.
    """
    if platform.settings.dmaic.runs.landing != "archive":
        return
    outputs = Outputs(platform.paths.data)
    folder = archive_path(outputs, run_id, source, "any").parent
    for arrival in landed_files(platform.ledger, source, moved_to=str(folder)):
        path = Path(arrival.path)
        if not path.is_file() or hash_file(path) != arrival.sha256:
            continue
        recorded = Path(arrival.location)
        is_archived = path.is_relative_to(platform.paths.archive)
        if is_archived or (recorded != path and recorded.is_file()):
            # What lies in the incoming folder then is a copy that somebody dropped once more.
            continue
        target = archive_path(outputs, run_id, source, arrival.name)
        if target.exists() and hash_file(target) != arrival.sha256:
            # A file of the same name came in another folder of the source.
            target = target.with_name(f"{target.stem}.{arrival.sha256[:16]}{target.suffix}")
        location = str(target)
        set_disposition(
            platform.ledger, source, arrival.sha256, arrival.disposition, location=location
        )
        move_file(path, target, sha256=arrival.sha256)


def publish_stores(platform: Platform, sources: Sequence[str], run_id: str) -> None:
    """Brings rule files and warehouse views up to date with the ledger; `publish_end` follows."""
    learn_links(platform, sources, run_id)
    for source in sources:
        archive_landed(platform, source, run_id)
        try:
            learn_next(platform, source, run_id)
        except DmaicError:
            raise
        except Exception:  # noqa: BLE001 - one source's defect keeps no other from its rules
            _log.exception("rules of %s could not be learnt", source)
    record_arrivals(platform, sources, run_id)
    _refresh_views(platform)


def publish_end(platform: Platform, run_id: str) -> None:
    """Brings the ledger's mirrors up to date with a run that has ended: nothing is owed any more.

    What people are to be told of it is kept before.

    Raises:
        StoreError: Ledger, folder or database refuse; publishing stays owed.
    """
    keep_alerts_of_run(platform, run_id)
    keep_events_of_run(platform, run_id)
    folder = platform.paths.ledger
    before = filled_mirrors(folder)
    sync_shown_mirrors(platform)
    if filled_mirrors(folder) != before:
        # Of a mirror without content there was no view when the stores were published.
        _refresh_views(platform)
    paid(platform.ledger, run_id)


def _refresh_views(platform: Platform) -> None:
    for problem in refresh_views(platform.paths).problems:
        _log.warning("view %s", problem)
