"""The kind of rule, and the arithmetic of the last digit."""

from typing import ClassVar

import polars as pl
from typing_extensions import override

from dmaic_assets.model import Rule
from dmaic_assets.phenomena.contract.rule_kind import FrameContext, RowKind
from dmaic_assets.table.text_table import column

LENGTH = 6


def right_digit(code: str) -> str:
    """The last digit that a code should have."""
    return str(sum(map(int, code[:-1])) % 10)


class CheckDigitKind(RowKind):
    """Codes end in the digit sum of what stands before."""

    name: ClassVar[str] = "check_digit"
    summary: ClassVar[str] = "codes end in their digit sum"

    @override
    def describe(self, rule: Rule) -> str:
        return f"{rule.columns[0]} ends in its digit sum"

    @override
    def failing(self, rule: Rule, ctx: FrameContext) -> pl.Expr:
        code = column(rule.columns[0])
        digits = [code.str.slice(i, 1).cast(pl.Int64, strict=False) for i in range(LENGTH)]
        return pl.sum_horizontal(digits[:-1]) % 10 != digits[-1]

    @override
    def cause(self, rule: Rule, failing: pl.DataFrame) -> str | None:
        return "mistyped code"
