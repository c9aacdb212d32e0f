"""Uses a phenomenon that was added to a copy of the package; prints what came of it as JSON.

Run by `test_a_phenomenon_is_added` in a process of its own, where the copy is first on the path.
"""

import json
import sys

import numpy as np
import polars as pl

import dmaic_assets
from dmaic_assets.improve.cell_errors import find_cell_errors
from dmaic_assets.improve.cycle import Cycle, improve
from dmaic_assets.phenomena.registry import KINDS
from dmaic_assets.rules.learn import learn_rules
from dmaic_assets.rules.yaml.file import format_rules, parse_rules
from dmaic_assets.settings.project import SourceSettings
from dmaic_assets_tests.rules.orders import facts_of, judged

WRONG = tuple(range(0, 600, 8))


def parcels(day: int, rows: int = 600) -> pl.DataFrame:
    """A day of parcels whose number ends in its digit sum."""
    rng = np.random.default_rng([7, day])
    stems = [f"{n:05d}" for n in rng.choice(90_000, rows, replace=False) + 10_000]
    code = [s + str(sum(map(int, s)) % 10) for s in stems]
    return pl.DataFrame({"parcel": code, "grams": rng.integers(20, 900, rows)})


def mistyped(frame: pl.DataFrame) -> pl.DataFrame:
    """The same parcels, some with another last digit."""
    codes = frame["parcel"].to_list()
    for row in WRONG:
        codes[row] = codes[row][:-1] + str((int(codes[row][-1]) + 3) % 10)
    return frame.with_columns(pl.Series("parcel", codes))


def main() -> None:
    """Learns, judges, finds, proposes and pilots."""
    facts = [facts_of(parcels(day), f"{day:064x}") for day in range(6)]
    source = SourceSettings(name="parcels")
    rules = learn_rules(facts, source=source)
    rules = parse_rules(format_rules(rules), subject="rules", source="parcels")
    good, bad = parcels(7), mistyped(parcels(7))
    (violation,) = [v for v in judged(bad, rules).verdict.violations if v.kind == "check_digit"]
    cells = find_cell_errors(bad)
    text = bad.cast(pl.String)
    found = improve(text, Cycle("parcels", "2024-02-01T00:00:00Z"))
    repaired = found.applied.frame["parcel"].to_list()
    sys.stdout.write(
        json.dumps(
            {
                "from": dmaic_assets.__file__,
                "known": "check_digit" in KINDS,
                "learnt": [r.columns for r in rules.rules if r.kind == "check_digit"],
                "clean": judged(good, rules).verdict.decision,
                "failed": violation.rows_failed,
                "cause": violation.cause,
                "cells": sorted(cells.filter(pl.col("column") == "parcel")["row"].to_list()),
                "promoted": [r.repair.kind for r in found.promoted],
                "reasons": [r.reason for r in found.reports],
                "right": repaired == good["parcel"].to_list(),
            }
        )
    )


if __name__ == "__main__":
    main()
