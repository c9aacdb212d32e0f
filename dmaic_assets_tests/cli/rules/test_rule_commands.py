"""`dmaic rules list|show|accept|reject|edit|disable|enable` on a rule file of no project."""

from collections.abc import Callable
from pathlib import Path

import pytest

from dmaic_assets.rules.yaml.file import load_rules
from dmaic_assets_tests.cli.shell import Finished

Call = Callable[..., Finished]

RULES = """\
source: orders
rules:
  - {id: a.range, kind: range, columns: [a], parameters: {min: 0, max: 9}, origin: learnt,
     evidence: {files: 30, good_rows_lost: 0.0001}}
  - {id: file.row_count, kind: row_count, parameters: {min: 1}, severity: critical, origin: learnt,
     evidence: {files: 30, stop_rate: 0.004}}
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "r.yaml").write_text(RULES, encoding="utf-8")
    return tmp_path


def test_rules_are_listed_with_their_price(shop: Path, call: Call) -> None:
    ran = call("rules", "list", "r.yaml", "--json", cwd=shop)

    assert ran.code == 0
    assert [(r["id"], r["good_rows_lost"], r["stop_rate"]) for r in ran.json["rules"]] == [
        ("a.range", 0.0001, None),
        ("file.row_count", None, 0.004),
    ]
    assert "0.004" in call("rules", "list", "r.yaml", cwd=shop).out


def test_an_edit_is_kept_and_written_down(shop: Path, call: Call) -> None:
    ran = call(
        *("rules", "edit", "r.yaml", "a.range", "--set", "max=12", "--severity", "low"),
        *("--by", "kim", "--reason", "new prices", "--json"),
        cwd=shop,
    )

    assert (ran.code, ran.json["version"]) == (0, 1)
    (change,) = ran.json["changes"]
    assert (change["by"], change["reason"], change["action"]) == ("kim", "new prices", "edit")
    rule = load_rules(shop / "r.yaml").rules[0]
    assert (rule.parameters, rule.severity, rule.origin) == (
        {"min": 0, "max": 12},
        "low",
        "override",
    )


def test_several_rules_are_switched_off_and_shown_as_off(shop: Path, call: Call) -> None:
    ran = call("rules", "disable", "r.yaml", "a.range", "file.row_count", cwd=shop)

    off = call("rules", "list", "r.yaml", "--off", "--json", cwd=shop)
    shown = call("rules", "show", "r.yaml", "a.range", "--json", cwd=shop)
    listed = call("rules", "changes", "r.yaml", "--json", cwd=shop)

    assert (ran.code, "now version 2" in ran.out) == (0, True)
    assert [r["id"] for r in off.json["rules"]] == ["a.range", "file.row_count"]
    assert [c["action"] for c in shown.json["changes"]] == ["disable"]
    assert [c["version"] for c in listed.json["changes"]] == [1, 2]


def test_saying_what_is_so_already_writes_nothing(shop: Path, call: Call) -> None:
    call("rules", "reject", "r.yaml", "a.range", cwd=shop)
    before = (shop / "r.yaml").read_bytes()

    ran = call("rules", "reject", "r.yaml", "a.range", "--json", cwd=shop)

    assert (ran.code, ran.json["changes"]) == (0, [])
    assert (shop / "r.yaml").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "culprit"),
    [
        (("disable", "r.yaml", "a.rang"), "there is no rule a.rang"),
        (("accept", "nowhere.yaml", "a.range"), "cannot be read"),
        (("edit", "r.yaml", "a.range"), "nothing to change is named"),
        (("edit", "r.yaml", "a.range", "--set", "max"), "is not KEY=VALUE"),
        (("edit", "r.yaml", "a.range", "--set", "most=3"), "parameter most is unknown"),
        (("disable", "orders", "a.range"), "no config/dmaic.yaml"),
    ],
)
def test_what_has_no_meaning_is_refused_and_changes_nothing(
    shop: Path, call: Call, arguments: tuple[str, ...], culprit: str
) -> None:
    ran = call("rules", *arguments, "--json", cwd=shop)

    assert (ran.code, ran.out, ran.error["error"]) == (2, "", "BadInput")
    assert culprit in ran.error["detail"]
    assert (shop / "r.yaml").read_text(encoding="utf-8") == RULES
