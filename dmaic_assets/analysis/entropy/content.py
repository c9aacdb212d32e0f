"""Uncertainty of values and of what is computed from them.

What belongs here: detectors of these two layers. Those of unusual values stand in `unusual`.
"""

import math

from dmaic_assets.analysis.entropy.detector import Detector, Said, root
from dmaic_assets.analysis.entropy.facts import ColumnFacts, TableFacts
from dmaic_assets.analysis.values.correlations import CorrelationsValue
from dmaic_assets.analysis.values.semantic import SemanticValue
from dmaic_assets.analysis.values.statistical_quality import StatisticalQualityValue
from dmaic_assets.analysis.values.statistics import StatisticsValue
from dmaic_assets.analysis.values.temporal import TemporalValue
from dmaic_assets.table.spelled_numbers import percent, plural

# Nulls count twice (R72): from half of the rows on nothing is known.
_NULL_FACTOR = 2.0
# Scores of how a measure adds up: nobody knows, known.
_NO_BEHAVIOUR = 0.6
_BEHAVIOUR = 0.1


def _null_share(facts: ColumnFacts) -> Said:
    if facts.statistics is None or not facts.statistics.profile.rows:
        return None
    rows, share = facts.statistics.profile.rows, facts.statistics.profile.null_share
    quality = facts.value(StatisticalQualityValue)
    words = quality.missing_words.get(facts.name) if quality else None
    # A word for none stands among values as one of them, which a null does not.
    spelled = sum(words.kept.values()) / rows if words else 0.0
    share += spelled
    told = f"{percent(share)} of the rows have no value" if share else "every row has a value"
    return _NULL_FACTOR * share, told, root(spelled)


def _rows(facts: TableFacts) -> Said:
    known = facts.value(StatisticsValue)
    return (1.0, "it has no rows") if known is not None and not known.rows else None


def _duplicates(facts: TableFacts) -> Said:
    known = facts.value(StatisticsValue)
    if known is None or not known.rows or known.duplicate_rows is None:
        return None
    share = known.duplicate_rows / known.rows
    words = f"{percent(share)} of the rows repeat another" if share else "no row repeats another"
    return root(share), words


def _period_gaps(facts: TableFacts) -> Said:
    """How many periods that are due have no row, by the column that tells when a row happened."""
    known = facts.value(TemporalValue)
    full = known.columns[known.main].fullness if known and known.main else None
    if full is None or not full.expected:
        return None
    if full.present == full.expected:
        return 0.0, f"every {full.unit} that is due has rows"
    missing = full.expected - full.present
    words = f"{missing:,} of {plural(full.expected, full.unit)} that are due have no row"
    return root(1 - full.completeness), words


def _additivity(facts: ColumnFacts) -> Said:
    if facts.meaning is None or not facts.is_measure:
        return None
    known = facts.meaning.behaviour
    if known is None:
        return _NO_BEHAVIOUR, "nothing tells whether it may be added up"
    return _BEHAVIOUR, f"known to be {known.replace('_', ' ')}"


def _derived_value(facts: ColumnFacts) -> Said:
    """How far a column that is computed from others is not: rows that its formula misses (R72)."""
    known = facts.value(CorrelationsValue)
    own = [d for d in known.derived if d.target == facts.name] if known else []
    if not own:
        return None
    best = max(own, key=lambda d: d.match)
    inputs = " and ".join(best.inputs)
    form = best.form.replace("_", " ")
    if best.match == 1:
        return 0.0, f"it is the {form} of {inputs} in every row"
    return root(
        1 - best.match
    ), f"{percent(1 - best.match)} of the rows miss the {form} of {inputs}"


def _dimension_coverage(facts: TableFacts) -> Said:
    """How many rows fall out when rows are grouped: the root of the mean null share (R79)."""
    meanings, statistics = facts.value(SemanticValue), facts.value(StatisticsValue)
    if meanings is None or statistics is None:
        return None
    shares = [
        statistics.columns[name].profile.null_share
        for name, meaning in meanings.columns.items()
        if meaning.role == "dimension"
        if name in statistics.columns and not statistics.columns[name].aside
    ]
    if not shares:
        return None
    mean = math.fsum(shares) / len(shares)
    words = f"{percent(mean)} of the rows, on average, have no value to group by"
    return root(mean), words if mean else "every row falls into a group"


DETECTORS = (
    Detector("null_share", "value", "statistics", column=_null_share),
    Detector("rows", "value", "statistics", table=_rows),
    Detector("duplicates", "value", "statistics", table=_duplicates, is_fault=True),
    Detector("period_gaps", "value", "temporal", table=_period_gaps),
    Detector(
        "derived_value", "computational", "correlations", column=_derived_value, is_fault=True
    ),
    Detector("additivity", "computational", "semantic", column=_additivity),
    Detector("dimension_coverage", "computational", "semantic", table=_dimension_coverage),
)
