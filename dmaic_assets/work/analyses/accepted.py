"""The accepted rows of a project as tables under study.

What belongs here: which files a source's rows lie in, and the run that each table is of.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dmaic_assets.analysis.tables import Part, Table, scan_of
from dmaic_assets.analysis.values.held import NOTHING_HELD, Held
from dmaic_assets.errors import BadInputError, did_you_mean
from dmaic_assets.model import Json
from dmaic_assets.store.codec import to_json
from dmaic_assets.store.keys import sha256_json
from dmaic_assets.store.ledger.record.file_queries import held_rows
from dmaic_assets.store.ledger.record.files import Arrival, arrivals
from dmaic_assets.work.analyses.quarantined import held_parts, is_held
from dmaic_assets.work.analyses.recorded import RecordedSpellings
from dmaic_assets.work.run.cell_outcomes import rules_of_state, states_of, types_of_state
from dmaic_assets.work.run.platform import Platform


@dataclass(frozen=True)
class Accepted:
    """The tables of sources, and the run that the newest rows of each came with."""

    tables: Mapping[str, Table]
    runs: Mapping[str, str]

    @property
    def newest_run(self) -> str:
        """The newest of these runs: run ids begin with their time."""
        return max(self.runs.values())


def accepted_tables(
    platform: Platform, sources: Sequence[str] = (), *, is_whole: bool = False
) -> Accepted:
    """Gives the accepted rows of the named sources, of all where none is named.

    Args:
        platform: The stores.
        sources: The named ones.
        is_whole: Give those of all sources even so; the named ones must be among them.

    Raises:
        BadInputError: A named source has no accepted rows, or there is none at all.
    """
    files: dict[str, list[Arrival]] = {}
    apart: dict[str, list[Arrival]] = {}
    held = held_of(platform)
    for arrival in arrivals(platform.ledger):
        if is_held(arrival):
            apart.setdefault(arrival.source, []).append(arrival)
        if arrival.is_current and arrival.is_in_warehouse:
            files.setdefault(arrival.source, []).append(arrival)
    fix = "Put files into data/incoming/ and judge them: dmaic run-all"
    for source in sources:
        if source not in files:
            culprit = f"has no accepted rows{did_you_mean(source, list(files))}"
            raise BadInputError(source, culprit, fix)
    if not files:
        raise BadInputError(str(platform.paths.root), "has no accepted rows", fix)
    wanted = sorted(files if is_whole or not sources else sources)
    found = {source: _table(platform, source, files[source]) for source in wanted}
    tables = {
        source: _with_held(
            platform, table, held.get(source, NOTHING_HELD), files[source], apart.get(source, ())
        )
        for source, table in found.items()
    }
    runs = {s: files[s][-1].settled_run or files[s][-1].run_id for s in wanted}
    return Accepted(tables, runs)


def held_of(platform: Platform) -> Mapping[str, Held]:
    """What of each source is in quarantine now; sources of which nothing is are left out."""
    return {source: Held(*told) for source, told in held_rows(platform.ledger).items()}


def _with_held(
    platform: Platform,
    table: Table,
    held: Held,
    files: Sequence[Arrival],
    apart: Sequence[Arrival],
) -> Table:
    """Adds what is in quarantine of the table's source, and how its files spell values."""
    told: list[Json] = [[a.sha256, a.disposition, a.quarantined] for a in apart]
    version = sha256_json(told) if told else ""
    parts = held_parts(platform, apart, tuple(table.types.values()))
    spelled = RecordedSpellings(platform, [*files, *(a for a in apart if a not in files)])
    held = replace(held, version=version)
    return replace(table, held=held, held_parts=parts, spelled=spelled)


def _table(platform: Platform, source: str, files: Sequence[Arrival]) -> Table:
    settings = platform.settings.source(source)
    (state,) = states_of(platform, [a for a in files if a.accepted][-1:] or files[-1:], {})
    rules = rules_of_state(platform, state)
    learnt = (r.columns for r in rules.rules if r.kind == "unique" and r.is_enabled)
    declared = (settings.primary_key,) if settings.primary_key else ()
    keys = tuple(dict.fromkeys((*declared, *learnt)))
    read = types_of_state(platform, state)
    # What was set apart of a file tells how it spells values: `spelled`.
    versions: list[Json] = [[a.accepted_version, a.quarantined] for a in files]
    told: dict[str, Json] = {
        "files": versions,
        "types": to_json(read),
        "keys": to_json(keys),
        "time": settings.time_column,
    }
    root = platform.paths.data
    # Columns of a file without rows have no type of their own: it would make others texts.
    full = [a for a in files if a.accepted] or files[-1:]
    parts = tuple(Part(a.name, scan_of(root / (a.accepted_path or ""))) for a in full)
    types = {kind.column: kind for kind in read}
    empty = tuple(a.name for a in files if not a.accepted)
    table = Table(source, sha256_json(told), parts, types, keys, settings.time_column)
    return replace(table, empty_files=empty)
