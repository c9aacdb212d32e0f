"""The view of a file, its failing rows a page at a time, and its CSV."""

import csv
import io
import json

import pytest

from dmaic_assets.errors import BadInputError
from dmaic_assets.reports.source.file_text import file_markdown
from dmaic_assets.reports.views.source import rows_apart
from dmaic_assets.reports.views.source.file import FileView, apart_of, find_file, read_file
from dmaic_assets.reports.views.source.rows_apart import csv_of
from dmaic_assets.store.codec import to_json
from dmaic_assets.work.kept_back.columns import KEPT_BACK
from dmaic_assets_tests.reports.hostile import COLUMN, FORMULA, HELD, OWNER, ROWS, SPLIT, TAG
from dmaic_assets_tests.work.conftest import Project


def view_of(hostile: Project, name: str, **asked: object) -> FileView:
    return read_file(hostile.platform, *find_file(hostile.platform, name), **asked)


def csv_rows(hostile: Project, name: str, rule: str = "") -> list[dict[str, str]]:
    apart = apart_of(hostile.platform, *find_file(hostile.platform, name))
    return list(csv.DictReader(io.StringIO(csv_of(apart, rule=rule).decode())))


def test_a_split_file_shows_the_rows_that_are_set_apart(hostile: Project) -> None:
    view = view_of(hostile, SPLIT)

    rows = view.rows_apart
    assert view.headline.startswith("The file passed, but 4 of its 200 rows are set apart")
    assert [r.row for r in rows.rows] == [0, 1, 2, 3]
    assert rows.columns[0] == "amount"
    assert [r.values[0] for r in rows.rows][:3] == [FORMULA, TAG, "+1+1"]
    assert len(str(rows.rows[3].values[0])) == rows_apart.LONGEST_CELL
    assert all(r.rules == ("amount.type",) for r in rows.rows)


def test_a_held_file_is_judged_again_for_its_rows_a_page_at_a_time(hostile: Project) -> None:
    first, last = view_of(hostile, HELD), view_of(hostile, HELD, page=99)

    assert first.rows_apart.total == ROWS
    assert (first.rows_apart.pages, last.rows_apart.page) == (4, 4)
    assert [r.row for r in last.rows_apart.rows] == list(range(150, 200))
    one = view_of(hostile, HELD, rule="salary.unique").rows_apart
    assert (one.total, one.pages) == (150, 3)


def test_a_file_too_large_to_be_judged_again_says_so(
    hostile: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows_apart, "MOST_JUDGED_BYTES", 100)

    assert "too large" in view_of(hostile, HELD).rows_apart.problem
    assert view_of(hostile, SPLIT).rows_apart.total == 4


def test_the_advice_says_to_whom_and_with_which_command(hostile: Project) -> None:
    held, split, fine = (view_of(hostile, n) for n in (HELD, SPLIT, "1 <i>.csv"))

    assert held.advice.to_whom == OWNER
    assert "gate release" in held.advice.command
    assert "gate admit" in split.advice.command
    assert fine.advice.steps == ("Nothing is to be done.",)
    assert fine.advice.command == ""
    assert "nobody is named yet" in view_of(hostile, "one.csv").advice.to_whom


def test_no_value_of_a_person_is_told_even_where_columns_have_changed_places(
    hostile: Project,
) -> None:
    view = view_of(hostile, HELD)

    assert any((v.cause or "").startswith("swapped") for v in view.violations)
    assert "@example.com" not in json.dumps(to_json(view)).replace("kim@example.com", "")
    assert {v for r in view.rows_apart.rows for v in r.values} == {KEPT_BACK}


def test_no_spreadsheet_runs_a_cell_or_a_header_of_the_csv(hostile: Project) -> None:
    rows = csv_rows(hostile, SPLIT)

    assert [r["amount"][:20] for r in rows[:3]] == [f"'{FORMULA}"[:20], TAG[:20], "'+1+1"]
    assert len(rows[3]["amount"]) > 400
    assert {r["email"] for r in rows} == {KEPT_BACK}
    assert COLUMN in rows[0]
    assert rows[0]["_dmaic_rules"] == "amount.type"


def test_the_csv_of_one_rule_has_its_rows_only(hostile: Project) -> None:
    assert len(csv_rows(hostile, HELD)) == ROWS
    assert len(csv_rows(hostile, HELD, "salary.unique")) == 150


def test_a_file_without_failing_rows_has_no_csv(hostile: Project) -> None:
    with pytest.raises(BadInputError, match="no row of this file is set apart"):
        csv_rows(hostile, "1 <i>.csv")


def test_the_text_says_what_came_and_never_acts_as_markup(hostile: Project) -> None:
    text = file_markdown(view_of(hostile, SPLIT))

    assert "<script>" not in text
    assert "&lt;script>alert" in text
    assert "- expected: amount is of type decimal" in text
    assert "To ask: Kim &lt;kim@example.com>." in text


@pytest.mark.parametrize("digits", ["0" * 16, "", "abc"])
def test_what_is_no_file_is_refused(hostile: Project, digits: str) -> None:
    with pytest.raises(BadInputError, match="is no file of this source"):
        read_file(hostile.platform, "people", digits)
