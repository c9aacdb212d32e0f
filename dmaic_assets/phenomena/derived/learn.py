"""Learns computed columns: sums, products, ratios, quotients, parts of dates, joined texts."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import polars as pl

from dmaic_assets.history.baseline import Bools, Floats, History
from dmaic_assets.history.column_kinds import ColumnKind
from dmaic_assets.history.proposal import Proposal, Proposals
from dmaic_assets.history.tolerance import rare_upper
from dmaic_assets.model import Json
from dmaic_assets.phenomena.contract.phenomenon import Given
from dmaic_assets.phenomena.derived.heads import (
    FIRST_ROWS,
    LINEAR_FACTORS,
    PROBE_ROWS,
    heads_of,
    tolerance_of,
)
from dmaic_assets.phenomena.derived.rule import PART_FORMS
from dmaic_assets.table.text_table import column

# Rows that must follow a formula.
LEAST_ROWS = 40
# Different values that must follow: fewer fit some formula by chance.
LEAST_VALUES = 5
# Columns of numbers that are combined: time grows with the cube.
MOST_COLUMNS = 24
# Rows among which the rows of a probe are looked for, where values are missing.
HEAD_ROWS = 10 * PROBE_ROWS
# Divisors of quotients and rests: decimal places, times of day, weeks, months.
DIVISORS = (10, 100, 1000, 60, 24, 7, 12, 1440, 3600)
# Formulas kept per column: a third says nothing that two do not.
MOST_PER_TARGET = 2


def propose_derived(given: Given) -> Proposals:
    """Proposes formulas that hold in every row of history."""
    history, kinds = given.history, given.kinds
    # What a formula gives beyond the floats is no number, and equals none.
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        numbers = _numbers(history, kinds)
    return [*numbers, *_date_parts(history, kinds), *_texts(history, kinds)]


def _numbers(history: History, kinds: Mapping[str, ColumnKind]) -> Proposals:
    names = [
        n
        for n, k in kinds.items()
        if history.is_number(n) and k.kind not in {"empty", "constant"} and k.closure.distinct > 2
    ][:MOST_COLUMNS]
    if not names:
        return []
    heads = heads_of(history.numbers(name) for name in names)
    found: Proposals = []
    for target in names:
        if kinds[target].closure.distinct < LEAST_VALUES and kinds[target].is_batch:
            continue
        likely = heads.likely(history.numbers(target))
        pairs = [
            (names[i], names[j])
            for i, j in zip(*np.nonzero(np.triu(likely, 1)), strict=True)
            if target not in {names[i], names[j]}
        ]
        rules = _formulas(history, target, [n for n in names if n != target], pairs)
        found.extend(rules[:MOST_PER_TARGET])
    return found


def _formulas(
    history: History, target: str, inputs: Sequence[str], pairs: Sequence[tuple[str, str]]
) -> list[Proposal]:
    """Finds formulas, the simplest first: one input before two."""
    y = history.numbers(target)
    found = [p for a in inputs for p in _of_one(history, target, y, a)]
    if found:
        return found
    for a, b in pairs:
        found.extend(_of_two(history, target, y, (a, b)))
        if len(found) >= MOST_PER_TARGET:
            break
    return found


def _of_one(history: History, target: str, y: Floats, a: str) -> Iterator[Proposal]:
    x = history.numbers(a)
    head, head_y = _known(x[:HEAD_ROWS], y[:HEAD_ROWS])
    if len(head) >= PROBE_ROWS and not (
        any(_divisors(head, head_y)) or _ratio(head[:PROBE_ROWS], head_y[:PROBE_ROWS]) is not None
    ):
        return
    xs, ys = _known(x, y)
    if len(ys) < LEAST_ROWS or not _varies(ys, 2):
        return
    for divisor in _divisors(xs, ys):
        quotient = np.floor(xs / divisor)
        if not _varies(quotient, 2):
            # The rest of numbers below the divisor is the number itself: that is no formula.
            continue
        for form, values in (("floor", quotient), ("modulo", xs - quotient * divisor)):
            if _holds(values, ys) and _varies(values):
                yield _rule(history, (target, a), {"form": form, "divisor": divisor}, ys)
                return
    slope = _ratio(xs, ys)
    if slope is not None and _varies(xs):
        factors: dict[str, Json] = {"form": "linear", "factors": [slope]}
        yield _rule(history, (target, a), factors, ys)


def _divisors(x: Floats, y: Floats) -> Iterator[int]:
    """The divisors whose quotient or rest is right in the first rows."""
    a, b = x[:FIRST_ROWS], y[:FIRST_ROWS]
    divisors = np.array(DIVISORS, dtype=np.float64)[:, np.newaxis]
    quotients = np.floor(a / divisors)
    is_right = (quotients == b).all(axis=1) | (a - quotients * divisors == b).all(axis=1)
    return (DIVISORS[i] for i in np.flatnonzero(is_right))


def _ratio(x: Floats, y: Floats) -> float | None:
    """The constant k with y = k x in every row, other than 1 (equality is a pair rule)."""
    usable = x[:PROBE_ROWS] != 0
    if int(usable.sum()) < LEAST_VALUES:
        return None
    k = _middle(y[:PROBE_ROWS][usable] / x[:PROBE_ROWS][usable])
    k = float(f"{k:.9g}")
    return k if k not in {0.0, 1.0} and _holds(k * x, y) else None


def _middle(values: Floats) -> float:
    """The median of known numbers; NumPy's own takes five times as long for a few hundred."""
    ordered, half = np.sort(values), len(values) // 2
    return float(ordered[half] if len(values) % 2 else (ordered[half - 1] + ordered[half]) / 2)


