"""A served project tells nothing of a ledger that is not the one that lies there now."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from dmaic_assets.errors import StoreError
from dmaic_assets.settings.project import load_settings
from dmaic_assets.web.project import Project, open_project
from dmaic_assets_tests.web.serving import serving


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "dmaic.yaml").touch()
    with open_project(load_settings(tmp_path)) as opened:
        yield opened


def ledger_of(project: Project) -> Path:
    return project.platform.paths.ledger / "ledger.sqlite"


def take_away(ledger: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        Path(f"{ledger}{ending}").unlink(missing_ok=True)


def test_a_ledger_that_was_put_in_its_place_is_read(project):
    ledger, restored = ledger_of(project), ledger_of(project).with_name("restored")
    before = project.state()
    with sqlite3.connect(ledger) as old, sqlite3.connect(restored) as new:
        old.backup(new)
        new.execute("CREATE TABLE marker (n)")
    new.close()
    old.close()
    take_away(ledger)
    restored.replace(ledger)

    assert project.state() != before
    with project.platform.ledger.reading() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM marker")).scalar() == 0


@pytest.mark.parametrize(
    ("content", "words"), [(None, "is not there"), (b"no database" * 500, "cannot be read")]
)
def test_nothing_is_told_of_a_ledger_that_is_gone(project, content, words):
    ledger = ledger_of(project)
    with serving(project) as server:
        assert server.get("/api/v1/runs").status == 200
        take_away(ledger)
        if content:
            ledger.write_bytes(content)

        with pytest.raises(StoreError, match=words):
            project.state()
        asked = [server.get(path) for path in ("/api/v1/runs", "/runs", "/metrics", "/readyz")]
        assert [got.status for got in asked] == [503] * 4
        assert server.get("/healthz").status == 200
        assert ledger.exists() == (content is not None)


def test_a_ledger_of_another_version_is_refused(project):
    with serving(project) as server:
        assert server.get("/readyz").status == 200
        with sqlite3.connect(ledger_of(project)) as newer:
            newer.execute("UPDATE alembic_version SET version_num = '9999'")
        newer.close()

        assert server.get("/readyz").status == 503
        told = server.get("/api/v1/runs").json["error"]
        assert "9999" in told["detail"]
        assert "Start the server again" in told["hint"]
