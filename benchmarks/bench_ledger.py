"""Many workers on one ledger: throughput, latency of claims, and proof of exactly-once.

    python -m benchmarks.bench_ledger [--quick] [--json]  # both databases, all loads
    python -m benchmarks.bench_ledger --database sqlite --workers 20 --tasks 2000 --work 0

Every task is claimed, moved through its states, writes one file as an effect, and is completed.
Two loads. *Bare* workers do nothing else, so that all of them wait for the ledger all the time:
of 100, each call waits for 99 others. *Working* ones take up to 2 s per task beside that, as
reading and judging a file does, for three tenths of the tasks. When 100 bare workers miss the
goal for claims, fewer are tried until the machine bears them, and how many that is is said. Each
worker does one task before the measurement begins. The history of all operations is checked
afterwards (dmaic_assets_tests/store/ledger/checker.py): each effect once, no task lost, nothing
written
under a lost lease. Exits with 1 on a broken promise.
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

from benchmarks.measure import Figure, report, report_json
from dmaic_assets.store.ledger.tasks.tasks import TaskSpec, plan_tasks
from dmaic_assets_tests.store.ledger.checker import Operation, check, read_history
from dmaic_assets_tests.store.ledger.postgres import running_server
from dmaic_assets_tests.store.ledger.worker import KIND, Order, open_for, work

# Seconds that a working task takes at most beside the ledger, and the share of the tasks.
WORK_S, WORK_SHARE = 2.0, 0.3
FEWER = (64, 48, 32, 16, 8)
GOALS_MS = {"sqlite": 250.0, "postgres": 100.0}
_fork = multiprocessing.get_context("fork")


def main() -> int:
    given = _arguments()
    databases = tuple(GOALS_MS) if given.database == "both" else (given.database,)
    reports = [each for database in databases for each in _loads(database, given)]
    figures = [figure for each in reports for figure in _figures(each)]
    if given.json:
        print(json.dumps({"figures": report_json(figures), "loads": reports}, indent=2))
    else:
        print(report(figures))
        print(*(_throughput(each) for each in reports), sep="\n")
    return 1 if any(each["violations"] for each in reports) else 0


def _loads(database: str, given: argparse.Namespace) -> list[dict[str, Any]]:
    if given.work is not None:
        return [run(database, given)]
    working = {"work": WORK_S, "tasks": max(1, round(given.tasks * WORK_SHARE))}
    found = [run(database, argparse.Namespace(**vars(given) | working))]
    for workers in (given.workers, *(n for n in FEWER if n < given.workers)):
        bare = {"work": 0.0, "workers": workers}
        found.append(run(database, argparse.Namespace(**vars(given) | bare)))
        if found[-1]["claim_ms"]["p99"] <= GOALS_MS[database]:
            break
    return found


def _figures(load: dict[str, Any]) -> list[Figure]:
    kind = f"working up to {load['work_s']:g} s" if load["work_s"] else "bare"
    what = f"{load['database']}, {load['workers']} workers {kind}"
    lost = load["tasks"] + load["workers"] - load["effects_written_once"]
    return [
        Figure(f"{what}: claim p99", "ms", load["claim_ms"]["p99"], GOALS_MS[load["database"]]),
        Figure(f"{what}: claim p50", "ms", load["claim_ms"]["p50"], GOALS_MS[load["database"]]),
        Figure(f"{what}: effects missing", "", lost, 0.0),
        Figure(f"{what}: broken promises", "", len(load["violations"]), 0.0),
    ]


def _throughput(load: dict[str, Any]) -> str:
    return (
        f"{load['database']}, {load['workers']} workers, {load['work_s']:g} s work:"
        f" {load['tasks']:,} tasks, {load['tasks_per_s']:g} a second"
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
    parser.add_argument("--work", type=float, default=None, help="one load only: seconds per task")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--quick", action="store_true", help="20 workers, 400 tasks")
    parser.add_argument("--folder", default=None, help="where outputs and databases go")
    given = parser.parse_args()
    if given.quick:
        given.workers, given.tasks = min(given.workers, 20), min(given.tasks, 400)
    return given


if __name__ == "__main__":
    sys.exit(main())
