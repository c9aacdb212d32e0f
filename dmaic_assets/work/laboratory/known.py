"""The memo around an asset of the laboratory: looked up by its key, kept as JSON, recorded.

Besides, the fastest rounds of each pair of use and kind on a machine are kept under a key without
the code: they are what the next figure is held against.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from dmaic_assets.model import ArtifactRef, Cell, Json
from dmaic_assets.store.artifacts import find_json, is_intact, put_json, record_artifacts
from dmaic_assets.store.codec import from_json, to_json
from dmaic_assets.store.keys import sha256_json
from dmaic_assets.store.ledger.record.memo import MemoRecord, lookup, remember
from dmaic_assets.work.assets.names import HASHMAP_TRIALS
from dmaic_assets.work.laboratory.values import LaboratoryValue, PageValue, Trial
from dmaic_assets.work.plan.code_versions import asset_code
from dmaic_assets.work.run.platform import Platform

ValueT = TypeVar("ValueT", bound=LaboratoryValue)


@dataclass(frozen=True, slots=True)
class LaboratoryResult:
    """One asset of one cell. `version` is the hash of its value, `computed_in_run` who made it."""

    cell: Cell
    asset: str
    value: LaboratoryValue
    version: str
    code_version: str
    is_memoized: bool
    computed_in_run: str
    artifact: ArtifactRef = field(repr=False)


@dataclass(frozen=True, slots=True)
class Known:
    """An asset of a cell and what it is made from: what may be known of it."""

    platform: Platform
    cell: Cell
    asset: str
    inputs: Mapping[str, Json]

    @property
    def key(self) -> str:
        """The key under which its value is known."""
        return sha256_json(
            {"asset": self.asset, "code": asset_code(self.asset), "inputs": dict(self.inputs)}
        )

    def find(self, kind: type[ValueT]) -> LaboratoryResult | None:
        """Reads the known value; None when there is none, or it is gone."""
        record = lookup(self.platform.ledger, [self.key]).get(self.key)
        artifact = record.artifact if record else None
        told = find_json(self.platform.paths.artifacts, artifact)
        if record is None or artifact is None or told is None:
            return None
        value = from_json(kind, told)
        root = self.platform.paths.artifacts
        if isinstance(value, PageValue) and not is_intact(root, value.ref):
            return None
        return self._result(value, artifact, record.run_id)

    def keep(self, value: LaboratoryValue) -> LaboratoryResult:
        """Stores a value that was just computed, under its key.

        Raises:
            StoreError: The folder of artifacts refuses.
        """
        artifact = put_json(self.platform.paths.artifacts, self.asset, to_json(value))
        self._remember(value, artifact)
        return self._result(value, artifact, None)

    def record(self, result: LaboratoryResult) -> None:
        """Records the value, and the page that it names, as outputs of the cell."""
        page = [result.value.ref] if isinstance(result.value, PageValue) else []
        record_artifacts(
            self.platform.ledger,
            self.cell.run_id,
            self.asset,
            [result.artifact, *page],
            source=self.cell.source,
        )

    def _remember(self, value: LaboratoryValue, artifact: ArtifactRef) -> None:
        record = MemoRecord(
            memo_key=self.key,
            asset=self.asset,
            data_version=artifact.sha256,
            code_version=asset_code(self.asset),
            artifact=artifact,
            run_id=self.cell.run_id,
            computed_at=self.platform.clock(),
            # Pruning keeps what a record names.
            facts={"page": value.ref.sha256} if isinstance(value, PageValue) else {},
        )
        remember(self.platform.ledger, [record])

    def _result(
        self, value: LaboratoryValue, artifact: ArtifactRef, known_from: str | None
    ) -> LaboratoryResult:
        return LaboratoryResult(
            cell=self.cell,
            asset=self.asset,
            value=value,
            version=artifact.sha256,
            code_version=asset_code(self.asset),
            is_memoized=known_from is not None,
            computed_in_run=known_from or self.cell.run_id,
            artifact=artifact,
        )


def last_figure(platform: Platform, inputs: Mapping[str, Json]) -> dict[tuple[str, str], float]:
    """The fastest rounds of the last trials of these workloads on this machine, by use and kind."""
    key = _figure_key(inputs)
    record = lookup(platform.ledger, [key]).get(key)
    facts = record.facts if record else {}
    found: dict[tuple[str, str], float] = {}
    for name, ns in facts.items():
        use, _, kind = name.partition("/")
        if isinstance(ns, int | float):
            found[use, kind] = float(ns)
    return found


def remember_figure(
    platform: Platform, run_id: str, inputs: Mapping[str, Json], trials: Sequence[Trial]
) -> None:
    """Keeps the fastest rounds of trials for the next ones of these workloads on this machine."""
    facts: dict[str, Json] = {f"{t.use}/{t.kind}": t.fastest for t in trials}
    record = MemoRecord(
        memo_key=_figure_key(inputs),
        asset=HASHMAP_TRIALS,
        data_version=sha256_json(facts),
        code_version=asset_code(HASHMAP_TRIALS),
        artifact=None,
        run_id=run_id,
        computed_at=platform.clock(),
        facts=facts,
    )
    remember(platform.ledger, [record])


def _figure_key(inputs: Mapping[str, Json]) -> str:
    return sha256_json({"figure of": HASHMAP_TRIALS, "inputs": dict(inputs)})
