"""Limit B: the cheapest program with the facts of a profile, one Polars select over the table.

Exact distinct counts for every column; for numbers minimum, maximum, mean, standard deviation,
skewness, kurtosis and five quantiles; for text its lengths. No counts of values, no histogram,
no shapes, no duplicate rows: a profile has to do more.
"""

import sys

import polars as pl

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def limit_aggregates(schema: pl.Schema) -> list[pl.Expr]:
    """Builds the aggregates of every column."""
    found: list[pl.Expr] = []
    for name, dtype in schema.items():
        column = pl.col(name)
        measures = {
            "null_count": column.null_count(),
            "n_unique": column.n_unique(),
            "min": column.min(),
            "max": column.max(),
        }
        if dtype.is_numeric():
            measures |= {
                "mean": column.mean(),
                "std": column.std(),
                "skew": column.skew(),
                "kurtosis": column.kurtosis(),
            }
            measures |= {f"q{q}": column.quantile(q, "linear") for q in QUANTILES}
        if dtype == pl.String:
            lengths = column.str.len_chars()
            measures |= {
                "length_min": lengths.min(),
                "length_max": lengths.max(),
                "length_mean": lengths.mean(),
            }
        found.extend(measure.alias(f"{name}|{key}") for key, measure in measures.items())
    return found


def main() -> None:
    frame = pl.read_parquet(sys.argv[1])
    measured = frame.select(limit_aggregates(frame.schema))
    print(measured.width)


if __name__ == "__main__":
    main()
