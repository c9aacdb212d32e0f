"""The analysis `entropy`: how sure one can be of tables and columns, for what, and what helps.

What belongs here: which detectors there are, and the order of the questions.
"""

from collections.abc import Mapping

from dmaic_assets.analysis.entropy import content, meaning, structural, unusual
from dmaic_assets.analysis.entropy.compound import compounds_of
from dmaic_assets.analysis.entropy.contracts import contract_verdicts
from dmaic_assets.analysis.entropy.detector import Detector
from dmaic_assets.analysis.entropy.facts import TableFacts, facts_of
from dmaic_assets.analysis.entropy.findings import findings_of
from dmaic_assets.analysis.entropy.resolutions import resolutions_of
from dmaic_assets.analysis.entropy.scores import (
    behaviours,
    composite,
    faults_of,
    intents_of,
    layers_of,
    layers_over,
    raised,
    readiness,
    with_fault,
    worst_counts,
)
from dmaic_assets.analysis.study import Outcome, Study
from dmaic_assets.analysis.values.entropy import (
    ColumnUncertainty,
    EntropyValue,
    TableUncertainty,
)
from dmaic_assets.settings.entropy import EntropySettings

DETECTORS: tuple[Detector, ...] = (
    *structural.DETECTORS,
    *meaning.DETECTORS,
    *content.DETECTORS,
    *unusual.DETECTORS,
)


def analyze(study: Study) -> Outcome:
    """Reads all detectors over all tables; one without its input is told, and counts nowhere."""
    limits = study.limits
    tables = {name: _table(facts, limits) for name, facts in facts_of(study).items()}
    scores = [table.score for table in tables.values()]
    score = worst_counts(scores)
    value = EntropyValue(tables, score, readiness(score, 0.0, limits), _silent(study))
    return Outcome(value, findings_of(value, limits))


def _silent(study: Study) -> Mapping[str, str]:
    return {
        detector.name: f"{detector.reads} was not made"
        for detector in DETECTORS
        if detector.reads not in study.known
    }


def _table(facts: TableFacts, limits: EntropySettings) -> TableUncertainty:
    columns = {name: _column(facts, name, limits) for name in facts.columns}
    found = (detector.of_table(facts) for detector in DETECTORS)
    own = tuple(reading for reading in found if reading is not None)
    counted = {name: column for name, column in columns.items() if not column.aside}
    means = layers_over([layers_of(own), *(column.layers for column in counted.values())])
    faults = faults_of([*own, *(r for column in counted.values() for r in column.readings)])
    layers, fault = raised(means, faults), max(faults.values(), default=0.0)
    score = with_fault(composite(means, limits.weights), fault)
    # What a critical column lacks in description blocks nothing: a fault in it does.
    worst = max((c.score for c in counted.values() if c.fault), default=0.0)
    resolutions = resolutions_of(facts.name, counted, own)
    readings = {"": own, **{name: column.readings for name, column in counted.items()}}
    return TableUncertainty(
        layers,
        score,
        readiness(score, worst, limits),
        columns,
        own,
        compounds_of(counted, own, limits.compound),
        intents_of(layers, limits),
        behaviours(score, limits),
        resolutions,
        contract_verdicts(readings, resolutions, limits),
        fault,
    )


def _column(facts: TableFacts, name: str, limits: EntropySettings) -> ColumnUncertainty:
    column = facts.column(name)
    found = (detector.of_column(column) for detector in DETECTORS)
    readings = tuple(reading for reading in found if reading is not None)
    layers = layers_of(readings)
    fault = max(faults_of(readings).values(), default=0.0)
    score = with_fault(composite(layers, limits.weights), fault)
    return ColumnUncertainty(layers, score, readings, column.aside, fault)
