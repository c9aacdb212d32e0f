"""How everything stands this morning: did it arrive, what is held, what gets worse, what first.

What belongs here: putting what the ledger and the charts know of each source side by side, in a
number of statements that depends neither on sources nor on files.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from dmaic_assets.model import SEVERITIES, Severity
from dmaic_assets.reports.views.alarms import StandingAlarm, read_control
from dmaic_assets.reports.views.first_steps import (
    FirstStep,
    in_order,
    step_of_alarms,
    step_of_overdue,
    step_of_unpublished,
    step_of_waiting,
    step_of_worse,
    steps_of_groups,
)
from dmaic_assets.reports.views.getting_worse import worse_scores, worse_sigma
from dmaic_assets.reports.views.held import HeldView, read_held
from dmaic_assets.reports.views.runs import RunEntry, run_entry
from dmaic_assets.settings.project import SourceSettings
from dmaic_assets.store.ledger.record.metrics import RunValue, newest_courses
from dmaic_assets.store.ledger.record.run_tags import tags_by_run
from dmaic_assets.store.ledger.record.runs import list_runs
from dmaic_assets.store.ledger.record.scores import score_of_rows
from dmaic_assets.store.ledger.record.standings import (
    NewestFile,
    SourceCounts,
    newest_files,
    source_counts,
)
from dmaic_assets.table.read.discovery import landing_folders
from dmaic_assets.work.run.owed import left_unpublished
from dmaic_assets.work.run.platform import Platform
from dmaic_assets.work.state.freshness import Freshness, freshness_of

ArrivalState: TypeAlias = Literal["in time", "overdue", "nothing expected", "no file yet"]
# Points of a course that is drawn beside a source: a month of daily files.
_COURSE = 30


@dataclass(frozen=True, slots=True)
class Arriving:
    """Whether the files of a source come as expected; `says` is one line for people."""

    state: ArrivalState
    says: str
    overdue_s: float
    freshness: Freshness


@dataclass(frozen=True, slots=True)
class SourceStanding:
    """How one source stands. Scores are in [0, 1], sigma levels as usual; oldest first.

    `counts` is None before the first file. `worse` says what gets worse, empty where nothing does.
    `open_alarms` are those that nobody answered; None before Control ran over the source.
    """

    source: str
    criticality: Severity
    owner: str | None
    arriving: Arriving
    counts: SourceCounts | None
    newest: NewestFile | None
    scores: tuple[float, ...]
    sigmas: tuple[RunValue, ...]
    open_alarms: int | None
    worse: tuple[str, ...]
    first: FirstStep | None

    @property
    def sigma(self) -> float | None:
        """The newest sigma level; None while none was measured."""
        return self.sigmas[-1].value if self.sigmas else None


@dataclass(frozen=True, slots=True)
class Totals:
    """All sources together; `overdue` and `worse` count sources, `score` is weighted by rows."""

    sources: int
    files: int
    held: int
    split: int
    waiting: int
    rows: int
    accepted: int
    expected: int
    overdue: int
    open_alarms: int
    worse: int
    score: float | None


@dataclass(frozen=True, slots=True)
class OverviewView:
    """The project at one moment; sources that need a person come first.

    `steps` is everything that waits, most pressing first. `running` are runs at work.
    """

    project: str
    at: datetime
    totals: Totals
    sources: tuple[SourceStanding, ...]
    held: HeldView
    steps: tuple[FirstStep, ...]
    last_run: RunEntry | None
    running: tuple[RunEntry, ...]
    unpublished: tuple[str, ...]

    @property
    def sources_by_name(self) -> tuple[SourceStanding, ...]:
        """The sources by name, for those who look one up."""
        return tuple(sorted(self.sources, key=lambda standing: standing.source))


def read_overview(platform: Platform) -> OverviewView:
    """Reads how every source stands that is declared, has a folder, or has a file.

    Raises:
        BadInputError: A file of answers to alarms cannot be read.
        StoreError: An output of Control is gone.
    """
    ledger, now = platform.ledger, platform.clock()
    facts = _read_facts(platform)
    declared = (source.name for source in platform.settings.sources)
    names = sorted({*facts.counts, *declared, *landing_folders(platform.paths.incoming)})
    settings = {name: platform.settings.source(name) for name in names}
    held = read_held(platform)
    fresh = {f.source: f for f in freshness_of(platform, names)}
    unpublished = tuple(owed.run_id for owed in left_unpublished(platform))
    steps = [step_of_unpublished(run_id) for run_id in unpublished]
    steps += steps_of_groups(held.groups)
    for name in names:
        steps += _steps(settings[name], facts, fresh[name], now)
    ordered = in_order(steps)
    sources = [_standing(settings[name], facts, fresh[name], ordered, now) for name in names]
    order = {step.source: at for at, step in reversed([*enumerate(ordered)])}
    sources.sort(key=lambda s: (order.get(s.source, len(ordered)), _rank(s), s.source))
    newest, tags = list_runs(ledger, 1), tags_by_run(ledger)
    running = list_runs(ledger, None, status="running")
    return OverviewView(
        project=platform.settings.dmaic.project,
        at=now,
        totals=_totals(sources),
        sources=tuple(sources),
        held=held,
        steps=ordered,
        last_run=run_entry(newest[0], tags.get(newest[0].run_id, ())) if newest else None,
        running=tuple(run_entry(r, tags.get(r.run_id, ())) for r in running),
        unpublished=unpublished,
    )


@dataclass(frozen=True, slots=True)
class _Facts:
    counts: Mapping[str, SourceCounts]
    newest: Mapping[str, Sequence[NewestFile]]
    courses: Mapping[str, Mapping[str, Sequence[RunValue]]]
    alarms: Mapping[str, Sequence[StandingAlarm]]

    def scores(self, source: str) -> tuple[float, ...]:
        return tuple(f.score for f in self.newest.get(source, ()) if f.score is not None)

    def worse(self, source: str) -> tuple[str, ...]:
        course = self.courses.get(source, {})
        # What is held is told already.
        let_in = [f for f in self.newest.get(source, ()) if f.disposition != "rejected"]
        told = (
            worse_scores([f.score for f in let_in if f.score is not None]),
            worse_sigma(course.get("sigma", ()), course.get("sigma_se", ())),
        )
        return tuple(text for text in told if text)


def _read_facts(platform: Platform) -> _Facts:
    ledger = platform.ledger
    return _Facts(
        counts={found.source: found for found in source_counts(ledger)},
        newest=newest_files(ledger, _COURSE),
        courses=newest_courses(ledger, "measure", ("sigma", "sigma_se"), limit=_COURSE),
        alarms={
            control.source: [alarm for alarm in control.alarms if alarm.is_open]
            for control in read_control(platform)
        },
    )


def _steps(
    settings: SourceSettings, facts: _Facts, fresh: Freshness, now: datetime
) -> list[FirstStep]:
    name, criticality = settings.name, settings.criticality
    counts, alarms = facts.counts.get(name), facts.alarms.get(name, ())
    found = [step_of_worse(name, criticality, text) for text in facts.worse(name)]
    if counts and counts.waiting:
        found.append(step_of_waiting(name, criticality, counts.waiting))
    if fresh.overdue_since(now):
        found.append(step_of_overdue(name, criticality, _says(fresh, now), settings.owner))
    if alarms:
        found.append(step_of_alarms(name, criticality, alarms))
    return found


def _standing(
    settings: SourceSettings,
    facts: _Facts,
    fresh: Freshness,
    steps: Sequence[FirstStep],
    now: datetime,
) -> SourceStanding:
    name = settings.name
    newest, alarms = facts.newest.get(name, ()), facts.alarms.get(name)
    return SourceStanding(
        source=name,
        criticality=settings.criticality,
        owner=settings.owner,
        arriving=_arriving(fresh, now),
        counts=facts.counts.get(name),
        newest=newest[-1] if newest else None,
        scores=facts.scores(name),
        sigmas=tuple(facts.courses.get(name, {}).get("sigma", ())),
        open_alarms=None if alarms is None else len(alarms),
        worse=facts.worse(name),
        first=next((step for step in steps if step.source == name), None),
    )


def _arriving(fresh: Freshness, now: datetime) -> Arriving:
    if fresh.overdue_since(now):
        state: ArrivalState = "overdue"
    elif fresh.late_after is not None:
        state = "in time"
    else:
        state = "nothing expected" if fresh.last_at else "no file yet"
    return Arriving(state, _says(fresh, now), fresh.overdue_s(now), fresh)


def _says(fresh: Freshness, now: datetime) -> str:
    return fresh.sentence(now).removeprefix(f"{fresh.source}: ")


def _rank(standing: SourceStanding) -> int:
    return SEVERITIES.index(standing.criticality)


def _totals(sources: Sequence[SourceStanding]) -> Totals:
    counts = [s.counts for s in sources if s.counts is not None]
    states = [s.arriving.state for s in sources]
    return Totals(
        sources=len(sources),
        files=sum(c.files for c in counts),
        held=sum(c.held for c in counts),
        split=sum(c.split for c in counts),
        waiting=sum(c.waiting for c in counts),
        rows=sum(c.rows for c in counts),
        accepted=sum(c.accepted for c in counts),
        expected=states.count("in time") + states.count("overdue"),
        overdue=states.count("overdue"),
        open_alarms=sum(s.open_alarms or 0 for s in sources),
        worse=sum(bool(s.worse) for s in sources),
        score=score_of_rows((c.score, c.rows) for c in counts),
    )
