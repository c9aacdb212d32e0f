"""What it costs to ask which keys of a file were accepted before: a map and tables of Polars.

`python -m benchmarks.bench_known_keys [--json]`. A state of ten million random whole numbers, and
a file of 100,000 of which half are known; the figures are of one thread's cpu.
"""

import json
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl

from benchmarks.measure import Figure, arguments, report, report_json
from dmaic_assets.phenomena.key.known import WORDS
from dmaic_assets.work.known_keys.forms import TableKeys, as_map, read_map

KEYS, ASKED = 10_000_000, 100_000
# Milliseconds of cpu that the map may take for the file.
GOAL_MS = 10.0
# Parts of a Polars anti-join that the map, and the table, may take.
GOAL_RATIO, GOAL_TABLE = 1 / 20, 3.0
# Milliseconds to read 450 MB at 1.5 GB/s.
GOAL_READ_MS = 300.0


def main() -> None:
    args = arguments(__doc__ or "").parse_args()
    repeats = 1 if args.quick else max(3, args.repeats)
    keys = KEYS // 100 if args.quick else KEYS
    rng = np.random.default_rng(14)
    known = rng.integers(0, 2**62, keys)
    asked = np.concatenate([known[: ASKED // 2], rng.integers(0, 2**62, ASKED // 2)])
    words = pl.DataFrame({WORDS[0]: asked})
    state = pl.DataFrame({WORDS[0]: known, "file": np.zeros(keys, np.int64)})
    table = TableKeys(state)
    held = as_map(table)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "keys.snapshot"
        held.save(path)
        join = _cpu_ms(lambda: words.join(state, on=WORDS[0], how="anti"), repeats)
        look_up = _cpu_ms(lambda: held.files_of(words), repeats)
        add = _cpu_ms(lambda: held.plus(words, 1), repeats)
        read = _cpu_ms(lambda: read_map(path), repeats)
        table_ms = _cpu_ms(lambda: table.files_of(words), repeats)
    figures = [
        Figure("map: look the file up, cpu", "ms", look_up, GOAL_MS),
        Figure("map: add the file, cpu", "ms", add, GOAL_MS),
        Figure("map: look the file up, for an anti-join", "ms", look_up, GOAL_RATIO, join),
        Figure("table: look the file up, for an anti-join", "ms", table_ms, GOAL_TABLE, join),
        Figure("map: read and check the snapshot, cpu", "ms", read, GOAL_READ_MS),
    ]
    print(json.dumps(report_json(figures), indent=2) if args.json else report(figures))


def _cpu_ms(way: Callable[[], object], repeats: int) -> float:
    """The least cpu of some rounds after a first one, in milliseconds."""
    way()
    taken: list[float] = []
    for _ in range(repeats):
        started = time.process_time()
        way()
        taken.append((time.process_time() - started) * 1000)
    return min(taken)


if __name__ == "__main__":
    main()
