"""What foreign rule formats share: values as JSON, SQL of sets, patterns, ids of their own."""

import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from dmaic_assets.model import Json, Rule

# \Z is the very end in Python; $ would let a line break follow.
_OPENING, _CLOSING = "^(?:", r")\Z"
_OTHER_BOUNDARY = re.compile(r"\\[<>]|\\b\{")


def json_value(value: object) -> Json:
    """A scalar as JSON: times as ISO text, durations as seconds, anything odd as its text."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    plain = getattr(value, "item", None)
    return json_value(plain()) if callable(plain) else str(value)


def not_in_sql(column: str, values: Iterable[object]) -> str:
    """The SQL condition that a column has none of some values."""
    return f"{quoted(column)} NOT IN ({', '.join(sorted(_literal(v) for v in values))})"


def quoted(name: str) -> str:
    """A name as SQL, whatever signs it has."""
    return '"' + name.replace('"', '""') + '"'


def sql_literal(value: object) -> str:
    """A JSON scalar as SQL; a number with a fraction is a double there, to the last bit."""
    if isinstance(value, float) and "e" not in repr(value):
        return f"{value!r}e0"
    return _literal(value)


def _literal(value: object) -> str:
    plain = json_value(value)
    if isinstance(value, date):
        return f"{'TIMESTAMP' if isinstance(value, datetime) else 'DATE'} '{plain}'"
    if isinstance(plain, str):
        return "'" + plain.replace("'", "''") + "'"
    return str(plain).upper() if isinstance(plain, bool) else str(plain)


def entirely(pattern: str) -> str | None:
    """A pattern as suites match it, from the start on, held to the end; `within` takes it back.

    None where Python refuses the pattern, or reads it otherwise than Polars does: some word
    boundaries are signs there, and classes within classes are not known.
    """
    whole = f"{_OPENING}{pattern}{_CLOSING}"
    is_alike = _OTHER_BOUNDARY.search(pattern) is None
    return whole if is_alike and _is_python(pattern) and _is_python(whole) else None


def within(regex: str) -> str | None:
    """The pattern that `entirely` made a regular expression of; None where it made none."""
    if not (regex.startswith(_OPENING) and regex.endswith(_CLOSING)):
        return None
    pattern = regex.removeprefix(_OPENING).removesuffix(_CLOSING)
    return pattern if _is_python(pattern) else None


def _is_python(pattern: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", FutureWarning)
            re.compile(pattern)
    except (re.error, FutureWarning, OverflowError, RecursionError):
        return False
    return True


def with_own_ids(rules: Iterable[Rule]) -> Iterator[Rule]:
    """Calls rules after their columns and kinds; the second of a name gets ".2" and so on."""
    used: dict[str, int] = {}
    for rule in rules:
        base = f"{'+'.join(rule.columns[:3]) or 'file'}.{rule.kind}"
        used[base] = number = used.get(base, 0) + 1
        yield replace(rule, id=base if number == 1 else f"{base}.{number}")
