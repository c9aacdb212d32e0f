"""The stores and settings that a run works with, opened once and passed along.

What belongs here: opening and closing. No decision about data.
"""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from dmaic_assets.settings.project import Clock, Paths, Settings, utc_clock
from dmaic_assets.store.ledger.database.store import Ledger
from dmaic_assets.store.ledger.record.moved import settle_in
from dmaic_assets.store.recent import Recent

if TYPE_CHECKING:
    from dmaic_assets.history.facts import FileFacts
    from dmaic_assets.work.known_keys.held import HeldStates

# Bytes of stored facts that a process keeps in memory: the window of several sources of small
# files, or of one whose files have 20 columns and as many rows as facts keep of them.
_FACTS_KEPT = 128 * 2**20
# Bytes of tables that a process keeps in memory as read: the files of a first day, or those of a
# year by months that the phases of a run read after its gate. Larger files are read again.
_READ_KEPT = 128 * 2**20
# Cohorts that a process keeps in memory: as many as two workers held before they shared them.
_STUDIES_KEPT = 2
# Files of first days whose cohorts a process keeps in memory, of about 200 bytes each.
_COHORTS_KEPT = 100_000


def _facts_kept() -> "Recent[FileFacts]":
    return Recent(_FACTS_KEPT)


def _read_kept() -> Recent[object]:
    return Recent(_READ_KEPT)


def _studies_kept() -> Recent[object]:
    return Recent(_STUDIES_KEPT)


def _cohorts_kept() -> Recent[object]:
    return Recent(_COHORTS_KEPT)


def _no_keys() -> "HeldStates":
    from dmaic_assets.work.known_keys.held import HeldStates

    return HeldStates()


@dataclass(frozen=True, slots=True)
class Platform:
    """Settings, ledger and clocks of one project; `cpu_clock` counts seconds of cpu.

    `facts` keeps those of accepted files under their memo keys, so that a process that works on
    many files of a source reads the facts of each once; `keys` does so with their keys. `studies`
    keeps what is worked out of cohorts, `cohorts` which files each has, and `readings` files as
    they were read, of which this module knows nothing: all files of a cohort ask the same of the
    others.
    `tell` hears, in any thread, what is done for long before the first file is judged.
    """

    settings: Settings
    ledger: Ledger
    clock: Clock
    cpu_clock: Callable[[], float] = time.process_time
    facts: "Recent[FileFacts]" = field(default_factory=_facts_kept)
    studies: Recent[object] = field(default_factory=_studies_kept)
    tell: Callable[[str], None] = lambda _text: None
    keys: "HeldStates" = field(default_factory=_no_keys)
    readings: Recent[object] = field(default_factory=_read_kept)
    cohorts: Recent[object] = field(default_factory=_cohorts_kept)

    @property
    def paths(self) -> Paths:
        """Where the project's files lie."""
        return self.settings.paths

    def close(self) -> None:
        """Gives the ledger's connections back."""
        self.ledger.close()


def open_platform(settings: Settings, *, clock: Clock = utc_clock) -> Platform:
    """Opens the stores of a project, making folders and ledger where they do not exist yet.

    Raises:
        StoreError: The ledger cannot be opened: locked, corrupt, read-only, away.
    """
    settings.paths.incoming.mkdir(parents=True, exist_ok=True)
    settings.paths.artifacts.mkdir(parents=True, exist_ok=True)
    ledger = Ledger.open(
        settings.ledger_url,
        clock=clock,
        busy_timeout_ms=settings.dmaic.ledger.busy_timeout_ms,
        artifacts=settings.paths.artifacts,
    )
    settle_in(ledger, settings.paths.data)
    return Platform(settings, ledger, clock)


@contextmanager
def platform_of(settings: Settings, *, clock: Clock = utc_clock) -> Generator[Platform]:
    """Opens a platform for the length of a `with` block."""
    platform = open_platform(settings, clock=clock)
    try:
        yield platform
    finally:
        platform.close()


def git_sha(root: Path) -> str:
    """Reads the short commit id of the project's git checkout without running git.

    Returns:
        Seven hex digits, or "nogit" outside a checkout (D07).
    """
    for folder in (root, *root.parents):
        git = folder / ".git"
        if git.exists():
            return _head_of(git) or "nogit"
    return "nogit"


def _head_of(git: Path) -> str | None:
    try:
        if git.is_file():
            git = (
                git.parent / git.read_text(encoding="utf-8").split("gitdir:", 1)[1].strip()
            ).resolve()
        head = (git / "HEAD").read_text(encoding="utf-8").strip()
        if not head.startswith("ref: "):
            return head[:7]
        return _ref_of(git, head.removeprefix("ref: "))
    except (OSError, IndexError, UnicodeDecodeError):
        return None


def _ref_of(git: Path, ref: str) -> str | None:
    common = git / "commondir"
    base = (git / common.read_text(encoding="utf-8").strip()) if common.is_file() else git
    loose = base / ref
    if loose.is_file():
        return loose.read_text(encoding="utf-8").strip()[:7]
    packed = base / "packed-refs"
    if packed.is_file():
        for line in packed.read_text(encoding="utf-8").splitlines():
            if line.endswith(f" {ref}"):
                return line[:7]
    return None
