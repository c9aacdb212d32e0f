"""One asset made once, as Dagster is told of it: by a step of its own, or as an event of a job.

What belongs here: the only place that builds materializations, with the version tags from which
Dagster tells staleness. What was made, and what is shown of it, is the caller's business.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import dagster as dg

from dmaic_assets.defs.assets.partitions import key_of, tags_of
from dmaic_assets.defs.metadata.cell import Metadata
from dmaic_assets.model import Cell
from dmaic_assets.work.assets.registry import ASSETS

Materialized: TypeAlias = dg.MaterializeResult[Any]  # pyright: ignore[reportExplicitAny] - values stay in the stores


@dataclass(frozen=True, slots=True)
class Made:
    """What was made of one asset for a cell, for a run by its id, or for the project (None).

    `inputs` are the data versions that it was made from, `pointer` the catalog's newest event at
    that time. `code_version` is empty where the asset's definition is the only one to tell it.
    """

    asset: str
    partition: Cell | str | None
    data_version: str
    code_version: str = ""
    inputs: Mapping[str, str] = field(default_factory=dict)
    pointer: int | None = None

    def as_event(
        self, metadata: Metadata, *, tags: Mapping[str, str] | None = None
    ) -> dg.AssetMaterialization:
        """Spells it as a catalog event, with the tags that a step of its own would have written."""
        cell = self.partition if isinstance(self.partition, Cell) else None
        inputs = {f"dagster/input_data_version/{n}": v for n, v in self.inputs.items()}
        newest = {} if self.pointer is None else dict.fromkeys(self.inputs, str(self.pointer))
        return dg.AssetMaterialization(
            self.asset,
            partition=key_of(cell) if cell is not None else _run_key(self.partition),
            metadata=metadata,
            tags={
                **(tags_of(cell) if cell is not None else {}),
                "dagster/data_version": self.data_version,
                "dagster/data_version_is_user_provided": "true",
                **({"dagster/code_version": self.code_version} if self.code_version else {}),
                **inputs,
                **{f"dagster/input_event_pointer/{n}": id_ for n, id_ in newest.items()},
                **(tags or {}),
            },
        )

    def as_result(self, metadata: Metadata) -> Materialized:
        """Spells it as the result of a step; Dagster adds the other tags itself."""
        return dg.MaterializeResult(
            asset_key=self.asset,
            metadata=metadata,
            data_version=dg.DataVersion(self.data_version),
        )


def made_from(asset: str, version: str, before: Mapping[str, str]) -> dict[str, str]:
    """The data versions that an asset was made from, one for each asset that it needs.

    Dagster calls an asset stale ("has a new dependency") when one is missing. Of what was made
    before the job `version` stands in: partitions are compared by events, from a pointer on.

    Args:
        asset: What was made.
        version: Its data version.
        before: The versions of what the same job made.
    """
    return {name: before.get(name, version) for name in ASSETS[asset].upstream}


def _run_key(partition: Cell | str | None) -> str | None:
    return None if partition is None else str(partition)
