"""A source judged again after somebody's word on its rules: what became of its files.

What belongs here: running the source once and comparing the ledger before and after.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dmaic_assets.cli.console import say
from dmaic_assets.model import Json

if TYPE_CHECKING:
    from dmaic_assets.store.ledger.record.files import Arrival
    from dmaic_assets.work.run.platform import Platform


@dataclass(frozen=True, slots=True)
class Moved:
    """A file that came to another disposition, or to another number of accepted rows."""

    was: "Arrival"
    now: "Arrival"

    @property
    def rows(self) -> int:
        """How many more rows are accepted."""
        return self.now.accepted - self.was.accepted

    @property
    def document(self) -> dict[str, Json]:
        """The JSON form."""
        return {
            "file": self.now.name,
            "was": self.was.disposition,
            "is": self.now.disposition,
            "accepted": self.rows,
            "quarantined": self.now.quarantined,
        }


def files_of(platform: "Platform", source: str) -> "dict[str, Arrival]":
    """What the ledger knows of a source's files, by SHA-256."""
    from dmaic_assets.store.ledger.record.files import arrivals

    return {a.sha256: a for a in arrivals(platform.ledger, [source])}


def judge_again(platform: "Platform", source: str, *, is_quiet: bool) -> None:
    """Judges all files of a source again, as far as its rules have changed.

    Raises:
        DmaicError: The run, or a file of it, fails.
    """
    from dmaic_assets.cli.runs.main_job import execute, refuse_failures
    from dmaic_assets.work.plan.plan import plan_run
    from dmaic_assets.work.plan.request import RunRequest

    request = RunRequest(sources=(source,))
    outcome = execute(platform, request, plan_run(platform, request), is_quiet=is_quiet)
    refuse_failures(platform, outcome)


def moved_since(platform: "Platform", source: str, before: "dict[str, Arrival]") -> list[Moved]:
    """What became of the files that were there before."""
    found = [Moved(before[k], a) for k, a in files_of(platform, source).items() if k in before]
    return [m for m in found if m.rows or m.now.disposition != m.was.disposition]


def say_moved(moved: Sequence[Moved]) -> None:
    """A line for each file that moved."""
    for m in moved:
        say(f"  {m.now.name}: {m.was.disposition} -> {m.now.disposition}, {m.rows:+,} rows")
