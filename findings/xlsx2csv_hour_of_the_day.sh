#!/usr/bin/env bash
# A workbook with time stamps in the usual format yyyy-mm-dd h:mm:ss, turned into CSV.
# Guess: the time stamps as the sheet shows them, 00:00:00, 10:30:00 and 23:59:59.
# Seen: 12:00:00, 10:30:00 and 11:59:59, without AM or PM: midnight and noon are the same text.
# Remedy: --dateformat "%Y-%m-%d %H:%M:%S".
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --no-compile --disable-pip-version-check xlsx2csv==0.8.6 openpyxl==3.1.5
"$work/venv/bin/python" - "$work" <<'PY'
import io
import sys
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import openpyxl
from xlsx2csv import Xlsx2csv

book = openpyxl.Workbook()
sheet = book.active
for hour, minute, second in ((0, 0, 0), (10, 30, 0), (12, 0, 0), (23, 59, 59)):
    sheet.append(["reading", datetime(2026, 1, 5, hour, minute, second)])
path = Path(sys.argv[1]) / "readings.xlsx"
book.save(path)


def times(**options: str) -> list[str]:
    out = io.StringIO()
    Xlsx2csv(str(path), **options).convert(out)
    return [line.split(" ")[1] for line in out.getvalue().splitlines()]


print("xlsx2csv", version("xlsx2csv"), "format in the file:", sheet["B1"].number_format)
print("guess: ['00:00:00', '10:30:00', '12:00:00', '23:59:59']")
seen = times()
print("seen: ", seen)
assert seen == ["12:00:00", "10:30:00", "12:00:00", "11:59:59"], seen
assert times(dateformat="%Y-%m-%d %H:%M:%S") == ["00:00:00", "10:30:00", "12:00:00", "23:59:59"]
PY
