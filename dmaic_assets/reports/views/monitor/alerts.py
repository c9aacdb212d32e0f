"""Alerts of files that are held: how bad each is, and what would be sent.

What belongs here: choosing the files and their severity.
"""

from collections.abc import Mapping, Sequence

from dmaic_assets.model import Json
from dmaic_assets.reports.views.monitor.failures import reason_of
from dmaic_assets.reports.views.monitor.view import AlertLine, Alerts
from dmaic_assets.store.ledger.record.judgements import Breaks, Judgement

# Alerts that are listed, the newest.
NEWEST = 15
# Score (share) below which a held file is of high severity, not medium (section 5).
HIGH_BELOW = 0.7


def alerts(stained: Sequence[Judgement], breaks: Mapping[int, Breaks], project: str) -> Alerts:
    """Builds the alerts of the files that are held.

    Args:
        stained: Files that are not spotless, newest first.
        breaks: What was said of the newest of them, by verdict.
        project: The project's name, which the payload tells.
    """
    held = [j for j in stained if j.decision == "reject"]
    high = sum(severity_of(j) == "high" for j in held)
    nothing = Breaks((), ())
    newest = (_line(j, breaks.get(j.verdict_id, nothing), project) for j in held[:NEWEST])
    return Alerts(high, len(held) - high, tuple(newest))


def severity_of(judgement: Judgement) -> str:
    """`high` for a score below 70 and for files that could not be read, else `medium`."""
    return "high" if judgement.score is None or judgement.score < HIGH_BELOW else "medium"


def _line(judgement: Judgement, said: Breaks, project: str) -> AlertLine:
    severity = "high" if severity_of(judgement) == "high" else "medium"
    reason = reason_of(said)
    payload: dict[str, Json] = {
        "event": "file_held",
        "severity": severity,
        "project": project,
        "source": judgement.source,
        "file": judgement.name,
        "sha256": judgement.file_sha256,
        "score": judgement.score,
        "rows": judgement.rows,
        "reason": reason,
        "run_id": judgement.run_id,
        "judged_at": judgement.at.isoformat(),
    }
    return AlertLine(
        severity=severity,
        source=judgement.source,
        file_sha256=judgement.file_sha256,
        name=judgement.name,
        score=judgement.score,
        judged_at=judgement.at,
        reason=reason,
        payload=payload,
    )
