"""Where settings come from: files, a profile, .env, the environment, arguments; later ones win.

What belongs here: reading each tier as keys of config/dmaic.yaml, and putting tiers together. What
keys mean, their models say. Nothing heavy is loaded.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias, cast

from dmaic_assets.errors import SettingsError, did_you_mean
from dmaic_assets.settings.files import is_there, read_mapping
from dmaic_assets.settings.place import DATA_DEFAULT, DATA_VARIABLE, PROJECT_MARK

# A tier by the name that people know it by, and the keys of config/dmaic.yaml that it says.
Tier: TypeAlias = tuple[str, Mapping[str, Any]]

PROFILE_VARIABLE = "DMAIC_ENV"
# The profile of a project in which none is named; it needs no entry.
LOCAL = "local"
DOTENV = ".env"
# Each variable, and the key of config/dmaic.yaml that it replaces.
VARIABLES: Mapping[str, tuple[str, ...]] = {
    DATA_VARIABLE: ("data_root",),
    "DMAIC_LEDGER_URL": ("ledger", "url"),
    "DMAIC_WORKERS": ("runs", "workers"),
    "DMAIC_STABLE_FOR_S": ("intake", "stable_for_s"),
    "DMAIC_SENSOR_INTERVAL_S": ("schedules", "sensor_interval_s"),
}


def tiers_of(
    root: Path, environment: Mapping[str, str], arguments: Mapping[str, Any]
) -> tuple[Tier, ...]:
    """Reads all tiers of a project's config/dmaic.yaml, the weakest first.

    Raises:
        SettingsError: A file cannot be read, or no profile has the name that is asked for.
    """
    written = read_dotenv(root)
    raw = read_mapping(root / PROJECT_MARK)
    name, profile = profile_of(raw, {**written, **environment})
    return (
        (str(PROJECT_MARK), raw),
        (f"profile {name}", profile),
        (DOTENV, from_environment(written)),
        ("environment", from_environment(environment)),
        ("arguments", arguments),
    )


def variables_at(root: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that hold for a project: those of .env, unless the environment has them.

    Raises:
        SettingsError: .env cannot be read; names the line.
    """
    return {**read_dotenv(root), **environment}


def read_dotenv(root: Path) -> dict[str, str]:
    """Reads the file .env of a project folder; none is there in most.

    Values stand for themselves: nothing in them is replaced.

    Raises:
        SettingsError: It cannot be read, or a line is none of NAME=value; names the line only.
    """
    path = root / DOTENV
    if not is_there(path):
        return {}
    from dotenv.parser import parse_stream

    fix = "Write one NAME=value a line."
    try:
        with path.open(encoding="utf-8-sig") as handle:
            bindings = list(parse_stream(handle))
    except OSError as error:
        fix = "Give this user read access to the file, or remove it."
        raise SettingsError(str(path), f"cannot be read: {error.strerror}", fix) from error
    except UnicodeDecodeError:
        raise SettingsError(str(path), "is no text in UTF-8", fix) from None
    for binding in bindings:
        if binding.error:
            raise SettingsError(f"{path}, line {binding.original.line}", "is no NAME=value", fix)
    return {b.key: b.value for b in bindings if b.key is not None and b.value is not None}


def profile_of(
    raw: Mapping[str, Any], environment: Mapping[str, str]
) -> tuple[str, Mapping[str, Any]]:
    """The profile that DMAIC_ENV names, and the keys that it replaces.

    Raises:
        SettingsError: No profile is called so, or one holds no keys.
    """
    name = environment.get(PROFILE_VARIABLE) or LOCAL
    profiles = profiles_of(raw)
    if name not in profiles and name != LOCAL:
        culprit = f"no profile is called {name}{did_you_mean(name, list(profiles))}"
        there = ", ".join(sorted({LOCAL, *profiles}))
        fix = f"Use one of {there}, or add it under profiles in {PROJECT_MARK}."
        raise SettingsError(PROFILE_VARIABLE, culprit, fix)
    return name, profiles.get(name, {})


def profiles_of(raw: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The profiles that config/dmaic.yaml has, by name.

    Raises:
        SettingsError: One holds no keys, or profiles of its own.
    """
    fix = "Write keys of config/dmaic.yaml under the name of a profile."
    written: object = raw.get("profiles") or {}
    if not isinstance(written, Mapping):
        raise SettingsError(str(PROJECT_MARK), "key profiles: is no mapping of names", fix)
    found: dict[str, Mapping[str, Any]] = {}
    for name, keys in cast("Mapping[object, object]", written).items():
        if not isinstance(keys, Mapping) or "profiles" in keys:
            culprit = f"key profiles.{name}: is no mapping of other keys"
            raise SettingsError(str(PROJECT_MARK), culprit, fix)
        found[str(name)] = cast("Mapping[str, Any]", keys)
    return found


def together(tiers: Sequence[Tier]) -> dict[str, Any]:
    """What all tiers say together."""
    merged: dict[str, Any] = {}
    for _, keys in tiers:
        merged = merge(merged, keys)
    return merged


def data_folder(root: Path, environment: Mapping[str, str]) -> Path:
    """Tells where a project's data lies, as the settings will say if they are right.

    Raises:
        SettingsError: config/dmaic.yaml is no YAML, .env cannot be read, or a profile is unknown.
    """
    named = together(tiers_of(root, environment, {})).get("data_root")
    return root / str(named or DATA_DEFAULT)


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
