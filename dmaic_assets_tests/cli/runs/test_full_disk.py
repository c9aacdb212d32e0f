"""Files that may not grow, as on a full disk, under a whole command: told as such, and soon."""

import resource
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from dmaic_assets.cli.setup.init_command import make_project
from dmaic_assets_tests.cli.samples import ROWS, write_days
from dmaic_assets_tests.cli.shell import clean_environment, dmaic_here


def limited(project: Path, size_bytes: int) -> "subprocess.CompletedProcess[str]":
    """Runs everything in a process that may make no file larger; that holds for root too."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, size_bytes))

    return subprocess.run(
        [sys.executable, "-m", "dmaic_assets.cli", "run-all"],
        cwd=project,
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limit,
    )


@pytest.mark.parametrize("size_bytes", [8_000, 300_000])
def test_a_disk_that_refuses_ends_a_run_soon_and_with_the_code_for_stores(
    tmp_path: Path, size_bytes: int
) -> None:
    make_project(tmp_path)
    config = tmp_path / "config" / "dmaic.yaml"
    config.write_text(config.read_text() + "\nledger: {lease_ttl_s: 3, heartbeat_s: 1}\n")
    write_days(tmp_path / "data" / "incoming" / "orders", range(1, 3))
    dmaic_here("run-all", cwd=tmp_path)
    write_days(tmp_path / "data" / "incoming" / "orders", range(3, 9))

    began = time.monotonic()
    refused = limited(tmp_path, size_bytes)
    took = time.monotonic() - began
    again = dmaic_here("run-all", cwd=tmp_path)

    assert (refused.returncode, again.code) == (5, 0)
    assert took < 100
    assert "defect" not in refused.stderr
    assert "Logging error" not in refused.stderr
    accepted = tmp_path / "data" / "warehouse" / "accepted" / "orders"
    ids = {n for p in accepted.glob("*.parquet") for n in pl.read_parquet(p)["order_id"]}
    assert len(ids) == 8 * ROWS
