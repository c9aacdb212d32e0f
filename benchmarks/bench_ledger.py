"""Many workers on one ledger: throughput, latency of claims, and proof of exactly-once.

    python -m benchmarks.bench_ledger                     # SQLite and PostgreSQL, 10,000 tasks
    python -m benchmarks.bench_ledger --database sqlite --workers 20 --tasks 2000

Every task is claimed, moved through its states, writes one file as an effect, and is completed.
Without `--work` the workers do nothing else, so all of them wait for the ledger all the time:
the worst case. With `--work S` a task takes up to S seconds, as reading and judging a file does.
Each worker does one task before the measurement begins. The history of all operations is checked
afterwards (dmaic_assets_tests/ledger/checker.py).
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

from dmaic_assets.ledger.tasks import TaskSpec, plan_tasks
from dmaic_assets_tests.ledger.checker import Operation, check, read_history
from dmaic_assets_tests.ledger.postgres import running_server
from dmaic_assets_tests.ledger.worker import KIND, Order, open_for, work

GOALS_MS = {"sqlite": 250.0, "postgres": 100.0}
_fork = multiprocessing.get_context("fork")


def main() -> int:
    arguments = _arguments()
    databases = ("sqlite", "postgres") if arguments.database == "both" else (arguments.database,)
    reports = [run(name, arguments) for name in databases]
    for report in reports:
        print(json.dumps(report, indent=2))
    return 1 if any(report["violations"] for report in reports) else 0


def run(database: str, arguments: argparse.Namespace) -> dict[str, object]:
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


def _measure(database: str, order: Order, arguments: argparse.Namespace) -> dict[str, object]:
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
        "violations": violations[:10],
    }


def _percentiles(operations: Sequence[Operation]) -> dict[str, float]:
    times = sorted((o.ended - o.began) / 1e6 for o in operations)
    if not times:
        return {}
    shares = {"p50": 0.5, "p99": 0.99, "max": 1.0}
    return {n: round(times[min(len(times) - 1, int(len(times) * s))], 1) for n, s in shares.items()}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--database", choices=("sqlite", "postgres", "both"), default="both")
    parser.add_argument("--workers", type=int, default=100)
    parser.add_argument("--tasks", type=int, default=10_000)
    parser.add_argument("--lanes", type=int, default=0, help="0: no task waits for another")
    parser.add_argument("--work", type=float, default=0.0, help="seconds a task takes at most")
    parser.add_argument("--folder", default=None, help="where outputs and databases go")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
