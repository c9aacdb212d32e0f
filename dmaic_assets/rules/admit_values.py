"""Values and forms of a column that people vouch for: every rule of the column lets them in.

What belongs here: finding the rules of one column that a value fails, and how far each must reach.
How that is written down and kept, `admission` knows.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from dmaic_assets.errors import BadInputError
from dmaic_assets.model import Rule, RuleSet
from dmaic_assets.phenomena.shape.learn import pattern_of
from dmaic_assets.phenomena.shape.rule import anchored
from dmaic_assets.rules.admission import admit_listed, admit_wider
from dmaic_assets.rules.people import Signature, put_rule
from dmaic_assets.rules.widen import widened
from dmaic_assets.table.notation.value_parsers import read_values, recipe_of

# Kinds that judge a value of one column by itself, and can reach further.
_LISTING = ("in_set", "new_values", "near_miss")
_REACHING = ("range", "length", "shape")
# What values of formats with types of their own are read as.
_NATIVE: Mapping[str, type[pl.DataType]] = {
    "integer": pl.Int64,
    "decimal": pl.Float64,
    "date": pl.Date,
    "datetime": pl.Datetime,
}


def admit(
    rules: RuleSet,
    column: str,
    values: Sequence[str],
    signature: Signature,
    *,
    shapes: Sequence[str] = (),
) -> tuple[RuleSet, tuple[str, ...]]:
    """Writes down that values belong to a column, and widens the rules that refuse them.

    No rule is switched off. Lists and patterns let in these very values and no others; bounds
    reach as far as them.

    Args:
        rules: The rules of the source.
        column: The column.
        values: Its further values, as they stand in the files.
        signature: Who says so.
        shapes: Examples of texts whose form may occur: the same kinds of characters as often.

    Returns:
        The rules, and the ids of those that let in more than before.

    Raises:
        BadInputError: No rule of the column could let in more, or a value is none of its type.
    """
    about = [rule for rule in rules.rules if rule.columns == (column,) and rule.is_enabled]
    kinds = ("shape", "length") if shapes and not values else (*_LISTING, *_REACHING)
    if not any(rule.kind in kinds for rule in about):
        others = (r for r in rules.rules if r.is_enabled and r.kind in kinds)
        named = sorted({rule.columns[0] for rule in others})
        fix = f"Name a column whose values are bounded: {', '.join(named) or 'none is'}."
        what = "lists its values or bounds them" if values else "bounds its forms"
        raise BadInputError(f"{rules.source}.{column}", f"has no rule that {what}", fix)
    typed = _typed(rules, column, values)
    wider = admit_listed(rules, column, values, signature)
    for rule in about:
        if rule.kind in _REACHING:
            wider = _reach(wider, rule, _further(rule, typed, values, shapes), signature)
    before = {rule.id: rule for rule in rules.rules}
    return wider, tuple(r.id for r in wider.rules if r != before.get(r.id))


def _reach(rules: RuleSet, rule: Rule, further: Rule, signature: Signature) -> RuleSet:
    if rule.origin == "learnt":
        return admit_wider(rules, rule, further, signature)
    return put_rule(rules, rule, further, "widen", signature)


def _further(rule: Rule, typed: pl.Series, values: Sequence[str], shapes: Sequence[str]) -> Rule:
    """The rule as far out as it must reach for the values and for the forms."""
    if rule.kind == "shape":
        wanted = [re.escape(v) for v in values if not _matches(rule, v)]
        odd = pl.Series([text for text in shapes if not _matches(rule, text)], dtype=pl.String)
        forms = pattern_of(odd)
        if forms is None:
            raise BadInputError("--shape", "these texts have too many forms", "Name fewer.")
        pattern = "|".join([str(rule.parameters["pattern"]), *wanted, *([forms] if forms else [])])
        return replace(rule, parameters={**rule.parameters, "pattern": pattern})
    tried = pl.Series([*values, *shapes], dtype=pl.String) if rule.kind == "length" else typed
    if tried.is_empty():
        return rule
    frame = tried.alias(rule.columns[0]).to_frame().lazy()
    return widened(rule, frame, len(tried)) or rule


def _matches(rule: Rule, text: str) -> bool:
    return bool(pl.Series([text]).str.contains(anchored(str(rule.parameters["pattern"]))).item())


def _typed(rules: RuleSet, column: str, values: Sequence[str]) -> pl.Series:
    """The values under the column's type.

    Raises:
        BadInputError: One of them has no value under it.
    """
    texts = pl.Series(column, list(values), dtype=pl.String)
    known = next((t for t in rules.types if t.column == column), None)
    if known is None:
        return texts
    recipe = recipe_of(known)
    if recipe is not None:
        read = read_values(texts.alias("raw"), recipe, known.null_tokens).alias(column)
    elif known.type in _NATIVE:
        read = texts.cast(_NATIVE[known.type], strict=False)
    else:
        return texts
    odd = texts.filter(read.is_null()).to_list()
    if odd:
        fix = f"Admit a value that is, or set the type of {column} to text in config/sources.yaml."
        what = f"{', '.join(odd)} is no {known.type}"
        raise BadInputError(f"{rules.source}.{column}", what, fix)
    return read
