"""The winner of each use: which kind of index is fastest, by how much, and how sure that is.

Rounds are compared in pairs. When no kind is faster than the others, a round is as likely won as
lost; how likely so many rounds are won by chance follows, times the rivals that could have won.
"""

from math import comb
from statistics import median

from dmaic_assets.work.laboratory.values import ComparisonValue, Trial, TrialsValue, Winner

# The chance up to which a winner is called sure: one in twenty, as elsewhere in the laboratory.
SURE = 0.05


def comparison_of(matrix: TrialsValue) -> ComparisonValue:
    """Names the winner of each use, uses in their order."""
    uses = dict.fromkeys(trial.use for trial in matrix.trials)
    winners = tuple(_winner([t for t in matrix.trials if t.use == use]) for use in uses)
    return ComparisonValue(matrix.column, winners)


def _winner(trials: list[Trial]) -> Winner:
    first, second, *_ = sorted(trials, key=lambda trial: median(trial.ns))
    # Only rounds that both were played in; one that was played again has more of them.
    pairs = list(zip(first.ns, second.ns, strict=False))
    won = sum(one < other for one, other in pairs)
    chance = min(1.0, (len(trials) - 1) * chance_of(won, len(pairs)))
    ns, second_ns = median(first.ns), median(second.ns)
    return Winner(
        use=first.use,
        kind=first.kind,
        ns=ns,
        second=second.kind,
        second_ns=second_ns,
        margin=1 - ns / second_ns if second_ns else 0.0,
        rounds_won=won,
        rounds=len(pairs),
        chance=chance,
        is_sure=chance <= SURE,
    )


def chance_of(won: int, rounds: int) -> float:
    """How likely at least so many of the rounds are won when each is as likely lost."""
    return sum(comb(rounds, count) for count in range(won, rounds + 1)) / 2**rounds
