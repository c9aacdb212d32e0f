"""Sources of one run: those whose keys others refer to are judged first."""

import pytest

from dmaic_assets.store.ledger.tasks.tasks import tasks_of_run
from dmaic_assets.work.people.hand_rules import NO_HAND_RULES, HandRules, hand_rules_of
from dmaic_assets.work.plan.source_order import source_order
from dmaic_assets_tests.work.conftest import Project, csv_of


def refer(project: Project, source: str, *references: str) -> None:
    entries = "".join(
        f"  - {{id: ref{n}, kind: inclusion, columns: c{n}, parameters: {{reference: {r}}}}}\n"
        for n, r in enumerate(references)
    )
    path = project.root / "config" / "rules" / f"{source}.yaml"
    path.write_text(f"source: {source}\nrules:\n{entries}")


def hand_of(project: Project, *sources: str) -> dict[str, HandRules]:
    return {source: hand_rules_of(project.platform.settings, source) for source in sources}


def test_sources_come_after_those_that_they_refer_to(project: Project) -> None:
    refer(project, "items", "orders.id", "goods.id")
    refer(project, "orders", "shops.id")

    order = source_order(
        project.platform, hand_of(project, "alone", "items", "orders", "goods", "shops")
    )

    rank = order.rank
    assert rank("shops") < rank("orders") < rank("items") > rank("goods")
    assert order.lanes == {"alone": "alone"} | dict.fromkeys(
        ("items", "orders", "goods", "shops"), "items"
    )
    assert order.notes == ()


def test_a_circle_is_in_the_order_of_names_and_says_so(project: Project) -> None:
    refer(project, "b", "c.id")
    refer(project, "c", "a.id")
    refer(project, "a", "b.id")

    order = source_order(project.platform, hand_of(project, "c", "b", "a"))

    assert order.sources == ("a", "b", "c")
    assert "refer to each other" in order.notes[0]


def test_a_circle_costs_only_its_own_members_their_order(project: Project) -> None:
    refer(project, "b", "z.id")
    refer(project, "z", "b.id")
    refer(project, "m", "z.id")
    refer(project, "a", "m.id")

    order = source_order(project.platform, hand_of(project, "a", "b", "m", "z"))

    assert order.sources == ("b", "z", "m", "a")
    assert len(order.notes) == 1


def test_sources_without_foreign_keys_wait_for_nobody(project: Project) -> None:
    none = HandRules(NO_HAND_RULES, None)

    order = source_order(project.platform, {"b": none, "a": none})

    assert (order.sources, order.lanes) == (("b", "a"), {"a": "a", "b": "b"})


@pytest.fixture
def learnt(project: Project) -> Project:
    """Orders that refer to thirty shops; both sources were accepted, and their link was learnt."""
    project.drop("one.csv", shops(1, 30), source="shops")
    for day in range(2):
        project.drop(f"day{day}.csv", csv_of(day * 1000, shop_id=lambda n: 1 + n % 30))
    project.run()
    return project


def shops(first: int, last: int) -> str:
    return "id,town\n" + "".join(f"{n},town {n % 3}\n" for n in range(first, last + 1))


def test_rows_find_the_keys_that_came_in_the_same_run(learnt: Project) -> None:
    learnt.drop("two.csv", shops(31, 50), source="shops")
    for day in range(3, 6):
        learnt.drop(f"day{day}.csv", csv_of(day * 1000, shop_id=lambda n: 31 + n % 20))
    plan = learnt.plan()

    result = learnt.run()

    assert [f.file.source for f in plan.work] == ["shops", "orders", "orders", "orders"]
    assert result is not None
    assert {t.lane for t in tasks_of_run(learnt.platform.ledger, result.run_id)} == {"orders"}
    assert sorted(cell.cell.source for cell in result.cells) == ["orders", "shops"]
    assert len(learnt.accepted_ids()) == 500
    assert not list((learnt.data / "quarantine").rglob("rows.parquet"))
    assert learnt.plan().is_empty
