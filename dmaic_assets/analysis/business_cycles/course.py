"""How cases fare: completed, abandoned or stalled; stages skipped; waits and cycle times.

What belongs here: the figures of one cycle. Which columns they are from, `forms` knows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

import polars as pl

from dmaic_assets.analysis.business_cycles.forms import Cases
from dmaic_assets.analysis.values.business_cycles import Cycle, Disorder, Health, Stage

# Completion above which a cycle is healthy, and below which it is a warning: dq inventory R63.
_HEALTHY, _WARNING = 0.8, 0.5
# A stage is usual where half of the cases that came further went through it.
_USUAL = 0.5
# An open case is stalled when it waits longer than 99 of 100 waited, of 20 at least.
_LONGEST, _FEWEST_WAITS = 0.99, 20
_S = 1_000_000.0
# Forms whose labels are named after what happened: some of them end a case.
_NAMED = frozenset({"events", "tables"})


@dataclass(frozen=True)
class _Ends:
    """How each case ended, and the labels that end one."""

    completed: pl.Series
    abandoned: pl.Series
    labels: tuple[str, ...]


def cycle_of(table: str, cases: Cases) -> Cycle:
    """Measures the cases of a table."""
    return _of_status(table, cases) if cases.form == "status" else _of_times(table, cases)


def _of_times(table: str, cases: Cases) -> Cycle:
    times, labels = cases.times, cases.labels
    ends = _ends(cases)
    steps = [name for name in labels if name not in _abandoning(cases)]
    frame = times.select(steps)
    waits = _waits(frame, steps)
    is_open = ~(ends.completed | ends.abandoned)
    newest = times.select(pl.max_horizontal(list(labels)).max()).item()
    stalled = _stalled(frame, steps, is_open, newest, waits)
    skips = {name: _skipped(frame, steps, name) for name in steps}
    usual = {name: _is_usual(frame, steps, name, skips[name]) for name in steps}
    stages = tuple(
        _stage(frame.get_column(n), cases, (skips[n], stalled[n]), usual[n], waits[n])
        for n in steps
    )
    took = _took(frame, steps, ends)
    return Cycle(
        table=table,
        kind=cases.reading.kind if cases.reading else None,
        form=cases.form,
        case_column=cases.case_column,
        stage_column=cases.stage_column,
        columns=_columns(cases),
        stages=stages,
        cases=frame.height,
        completed=int(ends.completed.sum()),
        abandoned=int(ends.abandoned.sum()),
        stalled=int(_any(list(stalled.values()), frame.height).sum()),
        skipped=int(_any([skips[n] for n in steps if usual[n]], frame.height).sum()),
        out_of_order=int(_out_of_order(frame, steps).sum()),
        reworked=cases.repeated,
        cycle_median_s=_quantile(took, 0.5),
        cycle_mean_s=_mean(took),
        cycle_p90_s=_quantile(took, 0.9),
        health=_health(int(ends.completed.sum()) / max(frame.height, 1)),
        confidence=max(0.5, cases.reading.share if cases.reading else 0.0),
        ends=ends.labels,
        tables=cases.tables,
        disorder=_disorder(cases, frame, steps),
    )


def _took(frame: pl.DataFrame, steps: Sequence[str], ends: _Ends) -> pl.Series:
    """Seconds from the first stage to the end, of completed cases."""
    first = frame.select(pl.min_horizontal(steps)).to_series()
    last = [name for name in steps if name in ends.labels] or list(steps)
    end = frame.select(pl.max_horizontal(last)).to_series()
    return (end - first).filter(ends.completed).dt.total_microseconds().drop_nulls() / _S


def _columns(cases: Cases) -> tuple[str, ...]:
    named = [name for name in (cases.case_column, cases.stage_column) if name]
    return (*named, *(cases.labels if cases.form == "stamps" else ()))


def _abandoning(cases: Cases) -> frozenset[str]:
    """Labels that end a case without completing it: never of stages that complete it."""
    if cases.reading is None or cases.form not in _NAMED:
        return frozenset()
    return (cases.reading.abandoned - cases.reading.completed) & frozenset(cases.labels)


def _ends(cases: Cases) -> _Ends:
    """Ends by a status where one says so, else by stages called ends, else by the last stage."""
    reading, height = cases.reading, cases.times.height
    none = pl.repeat(False, height, dtype=pl.Boolean, eager=True)
    final = _final_statuses(cases)
    if cases.status is not None and reading is not None and final and cases.form != "tables":
        completed = cases.status.is_in(sorted(final)).fill_null(False)
        abandoned = cases.status.is_in(sorted(reading.abandoned)).fill_null(False)
        return _Ends(completed, abandoned & ~completed, _last_stages(cases))
    abandoned = none
    if cases.status is not None and reading is not None:
        abandoned = cases.status.is_in(sorted(reading.abandoned)).fill_null(False)
    ending = _abandoning(cases)
    if ending:
        met = pl.any_horizontal(pl.col(n).is_not_null() for n in sorted(ending))
        abandoned |= cases.times.select(met).to_series()
    labels = _last_stages(cases)
    reached = cases.times.select(
        pl.any_horizontal(pl.col(n).is_not_null() for n in labels)
    ).to_series()
    return _Ends(reached & ~abandoned, abandoned, labels)


def _final_statuses(cases: Cases) -> frozenset[str]:
    """Statuses that complete a case; one whose time is followed by another's mostly does not."""
    reading = cases.reading
    if reading is None or cases.status is None:
        return frozenset()
    column_of = {stage: name for name, (_, stage) in reading.stages.items()}
    passing: set[str] = set()
    for status in reading.completed:
        _, stage = cases.stages_of_status.get(status, (0, ""))
        column = column_of.get(stage)
        if column is not None and _goes_on(cases, column, cases.labels[-1:]):
            passing.add(status)
    return reading.completed - passing


