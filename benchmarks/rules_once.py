"""Sixty rules on one Parquet file, with failing rows: the program that `bench_rules` measures.

`evaluate` gives every rule's failing rows as positions; `judge` gives the verdict as well, with
examples, causes, and the rows to set apart.
"""

import sys
from pathlib import Path

import polars as pl

from benchmarks.rules60 import specs
from dmaic_assets.gate.judge import judge
from dmaic_assets.model import Rule, RuleSet, SourceFile, Thresholds
from dmaic_assets.phenomena.contract.rule_kind import FrameContext
from dmaic_assets.rules.compile import compile_rules
from dmaic_assets.rules.evaluate import evaluate
from dmaic_assets.table.text_table import SourceTable
from dmaic_assets.table.types.cast import FAILED_CASTS_SCHEMA, TypedTable


def rule_set() -> RuleSet:
    """The sixty rules."""
    return RuleSet(
        "orders",
        tuple(
            Rule(f"{i}.{s.kind}", s.kind, s.columns, "medium", "hand", s.parameters)
            for i, s in enumerate(specs())
        ),
    )


def evaluated(path: Path) -> int:
    """Evaluates and counts the failing row positions of all rules."""
    frame = pl.read_parquet(path)
    ctx = FrameContext(dict(frame.schema), frame.height)
    evaluation = evaluate(compile_rules(rule_set(), ctx), frame.lazy())
    return sum(len(r.mask.arg_true()) for r in evaluation.rows if r.mask is not None)


def judged(path: Path) -> int:
    """Judges and counts the rows to set apart."""
    frame = pl.read_parquet(path)
    file = SourceFile("orders", path, "0" * 64, path.stat().st_size, "parquet")
    table = SourceTable(file, None, frame.lazy(), tuple(frame.columns), frame.height, is_text=False)
    typed = TypedTable(table, (), frame.lazy(), FAILED_CASTS_SCHEMA.to_frame())
    return len(judge(typed, rule_set(), Thresholds()).quarantined_rows)


def main() -> None:
    work = {"evaluate": evaluated, "judge": judged}[sys.argv[1]]
    print(work(Path(sys.argv[2])))


if __name__ == "__main__":
    main()
