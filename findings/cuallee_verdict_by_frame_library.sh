#!/usr/bin/env bash
# The same three cuallee checks on the same rows, held by pandas, by Polars and by DuckDB.
# Guess: the same verdict three times; one definition of checks for every engine is what the library is for.
# Seen: is_daily on deliveries with a missing Wednesday fails in pandas and DuckDB and PASSES in Polars, where the first
#       column of the frame is looked at instead of the one named; has_pattern("AB") on "xAB" and is_unique on a column
#       with one null pass in Polars and fail in pandas.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --no-compile --disable-pip-version-check cuallee==0.15.4 pandas==3.1.1 polars==2.1.0 duckdb==2.0.1 pyarrow==26.0.1
"$work/venv/bin/python" - <<'PY'
import warnings
from importlib.metadata import version

warnings.simplefilter("ignore")
import duckdb
import pandas as pd
import polars as pl
from cuallee import Check, CheckLevel

planned = pd.date_range("2026-01-05", periods=5)  # Monday to Friday
delivered = planned.delete(2).append(planned[:1])  # no Wednesday, Monday twice
in_pandas = pd.DataFrame({"planned": planned, "delivered": delivered, "code": ["AB", "xAB", "AB", "AB", "AB"], "serial": ["a", "b", "c", "d", None]})
in_polars = pl.from_pandas(in_pandas).with_columns(pl.col("planned", "delivered").cast(pl.Date))
in_duckdb = duckdb.connect()
in_duckdb.register("feed", in_pandas)
CHECKS = {
    "is_daily": lambda check: check.is_daily("delivered"),
    "has_pattern": lambda check: check.has_pattern("code", "AB"),
    "is_unique": lambda check: check.is_unique("serial"),
}


def verdict(frame, name: str) -> str:
    check = Check(CheckLevel.WARNING, name, **({"table_name": "feed"} if frame is in_duckdb else {}))
    CHECKS[name](check)
    result = check.validate(frame)
    result = result.to_pandas() if hasattr(result, "to_pandas") else result
    return result.iloc[0]["status"]


seen = {name: tuple(verdict(frame, name) for frame in (in_pandas, in_polars, in_duckdb)) for name in CHECKS}
print("cuallee", version("cuallee"), "pandas", pd.__version__, "polars", pl.__version__, "duckdb", duckdb.__version__)
print("guess: one verdict per check")
print("seen:  (pandas, Polars, DuckDB)", seen)
assert seen["is_daily"] == ("FAIL", "PASS", "FAIL"), seen
assert seen["has_pattern"] == ("FAIL", "PASS", "PASS"), seen
assert seen["is_unique"] == ("FAIL", "PASS", "FAIL"), seen
PY
