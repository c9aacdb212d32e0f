"""`dmaic gate release` and `dmaic rules disable` in a project: the next run goes by both."""

from collections.abc import Callable
from pathlib import Path

import pytest

from dmaic_assets_tests.cli.samples import orders, write_csv
from dmaic_assets_tests.cli.shell import Finished, dmaic_here

Call = Callable[..., Finished]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six ordinary days and a seventh with five times the rows, which is held."""
    folder = tmp_path_factory.mktemp("shop")
    assert dmaic_here("init", ".", cwd=folder).code == 0
    for day in range(1, 7):
        write_csv(folder / "data" / "incoming" / "orders" / f"{day}.csv", orders(day))
    assert dmaic_here("run-all", cwd=folder).code == 0
    write_csv(folder / "data" / "incoming" / "orders" / "7.csv", orders(7, rows=1500))
    assert dmaic_here("run-all", cwd=folder).code == 4
    return folder


def test_a_release_needs_a_reason_and_a_held_file(shop: Path, call: Call) -> None:
    without = call("gate", "release", "7.csv", "--json", cwd=shop)
    accepted = call("gate", "release", "1.csv", "--reason", "r", "--json", cwd=shop)

    assert (without.code, without.error["error"]) == (2, "BadInput")
    assert (accepted.code, "is not held" in accepted.error["detail"]) == (2, True)


def test_a_held_file_is_released_and_the_next_run_agrees(shop: Path, call: Call) -> None:
    ran = dmaic_here(
        *("gate", "release", "7.csv", "--reason", "a sale", "--by", "kim", "--json"), cwd=shop
    )

    assert (ran.code, ran.err) == (0, "")
    assert (ran.json["verdict"], ran.json["accepted"]) == ("accept", 1500)
    assert "file.row_count" in ran.json["held_by"]
    assert ran.json["changes"][0]["action"] == "release"
    volume, *others = ran.json["became"]
    assert (volume["rule"], volume["held_it"]) == ("file.row_count", True)
    assert volume["before"] != volume["after"]
    assert all(each["after"] is None for each in others if not each["held_it"])
    told = call("rules", "changes", "orders", "--json", cwd=shop)
    assert {(c["by"], c["reason"]) for c in told.json["changes"]} == {("kim", "a sale")}
    again = dmaic_here("run-all", "--json", cwd=shop)
    assert (again.code, again.json["held"]) == (0, 0)
