"""Every key of the laboratory's configuration: default, range and meaning.

The names are those of the source document. Under `policy = "thresholds"` its defaults hold too;
under "costs" some are what measurements say.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from dmaic_assets.errors import SettingsError
from dmaic_assets.hashmaps.metrics.watchdog import Limits

Mode = Literal["fast-insert", "fast-lookup", "memory-tight", "adaptive"]
Policy = Literal["costs", "thresholds"]
Value: TypeAlias = str | bool | int | float | None
MODES: tuple[Mode, ...] = ("adaptive", "fast-insert", "fast-lookup", "memory-tight")
POLICIES: tuple[Policy, ...] = ("costs", "thresholds")
BACKENDS = ("swiss", "robinhood", "linear", "chaining")
# A size that no map of one machine reaches: a typing error rather than a wish.
_MOST = 1 << 32
# What "none" is written for.
_NONE = "none"


@dataclass(frozen=True, slots=True)
class Adaptive:
    """The map of a trial and what its controller goes by."""

    mode: Mode = "adaptive"
    policy: Policy = "costs"
    start_backend: str = "swiss"
    initial_buckets: int = 64
    groups_per_bucket: int = 8
    initial_capacity_rh: int = 64
    incremental_batch: int = 16
    max_lf_chaining: float = 0.82
    max_group_len: int = 8
    max_avg_probe_robinhood: float = 6.0
    max_tombstone_ratio: float = 0.25
    freeze: bool = True
    large_map_warn_threshold: float | None = 1_000_000


@dataclass(frozen=True, slots=True)
class Config:
    """All of it; `watchdog` already knows the adaptive section's limit of a large map."""

    adaptive: Adaptive
    watchdog: Limits


@dataclass(frozen=True, slots=True)
class Option:
    """One key: its default, its range or choices, and what it means."""

    section: str
    name: str
    default: Value
    meaning: str
    least: float = 0
    most: float = _MOST
    choices: tuple[str, ...] = ()
    may_be_none: bool = False

    @property
    def key(self) -> str:
        """The key with its section."""
        return f"{self.section}.{self.name}"

    @property
    def variable(self) -> str:
        """The environment variable that overrides the file."""
        return f"{self.section}_{self.name}".upper()


def _share(section: str, name: str, default: float, meaning: str) -> Option:
    return Option(section, name, default, meaning, most=1, may_be_none=section == "watchdog")


OPTIONS = (
    Option("adaptive", "mode", "adaptive", "what the map is good at", choices=MODES),
    Option("adaptive", "policy", "costs", "measured costs, or fixed thresholds", choices=POLICIES),
    Option("adaptive", "start_backend", "swiss", "the index it begins with", choices=BACKENDS),
    Option("adaptive", "initial_buckets", 64, "buckets of a first chaining index", 1, 1 << 24),
    Option("adaptive", "groups_per_bucket", 8, "places of each of them", 1, 256),
    Option("adaptive", "initial_capacity_rh", 64, "places of a first Robin Hood index", 1, 1 << 28),
    Option("adaptive", "incremental_batch", 16, "entries moved with each write", 16, 1 << 20),
    Option("adaptive", "max_lf_chaining", 0.82, "thresholds: chains to Robin Hood above", 0, 4),
    Option("adaptive", "max_group_len", 8, "thresholds: the same above this chain", 1),
    Option("adaptive", "max_avg_probe_robinhood", 6.0, "thresholds: back to chains above", 1),
    _share("adaptive", "max_tombstone_ratio", 0.25, "thresholds: compact from this share on"),
    Option("adaptive", "freeze", True, "costs: keys and values may stand in inline tables"),
    Option(
        "adaptive",
        "large_map_warn_threshold",
        1_000_000.0,
        "warn when so many entries migrate",
        may_be_none=True,
    ),
    Option("watchdog", "enabled", True, "whether limits are looked at"),
    _share("watchdog", "load_factor_warn", 0.9, "places in use"),
    Option("watchdog", "avg_probe_warn", 8.0, "places a search looks at", may_be_none=True),
    _share("watchdog", "tombstone_ratio_warn", 0.35, "tombstones among places"),
    _share("watchdog", "empties_warn", 0.1, "fewest empty places of Swiss"),
    Option("watchdog", "probe_ratio_warn", 1.5, "searches to random keys'", may_be_none=True),
    Option("watchdog", "probe_ratio_critical", 2.0, "the same, critical", may_be_none=True),
)
KEYS = {option.key: option for option in OPTIONS}
# Defaults of the source document that differ from ours: it begins with chains and moves 2,048
# entries with each operation, which costs that operation some 80 us at 40 ns an entry.
SOURCE_DEFAULTS: Mapping[str, Value] = {
    "adaptive.start_backend": "chaining",
    "adaptive.incremental_batch": 2048,
}


def config_of(told: Mapping[str, tuple[Value, str]]) -> Config:
    """Makes a configuration of raw values by key, each with where it stands.

    Raises:
        SettingsError: A value is of another type or out of range; names where it stands.
    """
    read = {key: value_of(KEYS[key], raw, place) for key, (raw, place) in told.items()}
    is_source = read.get("adaptive.policy") == "thresholds"
    defaults = {option.key: option.default for option in OPTIONS}
    values = {**defaults, **(SOURCE_DEFAULTS if is_source else {}), **read}
    parts: dict[str, dict[str, Value]] = {"adaptive": {}, "watchdog": {}}
    for option in OPTIONS:
        parts[option.section][option.name] = values[option.key]
    adaptive = Adaptive(**parts["adaptive"])  # pyright: ignore[reportArgumentType] - read by type
    large = adaptive.large_map_warn_threshold
    limits = Limits(**parts["watchdog"], large_map_warn=large)  # pyright: ignore[reportArgumentType]
    return Config(adaptive, limits)


def value_of(option: Option, raw: Value, place: str) -> Value:
    """Reads a value as its key has it; text as it comes from a variable or a terminal too.

    Raises:
        SettingsError: It is of another type or out of range.
    """
    if option.may_be_none and (raw is None or str(raw).lower() == _NONE):
        return None
    try:
        value = _typed(option, raw)
    except (TypeError, ValueError):
        raise _refused(option, raw, place) from None
    if option.choices:
        if value not in option.choices:
            raise _refused(option, raw, place)
    elif not isinstance(value, bool) and not option.least <= float(value or 0) <= option.most:
        raise _refused(option, raw, place)
    return value


def _typed(option: Option, raw: Value) -> Value:
    if isinstance(option.default, str):
        return str(raw)
    if isinstance(option.default, bool):
        return _flag(raw)
    if raw is None or isinstance(raw, bool):
        raise TypeError
    number = float(raw)
    if isinstance(option.default, float):
        return number
    if not number.is_integer():
        raise ValueError
    return int(number)


def _flag(raw: Value) -> bool:
    word = str(raw).lower()
    if word not in ("true", "false"):
        raise ValueError
    return word == "true"


def _refused(option: Option, raw: Value, place: str) -> SettingsError:
    return SettingsError(place, f"{option.key} is {raw!r}", f"Give {allowed(option)}.")


def allowed(option: Option) -> str:
    """Says what a key may be, in words."""
    if option.choices:
        return ", ".join(option.choices[:-1]) + f" or {option.choices[-1]}"
    if isinstance(option.default, bool):
        return "true or false"
    what = "a whole number" if isinstance(option.default, int) else "a number"
    top = "" if option.most == _MOST else f" to {option.most:g}"
    none = ", or none to switch it off" if option.may_be_none else ""
    return f"{what} from {option.least:g}{top}{none}"
