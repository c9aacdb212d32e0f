"""What history has to show before a rule may stand on it, and what it then catches."""

import json
from collections.abc import Sequence
from typing import cast

import numpy as np
import polars as pl
import pytest

from dmaic_assets.history.baseline import History
from dmaic_assets.history.column_kinds import column_kinds
from dmaic_assets.history.proposal import Proposal, Proposals, Refusal
from dmaic_assets.model import Rule, RuleSet
from dmaic_assets.phenomena.derived.learn import propose_derived
from dmaic_assets.phenomena.domain.learn import propose_values
from dmaic_assets.phenomena.key.learn import propose_keys
from dmaic_assets.phenomena.missing.learn import propose_missing
from dmaic_assets.phenomena.order.learn import propose_order
from dmaic_assets.phenomena.volume.learn import propose_volume
from dmaic_assets.store.codec import to_json
from dmaic_assets_tests.rules.orders import facts_of, given_of, judged, learnt

DAYS = 20


def _history(frames: Sequence[pl.DataFrame]) -> History:
    return History([facts_of(f, f"{i:064x}") for i, f in enumerate(frames)])


def _rules(found: Proposals, kind: str, column: str) -> list[Proposal]:
    return [
        p
        for p in found
        if isinstance(p, Proposal) and p.kind == kind and p.columns[:1] == (column,)
    ]


def _row_count(sizes: Sequence[int]) -> dict[str, object]:
    history = _history([pl.DataFrame({"x": np.arange(n)}) for n in sizes])
    (rule,) = [p for p in propose_volume(given_of(history, {})) if isinstance(p, Proposal)]
    assert rule.fit is not None
    fitted = rule.fit(0.01)
    assert fitted is not None
    return dict(fitted.parameters)


def test_numbers_below_a_divisor_are_no_rest_of_another_column() -> None:
    prices = [pl.DataFrame({"close": np.arange(40) + day * 20.0}) for day in range(DAYS)]
    frames = [f.with_columns(pl.col("close").alias("adjusted")) for f in prices]
    history = _history(frames)

    found = propose_derived(given_of(history))

    assert not _rules(found, "derived", "adjusted")


def test_a_rest_is_learnt_where_numbers_pass_the_divisor() -> None:
    clock = np.array([h * 100 + m for h in range(24) for m in range(0, 60, 7)])
    frames = [pl.DataFrame({"at": clock + day % 3, "minute": clock % 100 + day % 3})
              for day in range(DAYS)]  # fmt: skip
    history = _history(frames)

    (rule,) = _rules(propose_derived(given_of(history)), "derived", "minute")

    assert (rule.parameters["form"], rule.parameters["divisor"]) == ("modulo", 100)


def _pressures(day: int, *, rows: int = 60) -> pl.DataFrame:
    rng = np.random.default_rng(day)
    return pl.DataFrame({"pressure": np.round(1013 + rng.normal(0, 8, rows), 1)})


@pytest.fixture(scope="module")
def pressures() -> RuleSet:
    return learnt([facts_of(_pressures(day)) for day in range(DAYS)])


def _broken(frame: pl.DataFrame, rules: RuleSet) -> dict[str, str | None]:
    violations = judged(frame, rules).verdict.violations
    return {v.kind: v.cause for v in violations if v.is_broken and v.severity == "critical"}


def test_numbers_far_from_0_that_vary_little_show_a_small_factor(pressures: RuleSet) -> None:
    shifted = _pressures(99).with_columns(pl.col("pressure") * 0.9144)

    assert _broken(shifted, pressures) == {"distribution": "unit change (yards to metres)"}
    assert not _broken(_pressures(98), pressures)


def test_a_value_that_is_stuck_stops_the_file(pressures: RuleSet) -> None:
    stuck = _pressures(99).with_columns(pressure=pl.lit(1013.2))

    assert _broken(stuck, pressures)["distribution"] == "stuck value"


def test_a_snapshot_that_always_grew_may_not_shrink() -> None:
    grown = _row_count([600 + 40 * day for day in range(DAYS)])

    assert grown["min"] == int(0.9 * (600 + 40 * (DAYS - 1)))


def test_an_oldest_file_that_began_in_mid_period_is_no_measure_for_others() -> None:
    usual = [200 + 7 * (day % 5) for day in range(DAYS)]

    begun, whole = _row_count([40, *usual]), _row_count(usual)

    assert begun["min"] == whole["min"]


def _visits(day: int, **columns: Sequence[object]) -> pl.DataFrame:
    return pl.DataFrame({"visit": [f"v{day}-{i}" for i in range(40)], **columns})


def test_values_that_recur_between_files_by_chance_are_no_key() -> None:
    rng = np.random.default_rng(4)
    frames = [
        _visits(day, guest=rng.choice(12_000, 40, replace=False).tolist()) for day in range(DAYS)
    ]
    history = _history(frames)

    found = propose_keys(given_of(history))

    assert _rules(found, "unique", "visit")
    (refused,) = [p for p in found if isinstance(p, Refusal)]
    assert (refused.kind, refused.columns) == ("unique", ("guest",))


def test_keys_of_a_snapshot_recur_in_every_file_and_stay_keys() -> None:
    frames = [pl.DataFrame({"id": np.arange(60 + day) * 7919}) for day in range(DAYS)]
    history = _history(frames)

    assert _rules(propose_keys(given_of(history)), "unique", "id")


