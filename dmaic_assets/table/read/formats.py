"""What a file's name says about its format.

What belongs here: extensions, and names of files that are not (or not yet) data. What does not:
looking inside.
"""

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
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if not suffixes:
        return None
    if suffixes[-1] != ".gz":
        return EXTENSIONS.get(suffixes[-1])
    inner = EXTENSIONS.get(suffixes[-2]) if len(suffixes) > 1 else None
    return None if inner == "parquet" else inner


def is_passed_over(name: str) -> bool:
    """Tells whether a file is silently left alone: hidden, a lock, or still being written."""
    lowered = name.lower()
    return (
        lowered.startswith((".", "~$"))
        or lowered.endswith("~")
        or lowered in _NOT_DATA
        or ".part-" in lowered
        or PurePath(lowered).suffix in _UNFINISHED
    )
