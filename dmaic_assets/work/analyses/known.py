"""The memo around an analysis: looked up by its key, kept as JSON with its findings, recorded.

What belongs here: keys and stores. An outcome is known by the code of its analysis, the rows of
its tables, what the analyses that it needs came to, and the settings that it reads.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dmaic_assets.analysis.entry import Analysis
from dmaic_assets.analysis.finding import Finding
from dmaic_assets.analysis.study import Outcome, Study, Value
from dmaic_assets.model import ArtifactRef, Cell, Json
from dmaic_assets.store.artifacts import find_json, put_json, record_artifacts
from dmaic_assets.store.codec import from_json, to_json
from dmaic_assets.store.keys import sha256_json
from dmaic_assets.store.ledger.record.memo import MemoRecord, lookup, remember
from dmaic_assets.work.plan.code_versions import asset_code
from dmaic_assets.work.run.platform import Platform


@dataclass(frozen=True, slots=True)
class AnalysisResult:
    """What an analysis came to for one table, or for all of a run.

    `partition` is a cell, or the id of a run. `version` is the hash of value and findings,
    `computed_in_run` who made them.
    """

    analysis: str
    table: str
    partition: Cell | str
    outcome: Outcome
    version: str
    code_version: str
    is_memoized: bool
    computed_in_run: str
    artifact: ArtifactRef = field(repr=False)

    @property
    def run_id(self) -> str:
        """The run of its partition."""
        return self.partition if isinstance(self.partition, str) else self.partition.run_id


@dataclass(frozen=True, slots=True)
class Known:
    """An analysis of a partition and what it is made from: what may be known of it.

    `versions` are those of the values that the analysis reads, by analysis and table.
    """

    platform: Platform
    analysis: Analysis
    table: str
    partition: Cell | str
    inputs: Mapping[str, Json]

    @property
    def key(self) -> str:
        """The key under which its outcome is known."""
        code = asset_code(self.analysis.name)
        return sha256_json({"asset": self.analysis.name, "code": code, "inputs": {**self.inputs}})

    def find(self) -> AnalysisResult | None:
        """Reads the known outcome; None when there is none, or it is gone."""
        record = lookup(self.platform.ledger, [self.key]).get(self.key)
        outcome = self._outcome_of(record)
        if record is None or record.artifact is None or outcome is None:
            return None
        return self._result(outcome, record.artifact, record.run_id)

    def before(self) -> Value | None:
        """What the analysis came to the last time that it was made of other inputs."""
        record = lookup(self.platform.ledger, [self._newest_key]).get(self._newest_key)
        outcome = self._outcome_of(record)
        return None if outcome is None else outcome.value

    def keep(self, outcome: Outcome) -> AnalysisResult:
        """Stores an outcome that was just made, under its key.

        Raises:
            StoreError: The folder of artifacts refuses.
        """
        told: Json = {"value": to_json(outcome.value), "findings": to_json(outcome.findings)}
        artifact = put_json(self.platform.paths.artifacts, self.analysis.name, told)
        records = [self._record(key, artifact) for key in (self.key, self._newest_key)]
        remember(self.platform.ledger, records)
        return self._result(outcome, artifact, None)

    def record(self, result: AnalysisResult) -> None:
        """Records the outcome as an output of its partition."""
        run_id = result.run_id
        source = self.partition.source if isinstance(self.partition, Cell) else ""
        record_artifacts(
            self.platform.ledger, run_id, self.analysis.name, [result.artifact], source=source
        )

    @property
    def _newest_key(self) -> str:
        """The key of the newest outcome of the same tables, whatever it was made from."""
        return sha256_json({"newest of": self.analysis.name, "table": self.table})

    def _outcome_of(self, record: MemoRecord | None) -> Outcome | None:
        told = find_json(self.platform.paths.artifacts, record.artifact if record else None)
        if not isinstance(told, dict):
            return None
        value = from_json(self.analysis.value_type(), told.get("value"))
        return Outcome(value, from_json(tuple[Finding, ...], told.get("findings")))

    def _record(self, key: str, artifact: ArtifactRef) -> MemoRecord:
        return MemoRecord(
            memo_key=key,
            asset=self.analysis.name,
            data_version=artifact.sha256,
            code_version=asset_code(self.analysis.name),
            artifact=artifact,
            run_id=self._run_id,
            computed_at=self.platform.clock(),
            facts={},
        )

    @property
    def _run_id(self) -> str:
        return self.partition if isinstance(self.partition, str) else self.partition.run_id

    def _result(
        self, outcome: Outcome, artifact: ArtifactRef, known_from: str | None
    ) -> AnalysisResult:
        return AnalysisResult(
            analysis=self.analysis.name,
            table=self.table,
            partition=self.partition,
            outcome=outcome,
            version=artifact.sha256,
            code_version=asset_code(self.analysis.name),
            is_memoized=known_from is not None,
            computed_in_run=known_from or self._run_id,
            artifact=artifact,
        )


def inputs_of(analysis: Analysis, study: Study, versions: Mapping[str, Json]) -> dict[str, Json]:
    """What an outcome depends on, beside the code: rows, also held ones, values, settings, the day.

    Args:
        analysis: Which one.
        study: Its tables, settings and time.
        versions: Those of the values that it needs.
    """
    settings = study.settings.model_dump(mode="json")
    settings["limits"] = study.limits.model_dump(mode="json")
    told: dict[str, Json] = {name: settings[name] for name in analysis.settings}
    overrides = {
        column: to_json(known.model_dump(exclude_none=True))
        for column, known in study.settings.columns.items()
        if column.partition(".")[0] in study.tables
    }
    held: dict[str, Json] = {
        n: [h.rows, h.files, h.version] for n, h in study.held.items() if h.files
    }
    return {
        "tables": {name: table.version for name, table in study.tables.items()},
        "needs": dict(versions),
        "settings": told,
        "columns": overrides,
        "day": study.now.date().isoformat() if analysis.reads_now else None,
        **({"held": held} if analysis.reads_held else {}),
    }
