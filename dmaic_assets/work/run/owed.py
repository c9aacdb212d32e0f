"""Publishing that a run left undone: found, and done by whoever comes next.

What belongs here: which notes of the ledger are nobody's any more, and paying them. What
publishing is, `closing` says.
"""

from dmaic_assets.store.ledger.record.owed import Owed, all_owed
from dmaic_assets.store.ledger.record.runs import finish_run, list_runs
from dmaic_assets.store.ledger.tasks.states import OPEN_STATES
from dmaic_assets.store.ledger.tasks.tasks import list_tasks
from dmaic_assets.work.run.holders import holder_of
from dmaic_assets.work.run.platform import Platform


def left_unpublished(platform: Platform) -> tuple[Owed, ...]:
    """Finds the runs whose files are all judged, that are not published, and that nobody works on.

    Runs that wait for workers are closed by workers.
    """
    notes = all_owed(platform.ledger)
    if not notes:
        return ()
    waiting = {
        run.run_id
        for run in list_runs(platform.ledger, None, status="running")
        if run.kind == "worker"
    }
    return tuple(
        note for note in notes if note.run_id not in waiting and _is_left(platform, note.run_id)
    )


def publish_left(platform: Platform) -> tuple[str, ...]:
    """Publishes what was left, and ends runs that seem to be running still.

    Returns:
        The runs that are published now.

    Raises:
        StoreError: What kept them from being published still does.
    """
    left = left_unpublished(platform)
    if not left:
        return ()
    # Asking is every command's; publishing loads the libraries of the warehouse.
    from dmaic_assets.work.run.closing import publish_end, publish_stores

    ids = {note.run_id for note in left}
    for run in list_runs(platform.ledger, None, status="running"):
        if run.run_id in ids:
            finish_run(platform.ledger, run.run_id, status="interrupted", totals=run.totals)
    for note in left:
        publish_stores(platform, note.sources, note.run_id)
        publish_end(platform, note.run_id)
    return tuple(note.run_id for note in left)


def _is_left(platform: Platform, run_id: str) -> bool:
    if holder_of(platform, run_id) is not None:
        return False
    return not list_tasks(platform.ledger, run_id=run_id, states=OPEN_STATES)
