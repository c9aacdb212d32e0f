"""What settings are in force, and where each comes from.

What belongs here: keys, values and origins, for people. Secrets are not among settings; what stands
for one in an address is hidden by who shows it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from dmaic_assets.model import Json
from dmaic_assets.settings.files import read_mapping
from dmaic_assets.settings.openlineage import openlineage_of
from dmaic_assets.settings.place import PROJECT_MARK
from dmaic_assets.settings.project import Settings
from dmaic_assets.settings.tiers import VARIABLES, Tier

_DEFAULT = "default"
_NAMES = {keys: name for name, keys in VARIABLES.items()}


@dataclass(frozen=True, slots=True)
class InForce:
    """One setting: its file, its dotted key, its value as JSON has it, and who says so."""

    file: str
    key: str
    value: Json
    origin: str


def settings_in_force(settings: Settings) -> list[InForce]:
    """Lists the keys of config/dmaic.yaml and config/thresholds.yaml, in their order."""
    told: dict[str, Any] = {
        "alerts": settings.alerts,
        "analyses": settings.analyses,
        "entropy": settings.entropy,
        "openlineage": openlineage_of(settings),
    }
    dmaic = _flat(settings.dmaic, told)
    written = read_mapping(settings.paths.config / "thresholds.yaml")
    thresholds = _flat(settings.thresholds_file, told)
    file = "config/thresholds.yaml"
    return [
        *(InForce(str(PROJECT_MARK), ".".join(k), v, _origin(k, settings.tiers)) for k, v in dmaic),
        *(InForce(file, ".".join(k), v, _origin(k, ((file, written),))) for k, v in thresholds),
    ]


def _flat(
    model: BaseModel, told: Mapping[str, BaseModel], prefix: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name in type(model).model_fields:
        value = told.get(name, getattr(model, name)) if not prefix else getattr(model, name)
        if isinstance(value, BaseModel):
            yield from _flat(value, told, (*prefix, name))
        else:
            # Of profiles the names are told: what stands in them may be a secret.
            yield (*prefix, name), [*value] if name == "profiles" else _json(value)


def _json(value: object) -> Json:
    return cast("Json", to_jsonable_python(value))


def _origin(keys: tuple[str, ...], tiers: tuple[Tier, ...]) -> str:
    """The strongest tier that says a key; a variable by its name."""
    for name, said in reversed(tiers):
        if _says(said, keys):
            variable = _NAMES.get(keys)
            if name in (".env", "environment") and variable is not None:
                return f"{variable} in {name}"
            return name
    return _DEFAULT


def _says(said: object, keys: tuple[str, ...]) -> bool:
    for key in keys:
        if not isinstance(said, Mapping) or key not in said:
            return False
        said = cast("Mapping[str, object]", said)[key]
    return True
