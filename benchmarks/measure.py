"""What a program costs: cpu seconds, wall seconds and peak memory of a child process.

What belongs here: measuring, alternating, tabulating, goals. What does not: what is measured. Only
the standard library is imported, so that the measuring process stays small.
"""

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Measured:
    """One execution of a program, children that it waited for included.

    `cpu_s` is user + system time, `wall_s` includes the program's start, `peak_rss_mb` is the
    largest resident set of the largest process, in units of 1e6 bytes.
    """

    cpu_s: float
    wall_s: float
    peak_rss_mb: float
    stdout: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """The executions of one program in one session; figures are medians."""

    name: str
    runs: tuple[Measured, ...]

    @property
    def cpu_s(self) -> float:
        """Median cpu seconds."""
        return statistics.median(run.cpu_s for run in self.runs)

    @property
    def wall_s(self) -> float:
        """Median wall seconds."""
        return statistics.median(run.wall_s for run in self.runs)

    @property
    def peak_rss_mb(self) -> float:
        """Median peak memory."""
        return statistics.median(run.peak_rss_mb for run in self.runs)


def measure(
    command: Sequence[str],
    *,
    environment: Mapping[str, str] | None = None,
    folder: Path = ROOT,
    timeout_s: float = 1800.0,
) -> Measured:
    """Executes a program and tells what it cost.

    A small process of its own starts the program and waits for it: Linux counts the memory of
    the starting process into the peak of the started one, so a caller that holds a large table
    would otherwise be measured instead.

    Args:
        command: Program and arguments.
        environment: Variables added to those of this process.
        folder: Working directory of the program.
        timeout_s: When to give up.

    Raises:
        RuntimeError: The program failed; the text ends with its error output.
        subprocess.TimeoutExpired: It took too long.
    """
    with tempfile.TemporaryDirectory() as scratch:
        receipt = Path(scratch) / "receipt.json"
        launcher = [sys.executable, "-I", "-S", str(Path(__file__).resolve()), str(receipt)]
        with subprocess.Popen(
            [*launcher, *command],
            env={**os.environ, **(environment or {})},
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as started:
            stdout, stderr = _finish(started, timeout_s)
        if started.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}: exit {started.returncode}: {stderr[-2000:]}")
        return Measured(**json.loads(receipt.read_text("utf-8")), stdout=stdout)


def _finish(started: subprocess.Popen[str], timeout_s: float) -> tuple[str, str]:
    try:
        return started.communicate(timeout=timeout_s)
    except subprocess.TimeoutExpired:
        # Its own session, hence its own group: the launcher and all that it started.
        os.killpg(started.pid, signal.SIGKILL)
        raise


def alternate(
    commands: Mapping[str, Sequence[str]],
    *,
    repeats: int = 3,
    environment: Mapping[str, str] | None = None,
    timeout_s: float = 1800.0,
) -> dict[str, Series]:
    """Executes programs in turn, so that a slow minute of the machine hits all of them alike."""
    runs: dict[str, list[Measured]] = {name: [] for name in commands}
    for _ in range(repeats):
        for name, command in commands.items():
            measured = measure(command, environment=environment, timeout_s=timeout_s)
            runs[name].append(measured)
    return {name: Series(name, tuple(measured)) for name, measured in runs.items()}


def facts(series: Sequence[Series], *, limit: Series) -> dict[str, dict[str, object]]:
    """Tells of each program medians, ratios and every single run."""
    return {
        one.name: {
            "cpu_s": one.cpu_s,
            "wall_s": one.wall_s,
            "peak_rss_mb": one.peak_rss_mb,
            "cpu_ratio": one.cpu_s / limit.cpu_s,
            "peak_ratio": one.peak_rss_mb / limit.peak_rss_mb,
            "runs": [{**asdict(run), "stdout": None} for run in one.runs],
        }
        for one in series
    }


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure and the most it may be: `goal` times `limit`, or `goal` itself without a limit."""

    what: str
    unit: str
    figure: float
    goal: float
    limit: float | None = None

    @property
    def ratio(self) -> float | None:
        """The figure as a multiple of the limit, None without a limit."""
        return None if self.limit is None else self.figure / self.limit

    @property
    def is_met(self) -> bool:
        """Whether the goal is reached."""
        return (self.figure if self.ratio is None else self.ratio) <= self.goal


def against(limit: Series, ours: Series, *, cpu: float, peak: float | None = None) -> list[Figure]:
    """Compares a program with its limit: `cpu` and `peak` are the goals, as ratios."""
    found = [Figure(f"{ours.name}: cpu", "s", ours.cpu_s, cpu, limit.cpu_s)]
    if peak is not None:
        memory = (ours.peak_rss_mb, peak, limit.peak_rss_mb)
        found.append(Figure(f"{ours.name}: peak memory", "MB", *memory))
    return found


def report(figures: Sequence[Figure]) -> str:
    """Lays out figures as text, one per line: what, limit, figure, ratio, goal, whether met."""
    width = max(len(one.what) for one in figures)
    lines = [f"{'':<{width}}  {'limit':>9} {'figure':>9}       {'ratio':>7} {'goal':>7}"]
    for one in figures:
        limit = "-" if one.limit is None else f"{one.limit:.2f}"
        ratio = "-" if one.ratio is None else f"{one.ratio:.2f} x"
        goal = f"{one.goal:g}" if one.ratio is None else f"{one.goal:g} x"
        lines.append(
            f"{one.what:<{width}}  {limit:>9} {one.figure:>9.2f} {one.unit:<5} {ratio:>7} {goal:>7}"
            f"  {'met' if one.is_met else 'MISSED'}"
        )
    return "\n".join(lines)


def report_json(figures: Sequence[Figure]) -> list[dict[str, object]]:
    """Builds the JSON form of `report`."""
    return [{**asdict(one), "ratio": one.ratio, "is_met": one.is_met} for one in figures]


def arguments(description: str) -> argparse.ArgumentParser:
    """Builds the options that every benchmark has: --json, --quick, --repeats."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--quick", action="store_true", help="small tables, one repetition")
    parser.add_argument("--repeats", type=int, default=3, help="executions of each program")
    return parser


def main() -> None:
    """Starts argv[2:], waits for it and writes its cost to the file argv[1]."""
    started = time.perf_counter()
    child = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)
    _, status, usage = os.wait4(child, 0)
    wall_s = time.perf_counter() - started
    scale = 1e-6 if sys.platform == "darwin" else 1024e-6
    cost = {
        "cpu_s": usage.ru_utime + usage.ru_stime,
        "wall_s": wall_s,
        "peak_rss_mb": usage.ru_maxrss * scale,
    }
    Path(sys.argv[1]).write_text(json.dumps(cost), "utf-8")
    raise SystemExit(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main()