def _goes_on(cases: Cases, name: str, ends: Sequence[str]) -> bool:
    """Tells whether most cases that reach a stage reach one of the others after it."""
    there = cases.times.filter(pl.col(name).is_not_null())
    later = there.select(pl.any_horizontal(pl.col(n) > pl.col(name) for n in ends).sum()).item()
    return there.height > 0 and int(later or 0) / there.height >= _USUAL


def _last_stages(cases: Cases) -> tuple[str, ...]:
    """The stages that complete a case: the last one, and those before it that are called so.

    A stage called an end after which most cases go on is none: who ships is not done yet.
    """
    steps = [name for name in cases.labels if name not in _abandoning(cases)]
    known = cases.reading.completed if cases.reading and cases.form in _NAMED else frozenset[str]()
    ends = [steps[-1]]
    for name in reversed(steps[:-1]):
        if name in known and not _goes_on(cases, name, ends):
            ends.append(name)
    return tuple(ends[::-1])


def _waits(frame: pl.DataFrame, steps: Sequence[str]) -> Mapping[str, pl.Series]:
    """Seconds from the latest event before each stage to the stage."""
    found: dict[str, pl.Series] = {}
    for place, name in enumerate(steps):
        if not place:
            found[name] = pl.Series([], dtype=pl.Float64)
            continue
        before = pl.max_horizontal(
            pl.when(pl.col(n) <= pl.col(name)).then(pl.col(n)) for n in steps[:place]
        )
        took = frame.select((pl.col(name) - before).dt.total_microseconds() / _S).to_series()
        found[name] = took.drop_nulls()
    return found


def _stalled(
    frame: pl.DataFrame,
    steps: Sequence[str],
    is_open: pl.Series,
    newest: datetime | None,
    waits: Mapping[str, pl.Series],
) -> Mapping[str, pl.Series]:
    """Open cases by the stage they stand in, whose wait is longer than that for any next stage."""
    none = pl.repeat(False, frame.height, dtype=pl.Boolean, eager=True)
    last = frame.select(pl.max_horizontal(steps)).to_series()
    found: dict[str, pl.Series] = {}
    age = (pl.repeat(newest, frame.height, dtype=last.dtype, eager=True) - last).dt
    seconds = age.total_microseconds() / _S
    for place, name in enumerate(steps):
        next_waits = [waits[n] for n in steps[place + 1 :] if len(waits[n]) >= _FEWEST_WAITS]
        limit = _quantile(next_waits[0], _LONGEST) if next_waits else None
        if limit is None:
            found[name] = none
            continue
        # Of stages reached at the same time a case stands in the last one.
        later = [pl.col(n) == pl.col(name) for n in steps[place + 1 :]]
        stands = (frame.get_column(name) == last).fill_null(False)
        if later:
            stands &= ~frame.select(pl.any_horizontal(later).fill_null(False)).to_series()
        found[name] = (is_open & stands & (seconds > limit)).fill_null(False)
    return found


