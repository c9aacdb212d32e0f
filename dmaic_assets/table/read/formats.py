"""What a file's name says about its format.

What belongs here: extensions, and names of files that are not (or not yet) data. What does not:
looking inside.
"""

import os
from collections.abc import Mapping
from pathlib import PurePath
from types import MappingProxyType

from dmaic_assets.model import FileFormat

EXTENSIONS: Mapping[str, FileFormat] = MappingProxyType(
    {".csv": "csv", ".tsv": "tsv", ".parquet": "parquet", ".jsonl": "jsonl", ".ndjson": "jsonl"}
)
KNOWN_NAMES = ".csv, .tsv, .jsonl and .ndjson (each also with .gz), .parquet"

_UNFINISHED = frozenset(
    {".part", ".partial", ".tmp", ".temp", ".crdownload", ".download", ".filepart", ".swp", ".lock"}
)
_NOT_DATA = frozenset({"thumbs.db", "desktop.ini", "_success"})


def format_of(path: PurePath) -> FileFormat | None:
    """Tells the format that a file's name stands for, or None for an unknown extension."""
    # A name that begins or ends with a point has no extension there.
    stem, _, last = path.name.lower().lstrip(".").rpartition(".")
    if last != "gz":
        return EXTENSIONS.get(f".{last}") if stem else None
    inner = EXTENSIONS.get(f".{stem.rpartition('.')[2]}") if "." in stem else None
    return None if inner == "parquet" else inner


def is_passed_over(name: str) -> bool:
    """Tells whether a file is silently left alone: hidden, a lock, or still being written."""
    lowered = name.lower()
    return (
        lowered.startswith((".", "~$"))
        or lowered.endswith("~")
        or lowered in _NOT_DATA
        or ".part-" in lowered
        or os.path.splitext(lowered)[1] in _UNFINISHED  # noqa: PTH122 - of every file in a folder
    )
