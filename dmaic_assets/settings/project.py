"""Configuration in three tiers: config/*.yaml, then DMAIC_* variables, then arguments.

What belongs here: the shape of the YAML files, where things lie in a project, and the clock.
What does not: facts about data (they are in the YAML) and behaviour.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, Field, model_validator

from dmaic_assets.errors import SettingsError
from dmaic_assets.model import OnConflict, Severity, Thresholds
from dmaic_assets.settings.columns import SaidOfColumns
from dmaic_assets.settings.files import read_mapping
from dmaic_assets.settings.ledger import LedgerSettings, LogSettings, ServeSettings
from dmaic_assets.settings.phases import PhasesSettings, RecursionSettings, Strict
from dmaic_assets.settings.place import (
    DATA_DEFAULT,
    PROJECT_MARK,
    VALIDATION_DEFAULT,
)
from dmaic_assets.settings.thresholds import ThresholdsFile
from dmaic_assets.settings.tiers import (
    LOCAL,
    PROFILE_VARIABLE,
    Tier,
    merge,
    profiles_of,
    tiers_of,
    together,
    variables_at,
)
from dmaic_assets.settings.validated import validated
from dmaic_assets.settings.values import check_encoding, check_signs

if TYPE_CHECKING:
    from dmaic_assets.settings.alerts import AlertSettings
    from dmaic_assets.settings.analyses import AnalysisSettings
    from dmaic_assets.settings.entropy import EntropySettings

Clock: TypeAlias = Callable[[], datetime]

SOURCE_PATTERN = r"^[a-z0-9][a-z0-9_-]{0,62}$"


def utc_clock() -> datetime:
    """Tells the time; the one place in the package that reads the wall clock."""
    return datetime.now(UTC)  # noqa: TID251 - everything else takes a Clock


class NullTokenSettings(Strict):
    """Which spellings of "no value" are read as null (groups of R11; sentinels are off)."""

    standard: bool = True
    spreadsheet: bool = True
    placeholder: bool = True
    missing_words: bool = True
    numeric_sentinels: bool = False
    date_sentinels: bool = False
    extra: tuple[str, ...] = ()


class IntakeSettings(Strict):
    """How files are read. Files whose rows take more than `in_memory_bytes` are worked on in parts.

    A new file untouched for `stable_for_s` is taken at first sight; others are looked at twice.
    """

    in_memory_bytes: Annotated[int, Field(ge=1_000_000)] = 1_500_000_000
    max_columns: Annotated[int, Field(ge=1)] = 10_000
    stable_for_s: Annotated[float, Field(ge=0, le=600)] = 1.0
    null_tokens: NullTokenSettings = NullTokenSettings()


class MemoSettings(Strict):
    """What happens when a run meets a result that is known (D11)."""

    on_conflict: OnConflict = "skip"


class RunSettings(Strict):
    """How a run works: parallel cells, examples, baseline and what happens to landed files.

    `false_alarm_budget` is the share of clean files that learnt rules may stop at most. With
    `admit_recurring`, values that file after file had set apart are known from then on.
    """

    workers: Annotated[int, Field(ge=1, le=256)] = 2
    examples: Annotated[int, Field(ge=0, le=1000)] = 5
    baseline_window: Annotated[int, Field(ge=1)] = 60
    false_alarm_budget: Annotated[float, Field(gt=0, lt=1)] = 0.01
    admit_recurring: bool = True
    landing: Literal["keep", "archive"] = "keep"


class ScheduleSettings(Strict):
    """Cron lines of the periodic runs and of the reconciler, in UTC, and the sensors' pace."""

    hourly: str = "5 * * * *"
    daily: str = "15 2 * * *"
    dmaic: str = "45 3 * * *"
    reconcile: str = "*/10 * * * *"
    sensor_interval_s: Annotated[int, Field(ge=1)] = 5


class DmaicSettings(Strict):
    """config/dmaic.yaml."""

    project: str = "dmaic-assets"
    data_root: str = DATA_DEFAULT
    # What each named profile replaces; `tiers` puts the one that is asked for on top.
    profiles: Mapping[str, Any] = {}  # pyright: ignore[reportExplicitAny] - validated with the rest
    intake: IntakeSettings = IntakeSettings()
    memo: MemoSettings = MemoSettings()
    ledger: LedgerSettings = LedgerSettings()
    runs: RunSettings = RunSettings()
    schedules: ScheduleSettings = ScheduleSettings()
    logs: LogSettings = LogSettings()
    serve: ServeSettings = ServeSettings()
    recursion: RecursionSettings = RecursionSettings()
    phases: PhasesSettings = PhasesSettings()
    # As it is written: `Settings.analyses` reads it, for those who ask.
    analyses: Mapping[str, Any] = {}  # pyright: ignore[reportExplicitAny] - validated when read
    # As they are written: `Settings.alerts`, settings/openlineage.py read them, for those who tell.
    alerts: Mapping[str, Any] = {}  # pyright: ignore[reportExplicitAny] - validated when read
    openlineage: Mapping[str, Any] = {}  # pyright: ignore[reportExplicitAny] - validated when read


