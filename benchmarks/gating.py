"""The product's own path for benchmarks: bytes in, facts, rules and verdicts out."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from dmaic_assets.gate.arrived import facts_with, judged_facts
from dmaic_assets.gate.judge import Judgement, judge
from dmaic_assets.gate.release import holding_rules, open_thresholds, without_rules
from dmaic_assets.history.apart import SortedApart
from dmaic_assets.history.facts import FileFacts
from dmaic_assets.model import ColumnType, RuleSet, Thresholds
from dmaic_assets.rules.learn import BUDGET, learn_rules
from dmaic_assets.rules.recurring import Back, as_arrived
from dmaic_assets.settings.project import (
    IntakeSettings,
    NullTokenSettings,
    ReadOptions,
    SourceSettings,
)
from dmaic_assets.table.read.discovery import source_file
from dmaic_assets.table.read.source_file import read_table
from dmaic_assets.table.types.cast import TypedTable, apply_types
from dmaic_assets.table.types.infer import infer_columns
from dmaic_assets.table.types.null_tokens import null_tokens
from dmaic_assets.table.types.union import common_types, is_same_reading

INTAKE = IntakeSettings()
TOKENS = null_tokens(NullTokenSettings())
OPTIONS = ReadOptions()


@dataclass(frozen=True, slots=True)
class Gated:
    """A judgement, and which rows of the table it sets apart."""

    judgement: Judgement
    apart: npt.NDArray[np.bool_]

    @property
    def is_stopped(self) -> bool:
        """Whether the file is held whole."""
        return self.judgement.verdict.decision == "reject"

    @property
    def is_untouched(self) -> bool:
        """Whether every row is accepted."""
        return self.judgement.verdict.decision == "accept"


def typed_of(table: pl.DataFrame, folder: Path, expected: Sequence[ColumnType]) -> TypedTable:
    """Writes a table as CSV and takes it through reading, types and casts."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "file.csv"
    table.write_csv(path)
    return typed_file(path, folder, expected)


def typed_file(path: Path, staging: Path, expected: Sequence[ColumnType]) -> TypedTable:
    """Takes a file through reading, types and casts."""
    read = read_table(source_file(path, source="bench"), OPTIONS, INTAKE, staging=staging)
    types = infer_columns(
        read, overrides={}, expected=expected, options=OPTIONS, null_tokens=TOKENS
    ).types
    return apply_types(read, types)


def facts_of(tables: Sequence[pl.DataFrame], folder: Path) -> list[FileFacts]:
    """Collects the facts of trusted files, as the CLI does."""
    return History().facts_of(trusted_files(tables, folder))


def trusted_files(tables: Sequence[pl.DataFrame], folder: Path) -> "list[Kept]":
    """Reads trusted files, all under the types that read all of them, as the CLI does."""
    own = [typed_of(table, folder, ()) for table in tables]
    types = common_types([typed.types for typed in own])
    pairs = zip(tables, own, strict=True)
    typed = [_under(table, typed, types, folder) for table, typed in pairs]
    return [Kept(t, gate_typed(t, RuleSet("bench", ()))) for t in typed]


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is history: as it was typed, and what was set apart from it."""

    typed: TypedTable
    gated: Gated


class History:
    """Files as the product learns from them: what comes back in file after file is put back."""

    def __init__(self) -> None:
        self._taken: dict[int, tuple[FileFacts, SortedApart]] = {}

    def facts_of(self, files: Sequence[Kept]) -> list[FileFacts]:
        """Gives the facts of files in their order; those of the same file are taken once."""
        for kept in files:
            if id(kept) not in self._taken:
                self._taken[id(kept)] = judged_facts(kept.typed, kept.gated.judgement)

        def measure(place: int, back: Back) -> FileFacts:
            kept = files[place]
            typed = kept.typed
            if back.types:
                wider = {t.column: t for t in back.types}
                typed = apply_types(typed.table, [wider.get(t.column, t) for t in typed.types])
            return facts_with(typed, self._taken[id(kept)][1], back)

        return as_arrived([self._taken[id(kept)][0] for kept in files], measure)


def _under(
    table: pl.DataFrame, typed: TypedTable, types: Sequence[ColumnType], folder: Path
) -> TypedTable:
    same = is_same_reading(typed.types, types)
    return typed if same else typed_of(table, folder, types)


def rules_of(facts: Sequence[FileFacts], name: str, *, budget: float = BUDGET) -> RuleSet:
    """Learns with the product's defaults."""
    return learn_rules(facts, source=SourceSettings(name=name), budget=budget)


def gate(table: pl.DataFrame, rules: RuleSet, folder: Path) -> Gated:
    """Judges a table by the product's default thresholds."""
    return gate_typed(typed_of(table, folder, rules.types), rules)


def gate_typed(typed: TypedTable, rules: RuleSet) -> Gated:
    """Judges a table that has been read and typed under the rules."""
    return _gated(judge(typed, rules, Thresholds(), examples=3))


def released(typed: TypedTable, rules: RuleSet) -> Gated:
    """Judges a table as a released one: what held it does not count, nor do thresholds."""
    held = holding_rules(judge(typed, rules, Thresholds(), examples=0).verdict)
    open_ = open_thresholds(Thresholds())
    return _gated(judge(typed, without_rules(rules, held), open_, examples=0))


def _gated(judgement: Judgement) -> Gated:
    apart = np.zeros(judgement.verdict.rows, dtype=np.bool_)
    apart[judgement.quarantined_rows.to_numpy()] = True
    return Gated(judgement, apart)
