#!/usr/bin/env bash
# An MT940 statement with a debit, its reversal (RD), a credit and its reversal (RC); opening and closing
# balance are both 1000.00, as they must be.
# Guess: RD adds, RC takes away, so the amounts sum to the difference of the balances, 0.
# Seen: RC is +50.00; the amounts sum to 100.00 and no longer explain the closing balance.
# Remedy: take the sign from the mark (data["status"]): C and RD add, D and RC take away.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --no-compile --disable-pip-version-check mt-940==5.1.1
"$work/venv/bin/python" - <<'PY'
from importlib.metadata import version

import mt940

STATEMENT = """:20:STATEMENT
:25:10020030/1234567
:28C:1/1
:60F:C260101EUR1000,00
:61:2601020102D100,00NTRFNONREF
:86:invoice paid
:61:2601030103RD100,00NTRFNONREF
:86:payment taken back
:61:2601040104C50,00NTRFNONREF
:86:customer paid
:61:2601050105RC50,00NTRFNONREF
:86:customer's payment taken back
:62F:C260105EUR1000,00
"""
lines = [line.data for line in mt940.parse(STATEMENT)]
seen = [(line["status"], str(line["amount"].amount)) for line in lines]
print("mt-940", version("mt-940"))
print("guess: [('D', '-100.00'), ('RD', '100.00'), ('C', '50.00'), ('RC', '-50.00')]")
print("seen: ", seen)
assert seen == [("D", "-100.00"), ("RD", "100.00"), ("C", "50.00"), ("RC", "50.00")], seen
assert sum(line["amount"].amount for line in lines) == 100
PY
