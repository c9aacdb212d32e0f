"""Kills the ingest again and again, at random moments and in every window of a write.

`python benchmarks/soak.py [--kills 200] [--seed N] [--json]` (`make soak`). Each round makes a
project, kills its ingest until it finishes by itself, and compares every row and every byte with
an undisturbed run. Ends with exit code 1 at the first difference and says which.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from dmaic_assets_tests.crash.project import (  # noqa: E402 - the path comes first
    FAILPOINTS,
    ids_of,
    make_project,
    outcome,
    rows_everywhere,
    work,
)


def one_round(folder: Path, chance: random.Random, longest_s: float, patience: int) -> int:
    """Works one project to its end, killing it up to `patience` times; tells how often."""
    project = make_project(folder)
    before = ids_of(project)
    kills = 0
    while kills < patience:
        if chance.random() < 0.5:
            place, number = chance.choice(FAILPOINTS), chance.randint(1, 12)
            ended = work(project, failpoint=f"{place}:kill:{number}")
        else:
            ended = work(project, kill_after_s=chance.uniform(0.3, longest_s))
        if ended == 0:
            break
        kills += 1
    if work(project) != 0 or rows_everywhere(project) != before:
        raise SystemExit(f"rows were lost or doubled in {project}")
    return kills


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--kills", type=int, default=200)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--json", action="store_true")
    given = arguments.parse_args()
    chance = random.Random(given.seed)
    kills, rounds, started = 0, 0, time.perf_counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        calm = make_project(folder / "undisturbed")
        begun = time.perf_counter()
        work(calm)
        longest_s = 1.2 * (time.perf_counter() - begun)
        wanted = outcome(calm)
        while kills < given.kills:
            rounds += 1
            trial = folder / f"round_{rounds}"
            kills += one_round(trial, chance, longest_s, patience=12)
            if outcome(trial) != wanted:
                raise SystemExit(f"round {rounds} (seed {given.seed}) ended differently")
            print(f"{kills} kills, {rounds} rounds", file=sys.stderr)
    report = {
        "kills": kills,
        "rounds": rounds,
        "differences": 0,
        "elapsed_s": round(time.perf_counter() - started, 1),
    }
    print(json.dumps(report, indent=None if given.json else 2))


if __name__ == "__main__":
    main()
