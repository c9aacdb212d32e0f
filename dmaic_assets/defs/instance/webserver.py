"""Dagster's own web application, to be put behind the guard.

What belongs here: building it the way Dagster's command does, on our instance and code server.
"""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import yaml
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import WorkspaceFileTarget
from dagster_webserver.app import create_app_from_workspace_process_context
from dagster_webserver.version import __version__
from starlette.types import ASGIApp

from dmaic_assets.defs.instance.downloads import KnownDownloads
from dmaic_assets.defs.jobs.running import end_abandoned

# These four are the defaults of Dagster's own command (dagster_webserver/cli.py).
_STATEMENT_TIMEOUT_MS = 15_000
# Seconds after which a pooled connection is opened anew.
_POOL_RECYCLE_S = 3_600
# Connections beyond the pool's own.
_POOL_OVERFLOW = 20
# Milliseconds between the page's requests for live data.
_POLL_MS = 2_000


@contextmanager
def dagster_app(home: Path, workspace: Path, *, prefix: str = "") -> Generator[ASGIApp]:
    """Builds Dagster's web application over a workspace of running code servers.

    Runs that ended with an earlier code server are ended in Dagster's records too.

    Args:
        home: Dagster's home folder.
        workspace: A workspace file whose entries are `grpc_server` sockets.
        prefix: The path below which all of it lies, such as "/dagster".
    """
    with dg.DagsterInstance.from_config(str(home)) as instance:
        instance.optimize_for_webserver(_STATEMENT_TIMEOUT_MS, _POOL_RECYCLE_S, _POOL_OVERFLOW)
        end_abandoned(instance, server=_socket_of(workspace))
        with WorkspaceProcessContext(
            instance,
            version=__version__,
            read_only=False,
            workspace_load_target=WorkspaceFileTarget([str(workspace)]),
        ) as context:
            app = create_app_from_workspace_process_context(
                context, path_prefix=prefix, live_data_poll_rate=_POLL_MS
            )
            yield KnownDownloads(app, instance, prefix)


def _socket_of(workspace: Path) -> str:
    content = yaml.safe_load(workspace.read_text(encoding="utf-8"))
    return str(content["load_from"][0]["grpc_server"]["socket"])
