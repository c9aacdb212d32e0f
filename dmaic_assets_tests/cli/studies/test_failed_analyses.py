"""`dmaic analyze` where an analysis fails: the others are told, and the exit code says it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from dmaic_assets_tests.cli.shell import Finished

Call = Callable[..., Finished]


@pytest.fixture
def torn(sure_shop: Path, tmp_path: Path) -> Path:
    """A copy of the shop; half of the accepted rows of customers is gone from the disk."""
    shop = tmp_path / "shop"
    shutil.copytree(sure_shop, shop)
    (rows,) = (shop / "data" / "warehouse" / "accepted" / "customers").glob("*.parquet")
    rows.write_bytes(rows.read_bytes()[:-200])
    return shop


def test_one_table_that_cannot_be_read_leaves_the_others_and_ends_with_3(
    torn: Path, call: Call
) -> None:
    found = call("analyze", "--analysis", "temporal", "--force", "--json", cwd=torn)

    assert found.code == 3
    assert {o["table"] for o in found.json["outcomes"]} == {"orders"}
    assert [(f["analysis"], f["table"], f["is_skipped"]) for f in found.json["failures"]] == [
        ("semantic", "customers", False),
        ("statistics", "customers", True),
        ("temporal", "customers", True),
    ]
    assert '"error": "Invariant"' in found.err


def test_people_read_what_failed_and_what_was_skipped(torn: Path, call: Call) -> None:
    found = call("analyze", "--force", cwd=torn)

    assert found.code == 3
    assert "semantic of customers failed: ComputeError in analysis/" in found.out
    assert "skipped (statistics, relationships," in found.out
    assert "it needs semantic of customers, which failed" in found.out
    assert "error: semantic of customers: ComputeError: " in found.err


def test_what_rests_on_a_failed_analysis_is_refused(torn: Path, call: Call) -> None:
    settings = torn / "config" / "dmaic.yaml"
    said = "\nanalyses:\n  columns:\n    customers.email: {role: text}\n"
    settings.write_text(settings.read_text() + said)

    found = call("entropy", cwd=torn)
    document = call("context", "--json", cwd=torn)

    assert (found.code, found.out) == (3, "")
    assert "semantic of customers" in found.err
    assert document.code == 3
    assert document.json["failures"][0].startswith("semantic of customers failed")
