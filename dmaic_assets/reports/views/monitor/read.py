"""Reads the monitor from the ledger, in a number of statements that does not grow with the files.

What belongs here: what is read, and who puts it together.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dmaic_assets.reports.views.monitor.alerts import alerts
from dmaic_assets.reports.views.monitor.failures import MOST_READ, failures, to_read
from dmaic_assets.reports.views.monitor.files import board, newest_of_files, segments_of
from dmaic_assets.reports.views.monitor.fresh import freshness_told
from dmaic_assets.reports.views.monitor.series import (
    course,
    days_of,
    performance,
    run_points,
    timeline,
)
from dmaic_assets.reports.views.monitor.settings_told import (
    environment,
    settings_told,
    source_lines,
)
from dmaic_assets.reports.views.monitor.view import MonitorView, SourceWatermarks
from dmaic_assets.store.ledger.record.files import Disposition
from dmaic_assets.store.ledger.record.judgements import (
    Breaks,
    Judgement,
    RunSpan,
    Watermark,
    breaks_of,
    disposition_counts,
    files_gone,
    judgements,
    newest_watermarks,
    run_spans,
)
from dmaic_assets.work.run.platform import Platform
from dmaic_assets.work.state.freshness import Freshness, freshness_of

# Files listed of each source, the newest (section 3).
NEWEST_FILES = 10


def read_monitor(
    platform: Platform, *, since: datetime | None = None, sources: Sequence[str] = ()
) -> MonitorView:
    """Reads what the monitor shows.

    Args:
        platform: The stores.
        since: Leaves out what was judged before; how fresh sources are and how many files are held
            is told as of now.
        sources: Leaves out all other sources; empty means every source that is declared or has had
            a file.

    Raises:
        StoreError: The ledger refuses.
    """
    settings, now = platform.settings, platform.clock()
    read = _read(platform, since, sources)
    points = run_points(read.found, read.runs)
    undemanding = {s.name for s in settings.sources if s.schedule == "none"}
    held_now = sum(mark.files.get("rejected", 0) for mark in read.marks)
    return MonitorView(
        project=settings.dmaic.project,
        made_at=now,
        since=since,
        sources=tuple(sources),
        environment=environment(platform.ledger, read.runs[-1].git_sha if read.runs else None),
        settings=settings_told(settings, platform.ledger),
        source_lines=source_lines(settings, [mark.source for mark in read.marks]),
        watermarks=read.marks,
        board=board(read.found, read.files, points, held_now=held_now),
        alerts=alerts(platform, read.stained, since=since, sources=sources),
        failures=failures(read.stained, read.breaks),
        performance=performance(read.files, points),
        days=days_of(read.found),
        freshness=freshness_told(read.fresh, now, undemanding),
        segments=segments_of(read.files),
        timeline=timeline(read.found),
        course=course(read.found),
    )


@dataclass(frozen=True, slots=True)
class _Read:
    """What the ledger says, of one moment; `stained` are the files that are not spotless."""

    found: Sequence[Judgement]
    files: Sequence[Judgement]
    stained: Sequence[Judgement]
    breaks: Mapping[int, Breaks]
    marks: tuple[SourceWatermarks, ...]
    runs: Sequence[RunSpan]
    fresh: Sequence[Freshness]


def _read(platform: Platform, since: datetime | None, sources: Sequence[str]) -> _Read:
    ledger = platform.ledger
    with ledger.reading():
        found = judgements(ledger, since=since, sources=sources)
        files = list(newest_of_files(found, files_gone(ledger)).values())
        stained = to_read(files)
        counts = disposition_counts(ledger, sources=sources)
        names = _names(platform, counts, sources)
        return _Read(
            found=found,
            files=files,
            stained=stained,
            breaks=breaks_of(ledger, [j.verdict_id for j in stained[:MOST_READ]]),
            marks=_marks(
                names, counts, newest_watermarks(ledger, sources=sources, limit=NEWEST_FILES)
            ),
            runs=run_spans(ledger),
            fresh=freshness_of(platform, names),
        )


def _marks(
    names: Iterable[str],
    counts: Mapping[str, Mapping[Disposition, int]],
    newest: Iterable[Watermark],
) -> tuple[SourceWatermarks, ...]:
    own: dict[str, list[Watermark]] = defaultdict(list)
    for mark in newest:
        own[mark.source].append(mark)
    return tuple(SourceWatermarks(n, {**counts.get(n, {})}, tuple(own[n])) for n in names)


def _names(platform: Platform, known: Iterable[str], sources: Sequence[str]) -> list[str]:
    if sources:
        return list(dict.fromkeys(sources))
    return sorted({*known, *(s.name for s in platform.settings.sources)})
