"""Clean tables are ready, damage raises uncertainty, and what helps is told."""

import polars as pl
import pytest

from dmaic_assets.analysis.entropy.analyze import DETECTORS, analyze
from dmaic_assets.analysis.study import Study
from dmaic_assets.analysis.tables import table_of_frame
from dmaic_assets.analysis.values.entropy import EntropyValue
from dmaic_assets.settings.analyses import ColumnOverride
from dmaic_assets.store.codec import from_json, to_json
from dmaic_assets_tests.analysis.entropy.shop import NOW, shop, studied


@pytest.fixture(scope="module")
def clean():
    return studied()


def damaged(share, *, column="price_eur"):
    frames = shop()
    orders = frames["orders"].with_row_index("n")
    is_hit = pl.col("n") % 100 < 100 * share
    if column == "customer_id":
        hit = pl.when(is_hit).then(pl.col(column) + 900_000).otherwise(pl.col(column))
    else:
        hit = pl.when(is_hit).then(None).otherwise(pl.col(column))
    frames["orders"] = orders.with_columns(hit.alias(column)).drop("n")
    return frames


def score_of(outcome, table="orders"):
    return outcome.value.tables[table].score


def test_clean_tables_are_ready_without_a_finding_that_asks(clean):
    value = clean.value

    assert {name: t.readiness for name, t in value.tables.items()} == {
        "customers": "ready",
        "orders": "ready",
    }
    assert not [f.text for f in clean.findings if f.weight in ("medium", "high")]
    assert value.silent == {}


@pytest.mark.parametrize("column", ["price_eur", "status", "ordered_on"])
def test_more_missing_values_are_never_surer(clean, column):
    scores = [score_of(clean)]
    scores += [score_of(studied(damaged(s, column=column))) for s in (0.05, 0.2, 0.6)]

    assert scores == sorted(scores)
    assert len(set(scores)) == len(scores)


def test_orphans_and_repeated_rows_are_told(clean):
    orphaned = studied(damaged(0.1, column="customer_id"))
    frames = shop()
    frames["orders"] = pl.concat([frames["orders"], frames["orders"][:40]])
    repeated = studied(frames)

    readings = orphaned.value.tables["orders"].columns["customer_id"].readings
    assert [r.score for r in readings if r.detector == "relationship"] == [pytest.approx(0.1**0.5)]
    assert score_of(clean) < score_of(orphaned)
    assert score_of(clean) < score_of(repeated)


def test_what_people_say_makes_a_column_surer():
    frames = {"t": pl.DataFrame({"x7": [0.5 + n % 17 for n in range(60)]})}
    said = {"t.x7": ColumnOverride(description="Weight of a parcel", unit="kg", role="measure")}

    unknown, described = (
        studied(frames, columns=c).value.tables["t"].columns["x7"] for c in ({}, said)
    )

    assert unknown.layers["semantic"] > 0.7
    assert described.layers["semantic"] < 0.2
    assert {r.detector: r.score for r in described.readings}["unit"] == 0.1


def test_a_detector_without_its_input_says_so_and_does_not_count():
    table = table_of_frame("t", pl.DataFrame({"a": [1, 2]}))

    value = analyze(Study({"t": table}, NOW)).value

    assert set(value.silent) == {d.name for d in DETECTORS}
    assert value.tables["t"].layers == {}
    assert value.tables["t"].score == 0.0


def test_the_best_resolution_gains_most_for_its_effort():
    found = studied(damaged(0.6)).value.tables["orders"].resolutions

    assert [r.priority for r in found] == sorted((r.priority for r in found), reverse=True)
    nulls = {r.action: r for r in found if r.column == "price_eur"}
    assert nulls["filter_nulls"].reduction == pytest.approx(0.8)
    assert nulls["filter_nulls"].priority == pytest.approx(0.4)
    assert nulls["impute"].priority == pytest.approx(0.15)


def test_no_value_of_the_data_is_told():
    told = str(to_json(studied(damaged(0.1, column="customer_id")).value))

    assert "example.org" not in told
    assert "901" not in told


def test_a_table_without_rows_says_nothing_of_keys():
    frames = {**shop(), "empty": shop()["orders"].clear()}

    table = studied(frames).value.tables["empty"]

    assert [r.detector for r in table.readings if r.detector == "identity"] == []
    assert all(column.aside for column in table.columns.values())


def test_the_value_survives_being_written(clean):
    assert from_json(EntropyValue, to_json(clean.value)) == clean.value
