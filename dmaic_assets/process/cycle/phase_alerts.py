"""Alerts of phases: alarms of control charts, and sources whose sigma level fell.

What belongs here: which results are news. How people are told, `work.alerts` knows.
"""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence

from dmaic_assets.errors import StoreError
from dmaic_assets.phase_values.control import Alarm, ControlValue
from dmaic_assets.process.cycle.phase_memo import PhaseResult
from dmaic_assets.store.keys import sha256_json
from dmaic_assets.store.ledger.record.alerts import Alert, newest_runs, raised_items
from dmaic_assets.store.ledger.record.metrics import RunValue, newest_courses
from dmaic_assets.table.spelled_numbers import percent, plural
from dmaic_assets.work.alerts.held import KEY_DIGITS
from dmaic_assets.work.alerts.telling import keep, tell_people
from dmaic_assets.work.alerts.words import clean, files_named
from dmaic_assets.work.run.platform import Platform

_log = logging.getLogger(__name__)
_SIGMA = ("sigma", "sigma_lower")
# Earlier runs that a level is compared with, the newest: a slow fall adds up over them.
_RUNS_BACK = 10


def tell_of_phases(platform: Platform, run_id: str, results: Sequence[PhaseResult]) -> None:
    """Tells people what the phases of a run came to; what was told is not told again.

    Raises:
        StoreError: The ledger refuses to keep it. What receivers refuse waits.
    """
    if not platform.settings.is_telling:
        return
    try:
        tell = platform.settings.alerts.tell
        if tell.alarm:
            keep(platform, _alarms(platform, run_id, results))
        if tell.sigma:
            keep(platform, _falls(platform, run_id, results))
    except StoreError:
        raise
    except Exception:  # noqa: BLE001 - a defect in telling keeps no run from its end
        _log.exception("alerts of the phases of run %s could not be made", run_id)
    for trouble in tell_people(platform):
        _log.warning("%s", trouble)


def _alarms(platform: Platform, run_id: str, results: Sequence[PhaseResult]) -> list[Alert]:
    values = [r.output.value for r in results if isinstance(r.output.value, ControlValue)]
    told = raised_items(platform.ledger, "alarm", [value.source for value in values])
    found: list[Alert] = []
    for value in values:
        by_ctq: defaultdict[str, list[Alarm]] = defaultdict(list)
        for alarm in value.open_alarms:
            if alarm.id not in told:
                by_ctq[alarm.ctq].append(alarm)
        found += [_alarm(platform, run_id, value.source, alarms) for alarms in by_ctq.values()]
    return found


def _alarm(platform: Platform, run_id: str, source: str, alarms: Sequence[Alarm]) -> Alert:
    worst = max(alarms, key=lambda alarm: alarm.share)
    ids = sorted(alarm.id for alarm in alarms)
    facts = {
        "files": files_named([alarm.file for alarm in alarms]),
        "worst": f"{percent(worst.share, digits=2)} defective, limit {percent(worst.limit)}",
        "owner": clean(worst.owner),
    }
    return Alert(
        key=sha256_json(["alarm", source, worst.ctq, ids])[:KEY_DIGITS],
        kind="alarm",
        severity="high",
        source=source,
        run_id=run_id,
        subject=f"alarm|{source}|{worst.ctq}",
        title=clean(f"{source}: {plural(len(alarms), 'alarm')} of {worst.ctq}"),
        raised_at=platform.clock(),
        facts=tuple((word, text) for word, text in facts.items() if text),
        commands=(*(f"dmaic alarms ack {i} --cause TEXT" for i in ids[:3]), "dmaic alarms"),
        items=tuple(ids),
    )


def _falls(platform: Platform, run_id: str, results: Sequence[PhaseResult]) -> list[Alert]:
    """Sources whose level lies surely below the best that they had since people were told."""
    now = {r.source: r.output.metrics for r in results if r.phase == "measure"}
    if not now:
        return []
    courses = newest_courses(platform.ledger, "measure", _SIGMA, limit=_RUNS_BACK + 1)
    told = newest_runs(platform.ledger, "sigma", list(now))
    found: list[Alert] = []
    for source, metrics in now.items():
        levels = _levels(courses.get(source, {}), run_id, told.get(source))
        best = max(levels, key=lambda level: level["sigma"], default=None)
        if best is not None and _fell(best, metrics, platform.settings.alerts.sigma_fall):
            found.append(_fall(platform, run_id, source, best["sigma"], metrics["sigma"] or 0.0))
    return found


def _levels(
    courses: Mapping[str, Sequence[RunValue]], run_id: str, told: str | None
) -> list[Mapping[str, float]]:
    """What earlier runs measured of a source, oldest first; from the run on that was told last."""
    runs: dict[str, dict[str, float]] = {}
    for point in courses.get("sigma", ()):
        if point.run_id != run_id:
            runs[point.run_id] = {"sigma": point.value}
    for point in courses.get("sigma_lower", ()):
        if point.run_id in runs:
            runs[point.run_id]["sigma_lower"] = point.value
    names = list(runs)
    since = names.index(told) if told in names else 0
    return [runs[name] for name in names[since:]]


def _fell(best: Mapping[str, float], metrics: Mapping[str, float | None], least: float) -> bool:
    sigma, upper = metrics.get("sigma"), metrics.get("sigma_upper")
    if sigma is None or upper is None or "sigma_lower" not in best:
        return False
    return upper < best["sigma_lower"] and best["sigma"] - sigma >= least


def _fall(platform: Platform, run_id: str, source: str, best: float, sigma: float) -> Alert:
    return Alert(
        key=sha256_json(["sigma", source, run_id])[:KEY_DIGITS],
        kind="sigma",
        severity="high",
        source=source,
        run_id=run_id,
        subject=f"sigma|{source}",
        title=f"{source}: sigma level fell from {best:.2f} to {sigma:.2f}",
        raised_at=platform.clock(),
        facts=(("owner", clean(platform.settings.source(source).owner or "not named")),),
        commands=("dmaic report",),
    )
