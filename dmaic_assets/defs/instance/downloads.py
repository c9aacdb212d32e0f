"""Dagster's downloads by names that a client chose: it breaks over those that name nothing.

What belongs here: telling such names apart, which are answered with 404 as those of other files.
"""

from urllib.parse import parse_qs

import dagster as dg
from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

# Dagster takes a log's path apart: all but the last part is the key of the log, which it joins to
# a folder.
_LOGS = "/logs/"
_DEBUG = "/download_debug/"
_NOTEBOOKS = ("/notebook", "/dagit/notebook")
_NEEDED = frozenset({"path", "repoLocName"})
# Parts of a path that lead elsewhere, or nowhere.
_ASTRAY = frozenset({"", ".", ".."})


class KnownDownloads:
    """Passes requests on to Dagster's application, but for downloads of what cannot be there.

    Args:
        app: Dagster's.
        instance: Knows which runs there are.
        prefix: The path below which all of it lies.
    """

    def __init__(self, app: ASGIApp, instance: dg.DagsterInstance, prefix: str) -> None:
        self._app = app
        self._instance = instance
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one connection as ASGI wants it."""
        if scope["type"] == "http" and await run_in_threadpool(self._is_nowhere, scope):
            response = PlainTextResponse("There is no such file.", 404)
            await response(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _is_nowhere(self, scope: Scope) -> bool:
        path = str(scope["path"]).removeprefix(self._prefix)
        if path.startswith(_LOGS):
            return not is_log_name(path.removeprefix(_LOGS))
        if path.startswith(_DEBUG):
            return not self._instance.has_run(path.removeprefix(_DEBUG))
        if path in _NOTEBOOKS:
            query = parse_qs(scope["query_string"].decode("latin-1"))
            return not query.keys() >= _NEEDED
        return False


def is_log_name(name: str) -> bool:
    """Whether a name may be that of a captured log: its key and its kind, and no way elsewhere."""
    *key, kind = name.split("/")
    is_straight = _ASTRAY.isdisjoint((*key, kind)) and "\0" not in name
    return bool(key) and is_straight
