#!/usr/bin/env bash
# Twenty readings on an individuals chart of shewhart; reading 3 (counted from 0) is missing, reading 12 is far too high.
# Guess: refused, or the point marked is 12 and no moving range spans the gap.
# Seen: the point marked is 11, a good reading, in `signals` and in the printed verdict, without a warning; the range from
# reading 2 to reading 4, which are no neighbours, counts as one. A data frame changes nothing but the table of results,
# which keeps the frame's index and so marks the right row.
# Remedy: take the rows from `to_frame()`.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --no-compile --disable-pip-version-check shewhart==0.1.1 numpy==2.4.6 pandas==2.3.3
"$work/venv/bin/python" -W error - <<'PY'
from importlib.metadata import version

import pandas
import shewhart

readings = [10.0, 10.1, 9.9, float("nan"), 10.6, *[10.0, 10.1, 9.9] * 2, 10.0, 14.0, *[10.1, 9.9, 10.0] * 2, 10.1]
assert len(readings) == 20 and readings[12] == 14.0
frame = pandas.DataFrame({"weight": readings}, index=range(100, 120))


def marked(chart: shewhart.Result) -> set[int]:
    return {point for found in chart.signals if found.chart == "i" and found.rule == "nelson_1" for point in found.points}


print("shewhart", version("shewhart"))
of_list, of_frame = shewhart.imr(readings), shewhart.imr(frame, value="weight")
ranges = of_list.stats["mr_center"]
print("guess: reading 12, or an error")
print("seen: reading", marked(of_list), "of the list,", marked(of_frame), "of the frame; that reading is", readings[11])
table = of_frame.to_frame()
print("rows marked in the table of the frame:", table.index[table["i_signal"]].tolist(), "(112 is reading 12)")
assert table.index[table["i_signal"]].tolist() == [112]
assert marked(of_list) == marked(of_frame) == {11}, (marked(of_list), marked(of_frame))
there = [reading for reading in readings if reading == reading]
steps = [abs(after - before) for before, after in zip(there, there[1:], strict=False)]
assert abs(ranges - sum(steps) / len(steps)) < 1e-9  # 18 steps, one of them over the gap
print("steps averaged:", len(steps), "of 17 between neighbours")
PY
