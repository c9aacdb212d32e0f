"""Writes the table of alarm limits anew: simulates in-control series and moves the limits.

About ten minutes of one core. `--series` and `--batches` scale the work of every rate.
"""

import argparse
import sys
from pathlib import Path

import dmaic_assets.sixsigma.alarms.limit_table as table
from benchmarks.alarm_calibration import calibrated
from dmaic_assets.sixsigma.alarms.limits import LimitCurve, limit_curve

# The rarer alarms are, the more points must be watched.
BATCHES = {0.05: 1, 0.01: 2, 0.001: 4, 0.0001: 8}
HORIZONS = {0.05: 180, 0.01: 180, 0.001: 70, 0.0001: 70}


def module_text(curves: list[LimitCurve]) -> str:
    """The source of the table's module."""
    levels = [_row(curve.levels.tolist()) for curve in curves]
    slopes = [_row(curve.slopes.tolist()) for curve in curves]
    lines = [
        f'"""{table.__doc__}"""',
        "",
        "# Points of the baseline: the table's columns.",
        f"POINTS = {table.POINTS}",
        "# False alarms per point: the table's rows.",
        f"RATES = {table.RATES}",
        "# Limits as normal quantiles for independent series, simulated.",
        "LEVELS = (",
        *levels,
        ")",
        "# What the limit gains per unit of correlation, simulated.",
        "SLOPES = (",
        *slopes,
        ")",
    ]
    return "\n".join(lines) + "\n"


def _row(values: list[float]) -> str:
    return "    (" + ", ".join(f"{value:.3f}" for value in values) + "),"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--series", type=int, default=40_000)
    parser.add_argument("--batches", type=float, default=1.0, help="times those of each rate")
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--rates", type=float, nargs="+", default=list(table.RATES))
    parser.add_argument("--write", action="store_true", help="replaces the module")
    args = parser.parse_args(arguments)
    curves = []
    for rate in table.RATES:
        curve = limit_curve(rate)
        if rate in args.rates:
            batches = max(1, round(BATCHES[rate] * args.batches))
            curve = calibrated(
                curve,
                rate,
                series=args.series,
                seeds=range(batches),
                horizon=HORIZONS[rate],
                rounds=args.rounds,
            )
        curves.append(curve)
    text = module_text(curves)
    if args.write:
        Path(table.__file__).write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
