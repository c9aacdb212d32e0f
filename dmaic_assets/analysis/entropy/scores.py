"""From readings to scores: of layers, columns, tables and everything, and what they allow.

What belongs here: the arithmetic. The figures are those of config/thresholds.yaml.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from dmaic_assets.analysis.values.entropy import Band, Behaviour, Readiness, Reading, Risk
from dmaic_assets.settings.entropy import (
    INTENTS,
    LAYERS,
    MODES,
    EntropySettings,
    Intent,
    IntentWeights,
    Layer,
    LayerWeights,
    Mode,
)

# Bands of a risk (R80): from the first on it is medium, from the second on high.
_MEDIUM, _HIGH = 0.3, 0.6


def worst_counts(scores: Sequence[float]) -> float:
    """The mean, or the square of the largest where that is more (R79); 0 of none.

    So one bad score among many good ones is not averaged away, and a slight one is no alarm.
    """
    return max(math.fsum(scores) / len(scores), max(scores) ** 2) if scores else 0.0


def quadratic_mean(scores: Sequence[float]) -> float:
    """The root of the mean square: between mean and largest; 0 of none."""
    return math.sqrt(math.fsum(s * s for s in scores) / len(scores)) if scores else 0.0


def layers_of(readings: Iterable[Reading]) -> dict[Layer, float]:
    """The score of each layer that some reading speaks for."""
    by_layer: dict[Layer, list[float]] = {}
    for reading in readings:
        by_layer.setdefault(reading.layer, []).append(reading.score)
    return dict(_scored(by_layer, worst_counts))


def faults_of(readings: Iterable[Reading]) -> dict[Layer, float]:
    """The worst fault of each layer that has one."""
    found: dict[Layer, float] = {}
    for reading in readings:
        if reading.fault:
            found[reading.layer] = max(found.get(reading.layer, 0.0), reading.fault)
    return found


def with_fault(score: float, fault: float) -> float:
    """A score and the worst fault as doubts that do not depend on each other (noisy OR, R80).

    So healthy columns excuse no fault, one more never lowers a score, and what nobody said counts
    beside it.
    """
    return 1 - (1 - score) * (1 - fault)


def raised(layers: Mapping[Layer, float], faults: Mapping[Layer, float]) -> dict[Layer, float]:
    """Layers of a table, each at least its worst fault."""
    return {layer: max(score, faults.get(layer, 0.0)) for layer, score in layers.items()}


def layers_over(parts: Sequence[Mapping[Layer, float]]) -> dict[Layer, float]:
    """The layers of a table, from those of its columns and of the table itself."""
    by_layer: dict[Layer, list[float]] = {
        layer: [part[layer] for part in parts if layer in part] for layer in LAYERS
    }
    return dict(_scored(by_layer, quadratic_mean))


def _scored(
    by_layer: Mapping[Layer, Sequence[float]], mean: Callable[[Sequence[float]], float]
) -> Iterator[tuple[Layer, float]]:
    for layer in LAYERS:
        if by_layer.get(layer):
            yield layer, mean(by_layer[layer])


def composite(layers: Mapping[Layer, float], weights: LayerWeights) -> float:
    """The weighted mean of the layers that are known (R70); 0 where none is."""
    total = math.fsum(weights.of(layer) for layer in layers)
    if not total:
        return 0.0
    return math.fsum(weights.of(layer) * score for layer, score in layers.items()) / total


def readiness(score: float, worst_column: float, limits: EntropySettings) -> Readiness:
    """What a score means: a critical column blocks its table (R71)."""
    if score >= limits.blocked or worst_column >= limits.critical:
        return "blocked"
    return "ready" if score < limits.ready else "investigate"


def intents_of(layers: Mapping[Layer, float], limits: EntropySettings) -> dict[Intent, Risk]:
    """The risk of each intent: a weighted sum of layers, cut at 1 (R80)."""
    return {intent: _risk(layers, limits.intents.of(intent)) for intent in INTENTS}


def _risk(layers: Mapping[Layer, float], weights: IntentWeights) -> Risk:
    score = min(1.0, math.fsum(weights.of(layer) * value for layer, value in layers.items()))
    band: Band = "low" if score < _MEDIUM else "medium" if score < _HIGH else "high"
    return Risk(score, band)


def behaviours(score: float, limits: EntropySettings) -> dict[Mode, Behaviour]:
    """What may be answered in each mode (R77): at once, with assumptions, after asking, or not."""
    return {mode: _behaviour(score, mode, limits) for mode in MODES}


def _behaviour(score: float, mode: Mode, limits: EntropySettings) -> Behaviour:
    known = limits.modes.of(mode)
    if score >= known.refuse:
        return "refuse"
    if score >= known.ask:
        return "ask"
    return "answer" if score < limits.ready else "assume"
