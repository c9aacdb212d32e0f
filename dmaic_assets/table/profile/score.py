"""The profile score (A04): how complete and how informative columns are.

score = 0.6 (1 - null share) + 0.4 u, in [0, 1], with u = uniqueness for an identifier and
1 - |0.5 - uniqueness| for any other column; a table's score is the mean over its columns.
Identifiers are told by their values or by a whole word of their name: the substring "id" that A04
looks for is in "width" too.
"""

from collections.abc import Sequence

from dmaic_assets.model import ColumnProfile
from dmaic_assets.table.profile.eligibility import is_key_name

# Distinct values per row above which a column named like a key is taken for one.
IDENTIFIER_UNIQUENESS = 0.9
# Fewer values are often all different by chance.
IDENTIFIER_VALUES = 100


def column_score(column: ColumnProfile) -> float:
    """Scores one column; 0.8 for a column without rows, by the formula."""
    uniqueness = column.uniqueness
    useful = uniqueness if is_identifier(column) else 1.0 - abs(0.5 - uniqueness)
    return 0.6 * (1.0 - column.null_share) + 0.4 * useful


def table_score(columns: Sequence[ColumnProfile]) -> float:
    """Scores a table: the mean over its columns; 0 for a table without columns."""
    return sum(column.score for column in columns) / len(columns) if columns else 0.0


def is_identifier(column: ColumnProfile) -> bool:
    """Tells whether a column identifies rows.

    Either its name ends in a word for a key and more than 0.9 of its values are different, or
    its values are codes (integers, or text without a space) of which none occurs twice and none
    is missing, at least 100 of them.
    """
    if column.uniqueness > IDENTIFIER_UNIQUENESS and is_key_name(column.column):
        return True
    if not column.is_unique or column.null_count or column.rows < IDENTIFIER_VALUES:
        return False
    if column.type == "integer":
        return True
    return column.type == "text" and not any(" " in (s.value or "") for s in column.shapes)
