"""A SQL script that counts the failing rows of every rule, for a table that a database has.

What belongs here: the script of DuckDB. What one rule is in SQL, `conditions` says.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from dmaic_assets.model import Rule, RuleSet
from dmaic_assets.phenomena.contract.bounds import bounds_of
from dmaic_assets.phenomena.registry import kind_of
from dmaic_assets.rules.exchange.imported import quoted, sql_literal
from dmaic_assets.rules.exchange.sql.conditions import Unsaid, condition, repeated

_HEADER = """\
-- Rules as SQL for DuckDB, written by `dmaic rules export`.
-- One row for each rule: failing counts the rows that fail it, of a rule about the whole table it
-- is 1 where that fails. tolerance is the share of rows that may fail; null is the default.
"""


@dataclass(frozen=True, slots=True)
class Script:
    """A script, the ids of the rules in it, and why others are not, by their ids."""

    text: str
    rules: tuple[str, ...]
    left_out: Mapping[str, str]


def to_sql(rule_set: RuleSet) -> Script:
    """Builds the script for the enabled rules; the table is called like the source.

    Raises:
        BadInputError: A rule is not one that its kind can give a meaning to; names the rule.
    """
    left_out = {rule.id: "switched off" for rule in rule_set.rules if not rule.is_enabled}
    floats = {t.column for t in rule_set.types if t.physical.startswith("Float")}
    selects: list[str] = []
    written: list[str] = []
    for rule in (rule for rule in rule_set.rules if rule.is_enabled):
        kind_of(rule).validate(rule)
        count = _count(rule, rule_set.source, is_float=not floats.isdisjoint(rule.columns))
        if isinstance(count, Unsaid):
            left_out[rule.id] = count.why
            continue
        tolerance = "NULL" if rule.tolerance is None else sql_literal(rule.tolerance)
        selects.append(
            f"SELECT {sql_literal(rule.id)} AS rule, '{rule.severity}' AS severity,"
            f" CAST({tolerance} AS DOUBLE) AS tolerance,\n  CAST(({count}) AS BIGINT) AS failing"
        )
        written.append(rule.id)
    script = "\nUNION ALL\n".join(selects)
    return Script(f"{_HEADER}{script};\n" if selects else _HEADER, tuple(written), left_out)


def _count(rule: Rule, source: str, *, is_float: bool) -> str | Unsaid:
    """The query of how many rows fail."""
    table = quoted(source)
    if rule.kind == "row_count":
        return f"SELECT CASE WHEN {_outside('COUNT(*)', rule)} THEN 1 ELSE 0 END FROM {table}"  # noqa: S608 - names are quoted
    if rule.kind == "unique" and not is_float:
        return repeated(rule, source)
    if rule.kind == "not_null" and is_float:
        name = quoted(rule.columns[0])
        return f"SELECT COUNT(*) FROM {table} WHERE {name} IS NULL OR isnan({name})"  # noqa: S608 - names are quoted
    found = condition(rule, is_float=is_float)
    if isinstance(found, Unsaid):
        return found
    return f"SELECT COUNT(*) FROM {table} WHERE {found}"  # noqa: S608 - names are quoted


def _outside(figure: str, rule: Rule) -> str:
    low, high = bounds_of(rule)
    tests = [] if low is None else [f"{figure} < {sql_literal(low)}"]
    tests += [] if high is None else [f"{figure} > {sql_literal(high)}"]
    return " OR ".join(tests)
