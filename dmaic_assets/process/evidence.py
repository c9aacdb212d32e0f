"""What the phases know of a source: its judged files, their verdicts, rules, types and defects.

What belongs here: reading it from ledger and stores. Every value is the one that the main job
recorded; only the failing cells of files that had any are found again, once, and remembered.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from io import BytesIO

import polars as pl

from dmaic_assets.gate.cells import no_cells
from dmaic_assets.gate.sanity import TYPE_RULE
from dmaic_assets.model import ColumnType, Json, Profile, RuleSet, Verdict
from dmaic_assets.settings.project import SourceSettings
from dmaic_assets.store.artifacts import find_json, get_bytes, is_intact, put_bytes
from dmaic_assets.store.codec import from_json
from dmaic_assets.store.keys import sha256_json
from dmaic_assets.store.ledger.record.files import Arrival
from dmaic_assets.store.ledger.record.memo import MemoRecord, components_of, lookup, remember
from dmaic_assets.table.text_table import ROW
from dmaic_assets.work.assets.names import (
    GATE_VERDICT,
    PROFILE,
    RAW_FILE,
)
from dmaic_assets.work.file.file_facts import RawFacts
from dmaic_assets.work.file.file_work import FileWork
from dmaic_assets.work.kept_back.columns import HiddenColumns
from dmaic_assets.work.kept_back.verdicts import columns_named, verdict_shown
from dmaic_assets.work.people.source_changes import changes_as_judged
from dmaic_assets.work.plan.code_versions import code_versions
from dmaic_assets.work.run.cell_outcomes import (
    FileState,
    file_states,
    rules_of_state,
    types_of_state,
    verdict_of_state,
)
from dmaic_assets.work.run.platform import Platform
from dmaic_assets.work.run.tasks import locate

_FAILING = "failing_cells"


@dataclass(frozen=True)
class FileEvidence:
    """One judged file: as it arrived, and what the gate made of it.

    `failing` lists every failing cell (`ROW`, "column", "rule"); it is empty for a file that
    cannot be read, whose every row counts as lost. `raw` are the facts of reading, `components`
    what its result is recorded to depend on.
    """

    arrival: Arrival
    verdict: Verdict
    rule_set: RuleSet
    types: tuple[ColumnType, ...]
    raw: RawFacts
    failing: pl.DataFrame = field(repr=False)
    components: dict[str, Json] = field(default_factory=dict, repr=False)

    @property
    def is_readable(self) -> bool:
        """Whether rows and columns could be made out."""
        return self.raw.problem is None

    @property
    def malformed(self) -> int:
        """Records that do not fit the header."""
        return self.raw.malformed

    @property
    def type_rules(self) -> tuple[str, ...]:
        """The rules that a value breaks when it is not of its column's type."""
        named = {r.id for r in self.rule_set.rules if r.kind == "type"}
        return tuple(sorted(named | {f"{TYPE_RULE}.{t.column}" for t in self.types}))

    @property
    def inclusion_rules(self) -> tuple[str, ...]:
        """The rules that look a key up in another source."""
        rules = (r for r in self.rule_set.rules if r.kind == "inclusion" and r.is_enabled)
        return tuple(sorted(r.id for r in rules))

    @property
    def repaired(self) -> int:
        """Cells that promoted changes repaired before the gate."""
        return self.raw.table.repaired if self.raw.table else 0


@dataclass(frozen=True)
class SourceEvidence:
    """All judged files of one source in arrival order, and its settings.

    What phases say is read by many: verdicts come without values of the `hidden` columns, those
    that tell of persons, and phases say nothing else that was read or learnt from them.
    """

    source: str
    settings: SourceSettings
    files: tuple[FileEvidence, ...]
    hidden: frozenset[str] = frozenset()

    @cached_property
    def version(self) -> str:
        """Hashes what the evidence depends on; equal versions mean equal evidence."""
        return sha256_json([[f.arrival.sha256, f.arrival.file_key] for f in self.files])

    @property
    def newest_rules(self) -> RuleSet:
        """The rule set of the newest file that had any rules; the last one's when none had."""
        with_rules = [f.rule_set for f in self.files if f.rule_set.rules]
        return with_rules[-1] if with_rules else self.files[-1].rule_set

    @property
    def rows(self) -> int:
        """Data rows of all files."""
        return sum(f.verdict.rows for f in self.files)


