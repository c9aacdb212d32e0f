"""What measure.md says of values: capability where a person declared limits, else where they lie.

What belongs here: the two sections, and how limits are declared.
"""

from collections.abc import Mapping, Sequence

from dmaic_assets.model import Json
from dmaic_assets.process.cycle.phase import Table
from dmaic_assets.process.cycle.record_cells import items_of, record_cells
from dmaic_assets.reports.markdown import md_text
from dmaic_assets.reports.wording import declare_limits

_SPREAD = (
    *("column", "values", "median", "quartile_low", "quartile_high", "sd_within"),
    *("least_file_mean", "greatest_file_mean", "newest_file_mean"),
)


def capability_text(source: str, value: Mapping[str, Json]) -> list[str]:
    """The sections of a Measure value; none where no column has values to tell of."""
    return [*_capability(value), *_spread(source, value)]


def _capability(value: Mapping[str, Json]) -> list[str]:
    names = ("column", "values", "lower_spec", "upper_spec", "ppk", "percentile_ppk", "label")
    rows = tuple(_capability_cells(c, names) for c in items_of(value["capability"]))
    return ["## Capability of values\n" + Table(names, rows).markdown()] if rows else []


def _capability_cells(record: Json, names: Sequence[str]) -> tuple[str, ...]:
    found = dict(record) if isinstance(record, dict) else {}
    ppk = found.get("ppk")
    if isinstance(ppk, dict):
        found["ppk"] = ppk["value"]
    found["label"] = found.get("reason") or found.get("label")
    return record_cells(_counted(found), names)


def _spread(source: str, value: Mapping[str, Json]) -> list[str]:
    records = [dict(r) for r in items_of(value["spread"]) if isinstance(r, dict)]
    if not records:
        return []
    rows = tuple(record_cells(_counted(r), _SPREAD) for r in records)
    headings = tuple(name.replace("_", " ") for name in _SPREAD)
    sentence, entry = declare_limits(source, str(records[0]["ctq"]))
    told = f"{md_text(sentence)}\n\n```yaml\n{entry}```\n"
    return [f"## Location and spread of values\n{Table(headings, rows).markdown()}\n{told}"]


def _counted(record: dict[str, Json]) -> dict[str, Json]:
    if not record.get("sampled_from"):
        return record
    return {**record, "values": f"{record['values']:,} of {record['sampled_from']:,}"}
