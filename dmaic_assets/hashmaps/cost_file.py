"""Measured costs as a JSON document, so that they are measured once on each machine."""

import json
from collections.abc import Mapping
from dataclasses import astuple
from pathlib import Path
from typing import Any

from dmaic_assets.hashmaps.cost_model import SHARES, SIZES, Costs, CostTable, Grid
from dmaic_assets.hashmaps.indexes import KINDS

# Counted up when the same document would mean something else: other points, other operations.
_VERSION = [4, *SIZES, *SHARES]


def costs_text(table: CostTable) -> str:
    """Writes a table; costs are nanoseconds of hit, miss, insert and delete."""
    told = {
        "version": _VERSION,
        "machine": table.machine,
        "costs": _grids_told(table.costs),
        "build": {KINDS[kind]: list(each) for kind, each in table.build.items()},
        "frozen": _grids_told(table.frozen),
        "freeze": {KINDS[kind]: list(each) for kind, each in table.freeze.items()},
    }
    return json.dumps(told, indent=1)


def _grids_told(grids: Mapping[int, Grid]) -> dict[str, object]:
    return {
        KINDS[kind]: [[astuple(costs) for costs in row] for row in rows]
        for kind, rows in grids.items()
    }


def read_costs(path: Path, machine: str) -> CostTable | None:
    """Reads a table; None when there is none, or it is of another machine or version, or damaged.

    Costs only decide which index is taken: measuring them again repairs everything.
    """
    try:
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if told["version"] != _VERSION or told["machine"] != machine:
            return None
        costs, frozen = _grids(told["costs"]), _grids(told["frozen"])
        build, freeze = _rows(told["build"]), _rows(told["freeze"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    is_whole = bool(costs) and (costs.keys(), frozen.keys()) == (build.keys(), freeze.keys())
    return CostTable(machine, costs, build, frozen, freeze) if is_whole else None


def _grids(told: dict[str, Any]) -> dict[int, list[list[Costs]]]:
    return {
        KINDS.index(kind): [[Costs(*map(float, four)) for four in row] for row in rows]
        for kind, rows in told.items()
    }


def _rows(told: dict[str, Any]) -> dict[int, list[float]]:
    return {KINDS.index(kind): [float(v) for v in row] for kind, row in told.items()}
