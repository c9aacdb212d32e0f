#!/usr/bin/env bash
# Lineage of two plain statements, as OpenLineage's own SQL parser reports it.
# Guess: (1) a WITH query named like the table that it reads, raw.orders: the input is raw.orders;
#        (2) INSERT INTO target(gross) SELECT net * 2: the column written is gross.
# Seen: (1) no input at all (any other name for the WITH query brings it back); (2) the column written is called "_0",
#       and in INSERT ... SELECT net ... UNION ALL SELECT price a second column "price" that target does not have.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --no-compile --disable-pip-version-check openlineage-sql==1.54.0
"$work/venv/bin/python" - <<'PY'
from importlib.metadata import version

from openlineage_sql import parse


def inputs(sql: str) -> list[str]:
    return [table.qualified_name for table in parse([sql], dialect="postgres").in_tables]


def written(sql: str) -> list[str]:
    return [column.descendant.name for column in parse([sql], dialect="postgres").column_lineage]


WITH = "with {0} as (select id from raw.orders) insert into mart.orders select id from {0}"
same_name, other_name = inputs(WITH.format("orders")), inputs(WITH.format("source"))
doubled = written("insert into target(gross) select net * 2 from sales")
united = written("insert into target(gross) select net from sales union all select price from returns")

print("openlineage-sql", version("openlineage-sql"))
print("guess: inputs ['raw.orders'] both times; columns ['gross'] both times")
print("seen:  inputs", same_name, "and", other_name, "; columns", doubled, "and", united)
assert same_name == [] and other_name == ["raw.orders"], (same_name, other_name)
assert doubled == ["_0"], doubled
assert united == ["net", "price"], united
PY
