"""Checks as SQL: one row for each unit that is checked, and whether it fails.

What belongs here: the queries. Names are quoted, expressions looked at before they get here; the
units are rows, groups or gaps.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from dmaic_assets.analysis.validation.database import Database, names_list
from dmaic_assets.analysis.validation.expression import Wording, columns_of, named_columns
from dmaic_assets.settings.validation import (
    Aggregate,
    Balance,
    Check,
    Comparison,
    Constraint,
    OfTable,
    Period,
    Side,
    SignOf,
)
from dmaic_assets.store.warehouse.layout import quote_name

FAILED = "_failed"
# Share of a sum that its own rounding as a binary number may come to.
_ROUNDING = 1e-9
_SIGNS: Mapping[str, str] = {
    "positive": ">",
    "not_negative": ">=",
    "negative": "<",
    "not_positive": "<=",
}


@dataclass(frozen=True)
class Query:
    """A query that gives units: what they are shown by, and `_failed`.

    `used` are the columns read of each table; `hidden` are shown columns made of sensitive ones.
    `apart` are the columns that say of each table which rows belong to a unit, empty where that
    cannot be told; `is_held` is true of a unit, called `u`, that has rows in quarantine.
    """

    sql: str
    unit: str
    used: Mapping[str, Collection[str]]
    hidden: frozenset[str] = frozenset()
    apart: Mapping[str, Collection[str]] = field(default_factory=dict)
    is_held: str = "false"

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that are read, by name."""
        return tuple(sorted({name for columns in self.used.values() for name in columns}))


@dataclass
class Reader:
    """Looks names and expressions of one check up, and remembers the columns that they read."""

    database: Database
    name: str
    file: str
    used: dict[str, set[str]] = field(default_factory=dict)

    def columns(self, table: str, key: str, names: Collection[str]) -> tuple[str, ...]:
        """Names of columns, as the table spells them."""
        known = self.database.tables[table].columns()
        found = named_columns(names, known, self._at(key))
        self.used.setdefault(table, set()).update(found)
        return found

    def expression(self, table: str, key: str, text: str) -> frozenset[str]:
        """The columns of an expression."""
        known = self.database.tables[table].columns()
        found = columns_of(self.database.connection, text, known, self._at(key))
        self.used.setdefault(table, set()).update(found)
        return found

    def where(self, table: str, key: str, text: str | None) -> str:
        """The clause that leaves rows out; empty where none are."""
        if text is None:
            return ""
        self.expression(table, key, text)
        return f" WHERE ({text}\n)"

    def hides(self, table: str, shown: str, columns: Collection[str]) -> set[str]:
        """The name under which columns are shown, if one of them is sensitive."""
        return {shown} if self.database.is_sensitive(table, columns) else set()

    def _at(self, key: str) -> Wording:
        return Wording(self.file, f"{self.name}.{key}")


def compile_check(check: Check, database: Database) -> Query:
    """Spells a check as a query.

    Raises:
        BadInputError: A column or an expression is not what it has to be.
    """
    reader = Reader(database, check.name, check.file)
    if isinstance(check, Comparison):
        return _comparison(check, reader)
    if isinstance(check, OfTable):
        reader.used[check.table] = set()
    return _COMPILERS[type(check)](check, reader)


def _balance(check: Balance, reader: Reader) -> Query:
    left = reader.expression(check.table, "left", check.left)
    right = reader.expression(check.table, "right", check.right)
    by, grouped, shown = _groups(check.table, check.by, reader)
    where = reader.where(check.table, "where", check.where)
    limit = _limit(check.tolerance, "left_sum", "right_sum")
    sql = (
        f"SELECT *, left_sum - right_sum AS gap,"
        f" abs(left_sum - right_sum) > {limit} AS {FAILED}"
        f" FROM (SELECT {shown}coalesce(sum(({check.left}\n)), 0) AS left_sum,"
        f" coalesce(sum(({check.right}\n)), 0) AS right_sum, count(*) AS row_count"
        f" FROM {quote_name(check.table)}{where}{grouped}) WHERE row_count > 0"
    )
    hidden = reader.hides(check.table, "left_sum", left) | reader.hides(
        check.table, "right_sum", right
    )
    return _query(check.table, sql, by, reader, hidden | ({"gap"} if hidden else set()))


