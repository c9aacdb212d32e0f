"""Putting ledger and disk right, often enough and not more often.

What belongs here: when. What is put right, and how, `ledger.reconcile` says.
"""

import logging
from dataclasses import replace

from dmaic_assets.store.ledger.effects.reconcile import (
    Reconciliation,
    mark_reconciled,
    reconcile,
    reconciled_at,
)
from dmaic_assets.store.ledger.tasks.leases import take_back_left
from dmaic_assets.work.alerts.telling import tell_people
from dmaic_assets.work.run.gone import end_gone
from dmaic_assets.work.run.owed import left_unpublished, publish_left
from dmaic_assets.work.run.platform import Platform

_log = logging.getLogger(__name__)


def put_right(platform: Platform, *, dry_run: bool = False) -> Reconciliation:
    """Puts right what dead workers left in a project, or tells what it would do.

    What a run left unpublished is published too.

    Raises:
        StoreError: Ledger or disk refuse.
    """
    found = _reconciled(platform, dry_run=dry_run)
    if dry_run:
        left = tuple(note.run_id for note in left_unpublished(platform))
    else:
        left = publish_left(platform)
        for trouble in tell_people(platform):
            _log.warning("%s", trouble)
    return replace(found, unpublished_runs=left)


def _reconciled(platform: Platform, *, dry_run: bool) -> Reconciliation:
    stale_s = platform.settings.dmaic.ledger.stale_part_s
    found = reconcile(platform.ledger, platform.paths, stale_s=stale_s, dry_run=dry_run)
    if not dry_run:
        mark_reconciled(platform.ledger)
    return found


def put_right_if_due(platform: Platform) -> Reconciliation | None:
    """Puts a project right unless somebody has done so within `ledger.reconcile_s`.

    Runs and workers call it when they start, so that the time it takes is spent once for many
    of them. A clock that was set back makes it due. Tasks of dead processes come back every time:
    nobody should wait for them.

    Returns:
        What was found, None when it was not due.

    Raises:
        StoreError: Ledger or disk refuse.
    """
    end_gone(platform)
    take_back_left(platform.ledger)
    last = reconciled_at(platform.ledger)
    age_s = None if last is None else (platform.ledger.clock() - last).total_seconds()
    if age_s is not None and 0 <= age_s < platform.settings.dmaic.ledger.reconcile_s:
        return None
    # Publishing is left to those whose work ends with it: what refuses it must not keep a run
    # from judging.
    return _reconciled(platform, dry_run=False)
