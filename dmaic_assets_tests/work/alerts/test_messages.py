"""One message a subject and cool-down, whatever came of it; a flood comes as a digest."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dmaic_assets.settings.alerts import BreakerSettings
from dmaic_assets.store.ledger.record.deliveries import ChannelState
from dmaic_assets.work.alerts.breaker import after_failure, after_success, position_of
from dmaic_assets.work.alerts.delivery import send_waiting
from dmaic_assets_tests.work.alerts.conftest import KEPT, OPS, Desk
from dmaic_assets_tests.work.alerts.receivers import WebReceiver

NOW = datetime(2026, 11, 21, tzinfo=UTC)
RULE = BreakerSettings(failures=3, open_s=60)


def titles(web: WebReceiver) -> list[str]:
    return [request.document["title"] for request in web.requests]


def test_a_subject_is_told_once_in_its_cool_down_then_with_all_that_came(
    desk: Desk, web: WebReceiver
) -> None:
    desk.happens("a")
    send_waiting(desk.platform)
    desk.happens("a")
    desk.move(60)
    desk.happens("a")
    desk.happens("b")

    assert send_waiting(desk.platform).cooling == 2

    assert titles(web) == ["event 1", "event 4"]
    desk.move(3600)
    send_waiting(desk.platform)
    assert titles(web)[2:] == ["event 3 (and 1 more since 04:15 UTC)"]
    told = web.requests[2].document
    assert [alert["title"] for alert in told["alerts"]] == ["event 2", "event 3"]
    assert send_waiting(desk.platform).cooling == 0


def test_a_clock_that_was_set_back_keeps_nothing_from_being_told(
    desk: Desk, web: WebReceiver
) -> None:
    desk.happens("a")
    send_waiting(desk.platform)
    desk.move(-86_400)
    desk.happens("a")

    send_waiting(desk.platform)

    assert titles(web) == ["event 1", "event 2"]


def test_a_log_gets_every_alert_at_once(desk: Desk) -> None:
    desk.change(channels=list(KEPT))
    for _ in range(3):
        desk.happens("a")

    send_waiting(desk.platform)

    assert len(desk.lines()) == len(desk.lines("alerts.log")) == 3


def test_a_flood_is_ten_messages_with_the_gravest_alone(desk: Desk, web: WebReceiver) -> None:
    for number in range(42):
        grave = "critical" if number % 6 == 5 else "high"
        desk.happens(f"subject {number}", severity=grave, kind="late" if number > 39 else "held")

    assert send_waiting(desk.platform).sent == (("ops", 10),)

    counts = [request.document["count"] for request in web.requests]
    assert sorted(counts) == [1] * 9 + [33]
    alone = [r.document["severity"] for r in web.requests if r.document["count"] == 1]
    assert alone.count("critical") == 7
    (digest,) = [r.document for r in web.requests if r.document["count"] > 1]
    assert digest["title"] == "33 alerts: 32 held, 1 late"
    assert len(digest["alerts"]) == 10
    assert max(len(request.body) for request in web.requests) < 28_000


def test_each_channel_has_a_cool_down_of_its_own(desk: Desk, web: WebReceiver) -> None:
    desk.happens("a")
    send_waiting(desk.platform)
    second = {**OPS, "name": "second"}
    desk.change(channels=[OPS, second])
    desk.happens("a")

    assert send_waiting(desk.platform).sent == (("second", 1),)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 90)), max_size=40))
def test_the_breaker_follows_its_states(steps: list[tuple[bool, int]]) -> None:
    """Against a model that remembers everything: all failures since the last success."""
    state, now = ChannelState("ops"), NOW
    failed_at: list[datetime] = []
    for is_fine, pause_s in steps:
        now += timedelta(seconds=pause_s)
        is_open = len(failed_at) >= 3 and now - failed_at[-1] < timedelta(seconds=60)
        position = position_of(state, RULE, now)
        assert (position == "open") == is_open
        assert (position == "closed") == (len(failed_at) < 3)
        if is_open:
            continue
        state = after_success(state, now) if is_fine else after_failure(state, RULE, now, "away")
        failed_at = [] if is_fine else [*failed_at, now]
        assert state.failures == len(failed_at)
        assert (state.error is None) == is_fine
