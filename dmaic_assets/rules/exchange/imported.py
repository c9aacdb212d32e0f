"""What the imports of foreign rule formats share: values as JSON, SQL of sets, ids of their own."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from dmaic_assets.model import Json, Rule


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
    name = '"' + column.replace('"', '""') + '"'
    return f"{name} NOT IN ({', '.join(sorted(_literal(v) for v in values))})"


def _literal(value: object) -> str:
    plain = json_value(value)
    if isinstance(value, date):
        return f"{'TIMESTAMP' if isinstance(value, datetime) else 'DATE'} '{plain}'"
    if isinstance(plain, str):
        return "'" + plain.replace("'", "''") + "'"
    return str(plain).upper() if isinstance(plain, bool) else str(plain)


def with_own_ids(rules: Iterable[Rule]) -> Iterator[Rule]:
    """Calls rules after their columns and kinds; the second of a name gets ".2" and so on."""
    used: dict[str, int] = {}
    for rule in rules:
        base = f"{'+'.join(rule.columns[:3]) or 'file'}.{rule.kind}"
        used[base] = number = used.get(base, 0) + 1
        yield replace(rule, id=base if number == 1 else f"{base}.{number}")
