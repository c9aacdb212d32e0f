"""Asset checks that learn what an asset is like from its accepted materializations."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any, TypeAlias

import dagster as dg

from dmaic_assets.defs.assets.materialize import refusals_as_failures
from dmaic_assets.defs.assets.partitions import preview_features
from dmaic_assets.defs.checks.cell import Finding, schema_as_expected
from dmaic_assets.defs.metadata.tables import JudgedFile
from dmaic_assets.errors import BadInputError
from dmaic_assets.integration.gated_table import GatedTable, JudgedTable
from dmaic_assets.integration.shown import gate_finding, rows_finding

Load: TypeAlias = Callable[[dg.AssetCheckExecutionContext], object]

GATE = "gate_is_open"
ROWS = "every_row_passes"
SCHEMA = "schema_as_expected"
_DESCRIPTIONS = {
    GATE: "The table is as those accepted before it. An error when it is held.",
    ROWS: "No single row fails a learnt rule. A warning with the rows and the reasons.",
    SCHEMA: "The columns are those of the tables before. An error when one is gone or of another "
    "type, a warning when one was added or moved.",
}


def learnt_checks(  # noqa: PLR0913 - what a user may say, each by its name
    asset: dg.AssetsDefinition | dg.AssetSpec | dg.AssetKey | str,
    *,
    home: str | Path,
    table: str | None = None,
    load: Load | None = None,
    required_resource_keys: AbstractSet[str] = frozenset(),
    partitions_def: dg.PartitionsDefinition[str] | None = None,
    window: int | None = None,
    false_alarms: float | None = None,
    thresholds: Mapping[str, Any] | None = None,  # pyright: ignore[reportExplicitAny] - validated as the file's keys are
    blocking: bool = True,
) -> dg.AssetChecksDefinition:
    """Puts a learnt gate on an existing asset.

    Each materialization is judged by rules learnt from those accepted before it, never from
    itself, and is then a file of the project in `home`: `dmaic status`, `show`, `gate release`
    and `rules` work there, and the rules lie in `config/rules/<table>.yaml`.

    Args:
        asset: An asset with one key, its spec, or its key.
        home: The project folder; made when it is not there. A relative one is below the folder
            that Dagster runs in.
        table: The table's name in the project; from the asset's key when None.
        load: Gives the value (a frame of Polars, pandas or pyarrow, a DuckDB relation, paths of
            files), for an asset that stores it itself; None takes it from the IO manager.
        required_resource_keys: Resources that `load` uses.
        partitions_def: The asset's, where `asset` is only its key.
        window: How many accepted materializations rules are learnt from at most.
        false_alarms: The share of clean materializations that rules may stop at most, in (0, 1).
        thresholds: Keys of config/thresholds.yaml for this table.
        blocking: Whether assets behind a held table wait.

    Raises:
        BadInputError: The asset has no single key, or `table` cannot name a source.
    """
    key, parts = _key_of(asset)
    parts = partitions_def or parts
    gated = GatedTable(
        Path(home), table or table_name(key), window, false_alarms, dict(thresholds or {})
    )

    def results(
        context: dg.AssetCheckExecutionContext, value: object
    ) -> Iterator[dg.AssetCheckResult]:
        with refusals_as_failures():
            table = load(context) if load else value
            partition = context.partition_key if context.has_partition_key else None
            yield from check_results(key, gated.judge(table, partition=partition))

    def loaded(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        yield from results(context, None)

    make = dg.multi_asset_check(
        name=f"{key.to_python_identifier()}_learnt_checks",
        specs=check_specs(key, parts, blocking=blocking),
        ins={} if load else {"value": dg.AssetIn(key)},
        required_resource_keys=set(required_resource_keys),
    )
    return make(loaded if load else results)


def check_specs(
    key: dg.AssetKey, parts: dg.PartitionsDefinition[str] | None, *, blocking: bool
) -> list[dg.AssetCheckSpec]:
    """Declares the checks of a gated asset."""
    with preview_features():
        return [
            dg.AssetCheckSpec(
                name,
                asset=key,
                description=words,
                blocking=blocking and name == GATE,
                partitions_def=parts,
            )
            for name, words in _DESCRIPTIONS.items()
        ]


def check_results(key: dg.AssetKey, judged: Sequence[JudgedTable]) -> Iterator[dg.AssetCheckResult]:
    """Gives the results of a gated asset's checks, the gate's last: it may end the step."""
    files = tuple(JudgedFile(one.name, one.verdict) for one in judged)
    found: dict[str, Finding] = {
        ROWS: rows_finding(judged),
        SCHEMA: schema_as_expected(files),
        GATE: gate_finding(judged),
    }
    for name, finding in found.items():
        yield dg.AssetCheckResult(
            asset_key=key,
            check_name=name,
            passed=finding.passed,
            severity=finding.severity,
            description=finding.description,
            metadata=finding.metadata,
        )


def table_name(key: dg.AssetKey) -> str:
    """The name of an asset's table in the project: its key with what names cannot have as _."""
    plain = "".join(c if c.isascii() and c.isalnum() else "_" for c in "_".join(key.path).lower())
    return plain.lstrip("_-")[:63] or "table"


def _key_of(
    asset: dg.AssetsDefinition | dg.AssetSpec | dg.AssetKey | str,
) -> tuple[dg.AssetKey, dg.PartitionsDefinition[str] | None]:
    if isinstance(asset, dg.AssetSpec):
        return asset.key, asset.partitions_def
    if not isinstance(asset, dg.AssetsDefinition):
        return dg.AssetKey.from_coercible(asset), None
    if len(asset.keys) != 1:
        names = ", ".join(sorted(key.to_user_string() for key in asset.keys))
        fix = "Name one of them by its key: learnt_checks('orders', partitions_def=...)."
        raise BadInputError(f"asset {names}", "has several keys", fix)
    return asset.key, asset.partitions_def
