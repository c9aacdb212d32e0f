"""Workloads as CSV: `op,key,value`, and nothing else; a wrong line is named by row and column."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from dmaic_assets.errors import BadInputError, PolicyError
from dmaic_assets.hashmaps.workload.workload import OPS, Workload

HEADER = ("op", "key", "value")
# Most rows and bytes that are read, 0 for no limit: those of the source document's schema.
MOST_ROWS, MOST_BYTES = 5_000_000, 500 << 20
_PUT = OPS.index("put")


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest file that is read; 0 sets no limit."""

    rows: int = MOST_ROWS
    size: int = MOST_BYTES


def write_workload(workload: Workload, path: Path) -> None:
    """Writes a workload; numbers in the shortest form that reads back the same.

    Raises:
        OSError: The file cannot be written.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        for op, key, value in zip(
            workload.ops.tolist(), workload.keys.to_pylist(), workload.values.tolist(), strict=True
        ):
            writer.writerow((OPS[op], key, repr(value) if op == _PUT else ""))


def read_workload(path: Path, limits: Limits | None = None) -> Workload:
    """Reads a workload of text keys.

    Raises:
        BadInputError: A line is no operation; names its row and column.
        PolicyError: The file is larger than the limits.
    """
    allowed = limits or Limits()
    if not path.is_file():
        raise BadInputError(f"the workload {path}", "is no file", "Name a CSV file.")
    size = path.stat().st_size
    if allowed.size and size > allowed.size:
        fix = f"At most {allowed.size:,} bytes are read; raise the limit, or 0 for none."
        raise PolicyError(f"the workload {path}", f"has {size:,} bytes", fix)
    ops: list[int] = []
    keys: list[str] = []
    values: list[float] = []
    for row, cells in _rows(path):
        if allowed.rows and len(ops) >= allowed.rows:
            fix = f"At most {allowed.rows:,} rows are read; raise the limit, or 0 for none."
            raise PolicyError(f"the workload {path}", f"has more rows than that at {row:,}", fix)
        op, key, value = _read(path, row, cells)
        ops.append(op)
        keys.append(key)
        values.append(value)
    return Workload(
        np.array(ops, np.uint8),
        pa.array(keys, pa.string()),
        np.array(values, np.float64),
        path.name,
    )


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yields the rows behind the header, numbered as an editor numbers lines."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file, strict=True)
        try:
            header = next(reader, [])
            if tuple(header) != HEADER:
                told = ",".join(header) or "nothing"
                raise _wrong(path, 1, "header", f"is {told!r}", "Begin with the line op,key,value.")
            for cells in reader:
                yield reader.line_num, cells
        except UnicodeDecodeError as error:
            fix = "Save it as UTF-8."
            raise BadInputError(f"the workload {path}", f"is not UTF-8: {error}", fix) from error
        except csv.Error as error:
            row = reader.line_num
            raise _wrong(path, row, "line", f"is no CSV: {error}", "Close its quotes.") from error


def _read(path: Path, row: int, cells: list[str]) -> tuple[int, str, float]:
    if len(cells) != len(HEADER):
        fix = "Give op, key and value, with nothing behind and no comments."
        raise _wrong(path, row, "line", f"has {len(cells)} cells", fix)
    op, key, value = cells
    if op.lower() not in OPS:
        raise _wrong(path, row, "op", f"is {op!r}", "Write put, get or del.")
    code = OPS.index(op.lower())  # pyright: ignore[reportArgumentType] - it is one of them
    if not key:
        raise _wrong(path, row, "key", "is empty", "Give every operation a key.")
    if code != _PUT:
        if value:
            raise _wrong(path, row, "value", f"is {value!r}", f"Leave it empty for {op}.")
        return code, key, 0.0
    try:
        number = float(value)
    except ValueError:
        fix = "Give every put a number."
        raise _wrong(path, row, "value", f"is {value!r}", fix) from None
    if not np.isfinite(number):
        raise _wrong(path, row, "value", f"is {value!r}", "Give a finite number.")
    return code, key, number


def _wrong(path: Path, row: int, column: str, what: str, fix: str) -> BadInputError:
    return BadInputError(f"the workload {path}, row {row:,}, {column}", what, fix)
