"""What workers without Dagster did reaches the catalog, once."""

from datetime import UTC, datetime, timedelta

import pytest

from dmaic_assets.defs.catalog import catalogue
from dmaic_assets.defs.catalog.catalogue import OUTBOX_TAG, publish_outbox
from dmaic_assets.store.ledger.record.catalogue import (
    enqueue_outcomes,
    reserve_unpublished,
    unpublished,
)
from dmaic_assets.work.assets.registry import WORK_ORDER
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets.work.run.bulk import open_run, work_run
from dmaic_assets_tests.defs.conftest import BAD_AMOUNTS, csv_of


@pytest.fixture
def left(desk):
    """A desk whose ledger has outcomes that no catalog knows."""
    desk.project.drop("1.csv", csv_of(0))
    leave(desk)
    return desk


def leave(desk) -> str:
    platform, request = desk.project.platform, RunRequest(trigger="cli")
    run_id = open_run(platform, desk.project.plan(request), request)
    result = work_run(platform, run_id)
    enqueue_outcomes(platform.ledger, [o for cell in result.cells for o in cell.outcomes])
    return run_id


def test_everything_left_reaches_the_catalog_with_its_checks(left):
    told = publish_outbox(left.instance, left.project.platform)

    assert told == len(WORK_ORDER)
    for asset in WORK_ORDER:
        (event,) = left.materializations(asset)
        assert event.tags[OUTBOX_TAG]
        assert len(event.tags["dagster/data_version"]) == 64
        assert event.partition in left.checks("gate_is_open")
    assert left.checks("passes_thresholds")[event.partition][0]
    assert left.checks("rows_add_up", "accepted_rows")[event.partition][0]
    assert left.instance.get_dynamic_partitions("source") == ["orders"]


def test_it_is_told_once(left):
    publish_outbox(left.instance, left.project.platform)

    again = publish_outbox(left.instance, left.project.platform)

    assert again == 0
    assert unpublished(left.project.platform.ledger) == []
    assert len(left.materializations("profile")) == 1


def test_a_publisher_that_died_before_it_could_say_so_is_not_repeated(left, monkeypatch):
    class DiedError(Exception):
        pass

    def die(*_args):
        raise DiedError

    with monkeypatch.context() as patched:
        patched.setattr(catalogue, "mark_published", die)
        with pytest.raises(DiedError):
            publish_outbox(left.instance, left.project.platform)
    assert publish_outbox(left.instance, left.project.platform) == 0
    later = datetime.now(UTC) + timedelta(minutes=10)
    object.__setattr__(left.project.platform.ledger, "clock", lambda: later)

    told = publish_outbox(left.instance, left.project.platform)

    assert told == 0
    assert unpublished(left.project.platform.ledger) == []
    for asset in WORK_ORDER:
        assert len(left.materializations(asset)) == 1


def test_a_publisher_that_died_half_way_is_finished(left, monkeypatch):
    real, calls = catalogue.metadata_of, []

    def fail_at_fourth(exhibit):
        calls.append(exhibit)
        if len(calls) == 4:
            raise RuntimeError("killed")
        return real(exhibit)

    with monkeypatch.context() as patched:
        patched.setattr(catalogue, "metadata_of", fail_at_fourth)
        with pytest.raises(RuntimeError, match="killed"):
            publish_outbox(left.instance, left.project.platform)
    later = datetime.now(UTC) + timedelta(minutes=10)
    object.__setattr__(left.project.platform.ledger, "clock", lambda: later)

    told = publish_outbox(left.instance, left.project.platform)

    assert told == len(WORK_ORDER) - 3
    for asset in WORK_ORDER:
        assert len(left.materializations(asset)) == 1


def test_what_another_publisher_has_in_hand_is_left_to_it(left):
    reserve_unpublished(left.project.platform.ledger, "somebody else")

    assert publish_outbox(left.instance, left.project.platform) == 0
    assert left.materializations("profile") == []


def test_a_closed_gate_has_no_new_accepted_rows(history):
    history.project.drop("5.csv", csv_of(5000, **BAD_AMOUNTS))
    run_id = leave(history)

    publish_outbox(history.instance, history.project.platform)

    cell = f"{run_id}|orders"
    assert len(history.materializations("gate_verdict", cell)) == 1
    assert history.materializations("quarantine", cell)


def test_the_next_bulk_run_tells_what_was_left(left):
    left.project.drop("2.csv", csv_of(1000))

    left.bulk()

    partitions = {m.partition for m in left.materializations("profile")}
    assert len(partitions) == 2


def test_the_catalog_is_told_no_value_of_a_person(desk):
    for day in range(5):
        mails = csv_of(1000 * day, email=lambda n: f"person{n}@example.com")
        desk.project.drop(f"{day}.csv", mails)
        leave(desk)
    desk.project.drop("bad.csv", csv_of(9000, email=lambda n: f"SECRET {n}"))
    leave(desk)

    publish_outbox(desk.instance, desk.project.platform)

    told = str([event.metadata for event in desk.materializations("gate_verdict")])
    told += str(desk.checks("passes_thresholds"))
    figures = (desk.project.root / "data" / "artifacts" / "figure").rglob("*.html")
    drawn = "".join(page.read_text("utf-8") for page in figures)
    assert "email.shape" in told
    assert "email.shape" in drawn
    for text in (told, drawn):
        assert "SECRET" not in text
        assert "person" not in text.replace("tells of persons", "")
