"""What the page of a source says of each column: its newest profile, and its course over files.

What belongs here: picking it out of profiles and their recorded facts. A sensitive column has
counts, moments and shapes, but none of its values.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, cast

from dmaic_assets.model import ColumnProfile, ColumnType, Histogram, Json, Scalar, ValueCount
from dmaic_assets.store.codec import mapping

# Most frequent values and shapes shown of a column: what fits on its line.
SHOWN_VALUES = 5
# Characters of a value: columns of a table stay narrow.
LONGEST_VALUE = 60
# Files before the newest from which on "more than ever before" is worth a word.
_FEWEST_BEFORE = 3
# Difference of two shares of nulls that is worth a word, in [0, 1]: below, nobody would act.
_WORTH_TELLING = 0.01

Facts: TypeAlias = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class ColumnCourse:
    """A column from file to file, oldest first; None where a file does not have it.

    `nulls` are shares in [0, 1]. `told` says in words what the newest file has that no earlier
    one had.
    """

    nulls: tuple[float | None, ...]
    distinct: tuple[int | None, ...]
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnView:
    """One column: its type and why, its facts in the newest profiled file, and its course.

    `quantiles` are those of numbers by name. Of a sensitive column `minimum`, `maximum`,
    `top_values`, `histogram` and `quantiles` are kept back.
    """

    name: str
    type: str
    unit: str | None
    is_ambiguous: bool
    type_reason: str
    meaning: str
    is_sensitive: bool
    null_share: float
    distinct: int
    is_unique: bool
    minimum: Scalar = None
    maximum: Scalar = None
    mean: float | None = None
    std: float | None = None
    quantiles: Mapping[str, float] | None = None
    histogram: Histogram | None = None
    top_values: tuple[ValueCount, ...] = ()
    shapes: tuple[ValueCount, ...] = ()
    warnings: tuple[str, ...] = ()
    course: ColumnCourse = ColumnCourse((), ())


def column_view(
    profile: ColumnProfile,
    column_type: ColumnType | None,
    *,
    meaning: str,
    is_sensitive: bool,
    courses: Sequence[Facts | None],
) -> ColumnView:
    """Puts together what is known of a column.

    Args:
        profile: Its facts in the newest profiled file.
        column_type: The type it was given there.
        meaning: What its values are, where an analysis found out.
        is_sensitive: Whether its values are kept back.
        courses: Its recorded facts in the compared files, oldest first.
    """
    open_ = not is_sensitive
    return ColumnView(
        name=profile.column,
        type=profile.type,
        unit=column_type.unit if column_type else None,
        is_ambiguous=bool(column_type and column_type.is_ambiguous),
        type_reason=column_type.reason if column_type and open_ else "",
        meaning=meaning,
        is_sensitive=is_sensitive,
        null_share=profile.null_share,
        distinct=profile.distinct_count,
        is_unique=profile.is_unique,
        minimum=_short(profile.minimum) if open_ else None,
        maximum=_short(profile.maximum) if open_ else None,
        mean=profile.mean,
        std=profile.std,
        quantiles=profile.quantiles if open_ else None,
        histogram=profile.histogram if open_ else None,
        top_values=_top(profile.top_values) if open_ and not profile.is_unique else (),
        shapes=_top(profile.shapes),
        warnings=profile.warnings if open_ else (),
        course=_course(courses, is_open=open_),
    )


def _course(facts: Sequence[Facts | None], *, is_open: bool) -> ColumnCourse:
    nulls = tuple(_number(f, "null_share") for f in facts)
    distinct = tuple(None if (n := _number(f, "distinct")) is None else int(n) for f in facts)
    told = [*_nulls_told(nulls), *(_bounds_told(facts) if is_open else ())]
    return ColumnCourse(nulls, distinct, tuple(told))


def _nulls_told(nulls: Sequence[float | None]) -> list[str]:
    *before, newest = nulls or (None,)
    known = [share for share in before if share is not None]
    if newest is None or len(known) < _FEWEST_BEFORE:
        return []
    if newest > max(known) + _WORTH_TELLING:
        return [f"more missing than in any of {len(known)} files before"]
    if newest < min(known) - _WORTH_TELLING:
        return [f"less missing than in any of {len(known)} files before"]
    return []


def _bounds_told(facts: Sequence[Facts | None]) -> list[str]:
    """Numbers beyond all that came before, unless the column goes on from file to file anyway."""
    *before, newest = [_bounds(f) for f in facts] or [None]
    known = [bounds for bounds in before if bounds is not None]
    if newest is None or len(known) < _FEWEST_BEFORE:
        return []
    highs = [high for _, high in known]
    lows = [low for low, _ in known]
    goes_on = sorted(highs) == highs and len(set(highs)) == len(highs)
    told: list[str] = []
    if newest[1] > max(highs) and not goes_on:
        told.append(f"greater than in any of {len(known)} files before")
    if newest[0] < min(lows):
        told.append(f"less than in any of {len(known)} files before")
    return told


def _bounds(facts: Facts | None) -> tuple[float, float] | None:
    low, high = _number(facts, "minimum"), _number(facts, "maximum")
    return None if low is None or high is None else (low, high)


def _number(facts: Facts | None, name: str) -> float | None:
    value = facts.get(name) if facts is not None else None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _top(values: Sequence[ValueCount]) -> tuple[ValueCount, ...]:
    return tuple(
        ValueCount(cast("str | None", _short(v.value)), v.count) for v in values[:SHOWN_VALUES]
    )


def _short(value: Scalar) -> Scalar:
    if not isinstance(value, str) or len(value) <= LONGEST_VALUE:
        return value
    return f"{value[: LONGEST_VALUE - 1]}…"


def facts_by_column(facts: Json) -> dict[str, Facts]:
    """The recorded facts of a profile's columns by name; of two of one name the first counts."""
    listed = mapping(facts).get("columns")
    entries = [mapping(c) for c in listed] if isinstance(listed, list) else []
    return {str(c.get("name")): c for c in reversed(entries)}
