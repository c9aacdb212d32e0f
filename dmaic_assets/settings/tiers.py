"""Where a setting may come from: files, variables of the environment, arguments; later ones win.

What belongs here: reading variables as settings, and putting tiers together. What keys mean, their
models say.
"""

from collections.abc import Mapping
from typing import Any

from dmaic_assets.settings.place import DATA_VARIABLE

# Each variable, and the key of config/dmaic.yaml that it replaces.
VARIABLES: Mapping[str, tuple[str, ...]] = {
    DATA_VARIABLE: ("data_root",),
    "DMAIC_LEDGER_URL": ("ledger", "url"),
    "DMAIC_WORKERS": ("runs", "workers"),
    "DMAIC_STABLE_FOR_S": ("intake", "stable_for_s"),
    "DMAIC_SENSOR_INTERVAL_S": ("schedules", "sensor_interval_s"),
}


def from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    """Builds the keys of config/dmaic.yaml that variables say; an empty variable says nothing."""
    found: dict[str, Any] = {}
    for name, keys in VARIABLES.items():
        if environment.get(name):
            nested: dict[str, Any] = {keys[-1]: environment[name]}
            for key in reversed(keys[:-1]):
                nested = {key: nested}
            found = merge(found, nested)
    return found


def merge(base: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Puts two tiers together: single keys of the other replace those of the base."""
    merged = dict(base)
    for key, value in other.items():
        old = merged.get(key)
        if isinstance(old, Mapping) and isinstance(value, Mapping):
            merged[key] = merge(old, value)
        else:
            merged[key] = value
    return merged
