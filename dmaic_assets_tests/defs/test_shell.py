"""Dagster's own command on a project of its own, without any server."""

import subprocess
import sys
from pathlib import Path

import pytest

from dmaic_assets.cli.setup.init_command import make_project
from dmaic_assets_tests.cli.samples import orders, write_csv
from dmaic_assets_tests.cli.shell import clean_environment, dmaic_here

pytestmark = pytest.mark.daemon


def stored(project: Path) -> dict[str, bytes]:
    """Every file that holds rows, with its bytes."""
    folders = (project / "data" / name for name in ("warehouse/accepted", "quarantine"))
    files = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    return {str(path): path.read_bytes() for path in files}


def test_a_closed_gate_ends_the_command_with_1_and_nothing_is_written(tmp_path: Path) -> None:
    make_project(tmp_path)
    landed = tmp_path / "data" / "incoming" / "orders"
    write_csv(landed / "bad.csv", [{**row, "amount": "n/a"} for row in orders(1)])
    rules = (
        "source: orders\nrules:\n- {kind: row_count, parameters: {max: 9}, severity: critical}\n"
    )
    (tmp_path / "config" / "rules" / "orders.yaml").write_text(rules, encoding="utf-8")
    held = dmaic_here("run-all", "--json", cwd=tmp_path)
    before = stored(tmp_path)
    command = [sys.executable, "-m", "dagster", "asset", "materialize"]
    command += ["-m", "dmaic_assets.definitions", "--select", "gate_verdict,accepted_rows"]
    command += ["--partition", f"{held.json['run_id']}|orders"]

    ran = subprocess.run(
        command, cwd=tmp_path, env=clean_environment(), capture_output=True, text=True, check=False
    )

    assert held.code == 4
    assert ran.returncode == 1, ran.stderr
    assert "gate_is_open" in ran.stderr + ran.stdout
    assert stored(tmp_path) == before
    assert not (tmp_path / "data" / "warehouse" / "accepted" / "orders").exists()
    assert [path.name for path in (tmp_path / "data" / "quarantine").rglob("*.csv")] == ["bad.csv"]
