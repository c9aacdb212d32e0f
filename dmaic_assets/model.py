"""The vocabulary of docs/glossary.md as frozen types; every layer speaks in these.

What belongs here: values that cross a layer. No behaviour beyond derived properties, no heavy
import (the command line loads this module at start-up).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal, TypeAlias, get_args

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
# One of those that `work.assets` has an entry for.
AssetName: TypeAlias = str
Scalar: TypeAlias = "bool | int | float | str | None"

FileFormat: TypeAlias = Literal["csv", "tsv", "parquet", "jsonl"]
Severity: TypeAlias = Literal["critical", "high", "medium", "low"]
RuleOrigin: TypeAlias = Literal["learnt", "hand", "override"]
RuleScope: TypeAlias = Literal["row", "file"]
RuleAction: TypeAlias = Literal[
    "accept", "reject", "edit", "disable", "enable", "release", "widen", "retire", "admit"
]
Decision: TypeAlias = Literal["accept", "quarantine", "reject"]
PhaseName: TypeAlias = Literal["define", "measure", "analyze", "improve", "control"]
OnConflict: TypeAlias = Literal["skip", "overwrite", "branch"]
TypeName: TypeAlias = Literal[
    "integer",
    "decimal",
    "boolean",
    "date",
    "datetime",
    "time",
    "duration",
    "period",
    "text",
    "binary",
    "nested",
]

SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low")
# Weight of a rule in the score: each severity counts twice the one below it (ADR 9).
SEVERITY_WEIGHTS: Mapping[Severity, float] = {"critical": 8, "high": 4, "medium": 2, "low": 1}
PHASES: tuple[PhaseName, ...] = get_args(PhaseName)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One discovered file of a source, known by the SHA-256 of its bytes.

    `is_owned`: it lies in the incoming folder and may be moved; others are only read and copied.
    """

    source: str
    path: Path
    sha256: str
    size_bytes: int
    format: FileFormat
    is_owned: bool = True

    @property
    def key(self) -> str:
        """The first 16 hex digits of the content hash: the file's short name in every store."""
        return self.sha256[:16]


@dataclass(frozen=True, slots=True)
class Cell:
    """One partition of the source-level assets: what one run did for one source."""

    run_id: str
    source: str

    @property
    def partition_key(self) -> str:
        """Dagster's key of the multi-partition {run, source}, dimensions in name order."""
        return f"{self.run_id}|{self.source}"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a text file is written; None where the format has no such thing."""

    encoding: str
    delimiter: str
    quote: str | None
    has_header: bool
    newline: Literal["\n", "\r\n", "\r", "mixed"]
    has_bom: bool = False
    skip_lines: int = 0
    escape: str | None = None


@dataclass(frozen=True, slots=True)
class MalformedRow:
    """One record that does not fit the header; `row` is 0-based among data rows, `line` 1-based."""

    row: int
    line: int
    column: str | None
    reason: str
    raw: str


@dataclass(frozen=True, slots=True)
class TypeCandidate:
    """One pattern that a column's text values may follow; the shares are of non-null values."""

    pattern: str
    type: TypeName
    match_share: float
    parse_share: float
    confidence: float
    format: str | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class ColumnType:
    """The type a column was given, by whom, and the evidence for it.

    `pattern` names the recognised pattern ("iso_date", "decimal_comma", "native" for formats
    with a schema); `format` is what the cast needs (a strptime format, for instance).
    """

    column: str
    type: TypeName
    physical: str
    pattern: str
    decided_by: Literal["override", "expected", "automatic", "fallback", "native"]
    confidence: float
    reason: str
    format: str | None = None
    unit: str | None = None
    is_ambiguous: bool = False
    null_tokens: tuple[str, ...] = ()
    candidates: tuple[TypeCandidate, ...] = ()


@dataclass(frozen=True, slots=True)
class ValueCount:
    """A value as text (None for null) and how many rows hold it."""

    value: str | None
    count: int


