"""The likely cause of failing rows as the change that, undone, makes them pass.

What belongs here: the changes that are tried and how one is chosen. A cause is named only when
most of the failing rows pass every rule of the changed columns once it is undone, so that a
damage is recognised by what all rules know and not by one rule's guess.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import combinations

import polars as pl

from dmaic_assets.history.column_kinds import YEARS
from dmaic_assets.model import Rule
from dmaic_assets.phenomena.contract.rule_kind import FrameContext, RowKind, is_text
from dmaic_assets.phenomena.exchange.causes import swapped_cause
from dmaic_assets.phenomena.mapping.known_cases import known_cases
from dmaic_assets.phenomena.registry import KINDS
from dmaic_assets.phenomena.scale.causes import UNIT_FACTORS, unit_of
from dmaic_assets.table.notation.calendar_years import within_calendar
from dmaic_assets.table.text_table import column

# Share of failing rows that a change must cure to be the cause; the rest may have another.
CURED = 0.7
# Share of the rows whose undone values are known, below which a cure shows nothing.
LEAST_JUDGED = 0.3
# Columns that are tried: pairs of them grow with the square.
MOST_SUSPECTS = 6
# Kinds that compare rows with others of the file: a sample of the failing rows shows nothing.
_BETWEEN_ROWS = frozenset(
    {
        "unique",
        "duplicate_rows",
        "one_value",
        "window",
        "in_sequence",
        "functional_dependency",
        "scale_mix",
    }
)
# Kinds that a few factors could not satisfy by chance.
_TIGHT = frozenset({"derived", "mapping"})
_SIGNED = frozenset({*_TIGHT, "range_by"})
# Most rows must pass with one factor: a list of a few numbers, or a range by case, knows scales.
_SCALED = frozenset({*_TIGHT, "range_by", "in_set"})


@dataclass(frozen=True, slots=True)
class Change:
    """A change and how to undo it: columns and what they are replaced by."""

    cause: str
    undone: Mapping[str, pl.Expr]


class Tests:
    """What tells whether rows pass: the expressions of a file's row rules, each built once."""

    def __init__(self, rules: Sequence[Rule], ctx: FrameContext) -> None:
        self.rules = tuple(rules)
        self.ctx = ctx
        self._failing: dict[str, pl.Expr | None] = {}
        self._known: dict[str, pl.Expr | None] = {}

    def failing(self, rule: Rule) -> pl.Expr | None:
        """The rule's failing rows; None for a rule that a sample of rows shows nothing of."""
        if rule.id not in self._failing:
            kind = KINDS.get(rule.kind)
            found = None
            if isinstance(kind, RowKind) and rule.kind not in _BETWEEN_ROWS:
                is_usable = kind.obstacle(rule, self.ctx) is None
                found = kind.failing(rule, self.ctx) if is_usable else None
            self._failing[rule.id] = found
        return self._failing[rule.id]

    def unknown(self, rule: Rule, changed: AbstractSet[str]) -> pl.Expr | None:
        """Where a rule lets rows pass because it does not know their changed determinant."""
        if not changed & set(rule.columns[:-1]):
            return None
        if rule.id not in self._known:
            known = known_cases(rule)
            self._known[rule.id] = None if known is None else ~known.fill_null(value=False)
        return self._known[rule.id]


def undone_cause(
    rows: pl.DataFrame, rule: Rule, related: Sequence[Rule], tests: Tests
) -> str | None:
    """Names the change that, undone, makes the failing rows of a rule pass.

    Args:
        rows: Failing rows of the rule (some hundred at most), typed, with all columns.
        rule: The violated row rule.
        related: Other row rules that most of these rows fail.
        tests: The rules that a cured row has to pass.

    Returns:
        The cause, or None when no change cures at least `CURED` of the rows.
    """
    base = tests.failing(rule)
    if base is None:
        return None
    fails = _flags(rows, [base])
    if not fails.any():
        return None
    rows = rows.filter(fails)
    best: tuple[float, str | None] = (0.0, None)
    for change in _changes(rows, rule, related, tests.ctx):
        cured = _cured(rows, rule, change, tests)
        if cured >= CURED and cured > best[0]:
            best = cured, change.cause
    return best[1]


