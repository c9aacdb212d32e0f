"""Analyze: where the defects are, and which groups of rows they come from.

What belongs here: the findings of the phase and their report. Counting is in `defects`, the search
in `root_causes`, the table that is searched in `factor_table`.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dmaic_assets.model import Json, Violation
from dmaic_assets.phase_values.define import Ctq
from dmaic_assets.process.analyze.column_shifts import (
    DistributionShift,
    MissingBySlice,
    distribution_shifts,
    missing_by_slice,
)
from dmaic_assets.process.analyze.explained_variance import FactorVariance, explained_variance
from dmaic_assets.process.analyze.factor_table import FILE, POSITION, SCHEMA, FactorTable
from dmaic_assets.process.analyze.factors import Bools, Factor
from dmaic_assets.process.analyze.five_whys import Why, five_whys
from dmaic_assets.process.analyze.new_values import NewValue, new_values
from dmaic_assets.process.analyze.pareto import ParetoBar, pareto, vital_few
from dmaic_assets.process.analyze.root_causes import Cause, CauseRanking, rank_causes
from dmaic_assets.process.analyze.slice_trends import SliceTrend, later_files, slice_trends
from dmaic_assets.process.analyze.trend import Trend, trend_of
from dmaic_assets.process.analyze.value_differences import ValueDifference, differences_text
from dmaic_assets.process.analyze.variance_ranking import rank_by_variance
from dmaic_assets.process.cycle.phase import Document, PhaseOutput, Table
from dmaic_assets.process.define.ctq import of_unit
from dmaic_assets.process.evidence import SourceEvidence
from dmaic_assets.process.measure.defects import FileDefects, rules_of_ctqs
from dmaic_assets.reports.markdown import md_list, md_text
from dmaic_assets.settings.phases import AnalyzeSettings
from dmaic_assets.store.codec import to_json

# CTQs whose causes are looked for: the vital few (Juran), of which three matter at a time.
_MOST_CTQS = 3
# Trends reported for a CTQ, the strongest.
_MOST_TRENDS = 10


@dataclass(frozen=True, slots=True)
class CtqAnalysis:
    """The causes found for one CTQ, and how much each factor explains as a whole."""

    ctq: Ctq
    bar: ParetoBar
    ranking: CauseRanking
    variances: tuple[FactorVariance, ...]
    trends: tuple[SliceTrend, ...] = ()
    news: tuple[NewValue, ...] = ()


def analyze(
    evidence: SourceEvidence,
    ctqs: Sequence[Ctq],
    history: Sequence[FileDefects],
    table: FactorTable,
    settings: AnalyzeSettings,
    differences: Sequence[ValueDifference] = (),
) -> PhaseOutput[Mapping[str, Json]]:
    """Finds where a source's defects concentrate.

    Args:
        evidence: The judged files; at least one.
        ctqs: What Define fixed.
        history: The defects of all judged files, in arrival order.
        table: Every judged row with its factors.
        settings: The phase's parameters.
        differences: How values of columns with limits differ from file to file.
    """
    rows = of_unit(ctqs, "row")
    bars = pareto({c.id: _defective(c.id, history) for c in rows})
    by_rule, by_file = _by_rule(evidence), _by_file(history)
    few, is_late = vital_few(bars)[:_MOST_CTQS], _later(evidence, table)
    by_id = {c.id: c for c in rows}
    analyses = [_analysis((evidence, table), by_id[b.name], b, is_late, settings) for b in few]
    trend = trend_of([d.defective_rows / d.rows if d.rows else 0.0 for d in history])
    whys = _whys(evidence, analyses)
    changes = _column_changes(table, is_late)
    value: dict[str, Json] = {
        "source": evidence.source,
        "method": settings.method,
        "rows": table.rows,
        "sampled_from": table.sampled_from,
        "pareto": {
            "ctq": to_json(bars),
            "rule": to_json(by_rule),
            "file": to_json(by_file),
        },
        "causes": [_analysis_json(a) for a in analyses],
        "trend": to_json(trend),
        "value_differences": to_json(tuple(differences)),
        "distribution_shifts": to_json(changes[0]),
        "missing_by_slice": to_json(changes[1]),
        "five_whys": to_json(whys),
    }
    text = _text(evidence, analyses, (bars, by_rule, by_file), trend, whys, table)
    documents = (
        Document("analysis.md", text + differences_text(differences) + _change_text(*changes)),
        Document("model.json", json.dumps(value, indent=2, sort_keys=True) + "\n"),
    )
    return PhaseOutput(value, documents, _metrics(analyses, bars))


def _defective(key: str, history: Sequence[FileDefects]) -> int:
    return sum(f.counts[key].defective for f in history if key in f.counts)


def _by_rule(evidence: SourceEvidence) -> tuple[ParetoBar, ...]:
    counts: Counter[str] = Counter()
    for file in evidence.files:
        for violation in file.verdict.violations:
            counts[violation.rule] += violation.rows_failed
    return pareto(counts)


def _by_file(history: Sequence[FileDefects]) -> tuple[ParetoBar, ...]:
    return pareto({d.name: d.defective_rows for d in history})


def _analysis(
    known: tuple[SourceEvidence, FactorTable],
    ctq: Ctq,
    bar: ParetoBar,
    is_late: Bools | None,
    settings: AnalyzeSettings,
) -> CtqAnalysis:
    evidence, table = known
    rules = rules_of_ctqs(evidence.files, ctq.id)
    defective = table.defective(rules)
    # The column at fault tells its own defects apart by definition; that explains nothing.
    factors = table.without([ctq.column])
    ranking = _ranking(factors, defective, settings)
    variances = explained_variance(factors, defective)[:10]
    # The file and its columns' version are what earlier and later mean.
    others = [f for f in factors if f.name not in (FILE, SCHEMA)]
    trends = (
        slice_trends(others, defective, is_late, alpha=settings.alpha)
        if is_late is not None
        else ()
    )
    at = {f.name: f for f in table.factors}
    names = [f.arrival.name for f in evidence.files]
    news = new_values(at.get(ctq.column), at.get(FILE), names, defective)
    return CtqAnalysis(ctq, bar, ranking, variances, trends[:_MOST_TRENDS], news)


def _later(evidence: SourceEvidence, table: FactorTable) -> Bools | None:
    """Which rows belong to later files; None for few files, and for a sample of rows.

    A sample keeps every defective row: its shares are not those of the source.
    """
    file = next((f for f in table.factors if f.name == FILE), None)
    if file is None or table.sampled_from is not None:
        return None
    return later_files([f.arrival.name for f in evidence.files], file)


def _column_changes(
    table: FactorTable, is_late: Bools | None
) -> tuple[tuple[DistributionShift, ...], tuple[MissingBySlice, ...]]:
    """How columns change from earlier to later files, and what goes with missing values.

    A sample keeps every defective row, so that it would tell of defects instead.
    """
    if table.sampled_from is not None:
        return (), ()
    columns = [f for f in table.factors if f.name not in (FILE, SCHEMA, POSITION)]
    shifts = distribution_shifts(columns, is_late) if is_late is not None else ()
    return shifts, missing_by_slice([f for f in table.factors if f.name != SCHEMA])


def _change_text(shifts: Sequence[DistributionShift], missing: Sequence[MissingBySlice]) -> str:
    parts = [
        f"\n## {heading}\n" + md_list([item.words for item in found])
        for heading, found in (
            ("Columns that change over files", shifts),
            ("What goes with missing values", missing),
        )
        if found
    ]
    return "".join(parts)


def _ranking(
    factors: Sequence[Factor], defective: Bools, settings: AnalyzeSettings
) -> CauseRanking:
    most, alpha = settings.max_causes, settings.alpha
    if settings.method == "anova":
        return rank_by_variance(factors, defective, limit=most, alpha=alpha)
    return rank_causes(factors, defective, limit=most, alpha=alpha, with_pairs=settings.pairs)


def _whys(evidence: SourceEvidence, analyses: Sequence[CtqAnalysis]) -> tuple[Why, ...]:
    if not analyses:
        return ()
    first = analyses[0]
    rules = frozenset(rules_of_ctqs(evidence.files, first.ctq.id))
    found: list[tuple[str, Violation]] = [
        (file.arrival.name, violation)
        for file in evidence.files
        for violation in file.verdict.violations
        if violation.rule in rules
    ]
    found.sort(key=lambda item: (-item[1].rows_failed, item[0], item[1].rule))
    owner = first.ctq.owner or evidence.settings.owner or ""
    return five_whys(
        evidence.source,
        top=first.bar,
        violations=found,
        ranking=first.ranking,
        news=first.news,
        owner=owner,
    )


def _metrics(analyses: Sequence[CtqAnalysis], bars: Sequence[ParetoBar]) -> dict[str, float | None]:
    first = analyses[0] if analyses else None
    cause = first.ranking.causes[0] if first and first.ranking.causes else None
    return {
        "ctqs_with_defects": float(len(bars)),
        "causes": float(sum(len(a.ranking.causes) for a in analyses)),
        "top_ctq_share": first.bar.share if first else None,
        "top_cause_lift": cause.lift if cause else None,
        "top_cause_contribution": cause.contribution if cause else None,
        "explained_share": first.ranking.explained if first else None,
    }


def _analysis_json(found: CtqAnalysis) -> Json:
    return {
        "ctq": found.ctq.id,
        "defects": found.ranking.defects,
        "groups_tested": found.ranking.tested,
        "new_values": [{"words": n.words, **_mapping(to_json(n))} for n in found.news],
        "causes": [_cause_json(c) for c in found.ranking.causes],
        "suspects": [_cause_json(c) for c in found.ranking.suspects],
        "explained": found.ranking.explained,
        "factors": to_json(found.variances),
        "slice_trends": to_json(found.trends),
    }


def _cause_json(cause: Cause) -> Json:
    return {"words": cause.words, **_mapping(to_json(cause))}


def _mapping(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


def _text(
    evidence: SourceEvidence,
    analyses: Sequence[CtqAnalysis],
    bars: tuple[Sequence[ParetoBar], Sequence[ParetoBar], Sequence[ParetoBar]],
    trend: Trend | None,
    whys: Sequence[Why],
    table: FactorTable,
) -> str:
    sampled = (
        f" (a sample of {table.rows:,} of {table.sampled_from:,} rows, with every defective one)"
        if table.sampled_from
        else ""
    )
    parts = [
        f"# Analyze: {md_text(evidence.source)}\n\n{table.rows:,} rows were searched{sampled}.\n"
    ]
    for heading, found in zip(("CTQ", "rule", "file"), bars, strict=True):
        parts.append(f"## Pareto by {heading}\n{_pareto_table(heading, found).markdown()}")
    for found in analyses:
        parts.append(f"## Causes of {md_text(found.ctq.id)}\n{_cause_table(found).markdown()}")
        parts.append(f"### Factors as a whole\n{_variance_table(found.variances).markdown()}")
        if found.trends:
            told = md_list([t.words for t in found.trends])
            parts.append(f"### Trends within groups\n{told}")
    if trend is not None:
        parts.append(f"## Trend over files\n{trend.words}\n")
    chain = "".join(
        f"{i}. {md_text(w.question)}\n   {md_text(w.answer)}\n" for i, w in enumerate(whys, 1)
    )
    parts.append(f"## Five whys\n{chain or 'No defect to ask about.' + chr(10)}")
    return "\n".join(parts)


def _pareto_table(heading: str, bars: Sequence[ParetoBar]) -> Table:
    rows = tuple(
        (b.name, f"{b.count:,}", f"{100 * b.share:.1f} %", f"{100 * b.cumulative:.1f} %")
        for b in bars[:12]
    )
    return Table((heading, "defects", "share", "running share"), rows)


def _cause_table(found: CtqAnalysis) -> Table:
    news = [
        (n.words, "cause", "", f"{n.defects:,}", "", f"{100 * n.share:.1f} %", "")
        for n in found.news
    ]
    marked = [
        *((c, "goes with it" if found.news else "cause") for c in found.ranking.causes),
        *((c, "not told from chance") for c in found.ranking.suspects[:2]),
    ]
    rows = tuple(
        (
            cause.words,
            word,
            f"{cause.rows:,}",
            f"{cause.defects:,}",
            f"{cause.lift:,.2f} ({cause.lift_low:,.2f} to {cause.lift_high:,.2f})",
            f"{100 * cause.contribution:.1f} %",
            f"{cause.p_adjusted:.2g}",
        )
        for cause, word in marked
    )
    return Table(
        ("rows with", "is", "rows", "defects", "lift (95 %)", "contribution", "adjusted p"),
        (*news, *rows),
    )


def _variance_table(variances: Sequence[FactorVariance]) -> Table:
    rows = tuple(
        (
            v.factor,
            str(v.levels),
            "" if v.f is None else f"{v.f:,.2f}",
            f"{v.p_adjusted:.2g}",
            f"{v.omega_squared:.4f}",
        )
        for v in variances
    )
    return Table(("factor", "levels", "F", "adjusted p", "omega squared"), rows)
