"""Which columns measure something: the same ones for every analysis that looks at measures.

What belongs here: the choice. What is measured of them, the analyses know.
"""

from dmaic_assets.analysis.study import Study
from dmaic_assets.analysis.tables import Table
from dmaic_assets.analysis.values.semantic import SemanticValue
from dmaic_assets.analysis.values.statistics import StatisticsValue

# Standard deviations within which squares of distances and sums of them are floats with all their
# digits: a float goes from 1e-308 to 1e308.
_LEAST_SPREAD, _MOST_SPREAD = 1e-140, 1e140


def has_squares(spread: float | None) -> bool:
    """Whether numbers of this standard deviation can be squared; one that is 0 or unknown can."""
    return not spread or _LEAST_SPREAD <= spread <= _MOST_SPREAD


def measures(
    table: Table, facts: StatisticsValue, meaning: SemanticValue, *, most: int | None = None
) -> tuple[str, ...]:
    """Numeric columns whose role is measure, in the order of the table.

    Sensitive columns are left out, those that statistics set aside, and those whose squares no
    float holds, which a finding of statistics tells of.

    Args:
        table: The table.
        facts: What `statistics` came to for it.
        meaning: What `semantic` came to for it, which settings have the last word in.
        most: How many are taken, the first ones; all where it is None.
    """
    schema = table.scan().collect_schema()
    found = [
        name
        for name in facts.eligible
        if (told := meaning.columns.get(name)) is not None
        and told.role == "measure"
        and not told.is_sensitive
        and schema[name].is_numeric()
        and has_squares(facts.columns[name].profile.std)
    ]
    return tuple(found[:most])


def measures_of(study: Study, table: Table) -> tuple[str, ...]:
    """All measures of a table of a study that knows `statistics` and `semantic`."""
    facts = study.value(StatisticsValue, table.name)
    return measures(table, facts, study.value(SemanticValue, table.name))
