"""One unseen feed measured: clean files in a fixed window and rolling, and damaged copies.

Clean: rules of the trusted files judge all later ones. Rolling: every file joins the baseline after
it was accepted or released. Damaged: copies of later files, one column drawn at random for each
copy; only those count whose clean original is not held. A stale copy is a trusted file delivered
again, the newest first, since nothing later was accepted in a fixed window.
"""

import tempfile
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.damage import Damaged
from benchmarks.explaining import is_right
from benchmarks.gating import Gated, facts_of, gate_typed, rules_of, typed_file, typed_of
from benchmarks.rolling import releases
from benchmarks.unseen.columns import Candidates, candidates, draw
from benchmarks.unseen.harder import KINDS
from benchmarks.unseen.still import is_still
from benchmarks.unseen.tables import Table
from dmaic_assets.errors import DmaicError
from dmaic_assets.model import RuleSet
from dmaic_assets.table.types.cast import TypedTable

TRUSTED = 30
LATER = 60
LEAST_FOUND = 0.80  # share of damaged rows that must be set apart (DAMAGE.md)
MOST_LOST = 0.01  # share of other rows that may be set apart beside those of the clean copy


@dataclass(frozen=True, slots=True)
class Amount:
    """How much is done: copies of each kind, later files, the kinds, and whether rolling too."""

    copies: int
    later: int
    kinds: tuple[str, ...]
    is_rolling: bool
    is_verbose: bool = False


@dataclass(slots=True)
class Caught:
    """What one kind of damage came to; causes are counted for caught files with a clean twin."""

    files: int = 0
    caught: int = 0
    told: int = 0
    right: int = 0
    said: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Outcome:
    """What one feed came to."""

    feed: str
    is_still: bool
    files: int = 0
    accepted: int = 0
    lossy: int = 0
    stopped_by: list[str] = field(default_factory=list)
    apart_by: list[str] = field(default_factory=list)
    rolling: int = 0
    released: int = 0
    released_by: list[str] = field(default_factory=list)
    kinds: dict[str, Caught] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)
    elapsed_s: float = 0.0


@dataclass(frozen=True, slots=True)
class _Clean:
    table: pl.DataFrame
    typed: TypedTable
    gated: Gated


@dataclass(frozen=True, slots=True)
class _Trial:
    rules: RuleSet
    trusted: Sequence[pl.DataFrame]
    found: Candidates
    folder: Path
    amount: Amount


def try_feed(table: Table, amount: Amount) -> Outcome:
    """Measures one feed with the product's defaults."""
    started = time.perf_counter()
    files = table.load()
    trusted, later = files[:TRUSTED], files[TRUSTED : TRUSTED + LATER]
    outcome = Outcome(table.name, is_still(trusted, later))
    later = later[: amount.later]
    with tempfile.TemporaryDirectory(prefix="dmaic-unseen-") as name:
        folder = Path(name)
        rules = rules_of(facts_of(trusted, folder / "fixed"), table.name)
        trial = _Trial(rules, trusted, candidates(trusted), folder, amount)
        fine = _judge_clean(trial, later, outcome)
        if amount.is_rolling:
            held, outcome.rolling, by = releases(trusted, later, table.name, folder / "rolling")
            outcome.released, outcome.released_by = len(held), list(by.elements())
        for kind in amount.kinds:
            outcome.kinds[kind] = _damage(trial, fine, kind, outcome)
    outcome.elapsed_s = time.perf_counter() - started
    return outcome


