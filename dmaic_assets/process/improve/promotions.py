"""Puts promoted repairs where runs find them: the change file of a source.

What belongs here: reading and writing it, so that doing it again changes nothing. What is promoted,
`improve` decides.
"""

from collections.abc import Mapping
from typing import cast

from dmaic_assets.improve.changes import Change, Promotion, promote
from dmaic_assets.improve.changes_file import load_changes, save_changes
from dmaic_assets.model import Json
from dmaic_assets.phenomena.contract.repair_kind import Repair, RepairKind
from dmaic_assets.process.cycle.phase import AnyOutput
from dmaic_assets.work.people.source_changes import changes_path
from dmaic_assets.work.run.platform import Platform


def known_changes(platform: Platform, source: str) -> tuple[Change, ...]:
    """Reads the changes of a source, retired ones too; none when there is no file.

    Raises:
        BadInputError: The file is no change file; names file and key.
    """
    path = changes_path(platform.settings, source)
    return load_changes(path) if path.is_file() else ()


def apply_promotions(platform: Platform, source: str, output: AnyOutput) -> int:
    """Adds what an output of Improve promotes to the change file; what is there stays as it is.

    Returns:
        How many changes were added.

    Raises:
        StoreError: The file cannot be written.
    """
    value = output.value if isinstance(output.value, Mapping) else {}
    promotions = [_promotion(p) for p in _entries(value.get("promotions"))]
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


def _promotion(entry: Mapping[str, Json]) -> Promotion:
    columns = entry["columns"]
    repair = Repair(
        id=str(entry["id"]),
        kind=cast("RepairKind", entry["kind"]),
        columns=tuple(str(c) for c in columns) if isinstance(columns, list) else (),
        parameters=_mapping(entry["parameters"]),
        evidence=_mapping(entry["evidence"]),
    )
    return Promotion(repair, str(entry["reason"]), _mapping(entry["pilot"]))


def _entries(value: Json) -> list[dict[str, Json]]:
    return [e for e in value if isinstance(e, dict)] if isinstance(value, list) else []


def _mapping(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}