def _domain(counts: Sequence[int]) -> list[tuple[str, str]]:
    """The list rules of a column with so many rows of 0, 1, 2, ... in every file."""
    values = np.repeat(np.arange(len(counts)), counts)
    history = _history([pl.DataFrame({"x": values}) for _ in range(DAYS)])
    kinds = column_kinds(history)
    found = [p for p in propose_values(given_of(history, kinds)) if isinstance(p, Proposal)]
    return [(p.kind, p.severity) for p in found if p.kind in {"in_set", "new_values"}]


def test_counts_that_thin_out_go_on_and_labels_do_not() -> None:
    assert _domain([80, 17, 3]) == [("in_set", "low")]
    assert _domain([40, 30, 30]) == [("in_set", "high")]
    assert _domain([60, 40]) == [("in_set", "high")]


def test_one_new_value_is_no_flood_in_a_small_file() -> None:
    towns = [f"town {i}" for i in range(24)]
    frames = [pl.DataFrame({"town": [towns[(day * 5 + i) % 23] for i in range(30)]})
              for day in range(DAYS)]  # fmt: skip
    frames[0] = pl.DataFrame({"town": [*frames[0].get_column("town").to_list()[:29], towns[23]]})
    rules = learnt([facts_of(f, f"{i:064x}") for i, f in enumerate(frames)])

    known = frames[3].get_column("town").to_list()
    one = judged(pl.DataFrame({"town": [*known[:29], "a village"]}), rules)
    many = judged(pl.DataFrame({"town": [*known[:20], *["a village"] * 10]}), rules)

    assert one.verdict.decision != "reject"
    assert many.verdict.decision == "reject"


def test_known_values_near_each_other_still_tell_another_case() -> None:
    zones = ["RL"] * 60 + ["RM"] * 30 + ["C (all)"] * 10
    frames = [pl.DataFrame({"zone": zones}) for _ in range(DAYS)]
    frames[4] = pl.DataFrame({"zone": [*zones[:99], "I (all)"]})
    frames[9] = pl.DataFrame({"zone": [*zones[:99], "A (agr)"]})
    rules = learnt([facts_of(f, f"{i:064x}") for i, f in enumerate(frames)])

    found = judged(pl.DataFrame({"zone": [*zones[:98], "rl", "D (all)"]}), rules)

    (slip,) = [v for v in found.verdict.violations if v.kind == "near_miss"]
    assert (slip.rows_failed, slip.cause) == (1, "case change")
    assert found.quarantined_rows.to_list() == [98]


def _missing_together(others: int) -> Proposals:
    """What is proposed on a column that is missing in 26 rows, and only where another one is."""
    rng = np.random.default_rng(11)
    frames: list[pl.DataFrame] = []
    for day in range(DAYS):
        gaps = {f"c{i}": [None if g else 1.5 for g in rng.random(40) < 0.1] for i in range(others)}
        child = [None if i < 20 else 1.0 for i in range(40)]
        parent = [None if i == 3 or (i == 4 and day < 6) else 2.0 for i in range(40)]
        frames.append(pl.DataFrame({"parent": parent, "child": child, **gaps}))
    history = _history(frames)
    found = propose_missing(given_of(history))
    return _rules(found, "conditional_null", "parent")


def test_the_more_pairs_are_compared_the_more_a_conditional_null_has_to_show() -> None:
    assert _missing_together(1)
    assert not _missing_together(30)


def _ordered(low: str, high: str) -> list[Rule | Proposal]:
    rng = np.random.default_rng(1)
    frames: list[pl.DataFrame] = []
    for _ in range(DAYS):
        least = rng.uniform(0, 60, 40)
        frames.append(pl.DataFrame({low: least, high: least + rng.uniform(8, 30, 40)}))
    history = _history(frames)
    found = propose_order(given_of(history))
    return cast("list[Rule | Proposal]", _rules(found, "column_pair", low))


@pytest.mark.parametrize(
    ("low", "high"), [("tmin", "tmax"), ("end_speed", "start_speed"), ("weightNet", "weightGross")]
)
def test_names_may_say_which_columns_are_in_order(low: str, high: str) -> None:
    assert _ordered(low, high)


def test_codes_longer_than_a_double_holds_are_learnt_as_codes() -> None:
    rng = np.random.default_rng(0)
    codes = [123_456_789_012_345_676 + k for k in range(5)]
    frames = [pl.DataFrame({"account": rng.choice(codes, 200), "n": range(200)}) for _ in range(6)]

    rules = learnt([facts_of(f, f"{i:064x}") for i, f in enumerate(frames)])

    assert judged(frames[0], rules).verdict.decision == "accept"


@pytest.mark.parametrize("scale", [1.0, 1e300])
def test_values_beyond_all_use_are_learnt_from_as_if_they_were_missing(scale: float) -> None:
    rng = np.random.default_rng(0)
    amounts = [rng.lognormal(3, 1, 200) * scale for _ in range(6)]
    frames = [
        pl.DataFrame({"amount": np.where(np.arange(200) == 7, np.inf, x), "n": range(200)})
        for x in amounts
    ]

    rules = learnt([facts_of(f, f"{i:064x}") for i, f in enumerate(frames)])

    for rule in rules.rules:
        json.dumps(to_json(rule), allow_nan=False)


def test_the_order_of_rows_is_not_learnt_from_a_sample() -> None:
    rng = np.random.default_rng(0)
    frames = [
        pl.DataFrame({"at": 1000 * i + np.arange(30_000) + rng.integers(0, 3, 30_000)})
        for i in range(5)
    ]

    rules = learnt([facts_of(f, f"{i:064x}") for i, f in enumerate(frames)])

    assert not [rule.id for rule in rules.rules if rule.kind == "row_order"]
