"""The season of files: the day of the week that their names tell.

What belongs here: reading it. How much of a season is believed, the design of the charts decides.
"""

import re
from collections.abc import Sequence
from datetime import date

import numpy as np

from dmaic_assets.sixsigma.alarms.series import Integers

_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)([-_.]?)(\d\d)\2(\d\d)(?!\d)")


def seasons_of(names: Sequence[str]) -> Integers | None:
    """The day of the week of each file, 0 for Monday; None unless every name has one date.

    The name is used and not the moment of arrival: files of many days may arrive at once, and the
    same files have the same charts.
    """
    days = [_weekday(name) for name in names]
    if not days or None in days:
        return None
    return np.asarray(days, dtype=np.int64)


def _weekday(name: str) -> int | None:
    found = {day for match in _DATE.finditer(name) if (day := _date(*match.group(1, 3, 4)))}
    return found.pop().weekday() if len(found) == 1 else None


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
