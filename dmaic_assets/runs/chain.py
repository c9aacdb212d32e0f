"""The files of one source in the order in which they arrived: what each is judged after.

What belongs here: merging what the ledger knows with what lies in the folders now. The ledger's
order is kept; new files follow in natural name order.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dmaic_assets.ledger.files import Arrival
from dmaic_assets.model import SourceFile

_IN_USE = frozenset({"landed", "accepted", "quarantine"})


@dataclass(frozen=True, slots=True)
class ChainFile:
    """One file of a source: where its bytes are now, and what the ledger knows of it."""

    file: SourceFile
    arrival: Arrival | None

    @property
    def is_new(self) -> bool:
        """Whether the ledger has never seen this content for this source."""
        return self.arrival is None


@dataclass(frozen=True, slots=True)
class Chain:
    """One source: the files that can be read now, in order, and the arrivals that cannot.

    `duplicates` are further paths with the content of a file that is in `files`; `removed` are
    files that somebody took away from where they lay.
    """

    source: str
    files: tuple[ChainFile, ...]
    arrivals: tuple[Arrival, ...]
    removed: tuple[Arrival, ...]
    duplicates: tuple[SourceFile, ...]


def chains_of(
    found: Sequence[SourceFile], known: Sequence[Arrival], *, data: Path
) -> dict[str, Chain]:
    """Builds the chain of every source that has files or a history.

    Args:
        found: The files in the folders, in discovery order.
        known: The arrivals of the ledger, in sequence order.
        data: The data folder, which relative locations start from.
    """
    files_by: defaultdict[str, list[SourceFile]] = defaultdict(list)
    for file in found:
        files_by[file.source].append(file)
    known_by: defaultdict[str, list[Arrival]] = defaultdict(list)
    for arrival in known:
        known_by[arrival.source].append(arrival)
    names = sorted(files_by.keys() | known_by.keys())
    return {name: _chain(name, files_by[name], known_by[name], data) for name in names}


def _chain(source: str, found: Sequence[SourceFile], known: Sequence[Arrival], data: Path) -> Chain:
    by_content: dict[str, SourceFile] = {}
    paths = {str(file.path) for file in found}
    duplicates: list[SourceFile] = []
    for file in found:
        if file.sha256 in by_content:
            duplicates.append(file)
        else:
            by_content[file.sha256] = file
    files: list[ChainFile] = []
    removed: list[Arrival] = []
    for arrival in known:
        present = by_content.pop(arrival.sha256, None) or _elsewhere(arrival, data)
        if present is not None:
            files.append(ChainFile(present, arrival))
        elif arrival.disposition in _IN_USE and arrival.path not in paths:
            removed.append(arrival)
    files.extend(ChainFile(file, None) for file in by_content.values())
    return Chain(source, tuple(files), tuple(known), tuple(removed), tuple(duplicates))


def _elsewhere(arrival: Arrival, data: Path) -> SourceFile | None:
    """The file where the platform itself put it: held in quarantine, or archived."""
    if arrival.disposition == "removed":
        return None
    for path in places_of(arrival, data):
        if str(path) != arrival.path and path.is_file():
            return as_source_file(arrival, path)
    return None


def places_of(arrival: Arrival, data: Path) -> tuple[Path, ...]:
    """Where the bytes of an arrival can be, most likely place first.

    A crash may come between the move of a file and its record, so the place where it would be
    held counts even if the ledger does not say so yet.
    """
    location = Path(arrival.location)
    held = data / "quarantine" / arrival.source / arrival.sha256[:16] / arrival.name
    recorded = location if location.is_absolute() else data / location
    return (recorded, Path(arrival.path), held)


def as_source_file(arrival: Arrival, path: Path) -> SourceFile:
    """Describes the arrival's content as it lies at `path`."""
    return SourceFile(
        arrival.source,
        path,
        arrival.sha256,
        arrival.size_bytes,
        arrival.format,
        is_owned=arrival.is_owned,
    )
