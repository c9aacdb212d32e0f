"""The kinds of rules whose parameters say how far they reach, so that people can widen them.

What belongs here: their names only, for those who tell people what to do. How one is widened is in
`widen`, which loads Polars.
"""

WIDENED_KINDS = frozenset(
    {
        "row_count",
        "null_share",
        "range",
        "range_by",
        "window",
        "length",
        "shape",
        "in_set",
        "new_values",
        "near_miss",
    }
)


def can_widen(kind: str) -> bool:
    """Whether rules of a kind have parameters that could be wider."""
    return kind in WIDENED_KINDS
