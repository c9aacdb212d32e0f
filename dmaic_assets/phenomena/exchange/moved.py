"""The file kind of a column that slipped by a row: neighbours fit together better than rows do.

What belongs here: the kind, and how values become few classes, the same way for learning and for
judging. Each column alone looks as ever when it is moved against the others; what tells is that a
row's value goes with the value of the row before or after it. Numbers are classed by their rank
within the file, so that level, unit and season do not matter.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar, cast

import polars as pl
from typing_extensions import override

from dmaic_assets.history.number_of import as_number, is_measurable
from dmaic_assets.model import Json, Rule
from dmaic_assets.phenomena.contract.rule_kind import (
    FileJudgement,
    FileKind,
    FrameContext,
    Measured,
    Parameter,
    bad_rule,
)
from dmaic_assets.phenomena.exchange.causes import MOVED
from dmaic_assets.table.text_table import column

# Classes that the numbers of a file fall into by rank, as many in each: six tell a curved relation
# too, and leave ten rows to a pair of classes where a file has 360.
RANKS = 6
# Rows of a file that are looked at, from the first on: a slip moves all rows behind it.
MOST_ROWS = 20_000
# How far the second column is looked up beside the row: where it stands, and a row either way.
LAGS: Mapping[str, int] = {"here": 0, "after": -1, "before": 1}


class RowMatchKind(FileKind):
    """Values of two columns go together in one row, not with those of a row beside it.

    `scores` tells for each pair of classes of the first and second column how much more often than
    by chance they meet (natural logarithm); a class beyond the listed `values` of a column is its
    last but one, a missing value its last. A file is violated when its mean score is larger by
    more than `margin` with the second column taken from the row before or after.
    """

    name: ClassVar[str] = "row_match"
    summary: ClassVar[str] = "values of two columns go together in their row, not in one beside it"
    arity: ClassVar[tuple[int, int | None]] = (2, 2)
    parameters: ClassVar[Mapping[str, Parameter]] = {
        "scores": Parameter((list, tuple), "score of each pair of classes", is_required=True),
        "values": Parameter((dict,), "column -> its values, of a column that is no number"),
        "margin": Parameter((int, float), "least gain of another row's value", is_required=True),
        "least": Parameter((int,), "fewest rows that are judged", is_required=True),
    }

    @override
    def validate(self, rule: Rule) -> None:
        """Refuses scores that are no table for the classes of the columns."""
        super().validate(rule)
        rows, width = cast("Sequence[object]", rule.parameters["scores"]), classes_of(rule, 1)
        tables = [row for row in rows if isinstance(row, list | tuple)]
        sizes = {len(cast("Sequence[object]", row)) for row in tables}
        if len(tables) != classes_of(rule, 0) or sizes != {width} or len(tables) != len(rows):
            wanted = f"{classes_of(rule, 0)} lists of {width} numbers"
            raise bad_rule(rule, f"scores: not {wanted}", "Let them be learnt.")

    @override
    def describe(self, rule: Rule) -> str:
        """Names the two columns."""
        return f"{rule.columns[0]} and {rule.columns[1]} go together in each row"

    @override
    def accepts(self, rule: Rule, dtype: pl.DataType) -> bool:
        """Numbers, times, texts and yes or no."""
        return is_measurable(dtype) or isinstance(dtype, pl.String | pl.Boolean)

    @override
    def measure(self, rule: Rule, ctx: FrameContext) -> Sequence[pl.Expr]:
        """The mean score of the rows, with the second column from the row itself and beside it."""
        rows = cast("Sequence[Sequence[float]]", rule.parameters["scores"])
        flat = pl.Series([float(x) for row in rows for x in row], dtype=pl.Float64)
        width = classes_of(rule, 1)
        first, second = (class_expr(rule, at, ctx.schema[rule.columns[at]]) for at in (0, 1))
        found = [
            pl.lit(flat).gather((first * width + second.shift(lag)).drop_nulls()).mean().alias(name)
            for name, lag in LAGS.items()
        ]
        return (*found, pl.len().alias("rows"))

    @override
    def judge(self, rule: Rule, measured: Measured, ctx: FrameContext) -> FileJudgement:
        """Violated when a row beside it fits clearly better."""
        rows = int(measured["rows"] or 0)
        if rows < int(str(rule.parameters["least"])):
            return FileJudgement(False, f"only {rows} rows: not judged")
        found = {name: float(measured[name] or 0.0) for name in LAGS}
        side = max(("after", "before"), key=lambda name: found[name])
        gain = found[side] - found["here"]
        is_violated = gain > float(str(rule.parameters["margin"]))
        first, second = rule.columns
        seen = f"{first} goes with {second} of the row {side} it" if gain > 0 else "they do"
        cause = MOVED if is_violated else None
        return FileJudgement(is_violated, seen, cause=cause, measures={"gain": gain})


def listed_values(parameters: Mapping[str, Json], name: str) -> list[Json] | None:
    """The values of a column that is classed by value; None for one that is classed by rank."""
    values = parameters.get("values")
    listed = values.get(name) if isinstance(values, dict) else None
    return list(listed) if isinstance(listed, list | tuple) else None


def classes_of(rule: Rule, at: int) -> int:
    """How many classes a column of a rule has: for its values, for others, for none."""
    listed = listed_values(rule.parameters, rule.columns[at])
    return RANKS + 1 if listed is None else len(listed) + 2


def class_expr(rule: Rule, at: int, dtype: pl.DataType) -> pl.Expr:
    """The class of each of the first rows in a column of a rule."""
    name = rule.columns[at]
    listed = listed_values(rule.parameters, name)
    if listed is None:
        return rank_class(as_number(name, dtype).head(MOST_ROWS))
    texts = column(name).cast(pl.String).head(MOST_ROWS)
    known = pl.Series([str(v) for v in listed], dtype=pl.String)
    places = pl.Series(range(len(listed)), dtype=pl.Int64)
    found = texts.replace_strict(known, places, default=len(listed), return_dtype=pl.Int64)
    return pl.when(texts.is_null()).then(len(listed) + 1).otherwise(found)


def rank_class(x: pl.Expr) -> pl.Expr:
    """The class of numbers by their rank among the others; missing ones have the last."""
    there = x.fill_nan(None)
    place = (there.rank("average") - 0.5) / there.count() * RANKS
    return place.floor().cast(pl.Int64).clip(0, RANKS - 1).fill_null(RANKS)


MOVED_KINDS: tuple[FileKind, ...] = (RowMatchKind(),)
