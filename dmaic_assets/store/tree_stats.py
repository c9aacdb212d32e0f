"""The stats of whole folders, told name by name: what tells cheaply that nothing has changed.

What belongs here: walking and asking. What a difference means, who asks knows.
"""

import hashlib
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from dmaic_assets.store.file_stat import is_settled

# Its name, and None when it is not there.
NamedStat: TypeAlias = tuple[str, os.stat_result | None]
# Not by its name: who imports the package by name depends on every module in it.
PACKAGE = Path(__file__).parents[1]
_LIBRARIES = ("site-packages", "dist-packages")


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen: a hash over names and stats, and the newest time among them."""

    digest: str
    newest_ns: int

    def is_settled(self, now_ns: int) -> bool:
        """Whether a later change would show, at the file system's time `now_ns`."""
        return is_settled(self.newest_ns, now_ns)


def look_at(seen: Iterable[NamedStat], *, said: str = "") -> Look:
    """Hashes names with their stats, after some text that counts too."""
    told, newest = hashlib.sha256(said.encode("utf-8", "surrogateescape")), 0
    for name, stat in seen:
        line = "gone"
        if stat is not None:
            newest = max(newest, stat.st_mtime_ns, stat.st_ctime_ns)
            line = f"{stat.st_size} {stat.st_mtime_ns} {stat.st_ctime_ns} {stat.st_ino}"
        told.update(f"\n{name}\0{line}".encode("utf-8", "surrogateescape"))
    return Look(told.hexdigest(), newest)


def code_stats() -> Iterator[NamedStat]:
    """The modules of this package, and the folders that libraries are installed in."""
    yield from ((name, stat) for name, stat in walked(str(PACKAGE)) if name.endswith(".py"))
    for folder in sys.path:
        if folder.endswith(_LIBRARIES):
            yield folder, stat_of(folder)


def walked(folder: str) -> Iterator[NamedStat]:
    """A folder and all in it, folders included, in the order of names; compiled code is not."""
    yield folder, stat_of(folder)
    waiting, met = [folder], set[int]()
    while waiting:
        try:
            with os.scandir(waiting.pop()) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError:
            # That it is not there, or may not be listed, its own stat tells.
            continue
        for entry in entries:
            stat = stat_of(entry.path)
            if stat is not None and entry.is_dir():
                # A link may lead back.
                if entry.name == "__pycache__" or stat.st_ino in met:
                    continue
                met.add(stat.st_ino)
                waiting.append(entry.path)
            yield entry.path, stat


def stat_of(place: str) -> os.stat_result | None:
    """The stat of what a name leads to; None when that is nothing."""
    try:
        return os.stat(place)  # noqa: PTH116 - ten thousands of times
    except OSError:
        return None
