"""The overview in the catalog is red as long as a file is held, whatever later runs did."""

import dagster as dg

from dmaic_assets.defs.catalog.overview_events import NOTHING_HELD
from dmaic_assets.work.assets.names import OVERVIEW
from dmaic_assets_tests.defs.conftest import BAD_AMOUNTS, Desk, csv_of


def newest(desk: Desk) -> tuple[bool, str, str]:
    return desk.checks(NOTHING_HELD, OVERVIEW)[None]


def test_the_state_is_carried_from_run_to_run(history: Desk) -> None:
    assert newest(history) == (True, "WARN", "nothing is held")
    history.project.drop("bad.csv", csv_of(9000, **BAD_AMOUNTS))
    history.bulk()
    held = newest(history)
    history.project.drop("fine.csv", csv_of(8000), source="returns")
    history.bulk()

    passed, severity, description = newest(history)

    assert (passed, severity) == (False, "ERROR")
    assert description.startswith("1 file held in 1 source: 100 rows; most harmful: orders amount.")
    assert held == (passed, severity, description)
    event = history.materializations(OVERVIEW)[0]
    assert event.metadata["state"].value.startswith("No file is late; 1 file held in 1 source")
    (row,) = event.metadata["held"].records
    assert row.data["answer"] == "dmaic gate release orders/bad.csv --reason TEXT"
    assert event.metadata["page"].value == "[open the overview](/)"
    assert (history.project.data / "reports" / "index.html").is_file()


def test_a_run_of_nothing_tells_nothing(history: Desk) -> None:
    before = len(history.materializations(OVERVIEW))

    history.bulk()

    assert len(history.materializations(OVERVIEW)) == before == 1


def test_a_step_of_its_own_looks_again(history: Desk) -> None:
    asset = next(a for a in history.definitions.assets if dg.AssetKey(OVERVIEW) in a.keys)

    outcome = dg.materialize(
        [asset], instance=history.instance, resources={"platform": history.project.platform}
    )

    (check,) = outcome.get_asset_check_evaluations()
    assert (check.passed, check.description) == (True, "nothing is held")
