"""The 5-why chain of a source: each answer is a finding, and the chain ends where evidence ends.

What belongs here: putting findings in order. A question that no finding answers is asked of the
owner, not guessed.
"""

from collections.abc import Sequence

from dmaic_assets.model import Violation
from dmaic_assets.phase_values.analyze import Cause, CtqCauses, NewValue, ParetoBar, Why


def five_whys(
    source: str,
    *,
    top: ParetoBar,
    violations: Sequence[tuple[str, Violation]],
    found: CtqCauses,
    owner: str,
) -> tuple[Why, ...]:
    """Builds the chain for the CTQ with most defects.

    Args:
        source: The source's name.
        top: The largest bar of the Pareto chart of CTQs.
        violations: What broke the rules of that CTQ, as (file name, violation), worst first.
        found: The causes of its defects.
        owner: Who is asked what evidence does not tell; "" when nobody is named.
    """
    chain = [
        Why(
            f"Why is {source} below its target?",
            f"{top.name} has {top.count:,} defective rows, {100 * top.share:.1f} % of all defects.",
        )
    ]
    if violations:
        name, worst = violations[0]
        chain.append(
            Why(
                f"Why is {top.name} defective?",
                f"Expected: {worst.expected}. Seen in {name}: {worst.seen}.",
            )
        )
    if found.new_values:
        chain.append(Why("Why there?", _what_is_new(found.new_values)))
    elif found.causes:
        chain.append(Why("Why there?", _where(found.causes[0])))
    named = next((v.cause for _, v in violations if v.cause), None)
    if named:
        chain.append(Why("Why are the values wrong?", f"The pattern is that of: {named}."))
    asked = owner or "the owner, who is not named yet"
    chain.append(
        Why(
            "Why was it sent like that, and what keeps it from coming back?",
            f"To be answered by {asked}.",
            is_open=True,
        )
    )
    return tuple(chain)


def _where(cause: Cause) -> str:
    return (
        f"Rows with {cause.words} are defective {cause.lift:,.1f} times as often as others"
        f" (95 % interval {cause.lift_low:,.1f} to {cause.lift_high:,.1f}) and account for"
        f" {100 * cause.contribution:.0f} % of these defects."
    )


def _what_is_new(found: Sequence[NewValue]) -> str:
    told = "; ".join(f"{n.words} ({100 * n.share:.0f} % of these defects)" for n in found)
    return f"{told[0].upper()}{told[1:]}."
