"""Which files a sensor should have worked on: settled, to be judged, and in nobody's hands.

What belongs here: comparing folders, ledger and running Dagster runs. Launching is the sensors'
business.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from dmaic_assets.defs.automation.landing import (
    Mark,
    digest_of,
    is_settled,
    list_files,
    stat_in_words,
)
from dmaic_assets.model import SourceFile
from dmaic_assets.store.keys import sha256_json
from dmaic_assets.store.ledger.record.files import Arrival, arrivals, known_hashes
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets.work.run.platform import Platform

if TYPE_CHECKING:
    from dmaic_assets.work.plan.planned import Plan

Change: TypeAlias = Literal["new", "changed"]

_STORED = frozenset({"accepted", "quarantine"})


@dataclass(frozen=True, slots=True)
class Claims:
    """What running Dagster runs work on already: everything, or some sources and files."""

    is_everything: bool = False
    sources: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()

    def covers(self, source: str, path: Path | None = None) -> bool:
        """Tells whether somebody works on a source, or on a file of it."""
        is_file = path is not None and str(path) in self.files
        return self.is_everything or source in self.sources or is_file


@dataclass(frozen=True, slots=True)
class Batch:
    """What one look came to: files to work on, arrivals that are gone, what has to wait, and why.

    `key` is the same for the same files in the same state, however often they are looked at.
    """

    mark: Mark
    files: tuple[SourceFile, ...] = ()
    removed: tuple[Arrival, ...] = ()
    reason: str = ""
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to launch."""
        return not self.files and not self.removed

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources touched, sorted."""
        return tuple(sorted({f.source for f in self.files} | {a.source for a in self.removed}))

    @property
    def key(self) -> str:
        """Names the batch by content and state."""
        files = [[f.source, f.sha256, self.words.get(str(f.path), "")] for f in self.files]
        gone = [[a.source, a.sha256, a.updated_at.isoformat()] for a in self.removed]
        return sha256_json({"files": files, "removed": gone})[:32]


def find_batch(
    platform: Platform, cursor: Mark, change: Change, claims: Claims, *, quiet_s: float
) -> Batch:
    """Looks for files that are new, or for known places whose content changed or went.

    Args:
        platform: The stores; nothing in them is changed but the cache of file hashes.
        cursor: What was seen at the last look.
        change: Which kind of change is asked for.
        claims: What running runs work on.
        quiet_s: How long an untouched file counts as settled at first sight.
    """
    # Definitions load without the core and the libraries that it brings.
    from dmaic_assets.work.plan.plan import plan_run

    listing = list_files(platform.settings)
    digest = digest_of(listing)
    if digest == cursor.digest:
        return Batch(cursor, reason="no file came, went or changed")
    unread = _unread(platform, listing)
    now = platform.clock()
    waiting = {
        str(path): words
        for path, words in unread.items()
        if not is_settled(path, words, cursor, now=now, quiet_s=quiet_s)
    }
    if waiting and len(waiting) == len(unread) and change == "new":
        return Batch(Mark("", waiting), reason=_waits(waiting))
    plan = plan_run(platform, RunRequest(), is_patient=False)
    files, removed = _classified(platform, plan, change)
    ready = [f for f in files if str(f.path) not in waiting]
    free = [f for f in ready if not claims.covers(f.source, f.path)]
    gone = [a for a in removed if not claims.covers(a.source)]
    free, gone = _whole_sources(plan, waiting, free, gone) if change == "changed" else (free, [])
    is_left = bool(waiting) or len(free) < len(files) or len(gone) < len(removed)
    return Batch(
        Mark("" if is_left else digest, waiting),
        tuple(free),
        tuple(gone),
        reason=_waits(waiting) if waiting else _reason(plan, files, removed, change),
        words={str(path): words for path, words in listing.items()},
    )


def _unread(platform: Platform, listing: Mapping[Path, str]) -> dict[Path, str]:
    """The files whose content the ledger has not seen in this state."""
    read = {path: stat_in_words(stat) for path, (stat, _) in known_hashes(platform.ledger).items()}
    return {path: words for path, words in listing.items() if read.get(str(path)) != words}


def _classified(
    platform: Platform, plan: "Plan", change: Change
) -> tuple[list[SourceFile], list[Arrival]]:
    """Picks what is new, or what changed or went at known places.

    Work that follows from changed code, rules or thresholds is for schedules and people.
    """
    known = arrivals(platform.ledger)
    settled = {(a.source, a.sha256) for a in known if a.is_current and a.disposition != "landed"}
    stored = {a.path for a in known if a.disposition in _STORED}
    unseen = [f.file for f in plan.work if (f.file.source, f.file.sha256) not in settled]
    if change == "new":
        return [f for f in unseen if str(f.path) not in stored], []
    return [f for f in unseen if str(f.path) in stored], list(plan.removed)


def _whole_sources(
    plan: "Plan",
    waiting: Iterable[str],
    files: Sequence[SourceFile],
    removed: Sequence[Arrival],
) -> tuple[list[SourceFile], list[Arrival]]:
    """Leaves out sources with files that are still being written.

    A run that notes what was removed looks at whole sources.
    """
    unsettled = set(waiting)
    busy = {f.file.source for f in plan.files if str(f.file.path) in unsettled}
    return (
        [f for f in files if f.source not in busy],
        [a for a in removed if a.source not in busy],
    )


def _waits(waiting: Mapping[str, str]) -> str:
    names = ", ".join(sorted(Path(path).name for path in waiting)[:3])
    return f"waiting until {len(waiting)} files are written to the end: {names}"


def _reason(
    plan: "Plan", files: Sequence[SourceFile], removed: Sequence[Arrival], change: Change
) -> str:
    refused = "; ".join(str(refused) for refused in plan.refused)
    return f"left out: {refused}" if refused else _idle(files, removed, change)


def _idle(files: Sequence[SourceFile], removed: Sequence[Arrival], change: Change) -> str:
    if files or removed:
        return "a running run works on these files already"
    return "every file is known" if change == "new" else "no known file changed or went"
