"""What somebody asks a run to do: one model for shell, UI, sensors and task payloads."""

from pathlib import Path
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

from dmaic_assets.errors import BadInputError
from dmaic_assets.model import AssetName, Json, OnConflict
from dmaic_assets.work.assets.registry import WORK_ORDER

Trigger: TypeAlias = Literal["cli", "ui", "sensor", "schedule", "worker"]
# A launchpad or a stored run configuration spells "none" as an empty text.
_Name: TypeAlias = Annotated[str | None, BeforeValidator(lambda value: value or None)]


def _known(name: str) -> str:
    if name in WORK_ORDER:
        return name
    *first, last = (repr(known) for known in WORK_ORDER)
    known = f"{', '.join(first)} or {last}"
    raise PydanticCustomError("asset", "Input should be {known}", {"known": known})


_Asset: TypeAlias = Annotated[AssetName, AfterValidator(_known)]


class RunRequest(BaseModel):
    """Scope and manner of a run.

    Empty `sources` and `files` mean everything. `assets` limits how far files are taken;
    `threshold` (0-100) replaces the overall threshold of every source in scope; `force`
    computes what is known again, and is the only way to overwrite it. A run of a recursion has
    its `recursion` and the run before it as `parent`.

    However it is built, by name or from a stored payload, a value that is not of this form is
    refused with BadInputError. Keys of other versions are ignored.
    """

    model_config = ConfigDict(frozen=True)

    sources: tuple[str, ...] = Field(default=(), description="Sources to look at; none means all")
    files: tuple[Path, ...] = Field(default=(), description="Files to look at; none means all")
    force: bool = Field(default=False, description="Compute again what is known")
    on_conflict: OnConflict = Field(
        default="skip", description="skip, overwrite (with force) or branch"
    )
    threshold: float | None = Field(
        default=None, description="Overall threshold (0-100) for all sources"
    )
    fail_fast: bool = Field(
        default=False, description="Begin no further file once one is held or cannot be worked on"
    )
    workers: int | None = Field(default=None, description="Files worked on at the same time")
    assets: tuple[_Asset, ...] = WORK_ORDER
    trigger: Trigger = Field(default="cli", description="Who asked: ui, cli, sensor or schedule")
    parent: _Name = Field(
        default=None, description="The run of the recursion that this one follows"
    )
    recursion: _Name = Field(
        default=None, description="The recursion that the run belongs to; new begins one"
    )

    @model_validator(mode="wrap")
    @classmethod
    def _refuse(cls, value: object, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Refuses in the words of this project, whichever way the request came."""
        try:
            return handler(value)
        except ValidationError as error:
            first = error.errors()[0]
            key = ".".join(str(part) for part in first["loc"])
            said = f"{key}: {first['msg']}"
            raise BadInputError("run request", said, f"Correct {key}.") from error

    @model_validator(mode="after")
    def _refuse_contradictions(self) -> Self:
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
        return self

    @property
    def is_recompute(self) -> bool:
        """Whether known results are computed again."""
        return self.force or self.on_conflict == "branch"

    @property
    def stops_at(self) -> AssetName:
        """The last asset of the work order that is wanted."""
        return max(self.assets, key=WORK_ORDER.index)

    def payload(self) -> dict[str, Json]:
        """Spells the whole request for a task."""
        return self.model_dump(mode="json")
