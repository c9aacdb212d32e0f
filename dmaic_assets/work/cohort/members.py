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
from dmaic_assets.store.ledger.record.file_queries import arrived_together, named_arrivals
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
    """A cohort with what the ledger knows of its members, in order of arrival.

    `sequence` is the number of the first file that came with them: what was accepted before it is
    their baseline.
    """

    cohort: Cohort
    members: tuple[Arrival, ...]
    sequence: int


def peers_of(platform: Platform, arrival: Arrival, released: Mapping[str, object]) -> Peers | None:
    """Finds the files that an arrival is judged with; None when it came to a history.

    Args:
        platform: The stores.
        arrival: A file of the source.
        released: The files that people released.
    """
    before, together = arrived_together(platform.ledger, arrival.source, arrival.run_id)
    if before >= FEWEST_OTHERS or len(together) <= FEWEST_OTHERS:
        return None
    files = [(str(number), "") for number in range(before)]
    files += [(sha256, arrival.run_id) for sha256 in together]
    window = platform.settings.dmaic.runs.baseline_window
    cohort = cohorts_of(files, released, window=window).get(arrival.sha256)
    if cohort is None:
        return None
    named = named_arrivals(platform.ledger, arrival.source, [cohort.first, *cohort.members])
    by_content = {a.sha256: a for a in named}
    members = tuple(by_content[sha256] for sha256 in cohort.members)
    return Peers(cohort, members, by_content[cohort.first].sequence)


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
