"""Content-addressed outputs: files named by the hash of their content, and which run made them.

What belongs here: putting, getting and checking. JSON is kept packed, under the hash and size of
what it unpacks to; all else as it is. Every `root` is the folder of artifacts (`Paths.artifacts`);
the paths in references are relative to the data folder above it, so that a reference can also name
a file in the warehouse or in quarantine.
"""

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from dmaic_assets.errors import InvariantError, StoreError
from dmaic_assets.model import ArtifactRef, Json
from dmaic_assets.store.effect_files import store_error, write_bytes
from dmaic_assets.store.keys import canonical_json, sha256_file
from dmaic_assets.store.ledger.database.rows import dumps, loads, storable, upsert
from dmaic_assets.store.ledger.database.schema import artifacts, runs
from dmaic_assets.store.ledger.database.store import Ledger
from dmaic_assets.store.ledger.record.runs import is_ahead
from dmaic_assets.store.packed import GZIP, packed, unpacked

# Endings of JSON values: as they are stored, and as they were before they were packed.
JSON = (".json" + GZIP, ".json")


def put_json(root: Path, kind: str, payload: Json, *, is_synced: bool = True) -> ArtifactRef:
    """Stores a JSON value in its canonical spelling; equal values share one file.

    `is_synced` as in `put_bytes`.

    Raises:
        InvariantError: The value has no canonical form.
        StoreError: The folder refuses.
    """
    content = canonical_json(payload).encode("utf-8", "surrogatepass")
    return put_bytes(root, kind, content, suffix=JSON[0], is_synced=is_synced)


def put_bytes(
    root: Path, kind: str, content: bytes, *, suffix: str = "", is_synced: bool = True
) -> ArtifactRef:
    """Stores bytes under the name of their hash, atomically; equal bytes share one file.

    Args:
        root: The folder of artifacts.
        kind: A word for what it is; the name of the sub-folder.
        content: The bytes.
        suffix: The file's ending, with its dot; one that ends in `.gz` has the bytes packed.
        is_synced: False for one of several; `sync_together` before anything refers to them.

    Raises:
        StoreError: The folder refuses.
    """
    digest = hashlib.sha256(content).hexdigest()
    relative = Path(root.name, kind, digest[:2], f"{digest}{suffix}")
    ref = ArtifactRef(kind, relative.as_posix(), digest, len(content))
    path = root.parent / relative
    if is_intact(root, ref):
        # Seen to be in use again: pruning goes by age.
        with suppress(OSError):
            path.touch()
    else:
        is_packed = suffix.endswith(GZIP)
        write_bytes(path, packed(content) if is_packed else content, is_synced=is_synced)
    return ref


def get_json(root: Path, ref: ArtifactRef) -> Json:
    """Reads a stored JSON value and proves that it is the one referred to.

    Raises:
        StoreError: The file is gone or cannot be read.
        InvariantError: Its bytes are not those that were stored.
    """
    content = get_bytes(root, ref)
    return loads(content.decode("utf-8", "surrogatepass"))


def find_json(root: Path, ref: ArtifactRef | None) -> Json:
    """Reads a stored JSON value; None when nothing is referred to, or it is gone or changed."""
    if ref is None:
        return None
    try:
        return get_json(root, ref)
    except (StoreError, InvariantError):
        return None


def get_bytes(root: Path, ref: ArtifactRef) -> bytes:
    """Reads stored bytes and proves that they are those referred to.

    Raises:
        StoreError: The file is gone or cannot be read.
        InvariantError: Its bytes are not those that were stored.
    """
    path = path_of(root, ref)
    try:
        content = _content(path)
    except FileNotFoundError as error:
        raise StoreError(str(path), f"the {ref.kind} artifact is gone", _made_again(ref)) from error
    except OSError as error:
        raise store_error(path, error) from error
    if content is None or hashlib.sha256(content).hexdigest() != ref.sha256:
        raise InvariantError(str(path), f"the {ref.kind} artifact was changed", _made_again(ref))
    return content


def _made_again(ref: ArtifactRef) -> str:
    """Which command makes an artifact again: phases look whether theirs are whole, files do not."""
    from dmaic_assets.model import PHASES

    if ref.kind in PHASES:
        return f"Compute it again: dmaic run --phase {ref.kind}"
    return "Compute it again: dmaic run-all --force"


