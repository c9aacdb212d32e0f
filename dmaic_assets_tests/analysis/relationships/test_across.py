"""Numbers of two tables that go together over a reference."""

import numpy as np
import polars as pl

from dmaic_assets.analysis.finding import Finding
from dmaic_assets.analysis.study import ALL_TABLES, Study
from dmaic_assets.analysis.tables import table_of_frame
from dmaic_assets.analysis.values.relationships import JoinedCorrelation, RelationshipsValue
from dmaic_assets.analysis.working import Piece, work_analyses
from dmaic_assets.settings.analyses import AnalysisSettings, ColumnOverride
from dmaic_assets_tests.analysis.relationships.shop import NOW


def _frames(products: int = 60) -> dict[str, pl.DataFrame]:
    draw = np.random.default_rng(5)
    price = draw.normal(100, 20, products).round(2)
    of = draw.integers(0, products, 600)
    sold = pl.DataFrame(
        {
            "sale_id": range(1, 601),
            "product_id": of + 1,
            "paid": price[of] + draw.normal(0, 10, 600).round(2),
            "list_price": price[of],
            "quantity": draw.integers(1, 20, 600),
        }
    )
    known = pl.DataFrame(
        {
            "product_id": range(1, products + 1),
            "price": price,
            "weight": draw.normal(5, 1, products).round(2),
        }
    )
    return {"products": known, "sales": sold}


def _looked_at(
    frames: dict[str, pl.DataFrame], **said: ColumnOverride
) -> tuple[tuple[JoinedCorrelation, ...], tuple[Finding, ...]]:
    tables = {name: table_of_frame(name, frame) for name, frame in frames.items()}
    columns = {name.replace("__", "."): one for name, one in said.items()}
    study = Study(tables, NOW, AnalysisSettings(columns=columns))
    outcome = work_analyses(study, ["relationships"])[Piece("relationships", ALL_TABLES)]
    assert isinstance(outcome.value, RelationshipsValue)
    return outcome.value.correlations, outcome.findings


def test_measures_that_go_together_over_a_reference_are_told_and_others_are_not() -> None:
    found, findings = _looked_at(_frames())
    assert {(c.column, c.ref_column) for c in found} == {("paid", "price"), ("list_price", "price")}
    paid = next(c for c in found if c.column == "paid")
    frames = _frames()
    joined = frames["sales"].join(frames["products"], on="product_id")
    assert abs(paid.effect - np.corrcoef(joined["paid"], joined["price"])[0, 1]) < 1e-12
    assert paid.low < paid.effect < paid.high
    assert (paid.rows, paid.ref_rows, paid.is_sampled) == (600, 60, False)
    texts = [f.text for f in findings if f.metric == "joined_correlation"]
    copied = next(text for text in texts if text.startswith("list_price of sales and price"))
    assert "tells hardly anything" in copied


def test_rows_that_repeat_few_keys_are_no_evidence() -> None:
    assert _looked_at(_frames(products=25))[0] == ()


def test_a_column_that_people_call_a_key_is_no_measure() -> None:
    found, _ = _looked_at(_frames(), products__price=ColumnOverride(role="key"))
    assert found == ()


def test_long_tables_are_sampled_the_same_rows_each_time() -> None:
    frames = _frames()
    sales = pl.concat([frames["sales"]] * 100).with_columns(sale_id=pl.int_range(1, 60_001))
    found, findings = _looked_at({**frames, "sales": sales})
    again, _ = _looked_at({**frames, "sales": sales})
    assert found == again
    assert all(c.is_sampled and c.rows == 50_000 for c in found)
    assert any("50,000 sampled rows" in f.text for f in findings)
