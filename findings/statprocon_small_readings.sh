#!/usr/bin/env bash
# Twenty steady readings of the thickness of a film, around 0.12 mm, on an XmR chart of statprocon: once in micrometres (120),
# once in metres (0.00012). The unit must not change which readings are signalled.
# Guess: both charts have the same limits but for the unit, and none is beyond them.
# Seen: averages, ranges and limits are rounded to three decimals, whatever the readings are. In metres all of them are 0.000,
# and every reading is beyond the limits; nothing is said.
# Remedy: scale readings so that their differences have three digits or more before the decimals that are cut.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --no-compile --disable-pip-version-check statprocon==2.0.0
"$work/venv/bin/python" -W error - <<'PY'
from decimal import Decimal
from importlib.metadata import version

from statprocon import XmR

steady = [120, 121, 119, 120, 122, 120, 119, 121, 120, 118, 120, 121, 119, 120, 122, 121, 120, 119, 120, 121]
charts = {"micrometres": XmR(steady), "metres": XmR([reading * 1e-6 for reading in steady])}
print("statprocon", version("statprocon"))
print("guess: the same readings signalled in both units, none")
signalled = {}
for unit, chart in charts.items():
    limits = (chart.lower_natural_process_limit()[0], chart.upper_natural_process_limit()[0])
    signalled[unit] = sum(chart.rule_1_x_indices_beyond_limits())
    print("seen:", unit, "limits", *limits, "- beyond them:", signalled[unit], "of", len(steady))
assert signalled == {"micrometres": 0, "metres": 20}, signalled
in_metres = charts["metres"]
assert set(in_metres.upper_natural_process_limit()) == {Decimal(0)} == set(in_metres.x_central_line())
PY
