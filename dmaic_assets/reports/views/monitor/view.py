"""What the monitor shows, as data: fifteen sections from the data quality log.

What belongs here: the forms. `read.py` fills them; the page, the API, the export and the command
line show them. Shares and scores are in [0, 1]; None where there is nothing to divide by.

A *judgement* is what one run said of one file. A file may be judged by many runs: figures of files
take its newest judgement, figures over time take them all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from dmaic_assets.model import Json, Severity
from dmaic_assets.store.ledger.record.judgements import Watermark
from dmaic_assets.store.ledger.record.verdicts import LogStatus

Direction: TypeAlias = Literal["first", "up", "down", "same"]
FreshState: TypeAlias = Literal["overdue", "stale", "notice", "fresh", "not expected"]
# The word for a file that could not be read stands beside the gate's decisions.
Outcome: TypeAlias = Literal["accept", "quarantine", "reject", "unreadable"]
OUTCOMES: tuple[Outcome, ...] = ("accept", "quarantine", "reject", "unreadable")


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting by its dotted key, and whether it is what nobody had to write."""

    key: str
    value: Json
    is_default: bool


@dataclass(frozen=True, slots=True)
class SourceLine:
    """How one source is configured, in words."""

    source: str
    criticality: Severity
    schedule: str
    owner: str | None
    overall_threshold: float


@dataclass(frozen=True, slots=True)
class SourceWatermarks:
    """How far a source has come: its files by what became of them, and the newest ten."""

    source: str
    files: Mapping[str, int]
    newest: tuple[Watermark, ...]


@dataclass(frozen=True, slots=True)
class JudgedFile:
    """One judgement of one file."""

    source: str
    file_sha256: str
    name: str
    run_id: str
    status: LogStatus
    outcome: Outcome
    score: float | None
    rows: int
    accepted: int
    quarantined: int
    judged_at: datetime


@dataclass(frozen=True, slots=True)
class RunPoint:
    """What one run's judgements came to; `files_per_minute` is None while it runs.

    A file passed when it was stored, whole or without its failing rows.
    """

    run_id: str
    started_at: datetime
    elapsed_s: float | None
    files: int
    passed: int
    pass_rate: float
    rows: int
    mean_score: float | None
    files_per_minute: float | None


@dataclass(frozen=True, slots=True)
class Board:
    """The quality board. A file passed when its newest judgement did not hold it.

    `held_now` counts the files that lie in quarantine at this moment, whatever the time span.
    `mean_score` is weighted by rows, here and below.
    """

    judgements: int
    files: int
    passed: int
    failed: int
    errors: int
    pass_rate: float | None
    outcomes: Mapping[Outcome, int]
    rows: int
    accepted: int
    quarantined: int
    accepted_share: float | None
    mean_score: float | None
    held_now: int
    newest: tuple[JudgedFile, ...]
    trend: tuple[RunPoint, ...]


@dataclass(frozen=True, slots=True)
class AlertLine:
    """One alert, the channels that told it and that it waits for, and what they are sent.

    `source` is "" for a whole run.
    """

    severity: Severity
    kind: str
    source: str
    run_id: str | None
    title: str
    raised_at: datetime
    told: tuple[str, ...]
    waiting: tuple[str, ...]
    payload: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Alerts:
    """The alerts: how many of each severity, gravest first, and the newest.

    Where alerts are off, `is_on` is false, and they are those that the held files would make.
    """

    is_on: bool
    counts: Mapping[Severity, int]
    newest: tuple[AlertLine, ...]


@dataclass(frozen=True, slots=True)
class BreakCount:
    """How often something was broken: a column, or a rule; `rows` fail it in these files."""

    name: str
    files: int
    rows: int
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class FailedFile:
    """A file whose newest judgement is not spotless, and where it sits in the heat map.

    `cells` are places (column, kind of rule) by number; `reason` is the first thing that is said.
    """

    file: JudgedFile
    reason: str
    cells: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class HeatMap:
    """In how many files each kind of rule was broken on each column: `files[column][kind]`.

    `left_out` counts what lies outside the columns and kinds that are shown.
    """

    columns: tuple[str, ...]
    kinds: tuple[str, ...]
    files: tuple[tuple[int, ...], ...]
    rows: tuple[tuple[int, ...], ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class Failures:
    """What is broken, in the newest judgement of each file.

    `files` counts the files with a broken rule or rows set apart, `looked_at` those of them, the
    newest, whose rules were counted; `listed` are the newest of these.
    """

    files: int
    looked_at: int
    columns: tuple[BreakCount, ...]
    rules: tuple[BreakCount, ...]
    heat: HeatMap
    listed: tuple[FailedFile, ...]


@dataclass(frozen=True, slots=True)
class Performance:
    """How fast files were judged, and how they scored.

    `files_per_minute` is over all runs that judged files and have ended. `bands` counts files by
    score: 100, 95-99, 90-94, below 90, and those without a score.
    """

    files_per_minute: float | None
    rows_per_second: float | None
    bands: Mapping[str, int]
    runs: tuple[RunPoint, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """The judgements of one day in UTC, and where their mean score went since the day before."""

    day: str
    judgements: int
    failed: int
    mean: float | None
    least: float | None
    most: float | None
    direction: Direction


@dataclass(frozen=True, slots=True)
class SourceFreshness:
    """How old a source's newest file is, judged against its own cadence where one is known.

    `expected` spells the cadence; None where none is known, and then 12 and 24 hours decide.
    """

    source: str
    state: FreshState
    last_at: datetime | None
    age_h: float | None
    expected: str | None
    late_after: datetime | None
    evidence: str


@dataclass(frozen=True, slots=True)
class Segment:
    """Files of one source, outcome and score band: a leaf of the sunburst."""

    source: str
    outcome: Outcome
    band: str
    files: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """Judgements over time. Of many only the lowest score of each outcome and stretch is shown.

    `annotated` are places in `points`, at most five: the lowest of those that failed.
    """

    judgements: int
    points: tuple[JudgedFile, ...]
    annotated: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """Four figures after each judgement, or after each `step`-th where there are many.

    `numbers` counts judgements from 1. `deviation` is the standard deviation of the last ten
    scores (n - 1), `files_per_minute` the pace of the last five judgements of the same run; each
    is None as long as there are fewer.
    """

    step: int
    numbers: tuple[int, ...]
    moments: tuple[datetime, ...]
    mean_score: tuple[float | None, ...]
    pass_rate: tuple[float, ...]
    files_per_minute: tuple[float | None, ...]
    deviation: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class MonitorView:
    """All fifteen sections. `since` and `sources` are what was asked for; empty is everything."""

    project: str
    made_at: datetime
    since: datetime | None
    sources: tuple[str, ...]
    environment: Mapping[str, str]
    settings: tuple[Setting, ...]
    source_lines: tuple[SourceLine, ...]
    watermarks: tuple[SourceWatermarks, ...]
    board: Board
    alerts: Alerts
    failures: Failures
    performance: Performance
    days: tuple[Day, ...]
    freshness: tuple[SourceFreshness, ...]
    segments: tuple[Segment, ...]
    timeline: Timeline
    course: Course
