"""The memo around one file's assets: take what is known and intact, compute and keep the rest.

What belongs here: looking up, checking and remembering. What an asset is, its caller says.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from dmaic_assets.model import ArtifactRef, AssetName, Json
from dmaic_assets.store.artifacts import is_intact, put_json
from dmaic_assets.store.effect_files import sync_together
from dmaic_assets.store.keys import sha256_json
from dmaic_assets.store.ledger.record.memo import MemoRecord, lookup, remember
from dmaic_assets.work.plan.code_versions import code_versions
from dmaic_assets.work.plan.memo_keys import memo_key
from dmaic_assets.work.run.platform import Platform


@dataclass(frozen=True, slots=True)
class Computed:
    """A freshly computed value: its JSON form, facts about it, and a version of its own if any."""

    payload: Json = None
    facts: Mapping[str, Json] = field(default_factory=dict)
    data_version: str | None = None


@dataclass(frozen=True, slots=True)
class AssetRecord:
    """One asset of one file: versions, where its value is, and the run that computed it."""

    asset: AssetName
    memo_key: str
    data_version: str
    computed_in_run: str
    is_memoized: bool
    artifact: ArtifactRef | None
    facts: Mapping[str, Json]


class Steps:
    """Takes the assets of one file through the memo, one after the other.

    With `recompute` nothing is looked up; new values replace the known ones. Values are
    remembered by `keep`, in one transaction, so that a crash leaves none or all of them.
    """

    def __init__(self, platform: Platform, run_id: str, *, recompute: bool) -> None:
        self._platform = platform
        self.run_id = run_id
        self._recompute = recompute
        self._fresh: list[MemoRecord] = []
        self.records: dict[AssetName, AssetRecord] = {}
        self.notes: list[str] = []

    def take(
        self,
        asset: AssetName,
        compute: Callable[[], Computed],
        *,
        params: Mapping[str, Json],
        inputs: Mapping[str, Json],
        is_present: Callable[[Mapping[str, Json]], bool] | None = None,
    ) -> AssetRecord:
        """Gives the asset's record, computing only when it is unknown or its outputs are gone.

        Args:
            asset: Which asset.
            compute: Computes the value; called at most once.
            params: The parameters that the value depends on.
            inputs: The data versions that it depends on.
            is_present: Tells from the facts whether outputs outside the artifact store are intact.
        """
        key = memo_key(asset, params, inputs)
        known = None if self._recompute else lookup(self._platform.ledger, [key]).get(key)
        if known is not None and self._is_intact(known, is_present):
            record = _record_of(asset, known)
        else:
            if known is not None:
                self.notes.append(f"{asset}: its stored output is gone or changed; computed again")
            record = self._compute(asset, key, compute)
        self.records[asset] = record
        return record

    def keep(self, extra: Sequence[MemoRecord] = ()) -> None:
        """Remembers every value computed since the last call, with `extra`, in one transaction.

        Their artifacts are on the disk before.
        """
        if any(record.artifact is not None for record in self._fresh):
            sync_together(self._platform.paths.artifacts)
        remember(self._platform.ledger, [*self._fresh, *extra])
        self._fresh.clear()

    def also(self, records: Iterable[MemoRecord]) -> None:
        """Has further values, whose artifacts may be unsynced, remembered with those taken."""
        self._fresh.extend(records)

    def _is_intact(
        self, known: MemoRecord, is_present: Callable[[Mapping[str, Json]], bool] | None
    ) -> bool:
        if known.artifact is not None and not is_intact(
            self._platform.paths.artifacts, known.artifact
        ):
            return False
        facts = known.facts if isinstance(known.facts, dict) else {}
        return is_present is None or is_present(facts)

    def _compute(self, asset: AssetName, key: str, compute: Callable[[], Computed]) -> AssetRecord:
        value = compute()
        artifact = None
        if value.payload is not None:
            root = self._platform.paths.artifacts
            artifact = put_json(root, asset, value.payload, is_synced=False)
        version = value.data_version or (
            artifact.sha256 if artifact is not None else sha256_json(dict(value.facts))
        )
        facts = dict(value.facts)
        self._fresh.append(
            MemoRecord(
                memo_key=key,
                asset=asset,
                data_version=version,
                code_version=code_versions()[asset],
                artifact=artifact,
                run_id=self.run_id,
                computed_at=self._platform.clock(),
                facts=facts,
            )
        )
        return AssetRecord(asset, key, version, self.run_id, False, artifact, facts)


def _record_of(asset: AssetName, known: MemoRecord) -> AssetRecord:
    facts = known.facts if isinstance(known.facts, dict) else {}
    return AssetRecord(
        asset, known.memo_key, known.data_version, known.run_id, True, known.artifact, facts
    )
