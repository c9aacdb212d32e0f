#!/usr/bin/env bash
# Very small and very large numbers (p-values of a large study, say) written as SAS transport file, the format of
# submissions. Its numbers reach from 5.4e-79 to 7.2e75.
# Guess: pyreadstat refuses what the format cannot hold, as it does for Stata files; a number that it can hold comes back.
# Seen: no error and no warning. 1e-80 comes back as 0 and 1e80 as infinity; 7.2e75, which the format holds, as infinity
# too. pandas reads from the same file 5.397605346934028e-79 and 7.237e75: two readers, three values, none of them right.
# Remedy: scale first, or compare what was written with what is read.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --no-compile --disable-pip-version-check pyreadstat==1.3.7 pandas==3.0.5
cd "$work"
"$work/venv/bin/python" -W error - <<'PY'
from importlib.metadata import version

import pandas
import pyreadstat

table = pandas.DataFrame({"p": [0.1, 1e-80, 1e80, 7.2e75]})
pyreadstat.write_xport(table, "study.xpt", table_name="STUDY", file_format_version=5)
read = pyreadstat.read_xport("study.xpt")[0]["p"].tolist()
by_pandas = pandas.read_sas("study.xpt", format="xport")["p"].tolist()
print("pyreadstat", version("pyreadstat"), "pandas", version("pandas"))
print("written:   ", table["p"].tolist(), "guess: an error, or the same")
print("pyreadstat:", read)
print("pandas:    ", by_pandas)
assert read == [0.1, 0.0, float("inf"), float("inf")], read
assert by_pandas[0] == 0.1 and by_pandas[1] == 5.397605346934028e-79, by_pandas
assert by_pandas[2] == by_pandas[3] and 7.23e75 < by_pandas[2] < 7.24e75, by_pandas
try:
    pyreadstat.write_dta(pandas.DataFrame({"p": [8.99e307]}), "study.dta")
except Exception as refused:
    print("Stata:      refused,", type(refused).__name__)
else:
    raise AssertionError("a Stata file takes it now")
PY
