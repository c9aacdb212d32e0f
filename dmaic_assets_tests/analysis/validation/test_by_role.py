"""Filters that follow from roles, keys and references."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from dmaic_assets.analysis.study import ALL_TABLES, Outcome, Study
from dmaic_assets.analysis.tables import table_of_frame
from dmaic_assets.analysis.values.validation import FilterResult, ValidationValue
from dmaic_assets.analysis.working import Piece, work_analyses
from dmaic_assets.settings.analyses import AnalysisSettings

ROWS = 200
FIRST, LATE = date(2024, 1, 1), date(9999, 12, 31)


def frames() -> dict[str, pl.DataFrame]:
    people = pl.DataFrame(
        {
            "customer_id": [f"C{n:03}" for n in range(50)],
            "email": [f"p{n}@example.org" for n in range(49)] + ["nobody"],
        }
    )
    stays = pl.DataFrame(
        {
            "stay_id": range(1, ROWS + 1),
            "customer_id": [f"C{n % 50:03}" for n in range(ROWS - 2)] + ["X01", "X02"],
            "start_date": [FIRST + timedelta(days=n) for n in range(ROWS - 1)]
            + [date(9999, 12, 31)],
            "end_date": [FIRST + timedelta(days=n + 3) for n in range(ROWS - 3)] + [FIRST] * 3,
        }
    )
    return {"customers": people, "stays": stays}


def outcome(settings: Mapping[str, Any] | None = None) -> Outcome:
    tables = {name: table_of_frame(name, frame) for name, frame in frames().items()}
    told = AnalysisSettings.model_validate(settings or {})
    study = Study(tables, datetime(2025, 1, 1, tzinfo=UTC), told)
    return work_analyses(study, ["validation"])[Piece("validation", ALL_TABLES)]


def filters(settings: Mapping[str, Any] | None = None) -> dict[str, FilterResult]:
    value = outcome(settings).value
    assert isinstance(value, ValidationValue)
    return {found.table: found for found in value.filters}


def test_rows_are_asked_what_the_roles_of_their_columns_say() -> None:
    found = filters()

    broken = {rule.name: (rule.outcome, rule.broken) for rule in found["stays"].rules}
    assert broken == {
        "key_filled": ("quarantine", 0),
        "key_unique": ("quarantine", 0),
        "customer_id_refers": ("exclude", 2),
        "start_date_is_a_time": ("flag", 1),
        "end_date_is_a_time": ("flag", 0),
        "start_date_first": ("flag", 3),
    }
    assert found["stays"].classes == {"clean": 197, "flag": 1, "exclude": 2, "quarantine": 0}
    emails = {rule.name: rule.broken for rule in found["customers"].rules}
    assert emails["email_is_email"] == 1


def test_they_are_facts_beside_what_other_analyses_tell() -> None:
    told = [f for f in outcome().findings if f.metric == "rows_apart"]

    assert {f.weight for f in told} == {"info"}
    assert {f.table for f in told} == {"customers", "stays"}


@pytest.mark.parametrize(
    ("rule", "more"),
    [
        ({"not_null": ["customer_id"]}, ["start_date_first"]),
        ({"ordered": ["start_date", "end_date"]}, []),
        ({"expression": "end_date >= start_date"}, []),
    ],
)
def test_beside_a_declared_filter_only_an_order_that_it_leaves_out_is_asked(
    rule: dict[str, Any], more: list[str]
) -> None:
    declared = {"name": "own", "table": "stays", "rules": [{"name": "rule", **rule}]}
    value = outcome({"validation": {"filters": [declared]}}).value
    assert isinstance(value, ValidationValue)

    found = [f for f in value.filters if f.table == "stays"]

    assert (found[0].name, found[0].is_declared) == ("own", True)
    assert [r.name for f in found[1:] for r in f.rules] == more
