#!/usr/bin/env bash
# A sensor of 0 to 100 degrees, 4 readings a second, written to EDF+: one reading is missing, one is above and
# one below the declared range; 9 readings are written.
# Guess: a reading that the format cannot hold is refused, or at least warned of; 9 readings come back.
# Seen: nothing is said. Missing and too low read 0.0, too high reads 100.0, and 12 readings come back, the
# last three 0.0 as well: four kinds of nothing look like one true reading.
# Remedy: choose physical_min and physical_max from the data, mark gaps by annotations, keep the count.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --no-compile --disable-pip-version-check pyedflib==0.1.42 numpy==2.4.6
"$work/venv/bin/python" -W error - "$work" <<'PY'
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pyedflib

path = str(Path(sys.argv[1]) / "sensor.edf")
header = {"label": "temp", "dimension": "degC", "sample_frequency": 4, "transducer": "", "prefilter": ""}
ends = {"physical_min": 0.0, "physical_max": 100.0, "digital_min": -32768, "digital_max": 32767}
with pyedflib.EdfWriter(path, 1, file_type=pyedflib.FILETYPE_EDFPLUS) as out:
    out.setSignalHeaders([header | ends])
    out.writeSamples([np.array([21.0, 50.0, 150.0, -20.0, np.nan, 99.9, 3.0, 4.0, 5.0])])
with pyedflib.EdfReader(path) as back:
    seen = [round(float(value), 1) for value in back.readSignal(0)]
print("pyedflib", version("pyedflib"))
print("guess: refused, or a warning; else 9 readings")
print("seen: ", seen)
assert seen == [21.0, 50.0, 100.0, 0.0, 0.0, 99.9, 3.0, 4.0, 5.0, 0.0, 0.0, 0.0], seen
PY
