"""Which files of a source form a cohort: those that arrived at once, before it had a history.

What belongs here: membership, by what the ledger keeps of arrivals and never changes. So a cohort
is the same whoever asks, whatever became of its files, and however often a run was interrupted.
Planning asks for it, so nothing heavy is loaded.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TypeAlias

from dmaic_assets.store.keys import sha256_json
from dmaic_assets.store.ledger.record.file_queries import (
    arrived_together,
    named_arrivals,
    newest_sequence,
)
from dmaic_assets.store.ledger.record.files import Arrival
from dmaic_assets.work.run.platform import Platform

# Files from which on differences between files are seen (`history.baseline.FEWEST_FILES`): so many
# make a history, and so many others each file of a cohort needs.
FEWEST_OTHERS = 4
Member: TypeAlias = tuple[str, str]
"""A file's SHA-256, and the run that saw it first."""


@dataclass(frozen=True, slots=True)
class Cohort:
    """Files that are judged by each other, by SHA-256 in order of arrival.

    `first` is the first file that came with them: of very many files, not all are one cohort.
    `released` are those that people vouch for: whatever they look like, the others learn from them.
    """

    members: tuple[str, ...]
    first: str
    released: tuple[str, ...] = ()

    @property
    def version(self) -> str:
        """Hashes what its rules depend on, beside the files that were accepted before it."""
        return sha256_json({"members": list(self.members), "released": list(self.released)})


@dataclass(frozen=True, slots=True)
class Peers:
    """A cohort of a source; what the ledger knows of its members tells `members_of`.

    `sequence` is the number of the first file that came with them: what was accepted before it is
    their baseline.
    """

    cohort: Cohort
    source: str
    sequence: int


@dataclass(frozen=True, slots=True)
class _Together:
    """The cohorts of the files that one run saw first, by SHA-256, and the first file's number."""

    cohorts: Mapping[str, Cohort]
    sequence: int


def peers_of(platform: Platform, arrival: Arrival, released: Mapping[str, object]) -> Peers | None:
    """Finds the files that an arrival is judged with; None when it came to a history.

    What one question tells of a run serves all files that it saw first, as long as no other file
    of the source arrives: asking for each anew would cost the square of their number.

    Args:
        platform: The stores.
        arrival: A file of the source.
        released: The files that people released.
    """
    newest = newest_sequence(platform.ledger, arrival.source)
    window = platform.settings.dmaic.runs.baseline_window
    asked = [arrival.source, arrival.run_id, newest, window, sorted(released)]
    key = sha256_json({"arrived_together": asked})
    together = platform.cohorts.get(key)
    if not isinstance(together, _Together):
        together = _together(platform, arrival, released, window)
        platform.cohorts.keep(key, together, 1 + len(together.cohorts))
    cohort = together.cohorts.get(arrival.sha256)
    return None if cohort is None else Peers(cohort, arrival.source, together.sequence)


def _together(
    platform: Platform, arrival: Arrival, released: Mapping[str, object], window: int
) -> _Together:
    before, together = arrived_together(platform.ledger, arrival.source, arrival.run_id)
    if before >= FEWEST_OTHERS or len(together) <= FEWEST_OTHERS:
        return _Together({}, 0)
    files = [(str(number), "") for number in range(before)]
    files += [(sha256, arrival.run_id) for sha256 in together]
    (first,) = named_arrivals(platform.ledger, arrival.source, together[:1])
    return _Together(cohorts_of(files, released, window=window), first.sequence)


def members_of(platform: Platform, peers: Peers) -> tuple[Arrival, ...]:
    """Gives what the ledger knows now of the members of a cohort, in order of arrival."""
    named = named_arrivals(platform.ledger, peers.source, peers.cohort.members)
    by_content = {a.sha256: a for a in named}
    return tuple(by_content[sha256] for sha256 in peers.cohort.members)


def cohorts_of(
    files: Iterable[Member], released: Mapping[str, object], *, window: int
) -> dict[str, Cohort]:
    """Finds the cohorts of one source.

    A run that saw enough new files at once, when fewer than `FEWEST_OTHERS` had arrived before,
    makes one; of more than `window` files several, one after the other in time.

    Args:
        files: Everything that ever arrived for the source, in order of arrival, then what is new.
        released: The files that people released.
        window: How many files rules are learnt from at most.

    Returns:
        The cohort of every file that has one, by SHA-256.
    """
    found: dict[str, Cohort] = {}
    before = 0
    for _, group in groupby(files, key=lambda file: file[1]):
        together = [sha256 for sha256, _ in group]
        if before < FEWEST_OTHERS:
            for members in _stretches(together, window):
                vouched = tuple(sha256 for sha256 in members if sha256 in released)
                found |= dict.fromkeys(members, Cohort(members, together[0], vouched))
        before += len(together)
    return found


def _stretches(files: Sequence[str], window: int) -> list[tuple[str, ...]]:
    """Cuts files into stretches of about equal length; none when they would be too short."""
    count = -(-len(files) // window)
    cuts = [len(files) * at // count for at in range(count + 1)]
    found = [tuple(files[a:b]) for a, b in pairwise(cuts)]
    return [s for s in found if len(s) > FEWEST_OTHERS]
