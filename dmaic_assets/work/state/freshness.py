"""Whether the next file of each source is overdue, from what the ledger knows of its arrivals.

What belongs here: finding the moments that a cadence is learnt from, and comparing with the clock.
What a cadence is and how it is learnt is in `rules.cadence`. Nothing heavy is loaded.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dmaic_assets.model import Json
from dmaic_assets.phenomena.cadence.cadence import (
    FEWEST_DELIVERIES,
    Cadence,
    declared_cadence,
    deliveries_of,
    learn_cadence,
    moment_of,
)
from dmaic_assets.settings.project import SourceSettings
from dmaic_assets.store.ledger.record.file_queries import (
    moments_of_arrival,
    newest_of_disposition,
)
from dmaic_assets.store.ledger.record.files import Arrival
from dmaic_assets.store.ledger.record.memo import asset_keys, lookup
from dmaic_assets.store.ledger.record.metrics import record_metrics
from dmaic_assets.work.assets.names import PROFILE
from dmaic_assets.work.run.platform import Platform

PHASE = "arrivals"
# Files that a cadence is learnt from, the newest: older habits say little about the next file.
NEWEST_FILES = 100
_TIMES = frozenset({"date", "datetime"})
# Share of files that end later than the one before, from which a column tells the period.
_GOES_ON = 0.8
_LEARNT_FROM: Mapping[str, str] = {
    "declared": "declared in config/sources.yaml",
    "arrivals": "learnt from {n} deliveries",
    "times": "learnt from the times inside {n} files",
}


@dataclass(frozen=True, slots=True)
class Freshness:
    """When the next file of a source is expected.

    Without a cadence nothing is expected and `evidence` says why. `expected_at` is the usual
    moment, `late_after` the end of the tolerance; both are None without a cadence or before the
    first file. `late_s` is how much after its `late_after` the newest delivery came: 0 when it was
    in time or nothing was expected.
    """

    source: str
    cadence: Cadence | None
    evidence: str
    last_at: datetime | None = None
    expected_at: datetime | None = None
    late_after: datetime | None = None
    late_s: float = 0.0

    def overdue_since(self, now: datetime) -> datetime | None:
        """Since when a file has been overdue; None while none is."""
        return self.late_after if self.late_after and now > self.late_after else None

    def overdue_s(self, now: datetime) -> float:
        """For how long a file has been overdue; 0 while none is."""
        since = self.overdue_since(now)
        return (now - since).total_seconds() if since else 0.0

    def document(self, now: datetime) -> dict[str, Json]:
        """Builds the JSON form; moments are ISO text in UTC."""
        since = self.overdue_since(now)
        known = self.cadence
        return {
            "expected": known.words if known else None,
            "basis": known.basis if known else None,
            "evidence": self.evidence,
            "every_s": known.every_s if known else None,
            "tolerance_s": known.tolerance_s if known else None,
            "last_at": _iso(self.last_at),
            "expected_at": _iso(self.expected_at),
            "late_after": _iso(self.late_after),
            "overdue_since": _iso(since),
            "overdue_s": self.overdue_s(now),
            "newest_late_s": self.late_s,
        }

    def sentence(self, now: datetime) -> str:
        """Says in one line how the source stands."""
        if self.cadence is None or self.late_after is None:
            return f"{self.source}: nothing is expected: {self.evidence}"
        usual = f"files come {self.cadence.words} ({self.evidence})"
        since = self.overdue_since(now)
        if since is None:
            return f"{self.source}: {usual}; the next is late after {short_moment(self.late_after)}"
        return f"{self.source}: a file is overdue since {short_moment(since)}; {usual}"


def freshness_of(platform: Platform, sources: Iterable[str]) -> list[Freshness]:
    """Tells of each source when its next file is expected, in the order given."""
    names = list(dict.fromkeys(sources))
    came = moments_of_arrival(platform.ledger, names)
    settings = {name: platform.settings.source(name) for name in names}
    deliveries = {name: deliveries_of([*came.get(name, ())])[-NEWEST_FILES:] for name in names}
    waiting = [
        name
        for name in names
        if declared_schedule(settings[name]) is None
        and len(deliveries[name]) < FEWEST_DELIVERIES <= sum(came.get(name, {}).values())
    ]
    whole = _whole_files(platform, waiting)
    profiles = _profiles(platform, [a for files in whole.values() for a in files])
    return [
        _freshness(settings[name], deliveries[name], whole.get(name, ()), profiles)
        for name in names
    ]


def known_freshness(platform: Platform) -> list[Freshness]:
    """Tells it of every source that is declared or has had a file, by name."""
    came = moments_of_arrival(platform.ledger, None)
    return freshness_of(platform, sorted({*came, *(s.name for s in platform.settings.sources)}))


def record_arrivals(platform: Platform, sources: Sequence[str], run_id: str) -> None:
    """Records for each source how often its files come and how late the newest delivery was."""
    standing = freshness_of(platform, sources)
    with platform.ledger.transaction():
        for found in standing:
            if found.cadence is not None and found.last_at is not None:
                values = {
                    "every_s": found.cadence.every_s,
                    "tolerance_s": found.cadence.tolerance_s,
                    "late_s": found.late_s,
                }
                record_metrics(platform.ledger, run_id, PHASE, found.source, values)


def short_moment(moment: datetime) -> str:
    """Spells a moment in UTC to the minute."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _freshness(
    source: SourceSettings,
    deliveries: Sequence[datetime],
    files: Sequence[Arrival],
    profiles: Mapping[str, Mapping[str, Json]],
) -> Freshness:
    last = deliveries[-1] if deliveries else None
    if declared_schedule(source) is not None:
        cadence, told = declared_cadence(source.schedule), _LEARNT_FROM["declared"]
        if cadence is None:
            return Freshness(source.name, None, f"schedule: {source.schedule}, {told}", last)
        before: Cadence | None = cadence
    else:
        cadence, before = learn_cadence(deliveries, "arrivals"), None
        if cadence is not None:
            # Whether the newest was late is judged by what the others had taught.
            before = learn_cadence(deliveries[:-1], "arrivals")
        else:
            cadence = learn_cadence(_period_ends(source, files, profiles), "times")
        if cadence is None or last is None:
            return Freshness(source.name, None, _too_little(deliveries), last)
        told = _LEARNT_FROM[cadence.basis].format(n=cadence.deliveries)
    if last is None:
        return Freshness(source.name, cadence, told)
    step = cadence.next_after(last) - last
    if cadence.basis == "times":
        newest = _period_ends(source, files, profiles)[-1]
        step = cadence.next_after(newest) - newest
    late_after = last + step + timedelta(seconds=cadence.tolerance_s)
    late_s = _late_s(before, deliveries)
    return Freshness(source.name, cadence, told, last, last + step, late_after, late_s)


