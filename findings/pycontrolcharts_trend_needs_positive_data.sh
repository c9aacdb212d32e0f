#!/usr/bin/env bash
# The same series on an individuals chart, once as measured and once as deviation from the nominal 10 (a constant taken off).
# Guess: the same points are marked; no run rule of Nelson depends on where zero lies.
# Seen: the trend of six rising points is reported for the measured series, and nothing for the deviations.
# Why: the first point has no predecessor; whether it counts as a rise is read from its sign.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --no-compile --disable-pip-version-check pycontrolcharts==0.1.2 pandas==3.1.1
"$work/venv/bin/python" - <<'PY'
from importlib.metadata import version

import pycontrolcharts

measured = [10.00, 10.01, 10.02, 10.03, 10.04, 10.05, 10.00, 10.05, 10.01, 10.04, 10.00, 10.02, 10.05, 10.01, 10.03, 10.00]
deviation = [round(value - 10, 2) for value in measured]


def marked(values: list[float]) -> list[int]:
    chart = pycontrolcharts.calc_xmr(values, run_tests=True)
    return [i for i, found in enumerate(chart["violations"]) if found]


print("pycontrolcharts", version("pycontrolcharts"))
print("guess: the same points twice")
print("seen:  as measured", marked(measured), "as deviation", marked(deviation))
assert marked(measured) == [0, 1, 2, 3, 4, 5], marked(measured)
assert marked(deviation) == [], marked(deviation)
PY
