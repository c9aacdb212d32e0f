"""Uncertainty in words: tables that are not ready, readings that are critical, risks that meet.

What belongs here: sentences and their weights.
"""

from collections.abc import Iterator, Mapping

from dmaic_assets.analysis.finding import WEIGHTS, Finding, Weight
from dmaic_assets.analysis.values.entropy import (
    EntropyValue,
    Readiness,
    Reading,
    Resolution,
    TableUncertainty,
)
from dmaic_assets.settings.entropy import EntropySettings

# Readings told of a table: the rest is in the value.
_TOLD = 20


def findings_of(value: EntropyValue, limits: EntropySettings) -> tuple[Finding, ...]:
    """Tells of each table, the gravest first."""
    found = [f for name, table in value.tables.items() for f in _of_table(name, table, limits)]
    found.sort(key=lambda f: -WEIGHTS.index(f.weight))
    return tuple(found)


def _of_table(name: str, table: TableUncertainty, limits: EntropySettings) -> Iterator[Finding]:
    weight = _WEIGHTS[table.readiness]
    worst = max(table.layers, key=lambda layer: table.layers[layer], default="structural")
    words = f"{name} is {_WORDS[table.readiness]}: uncertainty {table.score:.2f}"
    text = f"{words}, most of it {worst}.{_hint(table.resolutions)}"
    layers = {layer: round(score, 4) for layer, score in table.layers.items()}
    yield Finding(name, (), "uncertainty", table.score, "1", text, weight, layers)
    readings = [("", r) for r in table.readings]
    readings += [(c, r) for c, known in table.columns.items() for r in known.readings]
    grave = [(c, r) for c, r in readings if r.score >= limits.high]
    grave.sort(key=lambda pair: -pair[1].score)
    for column, reading in grave[:_TOLD]:
        yield _of_reading(name, column, reading, limits)
    for risk in table.compounds:
        where = f"{name}.{risk.column}" if risk.column else name
        grade: Weight = "medium" if risk.score >= limits.critical else "low"
        columns = (risk.column,) if risk.column else ()
        told = f"{where}: {risk.text}."
        yield Finding(name, columns, f"risk_{risk.name}", risk.score, "1", told, grade)


_WEIGHTS: Mapping[Readiness, Weight] = {"ready": "info", "investigate": "low", "blocked": "high"}
_WORDS: Mapping[Readiness, str] = {
    "ready": "ready to use",
    "investigate": "to be looked into",
    "blocked": "not to be used",
}


def _hint(resolutions: tuple[Resolution, ...]) -> str:
    return f" {resolutions[0].text}" if resolutions else ""


def _of_reading(name: str, column: str, reading: Reading, limits: EntropySettings) -> Finding:
    where = f"{name}.{column}" if column else name
    weight: Weight = "low" if reading.score >= limits.critical else "info"
    metric = f"uncertainty_{reading.detector}"
    columns = (column,) if column else ()
    return Finding(name, columns, metric, reading.score, "1", f"{where}: {reading.text}.", weight)
