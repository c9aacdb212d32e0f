"""Least and greatest value of a rule, for kinds that bound one figure."""

from typing import Any

from typing_extensions import override

from dmaic_assets.model import Rule
from dmaic_assets.phenomena.contract.rule_kind import FileKind, bad_rule


def bounds_of(rule: Rule) -> tuple[Any, Any]:
    """The least and the greatest value that a rule allows; None for no bound."""
    return rule.parameters.get("min"), rule.parameters.get("max")


class BoundedKind(FileKind):
    """A file kind that bounds one figure."""

    @override
    def validate(self, rule: Rule) -> None:
        """Refuses a rule without a bound, or with bounds that exclude everything."""
        super().validate(rule)
        low, high = bounds_of(rule)
        if low is None and high is None:
            raise bad_rule(rule, "neither min nor max is given", "Give min, max or both.")
        if low is not None and high is not None and low > high:
            raise bad_rule(rule, f"min {low} is above max {high}", "Exchange them.")


def is_outside(value: float, rule: Rule) -> bool:
    """Whether a value is below the least or above the greatest one."""
    low, high = bounds_of(rule)
    return (low is not None and value < low) or (high is not None and value > high)


def told_of(value: float, rule: Rule, *, few: str, many: str) -> str | None:
    """The name of what is below the bounds, or of what is above; None inside."""
    low, high = bounds_of(rule)
    if low is not None and value < low:
        return few
    return many if high is not None and value > high else None
