"""What somebody asks a run to do, as data: the same from the UI, the sensors and the shell."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, TypeAlias

from dmaic_assets.errors import BadInputError
from dmaic_assets.model import ASSET_NAMES, AssetName, Json, OnConflict

Trigger: TypeAlias = Literal["cli", "ui", "sensor", "schedule", "worker"]

# The order in which one file is worked on; each asset needs those before it.
WORK_ORDER: tuple[AssetName, ...] = (
    "raw_file",
    "rule_set",
    "column_types",
    "profile",
    "gate_verdict",
    "accepted_rows",
    "quarantine",
)
PROFILE_ASSETS: tuple[AssetName, ...] = ("raw_file", "rule_set", "column_types", "profile")


@dataclass(frozen=True, slots=True)
class RunRequest:
    """Scope and manner of a run.

    Empty `sources` and `files` mean everything. `assets` limits how far files are taken;
    `threshold` (0-100) replaces the overall threshold of every source in scope; `force`
    computes what is known again, and is the only way to overwrite it. A run of a recursion has
    its `recursion` and the run before it as `parent`.
    """

    sources: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()
    force: bool = False
    on_conflict: OnConflict = "skip"
    threshold: float | None = None
    workers: int | None = None
    assets: tuple[AssetName, ...] = ASSET_NAMES
    trigger: Trigger = "cli"
    parent: str | None = None
    recursion: str | None = None

    def __post_init__(self) -> None:
        if self.threshold is not None and not 0 <= self.threshold <= 100:
            raise BadInputError(
                "--threshold",
                f"{self.threshold} is not a percentage",
                "Give a number from 0 to 100.",
            )
        if self.workers is not None and not 1 <= self.workers <= 256:
            raise BadInputError(
                "--workers", f"{self.workers} is out of range", "Give a number from 1 to 256."
            )
        if self.on_conflict == "overwrite" and not self.force:
            raise BadInputError(
                "--on-conflict",
                "overwrite without force",
                "Add --force: nothing is overwritten without it.",
            )

    @property
    def is_recompute(self) -> bool:
        """Whether known results are computed again."""
        return self.force or self.on_conflict == "branch"

    @property
    def stops_at(self) -> AssetName:
        """The last asset of the work order that is wanted."""
        return max(self.assets, key=WORK_ORDER.index)

    def to_json(self) -> dict[str, Json]:
        """Spells the request for a task payload or a Dagster run config."""
        return {
            "sources": list(self.sources),
            "files": [str(f) for f in self.files],
            "force": self.force,
            "on_conflict": self.on_conflict,
            "threshold": self.threshold,
            "workers": self.workers,
            "assets": list(self.assets),
            "trigger": self.trigger,
            "parent": self.parent,
            "recursion": self.recursion,
        }

    def for_source(self, source: str) -> "RunRequest":
        """Narrows the request to one source."""
        return replace(self, sources=(source,))


def request_from_json(payload: dict[str, Json]) -> RunRequest:
    """Reads what `RunRequest.to_json` wrote.

    Raises:
        BadInputError: A key or value is not of the request's form.
    """
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(RunRequest).validate_python(payload)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise BadInputError("run request", f"{key}: {first['msg']}", f"Correct {key}.") from error
