"""A pandera schema as rules; see exchange_pandera.py, which loads this module when asked.

What belongs here: the schema's columns and options. Its checks are pandera_checks.py's.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pandera.errors
from pandera.io import pandas_io, polars_io

from dmaic_assets.errors import BadInputError
from dmaic_assets.model import Json, Rule, RuleSet, Severity, TypeName
from dmaic_assets.phenomena.registry import kind_of
from dmaic_assets.rules.exchange.imported import with_own_ids
from dmaic_assets.rules.exchange.pandera_checks import check_parts, check_words
from dmaic_assets.rules.exchange.pandera_export import METADATA_KEY
from dmaic_assets.rules.yaml.file import parse_rules
from dmaic_assets.rules.yaml.text import Document

_Object: TypeAlias = Any  # pandera's schemas, columns and checks, for Polars and for pandas
# In order: the first word that a type's name starts with wins.
_TYPE_WORDS: tuple[tuple[str, TypeName], ...] = (
    ("uint", "integer"),
    ("int", "integer"),
    ("float", "decimal"),
    ("decimal", "decimal"),
    ("bool", "boolean"),
    ("datetime", "datetime"),
    ("timestamp", "datetime"),
    ("date", "date"),
    ("timedelta", "duration"),
    ("duration", "duration"),
    ("time", "time"),
    ("period", "period"),
    ("str", "text"),
    ("object", "text"),
    ("categor", "text"),
    ("enum", "text"),
    ("utf8", "text"),
    ("binary", "binary"),
    ("list", "nested"),
    ("array", "nested"),
    ("struct", "nested"),
)


def read_schema(path: Path) -> _Object:
    """Reads a schema in pandera's YAML, for Polars or pandas.

    Raises:
        BadInputError: The file is missing or is no such YAML; names the line where it can.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BadInputError(str(path), f"cannot be read: {reason}", "Name a YAML file.") from error
    top = Document(text, str(path)).value
    if not isinstance(top, dict) or not isinstance(top.get("columns"), dict):
        raise _no_schema(path, "it has no mapping `columns`")
    reader: _Object = polars_io if "polars" in str(top.get("schema_type")) else pandas_io
    try:
        return reader.from_yaml(text)
    except (pandera.errors.SchemaDefinitionError, TypeError, ValueError, KeyError) as error:
        raise _no_schema(path, f"{type(error).__name__}: {error}") from error
    except (AttributeError, pandera.errors.SchemaInitError) as error:
        raise _no_schema(path, str(error)) from error


def _no_schema(path: Path, reason: str) -> BadInputError:
    return BadInputError(
        str(path), f"not a pandera schema: {reason}", "Write the file with pandera's to_yaml."
    )


def import_schema(schema: _Object, subject: str, source: str) -> RuleSet:
    """Builds the rules of a schema object; see `from_pandera`.

    Args:
        schema: A DataFrameSchema for Polars or pandas.
        subject: What errors call it.
        source: The name of the source.

    Raises:
        BadInputError: It is no schema, or something in it has no counterpart.
    """
    if not hasattr(schema, "columns") or not hasattr(schema, "strict"):
        raise BadInputError(
            subject, f"{type(schema).__name__} is no DataFrameSchema", "Give a schema or its YAML."
        )
    carried = (getattr(schema, "metadata", None) or {}).get(METADATA_KEY)
    if isinstance(carried, str):
        return parse_rules(carried, subject=subject, source=source)
    if getattr(schema, "index", None) is not None:
        raise BadInputError(subject, "has an index; files have none", "Make it a column.")
    found = [*_frame_rules(schema, subject)]
    for name, column in schema.columns.items():
        found += _column_rules(str(name), column, subject)
    return RuleSet(source, tuple(with_own_ids(found)))


def _frame_rules(schema: _Object, subject: str) -> Iterator[Rule]:
    names = tuple(str(n) for n in schema.columns)
    required = tuple(str(n) for n, c in schema.columns.items() if c.required)
    if required:
        yield _rule("columns_present", required, "critical")
    if schema.strict is True and names:
        yield _rule("columns_added", names, "low")
    if schema.strict == "filter":
        raise BadInputError(subject, "strict='filter' drops columns; rules judge", "Set strict.")
    if schema.ordered and len(names) > 1:
        yield _rule("column_order", names, "low")
    keys = schema.unique or []
    if keys:
        yield _rule("unique", (keys,) if isinstance(keys, str) else tuple(keys), "high")
    for check in schema.checks or []:
        raise BadInputError(
            subject,
            f"check {check_words(check)} of the frame has no counterpart",
            "Write it as a rule of kind expression, or drop it from the schema.",
        )


def _column_rules(name: str, column: _Object, subject: str) -> Iterator[Rule]:
    if getattr(column, "regex", False):
        raise BadInputError(
            subject, f"column {name} is a pattern for names", "Name each column of its own."
        )
    if column.dtype is not None:
        yield _rule("type", (name,), "high", type=_type_name(column.dtype, name, subject))
    if not column.nullable:
        yield _rule("not_null", (name,), "medium")
    if column.unique:
        yield _rule("unique", (name,), "high")
    for check in column.checks or []:
        kind, parameters = check_parts(check, name, subject)
        severity: Severity = "low" if check.raise_warning else "medium"
        rule = _rule(kind, () if kind == "expression" else (name,), severity, **parameters)
        try:
            kind_of(rule).validate(rule)
        except BadInputError as error:
            culprit = f"column {name}: check {check_words(check)}: {error.culprit}"
            raise BadInputError(subject, culprit, error.fix) from error
        yield rule
        if not check.ignore_na and column.nullable:
            yield _rule("not_null", (name,), severity)


def _type_name(dtype: object, name: str, subject: str) -> TypeName:
    word = str(dtype).lower()
    for start, found in _TYPE_WORDS:
        if word.startswith(start):
            return found
    raise BadInputError(
        subject,
        f"column {name}: type {dtype} has no counterpart",
        "Use a type of Polars or pandas.",
    )


def _rule(kind: str, columns: tuple[str, ...], severity: Severity, **parameters: Json) -> Rule:
    return Rule("", kind, columns, severity, "hand", parameters)
