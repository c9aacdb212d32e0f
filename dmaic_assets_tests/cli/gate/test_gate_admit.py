"""`dmaic gate admit` in a project: rows that one value set apart are stored, and nothing else."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from dmaic_assets_tests.cli.shell import Finished, dmaic_here, run_with

Call = Callable[..., Finished]
STATES = ("open", "paid", "void")


def day_of(day: int) -> str:
    """On two days some rows are `refund`; one of them has an amount that is no number."""

    def row(n: int) -> str:
        state = "refund" if day in (4, 5) and n % 10 == 3 else STATES[n % 3]
        amount = "soon" if (day, n) == (5, 13) else 10 + (7 * n + day) % 40
        return f"{1000 * day + n},{state},{amount}"

    return "\n".join(["id,state,amount", *map(row, range(60))]) + "\n"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shop")
    assert dmaic_here("init", ".", cwd=folder).code == 0
    # Five at once would be judged by each other, and what two of them have is no news.
    for days in (range(1, 5), range(5, 6)):
        assert run_with(folder, {f"{day}.csv": day_of(day) for day in days}).code == 0
    return folder


def test_what_cannot_be_admitted_is_refused_and_changes_nothing(shop: Path, call: Call) -> None:
    admit = ("gate", "admit", "orders", "--reason", "r", "--json")
    unlisted = call(*admit, "--column", "when", "--value", "7", cwd=shop)
    no_number = call(*admit, "--column", "amount", "--value", "soon", cwd=shop)
    silent = call("gate", "admit", "orders", "--column", "state", "--value", "refund", cwd=shop)
    both = call(*admit, "--column", "state", "--value", "refund", "--file", "4.csv", cwd=shop)
    whole = call("gate", "admit", "--file", "1.csv", "--reason", "r", "--json", cwd=shop)

    assert (unlisted.code, "has no rule that lists" in unlisted.error["detail"]) == (2, True)
    assert "soon is no integer" in no_number.error["detail"]
    assert (silent.code, both.code) == (2, 2)
    assert "no rows are set apart from it" in whole.error["detail"]
    assert call("rules", "changes", "orders", "--json", cwd=shop).json["changes"] == []


def test_an_admitted_value_frees_its_rows_and_no_others(shop: Path, call: Call) -> None:
    ran = dmaic_here(
        *("gate", "admit", "orders", "--column", "state", "--value", "refund"),
        *("--reason", "new since May", "--by", "kim", "--json"),
        cwd=shop,
    )
    rules = {r["id"]: r for r in call("rules", "list", "orders", "--json", cwd=shop).json["rules"]}
    stored = pl.read_parquet(shop / "data" / "warehouse" / "accepted" / "orders" / "*.parquet")

    assert (ran.code, ran.err) == (0, "")
    assert (ran.json["rules"], ran.json["rows_accepted"]) == (["state.in_set"], 11)
    assert [(f["file"], f["was"], f["is"], f["accepted"]) for f in ran.json["files"]] == [
        ("4.csv", "quarantine", "accepted", 6),
        ("5.csv", "quarantine", "quarantine", 5),
    ]
    assert rules["state.in_set"]["enabled"] is True
    assert stored.filter(pl.col("state") == "refund").height == 11
    # What was said outlives the next learning, and nothing is left to do.
    assert dmaic_here("run-all", "--json", cwd=shop).json["held"] == 0
    told = call("rules", "changes", "orders", "--json", cwd=shop).json["changes"]
    assert [(c["action"], c["by"], c["after"]["values"]) for c in told] == [
        ("admit", "kim", ["refund"])
    ]
