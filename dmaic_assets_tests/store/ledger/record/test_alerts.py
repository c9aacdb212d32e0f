"""Alerts and their deliveries are kept until they are told, on every database."""

from datetime import timedelta

from dmaic_assets.store.ledger.database.store import Ledger
from dmaic_assets.store.ledger.record.alerts import (
    Alert,
    alerts_of,
    list_alerts,
    newest_runs,
    raise_alerts,
    raised_items,
    raised_keys,
)
from dmaic_assets.store.ledger.record.deliveries import (
    ChannelState,
    channel_states,
    deliveries_of,
    keep_channel_state,
    last_told,
    mark_told,
    mark_untold,
    put_together,
    waiting_deliveries,
)
from dmaic_assets.store.ledger.record.retention import prune
from dmaic_assets_tests.store.ledger.conftest import HandClock


def an_alert(clock: HandClock, number: int, **more: str) -> Alert:
    return Alert(
        key=f"key {number}",
        kind="alarm",
        severity="high",
        source=more.get("source", "orders"),
        run_id=f"run {number}",
        subject=more.get("subject", "alarm|orders"),
        title="größer\x00 als sonst",
        raised_at=clock(),
        facts=(("files", "a.csv"),),
        commands=("dmaic alarms",),
        items=(f"item {number}",),
    )


def test_an_alert_is_read_as_it_was_raised(ledger: Ledger, clock: HandClock) -> None:
    alert = an_alert(clock, 1)

    raise_alerts(ledger, {alert: ["ops"]})
    raise_alerts(ledger, {alert: ["ops", "mail"]})
    raise_alerts(ledger, {})

    assert list_alerts(ledger) == [alert]
    assert alerts_of(ledger, ["key 1", "key 9"]) == {"key 1": alert}
    assert raised_keys(ledger, ["key 1", "key 9"]) == {"key 1"}
    # A channel that was added meanwhile hears of it too.
    assert [d.channel for d in waiting_deliveries(ledger)] == ["mail", "ops"]


def test_items_and_runs_are_those_of_kind_and_source(ledger: Ledger, clock: HandClock) -> None:
    for number, source in enumerate(("orders", "tills", "orders")):
        raise_alerts(ledger, {an_alert(clock, number, source=source): []})

    assert raised_items(ledger, "alarm", ["orders"]) == {"item 0", "item 2"}
    assert raised_items(ledger, "held", ["orders"]) == set()
    assert newest_runs(ledger, "alarm", ["orders", "shops"]) == {"orders": "run 2"}
    assert list_alerts(ledger, limit=1)[0].key == "key 2"


def test_a_delivery_goes_its_way(ledger: Ledger, clock: HandClock) -> None:
    for number in (1, 2):
        raise_alerts(ledger, {an_alert(clock, number): ["ops"]})
    put_together(ledger, "ops", ["key 1"], "first")
    put_together(ledger, "ops", ["key 1", "key 2"], "second")
    mark_untold(ledger, "ops", "first", "away")
    mark_untold(ledger, "ops", "first", "slow")
    mark_told(ledger, "ops", "second", clock())

    (waits,) = waiting_deliveries(ledger, "ops")

    assert (waits.message, waits.attempts, waits.error) == ("first", 2, "slow")
    assert last_told(ledger, "ops") == {"alarm|orders": clock()}
    mark_told(ledger, "ops", "first", clock() + timedelta(seconds=1))
    assert waiting_deliveries(ledger) == []
    assert [d.message for d in deliveries_of(ledger, ["key 1", "key 2"])] == ["first", "second"]


def test_a_state_of_a_channel_is_kept(ledger: Ledger, clock: HandClock) -> None:
    state = ChannelState("ops", 5, clock(), "away", clock(), None)

    keep_channel_state(ledger, ChannelState("ops"))
    keep_channel_state(ledger, state)

    assert channel_states(ledger) == {"ops": state}


def test_what_waits_is_never_pruned(ledger: Ledger, clock: HandClock) -> None:
    for number in (1, 2, 3):
        raise_alerts(ledger, {an_alert(clock, number): ["ops"] if number < 3 else []})
    put_together(ledger, "ops", ["key 1"], "first")
    mark_told(ledger, "ops", "first", clock())
    clock.move(days=100)

    assert prune(ledger).rows["alerts"] == 2

    assert [alert.key for alert in list_alerts(ledger)] == ["key 2"]
    assert [d.alert_key for d in deliveries_of(ledger, ["key 1", "key 2"])] == ["key 2"]
