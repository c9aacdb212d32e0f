"""Several witnesses of one claim taken together: what they say, and how far they contradict.

What belongs here: the arithmetic of pooling. Who the witnesses are, the analyses know.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# A share that a witness gives to an answer it rules out: no single witness rules one out for all.
_LEAST = 1e-12


@dataclass(frozen=True, slots=True)
class Witness:
    """What one kind of evidence says: shares of the possible answers, which sum to 1.

    `reliability` in [0, 1] is the weight of its word; at 0 it is not heard.
    """

    name: str
    reliability: float
    shares: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Pooled:
    """What the witnesses say together.

    `conflict` in [0, 1] is 0 where all say the same and 1 where each is sure of another answer;
    `ignorance` in (0, 1] is 1 where nobody said anything.
    """

    shares: Mapping[str, float]
    conflict: float
    ignorance: float

    @property
    def answer(self) -> str:
        """The answer with the largest share; the first of several."""
        return max(self.shares, key=lambda name: self.shares[name])


def pool(witnesses: Sequence[Witness], prior: Mapping[str, float]) -> Pooled:
    """Pools witnesses in logarithms, each weighted by its reliability, over a prior.

    The share of an answer is proportional to prior times the product of the witnesses' shares to
    the power of their reliability (logarithmic opinion pool, Genest and Zidek 1986). Conflict is
    the Jensen-Shannon divergence of the witnesses by the entropy of their weights, ignorance
    1 / (1 + sum of reliability times certainty), certainty being 1 less the normed entropy.

    Args:
        witnesses: Shares over answers of `prior`; an answer that one does not name has none.
        prior: What is expected of a case of which nothing is known.
    """
    heard = [w for w in witnesses if w.reliability > 0]
    logs = {
        answer: math.log(max(share, _LEAST))
        + sum(w.reliability * math.log(max(w.shares.get(answer, 0.0), _LEAST)) for w in heard)
        for answer, share in prior.items()
    }
    known = sum(w.reliability * _certainty(w.shares, len(prior)) for w in heard)
    return Pooled(softmax(logs), _conflict(heard), 1 / (1 + known))


def softmax(logs: Mapping[str, float]) -> dict[str, float]:
    """Shares that sum to 1 from logarithms of weights."""
    highest = max(logs.values())
    weights = {name: math.exp(value - highest) for name, value in logs.items()}
    total = sum(weights.values())
    return {name: weight / total for name, weight in weights.items()}


def _entropy(shares: Mapping[str, float]) -> float:
    return -sum(p * math.log(p) for p in shares.values() if p > 0)


def _certainty(shares: Mapping[str, float], answers: int) -> float:
    return 1 - _entropy(shares) / math.log(answers) if answers > 1 else 0.0


def _conflict(witnesses: Sequence[Witness]) -> float:
    total = sum(w.reliability for w in witnesses)
    weights = {str(at): w.reliability / total for at, w in enumerate(witnesses)} if total else {}
    most = _entropy(weights)
    if most <= 0:
        return 0.0
    answers = {answer for w in witnesses for answer in w.shares}
    pairs = [(weights[str(at)], w.shares) for at, w in enumerate(witnesses)]
    mixed = {a: sum(weight * s.get(a, 0.0) for weight, s in pairs) for a in answers}
    own = sum(weight * _entropy(shares) for weight, shares in pairs)
    return min(max((_entropy(mixed) - own) / most, 0.0), 1.0)
