#!/usr/bin/env bash
# A shift that ends at 24:00, a valid TIME in DuckDB (later than every other time), handed over to Polars, pandas and Python.
# Guess: an error, or the same value everywhere.
# Seen: Polars gets null, pandas the text, fetchall a str beside datetime.time: a shift without end, and no message.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --no-compile --disable-pip-version-check duckdb==2.0.1 polars==2.1.0 pandas==3.1.1 pyarrow==26.0.1
"$work/venv/bin/python" - <<'PY'
from datetime import time

import duckdb
import pandas as pd
import polars as pl

SHIFTS = "select * from (values (1, TIME '22:00:00'), (2, TIME '24:00:00')) shift(id, ends) order by id"
in_python = [row[1] for row in duckdb.sql(SHIFTS).fetchall()]
in_polars = duckdb.sql(SHIFTS).pl()["ends"].to_list()
in_pandas = duckdb.sql(SHIFTS).df()["ends"].tolist()
without_end = duckdb.sql(f"select count(*) from ({SHIFTS}) where ends is null").fetchall()[0][0]

print("duckdb", duckdb.__version__, "polars", pl.__version__, "pandas", pd.__version__)
print("guess: an error, or one value everywhere; no null, as DuckDB counts", without_end)
print("seen:  Polars", in_polars, "pandas", in_pandas, "fetchall", in_python)
assert without_end == 0
assert in_polars == [time(22, 0), None], in_polars
assert in_python == [time(22, 0), "24:00:00"], in_python
assert str(in_pandas[1]) == "24:00:00", in_pandas
PY
