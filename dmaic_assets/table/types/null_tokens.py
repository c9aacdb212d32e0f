"""The spellings of "no value" (R11), in groups that are switched on and off by settings.

What belongs here: the tokens and their groups. What does not: which of them count in a given
column; that is decided by evidence (`column_nulls`).
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from dmaic_assets.settings.project import NullTokenSettings

NullTokenGroup: TypeAlias = Literal[
    "standard",
    "spreadsheet",
    "placeholder",
    "missing_words",
    "numeric_sentinels",
    "date_sentinels",
]

# The empty token stands for every blank: empty text and text of white space only.
NULL_TOKEN_GROUPS: Mapping[NullTokenGroup, tuple[str, ...]] = MappingProxyType(
    {
        "standard": ("", "NULL", "null", "None", "NaN", "nan", "NA", "N/A", "n/a", "<NA>"),
        "spreadsheet": ("#N/A", "#NULL!", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!"),
        "placeholder": ("-", "--", "---", ".", "*", "?"),
        "missing_words": (
            "MISSING",
            "UNKNOWN",
            "UNDEFINED",
            "NOT SET",
            "NOT PROVIDED",
            "NO DATA",
            "NO VALUE",
        ),
        "numeric_sentinels": ("-999", "-9999", "9999", "-1"),
        "date_sentinels": ("0000-00-00", "1900-01-01", "1970-01-01"),
    }
)

# Further words that people write for "no value"; alone they prove nothing, since they may be codes.
_UNKNOWN_WORDS = frozenset(
    {"unk", "unkn", "n.a.", "n.d.", "nd", "nil", "none", "tbd", "tba", "test", "dummy", "todo"}
    | {
        "not available",
        "not known",
        "not applicable",
        "no answer",
        "blank",
        "empty",
        "missing data",
    }
)

# Texts, folded, that stand for a missing value whatever a column of texts holds: no figures, and no
# words that are a choice too ("none", "test").
MISSING_WORDS = frozenset(
    {
        token.casefold()
        for group in ("standard", "spreadsheet", "placeholder", "missing_words")
        for token in NULL_TOKEN_GROUPS[group]
    }
    | {"unk", "unkn", "n.a.", "n.d.", "tbd", "tba", "not available", "not known"}
    | {"not applicable", "no answer", "missing data"}
) - {"", "none", "nan"}


def is_placeholder(text: str) -> bool:
    """Whether a text is one that people write where they have no value, whatever its case.

    These are the tokens of all groups, words for unknown, signs alone, and one character or digit
    again and again ("xxx", "9999").
    """
    folded = " ".join(text.casefold().split())
    known = {token.casefold() for group in NULL_TOKEN_GROUPS.values() for token in group}
    if folded in known or folded in _UNKNOWN_WORDS or not any(map(str.isalnum, folded)):
        return True
    return len(folded) > 1 and len(set(folded.lstrip("-"))) == 1


def null_tokens(settings: "NullTokenSettings") -> tuple[str, ...]:
    """Lists the tokens of the groups that are switched on, then the extra ones, each once.

    Every token is without white space around it; comparing values is up to the reader, who
    strips them first.
    """
    switched_on: dict[NullTokenGroup, bool] = {
        "standard": settings.standard,
        "spreadsheet": settings.spreadsheet,
        "placeholder": settings.placeholder,
        "missing_words": settings.missing_words,
        "numeric_sentinels": settings.numeric_sentinels,
        "date_sentinels": settings.date_sentinels,
    }
    tokens = [t for group, on in switched_on.items() if on for t in NULL_TOKEN_GROUPS[group]]
    return tuple(dict.fromkeys([*tokens, *(extra.strip() for extra in settings.extra)]))


def usual_null_tokens(extra: Sequence[str] = ()) -> tuple[str, ...]:
    """Lists the tokens that count where no settings say otherwise, then `extra`."""
    # Judging and profiling know their tokens already, and start without the settings' libraries.
    from dmaic_assets.settings.project import NullTokenSettings

    return null_tokens(NullTokenSettings(extra=tuple(extra)))
