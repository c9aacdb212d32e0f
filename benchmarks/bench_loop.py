"""Whole loop against the pipeline limit: read, profile, types, rules, gate, split, ingest.

`python benchmarks/bench_loop.py [--rows N] [--format parquet|csv] [--json]`. The platform works
with a history (a tenth of the rows, made with another seed), a ledger and the real stores.
"""

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path

from measure import ROOT, Measured, measure
from synthetic import write_csv, write_parquet

GOAL_CPU, GOAL_MEMORY = 1.4, 1.2
WRITERS = {"parquet": write_parquet, "csv": write_csv}


def prepare(folder: Path, rows: int, form: str) -> tuple[Path, Path]:
    """Makes a project with one accepted file, and the file to measure beside it."""
    project = folder / "project"
    shutil.copytree(ROOT / "config", project / "config", ignore=shutil.ignore_patterns("rules"))
    incoming = project / "data" / "incoming" / "orders"
    incoming.mkdir(parents=True)
    WRITERS[form](incoming / f"history.{form}", max(1000, rows // 10), seed=1)
    program = [sys.executable, str(ROOT / "benchmarks" / "loop.py"), str(project)]
    print("history:", measure(program).stdout.strip(), file=sys.stderr)
    big = folder / f"orders.{form}"
    WRITERS[form](big, rows, seed=2)
    return project, big


def fresh(project: Path, big: Path, folder: Path) -> Path:
    """Copies the project with its history and drops the measured file into it."""
    trial = folder / "trial"
    shutil.rmtree(trial, ignore_errors=True)
    shutil.copytree(project, trial)
    target = trial / "data" / "incoming" / "orders" / big.name
    target.hardlink_to(big)
    return trial


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rows", type=int, default=5_000_000)
    arguments.add_argument("--format", choices=("parquet", "csv"), default="parquet")
    arguments.add_argument("--repeats", type=int, default=3)
    arguments.add_argument("--quick", action="store_true", help="500,000 rows, once")
    arguments.add_argument("--json", action="store_true")
    given = arguments.parse_args()
    rows, repeats = (500_000, 1) if given.quick else (given.rows, given.repeats)
    here = str(ROOT / "benchmarks")
    pairs: list[tuple[Measured, Measured]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        project, big = prepare(folder, rows, given.format)
        for _ in range(repeats):
            limit = [sys.executable, f"{here}/limit_pipeline.py", str(big), str(folder / "out")]
            ours = [sys.executable, f"{here}/loop.py", str(fresh(project, big, folder))]
            pairs.append((measure(limit), measure(ours)))
    report = {
        "rows": rows,
        "format": given.format,
        "said": pairs[-1][1].stdout.strip(),
        "cpu_ratio": round(sorted(o.cpu_s / p.cpu_s for p, o in pairs)[repeats // 2], 3),
        "wall_ratio": round(sorted(o.wall_s / p.wall_s for p, o in pairs)[repeats // 2], 3),
        "memory_ratio": round(
            sorted(o.peak_rss_mb / p.peak_rss_mb for p, o in pairs)[repeats // 2], 3
        ),
        "limit_cpu_s": [round(p.cpu_s, 2) for p, _ in pairs],
        "ours_cpu_s": [round(o.cpu_s, 2) for _, o in pairs],
        "limit_peak_mb": [round(p.peak_rss_mb) for p, _ in pairs],
        "ours_peak_mb": [round(o.peak_rss_mb) for _, o in pairs],
        "goals": {"cpu_ratio": GOAL_CPU, "memory_ratio": GOAL_MEMORY},
    }
    print(json.dumps(report, indent=None if given.json else 2))


if __name__ == "__main__":
    main()
