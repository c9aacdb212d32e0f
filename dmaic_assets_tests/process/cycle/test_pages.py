"""The pages beside a run's reports: written once, rewritten when they change, and taken away."""

from collections.abc import Iterator

import pytest

from dmaic_assets.process.cycle.pages import Pages, plan_pages, write_pages
from dmaic_assets.store.ledger.record.files import arrivals
from dmaic_assets_tests.work.conftest import Project, csv_of, make_project


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    made = make_project(tmp_path_factory.mktemp("pages"))
    for number in range(4):
        made.drop(f"{number}.csv", csv_of(100 * number))
    made.run()
    made.drop("bad.csv", csv_of(900, amount=lambda n: "oops" if n < 60 else f"{n}.5"))
    made.run()
    yield made
    made.platform.close()


@pytest.fixture(scope="module")
def written(project: Project) -> Pages:
    return write_pages(project.platform, plan_pages(project.platform))


def test_each_source_and_held_file_has_a_page_beside_fleet_and_runs(
    project: Project, written: Pages
) -> None:
    (bad,) = (a for a in arrivals(project.platform.ledger) if a.name == "bad.csv")
    names = set(written.files)

    assert {"fleet.html", "runs.html", "sources/orders.html"} <= names
    assert f"sources/orders/{bad.sha256[:16]}.html" in names
    assert sum(name.startswith("runs/") for name in names) == 2
    assert set(written.written) == names
    page = (project.data / "reports" / "sources" / "orders.html").read_text()
    assert f'href="../sources/orders/{bad.sha256[:16]}.html"' in page
    assert 'href="../fleet.html"' in page
    assert 'src="../../artifacts/assets/' in page


def test_what_did_not_change_is_not_written_again(project: Project, written: Pages) -> None:
    folder = project.data / "reports"
    before = {name: (folder / name).stat().st_mtime_ns for name in written.files}

    again = write_pages(project.platform, plan_pages(project.platform))

    assert again.written == ()
    assert {name: (folder / name).stat().st_mtime_ns for name in again.files} == before


def test_pages_of_what_is_not_shown_any_more_are_taken_away(
    project: Project, written: Pages
) -> None:
    stale = project.data / "reports" / "sources" / "orders" / "0123456789abcdef.html"
    stale.write_text("held")
    kept = project.data / "reports" / "mine.html"
    kept.write_text("mine")

    again = write_pages(project.platform, plan_pages(project.platform))

    assert again.removed == ("sources/orders/0123456789abcdef.html",)
    assert not stale.exists()
    assert kept.exists()
    assert again.files == written.files
