"""The guide's programs run as they stand, and cost a user few lines."""

import re
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "any-asset.md"
BLOCKS = re.findall(r"```python\n(.*?)```", GUIDE.read_text("utf-8"), flags=re.DOTALL)


def test_a_learnt_gate_costs_three_lines_and_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    checks, _, gated, waiting = BLOCKS
    names: dict[str, Any] = {}
    for block in (checks, gated, waiting):
        exec(block, names)

    mine = [line for line in checks.splitlines() if "learnt_checks" in line]
    assert 1 <= len(mine) <= 5
    assert "learnt_checks(" in BLOCKS[1]
    with dg.DagsterInstance.ephemeral() as instance:
        job = names["defs"].resolve_implicit_global_asset_job_def()
        for day in ("2026-03-01", "2026-03-02"):
            result = job.execute_in_process(instance=instance, partition_key=day)
            assert result.success
            assert len(result.get_asset_check_evaluations()) == 3
        assert dg.materialize([names["payments"]], instance=instance).success
    assert (tmp_path / "quality" / "config" / "rules" / "orders.yaml").is_file()
