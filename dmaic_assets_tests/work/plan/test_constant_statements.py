"""A plan asks the ledger as often for many files as for few, and gives the keys that runs give."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from dmaic_assets.model import Json
from dmaic_assets.store.ledger.record import memo
from dmaic_assets.store.ledger.record.memo import lookup, settled_files
from dmaic_assets.work.plan.memo_keys import FileKeys, file_key
from dmaic_assets.work.plan.planned import Plan
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets_tests.work.conftest import Project, csv_of

PROFILE_ONLY = RunRequest(assets=("raw_file", "column_types", "profile"))


@contextmanager
def counted(project: Project) -> Iterator[list[str]]:
    """Lists the statements by which the ledger is asked meanwhile.

    Hashes are remembered once files have lain for two seconds, so statements that write come late.
    """
    said: list[str] = []
    engine = project.platform.ledger.engine

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("SELECT"):
            said.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def plan_of(project: Project, request: RunRequest | None = None) -> tuple[Plan, int]:
    with counted(project) as said:
        plan = project.plan(request)
    return plan, len(said)


@pytest.mark.parametrize("request_", [None, PROFILE_ONLY, RunRequest(force=True)])
def test_new_files_cost_no_statement_each(project: Project, request_: RunRequest | None) -> None:
    project.drop("day000.csv", csv_of(0, 5))
    project.run()
    for number in range(1, 11):
        project.drop(f"day{number:03}.csv", csv_of(number * 1000, 5))
    few, few_statements = plan_of(project, request_)

    for number in range(11, 201):
        project.drop(f"day{number:03}.csv", csv_of(number * 1000, 5))
    many, many_statements = plan_of(project, request_)

    assert (len(few.files), len(many.files)) == (11, 201)
    assert few_statements == many_statements


def test_known_and_changed_files_cost_no_statement_each(project: Project) -> None:
    counts: list[int] = []
    for first, last in ((0, 6), (6, 12)):
        for number in range(first, last):
            project.drop(f"day{number:03}.csv", csv_of(number * 1000, 20))
        project.run()
        project.plan()
        known, of_known = plan_of(project)
        project.reload(runs={"examples": 3})
        changed, of_changed = plan_of(project)
        project.reload()
        counts += [of_known, of_changed]
        assert known.is_empty
        assert len(changed.work) == last

    assert counts[:2] == counts[2:]


def test_no_record_of_a_known_file_is_read(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(8):
        project.drop(f"day{number:03}.csv", csv_of(number * 1000, 20))
    project.run()
    read: list[str] = []
    loads = memo.loads

    def noted(text: str) -> Json:
        read.append(text)
        return loads(text)

    monkeypatch.setattr(memo, "loads", noted)

    known = project.plan()
    of_known = [text for text in read if '"components"' in text]
    project.reload(runs={"examples": 3})
    changed = project.plan()

    assert (known.is_empty, len(known.files)) == (True, 8)
    assert of_known == []
    assert len(changed.work) == 8
    assert len([text for text in read if '"components"' in text]) == 8


def test_unread_facts_are_those_of_the_record(project: Project) -> None:
    project.drop("day000.csv", csv_of(0, 5))
    project.run()
    (settled,) = settled_files(project.platform.ledger, ["orders"]).values()

    record = lookup(project.platform.ledger, [settled.memo_key])[settled.memo_key]

    assert settled.run_id == record.run_id
    assert settled.facts.is_zero("lines_above")
    assert not settled.facts.may_have("changes")
    assert settled.facts.may_have("components")
    assert dict(settled.facts) == record.facts


def test_keys_spelled_in_parts_are_those_that_a_run_records(project: Project) -> None:
    for number in range(7):
        project.drop(f"day{number:03}.csv", csv_of(number * 1000, 20))
    project.run()
    plan = project.plan()

    records = lookup(project.platform.ledger, [file.key for file in plan.files])

    assert set(records) == {file.key for file in plan.files}
    for key, record in records.items():
        components = record.facts["components"]
        assert isinstance(components, dict)
        assert FileKeys(components).key(components) == file_key(components) == key
        assert FileKeys({}).key(components) == key
