"""Measures the analyses: runs the parts of `benchmarks.analyses` that need no further data.

make bench-analyses
"""

import importlib
import sys

PARTS = ("faults",)


def main() -> None:
    for part in sys.argv[1:] or PARTS:
        print(f"== {part}")
        importlib.import_module(f"benchmarks.analyses.{part}").main([])


if __name__ == "__main__":
    main()
