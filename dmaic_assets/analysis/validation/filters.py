"""Sorts the rows of tables by declared rules: clean, flag, exclude or quarantine.

What belongs here: rules as conditions, and the counts. Rows stay where they are.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import get_args

from dmaic_assets.analysis.validation.compile import Reader
from dmaic_assets.analysis.validation.database import Database
from dmaic_assets.analysis.validation.expression import Wording
from dmaic_assets.analysis.values.validation import FilterResult, RuleResult
from dmaic_assets.errors import BadInputError
from dmaic_assets.settings.validation import FilterGraph, FilterRule, RowClass
from dmaic_assets.store.warehouse.layout import quote_name, quote_text

CLEAN = "clean"
# What a text is by its form alone: whether anybody reads there, nobody can tell from it.
_FORMS: Mapping[str, str] = {
    "email": r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+",
    "url": r"https?://[^\s/$.?#][^\s]*",
    "phone": r"\+?[0-9][0-9 ()/.-]{5,}[0-9]",
}


def work_filters(filters: Iterable[FilterGraph], database: Database) -> tuple[FilterResult, ...]:
    """Sorts the rows of each filter's table; one that cannot be worked says so."""
    return tuple(_worked(graph, database) for graph in filters)


def _worked(graph: FilterGraph, database: Database) -> FilterResult:
    import duckdb

    result = FilterResult(graph.name, graph.table, "skipped", file=graph.file)
    tables = {graph.table, *(r.reference.table for r in graph.rules if r.reference)}
    absent = sorted(tables - set(database.tables))
    if absent:
        return replace(result, text=f"there is no table {absent[0]}")
    try:
        return _sorted(result, graph, database)
    except BadInputError as error:
        return replace(result, status="error", text=f"{error}. {error.fix}")
    except duckdb.Error as error:
        told = str(error).partition("\n")[0]
        where = graph.file or "analyses.validation"
        text = f"{where}: key {graph.name}: {told}. Correct its rules."
        return replace(result, status="error", text=text)


def _sorted(result: FilterResult, graph: FilterGraph, database: Database) -> FilterResult:
    rules = _Rules(graph)
    readers = {
        rule.name: Reader(database, graph.name, graph.file, {graph.table: set()})
        for rule in graph.rules
    }
    holds = {r.name: _condition(r, graph.table, readers[r.name]) for r in graph.rules}
    columns = ", ".join(
        f"coalesce({text}, true) AS {quote_name(name)}" for name, text in holds.items()
    )
    asked = {rule.name: rules.asked(rule.name) for rule in graph.rules}
    broken = {n: f"({condition} AND NOT {quote_name(n)})" for n, condition in asked.items()}
    counts = ", ".join(
        f"count(*) FILTER (WHERE {asked[n]}) AS asked_{i},"
        f" count(*) FILTER (WHERE {broken[n]}) AS broken_{i}"
        for i, n in enumerate(holds)
    )
    classes = "".join(_case(outcome, graph.rules, broken) for outcome in _gravest_first())
    sql = (
        f"SELECT class, count(*) AS row_count, {counts} FROM (SELECT *, CASE{classes}"
        f" ELSE '{CLEAN}' END AS class FROM (SELECT {columns} FROM {quote_name(graph.table)} AS t))"
        " GROUP BY class"
    )
    found = database.rows(sql, _all_used(readers.values()))
    sums = {row["class"]: int(row["row_count"]) for row in found}
    rows = sum(sums.values())
    told = tuple(
        RuleResult(
            rule.name,
            rule.outcome,
            sum(int(row[f"asked_{i}"]) for row in found),
            sum(int(row[f"broken_{i}"]) for row in found),
            tuple(sorted(readers[rule.name].used[graph.table])),
        )
        for i, rule in enumerate(graph.rules)
    )
    status = "skipped" if not rows else "passed" if sums.get(CLEAN) == rows else "failed"
    every = {name: sums.get(name, 0) for name in (CLEAN, *get_args(RowClass))}
    return replace(result, status=status, rows=rows, classes=every, rules=told)


def _all_used(readers: Iterable[Reader]) -> Mapping[str, set[str]]:
    """The columns that some rule reads, by table."""
    used: dict[str, set[str]] = {}
    for reader in readers:
        for table, names in reader.used.items():
            used.setdefault(table, set()).update(names)
    return used


