"""Uncertainty in words: tables that are not ready, readings that are critical, risks that meet.

What belongs here: sentences and their weights.
"""

from collections.abc import Iterator, Mapping, Sequence

from dmaic_assets.analysis.finding import WEIGHTS, Finding, Weight
from dmaic_assets.analysis.values.entropy import (
    Compound,
    EntropyValue,
    Readiness,
    Reading,
    Resolution,
    TableUncertainty,
)
from dmaic_assets.settings.entropy import EntropySettings

# Readings told of a table: the rest is in the value.
_TOLD = 20
# A fault from here on is what people hear of a table first: 1 % of the rows, by its root.
_TOLD_FAULT = 0.1


def findings_of(value: EntropyValue, limits: EntropySettings) -> tuple[Finding, ...]:
    """Tells of each table, the gravest first."""
    found = [f for name, table in value.tables.items() for f in _of_table(name, table, limits)]
    found.sort(key=lambda f: -WEIGHTS.index(f.weight))
    return tuple(found)


def _of_table(name: str, table: TableUncertainty, limits: EntropySettings) -> Iterator[Finding]:
    # Statistics tells of tables without rows, which ask for their rows and nothing else.
    is_empty = any(reading.detector == "rows" for reading in table.readings)
    weight: Weight = "info" if is_empty else _WEIGHTS[table.readiness]
    words = f"{name} is {_WORDS[table.readiness]}: uncertainty {table.score:.2f}"
    text = f"{words}, {_mostly(table)}.{_hint(table.resolutions)}"
    layers = {layer: round(score, 4) for layer, score in table.layers.items()}
    yield Finding(name, (), "uncertainty", table.score, "1", text, weight, layers)
    yield from _of_readings(name, table, limits)
    risks: dict[str, list[Compound]] = {}
    for risk in table.compounds:
        risks.setdefault(risk.name, []).append(risk)
    for alike in risks.values():
        yield _of_risks(name, alike, limits)


def _mostly(table: TableUncertainty) -> str:
    """What says most of it: its worst fault where there is one, else a layer."""
    fault = table.worst_fault
    if fault is not None and fault[1].fault >= _TOLD_FAULT:
        column, reading = fault
        return f"worst is {column or 'the table'}: {reading.text}"
    worst = max(table.layers, key=lambda layer: table.layers[layer], default="structural")
    return f"most of it {worst}"


def _of_readings(name: str, table: TableUncertainty, limits: EntropySettings) -> Iterator[Finding]:
    """High readings, those of a detector and a table that say the same as one."""
    readings = [("", r) for r in table.readings]
    readings += [(c, r) for c, known in table.columns.items() for r in known.readings]
    grave: dict[tuple[str, str], list[tuple[str, Reading]]] = {}
    for column, reading in readings:
        if reading.score >= limits.high:
            grave.setdefault((reading.detector, reading.text), []).append((column, reading))
    alike = sorted(grave.values(), key=lambda pairs: -max(r.score for _, r in pairs))
    for pairs in alike[:_TOLD]:
        columns = tuple(column for column, _ in pairs if column)
        reading = max((r for _, r in pairs), key=lambda r: r.score)
        is_own = reading.detector in _OWN and reading.score >= limits.critical
        weight: Weight = "low" if is_own else "info"
        metric = f"uncertainty_{reading.detector}"
        text = f"{_place(name, columns)}: {reading.text}."
        yield Finding(name, columns, metric, reading.score, "1", text, weight)


def _of_risks(name: str, risks: Sequence[Compound], limits: EntropySettings) -> Finding:
    """One kind of risk, of all columns that it meets.

    One that rests on what nobody said is a fact where both sides do, and asks for little where one
    does.
    """
    worst = max(risks, key=lambda risk: risk.score)
    columns = tuple(dict.fromkeys(risk.column for risk in risks if risk.column))
    unsaid = min(len(_WORDLESS.intersection(risk.detectors)) for risk in risks)
    grave: Weight = "medium" if worst.score >= limits.critical else "low"
    weight: Weight = grave if not unsaid else "low" if unsaid == 1 else "info"
    text = f"{_place(name, columns)}: {worst.text}."
    return Finding(name, columns, f"risk_{worst.name}", worst.score, "1", text, weight)


def _place(table: str, columns: Sequence[str]) -> str:
    if len(columns) == 1:
        return f"{table}.{columns[0]}"
    return f"{table} ({', '.join(columns)})" if columns else table


# Detectors whose high readings no other analysis tells of.
_OWN = frozenset(
    {"business_meaning", "unit", "temporal_role", "agreement", "identity", "join_path"}
    | {"dimension_coverage", "cycle_health"}
)
# Detectors that only miss what people could say.
_WORDLESS = frozenset({"business_meaning", "unit", "additivity", "temporal_role"})
_WEIGHTS: Mapping[Readiness, Weight] = {"ready": "info", "investigate": "low", "blocked": "high"}
_WORDS: Mapping[Readiness, str] = {
    "ready": "ready to use",
    "investigate": "to be looked into",
    "blocked": "not to be used",
}


def _hint(resolutions: tuple[Resolution, ...]) -> str:
    return f" {resolutions[0].text}" if resolutions else ""
