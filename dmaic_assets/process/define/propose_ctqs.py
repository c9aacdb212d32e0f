"""Proposes CTQs from rules and history: what is measured, its limit, and how sure we are.

What belongs here: one proposal per column and dimension that any enabled rule measures, most
important first. What people say of them comes later, in `charter`.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from scipy import stats

from dmaic_assets.model import SEVERITIES, Json, Rule, RuleSet
from dmaic_assets.phase_values.define import Ctq, CtqUnit, Dimension
from dmaic_assets.phenomena.registry import KINDS
from dmaic_assets.process.define.ctq import RECORD, ctq_id, ctq_id_of, dimension_of, unit_of
from dmaic_assets.process.measure.defects import FileDefects
from dmaic_assets.settings.project import SourceSettings
from dmaic_assets.work.kept_back.values import description_of

_RECORD_CTQ = ctq_id(RECORD, "validity")
# One-sided level of the bound on the usual share (Clopper & Pearson 1934).
_CONFIDENCE = 0.95
# The largest share that a proposal allows where history is too short to show that less is usual.
_MOST_ALLOWED: Mapping[CtqUnit, float] = {"row": 0.05, "file": 0.2}
_FILE_WORDS: Mapping[Dimension, str] = {
    "schema": "columns arrive as expected",
    "volume": "number of rows is as usual",
    "timeliness": "period and arrival are as expected",
    "mix": "values are distributed as usual",
    "completeness": "share of missing values is as usual",
    "uniqueness": "share of repeated rows is as usual",
    "validity": "the file as a whole is valid",
    "consistency": "the file as a whole is consistent",
}


def propose_ctqs(
    rules: RuleSet,
    history: Sequence[FileDefects],
    source: SourceSettings,
    *,
    limit: int,
    hidden: frozenset[str] = frozenset(),
) -> tuple[Ctq, ...]:
    """Proposes the CTQs of a source.

    The upper limit of a CTQ is the upper 95 % bound (Clopper-Pearson) of the share of defective
    units in the accepted files, so that a process that stays as it was stays within it. Few units
    bound next to nothing, and what bounds nothing is no limit: then 5 % of rows or 20 % of files
    are allowed, or the share seen so far if that is more.

    Args:
        rules: The newest rule set.
        history: The defects of the accepted files, in arrival order.
        source: What configuration says of the source.
        limit: How many at most; the most important ones are kept.
        hidden: Columns that tell of persons: nothing is said of what was learnt from their values.
    """
    grouped: defaultdict[str, list[Rule]] = defaultdict(list)
    for rule in rules.rules:
        if rule.is_enabled:
            grouped[ctq_id_of(rule)].append(rule)
    proposals = [
        _proposal(key, found, rules, history, source, hidden) for key, found in grouped.items()
    ]
    proposals.append(_record(history, source, len(rules.baseline)))
    ranks = {ctq.id: _rank(ctq, grouped.get(ctq.id, [])) for ctq in proposals}
    ordered = sorted(proposals, key=lambda ctq: ranks[ctq.id])
    return tuple(sorted(ordered[:limit], key=lambda ctq: (ctq.unit != "row", ranks[ctq.id])))


def _proposal(
    key: str,
    rules: Sequence[Rule],
    rule_set: RuleSet,
    history: Sequence[FileDefects],
    source: SourceSettings,
    hidden: frozenset[str],
) -> Ctq:
    first = rules[0]
    dimension = dimension_of(first.kind)
    kind = KINDS.get(first.kind)
    unit = unit_of(kind.scope if kind is not None else "row")
    column = "" if unit == "file" else key.removesuffix(f".{dimension}")
    said = [rule for rule in rules if rule.origin != "learnt"]
    declared = _bounds(said)
    has_specification = declared != (None, None)
    # Bounds that were learnt lie where the least and the greatest value of somebody lie.
    learnt = (None, None) if column in hidden else _bounds(rules)
    low, high = declared if has_specification else learnt
    files = len(rule_set.baseline)
    return Ctq(
        id=key,
        name=_FILE_WORDS[dimension] if unit == "file" else f"{dimension} of {column}",
        dimension=dimension,
        unit=unit,
        column=column,
        rules=tuple(sorted(rule.id for rule in rules)),
        upper_limit=_upper_limit(key, unit, history),
        lower_spec=low,
        upper_spec=high,
        has_specification=has_specification,
        measured_in=f"share of {unit}s",
        owner=source.owner or "",
        is_critical=any(rule.severity == "critical" for rule in rules)
        or column in source.primary_key,
        confidence=1.0 if said else _confidence(rules, files),
        why=_why(rules, files, hidden, by_hand=bool(said)),
    )


def _record(history: Sequence[FileDefects], source: SourceSettings, files: int) -> Ctq:
    return Ctq(
        id=_RECORD_CTQ,
        name="records that fit their header",
        dimension="validity",
        unit="row",
        column="",
        rules=("sanity.malformed_rows",),
        upper_limit=_upper_limit(_RECORD_CTQ, "row", history),
        owner=source.owner or "",
        is_critical=True,
        confidence=_confidence((), files),
        why="a record that cannot be read is lost whatever its values are",
    )


def _bounds(rules: Sequence[Rule]) -> tuple[float | None, float | None]:
    """The narrowest bounds that the range rules put on the column's values."""
    lows = [_number(r.parameters.get("min")) for r in rules if r.kind == "range"]
    highs = [_number(r.parameters.get("max")) for r in rules if r.kind == "range"]
    return (
        max((v for v in lows if v is not None), default=None),
        min((v for v in highs if v is not None), default=None),
    )


def _number(value: Json) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value)


def _upper_limit(key: str, unit: CtqUnit, history: Sequence[FileDefects]) -> float:
    counted = [f.counts[key] for f in history if key in f.counts]
    units, defective = sum(c.units for c in counted), sum(c.defective for c in counted)
    if not units:
        return _MOST_ALLOWED[unit]
    if defective >= units:
        return 1.0
    bound = float(stats.beta.ppf(_CONFIDENCE, defective + 1, units - defective))
    return float(f"{min(bound, max(_MOST_ALLOWED[unit], defective / units)):.3g}")


def _confidence(rules: Sequence[Rule], files: int) -> float:
    """How well history supports a proposal: more files, less doubt (rule of succession)."""
    rates = [_number(r.evidence.get("stop_rate")) for r in rules]
    worst = max((rate for rate in rates if rate is not None), default=0.0)
    return round((files + 1) / (files + 2) * (1.0 - min(1.0, worst)), 3) if files else 0.5


def _why(rules: Sequence[Rule], files: int, hidden: frozenset[str], *, by_hand: bool) -> str:
    words = sorted({description_of(r, hidden) for r in rules if r.kind in KINDS})
    shown = "; ".join(words[:3]) + (f"; and {len(words) - 3} more" if len(words) > 3 else "")
    learnt = "written by hand" if by_hand else f"learnt from {files} accepted files"
    return f"{shown} ({learnt})"


def _rank(ctq: Ctq, rules: Sequence[Rule]) -> tuple[int, int, float, str]:
    severity = min((SEVERITIES.index(r.severity) for r in rules), default=len(SEVERITIES))
    return (0 if ctq.is_critical else 1, severity, -ctq.confidence, ctq.id)
