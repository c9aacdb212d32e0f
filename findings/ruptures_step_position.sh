#!/usr/bin/env bash
# A clean step at row 28, searched with PELT, which is documented as exact.
# Guess: one break, at 28. Seen: two breaks, 25 and 30, neither of them right; KernelCPD says 28.
# Why: every search but KernelCPD looks only at multiples of jump, and jump is 5 unless told otherwise.
# Remedy: Pelt(model="l2", jump=1).
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --no-compile --disable-pip-version-check ruptures==1.1.10 numpy==2.4.6
"$work/venv/bin/python" - <<'PY'
from importlib.metadata import version

import numpy as np
import ruptures as rpt

fill_level = np.r_[np.full(28, 2.0), np.full(35, 7.0)]
pelt = [int(i) for i in rpt.Pelt(model="l2").fit(fill_level).predict(pen=1)]
dynp = [int(i) for i in rpt.Dynp(model="l2").fit(fill_level).predict(n_bkps=1)]
kernel = [int(i) for i in rpt.KernelCPD(kernel="linear").fit(fill_level).predict(n_bkps=1)]
fine = [int(i) for i in rpt.Pelt(model="l2", jump=1).fit(fill_level).predict(pen=1)]

print("ruptures", version("ruptures"))
print("guess: [28, 63] from every search (63 is the length)")
print("seen:  Pelt", pelt, "Dynp", dynp, "KernelCPD", kernel, "Pelt with jump=1", fine)
assert pelt == [25, 30, 63], pelt
assert dynp == [30, 63], dynp
assert kernel == fine == [28, 63], (kernel, fine)
PY
