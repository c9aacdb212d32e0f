"""Whether what people wrote in a rule fits the columns that it is about: names, and values by type.

What belongs here: telling a mistake in a rule from a fault of a file. A rule that history proves
wrong is refused where it is loaded; without history it is broken, and says why.
"""

import difflib
from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from dmaic_assets.errors import BadInputError
from dmaic_assets.model import ColumnType, Rule, TypeName
from dmaic_assets.phenomena.contract.type_names import dtype_name
from dmaic_assets.phenomena.registry import kind_of

_DTYPES: Mapping[TypeName, pl.DataType] = {
    "integer": pl.Int64(),
    "decimal": pl.Float64(),
    "boolean": pl.Boolean(),
    "date": pl.Date(),
    "datetime": pl.Datetime(),
    "time": pl.Time(),
    "duration": pl.Duration(),
    "text": pl.String(),
}
_LIST = "in_set"


def refuse_misfits(
    rules: Iterable[Rule], history: Mapping[str, ColumnType], *, subject: str
) -> None:
    """Refuses hand-written rules that contradict the columns that history knows.

    A column that history does not know is allowed as long as none has a similar name: it may come
    with the next file.

    Args:
        rules: The rules; those that were learnt or switched off are passed over.
        history: The types of the columns of accepted files, by name.
        subject: The rule file, as errors name it.

    Raises:
        BadInputError: A column is misspelt, or a parameter does not fit a column's type; names
            the file, the rule, the column and the nearest column.
    """
    schema = {n: _DTYPES[t.type] for n, t in history.items() if t.type in _DTYPES}
    for rule in rules:
        if rule.origin == "learnt" or not rule.is_enabled:
            continue
        for column in kind_of(rule).needed_columns(rule):
            near = nearest(column, tuple(history))
            if column not in history and near is not None:
                raise BadInputError(
                    f"{subject}: rule {rule.id} ({rule.kind})",
                    f"column {column} is in no accepted file; the nearest is {near}",
                    f"Write {near}; or set `enabled: false` until {column} has come.",
                )
        complaint = misfit(rule, schema)
        if complaint is not None:
            fix = "Correct the parameters, or name the column's type in config/sources.yaml."
            raise BadInputError(f"{subject}: rule {rule.id} ({rule.kind})", complaint, fix)


def misfit(rule: Rule, schema: Mapping[str, pl.DataType]) -> str | None:
    """Says which column of a schema the rule's kind or parameters do not fit; None when all do."""
    kind = kind_of(rule)
    for column in kind.needed_columns(rule):
        dtype = schema.get(column)
        if dtype is None:
            continue
        named = f"column {column}, which is of type {dtype_name(dtype)}"
        if not kind.accepts(rule, dtype):
            return f"{_what(rule)} cannot be applied to {named}"
        strange = _not_text(rule) if dtype == pl.String else ()
        if strange:
            shown = ", ".join(strange[:3])
            return f"values {shown} are no text, so they never occur in {named}: quote them"
    return None


def nearest(name: str, columns: Sequence[str]) -> str | None:
    """The column whose name is most alike, whatever its case; None when none is similar."""
    by_folded = {column.casefold(): column for column in columns}
    near = difflib.get_close_matches(name.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[near[0]] if near else None


def _what(rule: Rule) -> str:
    given = ", ".join(f"{key}: {value}" for key, value in rule.parameters.items())
    return f"{rule.kind} with {given}" if given else rule.kind


def _not_text(rule: Rule) -> Sequence[str]:
    values = rule.parameters.get("values") if rule.kind == _LIST else None
    if not isinstance(values, list | tuple):
        return ()
    return [str(v) for v in values if v is not None and not isinstance(v, str)]
