"""Runs whose process is gone, killed or with the machine: they are ended, so that all say so.

What belongs here: ending them in the ledger. How a dead process is known, `holders` says; what it
left of its work, the next run takes up.
"""

import logging
from contextlib import suppress

from dmaic_assets.errors import BadInputError, DmaicError
from dmaic_assets.store.ledger.record.runs import finish_run, get_run
from dmaic_assets.work.run.holders import forget_gone, gone_runs
from dmaic_assets.work.run.platform import Platform

_log = logging.getLogger(__name__)


def end_gone(platform: Platform) -> tuple[str, ...]:
    """Ends runs that seem to be at work while their process is dead; safe beside living ones.

    Where nobody died it costs a look at one folder. A run that waits for workers waits on. What
    refuses is logged and tried again by whoever comes next: this is never what somebody asked for.

    Returns:
        The runs that were ended.
    """
    try:
        return tuple(run_id for run_id in gone_runs(platform.paths) if _ended(platform, run_id))
    except DmaicError as error:
        _log.warning("a run whose process is gone stays open: %s", error)
        return ()


def _ended(platform: Platform, run_id: str) -> bool:
    is_ended = False
    # The ledger may have been made anew since.
    with suppress(BadInputError):
        run = get_run(platform.ledger, run_id)
        is_ended = run.status == "running" and run.kind != "worker"
        if is_ended:
            finish_run(platform.ledger, run_id, status="interrupted", totals=run.totals)
    forget_gone(platform.paths, run_id)
    return is_ended
