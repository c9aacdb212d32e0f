"""All that is known of check digits, as one value."""

from dmaic_assets.phenomena.check_digit.rule import CheckDigitKind

from dmaic_assets.phenomena.contract.phenomenon import Handling, Phenomenon


def _handling() -> Handling:
    # Judging has no need of it.
    from dmaic_assets.phenomena.check_digit.handling import HANDLING

    return HANDLING


CHECK_DIGIT = Phenomenon(
    name="check_digit",
    rules=(CheckDigitKind(),),
    causes={"integer": lambda texts: "a code" if any(t.startswith("N") for t in texts) else None},
    handling=_handling,
)
