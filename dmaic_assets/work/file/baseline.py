"""The files that a file's rules may be learnt from: those of its source accepted before it.

The judged file is never among them. Files that came together, before there was a history, have
each other beside these (`work.cohort`). What is learnt of each is in `baseline_facts`.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dmaic_assets.model import ArtifactRef
from dmaic_assets.store.keys import canonical_json, sha256_json, sha256_spelled
from dmaic_assets.store.ledger.record.file_queries import newest_accepted
from dmaic_assets.store.ledger.record.files import Arrival
from dmaic_assets.work.cohort.members import Cohort
from dmaic_assets.work.plan.chain import held_place
from dmaic_assets.work.run.platform import Platform

# Rows from which a thousandth set apart moves no quantile that rules are learnt from.
_LARGE_ROWS = 200_000
# Share of rows set apart that leaves the profile measured before valid for learning.
_TINY_SHARE = 0.001


@dataclass(frozen=True, slots=True)
class BaselineFile:
    """One accepted file of a source: its content, the version of its accepted rows, and where.

    `file_key` is the memo key of its settled result; `rows` and `quarantined` are its counts.
    `arrival` tells where its bytes are, `apart` the folder of what was set apart from it.
    """

    sha256: str
    accepted_version: str
    rows_path: Path
    types: ArtifactRef
    file_key: str
    rows: int
    quarantined: int
    arrival: Arrival
    apart: Path

    @property
    def is_nearly_whole(self) -> bool:
        """Whether so few of so many rows were set apart that they move no quantile."""
        return self.quarantined == 0 or (
            self.rows >= _LARGE_ROWS and self.quarantined <= self.rows * _TINY_SHARE
        )


class AcceptedFiles:
    """The accepted files of one source in arrival order, to be asked for many baselines."""

    def __init__(self, arrivals: Sequence[Arrival]) -> None:
        known = [a for a in arrivals if _is_learnt_from(a)]
        self._sequences = [a.sequence for a in known]
        self._spelled = [canonical_json([a.sha256, a.accepted_version]) for a in known]

    def version_before(self, sequence: int, cohort: Cohort | None, *, window: int) -> str:
        """Gives the `history_version` of the newest `window` files before a sequence number."""
        end = bisect_left(self._sequences, sequence)
        spelled = ",".join(self._spelled[max(0, end - window) : end])
        return _with_cohort(sha256_spelled(f"[{spelled}]"), cohort)


def baseline_of(platform: Platform, source: str, *, before: int | None) -> tuple[BaselineFile, ...]:
    """Asks for the newest accepted files of a source that arrived before sequence number `before`.

    As many as `runs.baseline_window` says; None means before the next file.
    """
    window = platform.settings.dmaic.runs.baseline_window
    newest = newest_accepted(platform.ledger, source, before=before, limit=window)
    found = (_accepted(arrival, platform.paths.data) for arrival in newest)
    return tuple(file for file in found if file is not None)


def _is_learnt_from(arrival: Arrival) -> bool:
    needed = (arrival.accepted_version, arrival.accepted_path, arrival.file_key, arrival.types)
    return all(needed)


def _accepted(arrival: Arrival, data: Path) -> BaselineFile | None:
    if not (arrival.accepted_version and arrival.accepted_path and arrival.file_key):
        return None
    if arrival.types is None:
        return None
    return BaselineFile(
        sha256=arrival.sha256,
        accepted_version=arrival.accepted_version,
        rows_path=data / arrival.accepted_path,
        types=arrival.types,
        file_key=arrival.file_key,
        rows=arrival.rows,
        quarantined=arrival.quarantined,
        arrival=arrival,
        apart=held_place(arrival, data).parent,
    )


def baseline_version(baseline: Sequence[BaselineFile]) -> str:
    """Hashes what a baseline is: which files in which order, with which accepted rows."""
    return sha256_json([[b.sha256, b.accepted_version] for b in baseline])


def history_version(baseline: Sequence[BaselineFile], cohort: Cohort | None) -> str:
    """Hashes all that the rules of a file are learnt from: its baseline, and its cohort if any."""
    return _with_cohort(baseline_version(baseline), cohort)


def _with_cohort(version: str, cohort: Cohort | None) -> str:
    return version if cohort is None else sha256_json([version, cohort.version])
