"""Reads a stored phase value as the type that its phase gives.

What belongs here: which type is whose. Writing needs no table: `to_json` spells any of them.
"""

from collections.abc import Mapping
from typing import TypeAlias

from dmaic_assets.model import Json, PhaseName
from dmaic_assets.phase_values.analyze import AnalyzeValue
from dmaic_assets.phase_values.control import ControlValue
from dmaic_assets.phase_values.define import DefineValue
from dmaic_assets.phase_values.improve import ImproveValue
from dmaic_assets.phase_values.measure import MeasureValue
from dmaic_assets.store.codec import from_json

PhaseValue: TypeAlias = DefineValue | MeasureValue | AnalyzeValue | ImproveValue | ControlValue

_TYPES: Mapping[PhaseName, type[PhaseValue]] = {
    "define": DefineValue,
    "measure": MeasureValue,
    "analyze": AnalyzeValue,
    "improve": ImproveValue,
    "control": ControlValue,
}


def read_value(phase: PhaseName, payload: Json) -> PhaseValue:
    """Reads what a phase gave.

    Raises:
        InvariantError: The payload is not what the phase gives; names the place.
    """
    return from_json(_TYPES[phase], payload)
