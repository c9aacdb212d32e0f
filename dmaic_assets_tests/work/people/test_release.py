"""A released file ends in the warehouse exactly once, and the rules that held it learn it."""

from datetime import UTC, datetime

import pytest

from dmaic_assets.errors import BadInputError, PolicyError
from dmaic_assets.reports.views.held import read_held
from dmaic_assets.rules.people import Signature
from dmaic_assets.rules.yaml.file import load_rules
from dmaic_assets.store.ledger.record.rule_changes import rule_changes
from dmaic_assets.work.people.release import find_held, write_consequences, write_release
from dmaic_assets.work.people.rule_edits import signature
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets_tests.work.conftest import Project, csv_of

KIM = Signature("2026-11-25T12:00:00+00:00", "kim", "Easter is like that")
DAYS = 9
EASTERS = ("easter.csv", "easter1.csv", "easter2.csv")


@pytest.fixture
def held(project: Project) -> Project:
    """Nine files of 100 rows that pass, and a tenth of 1,000 rows that is held."""
    for day in range(DAYS):
        project.drop(f"day{day}.csv", csv_of(day * 1000))
    project.run()
    project.drop("easter.csv", csv_of(100_000, rows=1000))
    project.run()
    assert project.arrivals()["easter.csv"].disposition == "rejected"
    return project


def release(project: Project, named: str) -> tuple[list[str], list[str]]:
    """Releases as the command does; gives the rules that held the file, and what became of them."""
    file = find_held(project.platform, named)
    before = load_rules(project.root / "config" / "rules" / "orders.yaml").rules
    told = write_release(project.platform, file, KIM)
    project.run(RunRequest(files=(file.file.path,)))
    learnt = write_consequences(project.platform, (file,), before, KIM)
    changes = [*told.changes, *learnt.changes]
    return list(file.rules), [f"{c.action} {c.rule}".strip() for c in changes]


def test_a_released_file_is_in_the_warehouse_exactly_once(held: Project) -> None:
    release(held, "easter.csv")
    held.run()

    ids = held.accepted_ids()
    assert len(ids) == len(set(ids)) == DAYS * 100 + 1000
    assert held.arrivals()["easter.csv"].disposition == "accepted"
    assert (held.data / "incoming" / "orders" / "easter.csv").is_file()
    assert not list((held.data / "quarantine").rglob("easter.csv"))
    assert held.plan().is_empty


def test_the_rules_that_held_it_are_widened_or_retired_and_it_is_written_down(
    held: Project,
) -> None:
    held_by, changes = release(held, "easter.csv")

    assert "file.row_count" in held_by
    assert changes[0] == "release"
    assert {c.split()[1] for c in changes[1:]} == set(held_by)
    recorded = rule_changes(held.platform.ledger, "orders")
    in_file = load_rules(held.root / "config" / "rules" / "orders.yaml").changes
    assert [c.version for c in recorded] == list(range(1, len(changes) + 1))
    assert tuple(recorded) == in_file
    assert {(c.by, c.reason) for c in recorded} == {("kim", "Easter is like that")}


def test_the_next_file_like_a_released_one_passes(held: Project) -> None:
    release(held, "easter.csv")
    held.drop("whitsun.csv", csv_of(200_000, rows=1000))

    held.run()

    assert held.arrivals()["whitsun.csv"].disposition == "accepted"


def test_a_learnt_bound_is_widened_and_stays_learnt(held: Project) -> None:
    _, changes = release(held, "easter.csv")

    assert "admit file.row_count" in changes
    for day in range(3):
        held.drop(f"later{day}.csv", csv_of(300_000 + day * 1000))
        held.run()
    path = held.root / "config" / "rules" / "orders.yaml"
    volume = {rule.id: rule for rule in load_rules(path).rules}["file.row_count"]
    assert (volume.is_enabled, volume.origin) == (True, "learnt")
    # As far as the file needs, and not behind it after any later learning.
    most = volume.parameters["max"]
    assert isinstance(most, int | float)
    assert most >= 1000


def test_three_files_held_alike_are_told_and_one_release_lets_all_pass(held: Project) -> None:
    platform = held.platform
    for day in (1, 2):
        held.drop(f"easter{day}.csv", csv_of(100_000 * (day + 1), rows=1000 + day))
        held.run()
        agree = read_held(platform).alike
        assert [hold.files for hold in agree] == ([] if day == 1 else [EASTERS])

    release(held, "easter.csv")
    held.run()

    assert {held.arrivals()[name].disposition for name in EASTERS} == {"accepted"}
    assert read_held(platform).alike == ()


def test_a_hand_rule_that_held_the_file_is_widened_for_good(project: Project) -> None:
    rules = project.root / "config" / "rules" / "orders.yaml"
    rules.write_text(
        "source: orders\nrules:\n"
        "  - {id: few, kind: row_count, parameters: {max: 50}, severity: critical}\n"
    )
    project.drop("a.csv", csv_of(0))
    project.run()

    held_by, changes = release(project, "a.csv")

    assert (held_by, changes) == (["few"], ["release", "widen few"])
    assert {r.id: r for r in load_rules(rules).rules}["few"].parameters == {"max": 100}
    project.run()
    assert project.accepted_ids() == list(range(100))
    assert project.plan().is_empty


def test_a_hand_rule_without_a_bound_to_move_is_retired(project: Project) -> None:
    rules = project.root / "config" / "rules" / "orders.yaml"
    rules.write_text(
        "source: orders\nrules:\n  - {id: one, kind: unique, columns: kind, severity: critical}\n"
    )
    project.drop("a.csv", csv_of(0))
    project.run()

    _, changes = release(project, "a.csv")

    assert changes == ["release", "retire one"]
    assert not {r.id: r for r in load_rules(rules).rules}["one"].is_enabled
    assert project.accepted_ids() == list(range(100))


def test_a_file_is_found_by_path_name_and_hash(held: Project) -> None:
    arrival = held.arrivals()["easter.csv"]
    path = next((held.data / "quarantine").rglob("easter.csv"))

    found = {
        find_held(held.platform, named).arrival.sha256
        for named in (str(path), "easter.csv", "orders/easter.csv", arrival.sha256[:10])
    }

    assert found == {arrival.sha256}


@pytest.mark.parametrize(
    ("named", "culprit"),
    [("day1.csv", "is not held (accepted)"), ("nowhere.csv", "no file of this project")],
)
def test_what_is_not_held_cannot_be_released(held: Project, named: str, culprit: str) -> None:
    with pytest.raises(BadInputError) as refusal:
        find_held(held.platform, named)

    assert culprit in refusal.value.culprit


def test_a_file_that_cannot_be_read_cannot_be_released(project: Project) -> None:
    project.drop("broken.parquet", b"PAR1 nothing PAR1")
    project.run()

    with pytest.raises(PolicyError):
        find_held(project.platform, "broken.parquet")


def test_a_signature_has_a_name_and_a_time() -> None:
    signed = signature(datetime(2026, 11, 25, tzinfo=UTC), by=None, reason="r")

    assert signed.by
    assert signed.at == "2026-11-25T00:00:00+00:00"
