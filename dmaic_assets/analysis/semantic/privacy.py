"""Whether a column tells of persons: its values are then never shown.

What belongs here: what semantic types and names tell of it.
"""

from dmaic_assets.analysis.semantic.hints import is_of_person
from dmaic_assets.analysis.semantic.kinds import kinds
from dmaic_assets.analysis.semantic.look import Look

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


def sensitive_reason(look: Look, semantic_type: str | None, entity: tuple[str, ...]) -> str | None:
    """Why a column is sensitive, or None where nothing says so."""
    kind = kinds().get(semantic_type or "")
    if kind is not None and kind.is_sensitive:
        return f"{semantic_type} is personal data"
    words = look.words
    pairs = {" ".join(words[at : at + 2]) for at in range(len(words))}
    named = sorted((set(words) | pairs) & _PERSONAL)
    if named:
        return f"its name says {named[0]}"
    if semantic_type in _OF_PERSONS and is_of_person(entity):
        return f"{semantic_type} of a person"
    return None
