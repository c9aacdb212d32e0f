"""How old each source's newest file is, and whether that is too old for this source.

What belongs here: the words. What a cadence is and how it is learnt is in work/state/freshness.py.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from dmaic_assets.reports.views.monitor.view import FreshState, SourceFreshness
from dmaic_assets.work.state.freshness import Freshness

# Hours after which a source without a known cadence is worth a notice, and stale (section 9).
NOTICE_H = 12.0
STALE_H = 24.0
# The most urgent first.
_URGENCY: tuple[FreshState, ...] = ("overdue", "stale", "notice", "fresh", "not expected")


def freshness_told(
    found: Iterable[Freshness], now: datetime, undemanding: Collection[str]
) -> tuple[SourceFreshness, ...]:
    """Tells how each source stands, the most urgent first, then by age.

    Args:
        found: What is known of each source.
        now: The moment that it is judged at.
        undemanding: Sources of which somebody declared that no file is expected.
    """
    told = [_told(each, now, is_undemanding=each.source in undemanding) for each in found]
    told.sort(key=lambda f: (_URGENCY.index(f.state), -(f.age_h or 0.0), f.source))
    return tuple(told)


def _told(found: Freshness, now: datetime, *, is_undemanding: bool) -> SourceFreshness:
    age_h = None if found.last_at is None else (now - found.last_at).total_seconds() / 3600
    return SourceFreshness(
        source=found.source,
        state="not expected" if is_undemanding else _state(found, age_h, now),
        last_at=found.last_at,
        age_h=age_h,
        expected=found.cadence.words if found.cadence else None,
        late_after=found.late_after,
        evidence=found.evidence,
    )


def _state(found: Freshness, age_h: float | None, now: datetime) -> FreshState:
    if found.late_after is not None:
        return "overdue" if now > found.late_after else "fresh"
    if age_h is None:
        return "not expected"
    if age_h > STALE_H:
        return "stale"
    return "notice" if age_h > NOTICE_H else "fresh"
