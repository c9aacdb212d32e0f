"""The role of a column: key, foreign key, measure, dimension, timestamp or text.

What belongs here: telling the role from one table alone. What other tables say, the analysis of
relationships knows.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from dmaic_assets.analysis.semantic.look import Look
from dmaic_assets.analysis.semantic.words import singular, split_name
from dmaic_assets.analysis.values.semantic import Role
from dmaic_assets.table.spelled_numbers import plural

# Distinct among values from which a column counts as all different but for errors.
_NEARLY_UNIQUE = 0.99
# Texts that repeat so much are categories; distinct values at most.
_CATEGORY_SHARE = 0.5
_MANY = 1_000
# Mean words from which a text is prose.
_PROSE_WORDS = 6.0
# Mean characters of one-word texts up to which they may be codes.
_CODE_LENGTH = 40.0
# Rows from which repeats tell anything.
_FEW_ROWS = 20
# Levels of a design at most, how often each occurs at least, and most by least frequent of them.
_LEVELS = 12
_REPEATS = 5
_EVEN = 1.3
_ID_WORDS = frozenset({"id", "key", "uuid", "guid", "identifier", "ids", "sk", "pk", "fk"})
_NUMBER_WORDS = frozenset({"number", "no", "code", "nr", "num", "#"})
_ROW_NAMES = frozenset({"", "index", "rownames", "row", "rowid", "unnamed", "rownum", "rn", "x1"})
# Words of names of categories that are written as numbers.
_CLASS_WORDS = frozenset(
    (
        *("type", "class", "category", "group", "level", "grade", "status", "stage", "cluster"),
        *("code", "flag", "gender", "sex", "region", "zone", "segment", "kind", "state", "tier"),
        *(
            "month",
            "day",
            "hour",
            "weekday",
            "quarter",
            "week",
            "year",
            "minute",
            "season",
            "version",
        ),
        *("treatment", "arm", "cohort", "block", "batch", "label", "division", "sector", "species"),
        *("round", "shift", "lane", "line", "position", "channel", "department", "race", "site"),
        *("plot", "subject", "wave", "phase", "cohort", "district", "county", "decade", "period"),
    )
)
# Semantic types whose numbers say where, when or which, and not how much.
_WHICH = frozenset(
    (
        *("country", "postal_code", "latitude", "longitude", "year", "month", "boolean", "phone"),
        *("isbn", "ean", "issn", "tax_id", "national_id", "credit_card", "imei", "vat_number"),
        *(
            "coordinates",
            "gender",
            "language",
            "currency",
            "state",
            "city",
            "weekday",
            "imo_number",
        ),
    )
)
# Semantic types of texts that tell one thing each, and are no categories unless they repeat.
_EACH = frozenset(
    (
        *("email", "phone", "url", "person_name", "street_address", "json", "file_path", "hash"),
        *(
            "ip_address",
            "mac_address",
            "first_name",
            "last_name",
            "iban",
            "credit_card",
            "username",
        ),
        *("national_id", "coordinates", "company_name", "domain"),
    )
)
_BY_TYPE: Mapping[str, Role] = {
    "date": "timestamp",
    "datetime": "timestamp",
    "time": "timestamp",
    "period": "timestamp",
    "duration": "measure",
    "boolean": "dimension",
    "nested": "text",
    "binary": "text",
}


@dataclass(frozen=True, slots=True)
class Played:
    """A role, how sure it is, and why."""

    role: Role
    confidence: float
    reason: str


def role_of(look: Look, semantic_type: str | None, entity: tuple[str, ...]) -> Played:
    """Tells the role of a column from its type, values, name and semantic type.

    Args:
        look: The column.
        semantic_type: What its values are, if that is known.
        entity: The words of its table's name.
    """
    if look.type in _BY_TYPE:
        return Played(_BY_TYPE[look.type], 0.97, f"its type is {look.type}")
    if semantic_type == "unix_time":
        return Played("timestamp", 0.85, "its numbers are seconds or milliseconds since 1970")
    identity = _identity(look, semantic_type, entity)
    if identity is not None:
        return identity
    return _of_number(look, semantic_type) if look.is_number else _of_text(look, semantic_type)


def _identity(look: Look, semantic_type: str | None, entity: tuple[str, ...]) -> Played | None:
    """Whether a column says which row, or which row of another table."""
    if look.type == "decimal" and not look.is_whole:
        return None
    own, plain = _mark(look, entity), set(split_name(look.name))
    is_row = look.position == 0 and _is_row_number(look, plain)
    if is_row:
        return Played("key", 0.9, "numbers its rows from the first on")
    if own is None and semantic_type == "uuid":
        own = "own" if look.is_unique else "other"
    if own is None or semantic_type in ("year", "boolean", "month"):
        return _first_code(look, semantic_type) or _joined_key(look)
    is_full = look.nulls == 0 and look.uniqueness >= _NEARLY_UNIQUE
    if is_full and look.is_unique and own != "other":
        return Played("key", 0.95, "is named as an identifier and differs in every row")
    if is_full and own == "own":
        return Played("key", 0.75, "is named as the table's identifier and hardly repeats")
    if is_full and look.is_unique and look.position == 0:
        return Played("key", 0.8, "is named as an identifier, comes first, differs in every row")
    reason = (
        "is named as an identifier and repeats" if not look.is_unique else "names another thing"
    )
    return Played("foreign_key", 0.85, reason)


def _mark(look: Look, entity: tuple[str, ...]) -> str | None:
    """Whether a name is an identifier's: of the table's "own" thing, of an "other", of "any"."""
    words = split_name(look.name)
    if not words:
        return None
    if words[-1] not in _ID_WORDS and not (words[0] in _ID_WORDS and len(words) > 1):
        return "own" if _is_weak_key(look, words, entity) else None
    rest = {singular(w) for w in words if w not in _ID_WORDS}
    names = {singular(w) for w in entity}
    if not rest:
        return "own" if words[-1] != "fk" else "other"
    if rest <= names:
        return "own" if _is_last(rest, entity) else "other"
    return "any" if look.is_unique else "other"


def _is_last(rest: set[str], entity: tuple[str, ...]) -> bool:
    """Whether words name the table's own thing: the last word of "order items" is items."""
    return not entity or singular(entity[-1]) in rest or len(entity) == 1


