"""Serves the files under data/artifacts, as data: no file may act as a page of ours.

What belongs here: finding a file below one folder and saying how a browser may treat it.
"""

from collections.abc import Mapping
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response

from dmaic_assets.web.safety.guard import role_of
from dmaic_assets.work.assets.names import HASHMAP_PAGE

# JSON is stored packed; browsers unpack what says so.
JSON = ".json.gz"
# A page of ours needs scripts and inline styles; it gets an origin of its own, so that nothing
# in it can read or send anything with the session of whoever looks at it.
_PAGE_POLICY = (
    "sandbox allow-scripts; default-src 'none'; script-src 'self' 'unsafe-inline'; "
    "style-src 'unsafe-inline'; img-src data: blob:; font-src data:; frame-ancestors 'none'"
)
# Folders of what is made to be shown, without values of columns that tell of persons. All others
# hold what runs work with: whole profiles, verdicts, facts and cells.
_FOR_READERS = frozenset({"assets", "figure", HASHMAP_PAGE})
_IMAGE_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
_TYPES: Mapping[str, tuple[str, str | None]] = {
    ".html": ("text/html; charset=utf-8", _PAGE_POLICY),
    ".svg": ("image/svg+xml", _IMAGE_POLICY),
    ".png": ("image/png", None),
    ".js": ("text/javascript; charset=utf-8", None),
    ".json": ("application/json", None),
    ".csv": ("text/plain; charset=utf-8", None),
    ".txt": ("text/plain; charset=utf-8", None),
    ".md": ("text/plain; charset=utf-8", None),
    ".yaml": ("text/plain; charset=utf-8", None),
}
_WITHHELD = (
    "This may hold values of columns that tell of persons: it takes a session or token with the "
    "role write. The pages show it without them."
)


class ArtifactFiles:
    """Answers requests for files below `folder`; what it does not know is offered to save.

    Args:
        folder: Nothing outside it is ever read, not through `..` and not through a link.
        public: Paths relative to the folder that pages in a sandbox may load.
    """

    def __init__(self, folder: Path, *, public: frozenset[str] = frozenset()) -> None:
        self._folder = folder.resolve()
        self._public = public

    def answer(self, request: Request) -> Response:
        """Gives the file that the route's `path` names, or 404.

        Whoever may only read gets figures and pages; 403 for what may hold values of persons.
        """
        relative = str(request.path_params["path"])
        path = self._find(relative)
        if path is None:
            return PlainTextResponse("No such artifact.", 404)
        folder = path.relative_to(self._folder).parts[0]
        if role_of(request) != "write" and folder not in _FOR_READERS:
            return PlainTextResponse(_WITHHELD, 403)
        headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-cache"}
        suffix = path.suffix.lower()
        if path.name.endswith(JSON):
            suffix, headers["Content-Encoding"] = ".json", "gzip"
        media_type, policy = _TYPES.get(suffix, ("application/octet-stream", None))
        if policy is not None:
            headers["Content-Security-Policy"] = policy
        if relative in self._public:
            # A page in a sandbox has no origin, so to the browser this is another site.
            headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        is_unknown = media_type == "application/octet-stream"
        name = path.name if is_unknown else None
        return FileResponse(path, media_type=media_type, filename=name, headers=headers)

    def _find(self, relative: str) -> Path | None:
        try:
            path = (self._folder / relative).resolve(strict=True)
        except (OSError, ValueError, RuntimeError):
            return None
        is_inside = path.is_relative_to(self._folder)
        return path if is_inside and path.is_file() else None
