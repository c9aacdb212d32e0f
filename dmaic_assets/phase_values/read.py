"""Reads a stored phase value as the type that its phase gives.

What belongs here: which type is whose. Writing needs no table: `to_json` spells any of them.
"""

from collections.abc import Mapping
from typing import TypeAlias

from dmaic_assets.model import Json
from dmaic_assets.phase_values.control import ControlValue
from dmaic_assets.phase_values.define import DefineValue
from dmaic_assets.phase_values.improve import ImproveValue
from dmaic_assets.phase_values.measure import MeasureValue
from dmaic_assets.settings.phases import PhaseName
from dmaic_assets.store.codec import from_json

PhaseValue: TypeAlias = (
    DefineValue | MeasureValue | ImproveValue | ControlValue | Mapping[str, Json]
)

_TYPES: Mapping[PhaseName, type[DefineValue | MeasureValue | ImproveValue | ControlValue]] = {
    "define": DefineValue,
    "measure": MeasureValue,
    "improve": ImproveValue,
    "control": ControlValue,
}


def read_value(phase: PhaseName, payload: Json) -> PhaseValue:
    """Reads what a phase gave.

    Raises:
        InvariantError: The payload is not what the phase gives; names the place.
    """
    found = _TYPES.get(phase)
    if found is not None:
        return from_json(found, payload)
    return payload if isinstance(payload, dict) else {}
