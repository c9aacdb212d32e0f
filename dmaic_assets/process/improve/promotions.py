"""Puts promoted repairs where runs find them: the change file of a source.

What belongs here: reading and writing it, so that doing it again changes nothing. What is promoted,
`improve` decides.
"""

from dmaic_assets.improve.changes import Change, Promotion, promote
from dmaic_assets.improve.changes_file import load_changes, save_changes
from dmaic_assets.phase_values.improve import ImproveValue, PromotedRepair
from dmaic_assets.phenomena.contract.repair_kind import Repair
from dmaic_assets.work.people.source_changes import changes_path
from dmaic_assets.work.run.platform import Platform


def known_changes(platform: Platform, source: str) -> tuple[Change, ...]:
    """Reads the changes of a source, retired ones too; none when there is no file.

    Raises:
        BadInputError: The file is no change file; names file and key.
    """
    path = changes_path(platform.settings, source)
    return load_changes(path) if path.is_file() else ()


def apply_promotions(platform: Platform, source: str, value: ImproveValue) -> int:
    """Adds what Improve promotes to the change file; what is there stays as it is.

    Returns:
        How many changes were added.

    Raises:
        StoreError: The file cannot be written.
    """
    promotions = [_promotion(p) for p in value.promotions]
    if not promotions:
        return 0
    known = known_changes(platform, source)
    now = platform.clock().strftime("%Y-%m-%dT%H:%M:%SZ")
    after = promote(known, promotions, source=source, promoted_at=now)
    added = sum(change.status == "active" and change not in known for change in after)
    if added:
        path = changes_path(platform.settings, source)
        path.parent.mkdir(parents=True, exist_ok=True)
        save_changes(after, path, source=source)
    return added


def _promotion(entry: PromotedRepair) -> Promotion:
    repair = Repair(entry.id, entry.kind, entry.columns, entry.parameters, entry.evidence)
    return Promotion(repair, entry.reason, entry.pilot)
