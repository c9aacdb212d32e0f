"""Messages: what one channel is given at once, put together of alerts once and for all.

What belongs here: cool-down and grouping. A message keeps its key from then on, however often it is
tried, so that a receiver knows one that comes twice.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dmaic_assets.model import SEVERITIES, Severity
from dmaic_assets.settings.alerts import AlertSettings, ChannelSettings, FileChannel, LogChannel
from dmaic_assets.store.keys import sha256_json
from dmaic_assets.store.ledger.database.store import Ledger
from dmaic_assets.store.ledger.record.alerts import Alert, alerts_of
from dmaic_assets.store.ledger.record.deliveries import (
    Delivery,
    last_told,
    put_together,
    waiting_deliveries,
)
from dmaic_assets.table.spelled_numbers import plural
from dmaic_assets.work.alerts.words import worst

# Hex digits of a message's key.
_KEY_DIGITS = 32


@dataclass(frozen=True, slots=True)
class Message:
    """Alerts that one channel tells together, oldest first; `attempts` counts tries that failed."""

    key: str
    alerts: tuple[Alert, ...]
    attempts: int = 0

    @property
    def severity(self) -> Severity:
        """That of the gravest alert."""
        return worst([alert.severity for alert in self.alerts])

    @property
    def subject(self) -> str:
        """What it is about; a digest of several subjects is about none."""
        subjects = {alert.subject for alert in self.alerts}
        return subjects.pop() if len(subjects) == 1 else "digest"

    @property
    def title(self) -> str:
        """What happened, in one line."""
        newest, others = self.alerts[-1], len(self.alerts) - 1
        if not others:
            return newest.title
        if self.subject != "digest":
            return f"{newest.title} (and {others} more since {self.alerts[0].raised_at:%H:%M} UTC)"
        kinds = Counter(alert.kind for alert in self.alerts)
        told = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
        return f"{plural(len(self.alerts), 'alert')}: {told}"


def messages_for(
    ledger: Ledger, settings: AlertSettings, channel: ChannelSettings, now: datetime
) -> list[Message]:
    """What a channel is to be given now: what was tried least first, then the oldest.

    A log or a file gets every alert by itself and at once. Others hear of a subject once in its
    cool-down, of all that came of it meanwhile, and of at most `most_messages` things at a time:
    the least grave are told together.
    """
    waiting = waiting_deliveries(ledger, channel.name)
    free = [d for d in waiting if d.message is None]
    if free:
        known = alerts_of(ledger, [d.alert_key for d in free])
        for group in _groups(ledger, settings, channel, [known[d.alert_key] for d in free], now):
            keys = [alert.key for alert in group]
            named = sha256_json([channel.name, *sorted(keys)])[:_KEY_DIGITS]
            put_together(ledger, channel.name, keys, named)
        # Another process may have been faster with some of them.
        waiting = waiting_deliveries(ledger, channel.name)
    by_message: defaultdict[str, list[Delivery]] = defaultdict(list)
    for delivery in waiting:
        if delivery.message is not None:
            by_message[delivery.message].append(delivery)
    alerts = alerts_of(ledger, [d.alert_key for ds in by_message.values() for d in ds])
    found = [
        Message(key, tuple(alerts[d.alert_key] for d in ds), max(d.attempts for d in ds))
        for key, ds in by_message.items()
    ]
    return sorted(found, key=lambda message: message.attempts)


def is_kept_here(channel: ChannelSettings) -> bool:
    """Whether a channel is a file of the project, which nobody is woken by."""
    return isinstance(channel, LogChannel | FileChannel)


def _groups(
    ledger: Ledger,
    settings: AlertSettings,
    channel: ChannelSettings,
    alerts: Sequence[Alert],
    now: datetime,
) -> list[list[Alert]]:
    if is_kept_here(channel):
        return [[alert] for alert in alerts]
    by_subject: defaultdict[str, list[Alert]] = defaultdict(list)
    for alert in alerts:
        by_subject[alert.subject].append(alert)
    told = last_told(ledger, channel.name)
    quiet = timedelta(seconds=settings.cool_down_s)
    due = [
        group
        for subject, group in by_subject.items()
        # A clock that was set back keeps nothing from being told.
        if subject not in told or not timedelta(0) <= now - told[subject] < quiet
    ]
    if len(due) <= settings.most_messages:
        return due
    due.sort(key=lambda group: SEVERITIES.index(worst([a.severity for a in group])))
    alone, together = due[: settings.most_messages - 1], due[settings.most_messages - 1 :]
    return [*alone, [alert for group in together for alert in group]]