def _judge_clean(
    trial: _Trial, later: Sequence[pl.DataFrame], outcome: Outcome
) -> dict[int, _Clean]:
    """Judges the clean files; gives those that are not held, by number."""
    fine: dict[int, _Clean] = {}
    for number, table in enumerate(later):
        outcome.files += 1
        folder = trial.folder / f"clean-{number}"
        typed = typed_of(table, folder, trial.rules.types)
        gated = gate_typed(typed, trial.rules)
        broken = gated.judgement.verdict.violations
        if gated.is_stopped:
            outcome.stopped_by += [v.rule for v in broken if v.is_broken]
            continue
        outcome.accepted += 1
        if gated.apart.mean() > MOST_LOST:
            outcome.lossy += 1
            outcome.apart_by += [v.rule for v in broken if v.scope == "row"]
        fine[number] = _Clean(table, typed, gated)
    return fine


def _damage(trial: _Trial, fine: dict[int, _Clean], kind: str, outcome: Outcome) -> Caught:
    caught = Caught()
    # The name alone seeds: results do not depend on which other feeds or kinds are run.
    rng = np.random.default_rng(zlib.crc32(f"{outcome.feed}/{kind}".encode()))
    order = rng.permutation(outcome.files).tolist()
    for number in [n for n in order if n in fine][: trial.amount.copies]:
        clean = fine[number]
        on = draw(trial.found, rng)
        source = clean.table
        if kind == "stale":
            source = trial.trusted[-1 - caught.files]
        damaged = KINDS[kind](source, on, rng)
        if damaged is None:
            continue
        caught.files += 1
        gated = _gate(trial, damaged, clean, kind)
        if gated is True or (gated is not False and _is_caught(gated, damaged, clean)):
            caught.caught += 1
            if gated is not True and clean.gated.is_untouched:
                _tell(caught, kind, gated)
        elif trial.amount.is_verbose:
            outcome.missed.append(f"{kind} #{number} {_where(clean.table, damaged)}")
    return caught


def _gate(trial: _Trial, damaged: Damaged, clean: _Clean, kind: str) -> Gated | bool:
    """Judges a damaged copy; True where it is refused outright or read back as it was."""
    folder = trial.folder / "damaged"
    folder.mkdir(exist_ok=True)
    path = folder / "file.csv"
    if damaged.text is None:
        damaged.table.write_csv(path)
    else:
        path.write_text(damaged.text, encoding="utf-8")
    try:
        typed = typed_file(path, folder, trial.rules.types)
        gated = gate_typed(typed, trial.rules)
    except DmaicError:
        return True
    if kind != "stale" and not gated.is_stopped and _is_same(typed, clean.typed):
        return True
    return gated


def _is_same(damaged: TypedTable, clean: TypedTable) -> bool:
    """Whether all values were read back to exactly the original ones."""
    one, other = damaged.lazy.collect(), clean.lazy.collect()
    return one.schema == other.schema and one.equals(other)


def _is_caught(gated: Gated, damaged: Damaged, clean: _Clean) -> bool:
    if gated.is_stopped:
        return True
    rows = damaged.rows
    if rows is None or len(gated.apart) != len(rows):
        return False
    before = np.zeros(len(rows), dtype=np.bool_)
    before[: len(clean.gated.apart)] = clean.gated.apart
    lost = float(gated.apart[~rows].mean()) if (~rows).any() else 0.0
    usual = float(before[~rows].mean()) if (~rows).any() else 0.0
    return float(gated.apart[rows].mean()) >= LEAST_FOUND and lost <= usual + MOST_LOST


def _tell(caught: Caught, kind: str, gated: Gated) -> None:
    causes = [v.cause for v in gated.judgement.verdict.violations if v.cause]
    caught.told += 1
    is_true = bool(causes) and is_right(kind, causes[0])
    caught.right += is_true
    if not is_true:
        caught.said.append(causes[0] if causes else "nothing")


def _where(clean: pl.DataFrame, damaged: Damaged) -> str:
    """Which columns differ, to look a missed copy up."""
    if damaged.text is not None or damaged.table.shape != clean.shape:
        return "(rows or columns)"
    both = zip(clean.columns, damaged.table.columns, strict=True)
    return ",".join(a for a, b in both if not clean[a].equals(damaged.table[b]))
