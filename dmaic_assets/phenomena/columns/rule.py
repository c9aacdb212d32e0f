"""Kinds about the columns themselves: which ones arrive, in which order, of which type."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, get_args

import polars as pl
from typing_extensions import override

from dmaic_assets.model import Json, Rule, TypeName
from dmaic_assets.phenomena.contract.failed_casts import FailedCastKind
from dmaic_assets.phenomena.contract.rule_kind import (
    FileJudgement,
    FileKind,
    FrameContext,
    Measured,
    Parameter,
    RowKind,
    is_text,
)
from dmaic_assets.phenomena.contract.type_names import is_compatible, type_name
from dmaic_assets.phenomena.notation.causes import text_cause
from dmaic_assets.table.text_table import column

_TYPE_NAMES: tuple[str, ...] = get_args(TypeName)
# Columns named in a sentence; more are counted.
_SHOWN = 10
_IN_A_NUMBER = "text in a number"
_TEXT_AMONG: Mapping[str, str] = {
    "integer": _IN_A_NUMBER,
    "decimal": _IN_A_NUMBER,
    "date": "text in a date",
    "datetime": "text in a time",
    "time": "text in a time",
}


def _listed(columns: tuple[str, ...]) -> str:
    more = f" and {len(columns) - _SHOWN} more" if len(columns) > _SHOWN else ""
    return ", ".join(columns[:_SHOWN]) + more


def _renamed(known: Sequence[str], missing: tuple[str, ...], arrived: Sequence[str]) -> str | None:
    """Names what is missing, or the new column that stands in the place of the only missing one."""
    if not missing:
        return None
    lost = f"missing column{'' if len(missing) == 1 else 's'} ({_listed(missing)})"
    if len(missing) != 1 or len(arrived) != len(known):
        return lost
    (gone,) = missing
    new = arrived[known.index(gone)]
    return lost if new in known else f"renamed column ({gone} to {new})"


class _OfColumnsKind(FileKind):
    """A kind about which columns arrive: none has to be there for it to be judged."""

    arity: ClassVar[tuple[int, int | None]] = (1, None)

    @override
    def needed_columns(self, rule: Rule) -> tuple[str, ...]:
        """None."""
        return ()


class ColumnsPresentKind(_OfColumnsKind):
    """Every named column arrives."""

    name: ClassVar[str] = "columns_present"
    summary: ClassVar[str] = "every named column is in the file"

    @override
    def describe(self, rule: Rule) -> str:
        """Lists the columns."""
        return f"columns present: {_listed(rule.columns)}"

    @override
    def judge(self, rule: Rule, measured: Measured, ctx: FrameContext) -> FileJudgement:
        """Violated when a column is missing."""
        missing = tuple(c for c in rule.columns if c not in ctx.schema)
        seen = f"missing: {_listed(missing)}" if missing else "all present"
        measures: dict[str, Json] = {"missing": list(missing)}
        cause = _renamed(rule.columns, missing, ctx.columns)
        return FileJudgement(bool(missing), seen, cause=cause, measures=measures)


class ColumnsAddedKind(_OfColumnsKind):
    """No column arrives but the named ones."""

    name: ClassVar[str] = "columns_added"
    summary: ClassVar[str] = "the file has no column besides the named ones"

    @override
    def describe(self, rule: Rule) -> str:
        """Counts the known columns."""
        return f"no column besides the {len(rule.columns)} known ones"

    @override
    def judge(self, rule: Rule, measured: Measured, ctx: FrameContext) -> FileJudgement:
        """Violated when there is another column."""
        known = set(rule.columns)
        added = tuple(c for c in ctx.columns if c not in known)
        seen = f"new: {_listed(added)}" if added else "none new"
        return FileJudgement(bool(added), seen, measures={"added": list(added)})


class ColumnOrderKind(_OfColumnsKind):
    """The named columns arrive in the named order; missing and other columns are passed over."""

    name: ClassVar[str] = "column_order"
    summary: ClassVar[str] = "the named columns arrive in this order"
    arity: ClassVar[tuple[int, int | None]] = (2, None)

    @override
    def describe(self, rule: Rule) -> str:
        """Lists the order."""
        return f"columns in the order {_listed(rule.columns)}"

    @override
    def judge(self, rule: Rule, measured: Measured, ctx: FrameContext) -> FileJudgement:
        """Violated when two of the columns have changed places."""
        known = set(rule.columns)
        arrived = tuple(c for c in ctx.columns if c in known)
        wanted = tuple(c for c in rule.columns if c in ctx.schema)
        places = [
            i for i, pair in enumerate(zip(arrived, wanted, strict=True)) if pair[0] != pair[1]
        ]
        moved = tuple(arrived[i] for i in places)
        seen = "same order"
        if places:
            span = slice(places[0], places[-1] + 1)
            seen = f"{_listed(arrived[span])} in place of {_listed(wanted[span])}"
        return FileJudgement(bool(moved), seen, measures={"moved": list(moved)})


class TypeKind(FailedCastKind):
    """Values are of the named type: a value fails when its cast failed.

    When the whole column arrived as another type, every value that is there fails.
    """

    name: ClassVar[str] = "type"
    summary: ClassVar[str] = "values can be read as the type"
    fails_on_failed_cast: ClassVar[bool] = True
    parameters: ClassVar[Mapping[str, Parameter]] = {
        "type": Parameter(
            (str,),
            f"one of {', '.join(_TYPE_NAMES)}",
            is_required=True,
            complaint=lambda v: None if v in _TYPE_NAMES else f"{v!r} is no type",
        ),
    }

    @override
    def describe(self, rule: Rule) -> str:
        """Names the type."""
        return f"{rule.columns[0]} is of type {rule.parameters['type']}"

    def is_compatible(self, rule: Rule, ctx: FrameContext) -> bool:
        """Whether the column arrived as a type whose values all are of the rule's type."""
        arrived = type_name(rule.columns[0], ctx)
        return is_compatible(arrived, str(rule.parameters["type"]))

    @override
    def failing(self, rule: Rule, ctx: FrameContext) -> pl.Expr:
        """True for every value of a column that arrived as another type."""
        if self.is_compatible(rule, ctx):
            return column(rule.columns[0]).is_null() & pl.lit(value=False)
        return column(rule.columns[0]).is_not_null()

    @override
    def screen(self, rule: Rule, ctx: FrameContext) -> pl.Expr | None:
        """Nothing to look at when the column arrived as the right type."""
        return pl.lit(0) if self.is_compatible(rule, ctx) else None

    @override
    def cause(self, rule: Rule, failing: pl.DataFrame) -> str | None:
        """What texts among numbers look like, else text among numbers or times."""
        usual = _TEXT_AMONG.get(str(rule.parameters["type"]))
        if usual != _IN_A_NUMBER or rule.columns[0] not in failing.columns:
            return usual
        values = failing.get_column(rule.columns[0]).drop_nulls()
        told = text_cause(values.to_list()) if is_text(values.dtype) else None
        return told or usual


COLUMN_KINDS: tuple[FileKind | RowKind, ...] = (
    ColumnsPresentKind(),
    ColumnsAddedKind(),
    ColumnOrderKind(),
    TypeKind(),
)