def _cured(rows: pl.DataFrame, rule: Rule, change: Change, tests: Tests) -> float:
    """The share of rows that pass the rules of the changed columns once the change is undone.

    Rows whose undone determinants are unknown show nothing and are left out; when most are, the
    share is 0.
    """
    names = frozenset(change.undone)
    changed = rows.with_columns(
        _as(tests.ctx.schema[name], expr).alias(name) for name, expr in change.undone.items()
    )
    # A value that is missing passes nearly every rule, and shows nothing.
    gone = [column(name).is_null() for name in names]
    if float(str(_flags(changed, _known(tests.failing(rule)) + gone).mean())) > 1 - CURED:
        return 0.0
    asked = [rule, *(r for r in tests.rules if r.id != rule.id and names & set(r.columns))]
    fails = _flags(changed, [*gone, *(f for r in asked for f in _known(tests.failing(r)))])
    unknown = [u for r in asked for u in _known(tests.unknown(r, names))]
    judged = ~_flags(changed, unknown) if unknown else pl.repeat(True, rows.height, eager=True)
    if float(str(judged.mean())) < LEAST_JUDGED:
        return 0.0
    return 1.0 - float(str(fails.filter(judged).mean()))


def _known(test: pl.Expr | None) -> list[pl.Expr]:
    return [] if test is None else [test]


def _as(dtype: pl.DataType, expr: pl.Expr) -> pl.Expr:
    """The values in the column's type; missing where they cannot be of it."""
    return (expr.round() if dtype.is_integer() else expr).cast(dtype, strict=False)


def _flags(rows: pl.DataFrame, tests: Sequence[pl.Expr]) -> pl.Series:
    failing = [test.fill_null(value=False).alias(str(i)) for i, test in enumerate(tests)]
    return rows.select(failing).select(pl.any_horizontal(pl.all())).to_series()


def _changes(
    rows: pl.DataFrame, rule: Rule, related: Sequence[Rule], ctx: FrameContext
) -> Iterator[Change]:
    """The changes that the rows may have gone through, those of one column first."""
    suspects = dict.fromkeys(c for r in (rule, *related) for c in r.columns if c in ctx.schema)
    names = list(suspects)[:MOST_SUSPECTS]
    for name in names:
        yield from _of_column(rows, name, ctx.schema[name])
        if ctx.schema[name].is_numeric() and _may_have_other_sign(rule, name):
            yield Change("sign change", {name: -column(name)})
        # A single number is nearly always cured by some unit.
        is_scaled = rows.height > 1 and _may_be_scaled(rule, name)
        if is_scaled and ctx.schema[name].is_numeric():
            yield from _of_units(name)
    for first, second in combinations(sorted(names, key=ctx.columns.index), 2):
        if _is_alike(ctx.schema[first], ctx.schema[second]):
            undone = {first: column(second), second: column(first)}
            yield Change(swapped_cause((first, second), ctx.columns), undone)


def _of_column(rows: pl.DataFrame, name: str, dtype: pl.DataType) -> Iterator[Change]:
    expr = column(name)
    if is_text(dtype):
        text = expr.cast(pl.String)
        for folded in (text.str.to_uppercase(), text.str.to_lowercase(), text.str.to_titlecase()):
            yield Change("case change", {name: folded})
        yield Change("whitespace", {name: text.str.strip_chars()})
    elif isinstance(dtype, pl.Date | pl.Datetime):
        for years in ("1y", "-1y"):
            yield Change("wrong period", {name: within_calendar(expr).dt.offset_by(years)})
    elif dtype.is_numeric():
        values = rows.get_column(name).drop_nulls()
        is_year = dtype.is_integer() and values.is_between(*YEARS).all() and len(values) > 0
        for years in (1, -1) if is_year else ():
            yield Change("wrong period", {name: expr + years})


def _may_have_other_sign(rule: Rule, name: str) -> bool:
    """Whether passing with the other sign is evidence: only for rules that know a sign."""
    if rule.kind == "range" and rule.columns == (name,):
        # A bound has a margin: what history has had says more of the sign.
        low = rule.evidence.get("least", rule.parameters.get("min"))
        high = rule.evidence.get("greatest", rule.parameters.get("max"))
        is_positive = isinstance(low, int | float) and low >= 0
        return is_positive or (isinstance(high, int | float) and high <= 0)
    return rule.kind in _SIGNED and name in rule.columns


def _may_be_scaled(rule: Rule, name: str) -> bool:
    """Whether passing in another unit is evidence: a number that only tells cases has none."""
    is_case = rule.kind in {"mapping", "range_by"} and name != rule.columns[-1]
    return rule.kind in _SCALED and name in rule.columns and not is_case


def _of_units(name: str) -> Iterator[Change]:
    for known in UNIT_FACTORS.values():
        for factor in (known, 1 / known):
            undone = {name: column(name) / factor}
            yield Change(f"unit change ({unit_of(factor)})", undone)


def _is_alike(first: pl.DataType, second: pl.DataType) -> bool:
    if first.is_numeric() and second.is_numeric():
        return True
    return first == second or (is_text(first) and is_text(second))
