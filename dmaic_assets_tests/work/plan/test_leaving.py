"""Accepted rows leave the warehouse only for a reason that weighs, and `plan` says so before."""

from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets_tests.work.conftest import Project, csv_of

RULE = (
    "source: orders\nrules:\n  - {id: odd, kind: range, columns: [id], parameters: {max: -1}, "
    "severity: %s, origin: hand}\n"
)


def write_rule(project: Project, severity: str) -> None:
    (project.root / "config" / "rules" / "orders.yaml").write_text(RULE % severity)


def test_a_mild_hand_rule_alone_holds_neither_the_first_file_nor_its_history(
    project: Project,
) -> None:
    for number in range(3):
        project.drop(f"day{number}.csv", csv_of(number * 1000))
    project.run()
    write_rule(project, "low")

    result = project.run()

    assert result is not None
    assert {v.decision for v in result.cells[0].verdicts} == {"accept"}
    assert len(project.accepted_ids()) == 300


def test_a_severe_hand_rule_holds_them_and_the_plan_says_so_before(project: Project) -> None:
    project.drop("a.csv", csv_of(0))
    project.run()
    write_rule(project, "high")

    plan = project.plan()
    project.run()

    (leaving,) = plan.leaving
    assert (leaving.source, leaving.name, leaving.rows) == ("orders", "a.csv", 100)
    assert "hand-written rules" in leaving.why
    assert project.accepted_ids() == []


def test_rows_that_a_new_delivery_would_replace_are_told(project: Project) -> None:
    project.drop("a.csv", csv_of(0))
    project.run()
    project.drop("a.csv", csv_of(500))

    (leaving,) = project.plan().leaving

    assert (leaving.name, leaving.rows) == ("a.csv", 100)
    assert "replaced" in leaving.why


def test_rows_of_a_removed_file_are_told_when_they_go_with_it(project: Project) -> None:
    (project.root / "config" / "sources.yaml").write_text(
        "sources:\n  - name: orders\n    on_removed: withdraw\n"
    )
    project.reload()
    project.drop("a.csv", csv_of(0)).unlink()
    project.drop("a.csv", csv_of(0))
    project.run()
    (project.data / "incoming" / "orders" / "a.csv").unlink()

    (leaving,) = project.plan().leaving

    assert (leaving.name, leaving.rows) == ("a.csv", 100)
    assert "taken away" in leaving.why


def test_nothing_is_told_when_no_row_can_leave(project: Project) -> None:
    path = project.drop("a.csv", csv_of(0))
    project.drop("b.csv", csv_of(1000))
    project.run()
    project.drop("c.csv", csv_of(2000))

    assert project.plan().leaving == ()
    assert project.plan(RunRequest(force=True)).leaving == ()
    path.unlink()
    assert project.plan().leaving == ()
