"""What people say about promoted changes: change file and ledger together.

What belongs here: retiring and activating changes of a source, and telling how many cells each
repaired. Which changes earn promotion, the pilot decides; people have the last word.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from dmaic_assets.errors import BadInputError
from dmaic_assets.improve.changes import Change, Status, retired
from dmaic_assets.improve.changes_file import load_changes, save_changes
from dmaic_assets.model import Json
from dmaic_assets.rules.people import Signature
from dmaic_assets.settings.project import Paths, Settings
from dmaic_assets.store.ledger.tasks.events import NewEvent, add_events
from dmaic_assets.store.warehouse.layout import repairs_folder
from dmaic_assets.work.people.source_changes import changes_path
from dmaic_assets.work.run.platform import Platform


@dataclass(frozen=True, slots=True)
class ChangeEdit:
    """A change after somebody spoke of it, where it stands, and whether that changed anything."""

    change: Change
    path: Path
    is_new: bool


def source_changes(settings: Settings, source: str) -> tuple[Change, ...]:
    """Reads all changes of a source, retired ones included.

    Raises:
        BadInputError: The source has no change file, or it cannot be read.
    """
    path = changes_path(settings, source)
    if not path.is_file():
        fix = "dmaic changes lists those that there are; the Improve phase promotes them."
        raise BadInputError(source, f"has no changes ({path} is not there)", fix)
    return load_changes(path)


def set_status(
    platform: Platform, source: str, name: str, status: Status, signature: Signature
) -> ChangeEdit:
    """Retires or activates a change, in its file and the ledger.

    Of several versions the active one is retired, and the newest activated unless `name` says
    which; the version that was active until then is retired.

    Args:
        platform: The stores.
        source: The source.
        name: The id of a change, or its label (`city.trim@2`).
        status: What it becomes.
        signature: Who, when and why.

    Raises:
        BadInputError: There is no such source or change.
        StoreError: File or ledger refuse; nothing is recorded then.
    """
    path = changes_path(platform.settings, source)
    with platform.ledger.transaction() as connection:
        known = source_changes(platform.settings, source)
        wanted = _named(known, name, status, path)
        if wanted.status == status:
            return ChangeEdit(wanted, path, is_new=False)
        reason = signature.reason or f"{status} by {signature.by}"
        changed = replace(wanted, status=status, reason=reason)
        after = [changed if c is wanted else _beside(c, changed) for c in known]
        save_changes(after, path, source=source)
        data: dict[str, Json] = {
            "source": source,
            "change": wanted.label,
            "status": status,
            "reason": reason,
        }
        event = NewEvent("change_status_set", owner=signature.by, data=data)
        add_events(connection, platform.ledger.now_us(), [event])
    return ChangeEdit(changed, path, is_new=True)


def repaired_cells(paths: Paths, source: str) -> Mapping[str, int]:
    """Counts, by label, the repaired cells of the files that are in the warehouse now."""
    places = sorted((repairs_folder(paths) / source).glob("*.parquet"))
    if not places:
        return {}
    counted = pl.scan_parquet(places, glob=False).group_by("change").len().collect()
    return {str(label): int(count) for label, count in counted.iter_rows()}


def _named(known: tuple[Change, ...], name: str, status: Status, path: Path) -> Change:
    same = [c for c in known if name in (c.id, c.label)]
    if not same:
        ids = ", ".join(sorted({c.id for c in known})[:10]) or "none"
        raise BadInputError(f"{path}: {name}", "is no change of it", f"Changes: {ids}.")
    active = [c for c in same if c.status == "active"]
    if status == "retired" and active:
        return active[0]
    return max(same, key=lambda c: c.version)


def _beside(other: Change, changed: Change) -> Change:
    is_in_the_way = changed.status == other.status == "active" and other.id == changed.id
    if not is_in_the_way:
        return other
    return retired(other, reason=f"version {changed.version} was activated")
