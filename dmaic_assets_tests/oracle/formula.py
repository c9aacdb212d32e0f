"""Model formulas as text: a small safe language, evaluated in any arithmetic, with derivatives.

What belongs here: parsing `y = b1*(1-exp[-b2*x])` into a tree (no `eval`; names, numbers, + - * /
**, brackets and the functions of `FUNCTIONS`), evaluation over floats, complex numbers or
arbitrary-precision numbers, and forward-mode differentiation. Fitting stands in `nonlinear`.
"""

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from dmaic_assets.errors import BadInputError

FunctionName: TypeAlias = Literal["exp", "log", "sin", "cos", "tan", "arctan", "sqrt"]
FUNCTIONS: tuple[FunctionName, ...] = ("exp", "log", "sin", "cos", "tan", "arctan", "sqrt")
# Characters: a longer text is no formula, and parsing it would be deep.
LONGEST_FORMULA = 10_000
# A number of the arithmetic in use: float array, complex array, mpmath's mpf. They share operators
# but no base class.
Number: TypeAlias = Any
_ALIASES: dict[str, FunctionName] = {"ln": "log", "atan": "arctan"}
_OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**",
}  # fmt: skip
_RESIDUAL = re.compile(r"\+\s*e\s*$")


@dataclass(frozen=True, slots=True)
class Constant:
    """A number as it is written, so that each arithmetic reads it at its own precision."""

    text: str


@dataclass(frozen=True, slots=True)
class Name:
    """A parameter, a column, or `pi`."""

    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """One function of one argument."""

    function: FunctionName
    argument: "Node"


@dataclass(frozen=True, slots=True)
class Operation:
    """Two operands and one of + - * / **."""

    operator: str
    left: "Node"
    right: "Node"


Node: TypeAlias = Constant | Name | Call | Operation


@dataclass(frozen=True, slots=True)
class Formula:
    """`response = model`; the response may be a function of a column, as in `log[y] = ...`."""

    response: Node
    model: Node

    @property
    def names(self) -> tuple[str, ...]:
        """Names in the model, in the order of appearance, without `pi`."""
        return tuple(dict.fromkeys(n for n in _names(self.model) if n != "pi"))


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """How numbers are made and which functions act on them."""

    number: Callable[[str], Number]
    pi: Number
    functions: Mapping[FunctionName, Callable[[Number], Number]]


def parse_formula(text: str) -> Formula:
    """Reads `response = model`, in which `[ ]` are brackets, `^` is `**`, and `+ e` may end it.

    Raises:
        BadInputError: The text is not of this language; the culprit quotes the place.
    """
    left, equals, right = text.partition("=")
    if not equals:
        raise BadInputError("formula", f"no `=` in {text!r}", "Write `y = ...`.")
    return Formula(parse_expression(left), parse_expression(_RESIDUAL.sub("", right.strip())))


def parse_expression(text: str) -> Node:
    """Reads an expression.

    Raises:
        BadInputError: It is too long, not well-formed, or has anything but names, numbers,
            operators and known functions.
    """
    source = " ".join(text.translate(str.maketrans("[]{}", "()()")).replace("^", "**").split())
    if len(source) > LONGEST_FORMULA:
        raise BadInputError("formula", f"{len(source)} characters", "Shorten it.")
    try:
        return _node(ast.parse(source, mode="eval").body, source)
    except (SyntaxError, RecursionError, MemoryError, ValueError) as error:
        raise BadInputError("formula", f"{source!r} cannot be read", _fix()) from error


def evaluate(node: Node, values: Mapping[str, Number], arithmetic: Arithmetic) -> Number:
    """Computes an expression; NaN and infinite numbers carry on.

    Raises:
        BadInputError: A name has no value.
    """
    if isinstance(node, Constant):
        return arithmetic.number(node.text)
    if isinstance(node, Name):
        return _value_of(node.name, values, arithmetic)
    if isinstance(node, Call):
        return arithmetic.functions[node.function](evaluate(node.argument, values, arithmetic))
    left = evaluate(node.left, values, arithmetic)
    return _apply(node.operator, left, evaluate(node.right, values, arithmetic))


def float_arithmetic() -> Arithmetic:
    """Builds the arithmetic of numpy arrays, real or complex."""
    import numpy as np

    functions: dict[FunctionName, Callable[[Number], Number]] = {
        "exp": np.exp, "log": np.log, "sin": np.sin, "cos": np.cos, "tan": np.tan,
        "arctan": np.arctan, "sqrt": np.sqrt,
    }  # fmt: skip
    return Arithmetic(float, float(np.pi), functions)


def long_arithmetic(context: Any) -> Arithmetic:
    """Builds the arithmetic of an mpmath context (`mpmath.MPContext`), at its precision."""
    functions: dict[FunctionName, Callable[[Number], Number]] = {
        "exp": context.exp, "log": context.log, "sin": context.sin, "cos": context.cos,
        "tan": context.tan, "arctan": context.atan, "sqrt": context.sqrt,
    }  # fmt: skip
    return Arithmetic(context.mpf, +context.pi, functions)


def _value_of(name: str, values: Mapping[str, Number], arithmetic: Arithmetic) -> Number:
    if name in values:
        return values[name]
    if name == "pi":
        return arithmetic.pi
    raise BadInputError("formula", f"{name!r} has no value", "Pass it as parameter or column.")


def _apply(operator: str, left: Number, right: Number) -> Number:
    if operator == "+":
        return left + right
    if operator == "-":
        return left - right
    if operator == "*":
        return left * right
    return left / right if operator == "/" else left**right


def _names(node: Node) -> Sequence[str]:
    if isinstance(node, Name):
        return (node.name,)
    if isinstance(node, Call):
        return _names(node.argument)
    if isinstance(node, Operation):
        return (*_names(node.left), *_names(node.right))
    return ()


def _node(tree: ast.expr, source: str) -> Node:
    if isinstance(tree, ast.Constant) and type(tree.value) in (int, float):
        return Constant(ast.get_source_segment(source, tree) or repr(tree.value))
    if isinstance(tree, ast.Name):
        return Name(tree.id)
    if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub | ast.UAdd):
        operand = _node(tree.operand, source)
        return operand if isinstance(tree.op, ast.UAdd) else Operation("-", Constant("0"), operand)
    if isinstance(tree, ast.BinOp) and type(tree.op) in _OPERATORS:
        operator = _OPERATORS[type(tree.op)]
        return Operation(operator, _node(tree.left, source), _node(tree.right, source))
    if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name):
        name = _ALIASES.get(tree.func.id, tree.func.id)
        if name in FUNCTIONS and len(tree.args) == 1 and not tree.keywords:
            return Call(FUNCTIONS[FUNCTIONS.index(name)], _node(tree.args[0], source))
    segment = ast.get_source_segment(source, tree) or source
    raise BadInputError("formula", f"{segment!r} is not allowed", _fix())


def _fix() -> str:
    return f"Use names, numbers, + - * / **, brackets and {', '.join(FUNCTIONS)}."
