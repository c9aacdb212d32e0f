"""`dmaic worker` ends cleanly when it is told to."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from dmaic_assets.cli.init_command import make_project
from dmaic_assets_tests.cli.shell import clean_environment


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_that_is_told_to_stop_says_goodbye(tmp_path: Path, signum: int) -> None:
    make_project(tmp_path)
    worker = subprocess.Popen(
        [sys.executable, "-u", "-m", "dmaic_assets.cli", "worker", "--concurrency", "2"],
        cwd=tmp_path,
        env=clean_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert worker.stdout is not None
    greeting = worker.stdout.readline()

    worker.send_signal(signum)
    out, err = worker.communicate(timeout=60)

    assert greeting.startswith("Working on ")
    assert (worker.returncode, out, err) == (0, "Stopped after 0 tasks.\n", "")
