"""Derivatives of formulas by forward-mode differentiation, in any arithmetic.

What belongs here: value and partial derivatives of one expression at one point, exact to the
precision of the arithmetic. Sparse: a partial derivative that is zero is never computed.
"""

from collections.abc import Mapping

from dmaic_assets.sixsigma.arguments import takes
from dmaic_assets_tests.oracle.formula import (
    Arithmetic,
    Call,
    FunctionName,
    Node,
    Number,
    Operation,
    evaluate,
)
from dmaic_assets_tests.oracle.formula import Name as NameNode

Partials = dict[str, Number]


@takes()
def value_and_gradient(
    node: Node,
    values: Mapping[str, Number],
    arithmetic: Arithmetic,
    *,
    parameters: frozenset[str],
) -> tuple[Number, Partials]:
    """Computes an expression and its partial derivatives.

    Args:
        node: The expression.
        values: Every name with its value.
        arithmetic: How to compute.
        parameters: Names to differentiate by; those that the value does not depend on are
            missing from the partials.

    Raises:
        BadInputError: A name has no value.
    """
    if isinstance(node, NameNode) and node.name in parameters:
        return evaluate(node, values, arithmetic), {node.name: arithmetic.number("1")}
    if isinstance(node, Call):
        inner, partials = value_and_gradient(
            node.argument, values, arithmetic, parameters=parameters
        )
        value = arithmetic.functions[node.function](inner)
        if not partials:
            return value, {}
        slope = _slope(node.function, inner, value, arithmetic)
        return value, {name: slope * partial for name, partial in partials.items()}
    if isinstance(node, Operation):
        left = value_and_gradient(node.left, values, arithmetic, parameters=parameters)
        right = value_and_gradient(node.right, values, arithmetic, parameters=parameters)
        return _combine(node.operator, left, right, arithmetic)
    return evaluate(node, values, arithmetic), {}


def _slope(function: FunctionName, at: Number, value: Number, arithmetic: Arithmetic) -> Number:
    if function == "exp":
        return value
    if function == "log":
        return 1 / at
    if function == "sin":
        return arithmetic.functions["cos"](at)
    if function == "cos":
        return -arithmetic.functions["sin"](at)
    if function == "tan":
        return 1 + value * value
    return 1 / (1 + at * at) if function == "arctan" else 1 / (2 * value)


def _combine(
    operator: str,
    left: tuple[Number, Partials],
    right: tuple[Number, Partials],
    arithmetic: Arithmetic,
) -> tuple[Number, Partials]:
    (a, da), (b, db) = left, right
    if operator == "+":
        return a + b, _sum(da, db)
    if operator == "-":
        return a - b, _sum(da, _scaled(db, -1))
    if operator == "*":
        return a * b, _sum(_scaled(da, b), _scaled(db, a))
    if operator == "/":
        quotient = a / b
        inverse = 1 / b if da or db else 0
        return quotient, _sum(_scaled(da, inverse), _scaled(db, -quotient * inverse if db else 0))
    return _power(left, right, arithmetic)


def _power(
    left: tuple[Number, Partials], right: tuple[Number, Partials], arithmetic: Arithmetic
) -> tuple[Number, Partials]:
    (a, da), (b, db) = left, right
    value = a**b
    by_base = _scaled(da, b * a ** (b - 1)) if da else {}
    by_exponent = _scaled(db, value * arithmetic.functions["log"](a)) if db else {}
    return value, _sum(by_base, by_exponent)


def _scaled(partials: Partials, factor: Number) -> Partials:
    return {name: partial * factor for name, partial in partials.items()}


def _sum(left: Partials, right: Partials) -> Partials:
    both = dict(left)
    for name, partial in right.items():
        both[name] = both[name] + partial if name in both else partial
    return both
