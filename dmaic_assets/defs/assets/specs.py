"""What every asset says of itself: group, kinds, owners, code version, by one table.

What belongs here: the law that no asset goes without. Descriptions stand with the assets.
"""

import re
from collections.abc import Mapping

import dagster as dg

from dmaic_assets.defs.assets.freshness import SOURCE_FRESHNESS, freshness_code
from dmaic_assets.defs.assets.runs import RUN_SUMMARY, summary_code_version
from dmaic_assets.defs.catalog.phase_events import REPORT
from dmaic_assets.process.cycle.phase_code import phase_code
from dmaic_assets.settings.phases import PHASES
from dmaic_assets.settings.project import Settings
from dmaic_assets.work.plan.code_versions import code_versions

TEAM = "team:data-quality"
_GROUPS: Mapping[str, str] = {
    "raw_file": "intake",
    "column_types": "intake",
    "profile": "intake",
    "rule_set": "gate",
    "gate_verdict": "gate",
    "accepted_rows": "warehouse",
    "quarantine": "warehouse",
    RUN_SUMMARY: "runs",
    **dict.fromkeys(PHASES, "dmaic"),
    REPORT: "runs",
    SOURCE_FRESHNESS: "intake",
}
_KINDS: Mapping[str, frozenset[str]] = {
    "raw_file": frozenset({"polars", "csv"}),
    "column_types": frozenset({"polars", "json"}),
    "profile": frozenset({"polars", "json"}),
    "rule_set": frozenset({"python", "yaml"}),
    "gate_verdict": frozenset({"polars", "json"}),
    "accepted_rows": frozenset({"parquet", "duckdb"}),
    "quarantine": frozenset({"parquet", "json"}),
    RUN_SUMMARY: frozenset({"python", "plotly"}),
    "define": frozenset({"python", "markdown"}),
    "measure": frozenset({"python", "scipy"}),
    "analyze": frozenset({"polars", "scipy"}),
    "improve": frozenset({"polars", "yaml"}),
    "control": frozenset({"python", "scipy"}),
    REPORT: frozenset({"python", "plotly"}),
    SOURCE_FRESHNESS: frozenset({"python"}),
}


def completed(spec: dg.AssetSpec, settings: Settings) -> dg.AssetSpec:
    """Gives an asset its group, kinds, owners and code version.

    Raises:
        KeyError: The asset is not in the tables here.
    """
    name = spec.key.to_user_string()
    versions: Mapping[str, str] = {
        **code_versions(),
        RUN_SUMMARY: summary_code_version(),
        REPORT: summary_code_version(),
        SOURCE_FRESHNESS: freshness_code(),
        **{phase: phase_code(phase) for phase in PHASES},
    }
    return spec.replace_attributes(
        group_name=_GROUPS[name],
        kinds=set(_KINDS[name]),
        owners=owners_of(settings),
        code_version=versions[name],
    )


def owners_of(settings: Settings) -> list[str]:
    """Lists who owns the assets: the owners of the declared sources, else one team.

    Every asset holds a partition of every source, so all owners are each asset's owners. An
    e-mail address stays as it is; any other name becomes a team.
    """
    named = {source.owner for source in settings.sources if source.owner}
    return sorted(_owner(name) for name in named) or [TEAM]


def _owner(name: str) -> str:
    if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", name):
        return name
    return f"team:{re.sub(r'[^A-Za-z0-9_-]+', '-', name.removeprefix('team:')).strip('-')}"
