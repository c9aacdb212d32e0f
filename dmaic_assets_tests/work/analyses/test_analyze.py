"""What is known of the same rows is not made again; findings reach the warehouse."""

import duckdb
import pytest

from dmaic_assets.analysis.values.held import Held
from dmaic_assets.errors import BadInputError
from dmaic_assets.settings.analyses import AnalysisSettings, ColumnOverride
from dmaic_assets.work.analyses.accepted import held_of
from dmaic_assets.work.analyses.analyze import (
    Analysed,
    Asked,
    analyze_accepted,
    asked_of,
    by_analysis,
    count_of,
    known_analyses,
)
from dmaic_assets.work.analyses.context import context_document
from dmaic_assets_tests.work.conftest import csv_of, make_project

STATISTICS = Asked(("statistics",))


@pytest.fixture(scope="module")
def studied(tmp_path_factory):
    """A project with one judged source, and what its statistics came to."""
    project = make_project(tmp_path_factory.mktemp("analyses"))
    for day in range(2):
        project.drop(f"{day}.csv", csv_of(1000 * day))
    project.run()
    assert known_analyses(project.platform, STATISTICS) is None
    yield project, analyze_accepted(project.platform, STATISTICS).results
    project.platform.close()


def made(results):
    return [r.analysis for r in results if not r.is_memoized]


def test_a_second_look_makes_nothing(studied):
    project, first = studied
    told = []

    again = analyze_accepted(project.platform, STATISTICS, told.append).results

    assert (made(first), made(again)) == (["semantic", "statistics"], [])
    assert [r.version for r in again] == [r.version for r in first]
    assert tuple(told) == again
    assert known_analyses(project.platform, STATISTICS) == again
    assert count_of(project.platform, STATISTICS) == 2


def test_the_outcome_speaks_of_all_accepted_rows(studied):
    _, (_, result) = studied

    assert result.partition.source == "orders"
    assert result.outcome.value.rows == sum(1 for _ in csv_of(0).splitlines()[1:]) * 2


def test_findings_are_a_view_of_the_warehouse(studied):
    project, results = studied
    database = project.platform.paths.warehouse / "warehouse.duckdb"

    with duckdb.connect(str(database), read_only=True) as connection:
        query = "SELECT run, analysis, metric, text FROM _dmaic.findings"
        rows = connection.execute(query).fetchall()

    told = [(r.run_id, r.analysis, f.metric, f.text) for r in results for f in r.outcome.findings]
    assert sorted(rows) == sorted(told)


def test_what_people_say_of_a_column_makes_it_anew(studied):
    project, _ = studied
    platform = project.platform
    before = platform.settings.analyses
    try:
        for place, is_known in (("orders.id", False), ("other.id", True)):
            said = AnalysisSettings(columns={place: ColumnOverride(role="key")})
            vars(platform.settings)["analyses"] = said
            assert (known_analyses(platform, STATISTICS) is not None) is is_known
    finally:
        vars(platform.settings)["analyses"] = before


def test_force_makes_known_outcomes_again(studied):
    project, first = studied

    again = analyze_accepted(project.platform, Asked(("statistics",), recompute=True)).results

    assert made(again) == ["semantic", "statistics"]
    assert [r.version for r in again] == [r.version for r in first]
    assert list(by_analysis(again)) == ["semantic", "statistics"]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (Asked(("statistic",)), "did you mean statistics"),
        (Asked(sources=("order",)), "did you mean orders"),
    ],
)
def test_what_is_not_there_is_named(studied, asked, words):
    project, _ = studied

    with pytest.raises(BadInputError, match=words):
        analyze_accepted(project.platform, asked)


def test_what_is_of_the_run_is_of_all_tables_whatever_is_named(tmp_path):
    project = make_project(tmp_path)
    project.drop("1.csv", csv_of(0))
    project.drop("1.csv", csv_of(1000), source="returns")
    project.run()

    found = analyze_accepted(
        project.platform, Asked(("relationships", "statistics"), ("orders",))
    ).results

    told = {r.analysis: (r.table, r.outcome.value) for r in found}
    assert told["relationships"][1].tables == ("orders", "returns")
    assert told["statistics"][0] == "orders"
    assert sorted(told) == ["relationships", "semantic", "statistics"]
    project.platform.close()


def test_a_request_is_read_from_the_configuration_of_a_job():
    told = {"analyses": ["statistics"], "sources": [], "force": True}

    assert asked_of(told) == Asked(("statistics",), (), recompute=True)


def test_what_is_held_is_told_and_made_anew_when_it_changes(tmp_path):
    project = make_project(tmp_path)
    project.drop("1.csv", csv_of(0))
    project.run()
    asked = Asked(("relationships",))
    assert not held_findings(analyze_accepted(project.platform, asked).results)

    project.drop("2.csv", "neither,of,these\nis,a,column\n")
    project.run()
    assert known_analyses(project.platform, asked) is None
    results = analyze_accepted(project.platform, asked).results

    assert made(results) == ["relationships"]
    assert held_findings(results) == ["1 row of orders (in 1 file) is held in quarantine, 0.99 %"]
    assert held_of(project.platform) == {"orders": Held(1, 1)}
    (table,) = context_document(project.platform, Analysed(results))["tables"]
    assert (table["quarantined_rows"], table["quarantined_files"]) == (1, 1)
    project.platform.close()


def held_findings(results):
    findings = (f for r in results for f in r.outcome.findings)
    return [f.text.split(" of all")[0] for f in findings if f.metric == "held_rows"]


def test_keys_of_rows_set_apart_and_of_files_held_whole_are_known(tmp_path):
    project = make_project(tmp_path)
    for first in range(1000, 1120, 20):
        project.drop(f"{first}.csv", csv_of(first, 20), source="products")
    project.run()
    odd = csv_of(1120, 20, amount=lambda n: "n/k" if n == 7 else f"{10 + (n * 37) % 100}.5")
    project.drop("odd.csv", odd, source="products")
    narrow = [line.rpartition(",")[0] for line in csv_of(1140, 20).splitlines()]
    project.drop("narrow.csv", "\n".join(narrow), source="products")
    orders = [f"{n},{1000 + (n * 7) % 160},{1 + n % 5}" for n in range(800)]
    project.drop("1.csv", "\n".join(("order_id,product_id,quantity", *orders)), source="orders")
    project.run()
    dispositions = {name: a.disposition for name, a in project.arrivals().items()}
    assert (dispositions["odd.csv"], dispositions["narrow.csv"]) == ("quarantine", "rejected")

    results = analyze_accepted(project.platform, Asked(("relationships",))).results

    (link,) = results[-1].outcome.value.foreign_keys
    assert (link.columns, link.ref_table, link.orphans, link.held) == (
        ("product_id",),
        "products",
        105,
        105,
    )
    assert (link.orphan_share, link.is_held_whole) == (0.0, True)
    assert results[-1].outcome.value.tables == ("orders", "products")
    (facts,) = [
        r.outcome.value for r in results if (r.analysis, r.table) == ("statistics", "products")
    ]
    assert facts.rows == 139

    # A file that is gone has no keys, and says so.
    project.arrivals()
    (held,) = (project.data / "quarantine" / "products").glob("*/narrow.csv")
    held.unlink()
    again = analyze_accepted(project.platform, Asked(("relationships",), recompute=True)).results
    (link,) = again[-1].outcome.value.foreign_keys
    assert (link.orphans, link.held, link.is_held_whole) == (105, 5, False)
    project.platform.close()
