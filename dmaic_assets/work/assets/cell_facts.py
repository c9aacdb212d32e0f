"""What a cell's files came to together, from the facts of each: what the catalog shows of an asset.

What belongs here: one fold for each asset that has more to tell than its rows; entries name them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from dmaic_assets.model import AssetOutcome, Json
from dmaic_assets.store.codec import from_json

if TYPE_CHECKING:
    from dmaic_assets.store.ledger.record.file_queries import Standing

# Files listed in a cell's metadata, the newest; the ledger has all.
SHOWN_FILES = 100


@dataclass(frozen=True, slots=True)
class FileFacts:
    """One file of a cell by name, and what is recorded of the asset that was made of it."""

    name: str
    facts: Mapping[str, Json]

    def of(self, key: str) -> Json:
        """A fact; None where it was not recorded."""
        return self.facts.get(key)


@dataclass(frozen=True, slots=True)
class CellCounts:
    """What the facts of a cell's asset count, whichever asset it is; `rows` where it has any."""

    files: int = 0
    files_computed: int = 0
    rows: int | None = None


def counts_of(outcome: AssetOutcome) -> CellCounts:
    """Reads the counts from an outcome's facts."""
    return from_json(CellCounts, {**outcome.metadata})


CellFacts: TypeAlias = "Callable[[Sequence[FileFacts], Standing], dict[str, Json]]"
"""Folds the listed files, and what older ones that are not listed come to together."""


def rows_of_files(files: Sequence[FileFacts], before: "Standing") -> dict[str, Json]:
    """The rows of all files: what an asset tells when its entry says nothing else."""
    return {"rows": _total(files, "rows") + before.rows}


def reading_of_files(files: Sequence[FileFacts], before: "Standing") -> dict[str, Json]:
    """How the files were read."""
    return {
        "rows": _total(files, "rows") + before.rows,
        "size_bytes": _total(files, "size_bytes") + before.size_bytes,
        "malformed": _total(files, "malformed"),
        "table": _table(files, "rows", "columns", "format", "size_bytes", "malformed", "problem"),
        "dialect": files[-1].of("dialect"),
        "skipped_changes": _skipped(files),
    }


def types_of_files(files: Sequence[FileFacts], _before: "Standing") -> dict[str, Json]:
    """The newest file's columns."""
    return {"schema": files[-1].of("schema"), "ambiguous": files[-1].of("ambiguous")}


def profile_of_files(files: Sequence[FileFacts], before: "Standing") -> dict[str, Json]:
    """What was measured on the newest file, and a line for each."""
    return {
        "rows": _total(files, "rows") + before.rows,
        "score": files[-1].of("score"),
        "columns": files[-1].of("columns"),
        "table": _table(files, "rows", "score", "duplicate_rows"),
    }


def rules_of_files(files: Sequence[FileFacts], _before: "Standing") -> dict[str, Json]:
    """The rules of the newest file."""
    return {key: value for key, value in files[-1].facts.items() if key != "types_version"}


def verdicts_of_files(files: Sequence[FileFacts], before: "Standing") -> dict[str, Json]:
    """Decisions, rows, and the score by rows."""
    decisions = [file.of("decision") for file in files]
    rows = _total(files, "rows") + before.rows
    weighted = sum(_number(file, "score") * _number(file, "rows") for file in files)
    plain = sum(_number(file, "score") for file in files) / len(files)
    return {
        "score": (weighted + before.score_times_rows) / rows if rows else plain,
        "rows": rows,
        "accepted": _total(files, "accepted") + before.accepted,
        "quarantined": _total(files, "quarantined") + before.quarantined,
        "decisions": {
            "accept": decisions.count("accept") + before.accepted_files,
            "quarantine": decisions.count("quarantine") + before.split_files,
            "reject": decisions.count("reject") + before.held_files,
        },
        "table": _table(
            files, "decision", "score", "rows", "accepted", "quarantined", "violations", "reasons"
        ),
    }


def accepted_of_files(files: Sequence[FileFacts], before: "Standing") -> dict[str, Json]:
    """The newest schema, and where the newest files are."""
    schemas = [file.of("schema") for file in files if file.of("schema")]
    return {
        "rows": _total(files, "rows") + before.accepted,
        "schema": schemas[-1] if schemas else [],
        "paths": [file.of("path") for file in files if file.of("path")][-SHOWN_FILES:],
    }


def quarantine_of_files(files: Sequence[FileFacts], before: "Standing") -> dict[str, Json]:
    """What is held, whole files and rows."""
    held = [file for file in files if file.of("path")]
    return {
        "rows": _total(files, "rows") + before.quarantined,
        "held_files": sum(file.of("is_held") is True for file in held) + before.held_files,
        "table": _table(held, "rows", "is_held", "path", "reasons"),
    }


def _total(files: Sequence[FileFacts], name: str) -> int:
    values = [file.of(name) for file in files]
    return sum(int(v) for v in values if isinstance(v, int | float))


def _table(files: Sequence[FileFacts], *names: str) -> list[Json]:
    newest = list(files)[-SHOWN_FILES:]
    return [{"file": file.name, **{n: file.of(n) for n in names}} for file in newest]


def _skipped(files: Sequence[FileFacts]) -> list[Json]:
    found = ((file.name, file.of("skipped_changes")) for file in files)
    listed = ((name, entry) for name, es in found for entry in (es if isinstance(es, list) else ()))
    return [{"file": name, **entry} for name, entry in listed if isinstance(entry, dict)]


def _number(file: FileFacts, name: str) -> float:
    value = file.of(name)
    return float(value) if isinstance(value, int | float) else 0.0
