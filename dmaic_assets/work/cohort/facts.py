"""What learning needs of the files of a cohort, measured before any of them is judged.

What belongs here: reading each file once, the types that they settle on together, and the facts of
its readable rows. What is known of a file is remembered with that of a few others, so that a run
that is killed leaves only these to be measured again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dmaic_assets.gate.context import frame_context
from dmaic_assets.gate.sanity import uncast_rows
from dmaic_assets.history.facts import FileFacts, collect_facts
from dmaic_assets.model import ColumnType, Json, RuleSet, SourceFile
from dmaic_assets.store.artifacts import find_json, put_json
from dmaic_assets.store.codec import from_json, to_json
from dmaic_assets.store.keys import code_version, sha256_json
from dmaic_assets.store.ledger.record.files import Arrival
from dmaic_assets.store.ledger.record.memo import MemoRecord, lookup, remember
from dmaic_assets.table.profile.profile import profile_frame
from dmaic_assets.table.types.union import is_same_reading, settled_types
from dmaic_assets.work.assets.of_a_file import LIBRARIES
from dmaic_assets.work.file.file_work import FileWork
from dmaic_assets.work.people.source_changes import SourceChanges
from dmaic_assets.work.plan.chain import as_source_file, places_of
from dmaic_assets.work.plan.code_versions import import_closure
from dmaic_assets.work.plan.memo_keys import read_params, type_params
from dmaic_assets.work.run.platform import Platform

COHORT = "cohort"
# Whose source decides what becomes of a cohort, beside that of this folder.
_CODE = (
    "dmaic_assets.gate.judge",
    "dmaic_assets.work.cohort.peers",
    "dmaic_assets.rules.learn",
    "dmaic_assets.table.profile.profile",
    "dmaic_assets.table.read.source_file",
    "dmaic_assets.table.types.union",
    "dmaic_assets.work.file.file_work",
)


# Files whose facts share a transaction: its cost is spread, and no more are lost with a run.
_TOGETHER = 16


@cache
def cohort_code() -> str:
    """Tells the code version of everything that is remembered of cohorts."""
    return code_version(sorted(import_closure(_CODE)), libraries=LIBRARIES)


@dataclass(frozen=True, slots=True)
class Known:
    """Values that are remembered at once, each under a key; `scope` is what all depend on."""

    platform: Platform
    run_id: str
    scope: Mapping[str, Json]

    def get(self, identity: Mapping[str, Json]) -> Json:
        """Gives a remembered value; None when it is not known or its artifact is gone."""
        key = self._key(identity)
        record = lookup(self.platform.ledger, [key]).get(key)
        return find_json(self.platform.paths.artifacts, record.artifact if record else None)

    def facts(self, identity: Mapping[str, Json]) -> FileFacts | None:
        """Gives remembered facts, from memory where this process has read them."""
        kept = self.platform.facts.get(self._key(identity))
        if kept is not None:
            return kept
        told = self.get(identity)
        return None if told is None else self._kept(identity, from_json(FileFacts, told))

    def put_facts(self, identity: Mapping[str, Json], facts: FileFacts) -> FileFacts:
        """Remembers facts, for this process in memory too."""
        self.put(identity, to_json(facts))
        return self._kept(identity, facts)

    def keep_facts(self, identity: Mapping[str, Json], facts: FileFacts) -> MemoRecord:
        """Keeps facts for this process, and gives the record by which they are remembered."""
        self._kept(identity, facts)
        return self.record_of(identity, to_json(facts))

    def _kept(self, identity: Mapping[str, Json], facts: FileFacts) -> FileFacts:
        self.platform.facts.keep(self._key(identity), facts, facts.profile.size_bytes)
        return facts

    def put(self, identity: Mapping[str, Json], value: Json) -> None:
        """Remembers a value, in a transaction of its own."""
        remember(self.platform.ledger, [self.record_of(identity, value)])

    def record_of(self, identity: Mapping[str, Json], value: Json) -> MemoRecord:
        """Stores a value, and gives the record by which it is remembered."""
        artifact = put_json(self.platform.paths.artifacts, COHORT, value)
        return MemoRecord(
            memo_key=self._key(identity),
            asset=COHORT,
            data_version=artifact.sha256,
            code_version=cohort_code(),
            artifact=artifact,
            run_id=self.run_id,
            computed_at=self.platform.clock(),
        )

    def _key(self, identity: Mapping[str, Json]) -> str:
        named = {"asset": COHORT, "code": cohort_code(), "scope": dict(self.scope)}
        return sha256_json({**named, **identity})


def reads_of(platform: Platform, source: str, changes: SourceChanges) -> dict[str, Json]:
    """Everything beside its bytes that decides how a file of the source is read."""
    settings = platform.settings.source(source)
    return {
        "source": source,
        "read": read_params(platform.settings, settings),
        "types": type_params(platform.settings, settings),
        "changes": dict(changes.component),
    }


def place_of(arrival: Arrival, data: Path) -> SourceFile | None:
    """Where the bytes of a file are now; None when somebody took them away."""
    places = (place for place in places_of(arrival, data) if place.is_file())
    found = next(places, None)
    return None if found is None else as_source_file(arrival, found)


def facts_of_members(
    known: Known, members: Sequence[Arrival], changes: SourceChanges
) -> list[FileFacts | None]:
    """Gives the facts of every file of a cohort under the types that they settle on together.

    Rows with values that are not of their type, or that do not fit the header, are left out.

    Returns:
        In the order given; None for a file that cannot be read, or is gone without a trace.
    """
    own: list[_Own | None] = []
    fresh: list[MemoRecord] = []
    for at, member in enumerate(members, 1):
        known.platform.tell(f"{member.source}: reading {at} of {len(members)} files")
        own.append(_own_types(known, member, changes, fresh))
        if at % _TOGETHER == 0 or at == len(members):
            remember(known.platform.ledger, fresh)
            fresh.clear()
    told = [types for types in own if types is not None]
    settled = settled_types([types for types, _ in told], [misfits for _, misfits in told])
    found: list[FileFacts | None] = []
    for member, mine in zip(members, own, strict=True):
        types = None if mine is None else mine[0] if is_same_reading(mine[0], settled) else settled
        found.append(None if types is None else _facts_under(known, member, changes, types))
    return found


_Own = tuple[tuple[ColumnType, ...], frozenset[str]]


def _own_types(
    known: Known, member: Arrival, changes: SourceChanges, fresh: list[MemoRecord]
) -> _Own | None:
    """The types that a file has by itself, and the columns with values that are not of theirs.

    Adds to `fresh` what is to be remembered of a file that was read.
    """
    identity: dict[str, Json] = {"own_types": member.sha256}
    told = known.get(identity)
    if not isinstance(told, dict):
        work = _work(known, member, changes, ())
        if work is None:
            return None
        types: list[Json] = [to_json(t) for t in work.types]
        misfits: list[Json] = []
        if work.problem is None:
            misfits.extend(sorted(work.typed.failed_casts.get_column("column").unique()))
            # Most files of a cohort agree: what is read now need not be read again.
            measured = _facts_identity(member, work.types)
            fresh.append(known.keep_facts(measured, readable_facts(work)))
        told = dict[str, Json](types=None if work.problem else types, misfits=misfits)
        fresh.append(known.record_of(identity, told))
    listed, failing = told["types"], told["misfits"]
    if not isinstance(listed, list) or not isinstance(failing, list):
        return None
    return tuple(from_json(ColumnType, t) for t in listed), frozenset(map(str, failing))


def _facts_under(
    known: Known, member: Arrival, changes: SourceChanges, types: Sequence[ColumnType]
) -> FileFacts | None:
    told = known.facts(_facts_identity(member, types))
    if told is not None:
        return told
    work = _work(known, member, changes, types)
    if work is None or work.problem:
        return None
    return known.put_facts(_facts_identity(member, types), readable_facts(work))


def readable_facts(work: FileWork) -> FileFacts:
    """Measures the rows of a file whose values can all be read, before any rule judges them."""
    unread = uncast_rows(frame_context(work.typed))
    if unread is None:
        frame, profile = work.typed.lazy, work.profile
    else:
        frame = work.typed.lazy.filter(~unread)
        profile = profile_frame(frame, work.types, size_bytes=work.file.size_bytes)
    return collect_facts(frame, profile, work.types, file_sha256=work.file.sha256)


def _facts_identity(member: Arrival, types: Sequence[ColumnType]) -> dict[str, Json]:
    under: Json = [
        [t.column, t.type, t.pattern, t.format, t.unit, list(t.null_tokens)] for t in types
    ]
    return {"facts": member.sha256, "under": under}


def _work(
    known: Known, member: Arrival, changes: SourceChanges, types: Sequence[ColumnType]
) -> FileWork | None:
    settings = known.platform.settings
    file = place_of(member, settings.paths.data)
    if file is None:
        return None
    rules = RuleSet(member.source, (), types=tuple(types))
    thresholds, readings = settings.thresholds(member.source), known.platform.readings
    return FileWork(settings, file, rules, thresholds, changes, readings=readings)