def _gravest_first() -> Sequence[str]:
    return get_args(RowClass)[::-1]


def _case(outcome: str, rules: Sequence[FilterRule], broken: Mapping[str, str]) -> str:
    met = " OR ".join(broken[rule.name] for rule in rules if rule.outcome == outcome)
    return f" WHEN {met} THEN '{outcome}'" if met else ""


@dataclass
class _Rules:
    """The rules of a graph, and which others each of them waits for."""

    graph: FilterGraph
    by_name: dict[str, FilterRule] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for rule in self.graph.rules:
            if rule.name in self.by_name:
                raise self._at(rule.name).refusal("is there twice", "Rename one of them.")
            self.by_name[rule.name] = rule

    def asked(self, name: str, path: tuple[str, ...] = ()) -> str:
        """The condition under which a rule is asked: all that it needs were asked and hold.

        Raises:
            BadInputError: A rule needs one that is not there, or itself in the end.
        """
        if name in path:
            circle = " -> ".join((*path[path.index(name) :], name))
            raise self._at(name).refusal(f"{circle} is a cycle", "Take one `needs` out of it.")
        found: list[str] = []
        for need in self.by_name[name].needs:
            if need not in self.by_name:
                fix = f"Rules: {', '.join(self.by_name)}."
                raise self._at(name).refusal(f"needs {need}, which is no rule of it", fix)
            found.append(f"({self.asked(need, (*path, name))} AND {quote_name(need)})")
        return " AND ".join(found) or "true"

    def _at(self, rule: str) -> Wording:
        return Wording(self.graph.file, f"{self.graph.name}.rules.{rule}")


def _condition(rule: FilterRule, table: str, reader: Reader) -> str:
    """When a row keeps a rule; null where that cannot be told."""
    key = f"rules.{rule.name}"
    if rule.expression is not None:
        reader.expression(table, f"{key}.expression", rule.expression)
        return f"({rule.expression}\n)"
    for way, spell in _WAYS.items():
        names: tuple[str, ...] = getattr(rule, way)
        if names:
            return spell(reader.columns(table, f"{key}.{way}", names))
    if rule.matches is not None:
        (column,) = reader.columns(table, f"{key}.matches.column", (rule.matches.column,))
        regex = rule.matches.regex or _FORMS[rule.matches.form or "email"]
        return f"regexp_full_match(CAST({quote_name(column)} AS VARCHAR), {quote_text(regex)})"
    return _reference(rule, table, key, reader)


def _reference(rule: FilterRule, table: str, key: str, reader: Reader) -> str:
    said = rule.reference
    if said is None or len(said.columns) != len(said.ref_columns):
        fix = "Name as many columns as ref_columns."
        raise Wording(reader.file, f"{reader.name}.{key}.reference").refusal("is uneven", fix)
    own = reader.columns(table, f"{key}.reference.columns", said.columns)
    others = reader.columns(said.table, f"{key}.reference.ref_columns", said.ref_columns)
    pairs = zip(own, others, strict=True)
    same = " AND ".join(f"r.{quote_name(b)} = t.{quote_name(a)}" for a, b in pairs)
    nulls = " OR ".join(f"t.{quote_name(name)} IS NULL" for name in own)
    places = (quote_name(said.table), reader.database.held_view(said.table))
    there = " OR ".join(f"EXISTS (SELECT 1 FROM {p} AS r WHERE {same})" for p in places if p)
    return f"({nulls} OR {there})"


def _filled(columns: Sequence[str]) -> str:
    return "(" + " AND ".join(f"{quote_name(name)} IS NOT NULL" for name in columns) + ")"


def _unique(columns: Sequence[str]) -> str:
    listed = ", ".join(quote_name(name) for name in columns)
    return f"(NOT {_filled(columns)} OR count(*) OVER (PARTITION BY {listed}) = 1)"


def _ordered(columns: Sequence[str]) -> str:
    pairs = pairwise(columns)
    return "(" + " AND ".join(f"{quote_name(a)} <= {quote_name(b)}" for a, b in pairs) + ")"


_WAYS: Mapping[str, Callable[[Sequence[str]], str]] = {
    "not_null": _filled,
    "unique": _unique,
    "ordered": _ordered,
}
