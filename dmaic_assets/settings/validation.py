"""Checks, filters and metrics that people declare over tables: files of config/validation/.

What belongs here: their form, and reading them. What they come to, the analysis `validation` says.
Expressions are SQL over the columns of one table; they are looked at when tables are there.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, model_validator

from dmaic_assets.errors import SettingsError
from dmaic_assets.settings.phases import Strict
from dmaic_assets.settings.place import VALIDATION_DEFAULT

Severity: TypeAlias = Literal["info", "warning", "error", "critical"]
Sign: TypeAlias = Literal["positive", "not_negative", "negative", "not_positive"]
Operator: TypeAlias = Literal["=", "!=", "<", "<=", ">", ">="]
# What becomes of a row that breaks a rule, from the mildest to the gravest.
RowClass: TypeAlias = Literal["flag", "exclude", "quarantine"]
TextForm: TypeAlias = Literal["email", "url", "phone"]
Measure: TypeAlias = Literal["completeness", "anomaly_rate", "freshness"]
Tolerance: TypeAlias = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Name: TypeAlias = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]


class Check(Strict):
    """What every check has; `where` leaves rows out that it is not about."""

    name: Name
    severity: Severity = "error"
    description: str = ""
    file: str = ""


class OfTable(Check):
    """A check of one table."""

    table: str
    where: str | None = None


class Balance(OfTable):
    """Two sums are equal, in each group of `by` or over the whole table."""

    kind: Literal["balance"]
    left: str
    right: str
    by: tuple[str, ...] = ()
    tolerance: Tolerance = 0.01


class Constraint(OfTable):
    """An expression is true in every row; one that is null passes, as in SQL."""

    kind: Literal["constraint"]
    expression: str


class Aggregate(OfTable):
    """An aggregate stays between two bounds, in each group of `by` or over the whole table."""

    kind: Literal["aggregate"]
    value: str
    by: tuple[str, ...] = ()
    min: float | None = None
    max: float | None = None
    tolerance: Tolerance = 0.0

    @model_validator(mode="after")
    def has_a_bound(self) -> "Aggregate":
        """Refuses a check that can never fail."""
        if self.min is None and self.max is None:
            raise ValueError("has neither min nor max, so that it can never fail")
        return self


class SignOf(OfTable):
    """A column has one sign."""

    kind: Literal["sign"]
    column: str
    sign: Sign


class Period(OfTable):
    """Dates of a column follow each other without a gap of more than some days."""

    kind: Literal["period"]
    column: str
    max_gap_days: Annotated[float, Field(gt=0)]
    by: tuple[str, ...] = ()


class Side(Strict):
    """One side of a comparison: an aggregate of a table, in each group of `by`."""

    table: str
    value: str
    by: tuple[str, ...] = ()
    where: str | None = None


class Comparison(Check):
    """Two aggregates compare, group by group: the groups of both sides meet by their values.

    A group that only one side has counts as 0 on the other, fails or passes.
    """

    kind: Literal["comparison"]
    left: Side
    operator: Operator = "="
    right: Side
    missing: Literal["zero", "fail", "pass"] = "zero"
    tolerance: Tolerance = 0.01

    @model_validator(mode="after")
    def meets_by_as_many(self) -> "Comparison":
        """Refuses sides whose groups cannot meet."""
        if len(self.left.by) != len(self.right.by):
            raise ValueError("left.by and right.by have different numbers of columns")
        return self


AnyCheck: TypeAlias = Annotated[
    Balance | Constraint | Aggregate | SignOf | Period | Comparison, Field(discriminator="kind")
]


class Reference(Strict):
    """Columns of a row whose values another table has."""

    columns: tuple[str, ...]
    table: str
    ref_columns: tuple[str, ...]


class Matching(Strict):
    """A column whose text has a form, or matches a regular expression as a whole."""

    column: str
    form: TextForm | None = None
    regex: str | None = None

    @model_validator(mode="after")
    def says_one(self) -> "Matching":
        """Refuses none and both."""
        if (self.form is None) == (self.regex is None):
            raise ValueError("needs either form or regex")
        return self


class FilterRule(Strict):
    """One rule of a filter; it is asked of rows that keep the rules of `needs`."""

    name: Name
    outcome: RowClass = "flag"
    needs: tuple[str, ...] = ()
    not_null: tuple[str, ...] = ()
    unique: tuple[str, ...] = ()
    ordered: tuple[str, ...] = ()
    expression: str | None = None
    reference: Reference | None = None
    matches: Matching | None = None

    @model_validator(mode="after")
    def says_one_thing(self) -> "FilterRule":
        """Refuses a rule that says nothing, or several things."""
        ways = ("not_null", "unique", "ordered", "expression", "reference", "matches")
        if sum(bool(getattr(self, way)) for way in ways) != 1:
            raise ValueError(f"needs exactly one of {', '.join(ways)}")
        return self


class FilterGraph(Strict):
    """Rules that sort the rows of a table: clean, flag, exclude, quarantine; the gravest wins."""

    name: Name
    table: str
    rules: Annotated[tuple[FilterRule, ...], Field(min_length=1)]
    file: str = ""


class Extract(Strict):
    """A number out of a table: an aggregate, or one of the measures that every table has."""

    table: str
    value: str | None = None
    measure: Measure | None = None
    where: str | None = None

    @model_validator(mode="after")
    def says_one(self) -> "Extract":
        """Refuses none and both."""
        if (self.value is None) == (self.measure is None):
            raise ValueError("needs either value or measure")
        return self


class Step(Strict):
    """A step of a metric: exactly one of its kinds.

    `formula` is arithmetic over other steps, `predicate` a condition that they meet (1 or 0),
    `composite` arithmetic over other metrics.
    """

    name: Name
    extract: Extract | None = None
    constant: float | None = None
    predicate: str | None = None
    formula: str | None = None
    composite: str | None = None

    @model_validator(mode="after")
    def is_one_kind(self) -> "Step":
        """Refuses a step of no kind, or of several."""
        if sum(value is not None for value in (getattr(self, k) for k in STEP_KINDS)) != 1:
            raise ValueError(f"needs exactly one of {', '.join(STEP_KINDS)}")
        return self


STEP_KINDS = ("extract", "constant", "predicate", "formula", "composite")


class MetricGraph(Strict):
    """A metric: the value of its last step. `good` and `fair` are bounds of its bands.

    Where `good` is above `fair`, more is better; else less is.
    """

    name: Name
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
    unit: str = "1"
    good: float | None = None
    fair: float | None = None
    assumptions: tuple[str, ...] = ()
    file: str = ""


class ValidationSettings(Strict):
    """All that is declared: in `folder`, a place in the project, and beside it."""

    folder: str = VALIDATION_DEFAULT
    checks: tuple[AnyCheck, ...] = ()
    filters: tuple[FilterGraph, ...] = ()
    metrics: tuple[MetricGraph, ...] = ()


class SpecFile(Strict):
    """One YAML file of the folder."""

    checks: tuple[AnyCheck, ...] = ()
    filters: tuple[FilterGraph, ...] = ()
    metrics: tuple[MetricGraph, ...] = ()


def spec_files(folder: Path) -> list[Path]:
    """The YAML files of the folder, by name; none where it is not there."""
    return sorted(p for p in folder.glob("*.y*ml") if p.suffix in (".yaml", ".yml"))


def with_files(settings: ValidationSettings, files: Mapping[str, SpecFile]) -> ValidationSettings:
    """Puts what files declare behind what stands in the settings; each says where it is from.

    Raises:
        SettingsError: Two checks, filters or metrics have the same name.
    """
    parts: dict[str, list[object]] = {}
    for kind in ("checks", "filters", "metrics"):
        found = parts.setdefault(kind, [*getattr(settings, kind)])
        for path, spec in files.items():
            found += [one.model_copy(update={"file": path}) for one in getattr(spec, kind)]
        names = [(str(getattr(o, "name", "")), str(getattr(o, "file", ""))) for o in found]
        _refuse_repeated(kind, names)
    return settings.model_copy(update={kind: tuple(found) for kind, found in parts.items()})


def _refuse_repeated(kind: str, names: Sequence[tuple[str, str]]) -> None:
    seen: dict[str, str] = {}
    for name, file in names:
        if name in seen:
            places = " and ".join(dict.fromkeys(p for p in (seen[name], file) if p))
            culprit = f"key {kind}: {name} is declared twice"
            raise SettingsError(places or "analyses.validation", culprit, "Rename one of them.")
        seen[name] = file
