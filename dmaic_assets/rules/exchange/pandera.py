"""Rule sets as pandera schemas and back.

What belongs here: the two ways, and when to load pandera (half a second, and pandas with it): only
when one of them is called.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from dmaic_assets.model import RuleSet

if TYPE_CHECKING:
    import pandera.polars as pa
    import polars as pl


def to_pandera(
    rule_set: RuleSet, *, references: "Mapping[str, pl.Series] | None" = None
) -> "pa.DataFrameSchema":
    """Builds the pandera schema that fails exactly the rules, and rows, that `evaluate` fails.

    Enabled rules become checks named by their ids: `not_null` as a column's nullability,
    `columns_present` as required columns, every other kind as a check of the frame that evaluates
    the rule itself, so that missing values, NaN, and columns of another type mean the same on
    both sides. A rule without the columns that it needs passes. Severities and tolerances have no
    counterpart: one failing row fails a check.

    The schema takes eager frames and refuses a LazyFrame, for which pandera would check column
    names and types only and let every bad value pass.

    Args:
        rule_set: The rules; the schema carries them, so that `from_pandera` gives them back.
        references: Keys of other sources, by "source.column", for inclusion rules.

    Raises:
        BadInputError: A rule has no meaning.
    """
    from dmaic_assets.rules.exchange.pandera_export import build_schema

    return build_schema(rule_set, dict(references or {}))


def from_pandera(schema: object, *, source: str = "imported") -> RuleSet:
    """Builds the rules that say what a pandera schema says.

    Taken over: columns (present, strict, ordered), types, nullability, uniqueness (of columns and
    of combinations), and the built-in checks equal_to, not_equal_to, greater_than(_or_equal_to),
    less_than(_or_equal_to), in_range, isin, notin, str_matches, str_contains, str_startswith,
    str_endswith and str_length. A check that only warns becomes a rule of low severity.

    Differences that remain: a missing value or NaN never fails a range here, and two missing
    values are no duplicates.

    Args:
        schema: A pandera schema for Polars or pandas, or the path of one in pandera's YAML.
        source: The name of the source.

    Raises:
        BadInputError: Something in the schema has no counterpart (a check in Python code, a column
            named by a pattern, an index); names the column, the check and the fix.
    """
    from dmaic_assets.rules.exchange.pandera_import import import_schema, read_schema

    if isinstance(schema, (str, Path)):
        return import_schema(read_schema(Path(schema)), str(schema), source)
    return import_schema(schema, "pandera schema", source)
