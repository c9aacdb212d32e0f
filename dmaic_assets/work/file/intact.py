"""Whether what the platform stored of a file is still there, unchanged.

What belongs here: comparing disk and records. What follows from a difference, `plan` decides.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from dmaic_assets.model import AssetName, Json
from dmaic_assets.store.ledger.record.files import Arrival
from dmaic_assets.store.ledger.record.memo import Settled, asset_keys, components_of, lookup
from dmaic_assets.work.assets.names import ACCEPTED_ROWS, QUARANTINE
from dmaic_assets.work.plan.hashing import Hasher
from dmaic_assets.work.run.platform import Platform

_SPLIT = frozenset({"quarantine", "rejected"})


class Stored:
    """What was stored of settled files; the records of all of them are read at once."""

    def __init__(
        self,
        platform: Platform,
        arrivals: Sequence[Arrival],
        settled: Mapping[str, Settled],
        hasher: Hasher,
    ) -> None:
        self._data = platform.paths.data
        self._hasher = hasher
        keys = {
            (a.source, a.sha256): key
            for a in arrivals
            if (a.disposition in (*_SPLIT, "removed") or _has_lines_above(a, settled))
            and (key := _key_of(QUARANTINE, settled.get(a.file_key or ""))) is not None
        }
        repaired = {
            (a.source, a.sha256): key
            for a in arrivals
            if a.accepted_version
            and _has_changes(record := settled.get(a.file_key or ""))
            and (key := _key_of(ACCEPTED_ROWS, record)) is not None
        }
        records = lookup(platform.ledger, [*keys.values(), *repaired.values()])
        self._apart = {file: records[key] for file, key in keys.items() if key in records}
        self._repaired = {f: records[key] for f, key in repaired.items() if key in records}

    def damaged(self, arrival: Arrival) -> Path | None:
        """The first output of a settled file that is gone or changed; None when all is there."""
        for path, sha256 in self._outputs(arrival):
            if not self._hasher.is_intact(path, sha256):
                return Path(path)
        return None

    def lost(self, arrival: Arrival) -> Path | None:
        """What is damaged of a file that is nowhere any more, while its rows should be here."""
        if not arrival.is_in_warehouse:
            return None
        return self.damaged(arrival)

    def _outputs(self, arrival: Arrival) -> Iterator[tuple[Path | str, str]]:
        if arrival.accepted_path and arrival.accepted_version:
            yield f"{self._data}/{arrival.accepted_path}", arrival.accepted_version
            accepted = self._repaired.get((arrival.source, arrival.sha256))
            if accepted is not None and arrival.accepted_path == accepted.facts.get("path"):
                yield from list(accepted_outputs(self._data, accepted.facts))[1:]
        record = self._apart.get((arrival.source, arrival.sha256))
        yield from () if record is None else quarantine_outputs(self._data, record.facts)


def accepted_outputs(data: Path, facts: Mapping[str, Json]) -> Iterator[tuple[Path, str]]:
    """The files that accepted rows consist of: the rows, and the raw values of repaired cells."""
    for path, sha256 in (("path", "sha256"), ("repairs_path", "repairs_sha256")):
        place = facts.get(path)
        if isinstance(place, str):
            yield data / place, str(facts.get(sha256))


def quarantine_outputs(data: Path, facts: Mapping[str, Json]) -> Iterator[tuple[Path, str]]:
    """The files that a quarantine asset consists of, with the SHA-256 of each."""
    path, sha256, reason = facts.get("path"), facts.get("sha256"), facts.get("reason_sha256")
    if isinstance(path, str):
        place = data / path
        yield place, str(sha256)
        if isinstance(reason, str):
            yield place.with_name("reason.json"), reason


def _key_of(asset: AssetName, settled: Settled | None) -> str | None:
    return asset_keys(settled).get(asset)


def _has_lines_above(arrival: Arrival, settled: Mapping[str, Settled]) -> bool:
    record = settled.get(arrival.file_key or "")
    if record is None or record.facts.is_zero("lines_above"):
        return False
    return bool(record.facts.get("lines_above"))


def _has_changes(settled: Settled | None) -> bool:
    # Most files have none: their facts are not read.
    return (
        settled is not None
        and settled.facts.may_have("changes")
        and "changes" in components_of(settled)
    )
