"""Projects with real stores, and a Dagster instance that forgets."""

import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

import dagster as dg
import pytest

from dmaic_assets.definitions import definitions_of
from dmaic_assets.defs.jobs.launch import execute_bulk
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets.work.run.bulk import RunResult
from dmaic_assets_tests.defs.dev_server import DevServer, dev_server_in
from dmaic_assets_tests.work.conftest import Project, csv_of, make_project, project

__all__ = ["Project", "csv_of", "project"]

BAD_AMOUNTS = {"amount": lambda n: "oops" if n % 2 else "12.5"}
FEW_BAD_AMOUNTS = {"amount": lambda n: "oops" if n < 3 else f"{10 + (n * 37) % 100}.5"}


@dataclass
class Desk:
    """A project and a Dagster instance: what a person has in front of them."""

    project: Project
    instance: dg.DagsterInstance

    @property
    def definitions(self) -> dg.Definitions:
        return definitions_of(self.project.platform.settings)

    def bulk(self, request: RunRequest | None = None) -> RunResult | None:
        wanted = request or RunRequest()
        plan = self.project.plan(wanted)
        if plan.is_empty:
            return None
        _, result = execute_bulk(self.project.platform, wanted, plan, instance=self.instance)
        return result

    def materialize(
        self, partition: str | None, *assets: str, tags: dict[str, str] | None = None
    ) -> dg.ExecuteInProcessResult:
        """Materializes assets of one partition as the UI would, failing runs included."""
        keys = [dg.AssetKey(name) for name in assets]
        job = self.definitions.resolve_implicit_job_def_def_for_assets(keys)
        return job.execute_in_process(
            instance=self.instance,
            partition_key=partition,
            tags=tags,
            asset_selection=keys,
            raise_on_error=False,
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )

    def materializations(self, asset: str, partition: str | None = None):
        wanted = dg.AssetRecordsFilter(
            asset_key=dg.AssetKey(asset), asset_partitions=[partition] if partition else None
        )
        records = self.instance.fetch_materializations(wanted, limit=100).records
        return [record.asset_materialization for record in records]

    def checks(self, name: str, asset: str = "gate_verdict") -> dict[str, tuple]:
        """The newest evaluation of a check by partition: passed, severity, description."""
        key = dg.AssetCheckKey(dg.AssetKey(asset), name)
        storage = self.instance.event_log_storage
        found = {}
        for record in reversed(storage.get_asset_check_execution_history(key, limit=100)):
            event = record.event.dagster_event if record.event else None
            if event is not None and event.event_type_value == "ASSET_CHECK_EVALUATION":
                data = event.asset_check_evaluation_data
                found[data.partition] = (data.passed, data.severity.value, data.description)
        return found


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as made:
        yield made


@pytest.fixture
def desk(project: Project, instance: dg.DagsterInstance) -> Desk:
    return Desk(project, instance)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk whose source has four accepted files; tests work on copies of it."""
    made = make_project(tmp_path_factory.mktemp("history"))
    with dg.DagsterInstance.ephemeral() as kept:
        desk = Desk(made, kept)
        for day in range(1, 5):
            made.drop(f"{day}.csv", csv_of(1000 * day))
        desk.bulk()
        made.platform.close()
        yield desk


@pytest.fixture
def history(built: Desk, desk: Desk) -> Desk:
    """A desk whose source has four accepted files."""
    desk.project.platform.close()
    shutil.copytree(built.project.root, desk.project.root, dirs_exist_ok=True)
    desk.project.reload()
    for kept, mine in zip(_databases(built.instance), _databases(desk.instance), strict=True):
        kept.backup(mine)
    return desk


def _databases(instance: dg.DagsterInstance) -> Iterator[sqlite3.Connection]:
    """What an instance keeps in memory, each by the connection that holds it."""
    for storage in (instance.event_log_storage, instance.run_storage):
        yield storage._held_conn.connection.driver_connection


@pytest.fixture(scope="session")
def dev_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevServer]:
    """One `make dev` for all tests that look at it from outside."""
    with dev_server_in(tmp_path_factory.mktemp("dev") / "project") as server:
        yield server
