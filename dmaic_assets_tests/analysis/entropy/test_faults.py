"""Uncertainty and grades follow the damage: more of it is never better, and it is named."""

import polars as pl
import pytest

from dmaic_assets.analysis.entropy.analyze import DETECTORS
from dmaic_assets.analysis.entropy.facts import TableFacts
from dmaic_assets.analysis.entropy.scores import with_fault
from dmaic_assets.analysis.study import ALL_TABLES, Study
from dmaic_assets.analysis.tables import table_of_frame
from dmaic_assets.analysis.values.validation import (
    CheckResult,
    FilterResult,
    RuleResult,
    ValidationValue,
)
from dmaic_assets.analysis.working import Piece, work_analyses
from dmaic_assets_tests.analysis.entropy.shop import NOW, ROWS, shop

BY_NAME = {detector.name: detector for detector in DETECTORS}
RATES = (0.01, 0.05, 0.15)
# Columns beside the damaged one: they excuse nothing.
HEALTHY = 40


def both(frames):
    tables = {n: table_of_frame(n, f) for n, f in frames.items()}
    found = work_analyses(Study(tables, NOW), ["quality_summary"])
    values = (found[Piece(name, ALL_TABLES)].value for name in ("entropy", "quality_summary"))
    return tuple(value.tables["orders"] for value in values)


def damaged(kind, rate, *, healthy=0):
    frames = shop()
    orders = frames["orders"].with_columns(
        (pl.col("order_id") * (n + 3) % 11 + n).alias(f"healthy_{n}") for n in range(healthy)
    )
    is_hit = pl.int_range(pl.len()) % round(1 / rate) == 0
    if kind == "orphans":
        wrong = pl.when(is_hit).then(pl.col("customer_id") + 90_000).otherwise("customer_id")
        orders = orders.with_columns(wrong.alias("customer_id"))
    elif kind == "words":
        wrong = pl.when(is_hit).then(pl.lit("unknown")).otherwise("status")
        orders = orders.with_columns(wrong.alias("status"))
    else:
        orders = pl.concat([orders, orders[: round(rate * ROWS)]])
    return {**frames, "orders": orders}


@pytest.fixture(scope="module")
def clean():
    return both(shop())


@pytest.mark.parametrize(
    ("kind", "column"), [("orphans", "customer_id"), ("words", "status"), ("repeats", "")]
)
def test_more_damage_is_never_surer_and_its_place_is_named(kind, column, clean):
    found = [clean, *(both(damaged(kind, rate)) for rate in RATES)]

    scores = [table.score for table, _ in found]
    assert scores == sorted(scores)
    assert [quality.score for _, quality in found] == sorted(
        (quality.score for _, quality in found), reverse=True
    )
    assert (found[0][0].readiness, found[0][1].grade) == ("ready", "A")
    assert (found[-1][0].readiness, found[-1][1].grade) == ("investigate", "C")
    assert found[-2][1].grade == "B"
    for table, _ in found[1:]:
        name, reading = table.worst_fault
        assert name == column
        assert reading.fault == pytest.approx(table.fault)
        assert max(table.layers.values()) >= table.fault


def test_healthy_columns_excuse_no_fault():
    few, many = (both(damaged("orphans", 0.15, healthy=n))[0] for n in (0, HEALTHY))

    assert many.fault == few.fault
    assert many.layers["structural"] == few.layers["structural"] == few.fault
    assert many.readiness == few.readiness == "investigate"
    lights = {v.use: v.light for v in many.contracts}
    assert lights["regulatory"] == lights["executive"] == "red"


def test_a_fault_and_what_nobody_said_are_doubts_of_their_own():
    assert with_fault(0.2, 0.0) == pytest.approx(0.2)
    assert with_fault(0.2, 0.5) == pytest.approx(0.6)
    assert with_fault(1.0, 0.5) == with_fault(0.3, 1.0) == 1.0


def check(name, tables, failed):
    return CheckResult(name, "sign", "error", tables, ("net",), "failed", "rows", 100, failed)


def test_broken_checks_and_filters_are_faults_of_their_table_and_columns():
    rules = (RuleResult("known", "exclude", 100, 16, ("customer_id",)),)
    known = ValidationValue(
        (
            check("adds_up", ("orders", "lines"), 9),
            check("sign", ("orders",), 4),
        ),
        (FilterResult("f", "orders", "failed", 100, rules=rules),),
        (),
        (),
    )
    facts = TableFacts("orders", {"validation": known})

    (table,) = (BY_NAME["table_checks"].of_table(facts),)
    net, customer = (BY_NAME["checks"].of_column(facts.column(n)) for n in ("net", "customer_id"))

    assert (table.fault, table.text) == (0.4, "16.0 % of the rows break known of the filter f")
    # Who of two tables is wrong, a check across them does not tell.
    assert (net.fault, net.text) == (0.2, "4.0 % of the rows break the check sign")
    assert customer.fault == 0.4
    assert BY_NAME["checks"].of_column(facts.column("other")) is None
