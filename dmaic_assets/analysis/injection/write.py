"""Writes a data set, its laws and its manifest into a folder of its own.

What belongs here: files. The same tables are the same bytes.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, TypeAlias

import polars as pl

from dmaic_assets.analysis.injection.clean import Scale
from dmaic_assets.analysis.injection.damage import cells_as_text
from dmaic_assets.analysis.injection.laws import FILE_NAME as LAWS
from dmaic_assets.analysis.injection.laws import laws_text
from dmaic_assets.analysis.injection.truth import FILE_NAME, Fault, Written, truth_text
from dmaic_assets.errors import BadInputError
from dmaic_assets.store.effect_files import store_error

Format: TypeAlias = Literal["csv", "parquet"]


def refuse_full_folder(folder: Path) -> None:
    """Refuses a place that has something in it.

    Raises:
        BadInputError: It is a file, or a folder that is not empty.
    """
    if folder.exists() and not folder.is_dir():
        raise BadInputError(str(folder), "is no folder", "Name a new folder.")
    if folder.is_dir() and any(folder.iterdir()):
        fix = "Name a new or empty folder: nothing is overwritten."
        raise BadInputError(str(folder), "is not empty", fix)


def write_data_set(
    folder: Path,
    tables: Mapping[str, pl.DataFrame],
    faults: tuple[Fault, ...],
    *,
    seed: int,
    scale: Scale,
    suffix: Format,
) -> list[Path]:
    """Writes one file a table, the laws and the manifest, and names them.

    Raises:
        BadInputError: The folder is not empty.
        StoreError: The disk refuses.
    """
    refuse_full_folder(folder)
    files = {name: f"{name}.{suffix}" for name in tables}
    written = Written(seed, scale, files, tables)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, frame in tables.items():
            _write(frame, folder / files[name])
        (folder / LAWS).write_text(laws_text(), encoding="utf-8")
        (folder / FILE_NAME).write_text(truth_text(written, faults), encoding="utf-8")
    except OSError as error:
        raise store_error(folder, error) from error
    return [folder / name for name in (*files.values(), LAWS, FILE_NAME)]


def _write(frame: pl.DataFrame, path: Path) -> None:
    if path.suffix == ".parquet":
        frame.write_parquet(path)
    else:
        frame.select(cells_as_text(column) for column in frame).write_csv(path)
