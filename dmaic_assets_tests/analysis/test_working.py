"""Order and threads of the analyses, with entries made up for the purpose."""

from dataclasses import dataclass
from datetime import UTC, datetime

import polars as pl
import pytest

from dmaic_assets.analysis.entry import Analysis, Scope
from dmaic_assets.analysis.registry import by_name, with_needs
from dmaic_assets.analysis.study import ALL_TABLES, Failure, Outcome, Study
from dmaic_assets.analysis.tables import table_of_frame
from dmaic_assets.analysis.working import Piece, work_analyses
from dmaic_assets.errors import InvariantError

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a made-up analysis saw: its tables, and the values of those that it needs."""

    tables: tuple[str, ...]
    known: tuple[tuple[str, tuple[str, ...]], ...]


def entry(name: str, scope: Scope, *needs: str) -> Analysis:
    return Analysis(name, scope, "none", "none.None", "", "", needs=needs)


ENTRIES = (
    entry("counts", "source"),
    entry("shapes", "source", "counts"),
    entry("joins", "run"),
    entry("whole", "run", "shapes", "joins"),
)


def study(*names: str) -> Study:
    tables = {n: table_of_frame(n, pl.DataFrame({"a": [1]})) for n in names}
    return Study(tables, NOW)


def seen(_entry: Analysis, _table: str, given: Study) -> Outcome:
    known = tuple((need, tuple(values)) for need, values in given.known.items())
    return Outcome(Seen(tuple(given.tables), known))


def test_each_piece_sees_its_tables_and_what_its_needs_came_to() -> None:
    found = work_analyses(study("b", "a"), ["whole"], analyses=ENTRIES, make=seen)

    assert found[Piece("shapes", "a")].value == Seen(("a",), (("counts", ("a",)),))
    assert found[Piece("whole", ALL_TABLES)].value == Seen(
        ("b", "a"), (("shapes", ("b", "a")), ("joins", (ALL_TABLES,)))
    )
    assert len(found) == 6


def test_what_nobody_asked_for_is_not_made() -> None:
    assert with_needs(["shapes"], ENTRIES) == ("counts", "shapes")


def test_a_need_without_a_producer_is_refused() -> None:
    with pytest.raises(InvariantError, match="has no producer"):
        by_name((entry("shapes", "source", "counts"),))


def test_an_analysis_of_a_source_cannot_need_one_of_the_run() -> None:
    with pytest.raises(InvariantError, match="is of the run"):
        by_name((entry("joins", "run"), entry("keys", "source", "joins")))


def test_what_a_piece_raises_ends_the_work() -> None:
    def refuse(_entry: Analysis, _table: str, _given: Study) -> Outcome:
        raise InvariantError("counts", "broken", "mend it")

    with pytest.raises(InvariantError, match="broken"):
        work_analyses(study("a"), ["counts"], analyses=ENTRIES, make=refuse)


def test_a_piece_that_fails_ends_those_that_need_it_and_no_other() -> None:
    def fail(entry: Analysis, table: str, given: Study) -> Outcome | Failure:
        if (entry.name, table) == ("counts", "b"):
            return Failure("counts", "b", "ZeroDivisionError in counts.py, line 3", "mend it")
        return seen(entry, table, given)

    told: list[Failure] = []
    found = work_analyses(
        study("a", "b"), ["whole"], analyses=ENTRIES, make=fail, on_failure=told.append
    )

    assert set(found) == {Piece("counts", "a"), Piece("shapes", "a"), Piece("joins", ALL_TABLES)}
    assert [failure.words for failure in told] == [
        "counts of b failed: ZeroDivisionError in counts.py, line 3",
        "shapes of b was skipped: it needs counts of b, which failed",
        "whole of all tables was skipped: it needs counts of b, which failed",
    ]
