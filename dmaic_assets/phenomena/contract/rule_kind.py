"""What a kind of rule is: the contract that every entry of the registry fulfils.

What belongs here: the two base classes, what they are told of a frame, and the expressions that
give "missing" one meaning. The kinds themselves are in the `rule` of each
phenomenon, the registry lists them.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, TypeAlias

import polars as pl

from dmaic_assets.errors import BadInputError
from dmaic_assets.history.facts import FileFacts
from dmaic_assets.model import ColumnType, Json, Rule, RuleScope
from dmaic_assets.table.text_table import column

TEXT_DTYPES = (pl.String, pl.Categorical, pl.Enum)
FLOAT_DTYPES = (pl.Float32, pl.Float64)

Measured: TypeAlias = Mapping[str, Any]
"""Aggregates by name, as Polars returns them."""


@dataclass(frozen=True)
class FrameContext:
    """What a kind may know of the typed frame that its rule is applied to.

    `schema` has the columns in arrived order. `row_count` counts the rows of the frame,
    `malformed_count` the records of the file that are not in it. `failed_casts` maps a column
    to the sorted positions (UInt32, in the frame) whose raw value is not of the column's type
    and therefore null. `references` maps "source.column" (columns joined by commas) to the keys
    of another source.
    """

    schema: Mapping[str, pl.DataType]
    row_count: int
    malformed_count: int = 0
    failed_casts: Mapping[str, pl.Series] = field(default_factory=dict)
    types: Mapping[str, ColumnType] = field(default_factory=dict)
    references: Mapping[str, pl.Series] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:
        """The column names in arrived order."""
        return tuple(self.schema)

    @property
    def total_rows(self) -> int:
        """Data rows of the file, malformed ones included."""
        return self.row_count + self.malformed_count

    def failed_cast_count(self, column: str) -> int:
        """How many values of a column are null only because their cast failed."""
        positions = self.failed_casts.get(column)
        return 0 if positions is None else len(positions)


@dataclass(frozen=True, slots=True)
class FileJudgement:
    """What a file rule came to: violated or not, what was seen in words, and a likely cause.

    `measures` are the figures behind it, for explanation and for reports. `expected` replaces
    the rule's own words when the decision needed a figure of this file.
    """

    is_violated: bool
    seen: str
    expected: str | None = None
    cause: str | None = None
    measures: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a rule cannot be evaluated on a frame, in words; `column` when one is to blame."""

    reason: Literal["missing", "incompatible", "reference", "expression"]
    column: str | None
    detail: str


@dataclass(frozen=True, slots=True)
class Key:
    """Columns whose combination is compared between rows.

    With `ignores_missing` a row with a missing part is never compared.
    """

    columns: tuple[str, ...]
    ignores_missing: bool


@dataclass(frozen=True, slots=True)
class Parameter:
    """One key of a rule's parameters: the JSON types it takes, and what it means.

    `complaint` tells in words what is wrong with a value of the right type, or None.
    """

    types: tuple[type, ...]
    meaning: str
    is_required: bool = False
    complaint: Callable[[Any], str | None] | None = None


class _Kind(ABC):
    """What row and file kinds share: a name, declared parameters, and their validation.

    Class variables of a kind: `name` (as the YAML spells it), `summary` (one line for the
    guide), `parameters`, and `arity`, the least and greatest number of columns.
    """

    name: ClassVar[str]
    summary: ClassVar[str]
    scope: ClassVar[RuleScope]
    parameters: ClassVar[Mapping[str, Parameter]] = {}
    arity: ClassVar[tuple[int, int | None]] = (1, 1)

    def as_of(
        self,
        rule: Rule,
        earlier: Sequence[FileFacts],  # noqa: ARG002 - for kinds that speak of earlier files
    ) -> Rule | None:
        """Gives the rule for a file that came after these files, and before others.

        Most rules say nothing of the files before a file: they stay as they are.

        Args:
            rule: A rule learnt from files of which some may have come later.
            earlier: The facts of those that came before, in order of arrival.

        Returns:
            The rule; None when it has nothing to say after these files.
        """
        return rule

    def validate(self, rule: Rule) -> None:
        """Refuses a rule that this kind cannot give a meaning to.

        Raises:
            BadInputError: Number of columns, a key or a value is wrong; names rule and key.
        """
        self._validate_columns(rule)
        for key, value in rule.parameters.items():
            self._validate_parameter(rule, key, value)
        for key, parameter in self.parameters.items():
            if parameter.is_required and rule.parameters.get(key) is None:
                raise bad_rule(
                    rule, f"parameter {key} is missing", f"Give {key}: {parameter.meaning}."
                )

    def _validate_columns(self, rule: Rule) -> None:
        least, most = self.arity
        count = len(rule.columns)
        if count < least or (most is not None and count > most):
            wanted = (
                str(least)
                if most == least
                else f"{least} or more"
                if most is None
                else f"{least} to {most}"
            )
            raise bad_rule(
                rule, f"columns: {count} given, {self.name} takes {wanted}", "Correct columns."
            )
        if len(set(rule.columns)) < count:
            raise bad_rule(rule, "columns: one is named twice", "Name each column once.")

    def _validate_parameter(self, rule: Rule, key: str, value: Json) -> None:
        parameter = self.parameters.get(key)
        if parameter is None:
            known = ", ".join(self.parameters) or "none"
            raise bad_rule(
                rule, f"parameter {key} is unknown", f"Remove it; {self.name} knows: {known}."
            )
        if value is None:
            return
        is_bool = isinstance(value, bool)
        if not isinstance(value, parameter.types) or (is_bool and bool not in parameter.types):
            wanted = " or ".join(t.__name__ for t in parameter.types)
            raise bad_rule(rule, f"parameter {key}: {value!r} is not {wanted}", f"Correct {key}.")
        if parameter.complaint and (complaint := parameter.complaint(value)):
            raise bad_rule(rule, f"parameter {key}: {complaint}", f"Correct {key}.")

    @abstractmethod
    def describe(self, rule: Rule) -> str:
        """Says in words what the rule expects, without a full stop."""

    def needed_columns(self, rule: Rule) -> tuple[str, ...]:
        """The columns without which the rule cannot be evaluated."""
        return rule.columns

    def accepts(self, rule: Rule, dtype: pl.DataType) -> bool:  # noqa: ARG002 - for kinds to refine
        """Whether the rule can be applied to a column of this Polars type."""
        return True

    def obstacle(self, rule: Rule, ctx: FrameContext) -> Obstacle | None:
        """Why the rule cannot be evaluated on this frame; None when it can."""
        for name in self.needed_columns(rule):
            dtype = ctx.schema.get(name)
            if dtype is None:
                return Obstacle("missing", name, f"column {name} is missing")
            if not self.accepts(rule, dtype):
                return Obstacle("incompatible", name, f"column {name} arrived as {dtype}")
        return None


