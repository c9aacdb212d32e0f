"""Why an asset of a file would be computed: the difference between what is and what was known.

What belongs here: comparing two sets of key components (see `keys.file_components`) and saying
the difference in words.
"""

from collections.abc import Mapping

from dmaic_assets.model import AssetName, Json
from dmaic_assets.work.assets.of_a_file import FILE_ASSETS
from dmaic_assets.work.assets.registry import WORK_ORDER


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
    for asset in FILE_ASSETS:
        if asset.name in direct:
            reasons[asset.name] = "; ".join(direct[asset.name])
            continue
        touched = [needed for needed in asset.follows if needed in reasons]
        if touched:
            reasons[asset.name] = f"follows {', '.join(touched)} if that comes out different"
    return reasons


def repairs_changed(now: Mapping[str, Json], then: Mapping[str, Json]) -> str:
    """Says which repairs were promoted or retired between two sets of components; "" if none."""
    if now.get("changes") == then.get("changes"):
        return ""
    return _said_of_repairs(_labels(now.get("changes")), _labels(then.get("changes")))


def _direct(now: Mapping[str, Json], then: Mapping[str, Json]) -> dict[AssetName, list[str]]:
    found: dict[AssetName, list[str]] = {}
    code_now, code_then = _mapping(now.get("code")), _mapping(then.get("code"))
    for asset in FILE_ASSETS:
        if code_now.get(asset.name) != code_then.get(asset.name):
            found.setdefault(asset.name, []).append("its code changed")
        for name, words in asset.reads.items():
            if now.get(name) != then.get(name):
                said = _said(words, now.get(name), then.get(name))
                found.setdefault(asset.name, []).append(said)
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
