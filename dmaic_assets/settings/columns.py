"""What config/thresholds.yaml says of columns: how much may be missing or double, what matters.

What belongs here: the keys, and which of them holds for a column. What rules make of them is in
`rules/tolerances` and `rules/criticality`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal, TypeAlias, cast

from pydantic import SerializerFunctionWrapHandler, model_serializer

from dmaic_assets.model import Json, Severity
from dmaic_assets.settings.phases import Share, Strict

Tolerance: TypeAlias = Literal["null_tolerance", "duplicate_tolerance"]
PLACE = "config/thresholds.yaml"


class ColumnSettings(Strict):
    """What is said of one column; a key that is left out says nothing."""

    null_tolerance: Share | None = None
    duplicate_tolerance: Share | None = None
    criticality: Severity | None = None

    @model_serializer(mode="wrap")
    def _said(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:  # pyright: ignore[reportExplicitAny, reportUnusedFunction] - pydantic calls it
        written = cast("dict[str, Json]", write(self))
        return {key: value for key, value in written.items() if value is not None}


def _no_columns() -> Mapping[str, ColumnSettings]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class SaidOfColumns:
    """What holds for the columns of one source; nothing is said unless a key is written.

    The tolerances are shares of a file's rows in [0, 1], for columns that have none of their own.
    `by_role`: a column without a criticality of its own has that of its role.
    """

    null_tolerance: float | None = None
    duplicate_tolerance: float | None = None
    by_role: bool = False
    columns: Mapping[str, ColumnSettings] = field(default_factory=_no_columns)

    def own(self, key: Tolerance, column: str) -> float | None:
        """The tolerance that the column was given by its name; None when it was given none."""
        said = self.columns.get(column)
        if said is None:
            return None
        return said.null_tolerance if key == "null_tolerance" else said.duplicate_tolerance

    def general(self, key: Tolerance) -> float | None:
        """The tolerance of all other columns; None when there is none."""
        return self.null_tolerance if key == "null_tolerance" else self.duplicate_tolerance

    def params(self) -> dict[str, Json]:
        """What rules depend on, by the keys that are written; nothing where none is."""
        return dict(self._written())

    def _written(self) -> Iterator[tuple[str, Json]]:
        if self.null_tolerance is not None:
            yield "null_tolerance", self.null_tolerance
        if self.duplicate_tolerance is not None:
            yield "duplicate_tolerance", self.duplicate_tolerance
        if self.by_role:
            # `criticality` is that of the source.
            yield "column_criticality", "by_role"
        for name, said in sorted(self.columns.items()):
            for key, value in said.model_dump(mode="json").items():
                yield f"columns.{name}.{key}", value


NOTHING_SAID = SaidOfColumns()
