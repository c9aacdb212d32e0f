"""Business cycles: rates of generated cases, how they are found, and what is none."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from dmaic_assets.analysis.study import Outcome
from dmaic_assets.analysis.values.business_cycles import BusinessCyclesValue, Cycle
from dmaic_assets.settings.analyses import AnalysisSettings
from dmaic_assets.store.codec import from_json, to_json
from dmaic_assets_tests.analysis.business_cycles.made import (
    START,
    Made,
    all_cycles,
    over_tables,
    studied,
)

NOW = datetime(2025, 1, 1, tzinfo=UTC)
MADE = {made.table: made for made in all_cycles(800, seed=3)}


def outcome(table: str, frame: pl.DataFrame, settings: Mapping[str, Any] | None = None) -> Outcome:
    return studied({table: frame}, AnalysisSettings.model_validate(settings or {}))


def cycles(
    table: str, frame: pl.DataFrame, settings: Mapping[str, Any] | None = None
) -> tuple[Cycle, ...]:
    value = outcome(table, frame, settings).value
    assert isinstance(value, BusinessCyclesValue)
    return value.cycles


@pytest.mark.parametrize("made", MADE.values(), ids=MADE)
def test_rates_of_generated_cycles_are_within_one_per_cent(made: Made) -> None:
    (found,) = cycles(made.table, made.frame)

    assert (found.kind, found.cases) == (made.kind, made.cases)
    for name in ("completed", "abandoned", "skipped", "stalled"):
        assert getattr(found, name) == pytest.approx(getattr(made, name), abs=0.01 * made.cases)
    assert found.out_of_order == 0


def test_stages_come_in_the_order_of_time() -> None:
    (found,) = cycles("order_events", MADE["order_events"].frame.sample(fraction=1, shuffle=True))

    assert [(stage.label, stage.words) for stage in found.stages] == [
        ("Order Created", "ordered"), ("Order Confirmed", "confirmed"),
        ("Goods Shipped", "shipped"),
        ("Invoice Sent", "invoiced"), ("Payment Received", "paid"),
    ]  # fmt: skip
    assert found.stages[0].reached == found.cases
    assert all(0.5 * 86_400 < (s.wait_median_s or 0) < 5 * 86_400 for s in found.stages[1:])
    assert found.cycle_median_s == pytest.approx(11 * 86_400, rel=0.05)


def test_disorder_and_rework_are_counted() -> None:
    log = MADE["order_events"].frame
    first = log.filter(pl.col("activity") == "Order Created").head(30)
    again = first.with_columns(pl.col("event_time") + timedelta(hours=1))
    late = log.filter(pl.col("activity") == "Goods Shipped")["order_no"].head(20).implode()
    is_late = pl.col("order_no").is_in(late) & (pl.col("activity") == "Goods Shipped")
    moved = log.with_columns(
        pl.when(is_late).then(pl.lit(START - timedelta(days=1))).otherwise("event_time")
        .alias("event_time").cast(log.schema["event_time"])
    )  # fmt: skip

    assert cycles("order_events", pl.concat([log, again]))[0].reworked == 30
    assert cycles("order_events", moved)[0].out_of_order == 20
    (told,) = [f for f in outcome("order_events", moved).findings if f.metric == "disorder_rate"]
    assert "other way round: Goods Shipped before " in told.text
    assert told.evidence["pairs"][0] == {
        "first": "Order Created", "then": "Goods Shipped", "cases": 20, "row": None
    }  # fmt: skip


def test_health_follows_the_completion_rate() -> None:
    def of(done: int) -> str:
        state = pl.Series("status", ["paid"] * done + ["shipped"] * (100 - done))
        return cycles("orders", state.to_frame())[0].health

    assert [of(81), of(80), of(50), of(49)] == ["healthy", "fair", "fair", "warning"]


def test_people_add_their_own_words() -> None:
    frame = pl.DataFrame({"zustand": ["neu"] * 30 + ["fertig"] * 70})
    words = {"stages": [{"name": "begun", "words": ["Neu"]}, {"name": "done", "words": ["fertig"]}]}
    settings = {"cycles": {"auftrag": {**words, "completed": ["fertig"]}}}

    assert cycles("auftraege", frame) == ()
    (found,) = cycles("auftraege", frame, settings)
    assert (found.kind, found.completion_rate) == ("auftrag", 0.7)


def test_statuses_that_are_denied_are_no_ends() -> None:
    status = pl.Series("status", ["paid"] * 60 + ["not paid"] * 30 + ["invoiced"] * 10)

    assert cycles("invoices", status.to_frame())[0].completed == 60


@pytest.mark.parametrize(
    "frame",
    [
        pl.DataFrame({"colour": ["red", "blue"] * 50}),
        pl.DataFrame({"id": range(100), "born": [START] * 100}),
        # Customers come back, in no order of statuses.
        pl.DataFrame(
            {
                "customer": [n % 40 for n in range(200)],
                "kind": ["a", "b", "c", "d", "e"] * 40,
                "at": [START + timedelta(days=n * 7919 % 200) for n in range(200)],
            }
        ),
        pl.DataFrame({"status": [], "at": []}, schema={"status": pl.String, "at": pl.Datetime}),
    ],
)
def test_what_has_no_stages_is_no_cycle(frame: pl.DataFrame) -> None:
    assert outcome("things", frame).findings == ()


def test_findings_name_table_and_columns_and_none_is_high() -> None:
    found = outcome("tickets", MADE["tickets"].frame).findings

    assert {f.metric for f in found} == {"completion_rate", "stalled_rate", "skipped_rate"}
    assert all("tickets" in f.text and f.weight != "high" for f in found)


def test_a_value_is_written_and_read_back() -> None:
    value = outcome("purchases", MADE["purchases"].frame).value

    assert from_json(BusinessCyclesValue, to_json(value)) == value


def test_texts_of_sensitive_columns_are_no_stages() -> None:
    settings = {"columns": {"assets.state": {"is_sensitive": True}}}

    assert cycles("assets", MADE["assets"].frame, settings) == ()


def test_orders_invoices_shipments_and_payments_are_one_cycle() -> None:
    made, frames = over_tables(800)

    value = studied(frames).value
    assert isinstance(value, BusinessCyclesValue)
    (found,) = value.cycles

    assert (found.form, found.table, found.kind) == ("tables", made.table, made.kind)
    assert [stage.label for stage in found.stages] == [
        "sales_orders", "invoices", "shipments", "payments"
    ]  # fmt: skip
    for name in ("completed", "abandoned", "skipped", "stalled"):
        assert getattr(found, name) == pytest.approx(getattr(made, name), abs=0.01 * made.cases)


def test_a_status_of_the_cases_tells_which_are_abandoned() -> None:
    _, frames = over_tables(800)
    orders = frames["sales_orders"]
    states = ["cancelled" if n % 10 == 0 else "open" for n in range(orders.height)]
    frames["sales_orders"] = orders.with_columns(pl.Series("status", states))

    value = studied(frames).value
    assert isinstance(value, BusinessCyclesValue)
    (found,) = (c for c in value.cycles if c.form == "tables")

    assert found.abandoned == 80


def test_tables_that_are_no_stages_are_no_cycle() -> None:
    _, frames = over_tables(800)
    names = dict(zip(frames, ("people", "visits", "lines", "notes"), strict=True))

    value = studied({names[name]: frame for name, frame in frames.items()}).value
    assert isinstance(value, BusinessCyclesValue)
    assert value.cycles == ()
