"""Scores of a table by dimension, from what other analyses came to.

What belongs here: what counts for a dimension. A dimension that nothing tells has no score.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from dmaic_assets.analysis.study import ALL_TABLES, Study, Value, ValueT
from dmaic_assets.analysis.values.business_cycles import BusinessCyclesValue
from dmaic_assets.analysis.values.correlations import CorrelationsValue
from dmaic_assets.analysis.values.quality_summary import Dimension, DimensionScore
from dmaic_assets.analysis.values.relationships import RelationshipsValue
from dmaic_assets.analysis.values.semantic import SemanticValue
from dmaic_assets.analysis.values.statistical_quality import StatisticalQualityValue
from dmaic_assets.analysis.values.statistics import StatisticsValue
from dmaic_assets.analysis.values.temporal import TemporalValue
from dmaic_assets.analysis.values.validation import ValidationValue
from dmaic_assets.table.spelled_numbers import percent, plural

# Share of empty cells from which a column is one that may be empty.
_MOSTLY_EMPTY = 0.5


def kept(broken: float) -> float:
    """The score of what should have no exception, of which a share has one: 1 less its root.

    1 % is .9 and 5 % .78: to a table of which every tenth row is wrong nobody gives a good grade.
    So uncertainty counts faults, too.
    """
    return 1 - math.sqrt(min(max(broken, 0.0), 1.0))


@dataclass(frozen=True)
class Known:
    """What is known of one table."""

    table: str
    values: Sequence[Value]

    def of(self, kind: type[ValueT]) -> ValueT | None:
        """What an analysis came to, by the type of its value; None where it was not made."""
        return next((value for value in self.values if isinstance(value, kind)), None)


def known_of(study: Study, table: str) -> Known:
    """Gathers what is known of a table: of itself, or of all together."""
    found = [
        values[key]
        for values in study.known.values()
        for key in (table, ALL_TABLES)
        if key in values
    ]
    return Known(table, found)


def dimension_scores(known: Known) -> dict[Dimension, DimensionScore]:
    """Tells every dimension of a table."""
    return {dimension: tell(known) for dimension, tell in _TELLERS.items()}


def _completeness(known: Known) -> DimensionScore:
    statistics = known.of(StatisticsValue)
    if statistics is None or not statistics.rows or not statistics.columns:
        return DimensionScore(None, "there are no rows")
    shares = {name: c.profile.null_share for name, c in statistics.columns.items()}
    missing = math.fsum(shares.values()) / len(shares)
    if not missing:
        return DimensionScore(1.0, "every row has a value in every column")
    # A column that most rows leave empty may be empty: its cells count, but it lacks nothing.
    filled = {name: share for name, share in shares.items() if share <= _MOSTLY_EMPTY}
    worst = max(filled or shares, key=lambda name: shares[name])
    score = 1 - (missing + filled.get(worst, missing)) / 2
    text = f"{percent(missing)} of the cells have no value; {worst} has none"
    return DimensionScore(score, f"{text} in {percent(shares[worst])} of the rows")


def _validity(known: Known) -> DimensionScore:
    statistics, meanings = known.of(StatisticsValue), known.of(SemanticValue)
    if statistics is None or not statistics.rows:
        return DimensionScore(None, "there are no rows")
    quality = known.of(StatisticalQualityValue)
    wrong = {name: 0.0 for name, c in statistics.columns.items() if not c.aside}
    for name in wrong:
        profile = statistics.columns[name].profile
        values = profile.rows - profile.null_count
        wrong[name] = (profile.nonfinite_count or 0) / values if values else 0.0
        meaning = meanings.columns.get(name) if meanings else None
        if meaning is not None and meaning.looked_at:
            wrong[name] = max(wrong[name], meaning.failing / meaning.looked_at)
        if quality and name in quality.misfits:
            misfits = quality.misfits[name]
            wrong[name] = max(wrong[name], misfits.count / misfits.values)
        if quality and values and name in quality.missing_words:
            # A word for none that stands among the values.
            words = sum(quality.missing_words[name].kept.values())
            wrong[name] = max(wrong[name], words / values)
    if not wrong:
        return DimensionScore(None, "no column has more than one value")
    worst = max(wrong, key=lambda name: wrong[name])
    if not wrong[worst]:
        return DimensionScore(1.0, "every value is what its column holds")
    text = f"{percent(wrong[worst])} of the values of {worst} are not what the column holds"
    return DimensionScore(kept(wrong[worst]), text)


def _uniqueness(known: Known) -> DimensionScore:
    statistics, links = known.of(StatisticsValue), known.of(RelationshipsValue)
    if statistics is None or not statistics.rows:
        return DimensionScore(None, "there are no rows")
    repeated = (statistics.duplicate_rows or 0) / statistics.rows
    words = f"{percent(repeated)} of the rows repeat another" if repeated else "no row repeats"
    keys = [k for k in links.keys if k.table == known.table] if links else []
    primary = next((k for k in keys if k.is_primary), None)
    if primary is not None and primary.repeated_share > repeated:
        repeated = primary.repeated_share
        words = f"{percent(repeated)} of the rows repeat the key ({', '.join(primary.columns)})"
    return DimensionScore(kept(repeated), words)


def _consistency(known: Known) -> DimensionScore:
    """What columns and tables promise each other: as well as the promise that is broken most.

    A mean would drown a broken check among dependencies that nothing could break.
    """
    promises = list(_promises(known))
    if not promises:
        return DimensionScore(None, "no columns or tables promise each other anything")
    worst = min(promises, key=lambda one: one.score)
    if not worst.broken:
        return DimensionScore(1.0, f"all of {plural(len(promises), 'promise')} are kept")
    return DimensionScore(worst.score, f"{percent(worst.broken)} of the {worst.words}")


@dataclass(frozen=True, slots=True)
class _Promise:
    """What those rows, groups or cases do that break it, their share, and what is left of it.

    A dependency that nobody stated is a habit: its exceptions may be right, and count by their
    share only.
    """

    words: str
    broken: float
    is_habit: bool = False

    @property
    def score(self) -> float:
        return 1 - self.broken if self.is_habit else kept(self.broken)


def _promises(known: Known) -> Iterator[_Promise]:
    """All that is promised. That a key decides the other columns is none: it cannot but hold."""
    links, among = known.of(RelationshipsValue), known.of(CorrelationsValue)
    for link in links.foreign_keys if links else ():
        if link.table == known.table and link.orphan_share is not None:
            columns = ", ".join(link.columns)
            # Plans beyond the last of the other table break nothing.
            broken = 0.0 if link.is_ahead else link.orphan_share
            yield _Promise(f"rows refer by {columns} to no row of {link.ref_table}", broken)
    for derived in among.derived if among else ():
        form = derived.form.replace("_", " ")
        inputs = " and ".join(derived.inputs)
        yield _Promise(f"rows miss {derived.target} as {form} of {inputs}", 1 - derived.match)
    yield from _laws(known)
    keys = [set(key.columns) for key in links.keys if key.table == known.table] if links else []
    for rule in among.dependencies if among else ():
        if not any(key <= set(rule.lhs) for key in keys):
            words = f"rows have another {rule.rhs} for the same {', '.join(rule.lhs)}"
            yield _Promise(words, rule.g3, is_habit=True)


def _laws(known: Known) -> Iterator[_Promise]:
    """The same of declared checks and filters, and of the order of stages."""
    declared = known.of(ValidationValue)
    for check in declared.checks if declared else ():
        if known.table in check.tables and check.checked:
            share = check.broken / check.checked
            yield _Promise(f"{check.unit} break the check {check.name}", share)
    for one in declared.filters if declared else ():
        for rule in one.rules if one.is_declared and one.table == known.table else ():
            if rule.asked:
                words = f"rows break {rule.name} of the filter {one.name}"
                yield _Promise(words, rule.broken / rule.asked)
    cycles = known.of(BusinessCyclesValue)
    for cycle in cycles.cycles if cycles else ():
        if cycle.table == known.table and cycle.form != "status" and cycle.cases:
            turned = cycle.out_of_order / cycle.cases
            yield _Promise("cases meet stages the other way round", turned)


def _timeliness(known: Known) -> DimensionScore:
    """How many periods that are due came; how old the newest is, is told but does not count.

    A finished year is not worse for being over.
    """
    times = known.of(TemporalValue)
    if times is None or times.main is None:
        return DimensionScore(None, "no column tells when a row happened")
    full = times.columns[times.main].fullness
    if full is None or not full.expected:
        return DimensionScore(None, f"{times.main} is too irregular to tell what is due")
    words = f"{full.present:,} of {plural(full.expected, full.unit)} that are due came"
    newest = times.columns[times.main].last.date().isoformat()
    return DimensionScore(full.completeness, f"{words}; the newest is of {newest}")


def _accuracy(known: Known) -> DimensionScore:
    """A proxy: the truth is not known, but what contradicts the rest is not all true.

    Of the columns that something could contradict the one with most contradicted rows counts.
    """
    shares: dict[str, tuple[float, str]] = {}
    for columns, share, words in _contradictions(known):
        for name in columns:
            shares[name] = max(shares.get(name, (0.0, "")), (share, words))
    if not shares:
        return DimensionScore(None, "not measured: nothing that is known could contradict a value")
    share, words = max(shares.values())
    if not share:
        return DimensionScore(1.0, f"nothing contradicts {plural(len(shares), 'column')}")
    return DimensionScore(kept(share), f"{percent(share)} of the rows {words}")


def _contradictions(known: Known) -> Iterator[tuple[tuple[str, ...], float, str]]:
    """What speaks against values: columns, the share of their rows, and what these do."""
    links, among = known.of(RelationshipsValue), known.of(CorrelationsValue)
    for link in links.foreign_keys if links else ():
        if link.table == known.table and link.orphan_share is not None:
            words = f"have a value in {', '.join(link.columns)} that {link.ref_table} does not know"
            yield link.columns, 0.0 if link.is_ahead else link.orphan_share, words
    for one in among.derived if among else ():
        yield (one.target,), 1 - one.match, f"contradict {one.target} by {' and '.join(one.inputs)}"
    quality = known.of(StatisticalQualityValue)
    for name, column in quality.columns.items() if quality and quality.rows else ():
        if column.outliers is not None:
            far = column.outliers.far / quality.rows if quality else 0.0
            yield (name,), far, f"have a value in {name} far from all others"
    for mix in quality.mixes if quality else ():
        share = min(mix.values, mix.known - mix.values) / mix.known
        yield (mix.column,), share, f"have a value in {mix.column} in another unit"


_TELLERS: Mapping[Dimension, Callable[[Known], DimensionScore]] = {
    "completeness": _completeness,
    "validity": _validity,
    "uniqueness": _uniqueness,
    "consistency": _consistency,
    "timeliness": _timeliness,
    "accuracy": _accuracy,
}
