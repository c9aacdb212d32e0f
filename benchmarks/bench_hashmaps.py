"""Hash maps against C++, Python's and numba's dictionaries, and against what they are used for.

Every map works on the same arrays in this process, in rounds that take turns; the least of all
rounds counts. A machine that does something else shows in the nanoseconds, less so in the ratios.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

from benchmarks.hashmaps import figures, grid
from benchmarks.hashmaps.asked import OPERATIONS, draw
from benchmarks.hashmaps.others import NumbaDict, PlainDict
from benchmarks.hashmaps.reference import ReferenceMap, build
from benchmarks.hashmaps.seven import OURS, Make, Row, rounds

# Makes the C library ask for huge pages as NumPy does for its arrays; read when a process starts.
TUNABLES = ("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1")
# The best of ours over the best of these, on as many operations at least, and on none above.
RIVALS = ("absl::flat_hash_map", "boost::unordered_flat_map")
GOAL, GOAL_COUNT, GOAL_NEVER = 1.0, 5, 1.15
# How many times faster than a dictionary in C's own loops, and than numba's.
GOAL_DICT = {"hit": 10.0, "insert": 4.0}
GOAL_NUMBA = {1_000_000: 2.5, 10_000_000: 3.0}


def table(told: dict[str, Row]) -> str:
    """Nanoseconds an operation, and bytes a key."""
    lines = [f"{'ns/operation':28}" + "".join(f"{name:>11}" for name in OPERATIONS) + "  bytes/key"]
    for name, row in told.items():
        cells = "".join(f"{row.ns.get(op, float('nan')):11.1f}" for op in OPERATIONS)
        size = f"{row.bytes_each:11.1f}" if row.bytes_each else ""
        lines.append(f"{name:28}{cells}{size}")
    return "\n".join(lines)


def ratios(told: dict[str, Row], rivals: tuple[str, ...]) -> dict[str, float]:
    """The best of ours over the best of the rivals, by operation; empty without rivals."""
    there = [told[name] for name in rivals if name in told]
    ours = [row for name, row in told.items() if name in OURS]
    if not there:
        return {}
    return {
        op: min(row.ns.get(op, float("inf")) for row in ours) / min(row.ns[op] for row in there)
        for op in OPERATIONS
    }


def goals(told: dict[str, Row], count: int) -> list[str]:
    """A line for each goal: what was reached, and whether it is kept."""
    lines: list[str] = []
    if found := ratios(told, RIVALS):
        cells = ", ".join(f"{op} {ratio:.2f}" for op, ratio in found.items())
        lines.append(f"over the best of absl and boost: {cells}")
        below = sum(ratio <= GOAL for ratio in found.values())
        worst = max(found.values())
        kept = "kept" if below >= GOAL_COUNT and worst <= GOAL_NEVER else "missed"
        lines.append(f"  at most {GOAL} on {below} of 7 ({GOAL_COUNT}), worst {worst:.2f} ({kept})")
    for name, wanted in (
        ("dict", GOAL_DICT),
        ("numba.typed.Dict", dict.fromkeys(OPERATIONS, GOAL_NUMBA.get(count, 2.5))),
    ):
        if found := ratios(told, (name,)):
            times = {op: 1 / found[op] for op in wanted}
            kept = "kept" if all(times[op] >= goal for op, goal in wanted.items()) else "missed"
            cells = ", ".join(f"{op} {ratio:.1f}x" for op, ratio in times.items())
            lines.append(f"faster than {name}: {cells} ({kept})")
    return lines


def main() -> None:
    args = _asked()
    if args.grid:
        _grid(args)
    else:
        _measure(args)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=[1_000_000, 10_000_000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", choices=("seven", "figures"))
    parser.add_argument("--grid", action="store_true", help="the adaptive map on sixty cells alone")
    parser.add_argument("--ops", type=int, default=2_000_000, help="operations of a cell")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _measure(args: argparse.Namespace) -> None:
    if os.environ.get(TUNABLES[0]) is None:
        os.environ[TUNABLES[0]] = TUNABLES[1]
        os.execv(sys.executable, [sys.executable, "-m", "benchmarks.bench_hashmaps", *sys.argv[1:]])
    document: dict[str, object] = {}
    if args.only != "figures":
        with tempfile.TemporaryDirectory() as folder:
            libraries = build(Path(folder))
        makes: dict[str, Make] = {**OURS, "dict": PlainDict, "numba.typed.Dict": NumbaDict}
        for name, library in libraries.items():
            makes[name] = lambda name=name, library=library: ReferenceMap(library, name)
        rounds(makes, draw(2000), 1)  # compiles
        for count in args.sizes:
            told = rounds(makes, draw(count), args.rounds)
            document[str(count)] = {name: vars(row) for name, row in told.items()}
            if not args.json:
                print(f"\n{count:,} random keys\n{table(told)}", *goals(told, count), sep="\n")
    if args.only != "seven":
        document["figures"] = [vars(figure) for figure in _figures(max(args.sizes), args.json)]
    if args.json:
        print(json.dumps(document, indent=1))


def _grid(args: argparse.Namespace) -> None:
    cells = grid.grid(args.ops, args.rounds, lambda now: print(now, file=sys.stderr))
    told = json.dumps([vars(cell) for cell in cells], indent=1)
    print(told if args.json else "\n".join(grid.report(cells)))


def _figures(count: int, is_json: bool) -> list[figures.Figure]:  # noqa: FBT001 - of the command
    asked = draw(count)
    told = [
        *figures.compilation(),
        *figures.attacks(),
        *figures.instrumentation(),
        *figures.delta(asked.keys, asked.misses),
        *figures.migration(asked.keys),
        *figures.snapshot(asked.keys),
    ]
    if not is_json:
        print()
        for figure in told:
            word = "at least" if figure.is_least else "at most"
            kept = "kept" if figure.is_met else "missed"
            line = f"{figure.name:44}{figure.value:10.2f} {figure.unit:3}"
            print(f"{line}{word} {figure.goal:g} ({kept})" if figure.goal < 1e9 else line)
    return told


if __name__ == "__main__":
    main()
