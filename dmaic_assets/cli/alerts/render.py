"""How alerts and what became of them are printed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dmaic_assets.cli import errors
from dmaic_assets.cli.console import print_table, say, styled
from dmaic_assets.errors import StoreError
from dmaic_assets.model import Json
from dmaic_assets.table.spelled_numbers import plural

if TYPE_CHECKING:
    from dmaic_assets.model import Severity
    from dmaic_assets.store.ledger.record.alerts import Alert
    from dmaic_assets.store.ledger.record.deliveries import Delivery
    from dmaic_assets.work.alerts.delivery import Session

_STYLES: "dict[Severity, str]" = {
    "critical": "bold red",
    "high": "red",
    "medium": "yellow",
    "low": "dim",
}


def alert_document(alert: "Alert", deliveries: "Sequence[Delivery]") -> dict[str, Json]:
    """Builds the JSON form of an alert; an entry of `told` has no `at` while it waits."""
    told: list[Json] = [
        {
            "channel": d.channel,
            "at": d.sent_at.isoformat() if d.sent_at else None,
            "message": d.message,
            "attempts": d.attempts,
            "error": d.error,
        }
        for d in deliveries
    ]
    return {**alert.document(), "told": told}


def print_alerts(found: "Sequence[Alert]", deliveries: "Sequence[Delivery]") -> None:
    """Prints one line an alert, and below them why some wait."""
    if not found:
        say("No alert.")
        return
    rows = [
        (
            f"{alert.raised_at:%Y-%m-%d %H:%M}",
            styled(alert.severity, _STYLES[alert.severity]),
            alert.title,
            _told([d for d in deliveries if d.alert_key == alert.key]),
        )
        for alert in found
    ]
    print_table(("raised (UTC)", "severity", "what", "told by"), rows)
    waiting = [d for d in deliveries if d.sent_at is None]
    for why in dict.fromkeys(f"{d.channel}: {d.error}" for d in waiting if d.error):
        say(f"not told by {why}", style="yellow")
    if waiting:
        say("Send what waits: dmaic alerts send")


def _told(deliveries: "Sequence[Delivery]") -> str:
    told = [d.channel for d in deliveries if d.sent_at is not None]
    waiting = [d.channel for d in deliveries if d.sent_at is None]
    words = [", ".join(told)] if told else []
    words += [f"waiting: {', '.join(waiting)}"] if waiting else []
    return "; ".join(words) or "nobody: no channel takes it"


def print_session(session: "Session") -> None:
    """Prints what one round of sending came to."""
    sent = ", ".join(f"{name} {count}" for name, count in session.sent)
    say(f"{plural(session.messages, 'message')} sent" + (f": {sent}" if sent else ""))
    if session.cooling:
        one = session.cooling == 1
        waits = "waits" if one else "wait"
        say(f"{plural(session.cooling, 'alert')} {waits} for the end of a cool-down", style="dim")
    for trouble in session.troubles:
        say(trouble.words, style="yellow")


def session_code(session: "Session") -> int:
    """The exit code of a round: that of a store that refuses while something waits."""
    return StoreError.exit_code if session.troubles else errors.OK
