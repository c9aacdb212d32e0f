"""The limit of sixty rules: one Polars select of sums, written by hand.

It counts failing rows and cannot say which. Uniqueness is the cheapest count that tells whether
it holds (values less distinct values).
"""

import sys
from datetime import datetime

import polars as pl
from rules60 import Spec, specs


def outside(spec: Spec, schema: pl.Schema) -> pl.Expr:
    low, high = spec.parameters["min"], spec.parameters["max"]
    if schema[spec.columns[0]].is_temporal():
        low, high = datetime.fromisoformat(low), datetime.fromisoformat(high)
    return ~pl.col(spec.columns[0]).is_between(low, high)


def failing(spec: Spec, schema: pl.Schema) -> pl.Expr:
    """The aggregate of one rule, as a person would write it."""
    p = spec.parameters
    column = pl.col(spec.columns[0]) if spec.columns else pl.lit(None)
    if spec.kind in ("unique", "null_share"):
        missing = column.null_count()
        return missing if spec.kind == "null_share" else column.count() - column.n_unique()
    by_kind = {
        "not_null": column.is_null,
        "range": lambda: outside(spec, schema),
        "in_set": lambda: ~column.is_in(p["values"]),
        "length": lambda: ~column.str.len_chars().is_between(p["min"], p["max"]),
        "shape": lambda: ~column.str.contains(f"^(?:{p['pattern']})$"),
        "column_pair": lambda: column > pl.col(spec.columns[1]),
        "expression": lambda: ~pl.sql_expr(p["sql"]),
    }
    return by_kind[spec.kind]().sum()


def main() -> None:
    frame = pl.read_parquet(sys.argv[1])
    sums = [failing(s, frame.schema).alias(str(i)) for i, s in enumerate(specs())]
    print(sum(frame.select(sums).row(0)))


if __name__ == "__main__":
    main()
