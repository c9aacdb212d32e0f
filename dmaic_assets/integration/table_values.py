"""Tables in whatever form an asset has them: written as Parquet, and cut by row numbers.

What belongs here: the kinds of values, and what each may lose on the way. Nothing is judged here.
"""

import shutil
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import polars as pl

from dmaic_assets.errors import BadInputError
from dmaic_assets.store.effect_files import stage

# A frame of Polars (eager or lazy), pandas or pyarrow: the last two are loaded where they are used.
Frame: TypeAlias = Any  # pyright: ignore[reportExplicitAny]

# Numbers that Parquet has no type for: writers make floats or bytes of them without a word.
_WIDE = frozenset({"HUGEINT", "UHUGEINT", "Int128", "UInt128"})
# What a file may be called that is taken as it is.
_SUFFIXES = frozenset({".parquet", ".csv", ".tsv", ".jsonl", ".ndjson"})
_KINDS = "a Polars or pandas frame, a pyarrow table, a DuckDB relation, or paths of files"


def write_table(value: object, folder: Path, name: str) -> list[Path]:
    """Puts a table into a folder: frames as one Parquet file, files as they are.

    What is there under the name is replaced at once; nobody sees half of it.

    Args:
        value: A frame, a relation, a path, or several paths.
        folder: Made when missing.
        name: The file's name without a suffix; several files get numbers behind it.

    Returns:
        The files, in the order of the paths.

    Raises:
        BadInputError: The value is no table, a column's type cannot be kept, or there is no such
            file.
        StoreError: The disk refuses.
    """
    paths = _paths_of(value)
    if paths is None:
        target = folder / f"{name}.parquet"
        write = partial(_write_parquet, value)
        stage(target, write).publish()
        return [target]
    many = len(paths) > 1
    targets: list[Path] = []
    for number, path in enumerate(paths):
        target = folder / f"{name}{f'-{number:04}' if many else ''}{''.join(path.suffixes[-2:])}"
        stage(target, partial(_copy, path)).publish()
        targets.append(target)
    return targets


def rows_where(value: Frame, mask: pl.Series) -> Frame:
    """Gives the rows of a frame for which a mask holds, in the frame's own kind and types.

    Args:
        value: A frame of any library; a lazy one is collected and comes back lazy.
        mask: One boolean a row, without nulls.
    """
    if isinstance(value, pl.DataFrame):
        return value.filter(mask)
    if isinstance(value, pl.LazyFrame):
        return value.collect().filter(mask).lazy()
    if _library(value) == "pandas":
        return value[mask.to_numpy()]
    return value.filter(mask.to_arrow())


def with_texts(value: Frame, texts: Mapping[str, Sequence[str]]) -> Frame:
    """Adds columns of text to a frame, in its own kind; there is one text a row."""
    if isinstance(value, (pl.DataFrame, pl.LazyFrame)):
        return value.with_columns(
            pl.Series(name, list(column), dtype=pl.String) for name, column in texts.items()
        )
    if _library(value) == "pandas":
        return value.assign(**{name: list(column) for name, column in texts.items()})
    import pyarrow as pa

    for name, column in texts.items():
        value = value.append_column(name, pa.array(list(column), pa.string()))
    return value


def is_frame(value: object) -> bool:
    """Tells whether a value is a frame whose rows can be cut: no relation and no path."""
    return isinstance(value, (pl.DataFrame, pl.LazyFrame)) or (
        _library(value) in ("pandas", "pyarrow") and hasattr(value, "columns")
    )


def _library(value: object) -> str:
    return type(value).__module__.partition(".")[0]


def _paths_of(value: object) -> list[Path] | None:
    """The files that a value names; None when it is a table itself."""
    if isinstance(value, (str, Path)):
        named = [Path(value)]
    elif isinstance(value, Sequence) and all(isinstance(p, (str, Path)) for p in value):
        named = [Path(p) for p in value]
    else:
        return None
    found: list[Path] = []
    for path in named:
        inside = (
            sorted(p for p in path.rglob("*") if p.suffix in _SUFFIXES) if path.is_dir() else []
        )
        if not inside and not path.is_file():
            fix = f"Give {_KINDS}."
            raise BadInputError(str(path), "is no file, and no folder with tables", fix)
        found.extend(inside or [path])
    return found


def _copy(source: Path, part: Path) -> None:
    shutil.copyfile(source, part)


def _write_parquet(value: Frame, part: Path) -> None:
    if isinstance(value, pl.LazyFrame):
        value = value.collect()
    if isinstance(value, pl.DataFrame):
        _refuse_wide((name, str(dtype)) for name, dtype in value.schema.items())
        value.write_parquet(part)
        return
    match _library(value):
        case "pandas":
            import pyarrow as pa
            import pyarrow.parquet as pq

            has_index = any(value.index.names)
            pq.write_table(pa.Table.from_pandas(value, preserve_index=has_index), part)
        case "pyarrow":
            import pyarrow.parquet as pq

            pq.write_table(value, part)  # pyright: ignore[reportArgumentType]
        case "duckdb" | "_duckdb":
            _refuse_wide(zip(value.columns, map(str, value.types), strict=True))
            value.write_parquet(str(part))
        case _:
            raise BadInputError(
                "the value of the asset", f"is {type(value).__name__}, no table", f"Give {_KINDS}."
            )


def _refuse_wide(columns: Iterable[tuple[str, str]]) -> None:
    for name, kind in columns:
        if kind in _WIDE:
            fix = f"Cast it: decimals of 38 digits hold it (CAST({name} AS DECIMAL(38, 0)))."
            raise BadInputError(f"column {name}", f"is {kind}, which no Parquet reader keeps", fix)
