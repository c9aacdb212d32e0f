"""Defects per CTQ: how many units of a file are defective, out of how many.

What belongs here: counting. The same counting serves the limits that Define proposes, the yields
of Measure and the charts of Control.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from dmaic_assets.gate.sanity import MALFORMED_RULE, TYPE_RULE
from dmaic_assets.process.define.ctq import RECORD, ctq_id, ctq_id_of
from dmaic_assets.process.evidence import FileEvidence
from dmaic_assets.table.text_table import ROW


@dataclass(frozen=True, slots=True)
class Count:
    """Units that were looked at, and those of them that are defective."""

    units: int
    defective: int

    @property
    def share(self) -> float:
        """Defective among units; 0 without units."""
        return self.defective / self.units if self.units else 0.0


@dataclass(frozen=True, slots=True)
class FileDefects:
    """The counts of one file by CTQ id, and its rows with any defect at all."""

    sha256: str
    name: str
    rows: int
    defective_rows: int
    counts: Mapping[str, Count]


def count_defects(file: FileEvidence) -> FileDefects:
    """Counts the defective units of every CTQ that the file was judged for.

    A row is one unit and defective once, however many rules of the CTQ it breaks; a file rule
    counts files. A file that cannot be read has no rows to count, but is a defective file.
    """
    verdict, readable = file.verdict, file.verdict.rows - file.malformed
    counts: dict[str, Count] = {}
    by_ctq = _rules_by_ctq(file)
    broken = {v.rule for v in verdict.violations if v.scope == "file" and v.is_broken}
    for key, rules in by_ctq.items():
        if key.startswith("file."):
            counts[key] = Count(1, int(bool(broken & set(rules)) or not file.is_readable))
        elif file.is_readable:
            counts[key] = Count(readable, _failing_rows(file.failing, rules))
    counts[ctq_id(RECORD, "validity")] = Count(verdict.rows, file.malformed)
    rows = file.failing.filter(pl.col("rule").is_in(_row_rules(by_ctq)))[ROW].n_unique()
    return FileDefects(file.arrival.sha256, file.arrival.name, verdict.rows, rows, counts)


def _rules_by_ctq(file: FileEvidence) -> Mapping[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for rule in file.rule_set.rules:
        if rule.is_enabled:
            found[ctq_id_of(rule)].append(rule.id)
    typed = (t.column for t in file.types if t.type != "text")
    for column in typed:
        # Values that do not take their column's type are set apart whether or not a rule says so.
        found[ctq_id(column, "validity")].append(f"{TYPE_RULE}.{column}")
    if not file.is_readable:
        found["file.validity"].append("file.readable")
    return found


def _failing_rows(failing: pl.DataFrame, rules: Sequence[str]) -> int:
    return failing.filter(pl.col("rule").is_in(list(rules)))[ROW].n_unique()


def _row_rules(by_ctq: Mapping[str, list[str]]) -> list[str]:
    rows = [rule for key, rules in by_ctq.items() if not key.startswith("file.") for rule in rules]
    return [*rows, MALFORMED_RULE]


def rules_of_ctqs(files: Sequence[FileEvidence]) -> Mapping[str, tuple[str, ...]]:
    """By CTQ id, the ids of every rule that measured it in any of the files."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for file in files:
        for key, rules in _rules_by_ctq(file).items():
            found[key].update(rules)
    return {key: tuple(sorted(rules)) for key, rules in found.items()}
