"""What changed in the folders since somebody looked last, and whether it has settled.

What belongs here: comparing listings of files, without reading the files. What a change means for
the ledger, `batches` says.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from dmaic_assets.errors import InvariantError
from dmaic_assets.settings.project import Settings
from dmaic_assets.store.codec import from_json
from dmaic_assets.store.file_stat import FileStat
from dmaic_assets.store.keys import sha256_json
from dmaic_assets.table.read.discovery import discover


@dataclass(frozen=True, slots=True)
class Mark:
    """What a sensor remembers between two looks.

    `digest` stands for the last listing that was dealt with whole. `pending` are the files that
    were not settled then, with their stat in words.
    """

    digest: str = ""
    pending: Mapping[str, str] = field(default_factory=dict)

    def to_cursor(self) -> str:
        """Spells the mark as a sensor's cursor."""
        return json.dumps({"digest": self.digest, "pending": dict(self.pending)}, sort_keys=True)


def mark_of(cursor: str | None) -> Mark:
    """Reads a sensor's cursor; one that cannot be read means that nothing was seen yet."""
    try:
        return from_json(Mark, json.loads(cursor or "{}"))
    except (ValueError, InvariantError):
        return Mark()


def list_files(settings: Settings) -> dict[Path, str]:
    """Lists the files of all sources with their stat in words; reads none of them."""
    found = discover(settings, hasher=_stat_in_words)
    return {file.path: file.sha256 for file in found.files}


def digest_of(listing: Mapping[Path, str]) -> str:
    """Hashes a listing: the same while no file came, went or changed."""
    return sha256_json({str(path): words for path, words in listing.items()})


def stat_in_words(stat: FileStat) -> str:
    """Spells a stat so that equal words mean an untouched file."""
    return f"{stat.size_bytes}:{stat.mtime_ns}:{stat.ctime_ns}:{stat.inode}"


def is_settled(path: Path, words: str, mark: Mark, *, now: datetime, quiet_s: float) -> bool:
    """Tells whether a file seems to be written to the end.

    It is when it looks as it did at the last look, or when nobody has touched it for `quiet_s`.
    The time of change counts too, because copying can set the time of modification back.
    """
    if mark.pending.get(str(path)) == words:
        return True
    _, modified_ns, changed_ns, _ = (int(part) for part in words.split(":"))
    touched_s = max(modified_ns, changed_ns) / 1e9
    return now.timestamp() - touched_s >= quiet_s


def _stat_in_words(path: Path) -> str:
    return stat_in_words(FileStat.of(path.stat()))
