"""Row kinds about columns that determine others: mapping, functional_dependency.

The last column of such a rule is the determined one; it is to blame when the rule fails.
"""

import json
from collections.abc import Mapping, Sequence
from typing import ClassVar, cast

import polars as pl
from typing_extensions import override

from dmaic_assets.model import Json, Rule
from dmaic_assets.phenomena.contract.literals import literal_series
from dmaic_assets.phenomena.contract.rule_kind import (
    FrameContext,
    Parameter,
    RowKind,
    bad_rule,
    is_missing,
)
from dmaic_assets.table.text_table import column

SEPARATOR = "\x1f"
# Rows of a group that agree on another value, from which the map has changed.
AGREEING = 2


class DeterminedKind(RowKind):
    """A kind by which the first columns determine the last."""

    arity: ClassVar[tuple[int, int | None]] = (2, None)

    @override
    def blamed_columns(self, rule: Rule) -> tuple[str, ...]:
        """The determined column."""
        return rule.columns[-1:]

    @override
    def cause(self, rule: Rule, failing: pl.DataFrame) -> str | None:
        """A value that contradicts what its row, or those like it, say elsewhere."""
        return "inconsistent values in one row"


class MappingKind(DeterminedKind):
    """Known values of the first columns go with one known value of the last.

    When all rows of a file (two or more) that share their first values agree on another last
    value, the world has changed rather than a row been damaged, and they pass. A row passes when
    its determining values are not in the map. `map` is a mapping from the determining values as
    text (several joined by U+001F) to the value, or the same as JSON text (large maps load
    faster so).
    """

    name: ClassVar[str] = "mapping"
    summary: ClassVar[str] = "the last column has the value that is known for the others"
    is_elementwise: ClassVar[bool] = False
    parameters: ClassVar[Mapping[str, Parameter]] = {
        "map": Parameter((dict, str), "determining values -> value", is_required=True),
        "within": Parameter((int, float), "numbers: greatest difference that does not matter"),
    }

    @override
    def validate(self, rule: Rule) -> None:
        """Refuses text that is not a JSON object."""
        super().validate(rule)
        try:
            is_mapping = isinstance(_content(rule), dict)
        except json.JSONDecodeError as error:
            raise bad_rule(rule, f"parameter map: {error}", "Give a mapping.") from error
        if not is_mapping:
            raise bad_rule(rule, "parameter map: not a mapping", "Give a mapping.")

    @override
    def describe(self, rule: Rule) -> str:
        """Names the columns and the size of the map."""
        size = len(known_map(rule))
        return f"{rule.columns[-1]} follows from {_named(rule.columns[:-1])} ({size:,} known cases)"

    @override
    def failing(self, rule: Rule, ctx: FrameContext) -> pl.Expr:
        """True where another value than the known one stands, unless all alike say so."""
        alike = [column(c) for c in rule.columns[:-1]]
        target = column(rule.columns[-1])
        agreed = (target.n_unique().over(alike) == 1) & (pl.len().over(alike) >= AGREEING)
        return self._differs(rule, ctx) & ~agreed

    @override
    def screen(self, rule: Rule, ctx: FrameContext) -> pl.Expr | None:
        """Rows with another value than the known one."""
        return self._differs(rule, ctx).sum()

    def _differs(self, rule: Rule, ctx: FrameContext) -> pl.Expr:
        known = known_map(rule)
        target = rule.columns[-1]
        dtype = ctx.schema[target]
        pairs = pl.DataFrame({"key": list(known), "value": _typed(list(known.values()), dtype)})
        pairs = pairs.drop_nulls()
        expected = joined(rule.columns[:-1]).replace_strict(
            pairs["key"], pairs["value"], default=None, return_dtype=dtype
        )
        within = rule.parameters.get("within")
        if isinstance(within, int | float) and dtype.is_numeric():
            differs = (column(target) - expected).abs() > pl.lit(float(within))
        else:
            differs = column(target) != expected
        return differs & ~is_missing(target, ctx)


class FunctionalDependencyKind(DeterminedKind):
    """Within a file, equal values of the first columns have equal values of the last.

    Of the rows that disagree, those with the rarer values fail; on a tie none does.
    """

    name: ClassVar[str] = "functional_dependency"
    summary: ClassVar[str] = "rows that agree in the first columns agree in the last"
    is_elementwise: ClassVar[bool] = False

    @override
    def describe(self, rule: Rule) -> str:
        """Names determinant and dependent."""
        return f"{_named(rule.columns[:-1])} determines {rule.columns[-1]}"

    @override
    def failing(self, rule: Rule, ctx: FrameContext) -> pl.Expr:
        """True for the minority of rows that disagree."""
        first = [column(c) for c in rule.columns[:-1]]
        every = [column(c) for c in rule.columns]
        alike = pl.len().over(every)
        most = alike.filter(column(rule.columns[-1]).is_not_null()).max().over(first)
        return (alike < most) & ~_any_missing(rule.columns, ctx)

    @override
    def screen(self, rule: Rule, ctx: FrameContext) -> pl.Expr | None:
        """Distinct whole combinations less distinct determinants."""
        whole = ~_any_missing(rule.columns, ctx)
        every = pl.struct([column(c) for c in rule.columns]).filter(whole).n_unique()
        first = pl.struct([column(c) for c in rule.columns[:-1]]).filter(whole).n_unique()
        return every - first


def known_map(rule: Rule) -> dict[str, Json]:
    """Reads the map of a mapping rule."""
    return cast("dict[str, Json]", _content(rule))


def _content(rule: Rule) -> object:
    content = rule.parameters.get("map")
    return json.loads(content) if isinstance(content, str) else content or {}


def _typed(values: Sequence[Json], dtype: pl.DataType) -> pl.Series:
    """The map's values as the column's type; null for those that it cannot hold."""
    if isinstance(dtype, pl.String):
        return pl.Series([v if isinstance(v, str) else None for v in values], dtype=dtype)
    if dtype.is_numeric():
        numbers = [v if isinstance(v, int | float) else None for v in values]
        return pl.Series(numbers, dtype=pl.Float64, strict=False).cast(dtype, strict=False)
    typed = {v: literal_series([v], dtype) for v in dict.fromkeys(values)}
    return pl.Series([s[0] if len(s := typed[v]) else None for v in values], dtype=dtype)


def joined(columns: Sequence[str]) -> pl.Expr:
    """Builds the determining values of a row as one text; null when one is missing."""
    parts = [column(c).cast(pl.String) for c in columns]
    return parts[0] if len(parts) == 1 else pl.concat_str(parts, separator=SEPARATOR)


def _named(columns: Sequence[str]) -> str:
    return " + ".join(columns)


def _any_missing(columns: Sequence[str], ctx: FrameContext) -> pl.Expr:
    return pl.any_horizontal([is_missing(c, ctx) for c in columns])


DEPENDENCY_KINDS: tuple[RowKind, ...] = (MappingKind(), FunctionalDependencyKind())
