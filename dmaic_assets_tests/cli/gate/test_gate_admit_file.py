"""`dmaic gate admit --file` in a project: what set rows apart reaches as far as they need."""

from collections.abc import Callable
from pathlib import Path

import pytest

from dmaic_assets_tests.cli.shell import Finished, dmaic_here, run_with

Call = Callable[..., Finished]
STATES = ("open", "paid", "void")
# Rows of the last file: column, what it holds. The last three have what no wider rule lets in.
ODD = {
    3: ("state", "refund"),
    7: ("amount", "950"),
    11: ("code", "QX/17"),
    15: ("day", "2031-01-01"),
    19: ("amount", "soon"),
    23: ("id", "24"),
    24: ("id", "24"),
}
COLUMNS = ("id", "state", "amount", "code", "day")


def day_of(day: int) -> str:
    def row(n: int) -> str:
        cells = {
            "id": str(1000 * day + n),
            "state": STATES[(n + day) % 3],
            "amount": str(10 + (7 * n + day) % 40),
            "code": f"AB-{1000 + (37 * n + day) % 9000}",
            "day": f"2026-{1 + n % 12:02}-{1 + (n + day) % 28:02}",
        }
        if day == 7 and n in ODD:
            cells |= dict([ODD[n]])
        return ",".join(cells[name] for name in COLUMNS)

    return "\n".join([",".join(COLUMNS), *map(row, range(200))]) + "\n"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shop")
    assert dmaic_here("init", ".", cwd=folder).code == 0
    rules = folder / "config" / "rules" / "orders.yaml"
    rules.parent.mkdir(parents=True, exist_ok=True)
    rules.write_text(
        "source: orders\nrules:\n"
        "- {id: id.unique, kind: unique, columns: [id], severity: high, origin: hand}\n"
        "- {id: day.range, kind: range, columns: [day], severity: high, origin: hand,\n"
        "   parameters: {max: '2030-12-31'}}\n",
        encoding="utf-8",
    )
    for days in (range(1, 7), range(7, 8)):
        assert run_with(folder, {f"{day}.csv": day_of(day) for day in days}).code == 0
    return folder


def test_the_rows_of_a_file_are_let_in_by_the_rules_that_set_them_apart(
    shop: Path, call: Call
) -> None:
    ran = dmaic_here("gate", "admit", "--file", "7.csv", "--reason", "checked", "--json", cwd=shop)
    after = {r["id"]: r for r in call("rules", "list", "orders", "--json", cwd=shop).json["rules"]}

    assert (ran.code, ran.err) == (0, "")
    assert ran.json["rows"] == 4
    assert set(ran.json["rules"]) == {
        *("state.in_set", "amount.range", "code.shape", "day.range", "day.window")
    }
    apart = {r["rule"]: (r["rows"], r["why"]) for r in ran.json["still_apart"]}
    assert apart["id.unique"] == (2, "two rows with one key cannot both be right")
    assert [r for r in apart if "amount" in r]
    (moved,) = ran.json["files"]
    assert (moved["file"], moved["accepted"], moved["quarantined"]) == ("7.csv", 4, 3)
    assert after["day.range"]["parameters"]["max"] == "2031-01-01"
    assert after["code.shape"]["parameters"]["pattern"].endswith("|[A-Z]{2}/[0-9]{2}")
    assert all(rule["enabled"] for rule in after.values())
    assert dmaic_here("run-all", "--json", cwd=shop).json["held"] == 0

    again = call("gate", "admit", "--file", "7.csv", "--reason", "r", "--json", cwd=shop)
    assert "no wider rule lets its rows in" in again.error["detail"]


def test_a_row_whose_key_is_known_stays_apart_and_the_rule_is_named(tmp_path: Path) -> None:
    def day(number: int, known: int = 0) -> str:
        ids = [*range(known), *range(number * 1000 + known, number * 1000 + 100)]
        return "\n".join(["id,amount", *(f"{i},{10 + i * 7 % 40}" for i in ids)]) + "\n"

    assert dmaic_here("init", ".", cwd=tmp_path).code == 0
    rules = tmp_path / "config" / "rules" / "orders.yaml"
    rules.parent.mkdir(parents=True, exist_ok=True)
    rules.write_text(
        "source: orders\nrules:\n"
        "- {id: id.known_key, kind: known_key, columns: [id], severity: high, origin: hand}\n",
        encoding="utf-8",
    )
    assert run_with(tmp_path, {"1.csv": day(0), "2.csv": day(1)}).code == 0
    assert run_with(tmp_path, {"3.csv": day(2, known=1)}).code == 0

    ran = dmaic_here("gate", "admit", "--file", "3.csv", "--reason", "r", "--json", cwd=tmp_path)

    assert "id.known_key: another accepted file brought the key before" in ran.error["detail"]


def test_a_number_and_a_form_are_let_in_alone(shop: Path, call: Call) -> None:
    more = ("--reason", "r", "--json")
    number = dmaic_here(
        "gate", "admit", "orders", "--column", "amount", "--value", "9999999", *more, cwd=shop
    )
    form = dmaic_here(
        "gate", "admit", "orders", "--column", "code", "--shape", "ab_123", *more, cwd=shop
    )
    rules = {r["id"]: r for r in call("rules", "list", "orders", "--json", cwd=shop).json["rules"]}

    assert (number.json["rules"], form.json["rules"]) == (["amount.range"], ["code.shape"])
    assert rules["amount.range"]["parameters"]["max"] == 9999999
    assert rules["code.shape"]["parameters"]["pattern"].endswith("|[a-z]{2}_[0-9]{3}")
