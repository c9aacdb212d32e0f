"""Whether a column tells of persons: its values are then never shown.

What belongs here: what semantic types and names tell of it.
"""

from dmaic_assets.analysis.semantic.hints import hints_of, is_of_person
from dmaic_assets.analysis.semantic.kinds import kinds
from dmaic_assets.analysis.semantic.look import Look
from dmaic_assets.analysis.semantic.people import is_full_name, is_initialed_name, may_be_persons
from dmaic_assets.analysis.semantic.words import words_of

# Names of what the General Data Protection Regulation, articles 4 and 9, calls personal, and of
# secrets; phrases of one or two words of a column's name.
_PERSONAL = frozenset(
    (
        *("password", "passwd", "secret", "token", "pin", "ssn", "salary", "wage", "income"),
        *("religion", "ethnicity", "race", "disability", "diagnosis", "disease", "passport"),
        *("nationality", "birthday", "birthdate", "blood", "sexuality", "maiden", "signature"),
        *("credit card", "card number", "social security", "date birth", "birth date", "of birth"),
        *(
            "api key",
            "medical",
            "health insurance",
            "marital status",
            "bank account",
            "driver license",
        ),
    )
)
# Semantic types that tell of a person where the table is one of persons.
_OF_PERSONS = frozenset({"postal_code", "coordinates", "latitude", "longitude", "city"})
# Share of the rows whose values are initials and surnames, from which they are persons': what the
# others are (words for a missing value, typing errors) keeps nobody's name from being told.
_INITIALED = 0.5
# Strength of a hint from which a name alone tells: the phrase is the whole name, or its end.
_BY_NAME = 0.9
# The same of texts that may be persons' full names: categories have two words as well.
_LIKE_NAMES = 0.5
# Words of columns whose values are names of something else.
_OF_GROUPS = frozenset(
    (
        *("status", "state", "type", "category", "class", "group", "kind", "method", "mode"),
        *("region", "city", "town", "county", "country", "continent", "place", "location"),
        *("address", "street", "station", "airport", "site", "store", "shop", "branch", "zone"),
        *("company", "firm", "vendor", "supplier", "brand", "make", "model", "manufacturer"),
        *("carrier", "airline", "product", "item", "article", "title", "subject", "department"),
        *("team", "club", "school", "university", "league", "segment", "channel", "reason"),
        *("species", "genus", "color", "colour", "material", "language", "currency", "unit"),
        *("course", "event", "project", "campaign", "genre", "album", "song", "track", "film"),
        *("movie", "book", "ship", "vessel", "engine", "phase", "stage", "step", "activity"),
    )
)
# Initials that stand before streets and regions as well: directions.
_DIRECTIONS = frozenset("NSEW")


def sensitive_reason(look: Look, semantic_type: str | None, entity: tuple[str, ...]) -> str | None:
    """Why a column is sensitive, or None where nothing says so."""
    kind = kinds().get(semantic_type or "")
    if kind is not None and kind.is_sensitive:
        return f"{semantic_type} is personal data"
    named = _personal_words(look.words)
    if named:
        return f"its name says {named[0]}"
    if semantic_type in _OF_PERSONS and is_of_person(entity):
        return f"{semantic_type} of a person"
    if semantic_type is None and _are_initialed(look):
        return "its values are initials and surnames"
    if semantic_type is None and _are_named(look):
        return "its values read like names of persons"
    return None


def is_named_personal(name: str, table: str) -> bool:
    """Whether a column's name alone says that its values tell of a person.

    This is all that is known before the analysis of meaning has looked at the values.
    """
    words = words_of(name)
    hints = hints_of(words, name, words_of(table))
    strong = (kinds()[kind] for kind, strength in hints.items() if strength >= _BY_NAME)
    return bool(_personal_words(words)) or any(kind.is_sensitive for kind in strong)


def _personal_words(words: tuple[str, ...]) -> list[str]:
    pairs = {" ".join(words[at : at + 2]) for at in range(len(words))}
    return sorted((set(words) | pairs) & _PERSONAL)


def _are_named(look: Look) -> bool:
    """Whether most rows have a text of the form of a full name, and nothing else explains it.

    A few values tell no meaning, but who works at a desk is as personal as who lives in a street.
    """
    if look.type != "text" or set(look.words) & _OF_GROUPS:
        return False
    pairs = zip(look.texts, look.counts, strict=True)
    named = [(text, rows) for text, rows in pairs if is_full_name(text)]
    is_most = sum(rows for _, rows in named) > _LIKE_NAMES * sum(look.counts)
    return is_most and may_be_persons([text for text, _ in named])


def _are_initialed(look: Look) -> bool:
    """Whether most rows have a surname behind initials, of which there are several."""
    if look.type != "text":
        return False
    pairs = zip(look.texts, look.counts, strict=True)
    named = [(text, rows) for text, rows in pairs if is_initialed_name(text)]
    initials = {text[0] for text, _ in named}
    is_told = len(initials) > 1 and not initials <= _DIRECTIONS
    return is_told and sum(rows for _, rows in named) >= _INITIALED * sum(look.counts)
