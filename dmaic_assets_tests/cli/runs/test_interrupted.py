"""Ctrl-C while files are judged ends with 130, and the next run goes on."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dmaic_assets_tests.cli.shell import clean_environment, dmaic

FILES = 60
LONGEST_S = 120.0


@pytest.mark.parametrize("command", [("run-all",), ("run", "--phase", "define")])
def test_ctrl_c_during_work_is_told_as_such(tmp_path: Path, command: tuple[str, ...]) -> None:
    assert dmaic("init", ".", cwd=tmp_path).code == 0
    folder = tmp_path / "data" / "incoming" / "orders"
    folder.mkdir(parents=True)
    for file in range(FILES):
        rows = "".join(f"{file * 1000 + n},{n % 7}.5\n" for n in range(300))
        (folder / f"{file}.csv").write_text(f"id,amount\n{rows}")

    process = subprocess.Popen(
        [sys.executable, "-m", "dmaic_assets.cli", *command],
        cwd=tmp_path,
        env=clean_environment(),
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    wait_for_rows(tmp_path / "data" / "warehouse" / "accepted" / "orders", process)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=LONGEST_S)

    assert process.returncode == 130, told
    assert told.splitlines()[-1] == "interrupted"
    assert "defect" not in told


def wait_for_rows(folder: Path, process: "subprocess.Popen[str]") -> None:
    deadline = time.monotonic() + LONGEST_S
    while not (folder.is_dir() and any(folder.glob("*.parquet"))):
        assert process.poll() is None, "it ended before it could be interrupted"
        assert time.monotonic() < deadline
        time.sleep(0.02)
