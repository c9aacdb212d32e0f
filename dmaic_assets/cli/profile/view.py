"""What there is to show of a file's profile, from reading it now or from what a project knows."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dmaic_assets.model import (
    AssetName,
    ColumnType,
    Dialect,
    FileFormat,
    Json,
    MalformedRow,
    Profile,
)
from dmaic_assets.work.assets.names import COLUMN_TYPES, PROFILE, RAW_FILE

if TYPE_CHECKING:
    from dmaic_assets.cli.runs.main_job import Outcome
    from dmaic_assets.work.file.file_work import FileWork
    from dmaic_assets.work.run.cell_outcomes import FileState
    from dmaic_assets.work.run.platform import Platform

# Malformed rows that the JSON document holds; the count tells how many there are.
SHOWN_MALFORMED = 100


@dataclass(frozen=True, slots=True)
class ProfileView:
    """One file with its profile; `malformed` holds the first rows that do not fit the header.

    A project keeps only how many these are.
    """

    path: Path
    sha256: str
    size_bytes: int
    format: FileFormat
    dialect: Dialect | None
    rows: int
    malformed_count: int
    malformed: tuple[MalformedRow, ...]
    notes: tuple[str, ...]
    types: tuple[ColumnType, ...]
    profile: Profile

    def document(self) -> dict[str, Json]:
        """Builds the JSON form."""
        from dmaic_assets.store.codec import to_json

        return {
            "file": str(self.path),
            "sha256": self.sha256,
            "size_bytes": self.size_bytes,
            "format": self.format,
            "dialect": to_json(self.dialect),
            "rows": self.rows,
            "malformed": to_json(self.malformed),
            "malformed_count": self.malformed_count,
            "notes": list(self.notes),
            COLUMN_TYPES: to_json(self.types),
            PROFILE: to_json(self.profile),
        }


def view_of_work(work: "FileWork", profile: Profile) -> ProfileView:
    """Takes a file that was read just now."""
    table = work.table
    return ProfileView(
        path=work.file.path,
        sha256=work.file.sha256,
        size_bytes=work.file.size_bytes,
        format=work.file.format,
        dialect=table.dialect,
        rows=table.total_rows,
        malformed_count=len(table.malformed),
        malformed=table.malformed[:SHOWN_MALFORMED],
        notes=table.notes,
        types=work.types,
        profile=profile,
    )


def views_of_project(platform: "Platform", outcome: "Outcome") -> list[ProfileView]:
    """Finds the profiles of the files in scope, whichever run computed them."""
    from dmaic_assets.work.run.cell_outcomes import file_states

    wanted = {
        (f.file.source, f.file.sha256): f.file.path for f in outcome.plan.files if f.is_in_scope
    }
    views: list[ProfileView] = []
    for source in sorted({source for source, _ in wanted}):
        for state in file_states(platform, source, _worked(platform, outcome, source)):
            path = wanted.get((source, state.arrival.sha256))
            if path is not None and PROFILE in state.records:
                views.append(_view_of_state(platform, state, path))
    return views


def _worked(
    platform: "Platform", outcome: "Outcome", source: str
) -> dict[str, Mapping[AssetName, str]]:
    from dmaic_assets.store.ledger.tasks.tasks import tasks_of_run
    from dmaic_assets.work.file.task_values import worked

    if outcome.result is None:
        return {}
    tasks = tasks_of_run(platform.ledger, outcome.result.run_id)
    return worked([task for task in tasks if task.of_file.source == source])


def _view_of_state(platform: "Platform", state: "FileState", path: Path) -> ProfileView:
    from dmaic_assets.store.codec import from_json
    from dmaic_assets.work.file.file_facts import RawFacts, TableFacts

    raw = from_json(RawFacts, {**state.records[RAW_FILE].facts})
    table = raw.table or TableFacts()
    return ProfileView(
        path=path,
        sha256=state.arrival.sha256,
        size_bytes=state.arrival.size_bytes,
        format=state.arrival.format,
        dialect=table.dialect,
        rows=raw.rows,
        malformed_count=raw.malformed,
        malformed=(),
        notes=table.notes,
        types=from_json(tuple[ColumnType, ...], _artifact(platform, state, COLUMN_TYPES) or []),
        profile=from_json(Profile, _artifact(platform, state, PROFILE)),
    )


def _artifact(platform: "Platform", state: "FileState", asset: AssetName) -> Json:
    from dmaic_assets.store.artifacts import get_json

    artifact = state.records[asset].artifact
    return get_json(platform.paths.artifacts, artifact) if artifact is not None else None
