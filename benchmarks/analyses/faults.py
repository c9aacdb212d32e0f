"""Counts injected faults that the analyses find, and what they say of high weight on clean tables.

    .venv/bin/python -m benchmarks.analyses.faults [--seeds 3] [--first 0] [--rate 0.1] [KIND...]

A fault is found where a finding that asks something of people (low or more) names its table and
one of its columns, and no finding of the clean tables says as much of the same in the same words
of measure. A repeated row has no column: a finding of its table as a whole is asked for. The laws
that are written beside the tables are declared, as people would do.
"""

import argparse
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import yaml

from dmaic_assets.analysis.finding import WEIGHTS, Finding
from dmaic_assets.analysis.injection.clean import clean_tables
from dmaic_assets.analysis.injection.damage import damage_tables
from dmaic_assets.analysis.injection.laws import laws_text
from dmaic_assets.analysis.injection.places import KINDS
from dmaic_assets.analysis.injection.truth import Fault
from dmaic_assets.analysis.injection.write import write_data_set
from dmaic_assets.analysis.registry import ANALYSES
from dmaic_assets.analysis.standalone import read_tables, table_files
from dmaic_assets.analysis.study import Study
from dmaic_assets.analysis.working import work_analyses
from dmaic_assets.settings.analyses import AnalysisSettings
from dmaic_assets.settings.validation import ValidationSettings

# The day after the last of the data, so that nothing is stale by our doing.
NOW = datetime(2025, 1, 1, tzinfo=UTC)
GOAL_RECALL, GOAL_HIGH = 0.9, 1
Told = Sequence[tuple[str, Finding]]


def findings_of(seed: int, rates: Mapping[str, float]) -> tuple[Told, tuple[Fault, ...]]:
    tables, faults = damage_tables(clean_tables(seed), rates, seed)
    with tempfile.TemporaryDirectory(prefix="dmaic-faults-") as folder:
        place = Path(folder) / "set"
        write_data_set(place, tables, faults, seed=seed, scale="small", suffix="csv")
        files = [path for path in table_files(place) if path.suffix == ".csv"]
        declared = ValidationSettings.model_validate(yaml.safe_load(laws_text()))
        study = Study(read_tables(files), NOW, AnalysisSettings(validation=declared))
        outcomes = work_analyses(study, [entry.name for entry in ANALYSES])
    told = [(piece.analysis, f) for piece, o in outcomes.items() for f in o.findings]
    return told, faults


def strengths(told: Told) -> Mapping[tuple[object, ...], int]:
    """The gravest weight of each thing that is said: analysis, table, columns, measure."""
    found: dict[tuple[object, ...], int] = {}
    for analysis, f in told:
        key = (analysis, f.table, f.columns, f.metric)
        found[key] = max(found.get(key, 0), WEIGHTS.index(f.weight))
    return found


def finders(fault: Fault, told: Told, clean: Told) -> list[str]:
    """The analyses that find a fault."""
    before = strengths(clean)
    wanted = set(fault.columns)
    found: set[str] = set()
    for key, weight in strengths(told).items():
        analysis, table, columns, _ = key
        is_here = table == fault.table and (not wanted or wanted & set(columns or ()))
        if is_here and weight > before.get(key, 0):
            found.add(str(analysis))
    return sorted(found)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--rate", type=float, default=0.1)
    parser.add_argument("kinds", nargs="*", metavar="KIND", default=list(KINDS))
    options = parser.parse_args(arguments)
    kinds: Sequence[str] = options.kinds
    by_kind, high, weights = Counter[str](), Counter[str](), Counter[str]()
    who: dict[str, Counter[str]] = {kind: Counter() for kind in kinds}
    for seed in range(options.first, options.first + options.seeds):
        clean, _ = findings_of(seed, {})
        high.update(f"{seed}: {f.table}" for _, f in clean if f.weight == "high")
        weights.update(f.weight for _, f in clean)
        for kind in kinds:
            told, (fault,) = findings_of(seed, {kind: options.rate})
            names = finders(fault, told, clean)
            by_kind[kind] += bool(names)
            who[kind].update(names)
    for kind in kinds:
        found = ", ".join(f"{name} {times}" for name, times in sorted(who[kind].items()))
        print(f"{kind:20} {by_kind[kind]} of {options.seeds}  {found}")
    recall = sum(by_kind.values()) / (options.seeds * len(kinds))
    print(f"recall {recall:.2f} (goal {GOAL_RECALL:g}), analyses: {len(ANALYSES)}")
    told_of = ", ".join(f"{weights[w] / options.seeds:g} {w}" for w in WEIGHTS[::-1])
    print(f"findings of ten clean tables, the mean of {options.seeds} seeds: {told_of}")
    most = max(high.values(), default=0)
    print(
        f"high findings on clean tables: {sum(high.values())}, "
        f"most on one {most} (goal {GOAL_HIGH})"
    )


if __name__ == "__main__":
    main()
