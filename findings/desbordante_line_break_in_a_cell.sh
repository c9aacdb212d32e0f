#!/usr/bin/env bash
# Exact functional dependencies of a table of five orders, found by desbordante. Two remarks hold a line break, in quotes
# as RFC 4180 has it.
# Guess: the same dependencies as of the same table from a pandas frame.
# Seen: the rows with the line break are left out, with a line on stderr for each half; "every order is closed" (nothing
# determines state) and "the customer determines the remark" are then reported as exact, and hold in no such table.
# Remedy: hand desbordante a frame.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --no-compile --disable-pip-version-check desbordante==2.5.0 pandas==3.0.5
cd "$work"
"$work/venv/bin/python" - <<'PY' 2> "$work/stderr"
from importlib.metadata import version

import desbordante
import pandas

ROWS = [
    ("1", "ann", "by phone", "closed"),
    ("2", "ann", "call back\nafter noon", "open"),
    ("3", "bob", "by mail", "closed"),
    ("4", "bob", "leave at\nthe gate", "open"),
    ("5", "cid", "by phone", "closed"),
]
table = pandas.DataFrame(ROWS, columns=["order", "customer", "remark", "state"])
table.to_csv("orders.csv", index=False)


def dependencies(source: object) -> set[str]:
    search = desbordante.fd.algorithms.Default()
    search.load_data(table=source)
    search.execute()
    return {str(found) for found in search.get_fds()}


assert pandas.read_csv("orders.csv", dtype=str).equals(table.astype("str"))  # the file is right
of_frame, of_file = dependencies(table), dependencies(("orders.csv", ",", True))
print("desbordante", version("desbordante"))
print("guess: no difference")
print("only in the file:", sorted(of_file - of_frame))
print("only in the frame:", sorted(of_frame - of_file))
assert "[] -> state" in of_file and "[] -> state" not in of_frame
assert "[customer] -> remark" in of_file and "[customer] -> remark" not in of_frame
PY
echo "stderr: $(wc -l < "$work/stderr") lines, the first: $(head -1 "$work/stderr")"
