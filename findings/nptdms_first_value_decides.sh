#!/usr/bin/env bash
# A list of readings written to a TDMS channel by npTDMS; the first reading happens to be a whole number.
# Expected: the channel is floating point, as numpy.array of the same list would be.
# Seen: the channel is integer and 2.9 is stored as 2; with 1.0 in front every reading is kept.
# Remedy: hand over numpy arrays of a stated type, never lists.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --no-compile --disable-pip-version-check npTDMS==1.13.0 numpy==2.4.6
"$work/venv/bin/python" - <<'PY'
import io

import nptdms
from nptdms import ChannelObject, TdmsFile, TdmsWriter


def round_trip(readings: list) -> list:
    buffer = io.BytesIO()
    with TdmsWriter(buffer) as writer:
        writer.write_segment([ChannelObject("line", "gap_mm", readings)])
    buffer.seek(0)
    return TdmsFile.read(buffer)["line"]["gap_mm"][:].tolist()


whole_first, float_first = round_trip([1, 2.9, 0.4]), round_trip([1.0, 2.9, 0.4])
print("npTDMS", nptdms.__version__)
print("expected: [1.0, 2.9, 0.4] both times")
print("seen: ", whole_first, "and", float_first)
assert whole_first == [1, 2, 0], whole_first
assert float_first == [1.0, 2.9, 0.4], float_first
PY
