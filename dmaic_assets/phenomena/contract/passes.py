"""The passes over a frame that rules are made of: aggregates, and Boolean masks of failing rows.

What belongs here: running expressions in few selects and in bounded memory; when Polars refuses
one of them, each runs on its own. What the expressions mean is the callers'.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import polars as pl

from dmaic_assets.errors import InvariantError
from dmaic_assets.table.text_table import column

# Bytes of masks that one pass may hold at a time; more rules take several passes.
MASK_BUDGET_BYTES = 384 * 1024**2
# Expressions of one pass: the planner's time grows faster than their number.
_MOST_AT_ONCE = 2_000
_POSITION = "_dmaic_position"

_Values: TypeAlias = dict[str, Any]
_Reader: TypeAlias = Callable[[pl.DataFrame], _Values]


@dataclass(frozen=True)
class Frame:
    """The rows that rules are applied to: in memory, or a scan that is only ever streamed."""

    lazy: pl.LazyFrame
    row_count: int
    held: pl.DataFrame | None

    @property
    def is_in_memory(self) -> bool:
        """Whether the rows are held in memory."""
        return self.held is not None

    @staticmethod
    def of(lazy: pl.LazyFrame, row_count: int, *, is_in_memory: bool) -> "Frame":
        """Wraps a frame; one in memory is collected here, so that no cast in it runs twice."""
        held = lazy.collect() if is_in_memory else None
        return Frame(lazy if held is None else held.lazy(), row_count, held)

    def select(self, exprs: Mapping[str, pl.Expr]) -> pl.DataFrame:
        """Runs named expressions with the engine that suits where the frame is."""
        query = self.lazy.select([expr.alias(name) for name, expr in exprs.items()])
        return query.collect(engine="in-memory" if self.is_in_memory else "streaming")

    def rows_at(self, columns: Sequence[str], positions: pl.Series) -> pl.DataFrame:
        """Fetches some columns of the rows at sorted positions (UInt32), in file order."""
        exprs = [column(name) for name in columns]
        if self.held is not None:
            # Not a lazy gather: that would join the chunks of whole columns first.
            return self.held.select(exprs)[positions]
        wanted = pl.col(_POSITION).is_in(positions.implode())
        numbered = self.lazy.select(exprs).with_row_index(_POSITION)
        return numbered.filter(wanted).drop(_POSITION).collect(engine="streaming")


@dataclass(frozen=True)
class Passed:
    """Results by name, and in words why Polars refused the others."""

    values: _Values = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)

    def add(self, other: "Passed") -> None:
        """Takes over the results of another pass."""
        self.values.update(other.values)
        self.refused.update(other.refused)


def aggregates(frame: Frame, exprs: Mapping[str, pl.Expr]) -> Passed:
    """Computes one value per expression: in one select, or column by column when streamed.

    A list comes back as a Series, a struct as a dict.

    Raises:
        InvariantError: An expression does not give exactly one value.
    """
    passed = Passed()
    for names in _by_columns(exprs) if not frame.is_in_memory else [list(exprs)]:
        passed.add(_run(frame, {name: exprs[name] for name in names}, _one_row))
    return passed


def masks(frame: Frame, exprs: Mapping[str, pl.Expr]) -> Passed:
    """Computes Boolean expressions for every row, null as false; keeps those that are ever true.

    As many share a select as their bits fit the budget.
    """
    passed = Passed()
    for names in _by_budget(list(exprs), frame.row_count):
        batch = {name: exprs[name].fill_null(value=False) for name in names}
        passed.add(_run(frame, batch, _ever_true))
    return passed


def _run(frame: Frame, exprs: Mapping[str, pl.Expr], read: _Reader) -> Passed:
    if not exprs:
        return Passed()
    try:
        return Passed(read(frame.select(exprs)))
    except pl.exceptions.PolarsError as error:
        if len(exprs) == 1:
            return Passed(refused={next(iter(exprs)): first_line(error)})
    passed = Passed()
    for name, expr in exprs.items():
        passed.add(_run(frame, {name: expr}, read))
    return passed


def _one_row(result: pl.DataFrame) -> _Values:
    if result.height != 1:
        raise InvariantError(
            f"measures {', '.join(result.columns[:5])}",
            f"gave {result.height} values instead of one",
            "Aggregate in the kind's `measure`; a list is made with implode().",
        )
    return {name: result[name][0] for name in result.columns}


def _ever_true(result: pl.DataFrame) -> _Values:
    return {series.name: series for series in result.iter_columns() if series.any()}


def _by_columns(exprs: Mapping[str, pl.Expr]) -> Iterator[list[str]]:
    groups: dict[tuple[str, ...], list[str]] = {}
    for name, expr in exprs.items():
        groups.setdefault(tuple(sorted(set(expr.meta.root_names()))), []).append(name)
    yield from groups.values()


def _by_budget(names: list[str], row_count: int) -> Iterator[list[str]]:
    fitting = MASK_BUDGET_BYTES * 8 // max(row_count, 1)
    size = max(1, min(_MOST_AT_ONCE, fitting))
    for start in range(0, len(names), size):
        yield names[start : start + size]


def first_line(error: BaseException) -> str:
    """The first line of an error's text; Polars appends its query plan."""
    return str(error).splitlines()[0] if str(error) else type(error).__name__
