"""Analyze: where the defects are, and which groups of rows they come from.

What belongs here: the findings of the phase and their report. Counting is in `defects`, the search
in `root_causes`, the table that is searched in `factor_table`.
"""

import json
from collections import Counter
from collections.abc import Sequence

from dmaic_assets.model import Violation
from dmaic_assets.phase_values.analyze import (
    AnalyzeValue,
    CtqCauses,
    DistributionShift,
    FactorVariance,
    JointEffect,
    MissingBySlice,
    ParetoBar,
    ParetoCharts,
    ValueDifference,
    Why,
)
from dmaic_assets.phase_values.define import Ctq
from dmaic_assets.process.analyze.column_shifts import distribution_shifts, missing_by_slice
from dmaic_assets.process.analyze.explained_variance import explained_variance
from dmaic_assets.process.analyze.factor_table import FILE, POSITION, SCHEMA, FactorTable
from dmaic_assets.process.analyze.factors import Bools, Factor
from dmaic_assets.process.analyze.five_whys import five_whys
from dmaic_assets.process.analyze.joint_causes import joint_effects
from dmaic_assets.process.analyze.new_values import new_values
from dmaic_assets.process.analyze.pareto import pareto, vital_few
from dmaic_assets.process.analyze.root_causes import CauseRanking, rank_causes
from dmaic_assets.process.analyze.trends import later_files, slice_trends, trend_of
from dmaic_assets.process.analyze.value_differences import differences_text
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


def analyze(
    evidence: SourceEvidence,
    ctqs: Sequence[Ctq],
    history: Sequence[FileDefects],
    table: FactorTable,
    settings: AnalyzeSettings,
    differences: Sequence[ValueDifference] = (),
) -> PhaseOutput[AnalyzeValue]:
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
    few, is_late = vital_few(bars)[:_MOST_CTQS], _later(evidence, table)
    by_id = {c.id: c for c in rows}
    analyses = [_causes_of((evidence, table), by_id[b.name], is_late, settings) for b in few]
    shifts, missing = _column_changes(table, is_late)
    value = AnalyzeValue(
        source=evidence.source,
        method=settings.method,
        rows=table.rows,
        sampled_from=table.sampled_from,
        pareto=ParetoCharts(bars, _by_rule(evidence), _by_file(history)),
        causes=tuple(analyses),
        trend=trend_of([d.defective_rows / d.rows if d.rows else 0.0 for d in history]),
        value_differences=tuple(differences),
        distribution_shifts=shifts,
        missing_by_slice=missing,
        five_whys=_whys(evidence, by_id[few[0].name], few[0], analyses[0]) if few else (),
    )
    documents = (
        Document("analysis.md", _text(value)),
        Document("model.json", json.dumps(to_json(value), indent=2, sort_keys=True) + "\n"),
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


def _causes_of(
    known: tuple[SourceEvidence, FactorTable],
    ctq: Ctq,
    is_late: Bools | None,
    settings: AnalyzeSettings,
) -> CtqCauses:
    evidence, table = known
    rules = rules_of_ctqs(evidence.files).get(ctq.id, ())
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
    return CtqCauses(
        ctq=ctq.id,
        defects=ranking.defects,
        groups_tested=ranking.tested,
        new_values=news,
        causes=ranking.causes,
        suspects=ranking.suspects,
        explained=ranking.explained,
        factors=variances,
        slice_trends=trends[:_MOST_TRENDS],
        joint=joint_effects(ranking.causes, factors, defective),
    )


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


def _whys(evidence: SourceEvidence, ctq: Ctq, top: ParetoBar, causes: CtqCauses) -> tuple[Why, ...]:
    rules = frozenset(rules_of_ctqs(evidence.files).get(ctq.id, ()))
    found: list[tuple[str, Violation]] = [
        (file.arrival.name, violation)
        for file in evidence.files
        for violation in file.verdict.violations
        if violation.rule in rules
    ]
    found.sort(key=lambda item: (-item[1].rows_failed, item[0], item[1].rule))
    owner = ctq.owner or evidence.settings.owner or ""
    return five_whys(evidence.source, top=top, violations=found, found=causes, owner=owner)


def _metrics(causes: Sequence[CtqCauses], bars: Sequence[ParetoBar]) -> dict[str, float | None]:
    first = causes[0] if causes else None
    cause = first.causes[0] if first and first.causes else None
    return {
        "ctqs_with_defects": float(len(bars)),
        "causes": float(sum(len(c.causes) for c in causes)),
        "top_ctq_share": bars[0].share if bars else None,
        "top_cause_lift": cause.lift if cause else None,
        "top_cause_contribution": cause.contribution if cause else None,
        "explained_share": first.explained if first else None,
    }


def _text(value: AnalyzeValue) -> str:
    sampled = (
        f" (a sample of {value.rows:,} of {value.sampled_from:,} rows, with every defective one)"
        if value.sampled_from
        else ""
    )
    parts = [f"# Analyze: {md_text(value.source)}\n\n{value.rows:,} rows were searched{sampled}.\n"]
    charts = (("CTQ", value.pareto.ctq), ("rule", value.pareto.rule), ("file", value.pareto.file))
    for heading, bars in charts:
        parts.append(f"## Pareto by {heading}\n{_pareto_table(heading, bars).markdown()}")
    for found in value.causes:
        parts.append(f"## Causes of {md_text(found.ctq)}\n{_cause_table(found).markdown()}")
        if found.joint:
            parts.append(f"### Causes together\n{_joint_table(found.joint).markdown()}")
        parts.append(f"### Factors as a whole\n{_variance_table(found.factors).markdown()}")
        if found.slice_trends:
            told = md_list([t.words for t in found.slice_trends])
            parts.append(f"### Trends within groups\n{told}")
    if value.trend is not None:
        parts.append(f"## Trend over files\n{value.trend.words}\n")
    chain = "".join(
        f"{i}. {md_text(w.question)}\n   {md_text(w.answer)}\n"
        for i, w in enumerate(value.five_whys, 1)
    )
    parts.append(f"## Five whys\n{chain or 'No defect to ask about.' + chr(10)}")
    changes = _change_text(value.distribution_shifts, value.missing_by_slice)
    return "\n".join(parts) + differences_text(value.value_differences) + changes


def _pareto_table(heading: str, bars: Sequence[ParetoBar]) -> Table:
    rows = tuple(
        (b.name, f"{b.count:,}", f"{100 * b.share:.1f} %", f"{100 * b.cumulative:.1f} %")
        for b in bars[:12]
    )
    return Table((heading, "defects", "share", "running share"), rows)


def _cause_table(found: CtqCauses) -> Table:
    news = [
        (n.words, "cause", "", f"{n.defects:,}", "", f"{100 * n.share:.1f} %", "")
        for n in found.new_values
    ]
    marked = [
        *((c, "goes with it" if found.new_values else "cause") for c in found.causes),
        *((c, "not told from chance") for c in found.suspects[:2]),
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


def _joint_table(effects: Sequence[JointEffect]) -> Table:
    rows = tuple(
        (
            e.words,
            "holds" if e.holds else "follows from the others",
            f"{e.odds_ratio:,.3g} ({e.low:,.3g} to {e.high:,.3g})",
            f"{e.p:.2g}",
        )
        for e in effects
    )
    return Table(("rows with", "beside the others", "odds ratio (95 %)", "p"), rows)


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