def _aggregate(check: Aggregate, reader: Reader) -> Query:
    read = reader.expression(check.table, "value", check.value)
    by, grouped, shown = _groups(check.table, check.by, reader)
    where = reader.where(check.table, "where", check.where)
    low = [] if check.min is None else [f"found < {check.min!r} - {_slack(check)}"]
    high = [] if check.max is None else [f"found > {check.max!r} + {_slack(check)}"]
    sql = (
        f"SELECT *, {' OR '.join(['found IS NULL', *low, *high])} AS {FAILED} FROM (SELECT {shown}"
        f"({check.value}\n) AS found, count(*) AS row_count"
        f" FROM {quote_name(check.table)}{where}{grouped}) WHERE row_count > 0"
    )
    return _query(check.table, sql, by, reader, reader.hides(check.table, "found", read))


def _constraint(check: Constraint, reader: Reader) -> Query:
    reader.expression(check.table, "expression", check.expression)
    return _rows(check, reader, f"NOT ({check.expression}\n)")


def _sign(check: SignOf, reader: Reader) -> Query:
    (column,) = reader.columns(check.table, "column", (check.column,))
    return _rows(check, reader, f"NOT ({quote_name(column)} {_SIGNS[check.sign]} 0)")


def _rows(check: OfTable, reader: Reader, failed: str) -> Query:
    """Each row is a unit, shown by the columns that are read and the table's key."""
    table = reader.database.tables[check.table]
    where = reader.where(check.table, "where", check.where)
    keys = [name for key in table.keys[:1] for name in key if name in table.columns()]
    reader.used[check.table].update(keys)
    shown = [name for name in table.columns() if name in reader.used[check.table]]
    listed = f"{names_list(shown)}, " if shown else ""
    sql = f"SELECT {listed}{failed} AS {FAILED} FROM {quote_name(check.table)}{where}"
    hidden = {n for n in shown if reader.database.is_sensitive(check.table, (n,))}
    return Query(sql, "rows", reader.used, frozenset(hidden))


def _period(check: Period, reader: Reader) -> Query:
    (column,) = reader.columns(check.table, "column", (check.column,))
    by, _, shown = _groups(check.table, check.by, reader)
    where = reader.where(check.table, "where", check.where)
    each = f"PARTITION BY {names_list(by)} " if by else ""
    inner = f"SELECT DISTINCT {shown}CAST({quote_name(column)} AS TIMESTAMP) AS moment"
    sql = (
        f"SELECT *, epoch(until) / 86400.0 - epoch(since) / 86400.0 > {check.max_gap_days!r}"
        f" AS {FAILED} FROM (SELECT {shown}moment AS since,"
        f" lead(moment) OVER ({each}ORDER BY moment) AS until"
        f" FROM ({inner} FROM {quote_name(check.table)}{where}) WHERE moment IS NOT NULL)"
        " WHERE until IS NOT NULL"
    )
    hidden = {n for n in by if reader.database.is_sensitive(check.table, (n,))}
    if reader.database.is_sensitive(check.table, (column,)):
        hidden |= {"since", "until"}
    return Query(sql, "gaps", reader.used, frozenset(hidden))


def _comparison(check: Comparison, reader: Reader) -> Query:
    sides: list[str] = []
    hidden: set[str] = set()
    for name, side in (("left", check.left), ("right", check.right)):
        sql, more = _side(name, side, reader)
        sides.append(sql)
        hidden |= more
    keys = [f"k{place}" for place in range(len(check.left.by))]
    same = " AND ".join(f"l.{key} IS NOT DISTINCT FROM r.{key}" for key in keys)
    joined = f"FULL JOIN ({sides[1]}) AS r ON {same}" if keys else f"CROSS JOIN ({sides[1]}) AS r"
    shown = "".join(
        f"coalesce(l.{key}, r.{key}) AS {quote_name(name)}, "
        for key, name in zip(keys, check.left.by, strict=True)
    )
    values = {side: f"{side[0]}.found" for side in ("left", "right")}
    if check.missing == "zero":
        values = {side: f"coalesce({value}, 0)" for side, value in values.items()}
    lone = "l.is_there IS NULL OR r.is_there IS NULL"
    failed = _differs(check)
    if check.missing == "fail":
        failed = f"is_lone OR ({failed})"
    sql = (
        f"SELECT * EXCLUDE (is_lone), {failed} AS {FAILED} FROM (SELECT {shown}"
        f"{values['left']} AS left_value, {values['right']} AS right_value, {lone} AS is_lone"
        f" FROM ({sides[0]}) AS l {joined})"
    )
    query = Query(sql, "groups" if keys else "tables", reader.used, frozenset(hidden))
    sides_by = {side.table: side.by for side in (check.left, check.right)}
    return _with_held(query, sides_by, check.left.by, reader)


