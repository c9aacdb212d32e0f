"""A comparison as a document of schema adhash.compare.v1, and as Markdown for people."""

from collections.abc import Sequence
from dataclasses import asdict

from dmaic_assets.hashmaps.trial.compare import ALPHA, MARGIN, Comparison, Difference

SCHEMA = "adhash.compare.v1"


def document_of(found: Comparison, names: tuple[str, str], workload: str) -> dict[str, object]:
    """The whole comparison; `change` and `percent` are of the second side against the first.

    `timeline` has every round's numbers in the order in which rounds were played.
    """
    return {
        "schema": SCHEMA,
        "workload": workload,
        "first": names[0],
        "second": names[1],
        "pairs": found.pairs,
        "margin": MARGIN,
        "alpha": ALPHA,
        "is_trustworthy": found.is_trustworthy,
        "deltas": [_delta(each) for each in found.differences],
        "control": [_delta(each) for each in found.control],
        "timeline": [{name: dict(told) for name, told in each.items()} for each in found.rounds],
    }


def _delta(found: Difference) -> dict[str, object]:
    return {**asdict(found), "delta": found.second - found.first, "percent": 100 * found.change}


def markdown_of(found: Comparison, names: tuple[str, str], told: str) -> str:
    """A page: what was compared, the differences, the control and what they mean."""
    first, second = names
    control = (
        "The control found no difference of the first side from itself."
        if found.is_trustworthy
        else "The control found a difference of the first side from itself: the machine was too"
        " busy, or too few rounds were played, to trust the table above."
    )
    return "\n".join(
        [
            f"# {second} against {first}",
            "",
            f"{told}; {found.pairs} pairs in random order, cpu time.",
            "",
            *_table(found.differences, first, second),
            "",
            f"Less is better. Sides within {MARGIN:.0%} of each other are equivalent; chances are"
            f" of Wilcoxon's paired test, adjusted by Holm over the metrics, at {ALPHA:.0%}.",
            "",
            f"## Control: {first} against itself",
            "",
            *_table(found.control, first, first),
            "",
            control,
            "",
        ]
    )


def _table(found: Sequence[Difference], first: str, second: str) -> list[str]:
    rows = [
        f"| {each.metric} | {each.first:.1f} | {each.second:.1f} | {each.change:+.1%} |"
        f" {each.low:+.1%} to {each.high:+.1%} | {each.adjusted:.3g} | {each.verdict} |"
        for each in found
    ]
    return [
        f"| metric | {first} | {second} | change | 95 % interval | chance | verdict |",
        "|---|---:|---:|---:|---|---:|---|",
        *rows,
    ]
