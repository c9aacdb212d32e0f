#!/usr/bin/env bash
# Day-first dates read under a month-first locale, and an English time under a German one.
# Guess: 13/02/24 is refused for en_US (there is no month 13), so that the wrong locale is noticed at once;
#        "11:30 PM" is 23:30 or refused for de.
# Seen: 12/02/24 is 2 December and 13/02/24 is 13 February: day and month change places row by row.
#       "11:30 PM" is 11:30 in the morning for de, twelve hours off.
# Why: a month above 12 is swapped with the day; the PM is passed over.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --no-compile --disable-pip-version-check babel==2.19.0
"$work/venv/bin/python" - <<'PY'
from datetime import date, time

import babel
from babel.dates import parse_date, parse_time

column = ["11/02/24", "12/02/24", "13/02/24", "14/02/24"]
dates = [parse_date(text, "en_US") for text in column]
evening = parse_time("11:30 PM", "de")

print("babel", babel.__version__)
print("guess: an error at 13/02/24; 23:30 or an error for the time")
print("seen: ", dict(zip(column, map(str, dates))), "and", evening)
assert dates == [date(2024, 11, 2), date(2024, 12, 2), date(2024, 2, 13), date(2024, 2, 14)], dates
assert evening == time(11, 30), evening
PY
