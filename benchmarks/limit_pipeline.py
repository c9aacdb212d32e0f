"""The pipeline limit: read, limit B, 59 rules as one select, write; by hand, with no platform.

It splits nothing, explains nothing and remembers nothing: what is left is the work that no
pipeline can do without. Rules are bounds, sets, shapes and nulls that hold nearly everywhere.
"""

import sys
from pathlib import Path

import polars as pl
from limit_b import limit_aggregates

RULES = 59


def rule_sums(frame: pl.DataFrame, limit: int = RULES) -> list[pl.Expr]:
    """Builds sums of failing rows for `limit` rules over the columns in turn."""
    sums: list[pl.Expr] = []
    schema = frame.schema
    while len(sums) < limit:
        for name, dtype in schema.items():
            if len(sums) >= limit:
                break
            column, number = pl.col(name), len(sums)
            if dtype.is_numeric() and number % 2:
                failing = ~column.is_between(-1e12 - number, 1e12)
            elif dtype == pl.String and number % 3:
                failing = column.str.len_chars() > 500 + number
            elif dtype == pl.String:
                failing = ~column.str.contains("^.*$")
            else:
                failing = column.is_null()
            sums.append(failing.sum().alias(f"rule_{number}"))
    return sums


def main() -> None:
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    if source.suffix == ".csv":
        frame = pl.read_csv(source, infer_schema_length=10_000, try_parse_dates=True)
    else:
        frame = pl.read_parquet(source)
    print(frame.select(limit_aggregates(frame.schema)).width)
    print(frame.select(rule_sums(frame)).width)
    frame.write_parquet(target, compression="zstd", compression_level=1)


if __name__ == "__main__":
    main()
