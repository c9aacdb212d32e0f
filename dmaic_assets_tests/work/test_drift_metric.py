"""A source that changes slowly shows in the metrics of its files before one is held."""

from dmaic_assets.store.ledger.record.metrics import list_metrics
from dmaic_assets_tests.work.conftest import Project, csv_of


def test_drifting_rules_are_metrics_of_the_file_that_is_still_accepted(project: Project) -> None:
    sizes = [*[100, 101] * 6, 86, 85, 84, 83, 82, 81]
    for number, rows in enumerate(sizes):
        project.drop(f"f{number:02d}.csv", csv_of(number * 200, rows))
        project.run()

    found = list_metrics(project.platform.ledger, source="orders")

    drifting = [m.value for m in found if m.metric.endswith(".drifting_rules")]
    accepted = [m.value for m in found if m.metric.endswith(".accepted")]
    rooms = [m for m in found if ".drift." in m.metric]
    newest = [m for m in rooms if m.run_id == found[-1].run_id]
    assert len(drifting) == len(sizes)
    assert drifting[0] == 0
    assert drifting[-1] >= 1
    assert len(newest) == drifting[-1]
    assert "row_count" in {m.metric.rpartition(".")[2] for m in newest}
    assert all(m.value is not None and m.value >= 0.5 for m in rooms)
    assert sum(accepted) == sum(sizes)