def _side(name: str, side: Side, reader: Reader) -> tuple[str, set[str]]:
    """One side as a query with columns k0, k1, ..., found and is_there; and what is hidden."""
    read = reader.expression(side.table, f"{name}.value", side.value)
    by = reader.columns(side.table, f"{name}.by", side.by)
    where = reader.where(side.table, f"{name}.where", side.where)
    keys = "".join(f"{quote_name(column)} AS k{place}, " for place, column in enumerate(by))
    grouped = f" GROUP BY {names_list(by)}" if by else ""
    hidden = reader.hides(side.table, f"{name}_value", read)
    if name == "left":
        hidden |= {c for c in by if reader.database.is_sensitive(side.table, (c,))}
    selected = f"SELECT {keys}({side.value}\n) AS found, true AS is_there"
    return f"{selected} FROM {quote_name(side.table)}{where}{grouped}", hidden


def _differs(check: Comparison) -> str:
    """When two values do not compare as they should; "<" and ">" know no tolerance."""
    none = _limit(0.0, "left_value", "right_value")
    limit = _limit(check.tolerance, "left_value", "right_value")
    gap = "left_value - right_value"
    told: Mapping[str, str] = {
        "=": f"abs({gap}) > {limit}",
        "!=": f"abs({gap}) <= {limit}",
        "<=": f"{gap} > {limit}",
        "<": f"{gap} >= -({none})",
        ">=": f"{gap} < -({limit})",
        ">": f"{gap} <= {none}",
    }
    return told[check.operator]


def _groups(table: str, names: tuple[str, ...], reader: Reader) -> tuple[tuple[str, ...], str, str]:
    """Columns of groups, the clause that groups by them, and how they are shown."""
    by = reader.columns(table, "by", names)
    listed = names_list(by)
    return by, f" GROUP BY {listed}" if by else "", f"{listed}, " if by else ""


def _query(table: str, sql: str, by: tuple[str, ...], reader: Reader, hidden: set[str]) -> Query:
    hidden |= {name for name in by if reader.database.is_sensitive(table, (name,))}
    query = Query(sql, "groups" if by else "tables", reader.used, frozenset(hidden))
    return _with_held(query, {table: by}, by, reader)


def _with_held(
    query: Query, by: Mapping[str, Sequence[str]], shown: Sequence[str], reader: Reader
) -> Query:
    """Adds which groups have rows in quarantine: those that a held row of a table belongs to."""
    if not shown:
        return query
    met = [
        f"EXISTS (SELECT 1 FROM {view} AS h WHERE {_same(names, shown)})"
        for table, names in by.items()
        if (view := reader.database.held_view(table)) is not None
    ]
    return replace(query, apart=by, is_held=" OR ".join(met)) if met else query


def _same(names: Sequence[str], shown: Sequence[str]) -> str:
    pairs = zip(names, shown, strict=True)
    return " AND ".join(
        f"h.{quote_name(mine)} IS NOT DISTINCT FROM u.{quote_name(unit)}" for mine, unit in pairs
    )


def _limit(tolerance: float, left: str, right: str) -> str:
    return f"{tolerance!r} + {_ROUNDING!r} * greatest(abs({left}), abs({right}), 1)"


def _slack(check: Aggregate) -> str:
    return f"({check.tolerance!r} + {_ROUNDING!r} * greatest(abs(found), 1))"


_COMPILERS: Mapping[type[Check], Callable[[Any, Reader], Query]] = {
    Balance: _balance,
    Aggregate: _aggregate,
    Constraint: _constraint,
    SignOf: _sign,
    Period: _period,
}
