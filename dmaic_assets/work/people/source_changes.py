"""The active changes of each source, and their hash, without reading what is unchanged.

A change file may hold whole tables of values, so its hash and the labels of its active changes
are remembered under the hash of the file. A source without active changes costs one look whether
it has a file.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from dmaic_assets.errors import BadInputError, DmaicError
from dmaic_assets.model import Json
from dmaic_assets.settings.files import is_there
from dmaic_assets.settings.project import Settings
from dmaic_assets.store.keys import sha256_json
from dmaic_assets.store.ledger.record.memo import MemoRecord, lookup, remember
from dmaic_assets.work.people.hand_rules import hash_if_there
from dmaic_assets.work.plan.code_versions import code_version_from
from dmaic_assets.work.plan.hashing import Hasher
from dmaic_assets.work.run.platform import Platform

if TYPE_CHECKING:
    from dmaic_assets.improve.changes import Change

_ASSET = "changes"
_APPLIED_BY = "dmaic_assets.work.file.repaired"


@dataclass(frozen=True, slots=True)
class SourceChanges:
    """The changes that are applied to the files of a source before the gate.

    `version` hashes what they do and the code that does it; "" when there are none. `active` are
    their labels in the order in which they are applied.
    """

    version: str = ""
    active: tuple[str, ...] = ()
    path: Path | None = None
    loaded: "tuple[Change, ...] | None" = None

    @property
    def component(self) -> dict[str, Json]:
        """What keys hold of the changes: nothing when there are none."""
        if not self.active:
            return {}
        return {"version": self.version, "active": list(self.active)}

    def load(self) -> "tuple[Change, ...]":
        """Gives the active changes.

        Raises:
            BadInputError: The file is no change file; names file, change, key and fix.
        """
        if self.loaded is not None:
            return self.loaded
        return _read(self.path) if self.path is not None and self.active else ()


NONE = SourceChanges()


def changes_path(settings: Settings, source: str) -> Path:
    """Where the change file of a source is."""
    return settings.paths.changes / f"{source}.yaml"


def changes_of(settings: Settings, source: str) -> SourceChanges:
    """Reads the change file of one source.

    Raises:
        BadInputError: The file is no change file; names file, change, key and fix.
    """
    path = changes_path(settings, source)
    return _source_changes(path, _read(path)) if is_there(path) else NONE


def changes_of_all(
    platform: Platform, sources: Iterable[str], hasher: Hasher
) -> tuple[dict[str, SourceChanges], dict[str, DmaicError]]:
    """Gives the changes of many sources, reading only change files that are new or changed.

    Returns:
        The changes of each source, and the refusals of those whose change file cannot be read.
    """
    paths = {source: changes_path(platform.settings, source) for source in sources}
    keys: dict[str, str] = {}
    refused: dict[str, DmaicError] = {}
    for source, path in paths.items():
        try:
            sha256 = hash_if_there(path, hasher)
        except DmaicError as error:
            refused[source] = error
            continue
        if sha256 is not None:
            keys[source] = _key(sha256)
    known = lookup(platform.ledger, list(keys.values())) if keys else {}
    found = dict.fromkeys(paths, NONE)
    fresh: list[MemoRecord] = []
    for source, key in keys.items():
        if key in known:
            found[source] = _remembered(known[key], paths[source])
            continue
        try:
            found[source] = changes_of(platform.settings, source)
        except BadInputError as error:
            refused[source] = error
            continue
        fresh.append(_record(platform, key, found[source]))
    if fresh:
        remember(platform.ledger, fresh)
    return found, refused


def changes_as_judged(
    settings: Settings, source: str, components: Mapping[str, Json]
) -> SourceChanges:
    """Gives the changes that a file was judged under, whatever is active by now.

    Nothing leaves a change file, so they are found in it by their labels.

    Args:
        settings: The project.
        source: The source of the file.
        components: What its result is recorded to depend on.

    Raises:
        BadInputError: The file is no change file; names file, change, key and fix.
    """
    recorded = components.get("changes")
    labels = recorded.get("active") if isinstance(recorded, dict) else None
    path = changes_path(settings, source)
    if not isinstance(labels, list) or not labels or not path.is_file():
        return NONE
    from dmaic_assets.improve.changes_file import load_changes

    then = [replace(c, status="active") for c in load_changes(path) if c.label in labels]
    return _source_changes(path, tuple(then))


def _read(path: Path) -> "tuple[Change, ...]":
    # Planning reads no change file that it knows, and then Polars is not loaded either.
    from dmaic_assets.improve.changes import active_changes
    from dmaic_assets.improve.changes_file import load_changes

    return active_changes(load_changes(path))


def _source_changes(path: Path, active: "tuple[Change, ...]") -> SourceChanges:
    if not active:
        return NONE
    from dmaic_assets.improve.changes import changes_hash

    version = sha256_json({"do": changes_hash(active), "code": code_version_from(_APPLIED_BY)})
    return SourceChanges(version, tuple(change.label for change in active), path, active)


def _key(sha256: str) -> str:
    code = code_version_from(_APPLIED_BY)
    return sha256_json({"asset": _ASSET, "code": code, "file": sha256})


def _remembered(record: MemoRecord, path: Path) -> SourceChanges:
    active = record.facts.get("active")
    labels = tuple(str(label) for label in active) if isinstance(active, list) else ()
    return SourceChanges(record.data_version, labels, path) if labels else NONE


def _record(platform: Platform, key: str, changes: SourceChanges) -> MemoRecord:
    return MemoRecord(
        memo_key=key,
        asset=_ASSET,
        data_version=changes.version,
        code_version=code_version_from(_APPLIED_BY),
        artifact=None,
        run_id="",
        computed_at=platform.clock(),
        facts={"active": list(changes.active)},
    )