@dataclass(frozen=True, slots=True)
class Histogram:
    """Equal-width bins; bin i is [edges[i], edges[i+1]), the last one closed. Counts sum to n."""

    edges: tuple[float, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """Facts measured on one column before any judgement.

    Counts are rows. `minimum`, `maximum`, `first` and `last` are ISO text for times, text for
    text. Numeric facts are None for columns that are not numeric, text facts for those that
    are not text. `once_count` counts the values that occur exactly once. `nonfinite_count`
    counts NaN and infinities, which no other numeric fact includes. In `shapes`, A, a and 9
    stand for one letter or digit each, or for a run of them when `is_shape_collapsed`.
    """

    column: str
    type: TypeName
    physical: str
    rows: int
    null_count: int
    null_tokens: tuple[ValueCount, ...]
    distinct_count: int
    once_count: int
    minimum: Scalar = None
    maximum: Scalar = None
    mean: float | None = None
    std: float | None = None
    skewness: float | None = None
    kurtosis: float | None = None
    zero_count: int | None = None
    negative_count: int | None = None
    quantiles: Mapping[str, float] = field(default_factory=dict)
    length_min: int | None = None
    length_max: int | None = None
    length_mean: float | None = None
    top_values: tuple[ValueCount, ...] = ()
    shapes: tuple[ValueCount, ...] = ()
    shape_count: int | None = None
    is_shape_collapsed: bool = False
    nonfinite_count: int | None = None
    histogram: Histogram | None = None
    is_sorted: Literal["ascending", "descending", "no"] = "no"
    warnings: tuple[str, ...] = ()
    score: float = 1.0

    @property
    def null_share(self) -> float:
        """Nulls among rows; 0 for a column without rows."""
        return self.null_count / self.rows if self.rows else 0.0

    @property
    def uniqueness(self) -> float:
        """Distinct among non-null values; 0 for a column without values."""
        values = self.rows - self.null_count
        return self.distinct_count / values if values else 0.0

    @property
    def is_unique(self) -> bool:
        """Whether no value occurs twice (and there is a value)."""
        values = self.rows - self.null_count
        return values > 0 and self.distinct_count == values


@dataclass(frozen=True)
class Profile:
    """Facts measured on one table in one pass. `sampled_rows` is None when every row was read."""

    rows: int
    size_bytes: int
    columns: tuple[ColumnProfile, ...]
    duplicate_rows: int | None
    score: float
    sampled_rows: int | None = None
    notes: tuple[str, ...] = ()

    def column(self, name: str) -> ColumnProfile | None:
        """The profile of one column, or None when the table has no such column."""
        return self._by_name.get(name)

    @cached_property
    def _by_name(self) -> Mapping[str, ColumnProfile]:
        # Of two columns of one name the first counts.
        return {column.column: column for column in reversed(self.columns)}


@dataclass(frozen=True, slots=True)
class Rule:
    """One predicate with severity and origin.

    `kind` names an entry of the rule-kind registry, which knows scope and meaning of
    `parameters`. `tolerance` is the share of rows that may fail before the rule counts as
    broken for the file (row rules only; None takes the threshold's default).
    """

    id: str
    kind: str
    columns: tuple[str, ...]
    severity: Severity
    origin: RuleOrigin
    parameters: Mapping[str, Json] = field(default_factory=dict)
    tolerance: float | None = None
    evidence: Mapping[str, Json] = field(default_factory=dict)
    is_enabled: bool = True
    description: str = ""


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One thing that somebody said about a rule, a held file by SHA-256, or a column's values.

    `version` counts from 1, `at` is an ISO time in UTC; `before` and `after` are what differs.
    """

    version: int
    action: RuleAction
    rule: str
    at: str
    by: str
    reason: str
    before: Mapping[str, Json] = field(default_factory=dict)
    after: Mapping[str, Json] = field(default_factory=dict)
    file: str = ""


@dataclass(frozen=True, slots=True)
class RuleSet:
    """All rules of one source version; `baseline` names the files (SHA-256) it was learnt from.

    `changes` is what people said, oldest first; `habits` what most new files failed, by how much.
    """

    source: str
    rules: tuple[Rule, ...]
    types: tuple[ColumnType, ...] = ()
    baseline: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    changes: tuple[RuleChange, ...] = ()
    habits: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When a file passes: percentages of passed rules, and shares of rows.

    `overall` bounds the score, `severities` the share of unbroken rules of each severity (in
    percent, as the YAML spells them). A row rule is broken beyond `row_tolerance`; a file with
    more than `max_quarantined_share` of its rows in quarantine is held whole.
    """

    overall: float = 85.0
    severities: Mapping[Severity, float] = field(
        default_factory=lambda: {"critical": 100.0, "high": 95.0, "medium": 80.0, "low": 50.0}
    )
    row_tolerance: float = 0.05
    max_quarantined_share: float = 0.20
    quarantine_from: Severity = "medium"


@dataclass(frozen=True, slots=True)
class Example:
    """One failing row: its 0-based data row number and the values of the rule's columns as text."""

    row: int
    values: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Violation:
    """How a file breaks one rule (a file rule: 0 rows, share 1); `habit` where most files do."""

    rule: str
    kind: str
    columns: tuple[str, ...]
    severity: Severity
    scope: RuleScope
    rows_failed: int
    share: float
    is_broken: bool
    expected: str
    seen: str
    cause: str | None = None
    examples: tuple[Example, ...] = ()
    habit: float | None = field(default=None, metadata={"left_out": True})


@dataclass(frozen=True, slots=True)
class SchemaChange:
    """One difference between the columns that history expects and those that arrived."""

    column: str
    change: Literal["removed", "added", "filled", "type_changed", "notation_changed", "reordered"]
    is_breaking: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate says of one file.

    `accept`: every row enters the warehouse. `quarantine`: the file passes, its failing rows
    are set apart. `reject`: the file is held whole. Always rows = accepted + quarantined;
    `lines_above` counts lines above the table, kept in quarantine too. `score` is the share of
    passed rule weight in [0, 1]; `severity_rates` are percentages.
    """

    source: str
    file_sha256: str
    decision: Decision
    score: float
    rows: int
    accepted: int
    quarantined: int
    violations: tuple[Violation, ...]
    severity_rates: Mapping[Severity, float]
    thresholds: Thresholds
    rules_evaluated: int
    baseline_files: int
    reasons: tuple[str, ...] = ()
    schema_changes: tuple[SchemaChange, ...] = ()
    notes: tuple[str, ...] = ()
    lines_above: int = 0


@dataclass(frozen=True, slots=True)
class ArtifactRef:
    """A stored output: where it is (relative to the data folder) and the hash of its bytes."""

    kind: str
    path: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class AssetOutcome:
    """What one asset of one cell came to: the versions Dagster's catalog is told, and facts.

    `computed_in_run` names the run whose computation this value is: the cell's own run, or an
    earlier one when `is_memoized`.
    """

    asset: AssetName
    cell: Cell
    data_version: str
    code_version: str
    is_memoized: bool
    computed_in_run: str
    metadata: Mapping[str, Json] = field(default_factory=dict)