def is_intact(root: Path, ref: ArtifactRef) -> bool:
    """Tells whether a referred file exists with exactly the bytes that were stored."""
    path = path_of(root, ref)
    try:
        if path.name.endswith(GZIP):
            content = _content(path)
            return content is not None and hashlib.sha256(content).hexdigest() == ref.sha256
        return path.stat().st_size == ref.size_bytes and sha256_file(path) == ref.sha256
    except (OSError, StoreError):
        return False


def is_json(ref: ArtifactRef) -> bool:
    """Whether a reference is to a JSON value: packed, or as they were kept before."""
    return ref.path.endswith(JSON)


def _content(path: Path) -> bytes | None:
    """Reads what a file holds, unpacked; None when it cannot be unpacked."""
    content = path.read_bytes()
    if not path.name.endswith(GZIP):
        return content
    try:
        return unpacked(content)
    except ValueError:
        return None


def path_of(root: Path, ref: ArtifactRef) -> Path:
    """Where a referred file lies."""
    return root.parent / ref.path


def record_artifacts(
    ledger: Ledger,
    run_id: str,
    phase: str,
    refs: Sequence[ArtifactRef],
    *,
    source: str = "",
    meta: Mapping[str, Json] | None = None,
) -> None:
    """Records which outputs a phase or asset of a run has; recording one again refreshes it."""
    rows = {
        (ref.kind, ref.path): {
            "run_id": run_id,
            "phase": phase,
            "source": source,
            "kind": ref.kind,
            "path": storable(ref.path),
            "sha256": ref.sha256,
            "size_bytes": ref.size_bytes,
            "created_us": ledger.now_us(),
            "meta": dumps(dict(meta or {})),
        }
        for ref in refs
    }
    if not rows:
        return
    key = ("run_id", "phase", "source", "kind", "path")
    changed = ("sha256", "size_bytes", "created_us", "meta")

    def work(connection: Connection) -> None:
        upsert(connection, artifacts, list(rows.values()), conflict=key, update=changed)

    ledger.write(work)


def list_artifacts(
    ledger: Ledger, run_id: str, *, phase: str | None = None
) -> list[tuple[str, str, ArtifactRef]]:
    """Lists a run's outputs as (phase, source, reference) in the order of recording."""
    query = sa.select(artifacts).where(artifacts.c.run_id == run_id)
    if phase is not None:
        query = query.where(artifacts.c.phase == phase)
    with ledger.reading() as connection:
        found = connection.execute(query.order_by(artifacts.c.artifact_id)).all()
    return [(row.phase, row.source, _ref(row)) for row in found]


def newest_outputs(ledger: Ledger, phase: str) -> dict[str, tuple[str, ArtifactRef]]:
    """Finds the newest JSON output of a phase per source, with the run that recorded it.

    Sources are in the order of their names. A run records a phase's output before its documents.
    """
    query = (
        sa.select(artifacts)
        .join(runs, runs.c.run_id == artifacts.c.run_id)
        .where(artifacts.c.phase == phase, sa.or_(*map(artifacts.c.path.endswith, JSON)))
        .order_by(artifacts.c.source, runs.c.started_us, artifacts.c.artifact_id.desc())
    )
    with ledger.reading() as connection:
        return {row.source: (row.run_id, _ref(row)) for row in connection.execute(query)}


def newest_of_all(ledger: Ledger) -> dict[tuple[str, str], tuple[str, ArtifactRef]]:
    """Finds the newest JSON output of every phase and analysis per source, with its run.

    The key is (phase, source); the source is "" for what is about all of them. One statement,
    which gives one row a key. A run records a phase's output before its documents.
    """
    order = (is_ahead(runs.c.started_us, ledger), runs.c.started_us.desc(), artifacts.c.artifact_id)
    place = sa.func.row_number().over(
        partition_by=(artifacts.c.phase, artifacts.c.source), order_by=order
    )
    ranked = (
        sa.select(artifacts, place.label("place"))
        .join(runs, runs.c.run_id == artifacts.c.run_id)
        .where(sa.or_(*map(artifacts.c.path.endswith, JSON)))
        .subquery()
    )
    with ledger.reading() as connection:
        rows = connection.execute(sa.select(ranked).where(ranked.c.place == 1))
        return {(row.phase, row.source): (row.run_id, _ref(row)) for row in rows}


def _ref(row: Row[Any]) -> ArtifactRef:  # pyright: ignore[reportExplicitAny] - a row of artifacts
    return ArtifactRef(row.kind, row.path, row.sha256, cast("int", row.size_bytes))
