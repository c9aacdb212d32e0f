"""The summary of a run as a JSON file beside its other artifacts (D16)."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from dmaic_assets.model import Json
from dmaic_assets.work.assets.cell_facts import counts_of
from dmaic_assets.work.assets.registry import WORK_ORDER

if TYPE_CHECKING:
    from dmaic_assets.settings.project import Paths
    from dmaic_assets.work.run.bulk import RunResult


def summary_document(result: "RunResult") -> dict[str, Json]:
    """Builds the summary: per asset how many sources and files were computed, and the totals."""
    from dmaic_assets.work.run.bulk import totals_of

    per_asset: dict[str, Json] = {}
    for asset in WORK_ORDER:
        mine = [o for cell in result.cells for o in cell.outcomes if o.asset == asset]
        per_asset[asset] = {
            "sources": len(mine),
            "memoized": sum(o.is_memoized for o in mine),
            "files_computed": sum(counts_of(o).files_computed for o in mine),
        }
    return {"run_id": result.run_id, "per_phase": per_asset, "totals": totals_of(result)}


def write_summary(result: "RunResult", paths: "Paths") -> Path:
    """Writes the summary to artifacts/json/summary-<run_id>.json and tells where.

    Raises:
        StoreError: The disk refuses.
    """
    from dmaic_assets.store.effect_files import write_bytes

    path = paths.artifacts / "json" / f"summary-{result.run_id}.json"
    text = json.dumps(summary_document(result), indent=2, ensure_ascii=False, allow_nan=False)
    write_bytes(path, f"{text}\n".encode())
    return path