class ReadOptions(Strict):
    """What a person knows about how a source's files are written; None means: detect."""

    encoding: Annotated[str, AfterValidator(check_encoding)] | None = None
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    quote: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    has_header: bool | None = None
    skip_lines: Annotated[int, Field(ge=0)] = 0
    index_columns: Literal["keep", "drop"] = "keep"
    null_tokens: tuple[str, ...] | None = None
    day_first: bool | None = None
    decimal_mark: Literal[".", ","] | None = None

    @model_validator(mode="after")
    def _can_be_signs(self) -> "ReadOptions":
        check_signs(self.delimiter, self.quote)
        return self


class SourceSettings(Strict):
    """One entry of config/sources.yaml. A source without `glob` lives in data/incoming/<name>/.

    `on_changed` tells what new content at a known path does once it is accepted: it replaces
    the rows of the old content, or adds to them. `on_removed` tells whether the rows of a file
    that somebody removed stay in the warehouse.
    """

    name: Annotated[str, Field(pattern=SOURCE_PATTERN)]
    glob: str | None = None
    read: ReadOptions = ReadOptions()
    types: Mapping[str, str] = {}
    primary_key: tuple[str, ...] = ()
    time_column: str | None = None
    owner: str | None = None
    criticality: Severity = "medium"
    schedule: Literal["hourly", "daily", "none"] = "daily"
    on_changed: Literal["replace", "add"] = "replace"
    on_removed: Literal["keep", "withdraw"] = "keep"
    description: str = ""


class SourcesFile(Strict):
    """config/sources.yaml."""

    sources: tuple[SourceSettings, ...] = ()


@dataclass(frozen=True, slots=True)
class Paths:
    """Where everything of one project lies. All outputs are under `data`."""

    root: Path
    data: Path

    @property
    def config(self) -> Path:
        """The folder of the YAML files."""
        return self.root / "config"

    @property
    def rules(self) -> Path:
        """One YAML rule file per source."""
        return self.config / "rules"

    @property
    def incoming(self) -> Path:
        """The landing zone: one folder per source."""
        return self.data / "incoming"

    @property
    def charters(self) -> Path:
        """What people say of a source as a process: one YAML charter per source."""
        return self.config / "charters"

    @property
    def changes(self) -> Path:
        """The promoted repairs of each source, which runs apply before the gate."""
        return self.config / "changes"

    @property
    def reports(self) -> Path:
        """What the phases write for people: charters, analyses, plans, pages, notebooks."""
        return self.data / "reports"

    @property
    def quarantine(self) -> Path:
        """Held files and quarantined rows, per source, each with its reason file."""
        return self.data / "quarantine"

    @property
    def warehouse(self) -> Path:
        """Accepted rows as Parquet, and the DuckDB database of views over them."""
        return self.data / "warehouse"

    @property
    def archive(self) -> Path:
        """Landed files that were moved away after their run (`landing: archive`)."""
        return self.data / "archive"

    @property
    def artifacts(self) -> Path:
        """Content-addressed outputs: profiles, types, rule sets, verdicts, figures."""
        return self.data / "artifacts"

    @property
    def ledger(self) -> Path:
        """The ledger's SQLite file and its mirrors."""
        return self.data / "ledger"

    @property
    def staging(self) -> Path:
        """Parts of files too large for memory; safe to delete when nothing runs."""
        return self.data / "staging"

    @property
    def dagster_home(self) -> Path:
        """Dagster's instance folder."""
        return self.data / "dagster_home"


def _no_variables() -> Mapping[str, str]:
    return {}


