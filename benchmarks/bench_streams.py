"""Clean streams that run for months: files held for nothing, and damage that passes.

Every file is judged by the rules of those before it and joins them; a clean one that is held is
released. Every eighth file is also judged with one column damaged in 5 % of its rows: caught is
what holds the file or sets four fifths of the damaged rows apart.

Usage: python -m benchmarks.bench_streams [--seeds 1,2,3] [--kinds orders,tickets] [--verbose]

Seeds from 100 on are measured to state a closing figure, never to work on.
"""

import argparse
import multiprocessing
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.gating import History, Kept, gate_typed, released, rules_of, trusted_files, typed_of
from benchmarks.streams import FIXED, GROWING, KINDS, Damage, Stream
from dmaic_assets.errors import DmaicError
from dmaic_assets.model import RuleSet
from dmaic_assets.rules.learn import WINDOW

TRUSTED = 8
EVERY = 8  # files between two that are damaged too
SHARE = 0.05
LEAST_FOUND = 0.80
LOSSY = 0.01


@dataclass(slots=True)
class Outcome:
    """What one stream came to."""

    name: str
    files: int = 0
    held: list[str] = field(default_factory=list)
    lossy: list[str] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    caught: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)


def try_stream(kind: str, seed: int) -> Outcome:
    """Runs one stream file by file."""
    rng = np.random.default_rng([seed, *kind.encode()])
    stream = KINDS[kind](rng)
    outcome = Outcome(f"{kind} {seed}")
    history = History()
    with tempfile.TemporaryDirectory(prefix="dmaic-streams-") as name:
        folder = Path(name)
        files = trusted_files(stream.files[:TRUSTED], folder)
        for number, table in enumerate(stream.files[TRUSTED:], TRUSTED):
            rules = rules_of(history.facts_of(files), kind)
            typed = typed_of(table, folder, rules.types)
            gated = gate_typed(typed, rules)
            outcome.files += 1
            broken = gated.judgement.verdict.violations
            if gated.is_stopped:
                why = ", ".join(v.rule for v in broken if v.is_broken or v.scope == "row")
                outcome.held.append(f"#{number} {why}")
            elif gated.apart.mean() > LOSSY:
                why = ", ".join(v.rule for v in broken if v.scope == "row")
                outcome.lossy.append(f"#{number} {gated.apart.mean():.0%} {why}")
            if number % EVERY == EVERY - 1 and not gated.is_stopped:
                _damage(stream, _Clean(table, rules, folder / "damaged", rng), outcome)
            if gated.is_stopped:
                gated = released(typed, rules)
            files = [*files, Kept(typed, gated)][-WINDOW:]
    return outcome


@dataclass(frozen=True, slots=True)
class _Clean:
    """A clean file that is not held, and what judges its damaged copies."""

    table: pl.DataFrame
    rules: RuleSet
    folder: Path
    rng: np.random.Generator


def _damage(stream: Stream, clean: _Clean, outcome: Outcome) -> None:
    for what, columns, damages in (
        ("fixed", stream.fixed, FIXED),
        ("growing", stream.growing, GROWING),
    ):
        for column in columns:
            for name, damage in damages.items():
                _damage_column(clean, column, damage, f"{what}: {name}", outcome)


def _damage_column(clean: _Clean, column: str, damage: Damage, key: str, outcome: Outcome) -> None:
    values, rng = clean.table[column].to_list(), clean.rng
    able = [i for i, v in enumerate(values) if v and damage(v, rng) != v]
    if not able:
        return
    count = min(len(able), max(2, round(SHARE * len(values))))
    picked = rng.choice(able, count, replace=False)
    for i in picked:
        values[i] = damage(values[i], rng)
    outcome.done[key] += 1
    table = clean.table.with_columns(pl.Series(column, values))
    try:
        gated = gate_typed(typed_of(table, clean.folder, clean.rules.types), clean.rules)
    except DmaicError:
        outcome.caught[key] += 1
        return
    if gated.is_stopped or gated.apart[picked].mean() >= LEAST_FOUND:
        outcome.caught[key] += 1
    else:
        looks = [r.parameters["pattern"] for r in clean.rules.rules if r.id == f"{column}.shape"]
        outcome.missed.append(f"{key} {column} {values[picked[0]]} {looks}")


def main() -> None:
    """Runs the streams, two at a time, and prints what they come to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--verbose", action="store_true")
    args = parser.parse_args()
    jobs = [(kind, int(seed)) for seed in args.seeds.split(",") for kind in args.kinds.split(",")]
    started = time.perf_counter()
    context = multiprocessing.get_context("spawn")
    files = held = lossy = 0
    done: Counter[str] = Counter()
    caught: Counter[str] = Counter()
    by: Counter[str] = Counter()
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        for one in pool.map(try_stream, *zip(*jobs, strict=True)):
            print(
                f"{one.name:14} clean held {len(one.held)}/{one.files}  rows apart {len(one.lossy)}"
                f"  damage {one.caught.total()}/{one.done.total()}",
                flush=True,
            )
            for text in [*one.held, *(f"lossy {t}" for t in one.lossy)]:
                print(f"    {text}")
            for text, count in Counter(one.missed).items() if args.verbose else ():
                print(f"    missed {count} {text}")
            files, held, lossy = files + one.files, held + len(one.held), lossy + len(one.lossy)
            done, caught = done + one.done, caught + one.caught
            by.update(rule for text in one.held for rule in text.split(" ", 1)[1].split(", "))
    print(f"\nclean held {held}/{files} = {held / files:.2%}, rows apart {lossy}")
    print(f"by {dict(by.most_common(12))}")
    for key in done:
        print(f"{key:32} {caught[key]:4}/{done[key]:<4} {caught[key] / done[key]:6.1%}")
    print(f"damage caught {caught.total()}/{done.total()} = {caught.total() / done.total():.1%}")
    print(f"{time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
