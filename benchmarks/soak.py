"""Kills the ingest again and again, at random moments and in every window of a write.

`python benchmarks/soak.py [--kills 200] [--seed N] [--minutes 60] [--json]` (`make soak`). Each
round makes a project and kills its ingest, in each window between write, rename and record in
turn and at random moments in between, until it ends by itself. Then every row must be there once
and every byte equal to an undisturbed run. Ends with exit code 1 at the first difference, which
it names, or when the time is up before all kills were made.
"""

import argparse
import itertools
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from dmaic_assets_tests.work.crash.project import (  # noqa: E402 - the path comes first
    FAILPOINTS,
    ids_of,
    make_project,
    outcome,
    rows_everywhere,
    work,
    work_timed,
)

DAYS, SOURCES = 4, 3
# So many kills are tried in a round; then it is let through.
PATIENCE = 15
# Random kills come in the first part of the work, or few rounds would need a second start.
_EARLY = 0.35


@dataclass
class Soak:
    """What was done so far."""

    chance: random.Random
    ready_s: float
    work_s: float
    windows: Iterator[str]
    kills: Counter[str] = field(default_factory=Counter[str])
    rounds: int = 0
    rows: int = 0

    def one_round(self, folder: Path, *, wanted: int) -> Path:
        """Works one project to its end, killing it on the way; all its rows must be there."""
        project = make_project(folder, days=DAYS, sources=SOURCES)
        before = ids_of(project)
        self.rounds += 1
        for _ in range(min(PATIENCE, wanted)):
            how, ended = self._kill_once(project)
            if ended == 0:
                break
            self.kills[how] += 1
            print(f"kill {self.kills.total()}: {how}", file=sys.stderr, flush=True)
        if work(project) != 0:
            raise SystemExit(f"{project} was not worked to its end")
        found = rows_everywhere(project)
        if found != before:
            raise SystemExit(_difference(before, found, project))
        self.rows += len(found)
        return project

    def _kill_once(self, project: Path) -> tuple[str, int]:
        draw = self.chance.random()
        if draw < 0.5:
            place = next(self.windows)
            return place, work(project, failpoint=f"{place}:kill:{self.chance.randint(1, 3)}")
        if draw < 0.9:
            after_s = self.chance.uniform(0, self.work_s * _EARLY)
            return "at work", work(project, kill_after_s=after_s, from_ready=True)
        return "at start", work(project, kill_after_s=self.chance.uniform(0, self.ready_s))


def main() -> int:
    given = _arguments()
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="soak-") as name:
        folder = Path(name)
        calm = make_project(folder / "undisturbed", days=DAYS, sources=SOURCES)
        ready_s, work_s = work_timed(calm)
        wanted = outcome(calm)
        soak = Soak(random.Random(given.seed), ready_s, work_s, itertools.cycle(FAILPOINTS))
        while soak.kills.total() < given.kills:
            if time.perf_counter() - started > given.minutes * 60:
                break
            left = given.kills - soak.kills.total()
            trial = soak.one_round(folder / f"round_{soak.rounds + 1}", wanted=left)
            seen = outcome(trial)
            if seen != wanted:
                raise SystemExit(
                    f"round {soak.rounds} (seed {given.seed}): {_unlike(wanted, seen)}"
                )
            print(f"{soak.kills.total()} kills, {soak.rounds} rounds", file=sys.stderr, flush=True)
    report = {
        "seed": given.seed,
        "kills": soak.kills.total(),
        "kills_by_place": dict(sorted(soak.kills.items())),
        "rounds": soak.rounds,
        "rows_found_once": soak.rows,
        "files_equal_to_undisturbed": sum(len(_files(wanted, part)) for part in _PARTS),
        "differences": 0,
        "elapsed_s": round(time.perf_counter() - started, 1),
    }
    print(json.dumps(report, indent=None if given.json else 2))
    if soak.kills.total() < given.kills:
        print(f"{given.minutes:g} minutes were not enough for all kills", file=sys.stderr)
        return 1
    return 0


_PARTS = ("accepted", "quarantine", "incoming")


def _files(seen: Mapping[str, object], part: str) -> Mapping[str, object]:
    found = seen[part]
    return found if isinstance(found, Mapping) else {}


def _difference(before: list[str], found: list[str], project: Path) -> str:
    lost, more = Counter(before) - Counter(found), Counter(found) - Counter(before)
    return (
        f"{project}: {lost.total()} rows lost {list(lost)[:3]}, "
        f"{more.total()} too many {list(more)[:3]}"
    )


def _unlike(wanted: Mapping[str, object], seen: Mapping[str, object]) -> str:
    for part in wanted:
        if wanted[part] != seen[part]:
            mine, its = _files(wanted, part), _files(seen, part)
            names = {n for n in {*mine, *its} if mine.get(n) != its.get(n)}
            return f"{part} differs: {sorted(names)[:5] or seen[part]}"
    return "no difference"


def _arguments() -> argparse.Namespace:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--kills", type=int, default=200)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--minutes", type=float, default=60)
    arguments.add_argument("--json", action="store_true")
    return arguments.parse_args()


if __name__ == "__main__":
    sys.exit(main())
