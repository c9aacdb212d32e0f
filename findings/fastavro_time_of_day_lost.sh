#!/usr/bin/env bash
# A field that may be a date or a time stamp: the Avro union [null, date, timestamp-millis].
# Expected: a datetime goes to the time-stamp branch, a date to the date branch.
# Seen: the datetime is stored as a date; 14:45 is gone from the file. With the branches the other way round it is kept.
# Why: the first branch that accepts the value wins, and in Python every datetime is a date.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --no-compile --disable-pip-version-check fastavro==1.13.1
"$work/venv/bin/python" - <<'PY'
import io
from datetime import date, datetime, timezone

import fastavro

DATE = {"type": "int", "logicalType": "date"}
STAMP = {"type": "long", "logicalType": "timestamp-millis"}
weighed = datetime(2026, 3, 9, 14, 45, tzinfo=timezone.utc)


def round_trip(union: list) -> object:
    schema = {"type": "record", "name": "weighing", "fields": [{"name": "at", "type": union}]}
    buffer = io.BytesIO()
    fastavro.writer(buffer, fastavro.parse_schema(schema), [{"at": weighed}])
    buffer.seek(0)
    return next(iter(fastavro.reader(buffer)))["at"]


date_first, stamp_first = round_trip(["null", DATE, STAMP]), round_trip(["null", STAMP, DATE])
print("fastavro", fastavro.__version__)
print("expected:", repr(weighed), "whatever the order of the union")
print("seen: ", repr(date_first), "with date first;", repr(stamp_first), "with the time stamp first")
assert date_first == date(2026, 3, 9) and not isinstance(date_first, datetime), date_first
assert stamp_first == weighed, stamp_first
PY
