"""How long the package takes to start: help, import, definitions.

`python -m benchmarks.bench_start [--json]`. A start is one thread's work, so on a loaded machine
its cpu time tells what a quiet one would take; both are shown.
"""

import json
import sys

from benchmarks.measure import Figure, alternate, arguments, report, report_json
from benchmarks.projects import DMAIC, PATHS

PROGRAMS = {
    "dmaic --help": [*DMAIC, "--help"],
    "import dmaic_assets": [sys.executable, "-c", "import dmaic_assets"],
    "load the definitions": [sys.executable, "-c", "import dmaic_assets.definitions"],
}
GOALS_S = {"dmaic --help": 0.3, "import dmaic_assets": 1.0, "load the definitions": 3.0}


def main() -> None:
    args = arguments(__doc__ or "").parse_args()
    repeats = 1 if args.quick else max(5, args.repeats)
    figures: list[Figure] = []
    for name, series in alternate(PROGRAMS, repeats=repeats, environment=PATHS).items():
        figures.append(Figure(f"{name}: elapsed", "s", series.wall_s, GOALS_S[name]))
        figures.append(Figure(f"{name}: cpu", "s", series.cpu_s, GOALS_S[name]))
    print(json.dumps(report_json(figures), indent=2) if args.json else report(figures))


if __name__ == "__main__":
    main()
