"""What the standard's own words say as rules: its library of metrics, and the schema of columns.

What belongs here: parts of contracts that others wrote. A part that would be read as something else
than it says is refused.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from dmaic_assets.errors import BadInputError
from dmaic_assets.model import SEVERITIES, Json, Rule, Severity
from dmaic_assets.rules.exchange.imported import within
from dmaic_assets.rules.exchange.odcs.checks import COLUMN, custom_property
from dmaic_assets.rules.exchange.odcs.export import LOGICAL

_TYPES: Mapping[str, str] = {
    **{logical: ours for ours, logical in LOGICAL.items()},
    "array": "nested",
    "map": "nested",
    "vector": "nested",
}
_OPERATORS = (
    "mustBe", "mustNotBe", "mustBeGreaterThan", "mustBeGreaterOrEqualTo", "mustBeLessThan",
    "mustBeLessOrEqualTo", "mustBeBetween", "mustNotBeBetween",
)  # fmt: skip
_RANGE: Mapping[str, tuple[str, str | None]] = {
    "minimum": ("min", None),
    "maximum": ("max", None),
    "exclusiveMinimum": ("min", "exclusive_min"),
    "exclusiveMaximum": ("max", "exclusive_max"),
}
_LENGTH: Mapping[str, str] = {"minLength": "min", "maxLength": "max"}
_BY_HAND = "Remove it, or write this rule by hand."
# What the schema says holds whoever reads the table; a check without a severity counts as a rule
# without one.
_OF_SCHEMA: Severity = "high"
_OF_CHECK: Severity = "medium"
_PERCENT = 100


def _refused(culprit: str, fix: str = _BY_HAND, *, place: str = "") -> BadInputError:
    """The refusal of a part; whoever goes through the contract says where it is."""
    return BadInputError(place, culprit, fix)


def foreign_rule(check: Mapping[str, Json], column: str | None) -> Rule:
    """The rule that says what a check of the library says.

    Args:
        check: The check.
        column: The column that it stands at; None at the table.

    Raises:
        BadInputError: No rule says it.
    """
    metric = check.get("metric")
    if check.get("type", "library") != "library" or metric is None:
        engine = check.get("engine") or check.get("type") or "rule"
        raise _refused(f"checks of the kind {engine} have no counterpart")
    given = check.get("arguments")
    arguments: dict[str, Json] = dict(given) if isinstance(given, dict) else {}
    severity = _severity(check.get("severity"))
    about = str(check.get("description") or "")
    if metric == "rowCount" and column is None and not arguments:
        return _rule("row_count", (), severity, _rows(check), about=about)
    tolerance = _tolerance(check)
    columns = _columns(arguments) if column is None else (column,)
    if metric == "nullValues" and len(columns) == 1 and not arguments:
        return _rule("not_null", columns, severity, tolerance=tolerance, about=about)
    if metric == "duplicateValues" and columns and not arguments:
        return _rule("unique", columns, severity, tolerance=tolerance, about=about)
    if metric == "invalidValues" and len(columns) == 1 and len(arguments) == 1:
        ((name, value),) = arguments.items()
        if name == "validValues" and isinstance(value, list):
            return _rule("in_set", columns, severity, {"values": value}, tolerance, about)
        if name == "pattern" and isinstance(value, str):
            pattern: dict[str, Json] = {"pattern": _whole(value)}
            return _rule("shape", columns, severity, pattern, tolerance, about)
    raise _refused(f"metric {metric} with these arguments has no counterpart")


def schema_rules(properties: Sequence[Mapping[str, Json]]) -> tuple[list[Rule], list[str]]:
    """The rules that say what the columns of a table are, and in sentences what is left out.

    Raises:
        BadInputError: No rule says it.
    """
    names = tuple(str(one.get("name")) for one in properties)
    # Of columns that we wrote the checks say whether they must be there, and of which type.
    new = tuple(
        name
        for one, name in zip(properties, names, strict=True)
        if custom_property(one, COLUMN) is None
    )
    rules = [_rule("columns_present", new, _OF_SCHEMA)] if new else []
    left: list[str] = []
    for one, name in zip(properties, names, strict=True):
        rules += _column_rules(one, name)
        left += _left_of(one, name)
    key = sorted(
        (one for one in properties if one.get("primaryKey") is True),
        key=lambda one: float(str(one.get("primaryKeyPosition") or 0)),
    )
    if key:
        columns = tuple(str(one.get("name")) for one in key)
        rules += [_rule("not_null", (name,), _OF_SCHEMA) for name in columns]
        rules.append(_rule("unique", columns, _OF_SCHEMA))
    return list({(rule.kind, rule.columns): rule for rule in rules}.values()), left


def _column_rules(one: Mapping[str, Json], name: str) -> Iterator[Rule]:
    logical = one.get("logicalType")
    if logical is not None and str(logical) not in _TYPES:
        raise _refused(f"logicalType {logical} is unknown", place=f"column {name}")
    if logical is not None and custom_property(one, COLUMN) is None:
        yield _rule("type", (name,), _OF_SCHEMA, {"type": _TYPES[str(logical)]})
    if one.get("required") is True:
        yield _rule("not_null", (name,), _OF_SCHEMA)
    if one.get("unique") is True:
        yield _rule("unique", (name,), _OF_SCHEMA)
    values = one.get("enum")
    if isinstance(values, list) and values:
        listed: list[Json] = [v.get("value") if isinstance(v, dict) else v for v in values]
        yield _rule("in_set", (name,), _OF_SCHEMA, {"values": listed})
    options = one.get("logicalTypeOptions")
    if isinstance(options, dict):
        yield from _option_rules(options, name)


def _option_rules(options: Mapping[str, Json], name: str) -> Iterator[Rule]:
    bounds: dict[str, Json] = {}
    for key, (bound, strict) in _RANGE.items():
        if options.get(key) is None:
            continue
        if bound in bounds:
            raise _refused(f"two options bound it by {bound}", place=f"column {name}")
        bounds[bound] = options[key]
        bounds |= {} if strict is None else {strict: True}
    if bounds:
        yield _rule("range", (name,), _OF_SCHEMA, bounds)
    lengths = {ours: options[key] for key, ours in _LENGTH.items() if options.get(key) is not None}
    if lengths:
        yield _rule("length", (name,), _OF_SCHEMA, lengths)
    if options.get("pattern") is not None:
        try:
            pattern = _whole(str(options["pattern"]))
        except BadInputError as refusal:
            raise BadInputError(f"column {name}", refusal.culprit, refusal.fix) from refusal
        yield _rule("shape", (name,), _OF_SCHEMA, {"pattern": pattern})


def _left_of(one: Mapping[str, Json], name: str) -> Iterator[str]:
    options = one.get("logicalTypeOptions")
    known = {*_RANGE, *_LENGTH, "pattern"}
    for key in options if isinstance(options, dict) else ():
        if key not in known:
            yield f"column {name}: logicalTypeOptions.{key} is no rule"
    for key in ("properties", "items", "relationships"):
        if one.get(key):
            yield f"column {name}: {key} is no rule"


def _rule(
    kind: str,
    columns: Iterable[str],
    severity: Severity,
    parameters: Mapping[str, Json] | None = None,
    tolerance: float | None = None,
    about: str = "",
) -> Rule:
    return Rule(
        id=kind,
        kind=kind,
        columns=tuple(columns),
        severity=severity,
        origin="hand",
        parameters=dict(parameters or {}),
        tolerance=tolerance,
        description=about,
    )


def _columns(arguments: dict[str, Json]) -> tuple[str, ...]:
    """Takes the columns out of the arguments of a check that stands at the table."""
    named = arguments.pop("properties", None)
    return tuple(str(name) for name in named) if isinstance(named, list) else ()


def _operator(check: Mapping[str, Json]) -> tuple[str, Json]:
    given = [(name, check[name]) for name in _OPERATORS if check.get(name) is not None]
    if len(given) != 1:
        raise _refused("it does not say once what must be", "Give one operator, such as mustBe: 0.")
    return given[0]


def _tolerance(check: Mapping[str, Json]) -> float | None:
    """The share of rows that may fail; None where none may."""
    name, value = _operator(check)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and value == 0 and name in ("mustBe", "mustBeLessOrEqualTo"):
        return None
    if name == "mustBeLessThan" and value == 1 and check.get("unit") != "percent":
        return None
    if is_number and name == "mustBeLessOrEqualTo" and check.get("unit") == "percent":
        return round(float(str(value)) / _PERCENT, 12)
    fix = "Write mustBe: 0, or mustBeLessOrEqualTo with the unit percent."
    raise _refused(f"{name}: {value} is no share of rows that may fail", fix)


def _rows(check: Mapping[str, Json]) -> dict[str, Json]:
    name, value = _operator(check)
    if name == "mustBeBetween" and isinstance(value, list):
        return {"min": value[0], "max": value[1]}
    if isinstance(value, int) and not isinstance(value, bool):
        bounds: Mapping[str, dict[str, Json]] = {
            "mustBe": {"min": value, "max": value},
            "mustBeGreaterThan": {"min": value + 1},
            "mustBeGreaterOrEqualTo": {"min": value},
            "mustBeLessThan": {"max": value - 1},
            "mustBeLessOrEqualTo": {"max": value},
        }
        if name in bounds:
            return bounds[name]
    raise _refused(f"{name}: {value} is no number of rows")


def _severity(given: Json) -> Severity:
    words: dict[str, Severity] = {severity: severity for severity in SEVERITIES}
    words |= {"error": "high", "warning": "medium", "info": "low"}
    return words.get(str(given).lower(), _OF_CHECK)


def _whole(pattern: str) -> str:
    """A pattern that is of whole texts; one that may match a part is refused, as tools differ."""
    ours = within(pattern)
    if ours is not None:
        return ours
    inner = pattern.removeprefix("^").removesuffix("$")
    if len(pattern) - len(inner) == len("^$") and not inner.endswith("\\") and _is_one(inner):
        return inner
    fix = "Write it as ^(?:...)$, so that every tool takes it as of the whole text."
    raise _refused(f"pattern {pattern} may match a part of a text", fix)


def _is_one(pattern: str) -> bool:
    """Whether a pattern has no alternatives outside of brackets."""
    depth, is_class, is_escaped = 0, False, False
    for sign in pattern:
        if is_escaped:
            is_escaped = False
        elif sign == "\\":
            is_escaped = True
        elif is_class:
            is_class = sign != "]"
        elif sign == "[":
            is_class = True
        elif sign in "()":
            depth += 1 if sign == "(" else -1
        elif sign == "|" and depth == 0:
            return False
    return True
