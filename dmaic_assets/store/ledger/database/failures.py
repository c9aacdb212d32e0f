"""What a database's refusals mean: one place that turns driver errors into store errors.

What belongs here: SQLite result names and PostgreSQL codes, with the fix for each. Which errors
pass by themselves and may be tried again is told here too.
"""

from collections.abc import Mapping
from typing import cast

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from dmaic_assets.errors import DmaicError, IllegalMoveError, InvariantError, StoreError
from dmaic_assets.store.ledger.database.schema_tasks import LIVE_LANE

_LOCKED = ("is locked by another process", "Wait for it or stop it, then run again.")
_FULL = ("has no space left on its disk", "Free space there, then run again; nothing was lost.")
_READ_ONLY = ("is read-only", "Give this user write access to the file and its folder.")
_CORRUPT = (
    "is damaged or not a ledger",
    "Restore a backup, or move the file away: the next run makes a new ledger and judges all files "
    "again, held ones too.",
)
_AWAY = ("cannot be reached", "Check that the server runs and that DMAIC_LEDGER_URL is right.")
_NO_PLACE = ("cannot be opened", "Check that the folder exists and that this user may write there.")
_BROKEN_DISK = ("met a disk error", "Check the disk, then run again.")
_RETRY = ("lost against concurrent work several times", "Run again.")

_SQLITE: tuple[tuple[str, tuple[str, str]], ...] = (
    ("SQLITE_BUSY", _LOCKED),
    ("SQLITE_LOCKED", _LOCKED),
    ("SQLITE_FULL", _FULL),
    ("SQLITE_READONLY", _READ_ONLY),
    ("SQLITE_PERM", _READ_ONLY),
    ("SQLITE_CORRUPT", _CORRUPT),
    ("SQLITE_NOTADB", _CORRUPT),
    ("SQLITE_CANTOPEN", _NO_PLACE),
    ("SQLITE_IOERR", _BROKEN_DISK),
)
_POSTGRES: Mapping[str, tuple[str, str]] = {
    "53100": _FULL,
    "55P03": _LOCKED,
    "57014": _LOCKED,
    "40P01": _RETRY,
    "40001": _RETRY,
    "25006": _READ_ONLY,
    "42501": _READ_ONLY,
    "53300": ("has no free connection", "Start fewer workers or raise max_connections."),
    "XX001": _CORRUPT,
    "XX002": _CORRUPT,
}
_AWAY_CLASSES = ("08", "28", "3D", "57")
_GUARD = "task_state_transition_denied"


def is_transient(error: DBAPIError) -> bool:
    """Tells whether the same transaction, tried again at once, can succeed."""
    name, code = _names(error)
    is_lost_race = code in ("40P01", "40001") or LIVE_LANE in str(error.orig)
    return is_lost_race or name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def translated(error: DBAPIError, place: str, *, store: str = "the ledger") -> DmaicError:
    """Builds the refusal that a driver's error means.

    Args:
        error: As SQLAlchemy wraps it.
        place: The database's address without its password.
        store: What the database is called.

    Returns:
        StoreError for what disk, lock or server refuse; IllegalMoveError when the store's own
        guard denied a move of a task; InvariantError for a violated constraint or bad SQL.
    """
    name, code = _names(error)
    detail = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else name
    if _GUARD in str(error.orig):
        return IllegalMoveError("task", detail, "Follow the moves of store/ledger/tasks/states.py.")
    meaning = _meaning(name, code)
    if meaning is None and not name and _is_away(error, code):
        meaning = _AWAY
    if meaning is not None:
        culprit, fix = meaning
        return StoreError(place, f"{store} {culprit} ({detail})", fix)
    return InvariantError(place, f"{store} refused: {detail}", "Report this: it is a defect.")


def _meaning(name: str, code: str) -> tuple[str, str] | None:
    if code in _POSTGRES:
        return _POSTGRES[code]
    return next((meaning for start, meaning in _SQLITE if name.startswith(start)), None)


def _is_away(error: DBAPIError, code: str) -> bool:
    # A server that never answered has no code to give.
    is_silent = not code and isinstance(error, OperationalError | InterfaceError)
    return error.connection_invalidated or code.startswith(_AWAY_CLASSES) or is_silent


def _names(error: DBAPIError) -> tuple[str, str]:
    name = cast("str | None", getattr(error.orig, "sqlite_errorname", None))
    code = cast("str | None", getattr(error.orig, "pgcode", None))
    return name or "", code or ""
