"""Judgements in the order of time: run by run, day by day, point by point.

What belongs here: figures over time, and thinning them where there are more than can be seen.
"""

import math
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise
from statistics import stdev

from dmaic_assets.reports.views.monitor.files import (
    BANDS,
    bands_of,
    judged,
    mean_score,
    outcome_of,
)
from dmaic_assets.reports.views.monitor.view import (
    Course,
    Day,
    Direction,
    Performance,
    RunPoint,
    Timeline,
)
from dmaic_assets.store.ledger.record.judgements import Judgement, RunSpan

# Judgements whose pace is told together, and whose scores are compared (section 15).
PACE_WINDOW = 5
DEVIATION_WINDOW = 10
# Points of one line, and of the timeline: more than can be told apart in half of a window.
MOST_POINTS = 300
# Stretches of time of which the timeline shows the lowest score of each outcome.
_STRETCHES = 100
# Notes on the timeline: more would cover each other (section 14).
MOST_NOTES = 5
# Runs that the table of section 7 lists, the newest.
_RUNS_LISTED = 15
_EPOCH = date(1970, 1, 1)
_DAY_US = 86_400_000_000
# Share of score below which two days count as the same: what is shown has one digit of percent.
_SAME_SCORE = 0.0005


def run_points(found: Iterable[Judgement], runs: Iterable[RunSpan]) -> tuple[RunPoint, ...]:
    """Sums up the judgements of each run that judged files, oldest run first."""
    by_run: dict[str, list[Judgement]] = defaultdict(list)
    for judgement in found:
        by_run[judgement.run_id].append(judgement)
    return tuple(_point(run, by_run[run.run_id]) for run in runs if run.run_id in by_run)


def _point(run: RunSpan, own: Sequence[Judgement]) -> RunPoint:
    pace = 60 * len(own) / run.elapsed_s if run.elapsed_s else None
    passed = sum(j.decision != "reject" for j in own)
    return RunPoint(
        run_id=run.run_id,
        started_at=run.started_at,
        elapsed_s=run.elapsed_s,
        files=len(own),
        passed=passed,
        pass_rate=passed / len(own),
        rows=sum(j.rows for j in own),
        mean_score=mean_score(own),
        files_per_minute=pace,
    )


def performance(files: Iterable[Judgement], runs: Sequence[RunPoint]) -> Performance:
    """Sums up how fast runs were, and how files scored."""
    ended = [r for r in runs if r.elapsed_s]
    elapsed = sum(r.elapsed_s or 0.0 for r in ended)
    return Performance(
        files_per_minute=60 * sum(r.files for r in ended) / elapsed if elapsed else None,
        rows_per_second=sum(r.rows for r in ended) / elapsed if elapsed else None,
        bands=bands_of(files, BANDS),
        runs=tuple(reversed(runs[-_RUNS_LISTED:])),
    )


def days_of(found: Iterable[Judgement]) -> tuple[Day, ...]:
    """Sums up the judgements of each day in UTC, oldest first; days without any are left out."""
    by_day: dict[int, list[Judgement]] = defaultdict(list)
    for judgement in found:
        by_day[judgement.at_us // _DAY_US].append(judgement)
    days: list[Day] = []
    before: float | None = None
    for number in sorted(by_day):
        own = by_day[number]
        scores = [j.score for j in own if j.score is not None and j.rows]
        mean = mean_score(own)
        days.append(
            Day(
                day=(_EPOCH + timedelta(days=number)).isoformat(),
                judgements=len(own),
                failed=sum(j.decision == "reject" for j in own),
                mean=mean,
                least=min(scores, default=None),
                most=max(scores, default=None),
                direction=_direction(before, mean),
            )
        )
        before = before if mean is None else mean
    return tuple(days)


def _direction(before: float | None, mean: float | None) -> Direction:
    if before is None or mean is None:
        return "first"
    if abs(mean - before) < _SAME_SCORE:
        return "same"
    return "up" if mean > before else "down"


def timeline(found: Sequence[Judgement]) -> Timeline:
    """Picks the judgements that the timeline shows, in the order of recording."""
    shown = found if len(found) <= MOST_POINTS else _lowest(found)
    failed = [(j.score or 0.0, -place) for place, j in enumerate(shown) if j.decision == "reject"]
    notes = sorted(-place for _, place in sorted(failed)[:MOST_NOTES])
    return Timeline(len(found), tuple(map(judged, shown)), tuple(notes))


def _lowest(found: Sequence[Judgement]) -> list[Judgement]:
    """Of each stretch of time the lowest score of each outcome: no low point is lost."""
    first, last = min(j.at_us for j in found), max(j.at_us for j in found)
    width = max(1, last - first + 1)
    lowest: dict[tuple[int, str], Judgement] = {}
    for judgement in found:
        stretch = (judgement.at_us - first) * _STRETCHES // width
        key = (stretch, outcome_of(judgement))
        kept = lowest.get(key)
        if kept is None or (judgement.score or 0.0) < (kept.score or 0.0):
            lowest[key] = judgement
    return sorted(lowest.values(), key=lambda j: j.verdict_id)


def course(found: Sequence[Judgement]) -> Course:
    """Follows four figures from judgement to judgement."""
    step = max(1, math.ceil(len(found) / MOST_POINTS))
    # Every step-th, counted from the newest, so that the last point is how things stand.
    places = range((len(found) - 1) % step, len(found), step) if found else range(0)
    means, rates = _cumulative(found)
    return Course(
        step=step,
        numbers=tuple(place + 1 for place in places),
        moments=tuple(found[place].at for place in places),
        mean_score=tuple(means[place] for place in places),
        pass_rate=tuple(rates[place] for place in places),
        files_per_minute=tuple(_pace(found, place) for place in places),
        deviation=_deviations(found, places),
    )


def _cumulative(found: Iterable[Judgement]) -> tuple[list[float | None], list[float]]:
    means: list[float | None] = []
    rates: list[float] = []
    total, rows, passed = 0.0, 0, 0
    for number, judgement in enumerate(found, start=1):
        if judgement.score is not None:
            total += judgement.score * judgement.rows
            rows += judgement.rows
        passed += judgement.decision != "reject"
        means.append(total / rows if rows else None)
        rates.append(passed / number)
    return means, rates


def _pace(found: Sequence[Judgement], place: int) -> float | None:
    """Files per minute over the last five judgements, if one run gave them all."""
    first = place - PACE_WINDOW + 1
    if first < 0 or any(a.run_id != b.run_id for a, b in pairwise(found[first : place + 1])):
        return None
    elapsed_us = found[place].at_us - found[first].at_us
    return (PACE_WINDOW - 1) * 60e6 / elapsed_us if elapsed_us > 0 else None


def _deviations(found: Sequence[Judgement], places: range) -> tuple[float | None, ...]:
    """Deviations of the last ten scores at these places; what could not be read has none."""
    wanted = set(places)
    window: deque[float] = deque(maxlen=DEVIATION_WINDOW)
    deviations: list[float | None] = []
    for place, judgement in enumerate(found):
        if judgement.score is not None:
            window.append(judgement.score)
        if place in wanted:
            is_full = len(window) == DEVIATION_WINDOW
            deviations.append(stdev(window) if is_full else None)
    return tuple(deviations)
