"""Tolerances and criticality in a project: what is judged again, what is asked, what is refused."""

import pytest

from dmaic_assets.errors import SettingsError
from dmaic_assets.rules.yaml.file import load_rules
from dmaic_assets.settings.project import load_settings
from dmaic_assets.work.plan.memo_keys import rule_params, source_components
from dmaic_assets_tests.work.conftest import Project, csv_of


def say(project: Project, thresholds: str) -> None:
    (project.root / "config" / "thresholds.yaml").write_text(thresholds)
    project.reload()


def gaps(rows: int):
    return lambda n: "" if n < rows else f"{10 + (n * 37) % 100}.5"


def of_orders(project: Project) -> dict[str, object]:
    settings = project.platform.settings
    return dict(rule_params(settings, settings.source("orders"), "none"))


def test_a_tolerance_judges_again_and_unset_finds_what_is_known(project: Project) -> None:
    for day in range(4):
        project.drop(f"{day}.csv", csv_of(1000 * day))
        project.run()
    project.drop("4.csv", csv_of(4000, amount=gaps(15)))
    project.run()
    before = of_orders(project)

    assert project.arrivals()["4.csv"].disposition == "rejected"
    assert project.plan().is_empty

    say(project, "sources: {orders: {columns: {amount: {null_tolerance: 0.15}}}}\n")
    (again,) = [f for f in project.plan().files if f.file.path.name == "4.csv"]
    assert "columns.amount.null_tolerance none -> 0.15" in str(again.reasons)
    project.run()
    assert project.arrivals()["4.csv"].disposition == "quarantine"
    rules = load_rules(project.platform.settings.paths.rules / "orders.yaml").rules
    bound = next(rule for rule in rules if rule.id == "amount.null_share")
    assert bound.evidence["bound_by"] == ("columns.amount.null_tolerance in config/thresholds.yaml")

    # Another source has the keys that it had.
    settings = project.platform.settings
    assert "columns.amount.null_tolerance" in of_orders(project)
    assert not settings.said_of_columns("others").params()

    # Unset, the keys are those of before: the rows would leave, and that needs a yes.
    say(project, "overall: 85\n")
    assert of_orders(project) == before
    ran = project.run()
    assert ran is not None
    (failed,) = ran.errors
    assert "columns.amount.null_tolerance 0.15 -> none" in str(failed)
    assert project.arrivals()["4.csv"].disposition == "quarantine"


def test_files_that_came_together_are_judged_by_it_too(project: Project) -> None:
    say(project, "sources: {orders: {columns: {amount: {null_tolerance: 0.01}}}}\n")
    for day in range(6):
        project.drop(f"{day}.csv", csv_of(1000 * day, amount=gaps(3 * (day == 4))))

    project.run()

    held = [name for name, came in project.arrivals().items() if came.disposition == "rejected"]
    assert held == ["4.csv"]


def test_unset_a_key_speaks_of_no_column(project: Project) -> None:
    settings = project.platform.settings

    told = source_components(settings, "orders", hand_rules="none", threshold=None, changes={})

    assert set(told["rules"]) == {
        "primary_key", "time_column", "criticality", "window", "budget", "admit_recurring",
        "hand_rules",
    }  # fmt: skip


def test_of_what_is_said_the_nearest_counts(tmp_path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "dmaic.yaml").write_text("project: shop\n")
    (tmp_path / "config" / "thresholds.yaml").write_text(
        "null_tolerance: 0.05\n"
        "criticality: by_role\n"
        "columns: {id: {criticality: high, null_tolerance: 0}}\n"
        "sources:\n"
        "  orders: {null_tolerance: 0.1, columns: {id: {criticality: low}}}\n"
        "  free: {null_tolerance: null, criticality: null}\n"
    )
    settings = load_settings(tmp_path, environment={})

    assert settings.said_of_columns("shops").params() == {
        "null_tolerance": 0.05,
        "column_criticality": "by_role",
        "columns.id.null_tolerance": 0,
        "columns.id.criticality": "high",
    }
    assert settings.said_of_columns("orders").params() == {
        "null_tolerance": 0.1,
        "column_criticality": "by_role",
        "columns.id.null_tolerance": 0,
        "columns.id.criticality": "low",
    }
    assert settings.said_of_columns("free").params() == {
        "columns.id.null_tolerance": 0,
        "columns.id.criticality": "high",
    }
    assert settings.thresholds("orders").row_tolerance == 0.05


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("null_tolerance: 5", "key null_tolerance: .*less than or equal to 1"),
        ("duplicate_tolerance: -0.1", "key duplicate_tolerance"),
        ("criticality: high", "key criticality: .*by_role"),
        ("columns: {id: {criticality: urgent}}", "key columns.id.criticality: .*'critical'"),
        ("columns: {id: {null_tolerence: 0.1}}", "key columns.id.null_tolerence: .*not permitted"),
        ("columns: [id]", "key columns"),
        ("sources: {orders: {columns: {id: 3}}}", r"sources.orders: key columns.id"),
        ("sources: {orders: {columns: 3}}", r"sources.orders: key columns"),
        ("sources: {orders: {severities: 3}}", r"sources.orders: key severities"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path, said: str, told: str) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "thresholds.yaml").write_text(f"{said}\n")

    with pytest.raises(SettingsError, match=f"config/thresholds.yaml.*{told}") as refused:
        load_settings(tmp_path, environment={})

    assert refused.value.fix


def test_a_misspelt_column_is_refused_and_one_that_may_come_is_not(project: Project) -> None:
    project.drop("0.csv", csv_of(0))
    project.run()

    say(project, "sources: {orders: {columns: {amuont: {criticality: low}}}}\n")
    with pytest.raises(SettingsError, match=r"column amuont is in no accepted file; .* amount"):
        project.plan()

    say(project, "sources: {orders: {columns: {discount: {criticality: low}}}}\n")
    assert not project.plan().is_empty
