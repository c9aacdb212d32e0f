"""Configuration of the phases and of the recursion: the `phases` and `recursion` keys.

What belongs here: the shape of these two parts of config/dmaic.yaml, which settings/project.py puts
beside the others. Behaviour lives in `dmaic_assets.process`.
"""

from typing import Annotated, Any, Literal, TypeAlias, cast

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from dmaic_assets.model import PHASES, PhaseName

Share: TypeAlias = Annotated[float, Field(ge=0, le=1)]


class Strict(BaseModel):
    """A model that refuses keys it does not know and never changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DefineSettings(Strict):
    """How CTQs are proposed. `charter_path` is where the charter goes in the source's reports."""

    enabled: bool = True
    charter_path: str = "charter.md"
    max_ctqs: Annotated[int, Field(ge=1)] = 200
    target_sigma: Annotated[float, Field(ge=0, le=10)] = 4.5


class MeasureSettings(Strict):
    """How the checker itself is measured: rows judged, and the share that is made defective."""

    enabled: bool = True
    sample_size: Annotated[int, Field(ge=20)] = 1000
    seeded_share: Annotated[float, Field(gt=0, lt=1)] = 0.05


class AnalyzeSettings(Strict):
    """How causes are looked for: by scanning groups, or by explained variance (`anova`)."""

    enabled: bool = True
    method: Literal["scan", "anova"] = "scan"
    alpha: Annotated[float, Field(gt=0, lt=1)] = 0.05
    max_causes: Annotated[int, Field(ge=1, le=50)] = 5
    pairs: bool = True
    max_rows: Annotated[int, Field(ge=1000)] = 2_000_000


class ImproveSettings(Strict):
    """How repairs are piloted, and how many are promoted in one run (the best first)."""

    enabled: bool = True
    promotions_per_run: Annotated[int, Field(ge=1)] = 1
    least_precision: Share = 0.95
    max_pilot_rows: Annotated[int, Field(ge=100)] = 10_000


class ControlSettings(Strict):
    """How results are watched. `alarms_per_month` is asked of all sources together."""

    enabled: bool = True
    monitor_every: Annotated[str, Field(pattern=r"^\d+[hdw]$")] = "1d"
    alarms_per_month: Annotated[float, Field(gt=0)] = 1.0
    baseline_points: Annotated[int, Field(ge=3)] = 30


class PhasesSettings(Strict):
    """The five phases; also read from a list of `{name, enabled, params}` entries."""

    define: DefineSettings = DefineSettings()
    measure: MeasureSettings = MeasureSettings()
    analyze: AnalyzeSettings = AnalyzeSettings()
    improve: ImproveSettings = ImproveSettings()
    control: ControlSettings = ControlSettings()

    @model_validator(mode="before")
    @classmethod
    def from_list(cls, value: object) -> object:
        """Takes the list form as the mapping that it means."""
        if not isinstance(value, list):
            return value
        phases: dict[str, object] = {}
        for item in cast("list[dict[str, Any]]", value):
            entry = dict(item)
            name = str(entry.pop("name", ""))
            if name in phases:
                raise ValueError(f"phase {name} is listed twice")
            params = cast("dict[str, Any]", entry.pop("params", None) or {})
            phases[name] = {**entry, **params}
        return phases

    @property
    def enabled(self) -> tuple[PhaseName, ...]:
        """The phases that run, in their order."""
        return tuple(name for name in PHASES if self.of(name).enabled)

    def of(self, name: PhaseName) -> "PhaseSettings":
        """The settings of one phase."""
        return cast("PhaseSettings", getattr(self, name))


PhaseSettings: TypeAlias = (
    DefineSettings | MeasureSettings | AnalyzeSettings | ImproveSettings | ControlSettings
)


class PlateauRule(Strict):
    """Stops when the best so far was surely not improved by `min_delta` for `patience` runs.

    Or, once `window` runs are there, when the upper `confidence` bound of what a further run gains
    is below `min_delta`.
    """

    name: Literal["plateau"] = "plateau"
    metric: str = "sigma"
    min_delta: Annotated[float, Field(gt=0)] = 0.05
    patience: Annotated[int, Field(ge=1)] = 2
    window: Annotated[int, Field(ge=3)] = 5
    confidence: Annotated[float, Field(gt=0.5, lt=1)] = 0.99


class WindowRule(Strict):
    """Stops when the last value differs by less than `min_delta` from each of the `window` before.

    The rule of the original; noise of the size of `min_delta` stops it too early.
    """

    name: Literal["metric_improvement_plateau"]
    metric: str = "sigma"
    min_delta: Annotated[float, Field(gt=0)] = 0.01
    window: Annotated[int, Field(ge=1)] = 3


class TargetRule(Strict):
    """Stops when a metric is at least (or at most) a value."""

    name: Literal["target"]
    metric: str = "sigma"
    at_least: float | None = None
    at_most: float | None = None

    @model_validator(mode="after")
    def one_bound(self) -> "TargetRule":
        """Refuses a target without a bound, or with two."""
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("give at_least or at_most")
        return self


class BudgetRule(Strict):
    """Stops when the runs of the recursion have taken this many seconds together."""

    name: Literal["budget"]
    max_elapsed_s: Annotated[float, Field(gt=0)]


StopRule: TypeAlias = PlateauRule | WindowRule | TargetRule | BudgetRule


class RecursionSettings(Strict):
    """How often runs are chained at most, and what ends the chain earlier."""

    max_iterations: Annotated[int, Field(ge=1)] = 10
    stop_rules: tuple[Annotated[StopRule, Field(discriminator="name")], ...] = (PlateauRule(),)

    @field_validator("stop_rules", mode="before")
    @classmethod
    def none_is_empty(cls, value: object) -> object:
        """Takes an empty key as no rule but the number of iterations."""
        return () if value is None else value
