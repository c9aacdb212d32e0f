#!/usr/bin/env bash
# Records with an upper and a lower tolerance, "Tol+" and "Tol-", loaded into DuckDB by dlt.
# Guess: two columns, or an error that two names collide after cleaning.
# Seen: one column, tolx, with the later value; the upper tolerance is nowhere, the load is a success.
#       "T1" and "t1" share one column as well.
# Remedy: give the columns names that stay different in lower-case letters, digits and underscores, before dlt sees them.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --no-compile --disable-pip-version-check 'dlt[duckdb]==1.31.0' duckdb==2.0.1
cd "$work"
RUNTIME__DLTHUB_TELEMETRY=false "$work/venv/bin/python" - "$work" <<'PY'
import sys

import dlt


def loaded(name: str, record: dict) -> dict:
    pipeline = dlt.pipeline(name, destination=dlt.destinations.duckdb(f"{sys.argv[1]}/{name}.duckdb"), dataset_name="d", pipelines_dir=f"{sys.argv[1]}/state")
    pipeline.run([record], table_name="part").raise_on_failed_jobs()
    with pipeline.sql_client() as client, client.execute_query("select * exclude (_dlt_id, _dlt_load_id) from part") as cursor:
        return dict(zip([column[0] for column in cursor.description], cursor.fetchall()[0]))


signs, cases = loaded("signs", {"Tol+": 0.1, "Tol-": 0.3}), loaded("cases", {"T1": 21.5, "t1": 80.0})
print("dlt", dlt.__version__)
print("guess: two columns each, or an error")
print("seen: ", signs, "and", cases)
assert signs == {"tolx": 0.3}, signs
assert cases == {"t1": 80.0}, cases
PY
