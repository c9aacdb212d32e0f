"""The short way to the driver does what SQLAlchemy's own way does."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError

from dmaic_assets.errors import StoreError
from dmaic_assets.store.ledger.database.prepared_statements import run_prepared
from dmaic_assets.store.ledger.database.schema import meta
from dmaic_assets.store.ledger.database.schema_tasks import tasks
from dmaic_assets.store.ledger.database.store import Ledger
from dmaic_assets_tests.store.ledger.conftest import HandClock
from dmaic_assets_tests.store.ledger.examples import a_task

_INSERT = meta.insert().values(key=sa.bindparam("key"), value="fixed").inline()
_TASKS = sa.select(tasks).order_by(tasks.c.task_id)
_SUM = sa.select(sa.literal(1) + sa.bindparam("n", type_=sa.Integer))


def test_it_gives_the_rows_that_sqlalchemy_gives(ledger: Ledger) -> None:
    a_task(ledger, "one")
    a_task(ledger, "two")

    with ledger.reading() as connection:
        rows = run_prepared(connection, _TASKS, {})
        usual = connection.execute(_TASKS).all()

    assert [tuple(row) for row in rows] == [tuple(row) for row in usual]
    assert [(row.key, row.state) for row in rows] == [("one", "PLANNED"), ("two", "PLANNED")]


def test_what_has_no_rows_gives_none_and_fixed_values_are_kept(ledger: Ledger) -> None:
    with ledger.transaction() as connection:
        assert run_prepared(connection, _INSERT, {"key": "a % b"}) == []
        assert (
            connection.execute(sa.select(meta.c.value).where(meta.c.key == "a % b")).scalar()
            == "fixed"
        )


def test_columns_without_a_name_are_read_by_place(ledger: Ledger) -> None:
    with ledger.reading() as connection:
        assert run_prepared(connection, _SUM, {"n": 2})[0][0] == 3


def test_a_value_that_is_missing_is_a_defect(sqlite_ledger: Ledger) -> None:
    with pytest.raises(KeyError), sqlite_ledger.transaction() as connection:
        run_prepared(connection, _INSERT, {})


def test_the_drivers_errors_are_those_that_the_store_translates(ledger: Ledger) -> None:
    with pytest.raises(IntegrityError), ledger.engine.begin() as connection:
        run_prepared(connection, _INSERT, {"key": "k"})
        run_prepared(connection, _INSERT, {"key": "k"})


@pytest.mark.postgres
def test_a_connection_that_the_server_ended_is_replaced(
    postgres_url: str, clock: HandClock, tmp_path: Path
) -> None:
    ledger = Ledger.open(postgres_url, clock=clock, artifacts=tmp_path)

    with pytest.raises((DBAPIError, StoreError)), ledger.transaction() as connection:
        mine = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        with ledger.engine.connect() as other:
            other.exec_driver_sql(f"SELECT pg_terminate_backend({mine})")
        run_prepared(connection, _TASKS, {})

    assert a_task(ledger, "after").state == "PLANNED"
    ledger.close()
