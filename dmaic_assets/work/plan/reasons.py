"""Why an asset of a file would be computed: the difference between what is and what was known.

What belongs here: comparing two sets of key components (see `keys.file_components`) and saying
the difference in words.
"""

from collections.abc import Mapping

from dmaic_assets.model import AssetName, Json
from dmaic_assets.work.plan.request import WORK_ORDER

# Which asset reads which component, and how a person calls it.
_READERS: Mapping[str, tuple[AssetName, str]] = {
    "read": ("raw_file", "reading options"),
    "types": ("column_types", "type settings"),
    "rules": ("rule_set", "rule settings"),
    "gate": ("gate_verdict", "thresholds"),
    "baseline": ("rule_set", "baseline"),
    "links": ("gate_verdict", "keys of other sources"),
    "changes": ("raw_file", "repairs"),
}
_NEEDS: Mapping[AssetName, tuple[AssetName, ...]] = {
    "raw_file": (),
    "rule_set": (),
    "column_types": ("raw_file", "rule_set"),
    "profile": ("raw_file", "column_types"),
    "gate_verdict": ("raw_file", "column_types", "rule_set"),
    "accepted_rows": ("gate_verdict",),
    "quarantine": ("gate_verdict",),
}


def reasons_for_new() -> dict[AssetName, str]:
    """Every asset of a file that was never seen."""
    return dict.fromkeys(WORK_ORDER, "new content")


def reasons_for_force() -> dict[AssetName, str]:
    """Every asset, because somebody asked for it."""
    return dict.fromkeys(WORK_ORDER, "forced")


def reasons_for_change(now: Mapping[str, Json], then: Mapping[str, Json]) -> dict[AssetName, str]:
    """Tells, per asset, what differs between the components now and those last known.

    Assets that only follow say so: they are computed if the asset before them comes out
    different. Assets that nothing touches are left out.
    """
    direct = _direct(now, then)
    reasons: dict[AssetName, str] = {}
    for asset in WORK_ORDER:
        if asset in direct:
            reasons[asset] = "; ".join(direct[asset])
            continue
        touched = [needed for needed in _NEEDS[asset] if needed in reasons]
        if touched:
            reasons[asset] = f"follows {', '.join(touched)} if that comes out different"
    return reasons


def repairs_changed(now: Mapping[str, Json], then: Mapping[str, Json]) -> str:
    """Says which repairs were promoted or retired between two sets of components; "" if none."""
    if now.get("changes") == then.get("changes"):
        return ""
    return _said_of_repairs(_labels(now.get("changes")), _labels(then.get("changes")))


def _direct(now: Mapping[str, Json], then: Mapping[str, Json]) -> dict[AssetName, list[str]]:
    found: dict[AssetName, list[str]] = {}
    code_now, code_then = _mapping(now.get("code")), _mapping(then.get("code"))
    for asset in WORK_ORDER:
        if code_now.get(asset) != code_then.get(asset):
            found.setdefault(asset, []).append("its code changed")
    for name, (asset, words) in _READERS.items():
        if now.get(name) != then.get(name):
            found.setdefault(asset, []).append(_said(words, now.get(name), then.get(name)))
    return found


def _said(words: str, now: Json, then: Json) -> str:
    if words == "repairs":
        return _said_of_repairs(_labels(now), _labels(then))
    told = sorted(differences("", now, then))
    if not told or words == "baseline":
        return "the files it learns from changed" if words == "baseline" else f"{words} changed"
    return f"{words} changed: {', '.join(told[:3])}"


def _said_of_repairs(now: list[str], then: list[str]) -> str:
    said = [f"repair {label} was promoted" for label in now if label not in then]
    said += [f"repair {label} was retired" for label in then if label not in now]
    more = [f"and {len(said) - 3} more"] if len(said) > 3 else []
    return ", ".join([*said[:3], *more]) or "what its repairs do changed"


def _labels(changes: Json) -> list[str]:
    active = _mapping(changes).get("active")
    return [str(label) for label in active] if isinstance(active, list) else []


def differences(prefix: str, now: Json, then: Json) -> list[str]:
    """Names the parts that differ between two JSON values, each with old and new value."""
    if isinstance(now, dict) and isinstance(then, dict):
        found: list[str] = []
        for key in sorted(now.keys() | then.keys()):
            if now.get(key) != then.get(key):
                name = f"{prefix}.{key}" if prefix else key
                found.extend(differences(name, now.get(key), then.get(key)))
        return found
    if prefix.endswith("hand_rules"):
        return ["hand-written rules"]
    if prefix == "released":
        return ["somebody released the file"]
    return [f"{prefix} {_short(then)} -> {_short(now)}"]


def _short(value: Json) -> str:
    text = "none" if value is None else str(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


def _mapping(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, dict) else {}
