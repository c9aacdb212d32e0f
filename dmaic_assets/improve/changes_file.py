"""The change file of a source: versioned changes as YAML, read strictly, written stably.

What belongs here: the keys of the file. Mistakes are refused with file, line, key and fix; a change
that nobody can apply is one of them.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import get_args

from dmaic_assets.errors import BadInputError
from dmaic_assets.improve.changes import Change, Status
from dmaic_assets.improve.repairs import REPAIR_KINDS, check_repair
from dmaic_assets.model import Json
from dmaic_assets.phenomena.contract.repair_kind import Repair
from dmaic_assets.rules.yaml.entries import Entry
from dmaic_assets.rules.yaml.text import Document, inline
from dmaic_assets.store.effect_files import write_bytes_if_changed

HEADER = """\
# Changes of the source {source}: repairs that a pilot supported. docs/guides/improve.md explains
# every key. They are applied before the gate, and the raw values are kept. To switch one off set
# `status: retired`. Whoever edits parameters raises `version`.
"""
_TOP_KEYS = ("source", "changes")
_KEYS = (
    "id", "version", "source", "kind", "columns", "parameters", "evidence", "pilot", "promoted_at",
    "status", "reason",
)  # fmt: skip
_STATUSES: tuple[Status, ...] = get_args(Status)


def load_changes(path: Path) -> tuple[Change, ...]:
    """Reads a change file; an empty one has no changes.

    Raises:
        BadInputError: The file is missing, not YAML, or an entry has no meaning; names the file,
            the line, the change, the key and the fix.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BadInputError(
            str(path), f"cannot be read: {reason}", "Name a change file."
        ) from error
    return parse_changes(text, subject=str(path), source=path.stem)


def parse_changes(text: str, *, subject: str, source: str) -> tuple[Change, ...]:
    """Reads the text of a change file; `subject` names it in errors, `source` when it does not.

    Raises:
        BadInputError: As `load_changes`.
    """
    document = Document(text, subject)
    top = Entry(document, subject, ()).mapping(_TOP_KEYS)
    name = top.text("source", source)
    changes = tuple(_change(entry, name) for entry in top.entries("changes"))
    _refuse_repeated(changes, top)
    return changes


def _change(entry: Entry, source: str) -> Change:
    entry = entry.mapping(_KEYS)
    identity = entry.text("id")
    entry = entry.named(f"change {identity}")
    repair = Repair(
        id=identity,
        kind=entry.one_of("kind", REPAIR_KINDS),
        columns=entry.texts("columns"),
        parameters=entry.table("parameters"),
        evidence=entry.table("evidence"),
    )
    try:
        check_repair(repair)
    except BadInputError as error:
        raise entry.error(error.culprit, error.fix, "parameters") from error
    return Change(
        repair=repair,
        version=_version(entry),
        source=entry.text("source", source),
        promoted_at=entry.text("promoted_at", ""),
        reason=entry.text("reason", ""),
        status=entry.one_of("status", _STATUSES, "active"),
        pilot=entry.table("pilot"),
    )


def _version(entry: Entry) -> int:
    value = entry.whole("version", 1)
    if value < 1:
        raise entry.error(f"key version: {value} is below 1", "Count versions from 1.", "version")
    return value


def _refuse_repeated(changes: Sequence[Change], top: Entry) -> None:
    seen: set[str] = set()
    active: set[str] = set()
    for position, change in enumerate(changes):
        entry = top.at("changes", position)
        if change.label in seen:
            raise entry.error(f"change {change.label} stands twice", "Raise the version of one.")
        if change.status == "active" and change.id in active:
            raise entry.error(f"change {change.id} is active twice", "Retire one of them.")
        seen.add(change.label)
        active |= {change.id} if change.status == "active" else set()


def save_changes(changes: Sequence[Change], path: Path, *, source: str) -> None:
    """Writes a change file atomically, and not at all when it holds the same bytes already.

    Raises:
        StoreError: The disk refuses; the old file is untouched.
    """
    text = format_changes(changes, source=source)
    write_bytes_if_changed(path, text.encode("utf-8", "surrogatepass"))


def format_changes(changes: Sequence[Change], *, source: str) -> str:
    """Spells changes as the text of a change file; equal changes give equal bytes."""
    return "\n".join(_lines(changes, source)) + "\n"


def _lines(changes: Sequence[Change], source: str) -> Iterator[str]:
    yield HEADER.format(source=source if source.isprintable() else inline(source)).rstrip("\n")
    yield f"source: {inline(source)}"
    yield "changes:" if changes else "changes: []"
    for change in changes:
        first, *rest = _entry(change, source).items()
        yield f"- {first[0]}: {inline(first[1])}"
        yield from (f"  {key}: {inline(value)}" for key, value in rest)


def _entry(change: Change, source: str) -> dict[str, Json]:
    repair = change.repair
    entry: dict[str, Json] = {"id": repair.id, "version": change.version}
    if change.source != source:
        entry["source"] = change.source
    rest: dict[str, Json] = {
        "kind": repair.kind,
        "columns": [*repair.columns],
        "parameters": {**repair.parameters},
        "evidence": {**repair.evidence},
        "pilot": {**change.pilot},
        "promoted_at": change.promoted_at,
        "status": change.status,
        "reason": change.reason,
    }
    return entry | rest
