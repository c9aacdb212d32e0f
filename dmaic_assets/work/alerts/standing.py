"""Alerts of how a project stands: sources whose files are late, runs that failed or died.

What belongs here: what no single run tells of itself. Whoever comes next looks, so a run that died
is told once, by any other.
"""

from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dmaic_assets.errors import DmaicError
from dmaic_assets.store.keys import sha256_json
from dmaic_assets.store.ledger.database.rows import upsert
from dmaic_assets.store.ledger.database.schema import meta
from dmaic_assets.store.ledger.database.store import Ledger, from_us
from dmaic_assets.store.ledger.record.alerts import Alert, raised_keys
from dmaic_assets.store.ledger.record.runs import RunRecord, ended_badly, list_phases
from dmaic_assets.work.alerts.held import KEY_DIGITS
from dmaic_assets.work.alerts.words import TITLE_WIDTH, clean, without_quotes, worst
from dmaic_assets.work.run.failed_files import refusal_of_files
from dmaic_assets.work.run.platform import Platform
from dmaic_assets.work.state.freshness import Freshness, known_freshness, short_moment

# How far back runs are looked at: whoever looks less often than once a week reads the list of runs.
_LOOK_BACK = timedelta(days=7)
_SINCE = "alerts_since_us"


def late_alerts(platform: Platform) -> list[Alert]:
    """Sources whose next file is overdue now; one for each file that does not come."""
    now = platform.clock()
    return [_late(platform, f, now) for f in known_freshness(platform) if f.overdue_since(now)]


def failed_alerts(platform: Platform) -> list[Alert]:
    """Runs that failed, or died, since alerts were on and were not told of yet."""
    since = max(_told_since(platform.ledger), platform.clock() - _LOOK_BACK)
    runs = [r for r in ended_badly(platform.ledger, since) if r.status == "failed" or _died(r)]
    known = raised_keys(platform.ledger, [failure_key(run.run_id) for run in runs])
    now = platform.clock()
    return [_failed(platform, r, now) for r in runs if failure_key(r.run_id) not in known]


def refused_alert(platform: Platform, run_id: str, error: DmaicError) -> Alert:
    """A run that breaks off over a refusal, which it raises."""
    why = without_quotes(str(error))
    facts = (("why", why), ("what helps", without_quotes(error.fix)))
    title = f"run {run_id} broke off"
    return _failure(run_id, f"refused|{why}", title, facts, at=platform.clock())


def job_alert(platform: Platform, job: str, run_id: str, why: str) -> Alert:
    """A job of Dagster's that failed; `run_id` is the ledger's run, or Dagster's where none is."""
    said = without_quotes(why)
    facts = (("why", said),) if said else ()
    title = clean(f"{job} failed: run {run_id}", width=TITLE_WIDTH)
    told = _failure(run_id, f"{job}|{said}", title, facts, at=platform.clock())
    return replace(told, commands=("dmaic runs", "dmaic run-all"))


def failure_key(name: str) -> str:
    """The key of the alert that a run failed; a Dagster run of its own counts as one."""
    return sha256_json(["failed", name])[:KEY_DIGITS]


def _late(platform: Platform, found: Freshness, now: datetime) -> Alert:
    settings = platform.settings.source(found.source)
    is_named = "criticality" in settings.model_fields_set
    last = found.last_at.isoformat() if found.last_at else None
    facts = {
        "overdue since": short_moment(found.late_after) if found.late_after else "",
        "newest file": short_moment(found.last_at) if found.last_at else "none yet",
        "usual": f"{found.cadence.words} ({found.evidence})" if found.cadence else "",
        "owner": settings.owner or "",
    }
    return Alert(
        key=sha256_json(["late", found.source, last])[:KEY_DIGITS],
        kind="late",
        severity=worst(("high", settings.criticality)) if is_named else "high",
        source=found.source,
        run_id=None,
        subject=f"late|{found.source}",
        title=f"{found.source}: a file is overdue",
        raised_at=now,
        facts=tuple((word, clean(text)) for word, text in facts.items() if text),
        commands=("dmaic status",),
    )


def _died(run: RunRecord) -> bool:
    """Whether nobody ended a run: one that was stopped on purpose has totals."""
    return run.status == "interrupted" and not run.totals


def _failed(platform: Platform, run: RunRecord, now: datetime) -> Alert:
    title, facts = _what_failed(platform, run)
    subject = f"{run.kind}|{dict(facts).get('why', '')}"
    started = ("started", short_moment(run.started_at))
    title = clean(title, width=TITLE_WIDTH)
    told = _failure(run.run_id, subject, title, (started, *facts), at=now)
    return replace(told, severity="high") if _died(run) else told


def _failure(
    run_id: str, subject: str, title: str, facts: tuple[tuple[str, str], ...], *, at: datetime
) -> Alert:
    """The alert that a run failed: critical, and answered by a look at the run and a new one."""
    return Alert(
        key=failure_key(run_id),
        kind="failed",
        severity="critical",
        source="",
        run_id=run_id,
        subject=f"failed|{subject}",
        title=title,
        raised_at=at,
        facts=facts,
        commands=(f"dmaic show {run_id}", "dmaic run-all"),
    )


def _what_failed(platform: Platform, run: RunRecord) -> tuple[str, tuple[tuple[str, str], ...]]:
    if _died(run):
        why = "its process is gone; the next run takes up what it left"
        return f"run {run.run_id} broke off", (("why", why),)
    refusal = refusal_of_files(platform, run.run_id)
    if refusal is None:
        phases = [p.phase for p in list_phases(platform.ledger, run.run_id) if p.status == "failed"]
        where = f" in {phases[0]}" if phases else ""
        return f"run {run.run_id} failed{where}", (("why", "see data/logs/dmaic.log"),)
    facts = (("why", without_quotes(str(refusal))), ("what helps", without_quotes(refusal.fix)))
    return f"run {run.run_id} failed: files could not be worked on", facts


def _told_since(ledger: Ledger) -> datetime:
    """When somebody asked for failed runs first: what was before that is no news."""
    query = sa.select(meta.c.value).where(meta.c.key == _SINCE)

    def work(connection: Connection) -> int:
        upsert(connection, meta, [row], conflict=("key",))
        return int(str(connection.execute(query).scalar()))

    with ledger.reading() as connection:
        known = connection.execute(query).scalar()
    if known is not None:
        return from_us(int(known))
    row = {"key": _SINCE, "value": str(ledger.now_us())}
    return from_us(ledger.write(work))
