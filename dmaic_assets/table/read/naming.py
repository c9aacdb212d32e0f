"""Names that order like people count, and folder names as safe partition keys.

What belongs here: pure functions over names. What does not: looking at the disk.
"""

import hashlib
import re
import unicodedata

from dmaic_assets.settings.project import SOURCE_PATTERN

_SAFE = re.compile(SOURCE_PATTERN)
_UNSAFE_RUN = re.compile(r"[^a-z0-9]+")
_DIGITS = re.compile(r"([0-9]+)")
# Hexadecimal digits that keep equal stems of different folders apart.
_HASH_DIGITS = 6
# Characters: with a dash and the digits at most 63, PostgreSQL's longest identifier.
_LONGEST_STEM = 63 - 1 - _HASH_DIGITS


def source_slug(name: str) -> str:
    """Turns a folder name into a source name that every store and partition grid can carry.

    A name that follows SOURCE_PATTERN is its own slug. Any other is folded to lower-case ASCII
    and gets a short hash of the exact name, so that two different folders hardly ever share one.
    """
    if _SAFE.fullmatch(name):
        return name
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    stem = _UNSAFE_RUN.sub("-", folded).strip("-")[:_LONGEST_STEM].rstrip("-") or "source"
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{stem}-{digest[:_HASH_DIGITS]}"


def natural_key(name: str) -> tuple[tuple[int, int, str], ...]:
    """Builds a sort key that puts `part2` before `part10`; a total order over names."""
    parts = enumerate(_DIGITS.split(name))
    return tuple((0, int(p), p) if i % 2 else (1, 0, p) for i, p in parts if p)
