#!/usr/bin/env bash
# Columns of names that are no dates, read by agate (the table library under csvkit) with its own type search.
# Guess: shifts "sat", "sun", sites "May", "June" and lots "10-2", "11-3" stay text.
# Seen: all three columns are dates, 0001-01-06, 0001-05-01 and 2001-10-02; the names are lost.
# Remedy: agate.TypeTester(types=[agate.Number(), agate.Text()]), or Text() forced by column name.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --no-compile --disable-pip-version-check agate==1.14.2 parsedatetime==2.6
"$work/venv/bin/python" - <<'PY'
import io
from importlib.metadata import version

import agate

TABLE = "shift,site,lot\nsat,May,10-2\nsun,June,11-3\n"


def read(**options: object) -> list[tuple[str, ...]]:
    table = agate.Table.from_csv(io.StringIO(TABLE), **options)
    return [tuple(str(value) for value in row) for row in table.rows]


print("agate", version("agate"))
print("guess: [('sat', 'May', '10-2'), ('sun', 'June', '11-3')]")
seen = read()
print("seen: ", seen)
assert seen == [("0001-01-06", "0001-05-01", "2001-10-02"), ("0001-01-07", "0001-06-01", "2001-11-03")], seen
text_only = agate.TypeTester(types=[agate.Number(), agate.Text()])
assert read(column_types=text_only)[0] == ("sat", "May", "10-2")
PY
