"""The unseen feeds of one half, two at a time, and what they come to together."""

import dataclasses
import json
import multiprocessing
import os
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from benchmarks.unseen.fresh import FRESH
from benchmarks.unseen.halves import Half, halves
from benchmarks.unseen.harder import KINDS, USUAL
from benchmarks.unseen.more import MORE
from benchmarks.unseen.tables import TABLES, Table, is_at_hand
from benchmarks.unseen.trial import LATER, Amount, Caught, Outcome, try_feed

PROCESSES = 2
COPIES = 15  # damaged copies of each kind (DAMAGE.md)
QUICK_COPIES = 3
QUICK_LATER = 20
_SHOWN = 4


def run(
    half: Half,
    *,
    feeds: Sequence[str] = (),
    kinds: Sequence[str] = (),
    is_quick: bool = False,
    is_verbose: bool = False,
    target: Path | None = None,
) -> None:
    """Measures a half, prints the figures, and writes them all to `target`."""
    unknown = sorted({*kinds} - {*KINDS})
    if unknown:
        raise SystemExit(f"unknown kinds: {', '.join(unknown)}; known: {', '.join(KINDS)}")
    copies, later = (QUICK_COPIES, QUICK_LATER) if is_quick else (COPIES, LATER)
    # Whoever asks for some kinds looks at these: files are not judged in both ways for it.
    amount = Amount(copies, later, tuple(kinds or KINDS), not kinds, is_verbose)
    outcomes: list[Outcome] = []
    for outcome in measured(chosen(half, feeds), amount):
        outcomes.append(outcome)
        _line(outcome)
        if target is not None:
            _write(half, outcomes, target)
    print()
    figures = _figures(outcomes)
    for text, (part, whole) in figures.items():
        print(f"{text:52} {part:6}/{whole:<6} {part / max(1, whole):6.1%}")
    print()
    _kinds(outcomes)


def _write(half: Half, outcomes: Sequence[Outcome], target: Path) -> None:
    """Writes what is known so far: a run that is ended early is not lost."""
    feeds = [dataclasses.asdict(outcome) for outcome in outcomes]
    found = {"half": half, "figures": _figures(outcomes), "feeds": feeds}
    target.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def chosen(half: Half, feeds: Sequence[str] = ()) -> list[Table]:
    """The tables of a half that are at hand, all or those named.

    Raises:
        SystemExit: A feed is named that the half does not have.
    """
    of = halves([table.name for table in TABLES])
    of |= halves([table.name for table in FRESH], ("fresh", "kept"))
    of |= {table.name: "more" for table in MORE}
    unknown = sorted(name for name in feeds if of.get(name) != half)
    if unknown:
        raise SystemExit(f"not in the half {half}: {', '.join(unknown)}")
    tables = (*TABLES, *FRESH, *MORE)
    mine = [t for t in tables if of[t.name] == half and (not feeds or t.name in feeds)]
    for table in mine:
        if not is_at_hand(table):
            sys.stderr.write(f"{table.name}: left out, its package is not installed\n")
    return [table for table in mine if is_at_hand(table)]


def measured(tables: Sequence[Table], amount: Amount) -> Iterator[Outcome]:
    """Measures tables in processes of their own, so that memory is given back after each.

    Gives each outcome when it is there, in no fixed order.
    """
    # Two processes with a pool of threads each would wait for each other on two cores.
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
    started = time.perf_counter()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, mp_context=context, max_tasks_per_child=1) as pool:
        waiting = {pool.submit(try_feed, table, amount): table.name for table in tables}
        for count, done in enumerate(as_completed(waiting), start=1):
            outcome = done.result()
            elapsed_s = time.perf_counter() - started
            sys.stderr.write(
                f"{count}/{len(tables)} {waiting[done]} {outcome.elapsed_s:.0f} s"
                f" (all {elapsed_s:.0f} s)\n"
            )
            yield outcome


def _line(one: Outcome) -> None:
    usual, every = _sum(one, USUAL), _sum(one, KINDS)
    rolling = f"rolling held {one.released}/{one.rolling}  " if one.rolling else ""
    print(
        f"{one.feed:14} {'still ' if one.is_still else 'moving'} clean {one.accepted}/{one.files}"
        f" (rows apart {one.lossy})  {rolling}usual {usual.caught}/{usual.files}"
        f"  all {every.caught}/{every.files}  {one.elapsed_s:.0f} s",
        flush=True,
    )
    for what, rules in (
        ("held by", one.stopped_by),
        ("rows apart by", one.apart_by),
        ("rolling held by", one.released_by),
    ):
        if rules:
            print(f"    {what} {dict(Counter(rules).most_common(_SHOWN))}")
    for text in one.missed:
        print(f"    missed {text}")


def _figures(outcomes: Sequence[Outcome]) -> dict[str, tuple[int, int]]:
    still = [o for o in outcomes if o.is_still]
    usual = [_sum(o, USUAL) for o in outcomes]
    every = [_sum(o, KINDS) for o in outcomes]
    return {
        "clean accepted, fixed window, all feeds": _share(outcomes, "accepted", "files"),
        f"clean accepted, fixed window, {len(still)} still feeds": _share(
            still, "accepted", "files"
        ),
        "clean accepted, rolling": (
            sum(o.rolling - o.released for o in outcomes),
            sum(o.rolling for o in outcomes),
        ),
        "accepted clean files with over 1 % of rows apart": _share(outcomes, "lossy", "accepted"),
        "usual damage caught": (sum(c.caught for c in usual), sum(c.files for c in usual)),
        "all kinds caught": (sum(c.caught for c in every), sum(c.files for c in every)),
        "first named cause right, usual": (
            sum(c.right for c in usual),
            sum(c.told for c in usual),
        ),
        "first named cause right, all kinds": (
            sum(c.right for c in every),
            sum(c.told for c in every),
        ),
    }


def _kinds(outcomes: Sequence[Outcome]) -> None:
    print("kind          files  caught        median feed  cause right  taken for")
    for kind in KINDS:
        parts = [o.kinds[kind] for o in outcomes if kind in o.kinds and o.kinds[kind].files]
        if not parts:
            continue
        one = _total(parts)
        said = ", ".join(f"{c}: {n}" for c, n in Counter(one.said).most_common(3))
        middle = statistics.median(p.caught / p.files for p in parts)
        print(
            f"{kind:12} {one.files:6}  {one.caught:6} {one.caught / one.files:6.1%}"
            f"  {middle:10.0%}  {one.right:4}/{one.told:<4}  {said}"
        )


def _sum(outcome: Outcome, kinds: Iterable[str]) -> Caught:
    return _total(outcome.kinds[kind] for kind in kinds if kind in outcome.kinds)


def _total(parts: Iterable[Caught]) -> Caught:
    total = Caught()
    for part in parts:
        total.files += part.files
        total.caught += part.caught
        total.told += part.told
        total.right += part.right
        total.said += part.said
    return total


def _share(outcomes: Sequence[Outcome], part: str, whole: str) -> tuple[int, int]:
    return sum(getattr(o, part) for o in outcomes), sum(getattr(o, whole) for o in outcomes)
