"""Ctrl-C and TERM while files are judged end with 130 and the run with them; the next goes on."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dmaic_assets_tests.cli.shell import clean_environment, dmaic

FILES = 60
LONGEST_S = 120.0


@pytest.mark.parametrize(
    ("command", "signum"),
    [
        (("run-all",), signal.SIGTERM),
        (("run", "--phase", "define"), signal.SIGINT),
    ],
)
def test_a_run_that_is_stopped_has_ended(
    tmp_path: Path, command: tuple[str, ...], signum: signal.Signals
) -> None:
    told = stopped_while_judging(tmp_path, command, signum)

    assert told.splitlines()[-1] == "interrupted"
    assert "defect" not in told
    (run,) = json.loads(dmaic("runs", "--json", cwd=tmp_path).out)
    assert run["status"] == "interrupted"
    assert "stopped from outside" in dmaic("show", "latest", cwd=tmp_path).out
    assert 0 < run["totals"]["files"] < FILES


def stopped_while_judging(root: Path, command: tuple[str, ...], signum: signal.Signals) -> str:
    """Stops a run at work; gives what it said last."""
    assert dmaic("init", ".", cwd=root).code == 0
    folder = root / "data" / "incoming" / "orders"
    folder.mkdir(parents=True)
    for file in range(FILES):
        rows = "".join(f"{file * 1000 + n},{n % 7}.5\n" for n in range(300))
        (folder / f"{file}.csv").write_text(f"id,amount\n{rows}")
    process = subprocess.Popen(
        [sys.executable, "-m", "dmaic_assets.cli", *command],
        cwd=root,
        env=clean_environment(),
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    wait_for_rows(root / "data" / "warehouse" / "accepted" / "orders", process)
    process.send_signal(signum)
    _, told = process.communicate(timeout=LONGEST_S)
    assert process.returncode == 130, told
    return told


def wait_for_rows(folder: Path, process: "subprocess.Popen[str]") -> None:
    deadline = time.monotonic() + LONGEST_S
    while not (folder.is_dir() and any(folder.glob("*.parquet"))):
        assert process.poll() is None, "it ended before it could be interrupted"
        assert time.monotonic() < deadline
        time.sleep(0.02)
