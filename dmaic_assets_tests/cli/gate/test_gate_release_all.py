"""`dmaic gate release --rule --all`: the files of one rule are freed, it is wider and still on."""

from collections.abc import Callable
from pathlib import Path

import pytest

from dmaic_assets_tests.cli.shell import Finished, dmaic_here, run_with

Call = Callable[..., Finished]
STATES = ("open", "paid", "void")


def day_of(day: int) -> str:
    """From the seventh day on two rows of five are `refund`; the ninth has a broken amount too."""

    def row(n: int) -> str:
        state = "refund" if day > 6 and n % 5 < 2 else STATES[n % 3]
        amount = "soon" if day == 9 and n % 2 else 10 + (7 * n + day) % 40
        return f"{1000 * day + n},{state},{amount}"

    return "\n".join(["id,state,amount", *map(row, range(60))]) + "\n"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shop")
    assert dmaic_here("init", ".", cwd=folder).code == 0
    for days, code in ((range(1, 7), 0), (range(7, 10), 4)):
        assert run_with(folder, {f"{day}.csv": day_of(day) for day in days}).code == code
    return folder


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--rule", "state.in_set"), "belong together"),
        (("--rule", "id.unique", "--all", "orders"), "holds no file of orders"),
        ((), "is missing"),
    ],
)
def test_what_releases_nothing_is_refused(
    shop: Path, call: Call, words: tuple[str, ...], said: str
) -> None:
    refused = call("gate", "release", *words, "--reason", "r", "--json", cwd=shop)

    assert (refused.code, said in refused.error["detail"]) == (2, True)
    assert call("rules", "changes", "orders", "--json", cwd=shop).json["changes"] == []


def test_files_that_other_rules_hold_too_are_not_released(shop: Path, call: Call) -> None:
    damaged = ("gate", "release", "--rule", "amount.type", "--all", "--reason", "r", "--json")

    refused = call(*damaged, cwd=shop)

    assert refused.code != 0
    assert "held by other rules too" in refused.error["detail"]
    assert call("rules", "changes", "orders", "--json", cwd=shop).json["changes"] == []


def test_the_files_of_a_rule_are_freed_and_it_is_wider_not_off(shop: Path, call: Call) -> None:
    (before,) = call("status", "--json", cwd=shop).json["held"]
    ran = dmaic_here(
        *("gate", "release", "--rule", "state.in_set", "--all"),
        *("--reason", "new since May", "--by", "kim", "--json"),
        cwd=shop,
    )
    rules = {r["id"]: r for r in call("rules", "list", "orders", "--json", cwd=shop).json["rules"]}
    known = rules["state.in_set"]

    assert (ran.code, ran.err) == (0, "")
    assert ran.json["freed"] == ["7.csv", "8.csv"]
    assert [(f["file"], f["was"], f["is"], f["accepted"]) for f in ran.json["files"]] == [
        ("7.csv", "rejected", "accepted", 60),
        ("8.csv", "rejected", "accepted", 60),
    ]
    # The ninth is judged by the wider rule too; what else is wrong with it holds it.
    (still,) = ran.json["still_held"]
    assert (still["file"], "amount.type" in still["held_by"]) == ("9.csv", True)
    assert "state.in_set" not in still["held_by"]
    assert "--rule amount.type --all orders" in ran.json["command"]
    assert (known["enabled"], known["origin"]) == (True, "learnt")
    assert known["parameters"]["values"] == ["open", "paid", "refund", "void"]
    assert {c["action"] for c in ran.json["changes"]} == {"admit", "release", "widen"}
    assert {c["by"] for c in ran.json["changes"]} == {"kim"}
    # Status advised what frees the clean ones, and has advice as long as a file is held.
    assert before == {
        "source": "orders",
        "files": 3,
        "command": "dmaic gate release --rule state.in_set --all orders --reason TEXT",
    }
    (after,) = call("status", "--json", cwd=shop).json["held"]
    assert after == {"source": "orders", "files": 1, "command": ran.json["command"]}
    # Nothing is left to do by the next run.
    assert dmaic_here("run-all", "--json", cwd=shop).json["is_null_run"] is True
