"""What goes together is found, what does not is left alone, and all of it is said in words."""

from dataclasses import replace
from datetime import datetime

import numpy as np
import polars as pl
import pytest
from scipy import stats

from dmaic_assets.analysis.correlations import analyze as correlations
from dmaic_assets.analysis.correlations.associations import cramers_v, eta
from dmaic_assets.analysis.registry import by_name
from dmaic_assets.analysis.statistics.analyze import analyze as statistics
from dmaic_assets.analysis.study import Outcome, Study
from dmaic_assets.analysis.tables import table_of_frame
from dmaic_assets.analysis.values.correlations import CorrelationsValue
from dmaic_assets.settings.analyses import AnalysisSettings, ColumnOverride
from dmaic_assets.store.codec import from_json, to_json

N = 2_000
NOW = datetime(2026, 1, 1)


def study_of(frame: pl.DataFrame, settings: AnalysisSettings | None = None) -> Outcome:
    study = Study({"sales": table_of_frame("sales", frame)}, NOW, settings or AnalysisSettings())
    known = {"statistics": {"sales": statistics(study).value}}
    return by_name()["correlations"].analyze(replace(study, known=known))


def value_of(frame: pl.DataFrame) -> CorrelationsValue:
    value = study_of(frame).value
    assert isinstance(value, CorrelationsValue)
    return value


@pytest.fixture(scope="module")
def sales() -> pl.DataFrame:
    random = np.random.default_rng(1)
    price, pieces = random.integers(100, 9_999, N) / 100, random.integers(2, 50, N)
    net = np.round(price * pieces, 2)
    tax = np.round(random.uniform(1, 90, N), 2)
    day = [datetime(2024, 1 + n % 12, 1 + n % 28) for n in random.integers(0, 400, N)]
    shop = random.integers(0, 20, N)
    town = [f"town {s % 9}" for s in shop]
    for row in range(0, N, 100):
        town[row] = "town x"
    first = random.choice(["Ann", "Bea", "Cid", "Dan", "Eve", "Fay"], N)
    last = random.choice(["Orr", "Poe", "Quin", "Ray", "Sun", "Tan"], N)
    wrong = random.random(N) < 0.03
    return pl.DataFrame(
        {
            "price": price,
            "pieces": pieces,
            "net": np.where(wrong, net + 7, net),
            "tax": tax,
            "total": np.round(np.where(wrong, net + 7, net) + tax, 2),
            "cents": np.round(price * 100).astype(np.int64),
            "day": day,
            "month": [d.month for d in day],
            "shop": [f"shop {s}" for s in shop],
            "town": town,
            "first": first,
            "last": last,
            "name": [f"{a} {b}" for a, b in zip(first, last, strict=True)],
            "shout": [text.upper() for text in last],
            "unit": ["kg"] * N,
            "bend": (tax - 45) ** 2 + random.normal(0, 20, N),
            "noise": random.normal(0, 1, N),
        }
    )


def test_computed_columns_are_told_by_the_simplest_formula(sales: pl.DataFrame) -> None:
    found = {(d.target, d.form, d.inputs, d.detail) for d in value_of(sales).derived}

    assert found == {
        ("cents", "scaling", ("price",), "100"),
        ("net", "product", ("price", "pieces"), ""),
        ("total", "sum", ("net", "tax"), ""),
        ("month", "date_part", ("day",), "month"),
        ("shout", "case", ("last",), ""),
        ("name", "joined", ("first", "last"), " "),
    }


def test_a_formula_that_fails_in_one_row_of_ten_is_told_and_from_where_on(
    sales: pl.DataFrame,
) -> None:
    total, place = sales["total"].to_numpy(), np.arange(N)
    late = np.where((place >= 0.8 * N) & (place % 2 == 0), total + 5, total)
    anywhere = np.where(np.random.default_rng(5).random(N) < 0.1, total + 5, total)
    found = {
        name: [
            (d.match, d.since)
            for d in value_of(sales.with_columns(total=pl.Series(values))).derived
            if (d.form, d.inputs) == ("sum", ("net", "tax"))
        ]
        for name, values in {"late": late, "anywhere": anywhere}.items()
    }

    assert found["late"] == [(pytest.approx(0.9), pytest.approx(0.8, abs=0.01))]
    assert found["anywhere"] == [(pytest.approx(0.9, abs=0.02), None)]


def test_a_dependency_that_a_few_rows_contradict_is_told_with_their_share(
    sales: pl.DataFrame,
) -> None:
    found = [d for d in value_of(sales).dependencies if d.p is not None]

    assert [(d.lhs, d.rhs, d.g3) for d in found] == [(("shop",), "town", pytest.approx(0.01))]
    assert found[0].p == pytest.approx(1 / 3001, rel=1e-2)
    assert 0.85 < found[0].information < 1


