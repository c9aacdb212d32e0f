"""Many workers on one ledger: throughput, latency of claims, and proof of exactly-once.

    python -m benchmarks.bench_ledger                     # both databases, both loads
    python -m benchmarks.bench_ledger --database sqlite --workers 20 --tasks 2000 --work 0

Every task is claimed, moved through its states, writes one file as an effect, and is completed.
Two loads: 100 *bare* workers that do nothing else, so that all of them wait for the ledger all the
time (the worst case: each call waits for 99 others); and 100 workers of which each task takes up
to 2 s beside that, as reading and judging a file does, for three tenths of the tasks. Each worker
does one task before the measurement begins. The history of all operations is checked afterwards
(dmaic_assets_tests/ledger/checker.py): each effect once, no task lost, nothing written under a
lost lease. Prints one JSON document per load, then a table; exits with 1 on a broken promise.
"""

import argparse
import contextlib
import json
import multiprocessing
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from dmaic_assets.ledger.tasks import TaskSpec, plan_tasks
from dmaic_assets_tests.ledger.checker import Operation, check, read_history
from dmaic_assets_tests.ledger.postgres import running_server
from dmaic_assets_tests.ledger.worker import KIND, Order, open_for, work

# Seconds that a task takes at most beside the ledger, and the share of the tasks.
LOADS = ((0.0, 1.0), (2.0, 0.3))
GOALS_MS = {"sqlite": 250.0, "postgres": 100.0}
_fork = multiprocessing.get_context("fork")


def main() -> int:
    arguments = _arguments()
    databases = ("sqlite", "postgres") if arguments.database == "both" else (arguments.database,)
    loads = LOADS if arguments.work is None else ((arguments.work, 1.0),)
    reports: list[dict[str, Any]] = []
    for database in databases:
        for work_s, share in loads:
            given = argparse.Namespace(**vars(arguments) | {"work": work_s})
            given.tasks = max(1, round(arguments.tasks * share))
            reports.append(run(database, given))
            print(json.dumps(reports[-1], indent=2), flush=True)
    print("database   load        tasks  tasks/s  claim p50  p99 (goal)      max  broken promises")
    for report in reports:
        print(_line(report))
    return 1 if any(report["violations"] for report in reports) else 0


def _line(report: dict[str, Any]) -> str:
    claim = report["claim_ms"]
    load = f"{report['work_s']:g} s work" if report["work_s"] else "bare"
    goal = f"{claim['p99']:.0f} ({claim['goal_p99']:.0f})"
    return (
        f"{report['database']:<10} {load:<10} {report['tasks']:>6} {report['tasks_per_s']:>8.1f} "
        f"{claim['p50']:>10.1f} {goal:>11} {claim['max']:>8.0f}  {len(report['violations'])}"
    )


def run(database: str, arguments: argparse.Namespace) -> dict[str, Any]:
    folder = Path(tempfile.mkdtemp(prefix="bench-ledger-", dir=arguments.folder))
    try:
        with _address(database, folder, arguments) as url:
            order = Order(url, folder, ttl_s=120, patience_s=3600, work_s=arguments.work)
            return _measure(database, order, arguments)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _address(database: str, folder: Path, arguments: argparse.Namespace) -> Iterator[str]:
    if database == "sqlite":
        yield f"sqlite:///{folder / 'ledger.sqlite'}"
        return
    options = [f"max_connections={arguments.workers * 2 + 20}"]
    with running_server(options, folder=arguments.folder or "/tmp") as server:
        server.execute("CREATE DATABASE bench")
        yield server.url("bench")


def _measure(database: str, order: Order, arguments: argparse.Namespace) -> dict[str, Any]:
    ledger = open_for(order)
    specs = [
        TaskSpec(f"k{n}", KIND, f"lane{n % arguments.lanes}" if arguments.lanes else None)
        for n in range(arguments.tasks + arguments.workers)
    ]
    began = time.perf_counter()
    plan_tasks(ledger, specs)
    planned_s = time.perf_counter() - began
    ledger.close()
    gate = _fork.Barrier(arguments.workers + 1)
    workers = [
        _fork.Process(target=work, args=(order, gate.wait)) for _ in range(arguments.workers)
    ]
    for worker in workers:
        worker.start()
    gate.wait()
    began, began_ns = time.perf_counter(), time.monotonic_ns()
    for worker in workers:
        worker.join()
    elapsed_s = time.perf_counter() - began
    history = read_history(order.folder / "history")
    violations = check(ledger, history, order.folder / "out")
    violations += [f"a worker ended with {w.exitcode}" for w in workers if w.exitcode]
    ledger.close()
    operations = [o for o in history if o.began >= began_ns]
    claims = [o for o in operations if o.op == "claim" and o.outcome]
    return {
        "database": database,
        "workers": arguments.workers,
        "tasks": arguments.tasks,
        "lanes": arguments.lanes,
        "work_s": arguments.work,
        "planned_s": round(planned_s, 2),
        "elapsed_s": round(elapsed_s, 1),
        "tasks_per_s": round(arguments.tasks / elapsed_s, 1),
        "operations_per_s": round(len(operations) / elapsed_s, 1),
        "claim_ms": _percentiles(claims) | {"goal_p99": GOALS_MS[database]},
        "write_ms": _percentiles([o for o in operations if o.op in ("advance", "complete")]),
        "effect_ms": _percentiles([o for o in operations if o.op == "effect"]),
        "effects_written_once": sum(o.op == "effect" and o.succeeded for o in history),
        "violations": violations[:10],
    }


def _percentiles(operations: Sequence[Operation]) -> dict[str, float]:
    times = sorted((o.ended - o.began) / 1e6 for o in operations)
    if not times:
        return {}
    shares = {"p50": 0.5, "p99": 0.99, "max": 1.0}
    return {n: round(times[min(len(times) - 1, int(len(times) * s))], 1) for n, s in shares.items()}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--database", choices=("sqlite", "postgres", "both"), default="both")
    parser.add_argument("--workers", type=int, default=100)
    parser.add_argument("--tasks", type=int, default=10_000)
    parser.add_argument("--lanes", type=int, default=0, help="0: no task waits for another")
    parser.add_argument(
        "--work", type=float, default=None, help="one load only: seconds a task takes at most"
    )
    parser.add_argument("--folder", default=None, help="where outputs and databases go")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
