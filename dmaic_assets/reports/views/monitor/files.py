"""The files behind the judgements: the newest judgement of each, how they scored, who is held.

What belongs here: the board, score bands, and the leaves of the sunburst.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from dmaic_assets.reports.views.monitor.view import (
    OUTCOMES,
    Board,
    JudgedFile,
    Outcome,
    RunPoint,
    Segment,
)
from dmaic_assets.store.ledger.record.judgements import Judgement
from dmaic_assets.store.ledger.record.scores import score_of_file, score_of_rows

# Judgements that the board lists, the newest (section 4 of the inventory).
NEWEST = 15
# Runs of the board's trend, the newest: as many points as can be told apart on a phone.
TREND_RUNS = 30
# Scores (shares) from which a band begins, from above, with its word: sections 7 and 12.
BANDS: Mapping[str, float] = {"100": 1.0, "95–99": 0.95, "90–94": 0.9, "below 90": 0.0}
SUNBURST_BANDS: Mapping[str, float] = {
    "100": 1.0,
    "90–99": 0.9,
    "70–89": 0.7,
    "below 70": 0.0,
}
NO_SCORE = "no score"


def newest_of_files(
    found: Iterable[Judgement], gone: set[tuple[str, str]]
) -> dict[tuple[str, str], Judgement]:
    """Keeps the newest judgement of each file (source, SHA-256) of those in order of recording.

    Files that are `gone`, replaced or removed, are left out.
    """
    newest = {(j.source, j.file_sha256): j for j in found}
    for key in gone:
        newest.pop(key, None)
    return newest


def outcome_of(judgement: Judgement) -> Outcome:
    """The gate's decision, or that the file could not be read."""
    return "unreadable" if judgement.score is None else judgement.decision


def judged(judgement: Judgement) -> JudgedFile:
    """Builds the form that the monitor shows of a judgement."""
    return JudgedFile(
        source=judgement.source,
        file_sha256=judgement.file_sha256,
        name=judgement.name,
        run_id=judgement.run_id,
        status=judgement.status,
        outcome=outcome_of(judgement),
        score=score_of_file(judgement.score, judgement.rows),
        rows=judgement.rows,
        accepted=judgement.accepted,
        quarantined=judgement.quarantined,
        judged_at=judgement.at,
    )


def board(
    found: Sequence[Judgement],
    files: Sequence[Judgement],
    trend: Sequence[RunPoint],
    *,
    held_now: int,
) -> Board:
    """Builds the quality board.

    Args:
        found: All judgements, oldest first.
        files: The newest judgement of each file.
        trend: The runs that judged files, oldest first.
        held_now: How many files are held at this moment.
    """
    outcomes = Counter(map(outcome_of, files))
    failed, errors = outcomes["reject"], outcomes["unreadable"]
    passed = len(files) - failed - errors
    rows, accepted = sum(j.rows for j in files), sum(j.accepted for j in files)
    return Board(
        judgements=len(found),
        files=len(files),
        passed=passed,
        failed=failed,
        errors=errors,
        pass_rate=passed / len(files) if files else None,
        outcomes={name: outcomes[name] for name in OUTCOMES},
        rows=rows,
        accepted=accepted,
        quarantined=sum(j.quarantined for j in files),
        accepted_share=accepted / rows if rows else None,
        mean_score=mean_score(files),
        held_now=held_now,
        newest=tuple(map(judged, reversed(found[-NEWEST:]))),
        trend=tuple(trend[-TREND_RUNS:]),
    )


def mean_score(found: Iterable[Judgement]) -> float | None:
    """The mean score weighted by rows, as everywhere; None without a row."""
    return score_of_rows((j.score, j.rows) for j in found)


def bands_of(files: Iterable[Judgement], bands: Mapping[str, float]) -> dict[str, int]:
    """Counts files by the band of their score; every band is there, also an empty one."""
    counted = dict.fromkeys((*bands, NO_SCORE), 0)
    # Few scores are different, most are 1: bands are found for those.
    for score, number in Counter(score_of_file(j.score, j.rows) for j in files).items():
        counted[band_of(score, bands)] += number
    return counted


def band_of(score: float | None, bands: Mapping[str, float]) -> str:
    """Finds the band of a score; a band holds the score that it begins with."""
    if score is None:
        return NO_SCORE
    return next(name for name, least in bands.items() if score >= least)


def segments_of(files: Iterable[Judgement]) -> tuple[Segment, ...]:
    """Counts files by source, outcome and score band, in this order."""
    counted: Counter[tuple[str, Outcome, str]] = Counter()
    scored: Counter[tuple[str, Outcome, float | None]] = Counter(
        (j.source, outcome_of(j), score_of_file(j.score, j.rows)) for j in files
    )
    for (source, outcome, score), number in scored.items():
        counted[source, outcome, band_of(score, SUNBURST_BANDS)] += number
    order = {name: place for place, name in enumerate((*SUNBURST_BANDS, NO_SCORE))}

    def place(key: tuple[str, Outcome, str]) -> tuple[str, int, int]:
        return key[0], OUTCOMES.index(key[1]), order[key[2]]

    return tuple(Segment(*key, counted[key]) for key in sorted(counted, key=place))
