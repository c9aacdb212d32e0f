"""What the analysis of time found, in words.

What belongs here: findings and their weights. A trend, season or old table is a fact; a gap, a
break and a period that is short or overfull ask for a look.
"""

from collections.abc import Iterator
from datetime import datetime

from dmaic_assets.analysis.finding import WEIGHTS, Finding, Weight
from dmaic_assets.analysis.values.temporal import (
    ChangePoint,
    Gap,
    GrainFacts,
    Series,
    TemporalValue,
    TimeColumn,
)
from dmaic_assets.model import Json
from dmaic_assets.table.spelled_numbers import are, plural

# Completeness below which the table's time is incomplete, and gravely so (R48).
_INCOMPLETE, _GRAVE = 0.8, 0.5
# Days of a gap from which it is grave (R48).
_LONG_DAYS = 90
# Due periods in a row from which a gap asks for a look; fewer are a holiday.
_GAP_PERIODS = 3
# Rows of a period over usual ones, or the reverse, from which it asks for a look.
_FAR = 2.0
# A change of level in standard deviations, and as a share of the level, that asks for a look.
_CLEAR_EFFECT, _CLEAR_SHARE = 2.0, 0.1
# A ratio of spreads, and a distance of distributions, that ask for a look.
_CLEAR_SPREAD, _CLEAR_DISTANCE = 1.5, 0.3
# Periods and changes that one sentence names: the value has all.
_NAMED = 5
# Rows after the present among all, up to which they are more likely wrong than planned.
_FEW_FUTURE = 0.05
_DAY = 86_400.0


def findings_of(table: str, value: TemporalValue) -> tuple[Finding, ...]:
    """All findings of a table, the gravest first; gaps and volumes of the main column only."""
    found: list[Finding] = []
    for name, column in value.columns.items():
        found.extend(_of_column(table, name, column))
        if name == value.main:
            found.extend(_of_main(table, name, column))
    for series in value.series:
        found.extend(_of_series(table, value.main or "", series))
    found.sort(key=lambda f: -WEIGHTS.index(f.weight))
    return tuple(found)


def _day(moment: datetime) -> str:
    text = moment.isoformat(sep=" ", timespec="minutes")
    return text.removesuffix(" 00:00")


def _step(seconds: float) -> str:
    """A distance in the longest unit that it is a whole number of."""
    for unit, length in (("day", _DAY), ("hour", 3600.0), ("minute", 60.0)):
        if seconds % length == 0:
            return plural(int(seconds / length), unit)
    return plural(round(seconds), "second")


def _of_column(table: str, name: str, c: TimeColumn) -> Iterator[Finding]:
    grain = f"grain {c.grain}"
    if c.grain == "irregular":
        steady = c.grain_confidence > 0
        grain = f"a time every {_step(c.interval)}" if steady else "no steady grain"
    span = (c.last - c.first).total_seconds() / _DAY
    text = f"{table}.{name} spans {_day(c.first)} to {_day(c.last)}, {grain}."
    yield Finding(table, (name,), "span", span, "d", text)
    if 0 < c.future_rows <= _FEW_FUTURE * c.rows:
        text = f"{table}.{name} has {c.future_rows:,} times after the time of the analysis."
        yield Finding(table, (name,), "future_rows", float(c.future_rows), "rows", text, "low")


def _of_main(table: str, name: str, c: TimeColumn) -> Iterator[Finding]:
    base = c.grains[0]
    if base.completeness < _INCOMPLETE and c.grain_confidence > 0:
        weight: Weight = "high" if base.completeness < _GRAVE else "medium"
        text = (
            f"{table} has rows in {base.present:,} of the {base.expected:,} {base.unit}s of "
            f"{name} in which some are due."
        )
        yield Finding(table, (name,), "completeness", base.completeness, "1", text, weight)
    for gap in c.gaps:
        yield _of_gap(table, name, c, gap)
    for facts in c.grains:
        yield from _of_grain(table, name, facts)
    yield from _of_freshness(table, name, c)
    if c.month_end_load is not None and c.month_end_load >= 1.5:
        text = (
            f"{table} has {c.month_end_load:.1f} times the usual rows at ends of months of {name}."
        )
        yield Finding(table, (name,), "month_end_load", c.month_end_load, "1", text)


def _of_gap(table: str, name: str, c: TimeColumn, gap: Gap) -> Finding:
    days = (gap.end - gap.start).total_seconds() / _DAY
    weight: Weight = "low" if gap.periods < _GAP_PERIODS else "medium"
    if days > _LONG_DAYS and c.unit in {"minute", "hour", "day"}:
        weight = "high"
    when = f"on {_day(gap.start)}" if gap.periods == 1 else f"{_day(gap.start)} to {_day(gap.end)}"
    due = f"{plural(gap.periods, c.unit)} of {name} that {are(gap.periods)} due"
    text = f"{table} has no rows for {due}: {when}."
    evidence = {"start": gap.start.isoformat(), "end": gap.end.isoformat(), "size": gap.weight}
    return Finding(table, (name,), "gap", float(gap.periods), f"{c.unit}s", text, weight, evidence)


