"""The view of a source: what it counts, what holds files, and whose values it keeps back."""

import json

import pytest
import sqlalchemy as sa

from dmaic_assets.errors import BadInputError
from dmaic_assets.reports.views.source.known import Known
from dmaic_assets.reports.views.source.view import SourceView, read_source
from dmaic_assets.rules.yaml.file import load_rules
from dmaic_assets.store.codec import to_json
from dmaic_assets.work.people.hand_rules import rules_path
from dmaic_assets_tests.reports.hostile import COLUMN, HELD, OWNER, ROWS, SPLIT
from dmaic_assets_tests.work.conftest import Project, csv_of


@pytest.fixture(scope="module")
def people(hostile: Project) -> SourceView:
    return read_source(hostile.platform, "people")


def test_files_and_rows_add_up(people: SourceView) -> None:
    totals = people.totals

    assert (totals.files, totals.accepted_files, totals.split_files) == (7, 5, 1)
    assert totals.held_files == 1
    assert totals.rows == 7 * ROWS == totals.accepted + totals.quarantined
    assert totals.quarantined == ROWS + 4
    assert [f.name for f in people.files][-2:] == [SPLIT, HELD]
    assert people.owner == OWNER
    assert people.older_files == 0


def test_held_files_come_newest_first_with_the_command_that_lets_them_in(
    people: SourceView,
) -> None:
    held, split = people.held.files

    assert (held.line.name, split.line.name) == (HELD, SPLIT)
    assert held.command.startswith("dmaic gate release 'people/held & 7.csv'")
    assert split.command.startswith("dmaic gate admit --file")
    assert any("may be set apart" in reason for reason in held.thresholds)
    assert [v.rows_failed for v in split.violations if v.rule == "amount.type"] == [4]


def test_files_are_grouped_by_rule_and_asked_for_by_one(hostile: Project) -> None:
    view = read_source(hostile.platform, "people", rule="amount.type", page=9)

    group = next(g for g in view.held.groups if g.rule == "amount.type")
    assert (group.files, group.held, group.split, group.rows_failed) == (2, 1, 1, ROWS + 4)
    assert view.held.total == 2
    assert (view.held.page, view.held.pages) == (1, 1)
    other = read_source(hostile.platform, "people", rule="salary.unique")
    assert [f.line.name for f in other.held.files] == [HELD]


def test_columns_have_their_facts_and_their_course_over_files(people: SourceView) -> None:
    assert people.profile is not None
    columns = {c.name: c for c in people.profile.columns}

    assert list(columns) == ["id", "kind", "amount", COLUMN, "email", "salary"]
    assert people.profile.compared == tuple(f.name for f in people.files)
    assert len(columns["amount"].course.nulls) == 7
    assert columns["kind"].distinct == 4
    assert [v.count for v in columns["kind"].top_values] == [50, 50, 50, 50]


def test_no_value_of_a_person_is_told(hostile: Project, people: SourceView) -> None:
    text = json.dumps(to_json(people.held)) + json.dumps(to_json(people.profile))
    text += json.dumps(to_json(people.rules))

    assert "@example.com" not in text
    assert "77777" not in text
    assert people.profile is not None
    kept = {c.name: c for c in people.profile.columns if c.is_sensitive}
    assert set(kept) == {"email", "salary"}
    assert kept["email"].minimum is None
    assert kept["email"].top_values == ()
    assert kept["email"].shapes
    assert kept["salary"].histogram is None
    assert kept["salary"].distinct == ROWS


def test_what_settings_say_of_a_column_counts_more_than_its_name(
    hostile: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = {"people.salary": {"is_sensitive": False}, "people.id": {"is_sensitive": True}}
    monkeypatch.setitem(hostile.platform.settings.dmaic.analyses, "columns", columns)
    monkeypatch.delitem(hostile.platform.settings.__dict__, "analyses", raising=False)

    hidden = Known(hostile.platform).hidden("people", ["id", "email", "salary"])

    monkeypatch.delitem(hostile.platform.settings.__dict__, "analyses", raising=False)
    assert hidden == {"id", "email"}


def test_rules_that_were_broken_come_first_with_how_often(people: SourceView) -> None:
    first = people.rules.rules[0]

    assert first.broken_in == 1
    assert people.rules.judged == 7
    assert people.rules.baseline_files == 6
    named = {r.id: r for r in people.rules.rules}
    assert named["amount.type"].failed_in == 2
    assert named["amount.type"].rows_failed == ROWS + 4
    assert named["amount.type"].last_failed == HELD


def test_rules_are_those_of_the_rule_file_while_it_can_be_read(hostile: Project) -> None:
    path = rules_path(hostile.platform.settings, "people")
    written = path.read_text("utf-8")
    view = read_source(hostile.platform, "people")
    assert view.rules.baseline_files == len(load_rules(path).baseline)
    assert {r.id for r in view.rules.rules} == {r.id for r in load_rules(path).rules}

    path.write_text("rules: 3\n", "utf-8")
    broken = read_source(hostile.platform, "people").rules
    path.write_text(written, "utf-8")

    assert broken.rules
    assert "cannot be read" in broken.notes[0]


def test_phases_and_lineage_are_there(people: SourceView) -> None:
    quality = people.quality
    assert quality.headline is not None
    assert quality.headline.sigma is not None
    assert len(quality.charts) <= 12 < quality.charted
    assert people.lineage.files_lie_in == "incoming/people"
    assert people.lineage.formats == ("csv",)
    assert people.lineage.view == "people"


def test_a_declared_source_without_a_file_has_a_view(hostile: Project) -> None:
    view = read_source(hostile.platform, "declared")

    assert view.totals.files == 0
    assert view.profile is None
    assert "no file has come yet" in view.freshness


def test_a_name_that_is_no_source_is_refused_with_the_nearest(hostile: Project) -> None:
    with pytest.raises(BadInputError, match="people") as refused:
        read_source(hostile.platform, "peopel")

    assert refused.value.subject == "peopel"


def test_more_files_cost_no_more_statements(project: Project) -> None:
    counts: list[int] = []
    for files in (8, 12):
        for number in range(files):
            project.drop(f"{files}-{number}.csv", csv_of(1000 * files + 100 * number))
        project.run()
        said: list[str] = []

        def note(_c: object, _u: object, statement: str, *_: object, to: list[str] = said) -> None:
            to.append(statement)

        engine = project.platform.ledger.engine
        sa.event.listen(engine, "before_cursor_execute", note)
        read_source(project.platform, "orders")
        sa.event.remove(engine, "before_cursor_execute", note)
        counts.append(len(said))

    assert counts[0] == counts[1] > 0
