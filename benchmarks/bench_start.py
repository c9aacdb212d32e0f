"""How long the package takes to start: help, import, definitions, their validation.

`python -m benchmarks.bench_start [--json]`. A start is one thread's work, so on a loaded machine
its cpu time tells what a quiet one would take; both are shown.
"""

import json
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import Figure, against, alternate, arguments, report, report_json
from benchmarks.projects import DMAIC, PATHS, empty_project

PROGRAMS = {
    "dmaic --help": [*DMAIC, "--help"],
    "import dmaic_assets": [sys.executable, "-c", "import dmaic_assets"],
    "load the definitions": [sys.executable, "-c", "import dmaic_assets.definitions"],
}
GOALS_S = {"dmaic --help": 0.3, "import dmaic_assets": 1.0, "load the definitions": 3.0}
VALIDATE = [sys.executable, "-m", "dagster", "definitions", "validate"]
# Our code location is validated in at most so many times the cpu of an empty one.
VALIDATED = 1.3
EMPTY = "import dagster as dg\n\ndefs = dg.Definitions()\n"


def validation(folder: Path, repeats: int) -> list[Figure]:
    """Validates our code location and an empty one in turn."""
    project, empty = empty_project(folder / "project"), folder / "empty.py"
    empty.write_text(EMPTY, "utf-8")
    (folder / "home").mkdir()
    names = {"DMAIC_PROJECT": str(project), "DAGSTER_HOME": str(folder / "home")}
    programs = {
        "an empty location": [*VALIDATE, "-f", str(empty)],
        "dagster definitions validate": [*VALIDATE, "-m", "dmaic_assets.definitions"],
    }
    limit, ours = alternate(programs, repeats=repeats, environment={**PATHS, **names}).values()
    return against(limit, ours, cpu=VALIDATED)


def main() -> None:
    args = arguments(__doc__ or "").parse_args()
    repeats = 1 if args.quick else max(5, args.repeats)
    figures: list[Figure] = []
    for name, series in alternate(PROGRAMS, repeats=repeats, environment=PATHS).items():
        figures.append(Figure(f"{name}: elapsed", "s", series.wall_s, GOALS_S[name]))
        figures.append(Figure(f"{name}: cpu", "s", series.cpu_s, GOALS_S[name]))
    with tempfile.TemporaryDirectory(prefix="bench-start-") as name:
        figures += validation(Path(name), repeats)
    print(json.dumps(report_json(figures), indent=2) if args.json else report(figures))


if __name__ == "__main__":
    main()
