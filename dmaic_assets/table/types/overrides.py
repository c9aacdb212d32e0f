"""What a person says a column is: the little language of `types` in config/sources.yaml.

What belongs here: reading `integer`, `date:%d/%m/%Y`, `decimal_comma`, `quantity:kg`,
`boolean:ja|nein` and `text`, and refusing the rest. What does not: precedence over other
evidence (`type_resolution`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from dmaic_assets.errors import SettingsError
from dmaic_assets.model import TypeName
from dmaic_assets.table.notation.pattern import Pattern
from dmaic_assets.table.notation.patterns import PATTERNS, patterns_by_name
from dmaic_assets.table.notation.time_formats import check_format
from dmaic_assets.table.notation.units import canonical_currency, canonical_unit
from dmaic_assets.table.notation.value_parsers import Recipe, custom_pattern

# Values of the other types are no texts that could be read as one.
_TYPES: tuple[TypeName, ...] = tuple(
    name for name in get_args(TypeName) if name not in ("binary", "nested")
)


@dataclass(frozen=True, slots=True)
class Override:
    """A type set by a person: the readings to choose from, none for text."""

    written: str
    type: TypeName
    recipes: tuple[Recipe, ...]


class _RefusedError(ValueError):
    """An override that means nothing; the text says why."""


def parse_overrides(source: str, written: Mapping[str, str]) -> Mapping[str, Override]:
    """Reads the overrides of a source.

    Raises:
        SettingsError: One is no type, pattern or format; names source, column and the choices.
    """
    return {column: _parse_one(source, column, text) for column, text in written.items()}


def _parse_one(source: str, column: str, written: str) -> Override:
    name, _, detail = written.strip().partition(":")
    try:
        return _override(written, name.strip(), detail.strip())
    except _RefusedError as refusal:
        choices = ", ".join((*_TYPES, *patterns_by_name()))
        raise SettingsError(
            f"config/sources.yaml source {source}",
            f"types.{column}: {written!r}: {refusal}",
            f"Write a type, a pattern or type:format; types and patterns are: {choices}.",
        ) from None


def _override(written: str, name: str, detail: str) -> Override:
    pattern = patterns_by_name().get(name)
    if pattern is not None:
        recipes = () if pattern.type == "text" and not detail else (_known(pattern, detail),)
        return Override(written, pattern.type, recipes)
    by_name: dict[str, TypeName] = {t: t for t in _TYPES}
    type_name = by_name.get(name)
    if type_name is None:
        raise _RefusedError(f"{name!r} is no type or pattern")
    if type_name == "text":
        if detail:
            raise _RefusedError("text takes no format")
        return Override(written, "text", ())
    if detail:
        return Override(written, type_name, (_formatted(type_name, detail),))
    measured = (p for p in PATTERNS if p.type == type_name and p.parser != "quantity")
    return Override(written, type_name, tuple(Recipe((p,)) for p in measured))


def _known(pattern: Pattern, detail: str) -> Recipe:
    if pattern.parser == "quantity":
        return Recipe((pattern,), unit=_unit(pattern, detail))
    if detail and pattern.parser == "temporal":
        return _formatted(pattern.type, detail)
    if detail:
        raise _RefusedError(f"the pattern {pattern.name} takes no format")
    return Recipe((pattern,))


def _unit(pattern: Pattern, detail: str) -> str | None:
    if pattern.name.startswith("percentage"):
        if detail not in ("", "%"):
            raise _RefusedError("the unit of a percentage is %")
        return "%"
    if not detail:
        return None
    is_money = pattern.name.startswith("currency")
    unit = canonical_currency(detail) if is_money else canonical_unit(detail)
    if unit is None:
        raise _RefusedError(f"{detail!r} is no known {'currency' if is_money else 'unit'}")
    return unit


def _formatted(type_name: TypeName, detail: str) -> Recipe:
    if type_name in ("integer", "decimal"):
        return Recipe((_styled(type_name, detail),))
    if type_name == "boolean":
        words = [word.strip() for word in detail.split("|")]
        if len(words) != 2 or not all(words) or words[0].lower() == words[1].lower():
            raise _RefusedError("a boolean's format is its two words: true|false")
        return Recipe((custom_pattern("boolean", ("|".join(words),)),))
    formats = [part.strip() for part in detail.split("|")]
    for time_format in formats:
        problem = check_format(time_format, type_name)
        if problem:
            raise _RefusedError(f"format {time_format!r}: {problem}")
    return Recipe((custom_pattern(type_name, formats),))


def _styled(type_name: TypeName, style: str) -> Pattern:
    styles = {p.formats[0]: p for p in PATTERNS if p.type == type_name and p.parser == "number"}
    if style not in styles:
        raise _RefusedError(f"{style!r} is no known style; known are {', '.join(styles)}")
    return styles[style]