def test_equal_prices_of_two_products_are_no_contradiction() -> None:
    random = np.random.default_rng(11)
    product = random.integers(0, 100, 3_000)
    prices = np.arange(100) + 0.49
    prices[7] = prices[8]
    frame = pl.DataFrame({"product": product, "price": prices[product]})

    assert [d.lhs for d in value_of(frame).dependencies if len(d.lhs) == 1] == [("product",)]
    codes = frame.with_columns(pl.col("price").cast(pl.String))
    assert ("price",) in [d.lhs for d in value_of(codes).dependencies]


def test_numbers_that_go_together_are_kept_and_noise_is_not(sales: pl.DataFrame) -> None:
    found = {a.columns: a for a in value_of(sales).associations}

    assert found["price", "cents"].effect == pytest.approx(1)
    assert found["tax", "bend"].measure == "information"
    assert found["shop", "town"].measure == "cramers_v"
    assert found["last", "name"].effect == pytest.approx(1, abs=0.01)
    assert not [pair for pair in found if "noise" in pair or "unit" in pair]
    assert all(a.low <= a.effect <= a.high for a in found.values())


def test_measures_are_those_of_scipy() -> None:
    random = np.random.default_rng(2)
    x = random.integers(0, 30, 500).astype(float)
    y = x + random.normal(0, 9, 500)
    frame = pl.DataFrame({"x": x, "y": y, "z": np.exp(y)})

    found = {a.columns: a for a in value_of(frame).associations}

    line = stats.pearsonr(x, y)
    low, high = line.confidence_interval()
    assert found["x", "y"].effect == pytest.approx(line.statistic, rel=1e-12)
    assert (found["x", "y"].low, found["x", "y"].high) == pytest.approx((low, high), rel=1e-4)
    assert found["x", "z"].measure == "spearman"
    assert found["x", "z"].effect == pytest.approx(stats.spearmanr(x, y).statistic, rel=1e-12)


def test_chance_alone_leaves_no_effect_of_categories() -> None:
    random = np.random.default_rng(3)
    table = np.histogram2d(random.integers(0, 30, 900), random.integers(0, 30, 900), bins=30)[0]

    assert cramers_v(table) < 0.1 < stats.contingency.association(table.astype(int))
    assert eta(random.integers(0, 90, 300), random.normal(0, 1, 300)) < 0.3
    assert eta(np.arange(300) % 3, np.arange(300) % 3 * 1.0) == pytest.approx(1)


def test_collinear_numbers_are_told_with_the_columns_behind_it() -> None:
    random = np.random.default_rng(4)
    a, b, c = random.normal(0, 1, (3, N))
    frame = pl.DataFrame({"a": a, "b": b, "c": c, "ab": a + b + random.normal(0, 0.01, N)})

    value = value_of(frame)

    assert [(g.columns, g.is_severe) for g in value.collinear] == [(("a", "b", "ab"), True)]
    assert value_of(frame.select("a", "b", "c")).collinear == ()
    exact = value_of(frame.select("a", "b").with_columns(s=pl.col("a") + pl.col("b")))
    assert exact.condition_index == 999


def test_independent_columns_give_no_findings_that_ask_for_anything() -> None:
    random = np.random.default_rng(5)
    frame = pl.DataFrame(
        {f"n{at}": random.normal(0, 1, N) for at in range(6)}
        | {f"c{at}": random.choice(list("abcdef"), N) for at in range(6)}
        | {f"i{at}": random.integers(0, 9, N) for at in range(6)}
    )

    assert [f.text for f in study_of(frame).findings if f.weight != "info"] == []


def test_columns_that_carry_nothing_are_set_aside_with_the_reason(sales: pl.DataFrame) -> None:
    assert value_of(sales).aside == {"unit": "every value is the same"}
    assert value_of(pl.DataFrame({"a": [1], "b": [None]})).dependencies == ()


def test_a_column_that_people_call_a_key_is_correlated_with_nothing(sales: pl.DataFrame) -> None:
    said = AnalysisSettings(columns={"sales.net": ColumnOverride(role="key")})
    value = study_of(sales, said).value
    assert isinstance(value, CorrelationsValue)
    assert "net" in {c for a in value_of(sales).associations for c in a.columns}
    assert "net" not in {c for a in value.associations for c in a.columns}
    assert value.aside["net"] == "key, as settings say: no measure"


def test_a_sample_is_told_and_draws_the_same_rows(
    sales: pl.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(correlations, "SAMPLED_ROWS", 1_500)

    value = value_of(sales)

    assert value.sampled_rows == 1_500
    assert value == value_of(sales)
    assert from_json(CorrelationsValue, to_json(value)) == value


def test_findings_are_sentences_that_name_table_and_columns(sales: pl.DataFrame) -> None:
    findings = study_of(sales).findings

    assert all("sales" in f.text and all(c in f.text for c in f.columns) for f in findings)
    assert {f.weight for f in findings} == {"info", "low"}
