"""Measures the checker itself, as a gauge is measured before anything is measured with it.

What belongs here: repeatability (the same rows twice), reproducibility (a second appraiser), and
misses and false alarms on seeded defects. The gauge is the rule set; the parts are rows.
"""

from collections.abc import Sequence

import numpy as np
import polars as pl

from dmaic_assets.model import Rule, RuleSet
from dmaic_assets.phase_values.measure import CheckerValue, ShareFound
from dmaic_assets.phenomena.contract.rule_kind import FrameContext
from dmaic_assets.phenomena.registry import KINDS
from dmaic_assets.process.measure.second_reader import failing_flags, reads
from dmaic_assets.process.measure.seeded_defects import seed_defects
from dmaic_assets.rules.compile import compile_rules
from dmaic_assets.rules.evaluate import evaluate
from dmaic_assets.sixsigma.msa.agreement import Detection, Share, cohen_kappa, detection_rates


def study_checker(
    sample: pl.DataFrame, rule_set: RuleSet, *, seeded_share: float, rng: np.random.Generator
) -> CheckerValue:
    """Judges a sample again and again: twice, by another appraiser, and with seeded defects.

    Args:
        sample: Typed rows that were accepted; order is irrelevant.
        rule_set: The rules; only enabled row rules on columns that are there are studied.
        seeded_share: The share of clean rows that is made defective, in (0, 1).
        rng: Where those rows are drawn from.
    """
    rules = [r for r in rule_set.rules if _is_studied(r, sample)]
    first, second = _flags(sample, rules), _flags(sample, rules)
    repeated = sum(int((first[r.id] != second[r.id]).sum()) for r in rules)
    ours, theirs = _second_opinion(sample, rules, first)
    clean = sample.filter(~_any(first, sample.height))
    detection, missed = _detection(clean, rules, seeded_share, rng)
    return CheckerValue(
        rows=sample.height,
        rules=len(rules),
        repeat_disagreements=repeated,
        engine_decisions=len(ours),
        engine_disagreements=sum(a != b for a, b in zip(ours, theirs, strict=True)),
        engine_kappa=cohen_kappa(ours, theirs).value if ours else None,
        miss=_share(detection.miss) if detection else None,
        false_alarm=_share(detection.false_alarm) if detection else None,
        kappa=detection.kappa.value if detection else None,
        missed_dimensions=missed,
    )


def _is_studied(rule: Rule, sample: pl.DataFrame) -> bool:
    kind = KINDS.get(rule.kind)
    has_columns = all(name in sample.columns for name in rule.columns)
    # A reference lies in another source, and a type was already given to these rows.
    is_judged_here = rule.kind not in ("inclusion", "type")
    return bool(rule.is_enabled and kind and kind.scope == "row" and has_columns and is_judged_here)


def _flags(frame: pl.DataFrame, rules: Sequence[Rule]) -> dict[str, pl.Series]:
    ctx = FrameContext(schema=dict(frame.schema), row_count=frame.height)
    compiled = compile_rules(RuleSet("study", tuple(rules)), ctx)
    found = {r.rule.id: r.mask for r in evaluate(compiled, frame.lazy(), is_in_memory=True).rows}
    none = pl.repeat(False, frame.height, eager=True, dtype=pl.Boolean)
    masks = {r.id: found.get(r.id) for r in rules}
    return {name: none if mask is None else mask for name, mask in masks.items()}


def _second_opinion(
    sample: pl.DataFrame, rules: Sequence[Rule], first: dict[str, pl.Series]
) -> tuple[list[bool], list[bool]]:
    rows = sample.to_dicts()
    ours: list[bool] = []
    theirs: list[bool] = []
    for rule in rules:
        if reads(rule):
            ours.extend(bool(v) for v in first[rule.id].to_list())
            theirs.extend(failing_flags(rows, rule))
    return ours, theirs


def _any(flags: dict[str, pl.Series], height: int) -> pl.Series:
    result = np.zeros(height, dtype=np.bool_)
    for mask in flags.values():
        result |= mask.to_numpy()
    return pl.Series(result)


def _detection(
    clean: pl.DataFrame, rules: Sequence[Rule], share: float, rng: np.random.Generator
) -> tuple[Detection | None, tuple[str, ...]]:
    if not clean.height:
        return None, ()
    seeded = seed_defects(clean, rules, share=share, rng=rng)
    if not seeded.positions:
        return None, ()
    flagged = _any(_flags(seeded.frame, rules), clean.height).to_list()
    missed = tuple(
        sorted(
            dimension
            for dimension, positions in seeded.positions.items()
            if not all(flagged[p] for p in positions)
        )
    )
    return detection_rates(flagged, seeded.truth()), missed


def _share(share: Share) -> ShareFound | None:
    if share.value is None:
        return None
    low, high = (share.interval.lower, share.interval.upper) if share.interval else (None, None)
    return ShareFound(share.value, share.count, share.trials, low, high)