@dataclass(frozen=True)
class Settings:
    """Everything configured for one project, validated.

    What only analyses or alerts read is made where it is asked for: its forms take long to build.
    `environment` holds the variables that settings name for secrets; it is never shown or kept.
    """

    paths: Paths
    dmaic: DmaicSettings
    sources: tuple[SourceSettings, ...]
    thresholds_file: ThresholdsFile
    environment: Mapping[str, str] = field(default_factory=_no_variables, repr=False, compare=False)
    # What each tier says of config/dmaic.yaml, the weakest first.
    tiers: tuple[Tier, ...] = field(default=(), repr=False, compare=False)

    @property
    def ledger_url(self) -> str:
        """The SQLAlchemy URL of the ledger."""
        return self.dmaic.ledger.url or f"sqlite:///{self.paths.ledger / 'ledger.sqlite'}"

    @cached_property
    def analyses(self) -> "AnalysisSettings":
        """The key `analyses`, and what the files of its folder declare.

        Raises:
            SettingsError: A key is unknown or a value out of range; names file, key and reason.
        """
        from dmaic_assets.settings.analyses import analyses_of

        return analyses_of(self.dmaic.analyses, self.paths.root)

    @property
    def profile(self) -> str:
        """The name of the profile that holds."""
        return self.environment.get(PROFILE_VARIABLE) or LOCAL

    @cached_property
    def alerts(self) -> "AlertSettings":
        """The key `alerts`.

        Raises:
            SettingsError: A key is unknown or a value out of range; names file, key and reason.
        """
        from dmaic_assets.settings.alerts import AlertSettings

        tier = str(self.paths.root / PROJECT_MARK)
        return validated(AlertSettings, self.dmaic.alerts, tier, within="alerts")

    @property
    def is_telling(self) -> bool:
        """Whether alerts are on; nothing of them is loaded where nobody wrote of them."""
        return bool(self.dmaic.alerts) and self.alerts.enabled

    @cached_property
    def entropy(self) -> "EntropySettings":
        """The key `entropy` of config/thresholds.yaml.

        Raises:
            SettingsError: A key is unknown or a value out of range; names file, key and reason.
        """
        from dmaic_assets.settings.entropy import EntropySettings

        tier = str(self.paths.config / "thresholds.yaml")
        return validated(EntropySettings, self.thresholds_file.entropy, tier, within="entropy")

    def source(self, name: str) -> SourceSettings:
        """The settings of one source; the defaults for one that no file declares."""
        return next((s for s in self.sources if s.name == name), SourceSettings(name=name))

    def thresholds(self, source: str, *, overall: float | None = None) -> Thresholds:
        """Builds the thresholds of one source; `overall` (percent) overrides the files'."""
        values = self.thresholds_file.of(source)
        return Thresholds(
            overall=values.overall if overall is None else overall,
            severities=dict(values.severities),
            row_tolerance=values.row_tolerance,
            max_quarantined_share=values.max_quarantined_share,
            quarantine_from=values.quarantine_from,
        )

    def said_of_columns(self, source: str) -> SaidOfColumns:
        """What config/thresholds.yaml says of the columns of one source."""
        return self.thresholds_file.of(source).said_of_columns


def load_settings(
    root: Path,
    *,
    environment: Mapping[str, str] | None = None,
    overrides: Mapping[str, Any] | None = None,  # pyright: ignore[reportExplicitAny] - validated below
) -> Settings:
    """Loads and validates a project's configuration; later tiers win.

    Args:
        root: The project folder.
        environment: DMAIC_* variables and secrets, over those of .env; os.environ when None.
        overrides: Nested keys of config/dmaic.yaml given as arguments.

    Raises:
        SettingsError: A key is unknown or a value out of range; names file, key and reason.
    """
    env = os.environ if environment is None else environment
    tiers = tiers_of(root, env, dict(overrides or {}))
    dmaic = _validated(root, tiers)
    sources_path = root / "config" / "sources.yaml"
    sources = validated(SourcesFile, read_mapping(sources_path), str(sources_path)).sources
    _refuse_duplicates(sources, sources_path)
    thresholds_path = root / "config" / "thresholds.yaml"
    thresholds = validated(ThresholdsFile, read_mapping(thresholds_path), str(thresholds_path))
    data = Path(dmaic.data_root)
    paths = Paths(root=root, data=data if data.is_absolute() else root / data)
    settings = Settings(paths, dmaic, sources, thresholds, variables_at(root, env), tiers)
    for source in thresholds.sources:
        settings.thresholds(source)
    # What is written down is looked at now, so that a mistake is told whatever the command is.
    if dmaic.analyses or (root / VALIDATION_DEFAULT).is_dir():
        _ = settings.analyses
    if dmaic.alerts:
        _ = settings.alerts
    if thresholds.entropy:
        _ = settings.entropy
    return settings


def _validated(root: Path, tiers: Sequence[Tier]) -> DmaicSettings:
    """Puts the tiers together; of the profiles that are not asked for, each is looked at too."""
    tier = str(root / PROJECT_MARK)
    for name, keys in profiles_of(tiers[0][1]).items():
        _ = validated(DmaicSettings, merge(tiers[0][1], keys), f"{tier} with profile {name}")
    said = ", ".join(name for name, keys in tiers[1:] if keys)
    return validated(DmaicSettings, together(tiers), f"{tier} with {said}" if said else tier)


def _refuse_duplicates(sources: tuple[SourceSettings, ...], path: Path) -> None:
    seen: set[str] = set()
    for source in sources:
        if source.name in seen:
            raise SettingsError(
                str(path), f"source {source.name} is declared twice", "Keep one entry per source."
            )
        seen.add(source.name)