def _of_two(history: History, target: str, y: Floats, pair: tuple[str, str]) -> Iterator[Proposal]:
    a, b = history.numbers(pair[0]), history.numbers(pair[1])
    head = _known(a[:PROBE_ROWS], b[:PROBE_ROWS], y[:PROBE_ROWS])
    near = tolerance_of(head[2])
    if len(head[2]) >= FIRST_ROWS and not any(
        _holds(values(FIRST_ROWS), head[2][:FIRST_ROWS], near)
        for _, _, values in _candidates(head[0], head[1])
    ):
        return
    a, b, ys = _known(a, b, y)
    if len(ys) < LEAST_ROWS or not (_varies(a, 2) and _varies(b, 2) and _varies(ys)):
        return
    within = tolerance_of(ys)
    for parameters, swap, values in _candidates(a, b):
        if _holds(values(FIRST_ROWS), ys[:FIRST_ROWS], within) and _holds(values(None), ys, within):
            columns = (target, *(reversed(pair) if swap else pair))
            yield _rule(history, columns, parameters, ys)
            return


def _known(*columns: Floats) -> tuple[Floats, ...]:
    """The rows in which all are known."""
    is_lost = np.isnan(columns[0])
    for column_ in columns[1:]:
        is_lost |= np.isnan(column_)
    return tuple(values[~is_lost] for values in columns)


_Values = Callable[[int | None], Floats]


def _candidates(a: Floats, b: Floats) -> Iterator[tuple[dict[str, Json], bool, _Values]]:
    for first, second, swap in ((a, b, False), (b, a, True)):
        for factor in LINEAR_FACTORS:
            for sign in (1, -1):
                if swap and factor == 1 and sign == 1:
                    continue
                factors: dict[str, Json] = {"form": "linear", "factors": [factor, sign]}
                yield factors, swap, _linear(first, second, factor, sign)
        yield {"form": "ratio"}, swap, _quotient(first, second)
    yield {"form": "product"}, False, lambda n: a[:n] * b[:n]


def _linear(a: Floats, b: Floats, factor: int, sign: int) -> _Values:
    return lambda n: factor * a[:n] + sign * b[:n]


def _quotient(a: Floats, b: Floats) -> _Values:
    def values(n: int | None) -> Floats:
        divisor = np.where(b[:n] == 0, np.nan, b[:n])
        return a[:n] / divisor

    return values


def _holds(values: Floats, y: Floats, within: float | None = None) -> bool:
    """Whether the values are the column's wherever they are known (not by a division by 0)."""
    gaps = np.abs(values - y)
    known = ~np.isnan(gaps)
    if int(known.sum()) < min(LEAST_ROWS, len(values)) // 2 or not known.any():
        return False
    limit = tolerance_of(y) if within is None else within
    return bool((gaps[known] <= limit).all())


def _varies(x: Floats, least: int = LEAST_VALUES) -> bool:
    return len(np.unique(x[:PROBE_ROWS])) >= least


def _rule(
    history: History, columns: tuple[str, ...], parameters: dict[str, Json], y: Floats
) -> Proposal:
    rows = len(y)
    evidence: dict[str, Json] = {"rows": rows, "files": history.files, "violations": 0}
    tolerance = float(f"{tolerance_of(y):.6g}")
    return Proposal(
        "derived",
        columns,
        "high",
        {**parameters, "within": tolerance},
        evidence,
        row_rate=rare_upper(0, rows),
    )


