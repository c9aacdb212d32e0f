"""A mistake in a hand rule is a mistake in the configuration, never a silent hold of every file."""

import re

import pytest

from dmaic_assets.errors import BadInputError, SettingsError
from dmaic_assets_tests.work.conftest import Project, csv_of


def write(project: Project, rule: str) -> None:
    (project.root / "config" / "rules" / "orders.yaml").write_text(
        f"source: orders\nrules:\n  - {{id: mine, severity: critical, {rule}}}\n"
    )


MISTAKES = [
    ("kind: range, columns: [amuont], parameters: {min: 0}", "column amuont .* nearest is amount"),
    ("kind: not_null, columns: [Amount]", "column Amount .* nearest is amount"),
    ("kind: range, columns: [amount], parameters: {min: low}", "min: low .* amount, .* decimal"),
    ("kind: length, columns: [id], parameters: {max: 4}", "length .* id, .* integer"),
    ("kind: in_set, columns: [kind], parameters: {values: [north, true]}", "values True .* kind"),
    ("kind: in_set, columns: [kind], parameters: {values: [1, 2]}", "kind, .* text"),
]


@pytest.mark.parametrize(("rule", "told"), MISTAKES)
def test_a_rule_that_history_proves_wrong_is_refused_and_named(
    project: Project, rule: str, told: str
) -> None:
    project.drop("a.csv", csv_of(0))
    project.run()
    write(project, rule)

    with pytest.raises(BadInputError, match=told) as refusal:
        project.plan()

    assert "orders.yaml: rule mine" in refusal.value.subject
    assert project.accepted_ids() == list(range(100))


@pytest.mark.parametrize(
    ("rule", "told"), [(rule, told) for rule, told in MISTAKES if "in_set" not in rule]
)
def test_without_history_the_rule_itself_is_violated_and_says_why(
    project: Project, rule: str, told: str
) -> None:
    write(project, rule)
    project.drop("a.csv", csv_of(0))

    result = project.run()

    assert result is not None
    (verdict,) = result.cells[0].verdicts
    (violation,) = verdict.violations
    assert (violation.rule, violation.scope, violation.rows_failed) == ("mine", "file", 0)
    assert violation.cause == "a mistake in the rule"
    assert re.search(told.replace(" .* nearest", "; the nearest"), violation.seen)


def test_a_rule_for_a_column_that_is_still_to_come_is_no_mistake(project: Project) -> None:
    project.drop("a.csv", csv_of(0))
    project.run()
    write(project, "kind: not_null, columns: [discount]")
    (project.data / "incoming" / "orders" / "a.csv").unlink()
    project.drop("b.csv", csv_of(1000, discount=lambda n: n % 5))

    result = project.run()

    assert result is not None
    assert {v.decision for v in result.cells[0].verdicts} == {"accept"}


def test_a_column_that_arrived_as_another_type_is_still_the_files_fault(project: Project) -> None:
    project.drop("a.csv", csv_of(0))
    project.run()
    write(project, "kind: range, columns: [amount], parameters: {min: 0}")
    project.run()
    project.drop("b.csv", csv_of(1000, amount=lambda _n: "n/a?"))

    result = project.run()

    assert result is not None
    (verdict,) = result.cells[0].verdicts
    assert verdict.decision == "reject"
    assert all(v.cause != "a mistake in the rule" for v in verdict.violations)


def test_a_wrong_rule_that_is_switched_off_stops_nothing(project: Project) -> None:
    project.drop("a.csv", csv_of(0))
    project.run()
    write(project, "kind: not_null, columns: [amuont], enabled: false")
    project.drop("b.csv", csv_of(1000))

    assert project.run() is not None


def test_a_misspelt_type_stops_the_plan_and_names_source_and_column(project: Project) -> None:
    project.drop("a.csv", csv_of(0))
    (project.root / "config" / "sources.yaml").write_text(
        "sources:\n  - {name: orders, types: {amount: txet}}\n"
    )
    project.reload()

    with pytest.raises(SettingsError, match=r"source orders: types.amount.*txet"):
        project.plan()


def test_a_wrong_time_column_stops_the_plan_and_names_key_place_and_fix(project: Project) -> None:
    project.drop("a.csv", csv_of(0, on=lambda n: f"2026-01-{1 + n % 28:02d}"))
    project.run()
    refusals: dict[str, SettingsError] = {}

    for name in ("onn", "kind"):
        (project.root / "config" / "sources.yaml").write_text(
            f"sources:\n  - {{name: orders, time_column: {name}}}\n"
        )
        project.reload()
        with pytest.raises(SettingsError) as refusal:
            project.plan()
        refusals[name] = refusal.value

    assert {r.subject for r in refusals.values()} == {"config/sources.yaml source orders"}
    missing, typed = refusals["onn"], refusals["kind"]
    assert missing.culprit == ("time_column: column onn is in no accepted file; the nearest is on")
    assert missing.fix == "Name a column of dates or datetimes: on."
    assert typed.culprit == "time_column: column kind holds no times: it is of type text"
    assert typed.fix.endswith("or say its type and format: types: {kind: date}.")