class RowKind(_Kind):
    """A kind whose rules fail rows.

    Values that are missing (null, or NaN in a float column) never fail a rule, unless the rule
    is about missing values.
    """

    scope: ClassVar[RuleScope] = "row"
    is_elementwise: ClassVar[bool] = True
    """Whether a row fails by its own values alone, so that row batches can be judged apart."""

    @abstractmethod
    def failing(self, rule: Rule, ctx: FrameContext) -> pl.Expr:
        """Builds a Boolean expression: true where a row fails. Null counts as not failing."""

    def screen(self, rule: Rule, ctx: FrameContext) -> pl.Expr | None:  # noqa: ARG002 - to refine
        """Builds a cheap aggregate whose 0 proves that no row fails; None when there is none.

        A kind gives one when finding the failing rows costs much more than knowing that there
        are none; `failing` is then only evaluated when the screen is not 0.
        """
        return None

    def key(self, rule: Rule, ctx: FrameContext) -> Key | None:  # noqa: ARG002 - to refine
        """The key that the kind compares between rows, or None for a kind that compares none.

        With a key, `failing` is only ever evaluated on the rows whose key occurs more than once
        (all of them, in file order), so uniqueness is exact and cheap on any size of file.
        """
        return None

    def settle(self, rule: Rule, failing: pl.Series, ctx: FrameContext) -> pl.Series:  # noqa: ARG002 - to refine
        """Corrects the failing rows by what the frame cannot show (casts that failed before).

        Args:
            rule: The rule.
            failing: Boolean, one entry per row of the frame.
            ctx: The frame's context.
        """
        return failing

    def may_settle(self, rule: Rule, ctx: FrameContext) -> bool:  # noqa: ARG002 - to refine
        """Whether `settle` could change anything on this frame."""
        return False

    def blamed_columns(self, rule: Rule) -> tuple[str, ...]:
        """The columns whose cells are at fault in a failing row; none: the row as a whole."""
        return rule.columns

    def cause(self, rule: Rule, failing: pl.DataFrame) -> str | None:  # noqa: ARG002 - to refine
        """Names the likely cause from (some of) the failing rows' values of the rule's columns."""
        return None


class FileKind(_Kind):
    """A kind whose rules judge the file as a whole, from aggregates of its columns."""

    scope: ClassVar[RuleScope] = "file"

    def measure(self, rule: Rule, ctx: FrameContext) -> Sequence[pl.Expr]:  # noqa: ARG002 - to refine
        """Builds the aggregates that the decision needs, each named by `alias`, one value each.

        A list as a value is made with `implode()`. The names only matter within the rule.
        """
        return ()

    @abstractmethod
    def judge(self, rule: Rule, measured: Measured, ctx: FrameContext) -> FileJudgement:
        """Decides, from the values of `measure` by name, whether the file violates the rule."""


RuleKind: TypeAlias = RowKind | FileKind


def bad_rule(rule: Rule, culprit: str, fix: str) -> BadInputError:
    """Builds the refusal of a rule that cannot be given a meaning."""
    return BadInputError(f"rule {rule.id} ({rule.kind})", culprit, fix)


def is_float(name: str, ctx: FrameContext) -> bool:
    """Whether a column of the frame is floating point, so that it may hold NaN."""
    return isinstance(ctx.schema.get(name), FLOAT_DTYPES)


def is_missing(name: str, ctx: FrameContext) -> pl.Expr:
    """True where a column has no value: null, or NaN in a float column. Never null."""
    expr = column(name)
    if is_float(name, ctx):
        return expr.is_null() | expr.is_nan().fill_null(value=True)
    return expr.is_null()


def any_missing(columns: Sequence[str], ctx: FrameContext) -> pl.Expr:
    """True where at least one of the columns has no value. Never null."""
    return pl.any_horizontal([is_missing(name, ctx) for name in columns])


def key_expression(columns: Sequence[str]) -> pl.Expr:
    """Refers to a column, or to the combination of several as a struct."""
    if len(columns) == 1:
        return column(columns[0])
    return pl.struct([column(name) for name in columns])


def is_text(dtype: pl.DataType) -> bool:
    """Whether a Polars type holds text."""
    return isinstance(dtype, TEXT_DTYPES)
