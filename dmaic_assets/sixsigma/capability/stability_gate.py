"""Stability before capability: what a chart's signals say about using a process's indices.

What belongs here: the decision. What does not: charts and rules themselves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from dmaic_assets.errors import PolicyError

Label: TypeAlias = Literal["capability", "performance of an unstable process", "not charted"]
OnUnstable: TypeAlias = Literal["label", "refuse"]


@dataclass(frozen=True, slots=True)
class Stability:
    """Which points of a chart signal, by rule; places are from 0 and may repeat over rules."""

    points: int
    signals: Mapping[str, Sequence[int]]

    @property
    def signalling(self) -> int:
        """How many points signal by at least one rule."""
        return len({place for places in self.signals.values() for place in places})

    @property
    def is_stable(self) -> bool:
        """Whether no point signals."""
        return self.signalling == 0

    @property
    def stable_share(self) -> float:
        """Share of points without a signal, 1 when there is no point."""
        return 1 - self.signalling / self.points if self.points else 1.0


def label_of(
    stability: Stability | None, *, on_unstable: OnUnstable = "label", subject: str = "capability"
) -> Label:
    """Decides what indices of a process may be called.

    Args:
        stability: Signals of the process's chart; None when there is no chart.
        on_unstable: Whether an unstable process is labelled or refused.
        subject: Whose capability it is, for the refusal.

    Raises:
        PolicyError: The process is unstable and `on_unstable` says to refuse.
    """
    if stability is None:
        return "not charted"
    if stability.is_stable:
        return "capability"
    if on_unstable == "refuse":
        rules = ", ".join(sorted(rule for rule, places in stability.signals.items() if places))
        culprit = f"{stability.signalling} of {stability.points} points signal ({rules})"
        raise PolicyError(subject, culprit, "Find and remove the causes, or ask for the label.")
    return "performance of an unstable process"