def _late_s(before: Cadence | None, deliveries: Sequence[datetime]) -> float:
    if before is None or len(deliveries) < 2:
        return 0.0
    late_after = before.next_after(deliveries[-2]) + timedelta(seconds=before.tolerance_s)
    return max(0.0, (deliveries[-1] - late_after).total_seconds())


def declared_schedule(source: SourceSettings) -> str | None:
    """What somebody wrote about how often files come; None where nobody did.

    The default of `schedule` only says which job looks for files.
    """
    return source.schedule if "schedule" in source.model_fields_set else None


def _whole_files(platform: Platform, sources: Sequence[str]) -> dict[str, list[Arrival]]:
    """The newest files of each source that were accepted whole.

    A file with rows in quarantine does not count: what was wrong with it may be its times.
    """
    if not sources:
        return {}
    return newest_of_disposition(platform.ledger, sources, "accepted", limit=NEWEST_FILES)


def _too_little(deliveries: Sequence[datetime]) -> str:
    if not deliveries:
        return "no file has come yet"
    came = "1 delivery" if len(deliveries) == 1 else f"{len(deliveries)} deliveries"
    return (
        f"{came} so far; it takes {FEWEST_DELIVERIES}, or a time column that goes on through "
        f"{FEWEST_DELIVERIES} files"
    )


def _period_ends(
    source: SourceSettings,
    files: Sequence[Arrival],
    profiles: Mapping[str, Mapping[str, Json]],
) -> list[datetime]:
    """The last times of whole accepted files, in order, of the first column whose times go on."""
    newest = [a for a in files if a.sha256 in profiles]
    if not newest:
        return []
    last = profiles[newest[-1].sha256]
    names = [source.time_column] if source.time_column else _time_columns(last)
    for name in names:
        found = [_last_time(profiles[a.sha256], name) for a in newest]
        ends = [end for end in found if end is not None]
        pairs = list(itertools.pairwise(ends))
        if pairs and sum(b > a for a, b in pairs) >= _GOES_ON * len(pairs):
            return sorted(set(ends))
    return []


def _profiles(platform: Platform, files: Sequence[Arrival]) -> dict[str, Mapping[str, Json]]:
    """The facts of the files' profiles by SHA-256, from the memo; unknown ones are left out."""
    settled = lookup(platform.ledger, [a.file_key for a in files if a.file_key])
    keys: dict[str, str] = {}
    for arrival in files:
        assets = asset_keys(settled.get(arrival.file_key or ""))
        if PROFILE in assets:
            keys[arrival.sha256] = assets[PROFILE]
    known = lookup(platform.ledger, list(keys.values()))
    return {sha: known[key].facts for sha, key in keys.items() if key in known}


def _columns(profile: Mapping[str, Json]) -> Iterator[Mapping[str, Json]]:
    columns = profile.get("columns")
    for column in columns if isinstance(columns, list) else []:
        if isinstance(column, dict) and column.get("type") in _TIMES:
            yield column


def _time_columns(profile: Mapping[str, Json]) -> list[str]:
    return [str(column["name"]) for column in _columns(profile)]


def _last_time(profile: Mapping[str, Json], name: str) -> datetime | None:
    found = next((c for c in _columns(profile) if c["name"] == name), None)
    return moment_of(str(found["maximum"])) if found else None


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