def _of_grain(table: str, name: str, facts: GrainFacts) -> Iterator[Finding]:
    """One finding for the short periods of a length, one for the overfull, one for the others."""
    columns, unit = (name,), facts.unit
    if facts.incomplete:
        count = len(facts.incomplete)
        days = _some([_day(start) for start in facts.incomplete])
        text = f"{table} is incomplete in {plural(count, unit)} of {name}: from {days} on."
        starts: list[Json] = [start.isoformat() for start in facts.incomplete]
        evidence: dict[str, Json] = {"unit": unit, "starts": starts}
        yield Finding(
            table, columns, "period_incomplete", float(count), "periods", text, "low", evidence
        )
    grave = [p for p in facts.unusual if p.share >= _FAR]
    for periods in (grave, [p for p in facts.unusual if p.share < _FAR]):
        if not periods:
            continue
        farthest = max(periods, key=lambda p: max(p.share, 1 / max(p.share, 1e-9)))
        told = _some([f"{p.rows:,} from {_day(p.start)} ({p.share:.2f} times)" for p in periods])
        many = plural(len(periods), unit)
        text = f"{table} has an unusual number of rows in {many} of {name}: {told}."
        evidence = {"unit": unit, "starts": [p.start.isoformat() for p in periods]}
        weight: Weight = "medium" if periods is grave else "low"
        yield Finding(table, columns, "volume", farthest.share, "1", text, weight, evidence)


def _some(texts: list[str]) -> str:
    """The first of a list, and how many more there are."""
    more = len(texts) - _NAMED
    return ", ".join(texts[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def _of_freshness(table: str, name: str, c: TimeColumn) -> Iterator[Finding]:
    if not c.is_stale:
        return
    span = (c.last - c.first).total_seconds()
    usual = f"{c.interval / _DAY:,.3g}"
    days = "day" if usual == "1" else f"{usual} days"
    text = (
        f"{table} ends at {_day(c.last)} by {name}, {c.age / _DAY:,.1f} days before the time of "
        f"the analysis; rows usually come every {days}."
    )
    # A table that ended longer ago than it spans is an archive, not late.
    weight: Weight = "info" if c.age > span or c.grain == "irregular" else "low"
    yield Finding(table, (name,), "age", c.age / _DAY, "d", text, weight)


def _of_series(table: str, main: str, s: Series) -> Iterator[Finding]:
    columns = (s.measure,) if s.measure else (main,)
    what = f"The mean of {table}.{s.measure}" if s.measure else f"The number of rows of {table}"
    if s.season is not None:
        text = f"{what} per {s.unit} of {main} comes again every {s.season} periods."
        yield Finding(table, columns, "season_strength", s.season_strength, "1", text)
    if s.trend is not None:
        way = "rises" if s.trend > 0 else "falls"
        text = f"{what} per {s.unit} of {main} {way} steadily, by {abs(s.trend):.4g} over the span."
        yield Finding(table, columns, "trend", s.trend, "", text, "low")
    if s.changes:
        yield _of_changes(table, columns, f"{what} per {s.unit} of {main}", s)
    yield from _of_values(table, main, s)
    # Means of measures change their pattern with what is measured; rows with their source.
    weight: Weight = "info" if s.measure else "medium"
    for start in s.season_breaks:
        text = f"{what} per {s.unit} of {main} has another season from about {_day(start)} on."
        evidence = {"at": start.isoformat()}
        yield Finding(table, columns, "season_break", None, "1", text, weight, evidence)


def _of_values(table: str, main: str, s: Series) -> Iterator[Finding]:
    """Changes of spread and of distribution; a clear one asks for a look."""
    for change in s.spread_changes:
        low, high = sorted((change.before, change.after))
        weight: Weight = "medium" if high >= _CLEAR_SPREAD * low else "low"
        text = (
            f"{table}.{s.measure} spreads otherwise from {_day(change.at)} on: the standard "
            f"deviation within a {s.spread_unit} of {main} goes from about {change.before:.4g} to "
            f"{change.after:.4g}."
        )
        evidence = {"at": change.at.isoformat(), "before": change.before, "after": change.after}
        yield Finding(
            table, (s.measure,), "spread_shift", change.effect, "sd", text, weight, evidence
        )
    for moved in s.distribution_changes:
        weight = "medium" if moved.distance >= _CLEAR_DISTANCE else "low"
        text = (
            f"{table}.{s.measure} has another distribution from {_day(moved.at)} of {main} on "
            f"(Kolmogorov and Smirnov's distance {moved.distance:.2f})."
        )
        yield Finding(
            table,
            (s.measure,),
            "distribution_change",
            moved.distance,
            "1",
            text,
            weight,
            {"at": moved.at.isoformat()},
        )


def _of_changes(table: str, columns: tuple[str, ...], what: str, s: Series) -> Finding:
    """All changes of a series' level: each begins where the one before ended."""
    told = _some([f"{c.before:.4g} to {c.after:.4g} at {_day(c.at)}" for c in s.changes])
    text = f"{what} goes from about {told}, and stays there."
    changes: list[Json] = [
        {"at": c.at.isoformat(), "before": c.before, "after": c.after} for c in s.changes
    ]
    weight: Weight = "medium" if any(_is_clear(c, s) for c in s.changes) else "low"
    largest = max((c.effect for c in s.changes), key=abs)
    evidence: dict[str, Json] = {"changes": changes}
    return Finding(table, columns, "level_shift", largest, "sd", text, weight, evidence)


def _is_clear(change: ChangePoint, s: Series) -> bool:
    moved = abs(change.after - change.before)
    return change.effect >= _CLEAR_EFFECT and moved >= _CLEAR_SHARE * abs(s.mean)
