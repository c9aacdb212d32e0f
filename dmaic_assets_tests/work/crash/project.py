"""A small project whose files cover every way that a file can go, and what it looks like later.

What belongs here: making the project, working it in a process that can be killed, and telling
everything that matters of the outcome in a form that two outcomes can be compared by.
"""

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

ROOT = Path(__file__).resolve().parents[3]
CONFIG = ("dmaic.yaml", "sources.yaml", "thresholds.yaml")
PROGRAM = [sys.executable, "-m", "dmaic_assets_tests.work.crash.ingest"]
# Beside other work on two cores the whole project takes seconds.
LONGEST_S = 300.0
# Every place where a kill can leave something half done; see dmaic_assets/store/effect_files.py.
FAILPOINTS = (
    "after_write",
    "after_fsync",
    "before_rename",
    "after_rename",
    "before_record",
    "after_record",
)


def make_project(folder: Path, *, days: int = 3, sources: int = 2) -> Path:
    """Makes sources with clean files, a file with bad rows, and a file that must be held."""
    (folder / "config").mkdir(parents=True)
    for name in CONFIG:
        (folder / "config" / name).write_bytes((ROOT / "config" / name).read_bytes())
    for number in range(sources):
        incoming = folder / "data" / "incoming" / f"source_{number}"
        incoming.mkdir(parents=True)
        for day in range(days):
            text = "\n".join(_line(number, day, row) for row in range(200))
            (incoming / f"day_{day}.csv").write_text(f"id,kind,amount\n{text}\n")
        rows = [_line(number, 90, row) for row in range(200)]
        rows[7] = "x7,north,not a number"
        (incoming / "day_90.csv").write_text("id,kind,amount\n" + "\n".join(rows) + "\n")
        (incoming / "day_91.csv").write_bytes(b"")
    return folder


def _line(source: int, day: int, row: int) -> str:
    kind = ("north", "south", "east", "west")[row % 4]
    return f"{source * 100_000 + day * 1_000 + row},{kind},{(row * 37) % 1000 / 10}"


def start(
    project: Path, *, environment: Mapping[str, str] | None = None, arguments: Sequence[str] = ()
) -> "subprocess.Popen[str]":
    """Starts the ingest of everything in a process of its own, which the caller waits for."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("DMAIC_")}
    return subprocess.Popen(
        [*PROGRAM, str(project), *arguments],
        env=clean | dict(environment or {}),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def work(
    project: Path,
    *,
    failpoint: str | None = None,
    kill_after_s: float | None = None,
    from_ready: bool = False,
    environment: Mapping[str, str] | None = None,
) -> int:
    """Ingests everything in a process of its own.

    Args:
        project: Its folder.
        failpoint: Where the process fails, as DMAIC_FAILPOINT spells it.
        kill_after_s: When it is killed; None lets it end by itself.
        from_ready: Whether that time counts from when its stores are open.
        environment: Further variables.

    Returns:
        Its exit code; negative when it was killed.
    """
    variables = dict(environment or {})
    if failpoint is not None:
        variables["DMAIC_FAILPOINT"] = failpoint
    with start(project, environment=variables) as process:
        if from_ready and process.stdout is not None:
            process.stdout.readline()
        limit_s = LONGEST_S if kill_after_s is None else kill_after_s
        try:
            _, errors = process.communicate(timeout=limit_s)
        except subprocess.TimeoutExpired:
            process.kill()
            _, errors = process.communicate()
            if kill_after_s is None:
                raise AssertionError(f"the ingest did not end: {errors[-3000:]}") from None
    if process.returncode > 0:
        raise AssertionError(f"the ingest failed by itself: {errors[-3000:]}")
    return process.returncode


def work_timed(project: Path) -> tuple[float, float]:
    """Ingests everything; tells the seconds until its stores were open, and from then on."""
    began = time.perf_counter()
    with start(project) as process:
        assert process.stdout is not None
        process.stdout.readline()
        ready = time.perf_counter()
        _, errors = process.communicate(timeout=LONGEST_S)
    assert process.returncode == 0, errors[-3000:]
    return ready - began, time.perf_counter() - ready


def outcome(project: Path) -> Mapping[str, object]:
    """Everything that must not depend on how often the work was interrupted."""
    data = project / "data"
    return {
        "accepted": _hashes(data / "warehouse" / "accepted"),
        "quarantine": {n: h for n, h in _hashes(data / "quarantine").items() if "reason" not in n},
        "reasons": _reasons(data / "quarantine"),
        "incoming": _hashes(data / "incoming"),
        "parts": sorted(str(p.relative_to(data)) for p in data.rglob("*.part-*")),
    }


def rows_everywhere(project: Path) -> list[str]:
    """The id of every row, wherever it is: accepted, quarantined, or in a file that is held."""
    data = project / "data"
    found: list[str] = []
    for path in (data / "warehouse" / "accepted").rglob("*.parquet"):
        found.extend(str(v) for v in pl.read_parquet(path, columns=["id"])["id"])
    for path in (data / "quarantine").rglob("rows.parquet"):
        found.extend(pl.read_parquet(path, columns=["id"])["id"])
    for path in (data / "quarantine").rglob("*.csv"):
        found.extend(line.split(",")[0] for line in path.read_text().splitlines()[1:])
    return sorted(found)


def ids_of(project: Path) -> list[str]:
    """The id of every row that lies in the incoming folder before anything is worked on."""
    found: list[str] = []
    for path in (project / "data" / "incoming").rglob("*.csv"):
        found.extend(line.split(",")[0] for line in path.read_text().splitlines()[1:])
    return sorted(found)


def _hashes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".part-" not in path.name
    }


def _reasons(folder: Path) -> dict[str, object]:
    reasons = {}
    for path in sorted(folder.rglob("reason.json")):
        reason = json.loads(path.read_text())
        reasons[str(path.relative_to(folder))] = (reason["sha256"], reason["reasons"])
    return reasons
