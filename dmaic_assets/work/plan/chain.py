"""The files of one source in the order in which they arrived: what each is judged after.

What belongs here: merging what the ledger knows with what lies in the folders now. The ledger's
order is kept; new files follow in natural name order.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from dmaic_assets.model import Decision, SourceFile

if TYPE_CHECKING:
    from dmaic_assets.store.ledger.record.files import Arrival

IsIntact: TypeAlias = Callable[[Path, str], bool]
"""Tells whether a file is there with exactly the content of this SHA-256."""

_IN_USE = frozenset({"landed", "accepted", "quarantine", "rejected"})
_DECISIONS: Mapping[str, Decision] = {
    "accepted": "accept",
    "quarantine": "quarantine",
    "rejected": "reject",
}


@dataclass(frozen=True, slots=True)
class ChainFile:
    """One file of a source: where its bytes are now, and what the ledger knows of it."""

    file: SourceFile
    arrival: "Arrival | None"

    @property
    def is_new(self) -> bool:
        """Whether the ledger has never seen this content for this source."""
        return self.arrival is None


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A further path with content that the source has already; it is named and left alone.

    `decision` is what became of the content, None as long as it was not judged.
    """

    file: SourceFile
    original: Path
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class Chain:
    """One source: the files that can be read now, in order, and the arrivals that cannot.

    `removed` are files that somebody took away from where they lay, held ones included;
    `altered` are places in quarantine whose held file was changed by somebody; `absent` are
    files that are nowhere and whose rows the platform may still have.
    """

    source: str
    files: tuple[ChainFile, ...]
    arrivals: "tuple[Arrival, ...]"
    removed: "tuple[Arrival, ...]"
    duplicates: tuple[Duplicate, ...]
    altered: tuple[Path, ...] = ()
    absent: "tuple[Arrival, ...]" = ()


def chains_of(
    found: Sequence[SourceFile],
    known: "Sequence[Arrival]",
    *,
    data: Path,
    is_intact: IsIntact,
    present: Collection[str] = frozenset(),
) -> dict[str, Chain]:
    """Builds the chain of every source that has files or a history.

    Args:
        found: The files in the folders, in discovery order.
        known: The arrivals of the ledger, in sequence order.
        data: The data folder, which relative locations start from.
        is_intact: Checks the places where the platform itself put files.
        present: Paths at which something is that cannot be taken now: nobody removed it.
    """
    files_by: defaultdict[str, list[SourceFile]] = defaultdict(list)
    for file in found:
        files_by[file.source].append(file)
    known_by: defaultdict[str, list[Arrival]] = defaultdict(list)
    for arrival in known:
        known_by[arrival.source].append(arrival)
    names = sorted(files_by.keys() | known_by.keys())
    return {
        name: _Builder(data, is_intact, present).chain(name, files_by[name], known_by[name])
        for name in names
    }


class _Builder:
    """Puts one chain together, arrival by arrival and then what is new."""

    def __init__(self, data: Path, is_intact: IsIntact, present: Collection[str]) -> None:
        self._data = data
        self._at = present
        self._ours = (data / "quarantine", data / "archive")
        self._is_intact = is_intact
        self._files: list[ChainFile] = []
        self._duplicates: list[Duplicate] = []
        self._absent: list[Arrival] = []

    def chain(self, source: str, found: Sequence[SourceFile], known: "Sequence[Arrival]") -> Chain:
        copies: defaultdict[str, list[SourceFile]] = defaultdict(list)
        for file in found:
            copies[file.sha256].append(file)
        for arrival in known:
            self._take_known(arrival, copies.pop(arrival.sha256, []))
        for same in copies.values():
            self._take(ChainFile(same[0], None), same)
        paths = {str(file.path) for file in found} | {*self._at}
        return Chain(
            source,
            tuple(self._files),
            tuple(known),
            removed=tuple(a for a in self._absent if _is_removed(a, paths, known)),
            duplicates=tuple(self._duplicates),
            altered=tuple(p for a in self._absent if (p := _altered(a, self._data)) is not None),
            absent=tuple(self._absent),
        )

    def _take_known(self, arrival: "Arrival", copies: Sequence[SourceFile]) -> None:
        present = self._present(arrival, copies)
        if present is None:
            self._absent.append(arrival)
        else:
            self._take(ChainFile(present, arrival), copies)

    def _take(self, item: ChainFile, copies: Sequence[SourceFile]) -> None:
        self._files.append(item)
        decision = decision_of(item.arrival)
        self._duplicates.extend(
            Duplicate(copy, item.file.path, decision) for copy in copies if copy != item.file
        )

    def _present(self, arrival: "Arrival", copies: Sequence[SourceFile]) -> SourceFile | None:
        """The one of the arrival's places that counts: where the ledger says, if it is there."""
        if len(copies) == 1 and arrival.location == str(copies[0].path):
            return copies[0]
        at = {str(copy.path): copy for copy in copies}
        for place in places_of(arrival, self._data):
            if str(place) in at:
                return at[str(place)]
            # Whoever removed a file meant all of it: a place of ours does not bring it back.
            is_ours = str(place) != arrival.path or any(map(place.is_relative_to, self._ours))
            is_ours = is_ours and arrival.disposition != "removed"
            if is_ours and self._is_intact(place, arrival.sha256):
                return as_source_file(arrival, place)
        return copies[0] if copies else None


def decision_of(arrival: "Arrival | None") -> Decision | None:
    """What became of an arrival; None while it is not judged, and once it is gone."""
    return _DECISIONS.get(arrival.disposition) if arrival else None


def _is_removed(arrival: "Arrival", paths: set[str], known: "Sequence[Arrival]") -> bool:
    """Whether somebody took the file away, rather than put other content in its place."""
    if arrival.disposition == "rejected":
        return True
    if arrival.disposition not in _IN_USE or arrival.path in paths:
        return False
    # The content that overwrote it is held, so it lies at the same path no more.
    return not any(
        a.path == arrival.path and a.disposition == "rejected" and a.sequence > arrival.sequence
        for a in known
    )


def _altered(arrival: "Arrival", data: Path) -> Path | None:
    """The place of a held file that has other content now."""
    if arrival.disposition not in ("rejected", "removed"):
        return None
    held = held_place(arrival, data)
    return held if held.is_file() else None


def held_place(arrival: "Arrival", data: Path) -> Path:
    """Where the arrival lies when it is held."""
    return data / "quarantine" / arrival.source / arrival.sha256[:16] / arrival.name


def places_of(arrival: "Arrival", data: Path) -> Iterator[Path]:
    """Gives the places where the bytes of an arrival can be, most likely first.

    A crash may come between the move of a file and its record, so the place where it would be
    held counts even if the ledger does not say so yet.
    """
    location = Path(arrival.location)
    yield location if location.is_absolute() else data / location
    yield Path(arrival.path)
    yield held_place(arrival, data)


def as_source_file(arrival: "Arrival", path: Path) -> SourceFile:
    """Describes the arrival's content as it lies at `path`."""
    return SourceFile(
        arrival.source,
        path,
        arrival.sha256,
        arrival.size_bytes,
        arrival.format,
        is_owned=arrival.is_owned,
    )
