"""Measured costs as a JSON document, so that they are measured once on each machine."""

import json
from dataclasses import astuple
from pathlib import Path
from typing import Any

from dmaic_assets.hashmaps.cost_model import SHARES, SIZES, Costs, CostTable
from dmaic_assets.hashmaps.indexes import KINDS

# Counted up when the same document would mean something else: other points, other operations.
_VERSION = [2, *SIZES, *SHARES]


def costs_text(table: CostTable) -> str:
    """Writes a table; costs are nanoseconds of hit, miss, insert and delete."""
    kinds = {
        KINDS[kind]: [[astuple(costs) for costs in row] for row in rows]
        for kind, rows in table.costs.items()
    }
    build = {KINDS[kind]: list(each) for kind, each in table.build.items()}
    told = {"version": _VERSION, "machine": table.machine, "costs": kinds, "build": build}
    return json.dumps(told, indent=1)


def read_costs(path: Path, machine: str) -> CostTable | None:
    """Reads a table; None when there is none, or it is of another machine or version, or damaged.

    Costs only decide which index is taken: measuring them again repairs everything.
    """
    try:
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if told["version"] != _VERSION or told["machine"] != machine:
            return None
        costs = {
            KINDS.index(kind): [[Costs(*map(float, four)) for four in row] for row in rows]
            for kind, rows in told["costs"].items()
        }
        build = {KINDS.index(kind): [float(v) for v in row] for kind, row in told["build"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return CostTable(machine, costs, build) if costs and costs.keys() == build.keys() else None
