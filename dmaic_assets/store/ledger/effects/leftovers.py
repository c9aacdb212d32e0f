"""What lies on the disk without a record, and what is recorded without lying there.

What belongs here: looking, removing part files, setting aside. Which of it is put right, and
when, reconcile.py decides.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import sqlalchemy as sa

from dmaic_assets.settings.project import Paths
from dmaic_assets.store.effect_files import PART_MARK, fsync_folder, store_error
from dmaic_assets.store.ledger.database.rows import loads
from dmaic_assets.store.ledger.database.schema_tasks import effects
from dmaic_assets.store.ledger.database.store import Ledger, to_us
from dmaic_assets.store.ledger.record.files import Arrival, arrivals
from dmaic_assets.store.ledger.record.memo import lookup
from dmaic_assets.store.ledger.tasks.states import OPEN_STATES
from dmaic_assets.store.ledger.tasks.tasks import Task, list_tasks, live_tasks

# A library may keep files of its own beside a part, under its name with a further ending.
_PART = re.compile(re.escape(PART_MARK) + r"[0-9a-f]+(\.\w+)?$")
ORPHANED = "orphaned"
REASON = "reason.json"


def stale_parts(ledger: Ledger, paths: Paths, stale_s: float) -> list[Path]:
    """Finds half-written files that nobody has touched for the given time.

    The incoming folder is left alone: what lies there is the senders'. Everything in the
    staging folder is half-done by nature, but only counts while no task is live.
    """
    roots = (paths.warehouse, paths.quarantine, paths.artifacts, paths.archive, paths.ledger)
    found = [path for root in roots for path in _files(root) if _PART.search(path.name)]
    now_us = ledger.now_us()
    if not any(_is_held_now(task, now_us) for task in live_tasks(ledger)):
        found += list(_files(paths.staging))
    return [path for path in found if _age_s(ledger, path) > stale_s]


def remove_parts(parts: Sequence[Path]) -> list[Path]:
    """Removes part files and tells which ones were really there to be removed.

    Raises:
        StoreError: The folder refuses.
    """
    removed: list[Path] = []
    for path in parts:
        try:
            path.unlink()
        except FileNotFoundError:
            continue
        except OSError as error:
            raise store_error(path, error) from error
        removed.append(path)
    return removed


def unrecorded_outputs(ledger: Ledger, paths: Paths, stale_s: float) -> list[Path]:
    """Finds accepted files, their raw values and quarantine folders that no arrival speaks of.

    What belongs to a file that is still to be worked on, or was written just now, is not
    counted: its task will record or replace it.
    """
    known = {(a.source, a.sha256[:16]): a for a in arrivals(ledger)}
    pending = _pending(ledger)
    found: list[Path] = []
    for path in sorted(paths.warehouse.glob("accepted/*/*.parquet")):
        key = (path.parent.name, path.stem)
        if key not in pending and not _is_accepted_as(known.get(key), path, paths):
            found.append(path)
    for path in sorted(paths.warehouse.glob("repairs/*/*.parquet")):
        key = (path.parent.name, path.stem)
        accepted = paths.warehouse / "accepted" / path.parent.name / path.name
        if key not in pending and not _is_accepted_as(known.get(key), accepted, paths):
            found.append(path)
    for path in sorted(paths.quarantine.glob("*/*")):
        key = (path.parent.name, path.name)
        if not path.is_dir() or key in pending or _is_held(ledger, known.get(key)):
            continue
        if key in known or not _holds_an_original(path):
            found.append(path)
    return [path for path in found if _age_s(ledger, path) > stale_s]


def set_aside(paths: Paths, found: Sequence[Path]) -> list[Path]:
    """Moves outputs without a record into the archive, under their path in the data folder.

    Raises:
        StoreError: A folder refuses.
    """
    moved: list[Path] = []
    for path in found:
        target = _free(paths.archive / ORPHANED / path.relative_to(paths.data))
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            path.rename(target)
            fsync_folder(target.parent)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise store_error(path, error) from error
        moved.append(path)
    return moved


def lost_outputs(ledger: Ledger, paths: Paths) -> list[Path]:
    """Finds accepted files that the ledger records and that are gone."""
    recorded = (
        paths.data / arrival.accepted_path
        for arrival in arrivals(ledger)
        if arrival.accepted_path and arrival.disposition in ("accepted", "quarantine")
    )
    return sorted(path for path in recorded if not path.is_file())


def lost_receipts(ledger: Ledger, paths: Paths) -> list[str]:
    """Finds effects whose receipt names a file, by a `path`, that is gone."""
    query = sa.select(effects.c.effect_key, effects.c.receipt).where(
        effects.c.state == "done", effects.c.receipt.is_not(None)
    )
    with ledger.reading() as connection:
        rows = connection.execute(query.order_by(effects.c.effect_key)).all()
    return [key for key, receipt in rows if _names_lost_file(receipt, paths)]


def _names_lost_file(receipt: str, paths: Paths) -> bool:
    value = loads(receipt)
    path = value.get("path") if isinstance(value, Mapping) else None
    return isinstance(path, str) and not (paths.data / path).exists()


def _pending(ledger: Ledger) -> set[tuple[str, str]]:
    found = {(a.source, a.sha256[:16]) for a in arrivals(ledger) if a.disposition == "landed"}
    now_us = ledger.now_us()
    for task in list_tasks(ledger, states=OPEN_STATES):
        if _is_to_be_worked(task, now_us):
            found.add((task.of_file.source, task.of_file.sha256[:16]))
    return found


# Leases are judged as if expired ones had been taken back, so that a dry run finds the same.
def _is_held_now(task: Task, now_us: int) -> bool:
    return task.lease_until is not None and to_us(task.lease_until) > now_us


def _is_to_be_worked(task: Task, now_us: int) -> bool:
    is_planned = task.lease_until is None
    return is_planned or _is_held_now(task, now_us) or task.attempts < task.max_attempts


def _is_accepted_as(arrival: Arrival | None, path: Path, paths: Paths) -> bool:
    if arrival is None or arrival.accepted_path is None:
        return False
    is_current = arrival.disposition in ("accepted", "quarantine")
    return is_current and paths.data / arrival.accepted_path == path


def _holds_an_original(folder: Path) -> bool:
    """Whether a held file lies there with its reason: the next run finds and judges it again."""
    names = {path.name for path in folder.iterdir()}
    return REASON in names and bool(names - {REASON, "rows.parquet"})


def _is_held(ledger: Ledger, arrival: Arrival | None) -> bool:
    if arrival is None or arrival.disposition != "accepted":
        return arrival is not None and arrival.disposition in ("quarantine", "rejected", "replaced")
    # Every row was accepted; lines above the table are kept in quarantine all the same.
    settled = lookup(ledger, [arrival.file_key] if arrival.file_key else []).values()
    return any(record.facts.get("lines_above") for record in settled)


def _files(root: Path) -> Iterator[Path]:
    return (path for path in sorted(root.rglob("*")) if path.is_file())


def _age_s(ledger: Ledger, path: Path) -> float:
    try:
        stat = path.stat()
    except FileNotFoundError:
        return 0.0
    # A hard link keeps the time of its content; when it was made shows in the change time.
    return ledger.now_us() / 1_000_000 - max(stat.st_mtime, stat.st_ctime)


def _free(target: Path) -> Path:
    if not target.exists():
        return target
    names = (target.with_name(f"{target.name}.{number}") for number in range(2, 1_000_000))
    return next(name for name in names if not name.exists())
