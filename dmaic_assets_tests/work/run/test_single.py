"""One asset of one cell: memoized like a run, and held by the same gate."""

import pytest

from dmaic_assets.errors import BadInputError, PolicyError
from dmaic_assets.model import Cell
from dmaic_assets.store.ledger.record.files import arrivals
from dmaic_assets.store.ledger.record.runs import manifest, set_manifest
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets.work.run.bulk import open_run
from dmaic_assets.work.run.single import materialize_asset, verdict_of
from dmaic_assets_tests.work.conftest import Project, csv_of


def opened(project: Project) -> Cell:
    run_id = open_run(project.platform, project.plan(), RunRequest(trigger="ui"))
    return Cell(run_id, "orders")


def test_an_asset_is_computed_once_and_then_known(project: Project) -> None:
    project.drop("a.csv", csv_of(0))
    cell = opened(project)

    first = materialize_asset(project.platform, cell, "profile")
    second = materialize_asset(project.platform, cell, "profile")

    assert [o.asset for o in first.outcomes] == ["profile"]
    assert first.outcomes[0].data_version == second.outcomes[0].data_version
    assert first.outcomes[0].metadata["rows"] == 100


def test_rows_are_not_stored_without_a_recorded_verdict(project: Project) -> None:
    project.drop("a.csv", csv_of(0))
    cell = opened(project)

    with pytest.raises(PolicyError, match="no verdict is recorded"):
        materialize_asset(project.platform, cell, "accepted_rows")

    assert project.accepted_ids() == []


def test_rows_are_stored_under_the_recorded_verdict(project: Project) -> None:
    project.drop("a.csv", csv_of(0))
    cell = opened(project)
    materialize_asset(project.platform, cell, "gate_verdict")

    result = materialize_asset(project.platform, cell, "accepted_rows")

    assert project.accepted_ids() == list(range(100))
    assert result.outcomes[0].metadata["rows"] == 100
    assert [v.decision for v in verdict_of(project.platform, cell)] == ["accept"]


def test_a_rejected_file_stores_nothing_however_often_it_is_asked_for(project: Project) -> None:
    project.drop("a.csv", b"")
    cell = opened(project)
    materialize_asset(project.platform, cell, "gate_verdict")

    for _ in range(2):
        materialize_asset(project.platform, cell, "accepted_rows")

    assert project.accepted_ids() == []
    assert [v.decision for v in verdict_of(project.platform, cell)] == ["reject"]


def test_a_cell_holds_the_files_that_its_run_saw(project: Project) -> None:
    project.drop("a.csv", csv_of(0))
    first = opened(project)
    materialize_asset(project.platform, first, "gate_verdict")
    project.drop("b.csv", csv_of(1))
    second = opened(project)

    assert len(materialize_asset(project.platform, first, "profile").files) == 1
    assert len(materialize_asset(project.platform, second, "profile").files) == 2
    ledger = project.platform.ledger
    assert manifest(ledger, second.run_id) == {"orders": {"until": 2}}
    (one, _) = arrivals(ledger, ["orders"])
    # As runs had it that named every file.
    set_manifest(ledger, second.run_id, {"orders": {"files": [one.sha256]}})
    assert len(materialize_asset(project.platform, second, "profile").files) == 1


def test_an_unknown_run_is_refused_with_the_way_to_make_one(project: Project) -> None:
    with pytest.raises(BadInputError, match="no such source") as refusal:
        materialize_asset(project.platform, Cell("20200101T000000Z__nogit", "orders"), "profile")

    assert "dmaic ingest" in refusal.value.fix
