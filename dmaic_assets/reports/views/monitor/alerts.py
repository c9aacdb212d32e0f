"""Alerts of files that are held: how bad each is, and what would be sent.

What belongs here: choosing the files and their severity. The payload is what a webhook of the
generic form is sent; work/alerts knows the forms, and tells files of one rule together.
"""

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

from dmaic_assets.reports.views.monitor.failures import reason_of
from dmaic_assets.reports.views.monitor.view import AlertLine, Alerts
from dmaic_assets.store.keys import sha256_json
from dmaic_assets.store.ledger.record.alerts import Alert
from dmaic_assets.store.ledger.record.judgements import Breaks, Judgement
from dmaic_assets.work.alerts.held import KEY_DIGITS
from dmaic_assets.work.alerts.messages import Message
from dmaic_assets.work.alerts.payloads import Sender, document_of
from dmaic_assets.work.alerts.words import TITLE_WIDTH, clean

Grade: TypeAlias = Literal["high", "medium"]

# Alerts that are listed, the newest.
NEWEST = 15
# Score (share) below which a held file is of high severity, not medium (section 5).
HIGH_BELOW = 0.7


def alerts(stained: Sequence[Judgement], breaks: Mapping[int, Breaks], sender: Sender) -> Alerts:
    """Builds the alerts of the files that are held.

    Args:
        stained: Files that are not spotless, newest first.
        breaks: What was said of the newest of them, by verdict.
        sender: Who tells, as payloads say it.
    """
    held = [j for j in stained if j.decision == "reject"]
    high = sum(severity_of(j) == "high" for j in held)
    nothing = Breaks((), ())
    newest = (_line(j, breaks.get(j.verdict_id, nothing), sender) for j in held[:NEWEST])
    return Alerts(high, len(held) - high, tuple(newest))


def severity_of(judgement: Judgement) -> Grade:
    """`high` for a score below 70 and for files that could not be read, else `medium`."""
    return "high" if judgement.score is None or judgement.score < HIGH_BELOW else "medium"


def _line(judgement: Judgement, said: Breaks, sender: Sender) -> AlertLine:
    reason = reason_of(said)
    alert = _alert(judgement, reason)
    return AlertLine(
        severity=severity_of(judgement),
        source=judgement.source,
        file_sha256=judgement.file_sha256,
        name=judgement.name,
        score=judgement.score,
        judged_at=judgement.at,
        reason=reason,
        payload=document_of(Message(alert.key, (alert,)), sender),
    )


def _alert(judgement: Judgement, reason: str) -> Alert:
    source, name = judgement.source, judgement.name
    score = "none" if judgement.score is None else f"{100 * judgement.score:.1f}"
    facts = {
        "file": clean(name),
        "score": score,
        "rows not in the warehouse": f"{judgement.quarantined:,}",
        "because": clean(reason),
    }
    return Alert(
        key=sha256_json(["held", judgement.run_id, source, judgement.file_sha256])[:KEY_DIGITS],
        kind="held",
        severity=severity_of(judgement),
        source=source,
        run_id=judgement.run_id,
        subject=f"held|{source}|{name}",
        title=clean(f"{source}: {name} is held: {reason}", width=TITLE_WIDTH),
        raised_at=judgement.at,
        facts=tuple(facts.items()),
        commands=(f"dmaic show {judgement.run_id}",),
    )
