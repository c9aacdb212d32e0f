"""Downloads by names that name nothing are answered with 404, not by a defect of Dagster."""

from pathlib import Path

import dagster as dg
import pytest
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import EmptyWorkspaceTarget
from dagster_webserver.app import create_app_from_workspace_process_context

from dmaic_assets.defs.instance.downloads import KnownDownloads
from dmaic_assets_tests.web.asgi import ask

HOST = {"host": "127.0.0.1:3000"}


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    home: Path = tmp_path_factory.mktemp("home")
    with dg.DagsterInstance.local_temp(str(home)) as instance:
        log = Path(instance.compute_log_manager.get_captured_local_path(["run", "a.b"], "out"))
        log.parent.mkdir(parents=True)
        log.write_text("said")
        with WorkspaceProcessContext(instance, EmptyWorkspaceTarget()) as context:
            made = create_app_from_workspace_process_context(context, path_prefix="/dagster")
            yield KnownDownloads(made, instance, "/dagster")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/dagster/logs/run/a.b/out", 200),
        ("/dagster/logs/run/a.b/err", 404),
        ("/dagster/logs/..", 404),
        ("/dagster/logs/../x", 404),
        ("/dagster/logs/../../../etc/passwd", 404),
        ("/dagster/logs/run/../../a/out", 404),
        ("/dagster/logs/out", 404),
        ("/dagster/logs/", 404),
        ("/dagster/logs//etc/passwd", 404),
        ("/dagster/logs/./run/out", 404),
        ("/dagster/logs/run/\0/out", 404),
        (f"/dagster/logs/run/{'x' * 5000}/out", 404),
        ("/dagster/download_debug/none", 404),
        ("/dagster/download_debug/..", 404),
        ("/dagster/notebook", 404),
        ("/dagster/dagit/notebook?path=x", 404),
        ("/dagster/server_info", 200),
    ],
)
def test_a_name_of_nothing_is_not_there(app, path, status):
    assert ask(app, "GET", path, HOST).status == status
