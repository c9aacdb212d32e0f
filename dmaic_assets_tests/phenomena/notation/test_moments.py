"""Formats that cannot fit a text are told without asking strptime, and only those."""

from datetime import datetime
from itertools import product

import pytest

from dmaic_assets.phenomena.notation.propose_dates import DATE_FORMATS
from dmaic_assets.phenomena.notation.repair import moment_of

FORMATS = (*DATE_FORMATS, "%d%%%m%%%Y", "%Y %m %d", " %Y-%m-%d", "%Y-%m-%d ", "%j/%Y", "%A %d %Y")
TEXTS = (
    *(datetime(2024, 11, 23, 14, 5, 9).strftime(f) for f in FORMATS),
    *("2024-1-3", "2024-11-3 4:05", "03.11.2024\t14:05", "5-NOV-2024", "May 5,2024", "1/2/0024"),
    *("2024-11-23T14:05:09Z", "2024-11-23  14:05:09", " 2024-11-23", "2024-11-23 ", "", " ", "517"),
    *("2024-11-23\u00a014:05", "\u0662024-11-23", "23-Nov-2024 (late)", "9999-12-31", "N/A"),
)


def asked(text: str, time_format: str) -> datetime | None:
    """What strptime says by itself."""
    try:
        moment = datetime.strptime(text, time_format)
    except ValueError:
        return None
    return moment if moment.year >= 1000 else None


@pytest.mark.parametrize("time_format", FORMATS)
def test_a_text_says_the_moment_that_strptime_reads(time_format: str) -> None:
    assert [moment_of(t, time_format) for t in TEXTS] == [asked(t, time_format) for t in TEXTS]


def test_some_texts_say_moments_under_some_formats() -> None:
    read = [moment_of(t, f) is not None for t, f in product(TEXTS, FORMATS)]

    assert len(FORMATS) <= sum(read) < len(read) / 2
