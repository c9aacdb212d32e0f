"""Expressions that people write: one SQL expression over columns, which reads nothing else.

What belongs here: taking an expression apart, and refusing what is no plain expression. DuckDB's
own parser says what it is made of; nothing is recognised by its text.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dmaic_assets.errors import BadInputError, did_you_mean

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# What would read beside the row, or give another answer tomorrow.
_REFUSED_FUNCTIONS = frozenset(
    {
        "current_catalog", "current_database", "current_date", "current_localtime",
        "current_localtimestamp", "current_query", "current_role", "current_schema",
        "current_schemas", "current_setting", "current_time", "current_timestamp", "current_user",
        "currval", "gen_random_uuid", "get_current_time", "get_current_timestamp", "getdate",
        "getenv", "getvariable", "in_search_path", "nextval", "now", "pg_typeof", "random",
        "session_user", "setseed", "today", "transaction_timestamp", "txid_current", "user", "uuid",
        "uuidv4", "uuidv7", "version", "write_log",
    }
)  # fmt: skip
_REFUSED_CLASSES: Mapping[str, str] = {
    "SUBQUERY": "has a query inside",
    "STAR": "names all columns with *",
    "PARAMETER": "has a parameter",
    "DEFAULT": "has a default",
}
_PLAIN = "SELECT (1\n) AS value FROM t"
_FIX = "Write one SQL expression over the columns of its table, such as: debit >= 0."


@dataclass(frozen=True, slots=True)
class Wording:
    """Where an expression stands, for refusals: its file, and the key that holds it."""

    file: str
    key: str

    def refusal(self, what: str, fix: str = _FIX) -> BadInputError:
        """The refusal of what stands there."""
        return BadInputError(self.file or "analyses.validation", f"key {self.key}: {what}", fix)


def columns_of(
    connection: "DuckDBPyConnection", text: str, known: Collection[str], wording: Wording
) -> frozenset[str]:
    """The columns that an expression reads, spelt as its table has them.

    Args:
        connection: Any database; nothing is looked up in it.
        text: The expression.
        known: The columns of the table.
        wording: Where it stands.

    Raises:
        BadInputError: It is no expression, more than one, reads something else than columns of
            the table, or asks for the clock, chance or the session.
    """
    node = _parsed(connection, f"SELECT ({text}\n) AS value FROM t", wording)
    plain = _parsed(connection, _PLAIN, wording)
    (selected,) = node.pop("select_list") if len(node["select_list"]) == 1 else (None,)
    plain.pop("select_list")
    if selected is None or _without_places(node) != _without_places(plain):
        raise wording.refusal("is more than one expression")
    return frozenset(_columns(selected, known, wording))


def named_columns(
    columns: Collection[str], known: Collection[str], wording: Wording
) -> tuple[str, ...]:
    """Column names of a specification, spelt as the table has them.

    Raises:
        BadInputError: The table has no such column.
    """
    return tuple(_spelt(name, known, wording) for name in columns)


def _parsed(connection: "DuckDBPyConnection", sql: str, wording: Wording) -> dict[str, Any]:
    (answer,) = connection.execute("SELECT json_serialize_sql(?)", [sql]).fetchone() or ("{}",)
    told = json.loads(answer)
    if told.get("error", True):
        raise wording.refusal(f"is no SQL expression: {told.get('error_message', 'unknown')}")
    if len(told["statements"]) != 1:
        raise wording.refusal("is more than one expression")
    return told["statements"][0]["node"]


def _columns(node: object, known: Collection[str], wording: Wording) -> Iterator[str]:
    """The columns below a node; refuses what is no plain expression."""
    if isinstance(node, list):
        for one in node:
            yield from _columns(one, known, wording)
    elif isinstance(node, Mapping):
        _refuse(node, wording)
        if node.get("class") == "COLUMN_REF":
            names = [str(name) for name in node["column_names"]]
            yield _spelt(names[0], known, wording)
        else:
            for one in node.values():
                yield from _columns(one, known, wording)


def _refuse(node: Mapping[str, Any], wording: Wording) -> None:
    kind = str(node.get("class", ""))
    if kind in _REFUSED_CLASSES:
        raise wording.refusal(_REFUSED_CLASSES[kind])
    function = str(node.get("function_name", "")).lower()
    if function in _REFUSED_FUNCTIONS:
        raise wording.refusal(f"{function} reads more than the row, or differs from run to run")


def _spelt(name: str, known: Collection[str], wording: Wording) -> str:
    if name in known:
        return name
    for there in known:
        if there.lower() == name.lower():
            return there
    near = did_you_mean(name, list(known))
    raise wording.refusal(f"there is no column {name}{near}", f"Columns: {', '.join(known)}.")


def _without_places(node: object) -> object:
    """A node without the places in the text that its parts stand at."""
    if isinstance(node, list):
        return [_without_places(one) for one in node]
    if isinstance(node, Mapping):
        kept = {k: v for k, v in node.items() if not str(k).startswith("query_location")}
        return {key: _without_places(value) for key, value in kept.items()}
    return node