def _is_weak_key(look: Look, words: tuple[str, ...], entity: tuple[str, ...]) -> bool:
    """Numbers and codes that differ in every row, of the table's own thing or first in it."""
    if words[-1] not in _NUMBER_WORDS or not look.is_unique or look.nulls:
        return False
    rest = {singular(w) for w in words[:-1]}
    return look.position == 0 or not rest or rest <= {singular(w) for w in entity}


def _is_row_number(look: Look, words: set[str]) -> bool:
    if not look.is_number or not look.is_unique or look.nulls or not look.is_whole:
        return False
    if words & _ROW_NAMES:
        return True
    is_run = look.low in (0.0, 1.0) and look.high == look.low + look.rows - 1
    return is_run and (
        not words or bool(words & _ROW_NAMES) or "".join(sorted(words)) in _ROW_NAMES
    )


def _first_code(look: Look, semantic_type: str | None) -> Played | None:
    """A first column of short codes that differ in every row."""
    is_code = look.type == "text" and look.mean_words <= 1.2 and look.mean_length <= _CODE_LENGTH
    if semantic_type in _EACH or look.position or not look.is_unique or look.nulls or look.rows < 2:
        return None
    if is_code or (look.type == "text" and not look.words):
        return Played("key", 0.75, "comes first and is a code that differs in every row")
    return None


def _joined_key(look: Look) -> Played | None:
    """A code that differs in every row and whose name ends in key, written together: parkkey."""
    is_code = look.type == "text" and look.mean_words <= 1.2 and look.mean_length <= _CODE_LENGTH
    if look.is_unique and not look.nulls and is_code and look.name.lower().endswith(("key", "id")):
        return Played("key", 0.75, "is named as a key and differs in every row")
    return None


def _of_number(look: Look, semantic_type: str | None) -> Played:
    if semantic_type in _WHICH:
        return Played("dimension", 0.8, f"{semantic_type} says which, not how much")
    words = set(map(singular, look.words))
    if look.is_whole and words & _CLASS_WORDS and look.distinct <= max(_MANY, 2):
        named = sorted(words & _CLASS_WORDS)[0]
        return Played("dimension", 0.75, f"whole numbers named {named}")
    if _is_balanced(look):
        return Played("dimension", 0.7, "counts from one on, each number about as often")
    if look.is_whole and look.distinct <= 2 and look.rows >= _FEW_ROWS:
        return Played("dimension", 0.7, "has two whole numbers only")
    return Played("measure", 0.9 if look.type == "decimal" else 0.8, "numbers that say how much")


def _is_balanced(look: Look) -> bool:
    """Few whole numbers 0 or 1, 2, 3, ... that occur about equally often, as a design has them."""
    if not look.is_whole or not 2 < look.distinct <= _LEVELS or look.low not in (0.0, 1.0):
        return False
    is_run = look.high == look.low + look.distinct - 1
    is_often = min(look.counts, default=0) >= _REPEATS
    return is_run and is_often and max(look.counts) <= _EVEN * min(look.counts)


def _of_text(look: Look, semantic_type: str | None) -> Played:
    if not look.values:
        return Played("text", 0.3, "has no values")
    is_repeated = look.uniqueness <= _CATEGORY_SHARE and look.distinct <= max(
        _MANY, look.values // 20
    )
    if look.mean_words >= _PROSE_WORDS and look.uniqueness > 0.1:
        return Played("text", 0.9, f"has {look.mean_words:.0f} words a value")
    if semantic_type in _EACH and not is_repeated:
        return Played("text", 0.8, f"{semantic_type} tells one thing each")
    if is_repeated:
        rows = plural(look.values, "row")
        return Played("dimension", 0.9, f"has {plural(look.distinct, 'value')} in {rows}")
    if semantic_type is not None and semantic_type in _WHICH:
        return Played("dimension", 0.75, f"{semantic_type} says where or which")
    if look.rows < _FEW_ROWS and look.mean_words <= 2 and not look.is_unique:
        return Played("dimension", 0.6, "repeats in a short table")
    return Played("text", 0.7, "its texts hardly repeat")
