"""The analysis `validation`: what people declare over tables, worked on their accepted rows.

What belongs here: the order of its parts. Specifications are settings; see settings/validation.
"""

from dataclasses import replace

from dmaic_assets.analysis.study import Outcome, Study
from dmaic_assets.analysis.validation.by_role import filters_by_role
from dmaic_assets.analysis.validation.checks import work_checks
from dmaic_assets.analysis.validation.database import database_of
from dmaic_assets.analysis.validation.filters import work_filters
from dmaic_assets.analysis.validation.findings import findings_of
from dmaic_assets.analysis.validation.measures import measure_of, measures_of
from dmaic_assets.analysis.validation.metrics import work_metrics
from dmaic_assets.analysis.values.validation import ValidationValue
from dmaic_assets.settings.validation import Measure


def analyze(study: Study) -> Outcome:
    """Works on all checks, filters and metrics over the tables of a run."""
    declared = study.settings.validation

    def measure(table: str, name: Measure) -> float | None:
        return measure_of(study, table, name)

    with database_of(study) as database:
        value = ValidationValue(
            checks=work_checks(declared.checks, database),
            filters=(
                *work_filters(declared.filters, database),
                *(
                    replace(found, is_declared=False)
                    for found in work_filters(filters_by_role(study), database)
                ),
            ),
            metrics=work_metrics(declared.metrics, database, measure),
            measures=measures_of(study),
        )
    return Outcome(value, findings_of(value, study.held))
