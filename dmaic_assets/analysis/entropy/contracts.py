"""Contracts: whether a table is sure enough for a use, and what would make it so (R78).

What belongs here: verdicts and paths. The limits are those of config/thresholds.yaml.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dmaic_assets.analysis.entropy.resolutions import relieved
from dmaic_assets.analysis.entropy.scores import (
    composite,
    faults_of,
    layers_of,
    layers_over,
    raised,
    with_fault,
)
from dmaic_assets.analysis.values.entropy import (
    Breach,
    ContractVerdict,
    Effort,
    Light,
    Reading,
    Resolution,
)
from dmaic_assets.settings.entropy import (
    USE_CASES,
    ContractLimits,
    EntropySettings,
    Layer,
    UseCase,
)

OVERALL = "overall"
# Violations from which the effort of a contract is no longer low, nor medium (R78).
_LOW, _MEDIUM = 2, 5
# Steps of a path that are told: what needs more is a project of its own.
_STEPS = 12


@dataclass
class _Subject:
    """The readings of a table on its way to a contract: by column, "" being the table itself."""

    readings: dict[str, tuple[Reading, ...]]
    limits: EntropySettings
    parts: dict[str, dict[Layer, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.parts = {name: layers_of(readings) for name, readings in self.readings.items()}

    def scores(self) -> dict[str, float]:
        """The layers, and all together; none is better than its worst fault."""
        means = layers_over(list(self.parts.values()))
        faults = faults_of(r for readings in self.readings.values() for r in readings)
        worst = max(faults.values(), default=0.0)
        overall = with_fault(composite(means, self.limits.weights), worst)
        return {OVERALL: overall, **raised(means, faults)}

    def relieve(self, step: Resolution) -> None:
        """Takes one step."""
        after = relieved(self.readings[step.column], step.action)
        self.readings[step.column] = after
        self.parts[step.column] = layers_of(after)


def contract_verdicts(
    readings: Mapping[str, tuple[Reading, ...]],
    resolutions: Sequence[Resolution],
    limits: EntropySettings,
) -> tuple[ContractVerdict, ...]:
    """Holds a table against all contracts, the least strict first.

    Args:
        readings: Of each column that counts, and of the table itself under "".
        resolutions: What would help, the best first.
        limits: The contracts, and the weights of layers.
    """
    return tuple(_verdict(use, readings, resolutions, limits) for use in USE_CASES)


def _verdict(
    use: UseCase,
    readings: Mapping[str, tuple[Reading, ...]],
    resolutions: Sequence[Resolution],
    limits: EntropySettings,
) -> ContractVerdict:
    contract, settings = limits.contracts.of(use), limits.contracts
    subject = _Subject(dict(readings), limits)
    scores = subject.scores()
    asked = {name: _limit(name, contract) for name in scores}
    violations = tuple(_violations(scores, asked, settings.worst))
    broken = {v.dimension for v in violations}
    warnings = tuple(
        Breach(name, score, asked[name])
        for name, score in scores.items()
        if name not in broken and score > asked[name] * (1 - settings.margin)
    )
    path = tuple(_path(subject, contract, resolutions)) if violations else ()
    return ContractVerdict(
        use,
        _light(violations, warnings),
        1 - len(violations) / len(scores),
        violations,
        warnings,
        _effort(len(violations)),
        tuple(step.text for step in path),
        is_reachable=not _broken(subject, contract),
    )


def _limit(dimension: str, contract: ContractLimits) -> float:
    return contract.overall if dimension == OVERALL else contract.blocking


def _violations(
    scores: Mapping[str, float], asked: Mapping[str, float], worst: float
) -> Iterator[Breach]:
    """Limits that are not kept: a layer's always blocks, that of all together far beyond it."""
    for name, score in scores.items():
        if score > asked[name]:
            is_blocking = name != OVERALL or score > worst * asked[name]
            yield Breach(name, score, asked[name], is_blocking)


def _light(violations: Sequence[Breach], warnings: Sequence[Breach]) -> Light:
    if any(v.is_blocking for v in violations):
        return "red"
    return "orange" if violations else "yellow" if warnings else "green"


def _effort(violations: int) -> Effort:
    return "low" if violations <= _LOW else "medium" if violations <= _MEDIUM else "high"


def _broken(subject: _Subject, contract: ContractLimits) -> set[str]:
    scores = subject.scores()
    return {name for name, score in scores.items() if score > _limit(name, contract)}


def _path(
    subject: _Subject, contract: ContractLimits, resolutions: Sequence[Resolution]
) -> Iterator[Resolution]:
    """Takes the best steps that help what is broken, until nothing is."""
    taken = 0
    for step in resolutions:
        broken = _broken(subject, contract)
        if not broken or taken == _STEPS:
            return
        if OVERALL in broken or broken.intersection(step.layers):
            subject.relieve(step)
            taken += 1
            yield step
