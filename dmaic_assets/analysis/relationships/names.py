"""How well a column's name says that it holds the keys of a table.

What belongs here: words of names and their likeness. Only words that mean "identifier" are known;
all else comes from the names of the tables at hand.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

Words = tuple[str, ...]

# Words that say "this identifies", and words that may say so.
IDENTIFIERS = frozenset({"id", "key", "sk", "fk", "pk", "uuid", "guid", "identifier"})
_LOOSE = frozenset({"code", "no", "nr", "num", "number", "name", "abbr", "ref", "cd"})
# What is left of a word when "id" or "key" is cut off its end must have so many letters.
_LEAST_STEM = 3
# Share of columns or tables that begin or end alike before it counts as decoration.
_COMMON = 0.8
# Columns or tables from which decoration can be told.
_FEWEST_ALIKE = 3
# Likeness of a word to one that it shortens: cust - customer, dept - department.
_SHORTENED = 0.85
_CONSONANTS = 0.75
# How well names agree, from the same words down to a shared one. They order candidates; what is
# accepted is decided in `evidence`.
SAME = 1.0
OWNER = 0.95
ROLE = 0.9
OTHER_SUFFIX = 0.85
HEAD = 0.75
_LOOSE_OWNER = 0.6
_BEGINNING = 0.4


@dataclass(frozen=True, slots=True)
class Name:
    """The words of a column's name, with and without what all columns of its table begin with."""

    forms: tuple[Words, ...]

    @property
    def is_identifier(self) -> bool:
        """Whether it ends with a word such as id or key."""
        return self.forms[-1][-1:] != () and self.forms[-1][-1] in IDENTIFIERS

    @property
    def core(self) -> Words:
        """Its words without those for "identifier" at the end."""
        return core_of(self.forms[-1])


@lru_cache(maxsize=10_000)
def words_of(name: str) -> Words:
    """Cuts a name into lower-case words in the singular: `custOrderIDs` is cust, order, id."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    found: list[str] = []
    for word in re.split(r"[\W_]+", spaced.lower()):
        if word:
            found.extend(_cut(_singular(word)))
    return tuple(found)


def core_of(words: Words) -> Words:
    """Words without those for "identifier" at the end."""
    end = len(words)
    while end and words[end - 1] in IDENTIFIERS | _LOOSE:
        end -= 1
    return words[:end]


def names_of(columns: Sequence[str]) -> Mapping[str, Name]:
    """The names of a table's columns; what nearly all begin with is a form of its own."""
    words = {column: words_of(column) for column in columns}
    first = Counter(w[0] for w in words.values() if len(w) > 1)
    prefix, count = first.most_common(1)[0] if first else ("", 0)
    is_common = len(columns) >= _FEWEST_ALIKE and count >= _COMMON * len(columns)
    return {
        column: Name((w, w[1:]) if is_common and len(w) > 1 and w[0] == prefix else (w,))
        for column, w in words.items()
    }


def table_words(tables: Iterable[str]) -> Mapping[str, Words]:
    """The words of tables' names, without those that nearly all begin with, and dim or fact."""
    words = {table: words_of(table) for table in tables}
    first = Counter(w[0] for w in words.values() if len(w) > 1)
    common = {
        word
        for word, count in first.items()
        if len(words) >= _FEWEST_ALIKE and count >= _COMMON * len(words)
    }
    return {
        table: tuple(x for i, x in enumerate(w) if i or len(w) == 1 or x not in common)
        for table, w in words.items()
    }


def name_evidence(column: Name, key: Name, owner: Words) -> float:
    """Says in [0, 1] how well a column's name points at a key of a table.

    Args:
        column: The name of the column that may hold keys.
        key: The name of the key.
        owner: The words of the table that the key belongs to.
    """
    by_key = max(_by_key(c, k) for c in column.forms for k in key.forms)
    by_table = max(_by_table(c, owner) for c in column.forms)
    is_owned = not key.core or likeness(key.core, owner) > 0 or likeness(owner, key.core) > 0
    return max(by_key, by_table if is_owned else by_table * OTHER_SUFFIX)


def likeness(words: Words, other: Words) -> float:
    """How alike two names are, word by word from the end of the longer; 0 when one differs."""
    if not words or not other or len(words) < len(other):
        return 0.0
    return min(_alike(a, b) for a, b in zip(reversed(words), reversed(other), strict=False))


def is_own(column: Name, owner: Words) -> bool:
    """Whether a column names the table that it is in: `id` or `order_id` of orders."""
    core = column.core
    return not core or (len(core) <= len(owner) and likeness(owner, core) > 0)


def _by_key(column: Words, key: Words) -> float:
    core, key_core = core_of(column), core_of(key)
    if not key_core:
        return 0.0
    if column == key:
        return SAME
    if len(column) > len(key) and likeness(column, key) > 0:
        return ROLE * likeness(column, key)
    if len(core) == len(key_core):
        return OTHER_SUFFIX * likeness(core, key_core)
    return HEAD * likeness(core, key_core)


def _by_table(column: Words, owner: Words) -> float:
    core = core_of(column)
    if not core:
        return 0.0
    is_plain = column[-1] in IDENTIFIERS or len(core) == len(column)
    if len(owner) > 1 and len(core[-1]) > _LEAST_STEM and _is_blend(core[-1], owner):
        return OWNER if len(core) == 1 else ROLE
    if (found := likeness(core, owner)) > 0:
        strength = OWNER if len(core) == len(owner) else ROLE
        return (strength if is_plain else _LOOSE_OWNER) * found
    if (found := likeness(owner, core)) > 0:
        return (HEAD if is_plain else _LOOSE_OWNER) * found
    shared = max(_alike(core[0], word) for word in owner) if owner else 0.0
    return _BEGINNING * shared


def _is_blend(word: str, owner: Words) -> bool:
    """Whether a word is made of the beginnings of all words: cdemo of customer, demographic."""
    if not owner:
        return not word
    sizes = range(1, len(word) + 1)
    begun = [size for size in sizes if owner[0].startswith(word[:size])]
    return any(_is_blend(word[size:], owner[1:]) for size in begun)


@lru_cache(maxsize=100_000)
def _alike(first: str, second: str) -> float:
    short, long = sorted((first, second), key=len)
    if short == long:
        return 1.0
    if len(short) < _LEAST_STEM or short[0] != long[0]:
        return 0.0
    if long.startswith(short):
        return _SHORTENED
    letters = iter(long)
    is_within = all(letter in letters for letter in short)
    return _CONSONANTS if is_within and len(short) < len(long) - 1 else 0.0


def _singular(word: str) -> str:
    if word in IDENTIFIERS or word.endswith(("ss", "us", "is")) or len(word) <= _LEAST_STEM:
        return "id" if word == "ids" else word
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    if word.endswith(("ches", "shes", "sses", "xes", "zes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") else word


def _cut(word: str) -> Words:
    """Cuts "id" or "key" off a word that is written as one: custkey is cust, key."""
    for ending in ("id", "key", "sk", "uuid", "guid"):
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST_STEM:
            return word[: -len(ending)], ending
    return (word,)
