"""Telling people: what runs, phases and looks in between call when something may have happened.

What belongs here: the three moments. Alerts of a run are kept before the run is counted as
published; then, and whenever somebody looks, what waits is sent. Where alerts are off, nothing here
is loaded but this module.
"""

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dmaic_assets.errors import DmaicError, StoreError
from dmaic_assets.work.run.platform import Platform

if TYPE_CHECKING:
    from dmaic_assets.store.ledger.record.alerts import Alert
    from dmaic_assets.work.alerts.delivery import Session

_log = logging.getLogger(__name__)


def keep_alerts_of_run(platform: Platform, run_id: str) -> None:
    """Keeps what a run that ended has to tell; again keeps nothing twice.

    Raises:
        StoreError: The ledger refuses; the run is not to count as published.
    """
    if not platform.settings.is_telling:
        return
    try:
        from dmaic_assets.work.alerts.held import held_alerts

        keep(platform, held_alerts(platform, run_id))
    except StoreError:
        raise
    except Exception:  # noqa: BLE001 - a defect in telling keeps no run from its end
        _log.exception("alerts of run %s could not be made", run_id)


def _is_tracing(platform: Platform) -> bool:
    if not platform.settings.dmaic.openlineage:
        return False
    from dmaic_assets.settings.openlineage import openlineage_of

    return openlineage_of(platform.settings).enabled


def keep_events_of_run(platform: Platform, run_id: str) -> None:
    """Keeps the events of OpenLineage of a run that ended; again keeps nothing twice.

    Raises:
        StoreError: Ledger or disk refuse; the run is not to count as published.
    """
    if not _is_tracing(platform):
        return
    try:
        from dmaic_assets.work.openlineage.outbox import keep_events

        keep_events(platform, run_id)
    except StoreError:
        raise
    except Exception:  # noqa: BLE001 - a defect in telling keeps no run from its end
        _log.exception("events of run %s could not be made", run_id)


def keep(platform: Platform, found: "Sequence[Alert]") -> None:
    """Keeps alerts for every channel that takes their severity.

    Raises:
        StoreError: The ledger refuses.
    """
    from dmaic_assets.store.ledger.record.alerts import raise_alerts

    settings = platform.settings.alerts
    takers = {
        alert: [c.name for c in settings.channels if alert.severity in settings.severities_of(c)]
        for alert in found
    }
    raise_alerts(platform.ledger, takers)


def look_and_send(platform: Platform) -> "Session":
    """Looks for late files and failed runs, then sends what waits, and tells how far that got.

    Raises:
        StoreError: The ledger refuses, or another process is sending for long. What waits, waits.
    """
    from dmaic_assets.work.alerts.delivery import send_waiting

    _look(platform)
    return send_waiting(platform)


def _look(platform: Platform) -> None:
    """Keeps the alerts of late files and failed runs."""
    from dmaic_assets.work.alerts.standing import failed_alerts, late_alerts
    from dmaic_assets.work.run.gone import end_gone

    end_gone(platform)
    tell = platform.settings.alerts.tell
    if tell.late:
        keep(platform, late_alerts(platform))
    if tell.failed:
        keep(platform, failed_alerts(platform))


def tell_of_job(platform: Platform, job: str, run_id: str, why: str) -> tuple[str, ...]:
    """Tells that a job of Dagster's failed, once for each run.

    Returns:
        What people could not be told, and why, in sentences.

    Raises:
        StoreError: The ledger refuses to keep it.
    """
    from dmaic_assets.work.alerts.standing import job_alert

    if platform.settings.is_telling and platform.settings.alerts.tell.failed:
        keep(platform, [job_alert(platform, job, run_id, why)])
    return tell_people(platform)


def tell_of_failure(platform: Platform, run_id: str, error: DmaicError) -> tuple[str, ...]:
    """Tells that a run broke off over a refusal: of a disk, perhaps, or a database.

    Returns:
        What people could not be told, and why, in sentences.
    """
    if not platform.settings.is_telling:
        return ()
    try:
        from dmaic_assets.work.alerts.standing import refused_alert

        if platform.settings.alerts.tell.failed:
            keep(platform, [refused_alert(platform, run_id, error)])
    except Exception:  # noqa: BLE001 - what it was to tell of is raised; this must not hide it
        _log.exception("the end of run %s could not be told", run_id)
    return tell_people(platform)


def tell_people(platform: Platform) -> tuple[str, ...]:
    """Does so at the end of other work, which nothing that goes wrong here may end, or hold up.

    Logs and files are written at once. The other channels are asked by a process of its own, which
    is waited for a few seconds. Events of OpenLineage are sent by another one.

    Returns:
        What people could not be told, and why, in sentences.
    """
    return (*_tell_catalogs(platform), *_tell_people(platform))


def _tell_catalogs(platform: Platform) -> tuple[str, ...]:
    if not _is_tracing(platform):
        return ()
    try:
        from dmaic_assets.work.openlineage.outbox import start_sending

        return start_sending(platform)
    except Exception as error:  # noqa: BLE001 - a defect in telling ends no run
        _log.exception("events of OpenLineage wait")
        return (f"events of OpenLineage wait: {type(error).__name__}; see data/logs/dmaic.log",)


def _tell_people(platform: Platform) -> tuple[str, ...]:
    if not platform.settings.is_telling:
        return ()
    try:
        from dmaic_assets.work.alerts.delivery import send_here

        _look(platform)
        session = send_here(platform)
        troubles = tuple(trouble.words for trouble in session.troubles)
        if not session.left:
            return troubles
        from dmaic_assets.work.alerts.background import send_in_background

        told = send_in_background(platform, session.left)
        return (*troubles, *(words for words in told if words not in troubles))
    except DmaicError as error:
        _log.warning("alerts wait: %s", error)
        return (f"alerts wait: {error}",)
    except Exception as error:  # noqa: BLE001 - a defect in telling ends no run
        _log.exception("alerts wait")
        return (f"alerts wait: {type(error).__name__}; see data/logs/dmaic.log",)
