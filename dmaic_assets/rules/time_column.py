"""Whether the time column that people name exists and holds times.

What belongs here: refusing a wrong name. What the column is used for is in `learn_steps` and
`time_parts`.
"""

from collections.abc import Iterable

from dmaic_assets.errors import SettingsError
from dmaic_assets.model import ColumnType
from dmaic_assets.rules.fitting import nearest

TIME_TYPES = frozenset({"date", "datetime"})


def refuse_time_column(name: str, known: Iterable[ColumnType], *, subject: str, key: str) -> None:
    """Refuses a time column that accepted files prove wrong.

    Args:
        name: The column that somebody named.
        known: The column types of accepted files; nothing is refused without any.
        subject: Where it was named.
        key: Under which key or option.

    Raises:
        SettingsError: No file has the column, or in none it holds dates or datetimes; names the
            place, the key, and the nearest column or the columns that would do.
    """
    types = list(known)
    held = [t.type for t in types if t.column == name]
    if not types or TIME_TYPES & set(held):
        return
    able = ", ".join(dict.fromkeys(t.column for t in types if t.type in TIME_TYPES))
    fix = f"Name a column of dates or datetimes: {able}." if able else f"Leave {key} out."
    if held:
        typed = f"or say its type and format: types: {{{name}: date}}"
        complaint = f"column {name} holds no times: it is of type {held[-1]}"
        raise SettingsError(subject, f"{key}: {complaint}", f"{fix[:-1]}; {typed}.")
    near = nearest(name, [t.column for t in types])
    hint = f"; the nearest is {near}" if near else ""
    raise SettingsError(subject, f"{key}: column {name} is in no accepted file{hint}", fix)
