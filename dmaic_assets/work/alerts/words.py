"""The words of an alert: what may leave this machine, and how it is spelled.

What belongs here: keeping values of cells out. An alert goes to chats and mailboxes, so it names
sources, files, columns, rules, counts and causes, and nothing that stands in a cell.
"""

import re
from collections.abc import Collection, Sequence

from dmaic_assets.model import SEVERITIES, Severity, Violation

# Characters of a title and of any other text: chats cut what is longer, and nobody reads it there.
TITLE_WIDTH = 200
TEXT_WIDTH = 300
# Files that are named one by one.
_SHOWN_FILES = 5
# Kinds of rules whose words hold names, counts, shares and times of a whole file, and no cell.
SAYS_NO_VALUE = frozenset(
    {
        "columns_present",
        "distinct_count",
        "duplicate_rows",
        "duplicate_share",
        "known_share",
        "malformed_rows",
        "not_null",
        "null_share",
        "null_share_given",
        "orphan_share",
        "row_count",
        "time_span",
        "type",
        "unique",
    }
)
# How many rows fail, as every row rule says it before it shows some of them.
_COUNT = re.compile(r"[\d,]+ of [\d,]+ rows \([^()]*\)")
_EXAMPLES = ", such as "
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'|`[^`]*`")
_SPACES = re.compile(r"\s+")


def expected_of(violation: Violation) -> str:
    """What a rule expects, if that holds no value of a cell; else nothing."""
    return clean(violation.expected) if violation.kind in SAYS_NO_VALUE else ""


def seen_of(violation: Violation) -> str:
    """What came instead, without the values that a verdict shows; "" where it is only those."""
    seen = violation.seen.partition(_EXAMPLES)[0]
    if violation.kind in SAYS_NO_VALUE or _COUNT.fullmatch(seen):
        return clean(seen)
    return ""


def without_quotes(text: str) -> str:
    """A text of an error, in which everything quoted is left out: it may stand in a cell."""
    return clean(_QUOTED.sub("(not shown)", text))


def clean(text: str, *, width: int = TEXT_WIDTH) -> str:
    """A text in one line of printable signs, cut at a width."""
    line = _SPACES.sub(" ", text).strip()
    line = "".join(sign if sign.isprintable() else "?" for sign in line)
    return line if len(line) <= width else f"{line[: width - 1]}…"


def files_named(names: Sequence[str]) -> str:
    """The first files by name, and how many more there are."""
    shown = [clean(name, width=80) for name in names[:_SHOWN_FILES]]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more else "")


def worst(severities: Collection[Severity]) -> Severity:
    """The gravest of some severities, at least one."""
    return min(severities, key=SEVERITIES.index)


def milder(severity: Severity) -> Severity:
    """The severity one step below."""
    return SEVERITIES[min(SEVERITIES.index(severity) + 1, len(SEVERITIES) - 1)]
