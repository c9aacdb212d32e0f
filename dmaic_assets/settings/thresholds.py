"""config/thresholds.yaml: when a file passes, for every source and for single ones."""

from collections.abc import Mapping
from typing import Annotated, Any, TypeAlias

from pydantic import Field

from dmaic_assets.model import Severity
from dmaic_assets.settings.phases import Share, Strict

Percent: TypeAlias = Annotated[float, Field(ge=0, le=100)]


class ThresholdValues(Strict):
    """The thresholds that hold for every source or, in `sources`, for one."""

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


class ThresholdsFile(ThresholdValues):
    """config/thresholds.yaml; a source's entry replaces only the keys that it names."""

    sources: Mapping[str, Mapping[str, Any]] = {}  # pyright: ignore[reportExplicitAny] - merged, then validated
    # As it is written: `Settings.entropy` reads it, for those who ask.
    entropy: Mapping[str, Any] = {}  # pyright: ignore[reportExplicitAny] - validated when read
