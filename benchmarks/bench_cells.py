"""Cell-level quality on dirty/clean pairs: rules of a trusted half, and no history at all.

Protocol A: rules are learnt from one half of the clean table (random half, first half, every
other row) and judge the other half of the dirty one; failing cells against true ones (F1), and
failing cells of the clean other half (false cells). Protocol B: `find_cell_errors` on the dirty
table alone, on these pairs and on made ones (made_pairs.py), and false cells of the clean tables.

Usage: python -m benchmarks.bench_cells [FOLDER]   (each subfolder has dirty.csv and clean.csv)
       python -m benchmarks.bench_cells --made | --kept  (made pairs; those for closing figures)
"""

import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from benchmarks import made_pairs
from benchmarks.gating import facts_of, gate, rules_of
from dmaic_assets.improve.cell_errors import find_cell_errors

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "errors"
Cells = set[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Figures:
    """Precision, recall and their harmonic mean."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean; 0 when both are 0."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    def __str__(self) -> str:
        return f"F1 {self.f1:.3f} (precision {self.precision:.3f}, recall {self.recall:.3f})"


def pair_of(folder: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Reads a dirty and a clean table as text, with the dirty one's column names."""
    dirty = pl.read_csv(folder / "dirty.csv", infer_schema=False)
    clean = pl.read_csv(folder / "clean.csv", infer_schema=False)
    clean.columns = dirty.columns
    return dirty, clean


def true_cells(dirty: pl.DataFrame, clean: pl.DataFrame) -> Cells:
    """The cells in which the two tables differ."""
    return {
        (name, int(row))
        for name in dirty.columns
        for row in np.flatnonzero(
            (dirty[name].fill_null("") != clean[name].fill_null("")).to_numpy()
        )
    }


def compared(found: Cells, true: Cells) -> Figures:
    """Precision and recall of the found cells."""
    hits = len(found & true)
    return Figures(hits / len(found) if found else 0.0, hits / len(true) if true else 1.0)


def halves(rows: int) -> Mapping[str, tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
    """Three ways to take a trusted half."""
    shuffled = np.random.default_rng(0).permutation(rows)
    middle = rows // 2
    return {
        "random half": (np.sort(shuffled[:middle]), np.sort(shuffled[middle:])),
        "first half": (np.arange(middle), np.arange(middle, rows)),
        "every other row": (np.arange(0, rows, 2), np.arange(1, rows, 2)),
    }


def trusted_half(dirty: pl.DataFrame, clean: pl.DataFrame, name: str, folder: Path) -> list[float]:
    """Protocol A; returns the F1 of each way of halving."""
    scores: list[float] = []
    for way, (trusted, other) in halves(dirty.height).items():
        rules = rules_of(facts_of([clean[trusted]], folder), name)
        found = _cells(gate(dirty[other], rules, folder).judgement.cells())
        calm = gate(clean[other], rules, folder)
        false = len(_cells(calm.judgement.cells())) / (len(other) * dirty.width)
        figures = compared(found, true_cells(dirty[other], clean[other]))
        decision = calm.judgement.verdict.decision
        print(f"  trusted, {way:15} {figures}; clean half: {decision}, false cells {false:.3%}")
        scores.append(figures.f1)
    return scores


def _cells(frame: pl.DataFrame) -> Cells:
    return {(name, row) for row, name, _ in frame.iter_rows() if name}


def report(root: Path) -> None:
    """Runs both protocols on every pair of a folder."""
    pairs = sorted(p.parent for p in root.glob("*/dirty.csv"))
    if not pairs:
        raise SystemExit(f"{root}: no subfolder with dirty.csv and clean.csv")
    trusted: list[float] = []
    alone: list[float] = []
    with tempfile.TemporaryDirectory(prefix="dmaic-cells-") as folder:
        for pair in pairs:
            dirty, clean = pair_of(pair)
            print(f"{pair.name}: {dirty.height:,} x {dirty.width}")
            trusted.extend(trusted_half(dirty, clean, pair.name, Path(folder)))
            cells = find_cell_errors(dirty).select("column", "row").iter_rows()
            figures = compared({(c, r) for c, r in cells}, true_cells(dirty, clean))
            print(f"  without history         {figures}")
            alone.append(figures.f1)
    print(f"macro F1: trusted half {np.mean(trusted):.3f}, without history {np.mean(alone):.3f}")


def report_made(*, kept: bool) -> None:
    """Protocol B on made pairs, and the false cells of their clean tables."""
    scores: dict[bool, list[float]] = {False: [], True: []}
    false: list[float] = []
    for name, dirty, clean in made_pairs.pairs(kept=kept):
        cells = find_cell_errors(dirty).select("column", "row").iter_rows()
        figures = compared({(c, r) for c, r in cells}, true_cells(dirty, clean))
        scores[name.endswith("copy")].append(figures.f1)
        false.append(find_cell_errors(clean).height / (clean.height * clean.width))
        print(f"{name:40} {figures}; clean: false cells {false[-1]:.3%}", flush=True)
    print(
        f"macro F1: independent errors {np.mean(scores[False]):.3f}, claims of sources"
        f" {np.mean(scores[True]):.3f}; false cells of clean tables {np.mean(false):.3%},"
        f" most {max(false):.3%}"
    )


def main() -> None:
    """Takes the folder, or which made pairs, from the command line."""
    what = sys.argv[1] if len(sys.argv) > 1 else ""
    if what in {"--made", "--kept"}:
        report_made(kept=what == "--kept")
    else:
        report(Path(what) if what else FOLDER)


if __name__ == "__main__":
    main()
