"""`dmaic hashmap bench`, `exhibit` and `budget`: kinds at several loads, and what they may cost."""

import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from dmaic_assets.cli.console import count, print_json, print_table, progress, say
from dmaic_assets.cli.errors import OK
from dmaic_assets.cli.framework import ExampleCommand, json_option
from dmaic_assets.cli.hashmap.laboratory import (
    clocks,
    draw_seeds,
    laboratory_folder,
    machine_told,
    need_numba,
)
from dmaic_assets.cli.hashmap.workload_commands import KINDS, USES, workload_of
from dmaic_assets.errors import PolicyError
from dmaic_assets.model import Json

if TYPE_CHECKING:
    from dmaic_assets.hashmaps.exhibits.contest import Exhibit

BUDGET = "budget.json"
# Loads of the exhibit, unless others are asked for.
LOADS = (0.95, 0.97, 0.99)


@click.command(
    cls=ExampleCommand,
    examples=(
        "dmaic hashmap bench workload.csv",
        "dmaic hashmap bench orders.csv --column order_id --use dedupe --kind swiss",
        "dmaic hashmap bench workload.csv --json | jq '.cells[] | select(.is_inline)'",
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--column", help="A key column of a file of rows; without it FILE is a workload.")
@click.option("--use", type=click.Choice(USES), default="group", show_default=True)
@click.option("--kind", type=click.Choice(KINDS), multiple=True, help="Only these (default: all).")
@json_option
def bench(
    *, file: Path, column: str | None, use: str, kind: tuple[str, ...], is_json: bool
) -> None:
    """Play a workload on every kind of index, full, half full and a quarter full.

    Maps are made large enough beforehand. Inline tables hold their values themselves: they answer
    a whole column faster, and stop while they grow.
    """
    workload = workload_of(file, column, use)
    from dmaic_assets.hashmaps.trial.play import Player
    from dmaic_assets.hashmaps.trial.sweep import sweep

    cells = sweep(workload, Player(clocks(), sample=0), draw_seeds, kind or KINDS)
    if is_json:
        told: list[Json] = [cast("Json", asdict(cell)) for cell in cells]
        print_json({"operations": len(workload), "digest": workload.digest, "cells": told})
        return
    say(f"{file}: {count(len(workload))} operations; {workload.told}")
    rows = [
        (
            f"{cell.kind}, inline" if cell.is_inline else cell.kind,
            f"{cell.load:.2f}",
            f"{cell.ns_each:.1f}",
            f"{cell.bytes_each:.1f}",
        )
        for cell in cells
    ]
    head = ("index", "load", "ns/op", "bytes/key")
    print_table(head, rows, right=head[1:])
    best = min(cells, key=lambda cell: cell.ns_each)
    say(f"fastest: {best.kind}{', inline' if best.is_inline else ''} at load {best.load:.2f}")


@click.command(
    cls=ExampleCommand,
    examples=("dmaic hashmap budget --keep", "dmaic hashmap budget --json | jq .regressions"),
)
@click.option("--baseline", type=click.Path(dir_okay=False, path_type=Path), help="Its file.")
@click.option("--keep", is_flag=True, help="Make what is measured now the baseline.")
@json_option
def budget(*, baseline: Path | None, keep: bool, is_json: bool) -> int:
    """Measure canonical workloads and hold them against the machine's baseline.

    Exit code 4 when an operation costs over 10 % more, in the least and in the middle round. The
    first measurement becomes the baseline; another machine's is refused.
    """
    need_numba()
    from dmaic_assets.hashmaps.snapshot.write import replace_file
    from dmaic_assets.hashmaps.trial.budget import (
        baseline_text,
        changes,
        measure,
        read_baseline,
    )
    from dmaic_assets.hashmaps.trial.play import Player

    path = baseline or laboratory_folder() / BUDGET
    before = None if keep else read_baseline(path)
    now = measure(machine_told(), Player(clocks(), sample=0), draw_seeds)
    found = changes(before or now, now)
    if before is None:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, (baseline_text(now).encode(),))
    bad = [change.name for change in found if change.is_regression]
    if is_json:
        told: list[Json] = [cast("Json", asdict(change)) for change in found]
        facts: dict[str, Json] = {"baseline": str(path), "is_new": before is None}
        print_json({**facts, "regressions": [*bad], "changes": told})
    else:
        say(f"{path}: {'written now' if before is None else 'compared'}")
        rows = [(c.name, f"{c.before:.1f}", f"{c.now:.1f}", f"{c.least - 1:+.1%}") for c in found]
        print_table(
            ("workload", "before", "now", "change"), rows, right=("before", "now", "change")
        )
        if bad:
            say(f"over 10 % slower: {', '.join(bad)}")
    return PolicyError.exit_code if bad else OK


@click.command(
    cls=ExampleCommand,
    examples=(
        "dmaic hashmap exhibit --bits 14",
        "dmaic hashmap exhibit --bits 20 --load 0.99",
        "dmaic hashmap exhibit --bits 14 --json | jq '.rows[] | select(.kind == \"funnel\")'",
    ),
)
@click.option("--bits", type=click.IntRange(10, 24), default=18, show_default=True)
@click.option("--load", type=click.FloatRange(0.5, 0.99), multiple=True, help="Only these loads.")
@click.option("--seed", type=int, default=1337, show_default=True, help="Of the keys.")
@json_option
def exhibit(*, bits: int, load: tuple[float, ...], seed: int, is_json: bool) -> None:
    """Fill 2^BITS places nearly full and search them: two new schemes beside two old ones.

    Elastic and funnel hashing never move a key (Farach-Colton and others 2025). All kinds have
    nine bytes a place; a step is a place, of swiss a group of sixteen, of funnel a bucket.
    """
    need_numba()
    import numpy as np

    from dmaic_assets.hashmaps.exhibits.contest import EXHIBITS, Contest

    loads = load or LOADS
    contest = Contest(1 << bits, np.random.default_rng(seed), draw_seeds, time.thread_time_ns)
    with progress("exhibit", is_quiet=is_json) as advance:
        Contest(1 << 10, np.random.default_rng(0), draw_seeds, time.thread_time_ns).rows(
            loads[:1], lambda _: None
        )
        done = iter(range(len(EXHIBITS) * len(loads)))
        rows = contest.rows(loads, lambda now: advance(next(done), len(EXHIBITS) * len(loads), now))
    if is_json:
        told: list[Json] = [cast("Json", asdict(row)) for row in rows]
        print_json({"places": 1 << bits, "seed": seed, "rows": told})
        return
    say(f"{count(1 << bits)} places of nine bytes")
    head = ("index", "load", "build ns", "hit ns", "steps", "miss ns", "steps ")
    print_table(head, [_row(row) for row in rows], right=head[1:])


def _row(row: "Exhibit") -> tuple[str, ...]:
    figures = (row.build_ns, row.hit_ns, row.hit_steps, row.miss_ns, row.miss_steps)
    if row.build_ns is None:
        return (row.kind, f"{row.load:g}", "no room", *[""] * 4)
    return (row.kind, f"{row.load:g}", *(f"{figure or 0:.1f}" for figure in figures))
