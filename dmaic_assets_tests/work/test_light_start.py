"""A run without work loads nothing that reads, learns or judges: it has to answer at once."""

import subprocess
import sys

HEAVY = ("polars", "numpy", "scipy", "pyarrow", "duckdb", "dagster", "alembic")


def test_planning_loads_no_heavy_library() -> None:
    code = (
        "import sys, dmaic_assets.cli.runs.main_job, dmaic_assets.work.plan.plan;"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )

    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"