def _skipped(frame: pl.DataFrame, steps: Sequence[str], name: str) -> pl.Series:
    """Cases that reached a later stage without this one."""
    later = steps[steps.index(name) + 1 :]
    if not later:
        return pl.repeat(False, frame.height, dtype=pl.Boolean, eager=True)
    came_further = pl.any_horizontal(pl.col(n).is_not_null() for n in later)
    return frame.select(came_further & pl.col(name).is_null()).to_series()


def _is_usual(frame: pl.DataFrame, steps: Sequence[str], name: str, skipped: pl.Series) -> bool:
    later = steps[steps.index(name) + 1 :]
    if not later:
        return True
    further = frame.select(pl.any_horizontal(pl.col(n).is_not_null() for n in later).sum()).item()
    return not further or 1 - int(skipped.sum()) / int(further) >= _USUAL


def _out_of_order(frame: pl.DataFrame, steps: Sequence[str]) -> pl.Series:
    """Cases in which a stage has an earlier time than one before it."""
    met = [
        pl.col(name) < pl.max_horizontal(steps[:place]) for place, name in enumerate(steps) if place
    ]
    return frame.select(pl.any_horizontal(m.fill_null(False) for m in met)).to_series()


def _disorder(cases: Cases, frame: pl.DataFrame, steps: Sequence[str]) -> tuple[Disorder, ...]:
    """The pairs of stages that cases met the other way round, the most cases first."""
    found: list[Disorder] = []
    for first, then in combinations(steps, 2):
        rows = (frame.get_column(then) < frame.get_column(first)).fill_null(False).arg_true()
        if len(rows):
            row = int(rows[0]) if cases.form == "tables" else None
            names = (cases.at.get(first, first), cases.at.get(then, then))
            found.append(Disorder(*names, len(rows), row))
    return tuple(sorted(found, key=lambda one: -one.cases))


def _any(masks: Sequence[pl.Series], height: int) -> pl.Series:
    found = pl.repeat(False, height, dtype=pl.Boolean, eager=True)
    for mask in masks:
        found = found | mask
    return found


def _stage(
    times: pl.Series,
    cases: Cases,
    masks: tuple[pl.Series, pl.Series],
    is_usual: bool,  # noqa: FBT001 - a fact of the stage
    waits: pl.Series,
) -> Stage:
    """One stage; `masks` are the cases that skipped it, and that stalled in it."""
    reached = len(times) - times.null_count()
    words = cases.reading.stages.get(times.name) if cases.reading else None
    return Stage(
        label=times.name,
        words=words[1] if words else None,
        reached=reached,
        reached_share=reached / max(len(times), 1),
        skipped=int(masks[0].sum()),
        is_usual=is_usual,
        stalled=int(masks[1].sum()),
        wait_median_s=_quantile(waits, 0.5),
        wait_p90_s=_quantile(waits, 0.9),
    )


def _of_status(table: str, cases: Cases) -> Cycle:
    """What a status alone tells: where cases stand, and how many have ended."""
    reading, status = cases.reading, cases.status
    values = status if status is not None else pl.Series([], dtype=pl.String)
    completed = reading.completed if reading else frozenset[str]()
    abandoned = (reading.abandoned if reading else frozenset[str]()) - completed
    counts = {name: int((values == name).sum()) for name in cases.labels}
    cased = len(values)
    stages = tuple(
        Stage(n, (reading.stages.get(n) or (0, None))[1] if reading else None, counts[n],
              counts[n] / max(cased, 1), 0, True, 0, None, None)
        for n in cases.labels
    )  # fmt: skip
    done = sum(counts[name] for name in completed)
    return Cycle(
        table=table,
        kind=reading.kind if reading else None,
        form="status",
        case_column=None,
        stage_column=cases.stage_column,
        columns=_columns(cases),
        stages=stages,
        cases=cased,
        completed=done,
        abandoned=sum(counts[name] for name in abandoned),
        stalled=0,
        skipped=0,
        out_of_order=0,
        reworked=0,
        cycle_median_s=None,
        cycle_mean_s=None,
        cycle_p90_s=None,
        health=_health(done / max(cased, 1)),
        confidence=reading.share if reading else 0.0,
        ends=tuple(sorted(completed)),
    )


def _health(rate: float) -> Health:
    if rate > _HEALTHY:
        return "healthy"
    return "warning" if rate < _WARNING else "fair"


def _quantile(values: pl.Series, share: float) -> float | None:
    found = values.quantile(share, "linear")
    return None if found is None else float(found)


def _mean(values: pl.Series) -> float | None:
    found = values.mean()
    return float(found) if isinstance(found, float) else None
