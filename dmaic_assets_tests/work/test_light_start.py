"""A process loads what it does: planning no engine, judging nothing that learns or repairs."""

import json
import subprocess
import sys

HEAVY = ("polars", "numpy", "scipy", "pyarrow", "duckdb", "dagster", "alembic")
# The modules of a phenomenon's folder that learn, find, propose, try or apply.
_BEYOND_JUDGING = ("handling", "propose", "pilot", "repair", "cells")


def loaded_by(code: str) -> list[str]:
    """The names of all modules that a process has loaded after running some code."""
    code = f"import sys, json; {code}; print(json.dumps(sorted(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return json.loads(run.stdout)


def test_planning_loads_no_heavy_library() -> None:
    loaded = loaded_by("import dmaic_assets.cli.runs.main_job, dmaic_assets.work.plan.plan")

    assert [name for name in HEAVY if name in loaded] == []


def test_a_platform_that_nobody_asks_for_keys_loads_no_heavy_library() -> None:
    loaded = loaded_by("from dmaic_assets.work.known_keys.held import HeldStates; HeldStates()")

    assert [name for name in HEAVY if name in loaded] == []


def test_judging_loads_nothing_that_learns_or_repairs() -> None:
    loaded = loaded_by("import dmaic_assets.gate.judge")

    assert [name for name in ("scipy", "numba", "dagster") if name in loaded] == []
    phenomena = [name for name in loaded if name.startswith("dmaic_assets.phenomena.")]
    ends = [name.rpartition(".")[2] for name in phenomena]
    wrong = [end for end in ends if end.startswith(("learn", *_BEYOND_JUDGING))]
    assert wrong == []
