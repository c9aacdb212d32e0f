"""Rules on missing values that chance made are not kept; those that something made are."""

from functools import cache

import numpy as np
import polars as pl

from dmaic_assets.history.baseline import History
from dmaic_assets.history.proposal import Proposal
from dmaic_assets.phenomena.missing.learn import propose_missing
from dmaic_assets_tests.rules.orders import facts_of, given_of

FILES = 12
DAYS = 24
READINGS = 12
SENSORS = [f"s{i}" for i in range(12)]


@cache
def months() -> tuple[pl.DataFrame, ...]:
    """Readings of sensors, each of which was out three times, whenever chance decided."""
    rng = np.random.default_rng(3)
    rows = FILES * DAYS * READINGS
    days = np.arange(rows) // READINGS
    frame = pl.DataFrame({"day": days % DAYS + 1, "site": rng.choice(["a", "b"], rows)})
    for name in SENSORS:
        starts = rng.integers(0, FILES * DAYS, 3)
        out = np.any([(days >= s) & (days < s + rng.integers(12, 20)) for s in starts], axis=0)
        values = pl.Series(rng.normal(10, 2, rows).round(1))
        frame = frame.with_columns(pl.when(pl.Series(~out)).then(values).alias(name))
    return tuple(frame.iter_slices(DAYS * READINGS))


def conditional(*columns: str, **added: pl.Expr) -> dict[tuple[str, ...], Proposal]:
    """The rules that are learnt of some of the columns, and of others made of them."""
    frames = [month.with_columns(**added).select("day", "site", *columns) for month in months()]
    history = History([facts_of(frame) for frame in frames])
    found = propose_missing(given_of(history))
    return {p.columns: p for p in found if isinstance(p, Proposal) and p.kind == "conditional_null"}


def test_days_without_a_gap_among_long_ones_are_an_accident() -> None:
    assert len(conditional(*SENSORS)) <= len(SENSORS) / 40


def test_a_case_that_never_has_a_value_is_known_beside_an_accident() -> None:
    card = pl.when(site="a").then("day")

    rules = conditional("s0", "card", card=card)

    rule = rules["card", "site"]
    assert rule.parameters["values"] == ["a"]
    assert float(str(rule.evidence["seen_elsewhere"])) < float(
        str(rule.evidence["expected_by_chance"])
    )


def test_what_is_missing_only_beside_another_is_a_rule() -> None:
    twin = pl.when(pl.col("s0").is_not_null() | (pl.col("site") == "a")).then(1)

    assert ("twin", "s0") in conditional("s0", "s1", "twin", twin=twin)


def test_relations_of_which_as_many_broke_in_one_file_as_in_none_are_not_learnt() -> None:
    """Columns go missing together but for a cell now and then: a pair holds until it does not."""
    rng = np.random.default_rng(8)
    rows = 60

    def files(names: list[str], broken: int) -> dict[tuple[str, ...], Proposal]:
        frames: list[pl.DataFrame] = []
        for number in range(20):
            gone = rng.random(rows) < 0.5
            frame = pl.DataFrame({n: rng.integers(9, 99, rows) for n in names}).select(
                pl.when(pl.Series(~gone)).then(n).alias(n) for n in names
            )
            if number < broken:
                name = names[number % len(names)]
                first = pl.int_range(rows) == int(np.flatnonzero(~gone)[0])
                frame = frame.with_columns(pl.when(~first).then(name).alias(name))
            frames.append(frame)
        found = propose_missing(given_of(History([facts_of(frame) for frame in frames])))
        kept = (p for p in found if isinstance(p, Proposal) and p.kind == "conditional_null")
        return {p.columns: p for p in kept}

    names = [f"c{i}" for i in range(8)]
    assert len(files(names, broken=0)) == 24
    assert files(names, broken=4) == {}
