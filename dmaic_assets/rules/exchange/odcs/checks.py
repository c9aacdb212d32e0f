"""A rule as a quality check of a contract, and what of a check is a rule.

What belongs here: one check. Every check that we write carries its rule whole, as a custom
property, beside what the standard says of it: so it comes back exactly, and a check that somebody
changed since is seen.
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from dmaic_assets.model import Json, Rule
from dmaic_assets.phenomena.contract.bounds import bounds_of
from dmaic_assets.rules.exchange.imported import entirely, quoted
from dmaic_assets.rules.exchange.sql.conditions import Unsaid, condition

Check: TypeAlias = dict[str, Json]

ENGINE = "dmaic"
PROPERTY = "dmaicRule"
# What a column that we write carries: its type, of which no rule has to speak.
COLUMN = "dmaicColumn"
_PERCENT = 100


def check_of(rule: Rule, table: str) -> Check:
    """Builds the check: of the standard's library, of SQL, or, where neither says it, of our own.

    Args:
        rule: A rule that its kind has validated.
        table: The name of the table, for queries.
    """
    about: Check = {"name": rule.id, "severity": rule.severity}
    if rule.description:
        about["description"] = rule.description
    found = _library(rule) or _query(rule, table)
    if found is None:
        return {**about, "type": "custom", "engine": ENGINE, "implementation": rule_document(rule)}
    kept: Json = {"property": PROPERTY, "value": rule_document(rule)}
    return {**about, **found, "customProperties": [kept]}


def rule_document(rule: Rule) -> dict[str, Json]:
    """The rule as an entry of a rule file, without what only learning knows."""
    document: dict[str, Json] = {"id": rule.id, "kind": rule.kind, "columns": list(rule.columns)}
    if rule.parameters:
        document["parameters"] = dict(rule.parameters)
    document["severity"] = rule.severity
    if rule.tolerance is not None:
        document["tolerance"] = rule.tolerance
    if rule.description:
        document["description"] = rule.description
    return document


def rule_in(check: Mapping[str, Json]) -> Json:
    """The rule that a check carries, as an entry of a rule file; None where it carries none."""
    if check.get("type") == "custom" and check.get("engine") == ENGINE:
        return check.get("implementation")
    return custom_property(check, PROPERTY)


def custom_property(part: Mapping[str, Json], name: str) -> Json:
    """The value of a custom property of a check or column; None where it has none."""
    properties = part.get("customProperties")
    for one in properties if isinstance(properties, list) else ():
        if isinstance(one, dict) and one.get("property") == name:
            return one.get("value")
    return None


def _library(rule: Rule) -> Check | None:
    """A check with a metric of the standard, where it says what the rule says."""
    if any(name == "*" or name.startswith("^") for name in rule.columns):
        return None
    if rule.kind == "row_count":
        return {"type": "library", "metric": "rowCount", **_rows(rule)}
    if rule.kind == "not_null":
        return {"type": "library", "metric": "nullValues", **_limit(rule)}
    if rule.kind == "unique" and rule.tolerance is None:
        several: Check = {"arguments": {"properties": list(rule.columns)}}
        more = several if len(rule.columns) > 1 else {}
        return {"type": "library", "metric": "duplicateValues", **more, **_limit(rule)}
    arguments: dict[str, Json] = {}
    if rule.kind == "in_set":
        arguments["validValues"] = rule.parameters["values"]
    elif rule.kind == "shape":
        arguments["pattern"] = entirely(str(rule.parameters["pattern"]))
    if not any(arguments.values()):
        return None
    return {"type": "library", "metric": "invalidValues", "arguments": arguments, **_limit(rule)}


def _query(rule: Rule, table: str) -> Check | None:
    """A check by a query, where the rule is a condition that databases share."""
    found = condition(rule)
    if isinstance(found, Unsaid):
        return None
    if rule.tolerance is None:
        query = f"SELECT COUNT(*) FROM {quoted(table)} WHERE {found}"  # noqa: S608 - names are quoted
    else:
        failed = f"SUM(CASE WHEN {found} THEN 100.0 ELSE 0 END)"
        query = f"SELECT {failed} / NULLIF(COUNT(*), 0) FROM {quoted(table)}"  # noqa: S608 - as above
    return {"type": "sql", "query": query, **_limit(rule)}


def _limit(rule: Rule) -> Check:
    """No row, or at most the share that may fail, in percent."""
    if rule.tolerance is None:
        return {"mustBe": 0, "unit": "rows"}
    return {"mustBeLessOrEqualTo": round(rule.tolerance * _PERCENT, 10), "unit": "percent"}


def _rows(rule: Rule) -> Check:
    low, high = bounds_of(rule)
    if low is None:
        return {"mustBeLessOrEqualTo": high, "unit": "rows"}
    if high is None:
        return {"mustBeGreaterOrEqualTo": low, "unit": "rows"}
    if low == high:
        return {"mustBe": low, "unit": "rows"}
    # The standard's bounds are both within.
    return {"mustBeBetween": [low, high], "unit": "rows"}


def columns_in(rules: Sequence[Rule]) -> list[str]:
    """The columns that rules name, each once; those that are patterns are none."""
    named = (name for rule in rules for name in rule.columns)
    return list(dict.fromkeys(n for n in named if n != "*" and not n.startswith("^")))
