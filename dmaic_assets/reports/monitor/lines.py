"""Lines of the monitor's tables: how moments, ages and scores are spelled, and the files behind.

What belongs here: words of cells. Which sections there are, page.py says.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from dmaic_assets.model import Json
from dmaic_assets.reports.page.links import Links
from dmaic_assets.reports.views.monitor.files import NO_SCORE, SUNBURST_BANDS, band_of
from dmaic_assets.reports.views.monitor.view import (
    OUTCOMES,
    JudgedFile,
    MonitorView,
    Setting,
)
from dmaic_assets.reports.wording import NOTHING, spelled

# Hours from which an age is told in days.
_DAYS_FROM_H = 48.0


@dataclass(frozen=True, slots=True)
class FileBehind:
    """One line of the list that charts lead to; `cells` are places of the heat map, "1.0 2.3"."""

    file: JudgedFile
    reason: str
    band: str
    cells: str
    address: str | None


@dataclass(frozen=True, slots=True)
class Choices:
    """What the list can be narrowed to: values, and for cells (value, words) each."""

    sources: Sequence[str]
    outcomes: Sequence[str]
    bands: Sequence[str]
    cells: Sequence[tuple[str, str]]


def behind(view: MonitorView, links: Links) -> list[FileBehind]:
    """Builds the list of files that charts lead to, newest first."""
    return [
        FileBehind(
            file=found.file,
            reason=found.reason,
            band=band_of(found.file.score, SUNBURST_BANDS),
            cells=" ".join(f"{column}.{kind}" for column, kind in found.cells),
            address=links.file(found.file.source, found.file.file_sha256)
            or links.source(found.file.source),
        )
        for found in view.failures.listed
    ]


def choices(view: MonitorView) -> Choices:
    """Tells what the listed files can be narrowed to."""
    listed = view.failures.listed
    heat = view.failures.heat
    cells = sorted({cell for found in listed for cell in found.cells})
    bands = {band_of(found.file.score, SUNBURST_BANDS) for found in listed}
    outcomes = {found.file.outcome for found in listed}
    return Choices(
        sources=sorted({found.file.source for found in listed}),
        outcomes=[name for name in OUTCOMES if name in outcomes],
        bands=[name for name in (*SUNBURST_BANDS, NO_SCORE) if name in bands],
        cells=[(f"{c}.{k}", f"{heat.columns[c]} · {heat.kinds[k]}") for c, k in cells],
    )


def setting_groups(found: Iterable[Setting]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Groups settings into those that somebody wrote and the defaults, as (key, value) texts."""
    written: list[tuple[str, str]] = []
    usual: list[tuple[str, str]] = []
    for setting in found:
        (usual if setting.is_default else written).append((setting.key, _value(setting.value)))
    return [("Written for this project", written), ("Defaults", usual)]


def _value(value: Json) -> str:
    if isinstance(value, list | dict) and value:
        return json.dumps(value, ensure_ascii=False)
    return spelled(value)


def moment(value: datetime | None) -> str:
    """Spells a moment in UTC to the minute."""
    return f"{value.astimezone(UTC):%Y-%m-%d %H:%M}" if value else NOTHING


def age(hours: float | None) -> str:
    """Spells an age: hours up to two days, then days."""
    if hours is None:
        return NOTHING
    return f"{hours:.1f} h" if hours < _DAYS_FROM_H else f"{hours / 24:,.0f} days"


def score(share: float | None) -> str:
    """Spells a score from 0 to 100; only what is 100 reads as 100.0."""
    if share is None:
        return NOTHING
    return f"{min(100 * share, 99.9) if share < 1 else 100:.1f}"
