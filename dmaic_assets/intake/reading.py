"""Reads a source file into a table, whatever its format."""

import csv
from pathlib import Path

import polars as pl

from dmaic_assets.errors import UnreadableFileError
from dmaic_assets.intake.table import Table
from dmaic_assets.model import Dialect, SourceFile
from dmaic_assets.settings import IntakeSettings, ReadOptions


def read_table(
    file: SourceFile, options: ReadOptions, intake: IntakeSettings, *, staging: Path
) -> Table:
    """Reads a source file: text formats as text, the others by their own schema.

    Raises:
        UnreadableFileError: The file cannot be parsed into rows and columns.
    """
    del intake, staging
    if file.size_bytes == 0:
        raise UnreadableFileError(str(file.path), "holds no bytes", "Fetch the file again.")
    try:
        if file.format == "parquet":
            frame = pl.read_parquet(file.path, glob=False)
        elif file.format == "jsonl":
            frame = pl.read_ndjson(file.path, infer_schema_length=None)
        else:
            separator = options.delimiter or ("\t" if file.format == "tsv" else ",")
            return _read_csv(file, separator)
    except pl.exceptions.PolarsError as error:
        raise UnreadableFileError(str(file.path), str(error), "Correct the file.") from error
    return Table(file, None, frame.lazy(), tuple(frame.columns), frame.height, is_text=False)


def _read_csv(file: SourceFile, separator: str) -> Table:
    with file.path.open(encoding="utf-8", newline="") as handle:
        names = next(csv.reader(handle, delimiter=separator))
    frame = pl.read_csv(
        file.path,
        separator=separator,
        has_header=False,
        skip_rows=1,
        infer_schema=False,
        schema=dict.fromkeys(names, pl.String),
        glob=False,
    )
    dialect = Dialect("utf-8", separator, '"', has_header=True, newline="\n")
    return Table(file, dialect, frame.lazy(), tuple(names), frame.height)
