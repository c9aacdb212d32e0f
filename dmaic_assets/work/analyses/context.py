"""Everything known of accepted tables in one document, for people and language models alike.

What belongs here: what is told, and what is kept back: no value of a sensitive column, nor of one
that holds keys or free text. The same rows and settings give the same document.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dmaic_assets.analysis.semantic.people import is_full_name
from dmaic_assets.analysis.study import ALL_TABLES, ValueT
from dmaic_assets.analysis.values.business_cycles import BusinessCyclesValue
from dmaic_assets.analysis.values.entropy import ColumnUncertainty, EntropyValue, TableUncertainty
from dmaic_assets.analysis.values.held import Held
from dmaic_assets.analysis.values.quality_summary import Matter, QualitySummaryValue, TableQuality
from dmaic_assets.analysis.values.relationships import ForeignKey, RelationshipsValue
from dmaic_assets.analysis.values.semantic import ColumnMeaning, SemanticValue
from dmaic_assets.analysis.values.statistics import ColumnStatistics, StatisticsValue
from dmaic_assets.model import Json, Scalar
from dmaic_assets.settings.project import Settings
from dmaic_assets.store.codec import to_json
from dmaic_assets.work.analyses.accepted import accepted_tables
from dmaic_assets.work.analyses.analyze import Analysed, by_analysis
from dmaic_assets.work.analyses.known import AnalysisResult
from dmaic_assets.work.run.platform import Platform

# Most frequent values told of a column to group by (R37).
_TOP_VALUES = 10
# Readings of a column from here on are told with their reason.
_WORTH_TELLING = 0.3
# Resolutions told of a table: the best ones.
_RESOLUTIONS = 10
# Share of the most frequent texts from which they may be persons': one name is one too many, and a
# category may have two words.
_LIKE_NAMES = 0.5
# What is told field by field; every other analysis of a table stands in the document whole.
_TOLD_ELSEWHERE = frozenset({"statistics", "semantic"})


@dataclass(frozen=True)
class _Table:
    """What came of one table."""

    name: str
    results: Sequence[AnalysisResult]
    columns: Sequence[str]
    held: Held

    def of(self, kind: type[ValueT]) -> ValueT | None:
        """The value of an analysis; None where it was not made."""
        values = (r.outcome.value for r in self.results)
        return next((value for value in values if isinstance(value, kind)), None)


def context_document(
    platform: Platform, made: Analysed, sources: Sequence[str] = ()
) -> dict[str, Json]:
    """Puts together what is known; columns stand in the order of their table.

    Args:
        platform: What people say of sources, and the accepted rows.
        made: What all analyses came to, and which failed: the document says what is missing.
        sources: The tables that are told of; all where none is named.

    Raises:
        BadInputError: A named source has no accepted rows.
    """
    settings = platform.settings
    results = [r for of_it in by_analysis(made.results).values() for r in of_it]
    wide = [r for r in results if r.table == ALL_TABLES]
    tables = [
        _table(
            settings,
            _Table(
                name,
                [*(r for r in results if r.table == name), *wide],
                # The rows of one that nothing could be made of may be unreadable.
                table.columns() if any(r.table == name for r in results) else (),
                table.held,
            ),
        )
        for name, table in accepted_tables(platform, sources).tables.items()
    ]
    summary = next((v for r in wide if isinstance(v := r.outcome.value, QualitySummaryValue)), None)
    matters = [m for m in summary.matters if not sources or m.table in sources] if summary else []
    return {
        "project": settings.dmaic.project,
        "run": max((r.run_id for r in results), default=None),
        "matters": [_matter(m) for m in matters],
        "tables": list[Json](tables),
        "failures": [
            f.words for f in made.failures if not sources or f.table in (ALL_TABLES, *sources)
        ],
    }


def _table(settings: Settings, table: _Table) -> dict[str, Json]:
    source = settings.source(table.name)
    meanings, summary = table.of(SemanticValue), table.of(QualitySummaryValue)
    statistics, entropy = table.of(StatisticsValue), table.of(EntropyValue)
    quality = summary.tables.get(table.name) if summary else None
    uncertainty = entropy.tables.get(table.name) if entropy else None
    return {
        "name": table.name,
        "description": source.description,
        "owner": source.owner,
        "criticality": source.criticality,
        "time_column": source.time_column,
        "one_row_is": meanings.entity if meanings else None,
        "rows": statistics.rows if statistics else None,
        "quarantined_rows": table.held.rows,
        "quarantined_files": table.held.files,
        "columns": list(_columns(table, statistics, meanings, uncertainty)),
        **_links(table),
        "quality": _quality(quality) if quality else None,
        "matters": [_matter(m) for m in quality.matters] if quality else [],
        "uncertainty": _uncertainty(uncertainty) if uncertainty else None,
        "findings": list(_findings(table)),
        "analyses": {
            r.analysis: to_json(r.outcome.value)
            for r in table.results
            if r.table == table.name and r.analysis not in _TOLD_ELSEWHERE
        },
        "cycles": _cycles(table),
    }


def _cycles(table: _Table) -> list[Json]:
    """The business cycles that go through a table."""
    known = table.of(BusinessCyclesValue)
    cycles = known.cycles if known else ()
    return [to_json(c) for c in cycles if table.name in (c.table, *c.tables)]


def _columns(
    table: _Table,
    statistics: StatisticsValue | None,
    meanings: SemanticValue | None,
    uncertainty: TableUncertainty | None,
) -> Iterator[Json]:
    for name in table.columns:
        facts = statistics.columns.get(name) if statistics else None
        if facts is None:
            continue
        meaning = meanings.columns.get(name) if meanings else None
        unsure = uncertainty.columns.get(name) if uncertainty else None
        profile = facts.profile
        yield {
            "name": name,
            "type": profile.type,
            **(_meaning(meaning) if meaning else {}),
            "null_share": profile.null_share,
            "distinct": profile.distinct_count,
            "is_unique": profile.is_unique,
            "aside": facts.aside or None,
            "values": _values(facts, meaning),
            "uncertainty": _of_column(unsure) if unsure else None,
        }


def _meaning(meaning: ColumnMeaning) -> dict[str, Json]:
    return {
        "role": meaning.role,
        "semantic_type": meaning.semantic_type,
        "confidence": meaning.confidence,
        "business_name": meaning.business_name,
        "description": meaning.description,
        "concept": meaning.concept,
        "entity": meaning.entity,
        "unit": meaning.unit,
        "behaviour": meaning.behaviour,
        "is_sensitive": meaning.is_sensitive,
    }


def _values(facts: ColumnStatistics, meaning: ColumnMeaning | None) -> dict[str, Json] | None:
    """What values of a column may be told: of measures and times their range, of groups the most.

    None is of a sensitive column, nor of one of which nobody told what it means: texts that read
    like names of persons are kept back until somebody does.
    """
    if meaning is None or meaning.is_sensitive:
        return None
    profile, role = facts.profile, meaning.role
    if not _is_told(meaning) and _are_like_names([v.value for v in profile.top_values]):
        return None
    if role == "dimension":
        top = [(v.value, v.count) for v in profile.top_values[:_TOP_VALUES]]
        return {"top": [{"value": value, "rows": count} for value, count in top]}
    if role not in ("measure", "timestamp"):
        return None
    return {
        "minimum": to_json(profile.minimum),
        "maximum": to_json(profile.maximum),
        "mean": profile.mean,
        "std": profile.std,
        "quantiles": to_json(profile.quantiles),
    }


def _is_told(meaning: ColumnMeaning) -> bool:
    """Whether values or settings say what a column means."""
    said = any(e.witness == "override" for e in meaning.evidence)
    return said or meaning.semantic_type is not None


def _are_like_names(values: Sequence[Scalar]) -> bool:
    texts = [value for value in values if isinstance(value, str)]
    return sum(map(is_full_name, texts)) > _LIKE_NAMES * len(texts)


def _of_column(unsure: ColumnUncertainty) -> dict[str, Json]:
    why: list[Json] = [r.text for r in unsure.readings if r.score >= _WORTH_TELLING]
    return {"score": unsure.score, "why": why}


def _links(table: _Table) -> dict[str, Json]:
    known, name = table.of(RelationshipsValue), table.name
    if known is None:
        return {"keys": [], "refers_to": [], "referred_to_by": []}
    keys = [k for k in known.keys if k.table == name]
    return {
        "keys": [{"columns": list(k.columns), "is_primary": k.is_primary} for k in keys],
        "refers_to": [_link(k) for k in known.foreign_keys if k.table == name],
        "referred_to_by": [_link(k) for k in known.foreign_keys if k.ref_table == name],
    }


def _link(link: ForeignKey) -> dict[str, Json]:
    """One reference, without examples of what leads nowhere."""
    return {
        "table": link.table,
        "columns": list(link.columns),
        "ref_table": link.ref_table,
        "ref_columns": list(link.ref_columns),
        "cardinality": link.cardinality,
        "confidence": link.confidence,
        "orphan_share": link.orphan_share,
    }


def _quality(table: TableQuality) -> Json:
    dimensions = to_json(table.dimensions)
    return {"score": table.score, "grade": table.grade, "dimensions": dimensions}


def _uncertainty(table: TableUncertainty) -> Json:
    contracts: list[Json] = [
        {"use": v.use, "light": v.light, "compliance": v.compliance} for v in table.contracts
    ]
    return {
        "score": table.score,
        "readiness": table.readiness,
        "layers": to_json(table.layers),
        "intents": to_json(table.intents),
        "behaviour": to_json(table.behaviour),
        "contracts": contracts,
        "resolutions": [r.text for r in table.resolutions[:_RESOLUTIONS]],
    }


def _findings(table: _Table) -> Iterator[Json]:
    for result in table.results:
        for finding in result.outcome.findings:
            if finding.table == table.name:
                yield {
                    "analysis": result.analysis,
                    "columns": list(finding.columns),
                    "metric": finding.metric,
                    "value": finding.value,
                    "unit": finding.unit,
                    "weight": finding.weight,
                    "text": finding.text,
                }


def _matter(matter: Matter) -> Json:
    return {
        "analysis": matter.analysis,
        "table": matter.table,
        "columns": list(matter.columns),
        "weight": matter.weight,
        "text": matter.text,
    }
