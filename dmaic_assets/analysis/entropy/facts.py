"""What is known of a table and its columns when uncertainty is told: values of other analyses.

What belongs here: looking them up. An analysis that was not made is told, never guessed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dmaic_assets.analysis.study import ALL_TABLES, Study, Value, ValueT
from dmaic_assets.analysis.values.semantic import ColumnMeaning, SemanticValue
from dmaic_assets.analysis.values.statistics import ColumnStatistics, StatisticsValue
from dmaic_assets.model import ColumnType
from dmaic_assets.settings.analyses import ColumnOverride


@dataclass(frozen=True)
class TableFacts:
    """What is known of one table; `values` by the analysis that gave them."""

    name: str
    values: Mapping[str, Value]
    types: Mapping[str, ColumnType] = field(default_factory=dict)
    said: Mapping[str, ColumnOverride] = field(default_factory=dict)

    def value(self, kind: type[ValueT]) -> ValueT | None:
        """What an analysis came to, by the type of its value; None where it was not made."""
        return next((v for v in self.values.values() if isinstance(v, kind)), None)

    @property
    def columns(self) -> tuple[str, ...]:
        """Its columns, in their order."""
        known = self.value(StatisticsValue)
        return tuple(known.columns) if known else ()

    def column(self, name: str) -> "ColumnFacts":
        """What is known of one of its columns."""
        statistics, semantic = self.value(StatisticsValue), self.value(SemanticValue)
        return ColumnFacts(
            self,
            name,
            statistics.columns.get(name) if statistics else None,
            semantic.columns.get(name) if semantic else None,
            self.types.get(name),
            self.said.get(f"{self.name}.{name}", ColumnOverride()),
        )


@dataclass(frozen=True)
class ColumnFacts:
    """What is known of one column."""

    table: TableFacts
    name: str
    statistics: ColumnStatistics | None
    meaning: ColumnMeaning | None
    read_as: ColumnType | None
    said: ColumnOverride

    @property
    def aside(self) -> str:
        """Why it says nothing of its table; empty when it does."""
        return self.statistics.aside if self.statistics else ""

    def value(self, kind: type[ValueT]) -> ValueT | None:
        """What an analysis came to for its table."""
        return self.table.value(kind)

    @property
    def is_measure(self) -> bool:
        """Whether it is something to add up or average."""
        return self.meaning is not None and self.meaning.role == "measure"


def facts_of(study: Study) -> Mapping[str, TableFacts]:
    """Gathers what is known of each table of a study: of itself, or of all tables together."""
    return {
        name: TableFacts(
            name,
            {
                analysis: values[key]
                for analysis, values in study.known.items()
                for key in (name, ALL_TABLES)
                if key in values
            },
            table.types,
            study.settings.columns,
        )
        for name, table in study.tables.items()
    }
