#!/usr/bin/env bash
# An ordered grade, low < mid < high, kept as an Enum in Polars and as an ordered category in pandas, queried by DuckDB.
# Expected: DuckDB sees its own ENUM from both, in the declared order.
# Seen: from pandas yes; from Polars it is VARCHAR, so max() is "mid" and ORDER BY is alphabetical, while Polars' own max is "high".
# Remedy: cast in SQL, v::ENUM('low', 'mid', 'high').
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --no-compile --disable-pip-version-check duckdb==2.0.1 polars==2.1.0 pandas==3.1.1 pyarrow==26.0.1
"$work/venv/bin/python" - <<'PY'
import duckdb
import pandas as pd
import polars as pl

GRADES = ["low", "mid", "high"]
from_polars = pl.DataFrame({"grade": pl.Series(["high", "low", "mid"], dtype=pl.Enum(GRADES))})
from_pandas = pd.DataFrame({"grade": pd.Categorical(["high", "low", "mid"], categories=GRADES, ordered=True)})
QUESTION = "select max(grade), list(grade order by grade), any_value(typeof(grade)) from {}"
polars_answer = duckdb.sql(QUESTION.format("from_polars")).fetchall()[0]
pandas_answer = duckdb.sql(QUESTION.format("from_pandas")).fetchall()[0]

print("duckdb", duckdb.__version__, "polars", pl.__version__, "pandas", pd.__version__)
print("expected: ('high', ['low', 'mid', 'high'], ENUM) from both")
print("seen:  from Polars", polars_answer, "from pandas", pandas_answer)
assert from_polars["grade"].max() == "high"
assert polars_answer == ("mid", ["high", "low", "mid"], "VARCHAR"), polars_answer
assert pandas_answer[:2] == ("high", ["low", "mid", "high"]), pandas_answer
PY
