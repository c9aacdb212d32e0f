"""The `entropy` part of config/thresholds.yaml: how much uncertainty is too much, and for what.

What belongs here: weights, bands and limits. What is measured, `analysis.entropy` knows.
"""

import math
from collections.abc import Iterator
from typing import Annotated, Literal, TypeAlias, get_args

from pydantic import Field, model_validator

from dmaic_assets.settings.phases import Share, Strict

Layer: TypeAlias = Literal["structural", "semantic", "value", "computational"]
Mode: TypeAlias = Literal["strict", "balanced", "lenient"]
Intent: TypeAlias = Literal["query", "aggregation", "reporting"]
UseCase: TypeAlias = Literal[
    "exploratory", "data_science", "operational", "aggregation_safe", "executive", "regulatory"
]
LAYERS: tuple[Layer, ...] = get_args(Layer)
MODES: tuple[Mode, ...] = get_args(Mode)
INTENTS: tuple[Intent, ...] = get_args(Intent)
USE_CASES: tuple[UseCase, ...] = get_args(UseCase)


class LayerWeights(Strict):
    """What each layer counts for in a column's uncertainty; together 1."""

    structural: Share = 0.25
    semantic: Share = 0.30
    value: Share = 0.30
    computational: Share = 0.15

    @model_validator(mode="after")
    def _add_to_one(self) -> "LayerWeights":
        total = math.fsum(self.of(layer) for layer in LAYERS)
        if not math.isclose(total, 1.0, abs_tol=1e-9):
            raise ValueError(f"the weights of the layers add to {total:g}, not to 1")
        return self

    def of(self, layer: Layer) -> float:
        """The weight of one layer."""
        weight: float = getattr(self, layer)
        return weight


class ModeLimits(Strict):
    """From `ask` on a person is asked, from `refuse` on nothing is answered."""

    ask: Share
    refuse: Share

    @model_validator(mode="after")
    def _in_order(self) -> "ModeLimits":
        if self.refuse < self.ask:
            raise ValueError(f"refuse ({self.refuse:g}) is below ask ({self.ask:g})")
        return self


class ModesSettings(Strict):
    """How much uncertainty an answer may have. `used` is the mode that people are told."""

    used: Mode = "balanced"
    strict: ModeLimits = ModeLimits(ask=0.3, refuse=0.6)
    balanced: ModeLimits = ModeLimits(ask=0.6, refuse=0.8)
    lenient: ModeLimits = ModeLimits(ask=0.8, refuse=0.95)

    def of(self, mode: Mode) -> ModeLimits:
        """The limits of one mode."""
        limits: ModeLimits = getattr(self, mode)
        return limits


class IntentWeights(Strict):
    """What each layer adds to the risk of an intent; the sum is cut at 1."""

    structural: Share
    semantic: Share
    value: Share
    computational: Share

    def of(self, layer: Layer) -> float:
        """The weight of one layer."""
        weight: float = getattr(self, layer)
        return weight


class IntentsSettings(Strict):
    """Risks by what somebody wants to do: look rows up, add them up, or tell others."""

    query: IntentWeights = IntentWeights(structural=0.6, semantic=0.5, value=0.2, computational=0.1)
    aggregation: IntentWeights = IntentWeights(
        structural=0.3, semantic=0.3, value=0.6, computational=0.5
    )
    reporting: IntentWeights = IntentWeights(
        structural=0.2, semantic=0.5, value=0.5, computational=0.4
    )

    def of(self, intent: Intent) -> IntentWeights:
        """The weights of one intent."""
        weights: IntentWeights = getattr(self, intent)
        return weights


class CompoundLimit(Strict):
    """Two risks from `threshold` on both make their mean `factor` times as bad."""

    threshold: Share
    factor: Annotated[float, Field(ge=1)]


class CompoundSettings(Strict):
    """Risks that are worse together."""

    units_aggregations: CompoundLimit = CompoundLimit(threshold=0.5, factor=2.0)
    relations_filters: CompoundLimit = CompoundLimit(threshold=0.5, factor=1.8)
    nulls_aggregations: CompoundLimit = CompoundLimit(threshold=0.5, factor=1.5)
    temporal_ranges: CompoundLimit = CompoundLimit(threshold=0.5, factor=1.3)
    types_aggregations: CompoundLimit = CompoundLimit(threshold=0.6, factor=1.5)

    def limits(self) -> Iterator[tuple[str, CompoundLimit]]:
        """All of them by name, in their order."""
        for name in type(self).model_fields:
            yield name, getattr(self, name)


class ContractLimits(Strict):
    """The most uncertainty of a table for a use: of all together, and of any one layer."""

    overall: Share
    blocking: Share


class ContractsSettings(Strict):
    """What each use of a table asks.

    Within `margin` below a limit a contract warns; beyond `worst` times the limit of all together
    it blocks.
    """

    margin: Share = 0.2
    worst: Annotated[float, Field(ge=1)] = 1.4
    exploratory: ContractLimits = ContractLimits(overall=0.5, blocking=0.8)
    data_science: ContractLimits = ContractLimits(overall=0.35, blocking=0.6)
    operational: ContractLimits = ContractLimits(overall=0.35, blocking=0.6)
    aggregation_safe: ContractLimits = ContractLimits(overall=0.35, blocking=0.6)
    executive: ContractLimits = ContractLimits(overall=0.25, blocking=0.5)
    regulatory: ContractLimits = ContractLimits(overall=0.1, blocking=0.2)

    def of(self, use: UseCase) -> ContractLimits:
        """The limits of one use."""
        limits: ContractLimits = getattr(self, use)
        return limits


class EntropySettings(Strict):
    """Weights, bands and limits of uncertainty; all figures are in [0, 1].

    Below `ready` a table is ready, from `blocked` on it is blocked, and so it is when one column
    reaches `critical`. From `high` and `critical` on one reading is called so.
    """

    weights: LayerWeights = LayerWeights()
    ready: Share = 0.3
    blocked: Share = 0.6
    high: Share = 0.5
    critical: Share = 0.8
    modes: ModesSettings = ModesSettings()
    intents: IntentsSettings = IntentsSettings()
    compound: CompoundSettings = CompoundSettings()
    contracts: ContractsSettings = ContractsSettings()

    @model_validator(mode="after")
    def _in_order(self) -> "EntropySettings":
        if not self.ready <= self.blocked:
            raise ValueError(f"blocked ({self.blocked:g}) is below ready ({self.ready:g})")
        if not self.high <= self.critical:
            raise ValueError(f"critical ({self.critical:g}) is below high ({self.high:g})")
        return self
