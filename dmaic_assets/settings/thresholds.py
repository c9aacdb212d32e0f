"""config/thresholds.yaml: when a file passes, for every source and for single ones."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field

from dmaic_assets.model import Severity
from dmaic_assets.settings.columns import PLACE, ColumnSettings, SaidOfColumns
from dmaic_assets.settings.phases import Share, Strict
from dmaic_assets.settings.tiers import merge
from dmaic_assets.settings.validated import validated

Percent: TypeAlias = Annotated[float, Field(ge=0, le=100)]


class ThresholdValues(Strict):
    """When a file passes."""

    overall: Percent = 85.0
    severities: Mapping[Severity, Percent] = {
        "critical": 100.0,
        "high": 95.0,
        "medium": 80.0,
        "low": 50.0,
    }
    row_tolerance: Share = 0.05
    max_quarantined_share: Share = 0.20
    quarantine_from: Severity = "medium"


class SourceThresholds(ThresholdValues):
    """The thresholds that hold for every source or, in `sources`, for one."""

    null_tolerance: Share | None = None
    duplicate_tolerance: Share | None = None
    criticality: Literal["by_role"] | None = None
    columns: Mapping[str, ColumnSettings] = {}

    @property
    def said_of_columns(self) -> SaidOfColumns:
        """What is said of columns."""
        by_role = self.criticality == "by_role"
        return SaidOfColumns(self.null_tolerance, self.duplicate_tolerance, by_role, self.columns)


class ThresholdsFile(SourceThresholds):
    """config/thresholds.yaml; a source's entry replaces only the keys that it names."""

    sources: Mapping[str, Mapping[str, Any]] = {}  # pyright: ignore[reportExplicitAny] - merged, then validated
    # As it is written: `Settings.entropy` reads it, for those who ask.
    entropy: Mapping[str, Any] = {}  # pyright: ignore[reportExplicitAny] - validated when read

    def of(self, source: str) -> SourceThresholds:
        """Puts together what holds for one source.

        Raises:
            SettingsError: A key of the source is unknown or a value out of range.
        """
        base = self.model_dump(exclude={"sources", "entropy"})
        tier = f"{PLACE} sources.{source}"
        return validated(SourceThresholds, merge(base, self.sources.get(source, {})), tier)
