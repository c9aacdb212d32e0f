#!/usr/bin/env bash
# Lots "0042" and "42" are text and two different lots. DuckDB writes them as a partitioned Parquet folder (lot=0042, lot=42).
# Guess: DuckDB and Polars both read the two lots back as text; they were text when written.
# Seen: DuckDB reads two lots, Polars two rows of ONE lot, the number 42; a folder that Polars wrote itself without the
#       key in the files fares the same. DuckDB keeps text only because of the leading zero: lots 42 and 43 come back as BIGINT.
# Remedy: hive_schema={"lot": pl.String} in Polars, hive_types={'lot': VARCHAR} in DuckDB.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --no-compile --disable-pip-version-check duckdb==2.0.1 polars==2.1.0
"$work/venv/bin/python" - "$work" <<'PY'
import sys

import duckdb
import polars as pl


def written_by_duckdb(name: str, lots: list[str]) -> str:
    folder = f"{sys.argv[1]}/{name}"
    duckdb.sql(f"copy (select unnest({lots!r}) as lot, unnest([1, 250]) as rejects) to '{folder}' (format parquet, partition_by (lot))")
    return folder


def read_by_duckdb(folder: str) -> list[tuple]:
    return duckdb.sql(f"select lot, typeof(lot) from read_parquet('{folder}/**/*.parquet') order by rejects").fetchall()


zeros, plain = written_by_duckdb("zeros", ["0042", "42"]), written_by_duckdb("plain", ["42", "43"])
own = f"{sys.argv[1]}/own"
pl.LazyFrame({"lot": ["0042", "42"], "rejects": [1, 250]}).sink_parquet(pl.PartitionBy(own, key="lot", include_key=False), mkdir=True)
in_polars, own_in_polars = (pl.read_parquet(folder)["lot"].to_list() for folder in (zeros, own))
told = pl.read_parquet(zeros, hive_schema={"lot": pl.String})["lot"].to_list()

print("duckdb", duckdb.__version__, "polars", pl.__version__)
print("guess: ['0042', '42'] from both")
print("seen:  DuckDB", read_by_duckdb(zeros), "Polars", in_polars, "Polars, its own folder", own_in_polars, "DuckDB, no zeros", read_by_duckdb(plain))
assert read_by_duckdb(zeros) == [("0042", "VARCHAR"), ("42", "VARCHAR")]
assert in_polars == own_in_polars == [42, 42], (in_polars, own_in_polars)
assert read_by_duckdb(plain) == [(42, "BIGINT"), (43, "BIGINT")]
assert sorted(told) == ["0042", "42"], told
PY
