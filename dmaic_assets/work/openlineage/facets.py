"""Facets of OpenLineage: what is told of a data set, without values of persons.

What belongs here: one facet each, as its schema has it. Numbers that JSON does not have are null.
"""

import math
from collections.abc import Iterable, Mapping, Sequence

from dmaic_assets.model import ColumnProfile, Json, Profile, Verdict, Violation
from dmaic_assets.table.spelled_numbers import plural

PRODUCER = "https://pypi.org/project/dmaic-assets"
_SPEC = "https://openlineage.io/spec"
_FACETS: Mapping[str, str] = {
    "SchemaDatasetFacet": "1-2-0",
    "ColumnLineageDatasetFacet": "1-2-0",
    "DataQualityMetricsInputDatasetFacet": "1-0-3",
    "DataQualityAssertionsDatasetFacet": "1-1-0",
    "OutputStatisticsOutputDatasetFacet": "1-0-2",
}
# Severities of rules whose violation is an error there; others are warnings.
_ERRORS = frozenset({"critical", "high"})


def facet(name: str, **content: Json) -> dict[str, Json]:
    """A facet with who made it and the schema that it follows."""
    url = f"{_SPEC}/facets/{_FACETS[name]}/{name}.json#/$defs/{name}"
    return {"_producer": PRODUCER, "_schemaURL": url, **content}


def own_facet(**content: Json) -> dict[str, Json]:
    """A facet that no schema of the standard describes: of ours."""
    url = f"{_SPEC}/2-0-2/OpenLineage.json#/$defs/RunFacet"
    return {"_producer": PRODUCER, "_schemaURL": url, **content}


def schema_facet(profile: Profile) -> dict[str, Json]:
    """The columns and their types."""
    fields: list[Json] = [{"name": c.column, "type": c.type} for c in profile.columns]
    return facet("SchemaDatasetFacet", fields=fields)


def lineage_facet(inputs: Iterable[tuple[str, str, Sequence[str]]]) -> dict[str, Json]:
    """Which columns of which inputs each column comes from: those of its name, unchanged.

    Args:
        inputs: Namespace, name and columns of each input.
    """
    fields: dict[str, list[Json]] = {}
    for namespace, name, columns in inputs:
        for column in columns:
            whence: Json = {
                "namespace": namespace,
                "name": name,
                "field": column,
                "transformations": [{"type": "DIRECT", "subtype": "IDENTITY"}],
            }
            fields.setdefault(column, []).append(whence)
    told: dict[str, Json] = {name: {"inputFields": froms} for name, froms in fields.items()}
    return facet("ColumnLineageDatasetFacet", fields=told)


def metrics_facet(profile: Profile, hidden: frozenset[str]) -> dict[str, Json]:
    """How many rows and bytes there are, and of each column what was measured.

    Args:
        profile: What was measured.
        hidden: The columns whose values are kept back: of them counts alone are told.
    """
    columns: dict[str, Json] = {
        c.column: _column_metrics(c, is_hidden=c.column in hidden) for c in profile.columns
    }
    return facet(
        "DataQualityMetricsInputDatasetFacet",
        rowCount=profile.rows,
        bytes=profile.size_bytes,
        fileCount=1,
        columnMetrics=columns,
    )


def _column_metrics(column: ColumnProfile, *, is_hidden: bool) -> dict[str, Json]:
    told: dict[str, Json] = {
        "nullCount": column.null_count,
        "distinctCount": column.distinct_count,
        "count": column.rows - column.null_count,
    }
    if is_hidden or column.mean is None:
        return told
    bounds: dict[str, Json] = {
        name: value
        for name, value in (("min", column.minimum), ("max", column.maximum))
        if isinstance(value, int | float) and not isinstance(value, bool)
    }
    return {**told, **bounds, "quantiles": {**column.quantiles}}


def assertions_facet(verdict: Verdict) -> dict[str, Json]:
    """What was asserted of a file: that it is accepted, and the rules that it violates.

    Args:
        verdict: The verdict, without values that are to be kept back.
    """
    is_held = verdict.decision == "reject"
    of_file: dict[str, Json] = {
        "assertion": "accepted",
        "success": not is_held,
        "severity": "error",
        "name": "verdict",
        "actual": f"{verdict.decision}, score {verdict.score * 100:.1f}",
        "description": f"{plural(verdict.rules_evaluated, 'rule')} evaluated",
    }
    rules: list[Json] = [_assertion(violation) for violation in verdict.violations]
    return facet("DataQualityAssertionsDatasetFacet", assertions=[of_file, *rules])


def _assertion(violation: Violation) -> dict[str, Json]:
    column: dict[str, Json] = (
        {"column": violation.columns[0]} if len(violation.columns) == 1 else {}
    )
    return {
        "assertion": violation.kind,
        "success": False,
        **column,
        "severity": "error" if violation.severity in _ERRORS else "warn",
        "name": violation.rule,
        "expected": violation.expected,
        "actual": violation.seen,
    }


def without_odd_numbers(value: Json) -> Json:
    """A document without NaN and infinities, which JSON does not have: they become null."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, list):
        return [without_odd_numbers(item) for item in value]
    if isinstance(value, dict):
        return {key: without_odd_numbers(item) for key, item in value.items()}
    return value
