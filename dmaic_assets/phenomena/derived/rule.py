"""The row kind of computed columns: derived, one of a few forms of formula.

The first column is the computed one, the others its inputs in the formula's order.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, cast

import polars as pl
from typing_extensions import override

from dmaic_assets.history.number_of import as_number, is_measurable
from dmaic_assets.model import Rule
from dmaic_assets.phenomena.contract.rule_kind import (
    FrameContext,
    Obstacle,
    Parameter,
    RowKind,
    bad_rule,
    is_missing,
    is_text,
)
from dmaic_assets.table.text_table import column

NUMERIC_FORMS = ("linear", "product", "ratio", "floor", "modulo", "power")
PART_FORMS: Mapping[str, Callable[[pl.Expr], pl.Expr]] = {
    "year": lambda e: e.dt.year(),
    "month": lambda e: e.dt.month(),
    "day": lambda e: e.dt.day(),
    "hour": lambda e: e.dt.hour(),
    "minute": lambda e: e.dt.minute(),
    "weekday": lambda e: e.dt.weekday(),
    "yearday": lambda e: e.dt.ordinal_day(),
    "week": lambda e: e.dt.week(),
}
TEXT_FORMS = ("concat",)
FORMS = (*NUMERIC_FORMS, *PART_FORMS, *TEXT_FORMS)


class DerivedKind(RowKind):
    """The first column is computed from the others. A row with a missing part passes."""

    name: ClassVar[str] = "derived"
    summary: ClassVar[str] = "the first column is computed from the others by a formula"
    arity: ClassVar[tuple[int, int | None]] = (2, 5)
    parameters: ClassVar[Mapping[str, Parameter]] = {
        "form": Parameter(
            (str,),
            f"one of {', '.join(FORMS)}",
            is_required=True,
            complaint=lambda v: None if v in FORMS else f"{v!r} is none of {FORMS}",
        ),
        "factors": Parameter((list, tuple), "linear: one factor per input"),
        "exponents": Parameter((list, tuple), "power: one exponent per input"),
        "constant": Parameter((int, float), "linear: added; product, ratio, power: multiplied"),
        "divisor": Parameter(
            (int, float),
            "floor, modulo: the divisor",
            complaint=lambda v: "0 divides nothing" if v == 0 else None,
        ),
        "separator": Parameter((str,), "concat: the text between the parts"),
        "within": Parameter((int, float), "greatest difference that counts as equal"),
        "within_share": Parameter((int, float), "the same, as a share of the computed value"),
    }

    @override
    def validate(self, rule: Rule) -> None:
        """Refuses a formula that lacks what its form needs."""
        super().validate(rule)
        form, inputs = rule.parameters["form"], len(rule.columns) - 1
        for needs, key in (("linear", "factors"), ("power", "exponents")):
            given = rule.parameters.get(key)
            if form == needs and (not isinstance(given, Sequence) or len(given) != inputs):
                fix = f"Give one {key.removesuffix('s')} per input."
                raise bad_rule(rule, f"{key}: not one per input", fix)
        if form in {"floor", "modulo"} and rule.parameters.get("divisor") is None:
            raise bad_rule(rule, "parameter divisor is missing", "Give the divisor.")
        wanted = {"product": 2, "ratio": 2}.get(str(form), 1)
        if inputs != wanted and form not in {"linear", "power", "concat"}:
            raise bad_rule(rule, f"{form} takes {wanted} inputs", "Correct columns.")

    @override
    def describe(self, rule: Rule) -> str:
        """Spells the formula."""
        return f"{rule.columns[0]} = {formula(rule)}"

    @override
    def obstacle(self, rule: Rule, ctx: FrameContext) -> Obstacle | None:
        """Missing columns, or inputs of a type that the form cannot use."""
        found = super().obstacle(rule, ctx)
        if found:
            return found
        for name, needs in zip(rule.columns, _needs(rule), strict=True):
            if not needs(ctx.schema[name]):
                detail = f"column {name} arrived as {ctx.schema[name]}"
                return Obstacle("incompatible", name, detail)
        return None

    @override
    def failing(self, rule: Rule, ctx: FrameContext) -> pl.Expr:
        """True where the first column is not what the formula gives."""
        expected = computed(rule, ctx.schema)
        missing = pl.any_horizontal([is_missing(c, ctx) for c in rule.columns])
        target = rule.columns[0]
        if rule.parameters["form"] in TEXT_FORMS:
            return (column(target).cast(pl.String) != expected) & ~missing
        within = pl.lit(float(str(rule.parameters.get("within") or 1e-9)))
        share = rule.parameters.get("within_share")
        if share is not None:
            within = pl.max_horizontal(within, expected.abs() * float(str(share)))
        actual = as_number(target, ctx.schema[target])
        differs = ~((actual - expected).abs() <= within)
        return differs & expected.is_finite().fill_null(value=False) & ~missing

    @override
    def blamed_columns(self, rule: Rule) -> tuple[str, ...]:
        """The computed column."""
        return rule.columns[:1]

    @override
    def cause(self, rule: Rule, failing: pl.DataFrame) -> str | None:
        """A value that contradicts what it is computed from."""
        return "inconsistent values in one row"


def computed(rule: Rule, schema: Mapping[str, pl.DataType]) -> pl.Expr:
    """Builds what the formula of a derived rule gives."""
    inputs = rule.columns[1:]
    form = str(rule.parameters["form"])
    if form in TEXT_FORMS:
        separator = str(rule.parameters.get("separator") or "")
        return pl.concat_str([column(c).cast(pl.String) for c in inputs], separator=separator)
    if form in PART_FORMS:
        return PART_FORMS[form](column(inputs[0])).cast(pl.Float64)
    numbers = [as_number(c, schema[c]) for c in inputs]
    return _numeric(rule, form, numbers)


def _numeric(rule: Rule, form: str, numbers: Sequence[pl.Expr]) -> pl.Expr:
    constant = rule.parameters.get("constant")
    if form == "linear":
        factors = cast("Sequence[float]", rule.parameters["factors"])
        total = pl.lit(float(str(constant or 0.0)))
        for factor, x in zip(factors, numbers, strict=True):
            total = total + x * float(factor)
        return total
    scale = float(str(constant)) if constant is not None else 1.0
    if form == "product":
        return numbers[0] * numbers[1] * scale
    if form == "ratio":
        return numbers[0] / numbers[1] * scale
    if form == "power":
        exponents = cast("Sequence[float]", rule.parameters["exponents"])
        total = pl.lit(scale)
        for exponent, x in zip(exponents, numbers, strict=True):
            total = total * x.pow(float(exponent))
        return total
    divisor = float(str(rule.parameters["divisor"]))
    quotient = (numbers[0] / divisor).floor()
    return quotient if form == "floor" else numbers[0] - quotient * divisor


def formula(rule: Rule) -> str:
    """Spells the formula of a derived rule for people."""
    p, inputs = rule.parameters, rule.columns[1:]
    form = str(p["form"])
    if form == "linear":
        return _linear_text(cast("Sequence[float]", p["factors"]), inputs, p.get("constant"))
    if form in {"product", "ratio"}:
        scale = "" if p.get("constant") in {None, 1} else f" * {p['constant']}"
        return f"{inputs[0]} {'*' if form == 'product' else '/'} {inputs[1]}{scale}"
    if form == "power":
        exponents = cast("Sequence[float]", p["exponents"])
        terms = [f"{n} ^ {e:g}" for n, e in zip(inputs, exponents, strict=True)]
        return " * ".join([f"{p.get('constant', 1):g}", *terms])
    if form in TEXT_FORMS:
        return f" & {p.get('separator') or ''!r} & ".join(inputs)
    if form in PART_FORMS:
        return f"{form} of {inputs[0]}"
    return f"{inputs[0]} {'div' if form == 'floor' else 'mod'} {p['divisor']}"


def _linear_text(factors: Sequence[float], inputs: Sequence[str], constant: object) -> str:
    terms = [
        ("- " if f < 0 else "+ ") + ("" if abs(f) == 1 else f"{abs(f):g} * ") + name
        for f, name in zip(factors, inputs, strict=True)
    ]
    if isinstance(constant, int | float) and constant:
        terms.append(f"{'-' if constant < 0 else '+'} {abs(constant):g}")
    text = " ".join(terms)
    return text.removeprefix("+ ")


def _needs(rule: Rule) -> list[Callable[[pl.DataType], bool]]:
    form, inputs = rule.parameters["form"], len(rule.columns) - 1
    if form in TEXT_FORMS:
        return [is_text, *[_is_simple] * inputs]
    if form in PART_FORMS:
        has_clock = form in {"hour", "minute"}
        return [lambda d: d.is_numeric(), _has_clock if has_clock else _has_date]
    return [is_measurable] * (inputs + 1)


def _is_simple(dtype: pl.DataType) -> bool:
    return is_text(dtype) or dtype.is_integer()


def _has_date(dtype: pl.DataType) -> bool:
    return isinstance(dtype, pl.Date | pl.Datetime)


def _has_clock(dtype: pl.DataType) -> bool:
    return isinstance(dtype, pl.Datetime | pl.Time)


DERIVED_KINDS: tuple[RowKind, ...] = (DerivedKind(),)
