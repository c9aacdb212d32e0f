"""Foreign keys between sources: learnt by themselves, judged by what is known, judged again."""

import polars as pl
import pytest

from dmaic_assets.rules.yaml.file import load_rules
from dmaic_assets.store.ledger.record.verdicts import latest_verdicts
from dmaic_assets_tests.work.conftest import Project, csv_of

HAND = (
    "source: orders\nrules:\n"
    "  - {id: known_shop, kind: inclusion, columns: shop_id, severity: high,\n"
    "     parameters: {reference: shops.id}}\n"
)


def shops(*numbers: int) -> str:
    return "id,town\n" + "".join(f"{n},town {n % 3}\n" for n in numbers)


def orders(first: int, *, unknown: int | None = None) -> str:
    """A hundred orders of shops 1 to 30; row 7 is of the unknown shop."""

    def shop(row: int) -> int:
        return unknown if unknown is not None and row == 7 else 1 + row % 30

    return csv_of(first, shop_id=shop)


def set_apart(project: Project) -> dict[int, str]:
    found: dict[int, str] = {}
    for path in (project.data / "quarantine").rglob("rows.parquet"):
        frame = pl.read_parquet(path)
        found |= dict(zip(frame["id"].cast(pl.Int64), frame["_dmaic_rules"], strict=True))
    return found


@pytest.fixture
def chain(project: Project) -> Project:
    """Thirty shops, and three files of orders that were accepted."""
    project.drop("shops.csv", shops(*range(1, 31)), source="shops")
    for day in range(3):
        project.drop(f"day{day}.csv", orders(day * 1000))
    project.run()
    return project


def test_a_foreign_key_is_learnt_by_itself_with_its_evidence(chain: Project) -> None:
    rules = {r.id: r for r in load_rules(chain.root / "config" / "rules" / "orders.yaml").rules}

    rule = rules["shop_id.inclusion"]
    assert not {"shop_id.range", "shop_id.in_set"} & set(rules)
    assert rule.parameters == {"reference": "shops.id"}
    assert rule.evidence["column_kind"] == "foreign key"
    assert (rule.evidence["files"], rule.evidence["keys"]) == (3, 30)


def test_a_row_with_an_unknown_key_is_set_apart(chain: Project) -> None:
    chain.drop("day9.csv", orders(9000, unknown=99))

    chain.run()

    assert list(set_apart(chain)) == [9007]
    assert "shop_id.inclusion" in set_apart(chain)[9007]
    assert chain.plan().is_empty


def test_a_foreign_key_is_as_severe_as_its_column(chain: Project) -> None:
    """Judged again by it: what only reports sets no row apart."""
    chain.drop("day9.csv", orders(9000, unknown=99))
    chain.run()
    assert 9007 in set_apart(chain)
    said = "sources: {orders: {columns: {shop_id: {criticality: low}}}}\n"
    (chain.root / "config" / "thresholds.yaml").write_text(said)
    chain.reload()

    chain.run()

    sha = chain.arrivals()["day9.csv"].sha256
    told = latest_verdicts(chain.platform.ledger, "orders", [sha])[sha].verdict.violations
    assert [v.severity for v in told if v.rule == "shop_id.inclusion"] == ["low"]
    assert set_apart(chain) == {}
    assert 9007 in chain.accepted_ids()


def test_a_row_is_accepted_once_its_key_has_come(chain: Project) -> None:
    chain.drop("day9.csv", orders(9000, unknown=31))
    chain.run()
    chain.drop("more.csv", shops(31, 32), source="shops")
    chain.run()

    chain.run()

    assert set_apart(chain) == {}
    ids = chain.accepted_ids()
    assert len(ids) == len(set(ids)) == 400
    assert chain.plan().is_empty


def test_what_was_accepted_is_not_judged_again_when_the_other_source_grows(
    chain: Project,
) -> None:
    chain.drop("day9.csv", orders(9000))
    chain.run()
    chain.drop("more.csv", shops(40, 41), source="shops")

    assert [f.file.path.name for f in chain.plan().work] == ["more.csv"]


def test_a_hand_written_foreign_key_is_judged(project: Project) -> None:
    (project.root / "config" / "rules" / "orders.yaml").write_text(HAND)
    project.drop("shops.csv", shops(*range(1, 31)), source="shops")
    project.run()
    project.drop("day0.csv", orders(0, unknown=77))

    project.run()

    assert set_apart(project) == {7: "known_shop"}


def test_a_learnt_foreign_key_that_is_switched_off_stays_off(chain: Project) -> None:
    path = chain.root / "config" / "rules" / "orders.yaml"
    text = path.read_text()
    at = text.index("id: shop_id.inclusion")
    path.write_text(text[:at] + text[at:].replace("enabled: true", "enabled: false", 1))
    chain.run()
    chain.drop("day9.csv", orders(9000, unknown=99))

    chain.run()

    assert "shop_id.inclusion" not in set_apart(chain).get(9007, "")
    assert not {r.id: r for r in load_rules(path).rules}["shop_id.inclusion"].is_enabled


def test_a_steady_share_of_orphans_is_tolerated_and_a_flood_is_held(project: Project) -> None:
    def mostly(first: int, orphans: int) -> str:
        return csv_of(first, shop_id=lambda n: 900 + n if n < orphans else 1 + n % 30)

    project.drop("shops.csv", shops(*range(1, 31)), source="shops")
    for day, orphans in enumerate((6, 8, 5, 7)):
        project.drop(f"day{day}.csv", mostly(day * 1000, orphans))
    project.run()
    project.drop("day8.csv", mostly(8000, 7))
    project.drop("day9.csv", mostly(9000, 60))

    project.run()

    rules = {r.id: r for r in load_rules(project.root / "config" / "rules" / "orders.yaml").rules}
    assert not {r for r in rules if r.startswith("shop_id.")} & {"shop_id.range", "shop_id.in_set"}
    assert rules["shop_id.orphan_share"].evidence["files"] >= 4
    found = project.arrivals()
    assert (found["day8.csv"].disposition, found["day9.csv"].disposition) == (
        "accepted",
        "rejected",
    )
    assert project.plan().is_empty


def test_columns_that_only_happen_to_be_contained_are_no_foreign_keys(project: Project) -> None:
    project.drop("shops.csv", shops(*range(1, 31)), source="shops")
    for day in range(3):
        project.drop(f"day{day}.csv", csv_of(day * 1000, pieces=lambda n: 1 + n % 9))

    project.run()

    rules = load_rules(project.root / "config" / "rules" / "orders.yaml").rules
    assert [r.id for r in rules if r.kind == "inclusion"] == []
