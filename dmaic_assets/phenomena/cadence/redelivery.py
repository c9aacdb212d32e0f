"""The file kind about rows that accepted files had already: redelivered."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

import polars as pl
from typing_extensions import override

from dmaic_assets.history.facts import FileFacts, rows_of
from dmaic_assets.history.row_sketch import RowSketch, hash_check, row_hash, unpacked
from dmaic_assets.model import Json, Rule
from dmaic_assets.phenomena.contract.rule_kind import (
    FileJudgement,
    FileKind,
    FrameContext,
    Measured,
    Parameter,
)

# Characters of a file's SHA-256 that name it, as the command line takes them.
_NAMED = 12
# Standard errors that an estimated share must lie beyond what is usual.
_ERRORS = 2.0


class RedeliveredKind(FileKind):
    """At most a share `max` of the file's rows are those of one file that was accepted before.

    `files` holds, for each of them, the beginning of its SHA-256, how many different rows it has,
    and the hashes of some of them. `check` is the hash of a known row: under a version of Polars
    that hashes in another way nothing is judged until the rules are learnt again.
    """

    name: ClassVar[str] = "redelivered"
    summary: ClassVar[str] = "at most a share of the rows were in one accepted file already"
    arity: ClassVar[tuple[int, int | None]] = (1, None)
    parameters: ClassVar[Mapping[str, Parameter]] = {
        "max": Parameter(
            (int, float),
            "greatest share of rows that one earlier file may have had, in [0, 1]",
            is_required=True,
            complaint=lambda v: None if 0 <= v <= 1 else f"{v} is not a share in [0, 1]",
        ),
        "files": Parameter((list,), "the rows of accepted files, as learning writes them"),
        "check": Parameter((int,), "the hash of a known row"),
    }

    @override
    def as_of(self, rule: Rule, earlier: Sequence[FileFacts]) -> Rule | None:
        """The rows of all earlier files: of two that are alike, the first one is no copy."""
        sketches = ((facts.file_sha256, rows_of(facts)) for facts in earlier)
        known: list[Json] = [
            told(sha256, s) for sha256, s in sketches if s is not None and s.columns == rule.columns
        ]
        return replace(rule, parameters={**rule.parameters, "files": known}) if known else None

    @override
    def describe(self, rule: Rule) -> str:
        """Spells the share."""
        most = float(str(rule.parameters["max"]))
        return f"at most {most:.1%} of the rows were in one accepted file already"

    @override
    def measure(self, rule: Rule, ctx: FrameContext) -> Sequence[pl.Expr]:
        """The hashes that an accepted file has as well, and the number of different rows."""
        known = sorted({h for _, _, hashes in _files(rule) for h in hashes})
        hashes = row_hash(rule.columns, ctx.schema)
        among = hashes.is_in(pl.Series(known, dtype=pl.UInt64).implode())
        return (
            hashes.n_unique().alias("rows"),
            hashes.filter(among).unique().implode().alias("hits"),
        )

    @override
    def judge(self, rule: Rule, measured: Measured, ctx: FrameContext) -> FileJudgement:
        """Violated when more rows than usual are surely those of one file."""
        if rule.parameters.get("check") != hash_check():
            return FileJudgement(False, "not judged: learnt under another version of Polars")
        hits: set[int] = set(measured["hits"])
        found = [_seen(file, hits, int(measured["rows"] or 0)) for file in _files(rule)]
        # Of files that are alike the first is named, which the others are copies of.
        surely, share, name = max(found, key=lambda seen: seen[:2], default=(0.0, 0.0, ""))
        seen = f"about {share:.0%} of the rows are those of the accepted file {name}"
        if surely <= float(str(rule.parameters["max"])):
            return FileJudgement(False, seen, measures={"share": share})
        cause = f"delivered again (file {name})"
        return FileJudgement(True, seen, cause=cause, measures={"share": share})


def told(sha256: str, sketch: RowSketch) -> str:
    """Writes an accepted file as the rule's parameter has it."""
    return f"{sha256[:_NAMED]} {sketch.rows} {sketch.packed}"


def _files(rule: Rule) -> list[tuple[str, int, tuple[int, ...]]]:
    listed = rule.parameters.get("files")
    parts = [str(file).split() for file in listed] if isinstance(listed, list) else []
    return [(name, int(rows), unpacked(text)) for name, rows, text in parts]


def _seen(
    file: tuple[str, int, tuple[int, ...]], hits: set[int], rows: int
) -> tuple[float, float, str]:
    """The share of rows that are an accepted file's: at least, estimated, and its name."""
    name, size, hashes = file
    if not rows or not hashes:
        return 0.0, 0.0, name
    part = len(hits.intersection(hashes)) / len(hashes)
    is_whole = len(hashes) >= size
    error = 0.0 if is_whole else (part * (1 - part) / len(hashes)) ** 0.5
    scale = size / rows
    return min(1.0, (part - _ERRORS * error) * scale), min(1.0, part * scale), name


REDELIVERY_KINDS: tuple[FileKind, ...] = (RedeliveredKind(),)
"""The kinds about rows that come again."""
