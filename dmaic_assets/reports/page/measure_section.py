"""What the page says of Measure: stages and yields, CTQs with defects, capability, the checker."""

from collections.abc import Sequence
from html import escape

from dmaic_assets.model import Json
from dmaic_assets.reports.facts import Record, mapping, number, records
from dmaic_assets.reports.page.markup import cards, drawn, part, record_table
from dmaic_assets.reports.page.plots import yields_figure
from dmaic_assets.reports.wording import NOTHING, declare_limits, figure, percent

_CAPABILITY = (
    *("column", "files", "mean", "lower_spec", "upper_spec", "method", "label"),
    *("cp", "cpk", "pp", "ppk", "observed_share", "expected_share", "reason"),
)

_SPREAD = (
    *("column", "files", "values", "median", "quartile_low", "quartile_high", "sd_within"),
    *("least_file_mean", "greatest_file_mean", "newest_file_mean"),
)


def measure_section(value: Record) -> str:
    """Stages with their yields, the CTQs that have defects, capability, and the checker."""
    judged = [c for c in records(value.get("ctqs")) if c.get("defective")]
    judged.sort(key=lambda c: (-(number(c.get("share")) or 0.0), str(c.get("id"))))
    names = (
        "id",
        "units",
        "defective",
        "dpmo",
        "sigma_level",
        "sigma_lower",
        "sigma_upper",
        "is_within_limit",
    )
    stages = records(value.get("stages"))
    columns = ("stage", "unit", "units", "defective", "first_time_yield")
    parts = (
        drawn(yields_figure(stages)),
        record_table(stages, columns),
        part("CTQs with defects", record_table(judged, names), level=4),
        part("Capability", _capability(records(value.get("capability"))), level=4),
        part("Location and spread", _spread(value), level=4),
        part("The checker as a gauge", _checker(mapping(value.get("checker"))), level=4),
    )
    return part("Measure: defects and yields", *parts)


def _capability(found: Sequence[Record]) -> str:
    """One line per column: the indices of the method that suits it, with their intervals."""
    rows = [
        {
            **record,
            **{name: _index(record.get(name)) for name in ("cp", "cpk", "pp", "ppk")},
            **(
                {
                    "cp": NOTHING,
                    "cpk": NOTHING,
                    "pp": record.get("percentile_pp"),
                    "ppk": record.get("percentile_ppk"),
                }
                if record.get("method") == "percentiles"
                else {}
            ),
        }
        for record in found
    ]
    return record_table(rows, _CAPABILITY)


def _spread(value: Record) -> str:
    """Where values without declared limits lie, and how limits are declared."""
    found = records(value.get("spread"))
    if not found:
        return ""
    sentence, entry = declare_limits(str(value.get("source")), str(found[0].get("ctq")))
    told = f"<p>{escape(sentence)}</p><pre>{escape(entry)}</pre>"
    return record_table(found, _SPREAD) + told


def _index(value: Json) -> Json:
    found = mapping(value)
    if not found:
        return value
    shown, low, high = (figure(number(found.get(k))) for k in ("value", "lower", "upper"))
    return f"{shown} ({low} to {high})"


def _checker(checker: Record) -> str:
    if not checker:
        return ""
    decisions = figure(number(checker.get("engine_decisions")))
    differing = figure(number(checker.get("engine_disagreements")))
    return cards(
        [
            (figure(number(checker.get("repeat_disagreements"))), "decisions differ when repeated"),
            (f"{differing} of {decisions}", "decisions differ from a second appraiser"),
            (_share(checker.get("miss")), "of seeded defects missed"),
            (_share(checker.get("false_alarm")), "of clean rows blamed"),
            (figure(number(checker.get("kappa"))), "kappa against seeded defects"),
        ]
    )


def _share(value: Json) -> str:
    share = mapping(value)
    if not share:
        return NOTHING
    upper = number(share.get("upper"))
    bound = "" if upper is None else f" (at most {percent(upper)})"
    return percent(number(share.get("value"))) + bound
