"""The alerts that people were told, as channels got them; where alerts are off, what they would be.

What belongs here: choosing them. What becomes an alert, how grave it is and what is sent,
work/alerts knows, so that page and channel never differ.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import PurePath

from dmaic_assets.model import SEVERITIES, Verdict
from dmaic_assets.reports.views.monitor.view import AlertLine, Alerts
from dmaic_assets.store.ledger.record.alerts import Alert, list_alerts
from dmaic_assets.store.ledger.record.deliveries import Delivery, deliveries_of
from dmaic_assets.store.ledger.record.judgements import Judgement
from dmaic_assets.store.ledger.record.verdicts import verdicts_by_id
from dmaic_assets.work.alerts.channels import sender_of
from dmaic_assets.work.alerts.held import alerts_of_verdicts
from dmaic_assets.work.alerts.messages import Message, is_kept_here
from dmaic_assets.work.alerts.payloads import document_of
from dmaic_assets.work.run.platform import Platform

# Alerts that are listed, the newest; and that are read, to be counted.
NEWEST = 15
_READ = 2_000
# Held files, the newest, of which it is told what alerts they would make.
_MOST_HELD = 500


def alerts(
    platform: Platform,
    stained: Sequence[Judgement],
    *,
    since: datetime | None = None,
    sources: Sequence[str] = (),
) -> Alerts:
    """Reads the alerts of a project; where they are off, makes those of the files that are held.

    Args:
        platform: The stores.
        stained: Files that are not spotless, newest first; for where alerts are off.
        since: Leaves out what was raised before.
        sources: Leaves out those of other sources, and of whole runs; empty means all.
    """
    is_on = platform.settings.is_telling
    if is_on:
        wanted = set(sources)
        found = [
            alert
            for alert in list_alerts(platform.ledger, limit=_READ)
            if (since is None or alert.raised_at >= since)
            and (not wanted or alert.source in wanted)
        ]
    else:
        found = _would_be(platform, stained)
    shown = found[:NEWEST]
    ways: defaultdict[str, list[Delivery]] = defaultdict(list)
    for delivery in deliveries_of(platform.ledger, [alert.key for alert in shown]) if is_on else ():
        ways[delivery.alert_key].append(delivery)
    counts = Counter(alert.severity for alert in found)
    return Alerts(
        is_on=is_on,
        counts={severity: counts[severity] for severity in SEVERITIES if counts[severity]},
        newest=tuple(_line(platform, alert, ways[alert.key]) for alert in shown),
    )


def _would_be(platform: Platform, stained: Sequence[Judgement]) -> list[Alert]:
    """What runs would have told of the files that are held now, newest first."""
    held = [j for j in stained if j.decision == "reject"][:_MOST_HELD]
    # As many statements when nothing is held: no verdict has the number 0.
    records = verdicts_by_id(platform.ledger, [j.verdict_id for j in held] or [0])
    by_run: dict[str, list[tuple[str, Verdict]]] = {}
    last: dict[str, datetime] = {}
    for record in records:
        named = (PurePath(record.path).name, record.verdict)
        by_run.setdefault(record.run_id, []).append(named)
        last[record.run_id] = record.recorded_at
    return [
        alert
        for run_id in sorted(by_run, key=lambda name: last[name], reverse=True)
        for alert in alerts_of_verdicts(platform, run_id, by_run[run_id], last[run_id])
    ]


def _line(platform: Platform, alert: Alert, ways: Sequence[Delivery]) -> AlertLine:
    message = Message(_key(platform, alert, ways), (alert,))
    return AlertLine(
        severity=alert.severity,
        kind=alert.kind,
        source=alert.source,
        run_id=alert.run_id,
        title=alert.title,
        raised_at=alert.raised_at,
        told=tuple(d.channel for d in ways if d.sent_at is not None),
        waiting=tuple(d.channel for d in ways if d.sent_at is None),
        payload=document_of(message, sender_of(platform.settings)),
    )


def _key(platform: Platform, alert: Alert, ways: Sequence[Delivery]) -> str:
    """The key of the message that told it alone, in a log or a file; its own where none did."""
    alone = {c.name for c in platform.settings.alerts.channels if is_kept_here(c)}
    found: Mapping[str, str] = {d.channel: d.message for d in ways if d.message}
    return next((key for name, key in found.items() if name in alone), alert.key)
