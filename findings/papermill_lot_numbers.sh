#!/usr/bin/env bash
# Lot numbers handed to a notebook by `papermill -p lot VALUE`, the notebook's own default being a string.
# Guess: only plain digits turn into numbers; 4E2, 1_000 and 12E400 stay the text that they are.
# Seen: 400.0, 1000 and infinity: the report is made for another lot, or for none, and no line says so.
# Remedy: -r (raw string) instead of -p.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --no-compile --disable-pip-version-check papermill==2.7.0 nbformat==5.10.4
"$work/venv/bin/python" - "$work" <<'PY'
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import nbformat.v4 as nb
from nbformat import read, write

folder = Path(sys.argv[1])
book = nb.new_notebook(cells=[nb.new_code_cell('lot = "none"', metadata={"tags": ["parameters"]})])
book.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
write(book, folder / "lot.ipynb")


def handed_over(flag: str, lot: str) -> str:
    command = [folder / "venv/bin/papermill", folder / "lot.ipynb", folder / "out.ipynb", "--prepare-only", flag, "lot", lot]
    subprocess.run(command, check=True, capture_output=True)
    return read(folder / "out.ipynb", 4).cells[1].source.splitlines()[-1]


print("papermill", version("papermill"))
print("guess: lot = '4E2', lot = '1_000', lot = '12E400'")
seen = [handed_over("-p", lot) for lot in ("4E2", "1_000", "12E400")]
print("seen: ", seen)
assert seen == ["lot = 400.0", "lot = 1000", "lot = float('inf')"], seen
assert handed_over("-r", "4E2") == 'lot = "4E2"'
PY
