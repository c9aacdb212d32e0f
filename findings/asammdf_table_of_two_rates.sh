#!/usr/bin/env bash
# An MDF4 measurement with a fast and a slow channel, turned into a table by MDF.to_dataframe().
# Guess: a slow channel is empty (NaN) where it was not sampled, and so is a sample that the recorder marked invalid.
# Seen: every cell is filled. Between samples stands a straight line, before the first sample its copy, in the place of
#       the invalid sample a made-up one: a count of missing values is 0, the mean moves from 150 to 137.5.
# Remedy: to_dataframe(use_interpolation=False), or read each channel by get().
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --no-compile --disable-pip-version-check asammdf==8.8.28 numpy==2.4.6 pandas==3.1.1
"$work/venv/bin/python" - <<'PY'
import asammdf
import numpy as np
from asammdf import MDF, Signal

rates = MDF(version="4.10")
rates.append(Signal(np.array([20.0, 21.0, 22.0, 23.0]), np.array([0.0, 1.0, 2.0, 3.0]), name="temperature"))
rates.append(Signal(np.array([100.0, 200.0]), np.array([1.0, 3.0]), name="pressure"))
pressure = rates.to_dataframe()["pressure"]
as_measured = rates.to_dataframe(use_interpolation=False)["pressure"]

marked = MDF(version="4.10")
marked.append(Signal(np.array([1.0, 99.0, 3.0]), np.array([0.0, 1.0, 2.0]), name="flow",
                     invalidation_bits=np.array([False, True, False])))
flow = marked.to_dataframe()["flow"].tolist()

print("asammdf", asammdf.__version__)
print("guess: pressure [nan, 100.0, nan, 200.0]; flow [1.0, nan, 3.0]")
print("seen:  pressure", pressure.tolist(), "mean", pressure.mean(), "of samples", as_measured.mean(), "; flow", flow)
assert pressure.tolist() == [100.0, 100.0, 150.0, 200.0], pressure
assert as_measured.isna().tolist() == [True, False, True, False], as_measured
assert (pressure.mean(), as_measured.mean()) == (137.5, 150.0)
assert flow == [1.0, 2.0, 3.0] and marked.get("flow").samples.tolist() == [1.0, 3.0], flow
PY
