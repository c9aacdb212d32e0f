"""The semantic type of a column: what values and name say, pooled, and how sure that is.

What belongs here: weighing. Tests and hints stand with the kinds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dmaic_assets.analysis.pooling import Pooled, Witness, pool, softmax
from dmaic_assets.analysis.semantic.claim import LEAST_SHARE, REFUTED, Claim, Test, Trial
from dmaic_assets.analysis.semantic.hints import hints_of
from dmaic_assets.analysis.semantic.kinds import Kind, kinds
from dmaic_assets.analysis.semantic.look import Look
from dmaic_assets.analysis.semantic.numbers import national_tests
from dmaic_assets.model import TypeName

# The answer that none of the known types is meant.
NONE = ""
# Logarithm of the prior odds of each type by none: most columns have no semantic type.
_PRIOR = -5.0
# Logarithm of likelihoods of the strongest hint of a name; with the prior alone it is just right
# for a type whose values cannot be told (0.8), and refuted by values that can.
_NAME = 7.2
# How far the word of each witness counts: names are chosen by people, and copied.
_RELIABILITY: Mapping[str, float] = {"values": 1.0, "name": 0.9}
# Share from which a type is claimed.
_CLAIMED = 0.6
# Evidence, in nats, beyond which no national identifiers are tried.
_SETTLED = 8.0
# Distinct values that a check of national identifiers needs: fewer pass by chance.
_FEWEST_NUMBERS = 5
# Share of digits in such identifiers, and their lengths.
_DIGITS_SHARE = 0.4
_NUMBER_LENGTHS = range(8, 23)
# Evidence of a refuted type whose name says it, from which the contradiction is told.
_SURE_HINT = 0.9
# What a column's type says alone.
_BY_TYPE: Mapping[TypeName, str] = {
    "date": "date",
    "datetime": "datetime",
    "time": "time",
    "duration": "duration",
    "period": "period",
    "boolean": "boolean",
    "nested": "json",
}


@dataclass(frozen=True, slots=True)
class Decided:
    """A semantic type with what speaks for it; None where nothing does.

    `claim` is the test of the values that was believed, `hint` the strength of the name's word for
    the answer. `denied` is what the name says and the values refute.
    """

    semantic_type: str | None
    form: str | None
    confidence: float
    conflict: float = 0.0
    ignorance: float = 0.0
    claim: Claim | None = None
    hint: float = 0.0
    denied: str | None = None
    test: Test | None = None
    rivals: Mapping[str, float] = field(default_factory=dict)


def decide(look: Look, entity: tuple[str, ...]) -> Decided:
    """Decides what a column's values are, or that nothing tells it.

    Args:
        look: The column.
        entity: The words of its table's name.
    """
    by_type = _by_type(look)
    if by_type is not None:
        return by_type
    if not look.texts:
        return Decided(None, None, 0.0, ignorance=1.0)
    hints = hints_of(look.words, look.name, entity)
    found = _claims(look)
    logs = dict.fromkeys(kinds(), REFUTED)
    logs |= {name: claim.evidence for name, (claim, _) in found.items()}
    pooled = _pooled(logs, hints)
    answer = pooled.answer
    denied = _denied(hints, logs, look)
    if answer == NONE or pooled.shares[answer] < _CLAIMED:
        rest = 1 - max(p for name, p in pooled.shares.items() if name != NONE)
        return Decided(None, None, rest, pooled.conflict, pooled.ignorance, denied=denied)
    claim, test = found[answer]
    rivals = {n: p for n, p in pooled.shares.items() if n not in (NONE, answer) and p > 0.05}
    return Decided(
        answer,
        claim.form,
        min(pooled.shares[answer], 0.999),
        pooled.conflict,
        pooled.ignorance,
        claim,
        hints.get(answer, 0.0),
        denied if denied != answer else None,
        test,
        rivals,
    )


def _by_type(look: Look) -> Decided | None:
    """What the column's own type and unit tell."""
    if look.unit == "%":
        return Decided("percentage", "values with %", 0.999)
    if look.pattern.startswith("currency"):
        return Decided("money", f"values in {look.unit}", 0.999)
    name = _BY_TYPE.get(look.type)
    return (
        Decided(name, look.pattern, 0.999 if look.texts or name == "json" else 0.5)
        if name
        else None
    )


def _claims(look: Look) -> dict[str, tuple[Claim, Test]]:
    """The best claim of each semantic type that the values do not refute."""
    trial = Trial(look.texts)
    found: dict[str, tuple[Claim, Test]] = {}
    for kind in kinds().values():
        for test in kind.tests:
            _keep_better(found, trial, look, kind.name, test)
    if _may_be_national(look) and all(c.evidence < _SETTLED for c, _ in found.values()):
        for name, test in national_tests():
            _keep_better(found, trial, look, name, test)
    return found


def _keep_better(
    found: dict[str, tuple[Claim, Test]], trial: Trial, look: Look, name: str, test: Test
) -> None:
    if look.type not in test.types:
        return
    claim = trial.claim(name, test)
    if claim is None or claim.evidence <= REFUTED:
        return
    if name not in found or claim.evidence > found[name][0].evidence:
        found[name] = (claim, test)


def _may_be_national(look: Look) -> bool:
    texts = look.texts
    if look.distinct < _FEWEST_NUMBERS or look.type not in ("integer", "text"):
        return False
    first = texts[: _FEWEST_NUMBERS * 4]
    digits = sum(sign.isdecimal() for text in first for sign in text)
    is_sized = sum(len(text) in _NUMBER_LENGTHS for text in first) >= LEAST_SHARE * len(first)
    return is_sized and digits >= _DIGITS_SHARE * sum(map(len, first))


def _pooled(logs: Mapping[str, float], hints: Mapping[str, float]) -> Pooled:
    values = softmax({NONE: 0.0, **logs})
    names = softmax({NONE: 0.0, **{name: _NAME * hints.get(name, 0.0) for name in logs}})
    witnesses = [Witness("values", _RELIABILITY["values"], values)]
    if hints:
        witnesses.append(Witness("name", _RELIABILITY["name"], names))
    return pool(witnesses, softmax({NONE: 0.0, **dict.fromkeys(logs, _PRIOR)}))


def _denied(hints: Mapping[str, float], logs: Mapping[str, float], look: Look) -> str | None:
    """The type that the name is sure of and that the values of the right sort refute."""
    sure = [n for n, s in hints.items() if s >= _SURE_HINT and logs.get(n, 0.0) <= REFUTED]
    for name in sure:
        kind: Kind = kinds()[name]
        strict = [t for t in kind.tests if t.chance is not None and t.chance < 0.05]
        if strict and look.type == "text" and any(look.type in t.types for t in strict):
            return name
    return None


def failing(test: Test, texts: Sequence[str]) -> int:
    """Counts distinct values that do not pass a test."""
    return sum(not test.accepts(text) for text in texts)
