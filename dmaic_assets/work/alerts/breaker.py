"""The circuit breaker of a channel: one that fails again and again is left alone for a while.

What belongs here: values only; the clock is given.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from dmaic_assets.settings.alerts import BreakerSettings
from dmaic_assets.store.ledger.record.deliveries import ChannelState

# Closed: it is used. Open: it is left alone. Half open: one message tries whether it works again.
BreakerPosition: TypeAlias = Literal["closed", "open", "half open"]


def position_of(state: ChannelState, rule: BreakerSettings, now: datetime) -> BreakerPosition:
    """Tells whether a channel may be used; a clock that was set back keeps none shut."""
    if state.opened_at is None:
        return "closed"
    left_alone = timedelta(0) <= now - state.opened_at < timedelta(seconds=rule.open_s)
    return "open" if left_alone else "half open"


def after_failure(
    state: ChannelState, rule: BreakerSettings, now: datetime, why: str
) -> ChannelState:
    """The state after one more failure: open from the last one that the rule allows on."""
    failures = state.failures + 1
    opened_at = now if failures >= rule.failures else None
    return replace(state, failures=failures, opened_at=opened_at, error=why, failed_at=now)


def after_success(state: ChannelState, now: datetime) -> ChannelState:
    """The state after a message was taken: closed, whatever was before."""
    return replace(state, failures=0, opened_at=None, error=None, sent_at=now)
