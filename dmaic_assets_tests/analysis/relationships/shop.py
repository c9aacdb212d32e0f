"""A shop of linked tables whose ids all count from 1, so that any may contain any other."""

from collections.abc import Mapping
from datetime import UTC, datetime

import numpy as np
import polars as pl

from dmaic_assets.analysis.relationships.analyze import relationships_of
from dmaic_assets.analysis.study import Study
from dmaic_assets.analysis.tables import table_of_frame
from dmaic_assets.analysis.values.relationships import RelationshipsValue
from dmaic_assets.settings.analyses import AnalysisSettings

NOW = datetime(2026, 1, 1, tzinfo=UTC)
Link = tuple[str, tuple[str, ...], str, tuple[str, ...]]
LINKS: set[Link] = {
    ("customers", ("city_id",), "cities", ("id",)),
    ("orders", ("customer_id",), "customers", ("id",)),
    ("order_lines", ("order_id",), "orders", ("id",)),
    ("order_lines", ("product_id",), "products", ("id",)),
    ("products", ("category_id",), "categories", ("id",)),
    ("categories", ("parent_id",), "categories", ("id",)),
    ("shipments", ("order_id", "line_no"), "order_lines", ("order_id", "line_no")),
}


def shop() -> dict[str, pl.DataFrame]:
    """The tables; drawn from a fixed seed."""
    draw = np.random.default_rng(7)

    def any_of(most: int, size: int) -> list[int]:
        return [int(x) for x in draw.integers(1, most + 1, size)]

    lines = pl.DataFrame({"order_id": range(1, 401)}).with_columns(
        line_no=pl.Series([[1, 2, 3][: 1 + i % 3] for i in range(400)])
    )
    lines = lines.explode("line_no")
    size, sent = len(lines), lines.filter(pl.col("line_no") != 2)
    return {
        "cities": pl.DataFrame({"id": range(1, 21), "name": [f"City {i}x" for i in range(20)]}),
        "customers": pl.DataFrame(
            {"id": range(1, 121), "city_id": any_of(20, 120), "rating": any_of(5, 120)}
        ),
        "categories": pl.DataFrame(
            {"id": range(1, 13), "parent_id": [None, 1, 1, 1, 2, 2, 3, 3, 4, 5, 8, 8]}
        ),
        "products": pl.DataFrame(
            {"id": range(1, 61), "category_id": any_of(12, 60), "weight": any_of(40, 60)}
        ),
        "orders": pl.DataFrame(
            {"id": range(1, 401), "customer_id": any_of(120, 400), "items": any_of(9, 400)}
        ),
        "order_lines": lines.with_columns(
            product_id=pl.Series(any_of(60, size)), quantity=pl.Series(any_of(10, size))
        ),
        "shipments": sent.with_columns(days=pl.Series(any_of(30, len(sent)))),
    }


def found_in(
    frames: Mapping[str, pl.DataFrame], settings: AnalysisSettings | None = None
) -> RelationshipsValue:
    """Relationships of tables in memory."""
    tables = {name: table_of_frame(name, frames[name]) for name in sorted(frames)}
    value, _ = relationships_of(Study(tables, NOW, settings or AnalysisSettings()))
    return value


def links_in(value: RelationshipsValue) -> set[Link]:
    """The foreign keys alone."""
    return {(k.table, k.columns, k.ref_table, k.ref_columns) for k in value.foreign_keys}