def _date_parts(history: History, kinds: Mapping[str, ColumnKind]) -> Proposals:
    times = [
        n
        for n in kinds
        if history.has(n) and str(history.dtype(n)).split("(")[0] in {"Date", "Datetime"}
    ]
    targets = [n for n, k in kinds.items() if _may_be_part(history, k)]
    found: Proposals = []
    for time in times:
        is_date = str(history.dtype(time)) == "Date"
        forms = [form for form in PART_FORMS if not (form in {"hour", "minute"} and is_date)]
        heads = _said(history.pooled.head(HEAD_ROWS), time, forms)
        for form, head in heads.items():
            likely = [t for t in targets if _agree(head, history.numbers(t)[:HEAD_ROWS])]
            if likely:
                values = _said(history.pooled, time, [form])[form]
                found.extend(_parts_of(history, time, form, values, likely))
    return found


def _said(frame: pl.DataFrame, time: str, forms: Sequence[str]) -> dict[str, Floats]:
    """What each form says of a time, NaN where it is missing."""
    exprs = [PART_FORMS[form](column(time)).cast(pl.Float64).alias(form) for form in forms]
    said = frame.select(exprs).fill_null(float("nan"))
    return {form: said.get_column(form).to_numpy() for form in forms}


def _agree(values: Floats, y: Floats) -> bool:
    """Whether both are the same wherever both are known."""
    return bool(((values == y) | np.isnan(values) | np.isnan(y)).all())


def _parts_of(
    history: History, time: str, form: str, values: Floats, targets: Sequence[str]
) -> Proposals:
    found: Proposals = []
    for target in targets:
        y = history.numbers(target)
        there: Bools = ~(np.isnan(values) | np.isnan(y))
        if int(there.sum()) < LEAST_ROWS:
            continue
        if _agree(values, y) and _is_credible(values[there], form):
            found.append(_rule(history, (target, time), {"form": form}, y[there]))
    return found


def _is_credible(values: Floats, form: str) -> bool:
    """A part that varies, or a year (constant in a short history) that says so or looks so."""
    return len(np.unique(values)) >= 2 or form == "year"


def _may_be_part(history: History, kind: ColumnKind) -> bool:
    return (
        history.is_number(kind.column)
        and history.dtype(kind.column).is_integer()
        and kind.kind != "empty"
    )


def _texts(history: History, kinds: Mapping[str, ColumnKind]) -> Proposals:
    """A text that joins two others with a separator, as in `al_scip-card-2`."""
    names = [n for n, k in kinds.items() if str(history.dtype(n)) == "String" and k.kind != "empty"]
    found: Proposals = []
    for target in names[:MOST_COLUMNS]:
        if kinds[target].kind in {"constant", "text"}:
            continue
        found.extend(_joins(history, target, [n for n in names if n != target][:MOST_COLUMNS]))
    return found


def _joins(history: History, target: str, inputs: Sequence[str]) -> Proposals:
    frame = history.pooled.select([column(n) for n in (target, *inputs)])
    rows = frame.height - frame.get_column(target).null_count()
    if rows < LEAST_ROWS:
        return []
    probe = frame.head(HEAD_ROWS).drop_nulls(target).head(PROBE_ROWS)
    if probe.height < min(PROBE_ROWS, rows):
        probe = frame.drop_nulls(target).head(PROBE_ROWS)
    y = probe.get_column(target).to_list()
    starts = [n for n in inputs if _all(probe.get_column(n).to_list(), y, str.startswith)]
    ends = [n for n in inputs if _all(probe.get_column(n).to_list(), y, str.endswith)]
    for a in starts:
        for b in ends:
            separator = _separator(y, probe.get_column(a).to_list(), probe.get_column(b).to_list())
            if a != b and separator is not None and _joins_all(frame, target, (a, b), separator):
                evidence: dict[str, Json] = {"rows": rows, "files": history.files}
                parameters: dict[str, Json] = {"form": "concat", "separator": separator}
                rate = rare_upper(0, rows)
                columns = (target, a, b)
                return [Proposal("derived", columns, "high", parameters, evidence, row_rate=rate)]
    return []


def _all(parts: Sequence[str | None], y: Sequence[str], test: Callable[[str, str], bool]) -> bool:
    known = [(p, v) for p, v in zip(parts, y, strict=True) if p]
    return (
        len({p for p, _ in known}) > 1
        and len(known) == len(y)
        and all(test(v, p) for p, v in known)
    )


def _separator(y: Sequence[str], a: Sequence[str], b: Sequence[str]) -> str | None:
    found = {v[len(p) : len(v) - len(s)] for v, p, s in zip(y, a, b, strict=True)}
    return found.pop() if len(found) == 1 else None


def _joins_all(frame: pl.DataFrame, target: str, pair: tuple[str, str], separator: str) -> bool:
    both = frame.drop_nulls([target, *pair])
    joined = pl.concat_str([column(c) for c in pair], separator=separator)
    return bool(both.select((column(target) == joined).all()).item())
