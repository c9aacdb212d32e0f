"""Moments as people type them: `7d`, `24h`, `2026-11-01`."""

import re
from datetime import UTC, datetime, timedelta

import click

# Spans by the letter that stands for them.
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_SPAN = re.compile(r"(\d{1,5})([hdw])")


class Since(click.ParamType[timedelta | datetime]):
    """A time span before now (`24h`, `7d`, `2w`) or a moment in ISO form (UTC without an offset).

    What it gives is a span or a moment; `moment` makes a moment of either.
    """

    name = "WHEN"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta | datetime:
        """Reads what was typed."""
        if isinstance(value, timedelta | datetime):
            return value
        text = str(value).strip()
        found = _SPAN.fullmatch(text.lower())
        if found:
            return int(found[1]) * _UNITS[found[2]]
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            self.fail(
                f"{text!r} is neither a span (24h, 7d, 2w) nor a date (2026-11-01)", param, ctx
            )
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def moment(since: timedelta | datetime | None, now: datetime) -> datetime | None:
    """The moment that was meant; None when nothing was."""
    return now - since if isinstance(since, timedelta) else since
