"""The events of a run: for each source what it read, what came out, and how good that was.

What belongs here: runs, jobs and data sets of OpenLineage. They follow from the ledger alone, so
that making them again gives the same events.
"""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from dmaic_assets.model import Json, Profile, Verdict
from dmaic_assets.settings.openlineage import openlineage_of
from dmaic_assets.store.artifacts import find_json
from dmaic_assets.store.codec import from_json
from dmaic_assets.store.ledger.record.files import arrivals
from dmaic_assets.store.ledger.record.runs import RunRecord, get_run
from dmaic_assets.store.ledger.record.verdicts import VerdictRecord, verdicts
from dmaic_assets.work.assets.names import PROFILE
from dmaic_assets.work.kept_back.columns import HiddenColumns
from dmaic_assets.work.kept_back.verdicts import without_hidden
from dmaic_assets.work.openlineage.facets import (
    PRODUCER,
    assertions_facet,
    facet,
    lineage_facet,
    metrics_facet,
    own_facet,
    schema_facet,
    without_odd_numbers,
)
from dmaic_assets.work.run.cell_outcomes import states_of
from dmaic_assets.work.run.platform import Platform

_EVENT = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
# Files are named by their paths on this machine.
_FILES = "file"
# A space of names of our own, for ids that are the same however often they are made.
_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, PRODUCER)
# How runs that end otherwise than well are called there.
_ENDS = {"failed": "FAIL", "interrupted": "ABORT"}


@dataclass(frozen=True, slots=True)
class Event:
    """One event, and the key that names it for good."""

    key: str
    document: dict[str, Json]


@dataclass(frozen=True, slots=True)
class _Read:
    """One file that was judged; without a profile where it could not be read."""

    path: str
    verdict: Verdict
    profile: Profile | None

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(c.column for c in self.profile.columns) if self.profile else ()


def events_of(platform: Platform, run_id: str) -> list[Event]:
    """Makes the events of a run that ended: a start and an end for each source that it judged.

    Raises:
        StoreError: The ledger refuses, or a recorded value cannot be read.
    """
    run = get_run(platform.ledger, run_id)
    records = verdicts(platform.ledger, run_id=run_id)
    deciding = HiddenColumns(platform)
    shown = without_hidden(platform, [record.verdict for record in records], deciding)
    by_source: dict[str, list[VerdictRecord]] = {}
    for record, verdict in zip(records, shown, strict=True):
        by_source.setdefault(verdict.source, []).append(replace(record, verdict=verdict))
    found: list[Event] = []
    for source, mine in sorted(by_source.items()):
        found += _events_of_source(platform, run, source, mine, deciding)
    return found


def _events_of_source(
    platform: Platform,
    run: RunRecord,
    source: str,
    records: Sequence[VerdictRecord],
    deciding: HiddenColumns,
) -> list[Event]:
    profiles = _profiles(platform, source, {r.verdict.file_sha256 for r in records})
    read = [
        _Read(r.path, r.verdict, profiles.get(r.verdict.file_sha256))
        for r in sorted(records, key=lambda r: r.path)
    ]
    hidden = deciding.of(source, {column for one in read for column in one.columns})
    space = openlineage_of(platform.settings).namespace or platform.settings.dmaic.project
    ended = run.finished_at or max(record.recorded_at for record in records)
    begun: dict[str, Json] = {"inputs": [], "outputs": []}
    done: dict[str, Json] = {
        "inputs": [_input(one, hidden) for one in read],
        "outputs": _outputs(space, source, read),
    }
    job = (space, source)
    return [
        _event(run, job, "START", run.started_at, begun),
        _event(run, job, _ENDS.get(run.status, "COMPLETE"), ended, done),
    ]


def _event(
    run: RunRecord, job: tuple[str, str], kind: str, at: datetime, sets: dict[str, Json]
) -> Event:
    space, source = job
    identity = str(uuid.uuid5(_SPACE, "\n".join((space, run.run_id, source))))
    key = f"{identity}-{kind.lower()}"
    document: dict[str, Json] = {
        "eventType": kind,
        "eventTime": at.astimezone(UTC).isoformat(),
        "producer": PRODUCER,
        "schemaURL": _EVENT,
        "run": {
            "runId": identity,
            "facets": {"dmaic_run": own_facet(key=key, run=run.run_id, kind=run.kind)},
        },
        "job": {"namespace": space, "name": f"{source}.gate"},
        **sets,
    }
    return Event(key, {name: without_odd_numbers(part) for name, part in document.items()})


def _profiles(platform: Platform, source: str, wanted: Collection[str]) -> dict[str, Profile]:
    """The profiles of files by SHA-256, as far as they are stored."""
    mine = [a for a in arrivals(platform.ledger, [source]) if a.sha256 in wanted and a.file_key]
    found: dict[str, Profile] = {}
    for state in states_of(platform, mine, {}):
        record = state.records.get(PROFILE)
        told = find_json(platform.paths.artifacts, record.artifact if record else None)
        if told is not None:
            found[state.arrival.sha256] = from_json(Profile, told)
    return found


def _input(one: _Read, hidden: frozenset[str]) -> dict[str, Json]:
    facets: dict[str, Json] = {"dataQualityAssertions": assertions_facet(one.verdict)}
    measured: dict[str, Json] = {}
    if one.profile is not None:
        facets["schema"] = schema_facet(one.profile)
        measured["dataQualityMetrics"] = metrics_facet(one.profile, hidden)
    return {"namespace": _FILES, "name": one.path, "facets": facets, "inputFacets": measured}


def _outputs(space: str, source: str, read: Sequence[_Read]) -> list[Json]:
    """The tables that the files came to: accepted rows, and those that are not."""
    parts = {
        f"accepted.{source}": [(one, one.verdict.accepted) for one in read],
        f"quarantine.{source}": [(one, one.verdict.quarantined) for one in read],
    }
    found: list[Json] = []
    for name, counted in parts.items():
        mine = [one for one, rows in counted if rows]
        if not mine:
            continue
        facets: dict[str, Json] = {
            "columnLineage": lineage_facet((_FILES, one.path, one.columns) for one in mine)
        }
        newest = next((one.profile for one in reversed(mine) if one.profile), None)
        if newest is not None:
            facets["schema"] = schema_facet(newest)
        count = facet(
            "OutputStatisticsOutputDatasetFacet",
            rowCount=sum(rows for _, rows in counted),
            fileCount=len(mine),
        )
        found.append(
            {
                "namespace": space,
                "name": name,
                "facets": facets,
                "outputFacets": {"outputStatistics": count},
            }
        )
    return found
