"""The laws that are written beside the tables: the clean tables keep them, damaged ones do not."""

from datetime import UTC, datetime

import pytest
import yaml

from dmaic_assets.analysis.finding import Finding
from dmaic_assets.analysis.injection.clean import clean_tables
from dmaic_assets.analysis.injection.damage import damage_tables
from dmaic_assets.analysis.injection.laws import laws_text
from dmaic_assets.analysis.study import ALL_TABLES, Study
from dmaic_assets.analysis.tables import table_of_frame
from dmaic_assets.analysis.validation.analyze import analyze
from dmaic_assets.analysis.values.relationships import RelationshipsValue
from dmaic_assets.analysis.values.semantic import SemanticValue
from dmaic_assets.analysis.values.statistical_quality import StatisticalQualityValue
from dmaic_assets.analysis.values.statistics import StatisticsValue
from dmaic_assets.settings.analyses import AnalysisSettings
from dmaic_assets.settings.validation import SpecFile, ValidationSettings

NOW = datetime(2025, 1, 1, tzinfo=UTC)


def broken(*kinds: str) -> dict[str, Finding]:
    """The laws that damaged tables break, by the first words of their sentences."""
    frames, _ = damage_tables(clean_tables(4), dict.fromkeys(kinds, 0.02), 1)
    spec = SpecFile.model_validate(yaml.safe_load(laws_text()))
    declared = ValidationSettings(checks=spec.checks, filters=spec.filters)
    tables = {name: table_of_frame(name, frame) for name, frame in frames.items()}
    known = {
        "statistics": {name: StatisticsValue(frame.height, 0) for name, frame in frames.items()},
        "relationships": {ALL_TABLES: RelationshipsValue((), (), (), (), ())},
        "semantic": dict.fromkeys(frames, SemanticValue(None)),
        "statistical_quality": dict.fromkeys(frames, StatisticalQualityValue(0)),
    }
    study = Study(tables, NOW, AnalysisSettings(validation=declared), known)
    metrics = ("failed_share", "rows_apart", "check_error", "filter_error", "check_skipped")
    found = [f for f in analyze(study).findings if f.metric in metrics]
    return {f.text.split()[2]: f for f in found}


def test_clean_tables_keep_all_laws() -> None:
    assert broken() == {}


@pytest.mark.parametrize(
    ("kind", "law"),
    [
        ("mutual_exclusivity", "one_side"),
        ("trial_balance", "entries_balance"),
        ("payments", "no_overpayment"),
    ],
)
def test_damage_breaks_the_law_that_it_is_called_for(kind: str, law: str) -> None:
    assert list(broken(kind)) == [law]


def test_a_filter_names_the_columns_and_the_rules_that_rows_break() -> None:
    _, (fault,) = damage_tables(clean_tables(4), {"broken_references": 0.02}, 1)
    found = broken("broken_references")

    told = found[f"{fault.table}_hang_together"]
    assert told.columns == fault.columns
    assert f"Rules broken: known_{fault.columns[0]} {len(fault.rows):,}" in told.text
