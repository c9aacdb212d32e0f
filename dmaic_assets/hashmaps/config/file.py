"""The configuration as a TOML file, and the environment that overrides it.

What counts: the environment, then the file, then defaults. A key that does not exist is refused
with the name that it is like, in a file as in the environment: it would have no effect.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from dmaic_assets.errors import PolicyError, SettingsError, did_you_mean
from dmaic_assets.hashmaps.config.options import (
    KEYS,
    OPTIONS,
    Config,
    Option,
    Value,
    allowed,
    config_of,
)

# Bytes of a file that are read: a hundred times what all keys take.
MOST_BYTES = 1 << 18
SECTIONS = ("adaptive", "watchdog")


def read_config(path: Path | None, environment: Mapping[str, str]) -> Config:
    """Reads a file, if there is one, and what the environment says instead.

    Raises:
        SettingsError: There is no such file, it is no TOML, or a key or value is wrong.
        PolicyError: The file is larger than a configuration can be.
    """
    told = {} if path is None else told_by_file(path)
    return config_of({**told, **_told_by(environment)})


def told_by_file(path: Path) -> dict[str, tuple[Value, str]]:
    """The raw values of a file by key, each with its place.

    Raises:
        SettingsError: There is no such file, it is no TOML, or a key does not exist.
        PolicyError: The file is larger than a configuration can be.
    """
    place = f"the configuration {path}"
    if not path.is_file():
        fix = f"Write one: dmaic hashmap config wizard {path}"
        raise SettingsError(place, "is no file", fix)
    if path.stat().st_size > MOST_BYTES:
        raise PolicyError(place, "is too large", f"At most {MOST_BYTES:,} bytes are read.")
    try:
        read = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(place, f"is no TOML: {error}", "Mend the line.") from error
    told: dict[str, tuple[Value, str]] = {}
    for section, values in read.items():
        if section not in SECTIONS or not isinstance(values, dict):
            known = did_you_mean(section, SECTIONS)
            raise SettingsError(place, f"has an unknown part {section!r}{known}", _FIX)
        for name, value in values.items():
            told[option_of(f"{section}.{name}", place).key] = (value, place)
    return told


def _told_by(environment: Mapping[str, str]) -> dict[str, tuple[Value, str]]:
    known = {option.variable: option for option in OPTIONS}
    told: dict[str, tuple[Value, str]] = {}
    for name, value in environment.items():
        if not name.startswith(("ADAPTIVE_", "WATCHDOG_")):
            continue
        place = f"the environment variable {name}"
        if name not in known:
            culprit = f"is no key of the configuration{did_you_mean(name, list(known))}"
            raise SettingsError(place, culprit, _FIX)
        told[known[name].key] = (value, place)
    return told


# What helps with a key that does not exist.
_FIX = "All keys: dmaic hashmap config show"


def option_of(key: str, place: str) -> Option:
    """Finds a key.

    Raises:
        SettingsError: There is none of that name; names what it is like.
    """
    if key not in KEYS:
        raise SettingsError(place, f"has no key {key!r}{did_you_mean(key, list(KEYS))}", _FIX)
    return KEYS[key]


def values_of(config: Config) -> dict[str, Value]:
    """All values by key."""
    parts = {"adaptive": config.adaptive, "watchdog": config.watchdog}
    return {option.key: getattr(parts[option.section], option.name) for option in OPTIONS}


def toml_of(config: Config) -> str:
    """Writes a configuration with what each key means and may be."""
    values, lines = values_of(config), ["# The hash-map laboratory: which map, and its limits."]
    for section in SECTIONS:
        lines += ["", f"[{section}]"]
        for option in OPTIONS:
            if option.section == section:
                lines.append(f"# {option.meaning}: {allowed(option)}")
                lines.append(f"{option.name} = {_spelled(values[option.key])}")
    return "\n".join(lines) + "\n"


def _spelled(value: Value) -> str:
    if value is None:
        return '"none"'
    return f'"{value}"' if isinstance(value, str) else str(value).lower()