def evidence_of(
    platform: Platform, source: str, deciding: HiddenColumns | None = None
) -> SourceEvidence:
    """Gathers the evidence of one source; a source without judged files has none in it.

    Args:
        platform: The stores.
        source: The source.
        deciding: Whose values are kept back, where the caller knows it already.

    Raises:
        StoreError: A recorded value is gone or cannot be read.
    """
    states = [s for s in file_states(platform, source, {}) if GATE_VERDICT in s.records]
    files = tuple(_file(platform, source, state) for state in states)
    columns = frozenset[str]().union(*map(_columns, files))
    hidden = (deciding or HiddenColumns(platform)).of(source, columns)
    shown = (replace(f, verdict=verdict_shown(f.verdict, hidden, columns)) for f in files)
    return SourceEvidence(source, platform.settings.source(source), tuple(shown), hidden)


def _columns(file: FileEvidence) -> frozenset[str]:
    """The columns of a file that types, rules and violations name."""
    ruled = {name for rule in file.rule_set.rules for name in rule.columns}
    typed = {told.column for told in file.types}
    return frozenset(ruled | typed | columns_named(file.verdict.violations))


def evidence_version(platform: Platform, source: str) -> str:
    """Hashes what a source's evidence depends on, without reading any of it."""
    states = [s for s in file_states(platform, source, {}) if GATE_VERDICT in s.records]
    return sha256_json([[s.arrival.sha256, s.arrival.file_key] for s in states])


def profile_of(platform: Platform, file: FileEvidence) -> Profile | None:
    """Reads the profile of a file back; None when it is not stored any more."""
    states = file_states(platform, file.arrival.source, {})
    record = next(
        (s.records.get(PROFILE) for s in states if s.arrival.sha256 == file.arrival.sha256), None
    )
    told = find_json(platform.paths.artifacts, record.artifact if record else None)
    return None if told is None else from_json(Profile, told)


def work_of(platform: Platform, file: FileEvidence) -> FileWork:
    """Opens a judged file again, under the rules, types and changes that it was judged by.

    Its table is the repaired one; `FileWork.table_as_read` is what stands in the file.

    Raises:
        BadInputError: The file's bytes are nowhere any more, or the change file cannot be read.
    """
    work = FileWork(
        platform.settings,
        locate(file.arrival, platform.paths.data),
        file.rule_set,
        file.verdict.thresholds,
        changes_as_judged(platform.settings, file.arrival.source, file.components),
        readings=platform.readings,
    )
    work.use_types(file.types)
    return work


def _file(platform: Platform, source: str, state: FileState) -> FileEvidence:
    verdict = verdict_of_state(platform, state)
    assert verdict is not None, source  # noqa: S101 - the caller picked judged states
    found = FileEvidence(
        arrival=state.arrival,
        verdict=verdict,
        rule_set=rules_of_state(platform, state),
        types=types_of_state(platform, state),
        raw=_reading(state),
        failing=no_cells(),
        components=_components(platform, state),
    )
    if not verdict.violations or not found.is_readable:
        return found
    return replace(found, failing=_failing(platform, found))


def _components(platform: Platform, state: FileState) -> dict[str, Json]:
    key = state.arrival.file_key or ""
    return components_of(lookup(platform.ledger, [key]).get(key))


def _failing(platform: Platform, file: FileEvidence) -> pl.DataFrame:
    """The failing cells of a file: remembered, or found by judging it once more."""
    root = platform.paths.artifacts
    code = code_versions()[GATE_VERDICT]
    key = sha256_json({"asset": _FAILING, "code": code, "file": file.arrival.file_key})
    known = lookup(platform.ledger, [key]).get(key)
    if known is not None and known.artifact is not None and is_intact(root, known.artifact):
        return pl.read_parquet(BytesIO(get_bytes(root, known.artifact)))
    cells = work_of(platform, file).judgement.cells()
    content = BytesIO()
    cells.write_parquet(content)
    artifact = put_bytes(root, _FAILING, content.getvalue(), suffix=".parquet")
    remember(
        platform.ledger,
        [
            MemoRecord(
                memo_key=key,
                asset=_FAILING,
                data_version=artifact.sha256,
                code_version=code,
                artifact=artifact,
                run_id=file.arrival.settled_run or file.arrival.run_id,
                computed_at=platform.clock(),
            )
        ],
    )
    return cells


def failing_rows(cells: pl.DataFrame, rules: Sequence[str]) -> pl.Series:
    """The data rows that fail any of the rules: sorted, unique."""
    return cells.filter(pl.col("rule").is_in(list(rules)))[ROW].unique().sort()


def _reading(state: FileState) -> RawFacts:
    record, a = state.records.get(RAW_FILE), state.arrival
    if record is None:
        return RawFacts(a.name, a.sha256, a.size_bytes, a.format)
    return from_json(RawFacts, {**record.facts})
