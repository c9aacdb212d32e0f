"""A defect of one analysis is told as its own; the others finish, and it is tried again."""

from dataclasses import replace

import duckdb
import polars as pl
import pytest

from dmaic_assets.analysis.registry import ANALYSES
from dmaic_assets.analysis.study import ALL_TABLES, Failure
from dmaic_assets.errors import BadInputError, InvariantError, StoreError
from dmaic_assets.work.analyses.analyze import Asked, analyze_accepted, known_analyses
from dmaic_assets.work.analyses.context import context_document
from dmaic_assets.work.analyses.failures import attempted, refusal_of_failures
from dmaic_assets_tests.work.conftest import csv_of, make_project

ASKED = Asked(("correlations", "temporal", "relationships"))
BROKEN = tuple(
    replace(entry, module="dmaic_assets_tests.work.analyses.broken")
    if entry.name == "statistics"
    else entry
    for entry in ANALYSES
)


@pytest.fixture(scope="module")
def failed(tmp_path_factory):
    """A project of two sources, and what came of it when statistics failed of one of them."""
    project = make_project(tmp_path_factory.mktemp("failures"))
    project.drop("1.csv", csv_of(0))
    project.drop("1.csv", csv_of(1000), source="returns")
    project.run()
    heard = []
    made = analyze_accepted(project.platform, ASKED, on_failure=heard.append, analyses=BROKEN)
    yield project, made, heard
    project.platform.close()


def not_made(project):
    database = project.platform.paths.warehouse / "warehouse.duckdb"
    with duckdb.connect(str(database), read_only=True) as connection:
        query = (
            'SELECT "table", analysis, weight, text FROM _dmaic.findings '
            "WHERE metric = 'not_made' ORDER BY 1, 2"
        )
        return connection.execute(query).fetchall()


def test_the_others_finish_and_those_that_need_it_are_skipped(failed):
    _, made, heard = failed

    assert {(r.analysis, r.table) for r in made.results} == {
        ("semantic", "orders"),
        ("semantic", "returns"),
        ("statistics", "orders"),
        ("correlations", "orders"),
        ("temporal", "orders"),
    }
    assert {(f.analysis, f.table, f.missing) for f in made.failures} == {
        ("statistics", "returns", None),
        ("correlations", "returns", "statistics of returns"),
        ("temporal", "returns", "statistics of returns"),
        ("relationships", ALL_TABLES, "statistics of returns"),
    }
    assert tuple(heard) == made.failures


def test_it_is_named_with_table_and_cause_and_no_cell_in_what_is_kept(failed):
    project, made, _ = failed
    rows = not_made(project)

    assert [row[:3] for row in rows] == [
        ("", "relationships", "high"),
        ("returns", "correlations", "high"),
        ("returns", "statistics", "high"),
        ("returns", "temporal", "high"),
    ]
    said = "statistics of returns failed: ZeroDivisionError in "
    assert rows[2][3].startswith(said)
    assert "analysis/entry.py, line" in rows[2][3]
    assert "jane" not in str(rows)
    assert "jane@example.org" in made.failures[0].detail
    document = context_document(project.platform, made)
    assert sum(words.startswith(said) for words in document["failures"]) == 1


def test_the_request_ends_as_a_broken_promise(failed):
    _, made, _ = failed

    assert isinstance(made.refusal, InvariantError)
    assert str(made.refusal) == (
        "statistics of returns: ZeroDivisionError: cannot use jane@example.org; "
        "3 other outcomes missing as well"
    )
    assert refusal_of_failures(()) is None


def test_the_next_request_tries_again_and_makes_what_was_missing_only(failed):
    project, made, _ = failed
    assert known_analyses(project.platform, ASKED) is None

    again = analyze_accepted(project.platform, ASKED)

    new = {(r.analysis, r.table) for r in again.results if not r.is_memoized}
    assert new == {(f.analysis, f.table) for f in made.failures}
    assert (again.failures, not_made(project)) == ((), [])


def raising(error):
    def make():
        raise error

    return make


def test_a_setting_that_is_wrong_stays_bad_input():
    refused = BadInputError("sales.yaml", "is no expression", "Mend it.")
    failure = attempted("validation", "", raising(refused))

    assert isinstance(failure, Failure)
    assert failure.words == "validation of all tables failed: sales.yaml: is no expression"
    again = refusal_of_failures([failure])
    assert (type(again), again.fix) == (BadInputError, "Mend it.")


def test_a_panic_of_polars_is_a_failure_of_its_analysis():
    failure = attempted("temporal", "orders", raising(pl.exceptions.PanicException("index")))

    assert failure.reason.startswith("PanicException in ")


def test_a_disk_that_refuses_ends_all():
    with pytest.raises(StoreError):
        attempted("temporal", "orders", raising(StoreError("disk", "is full", "Empty it.")))
