"""What the name of a column hints at: semantic types with the strength of the hint.

What belongs here: finding phrases in words. The phrases stand with their kinds.
"""

from collections.abc import Mapping
from functools import cache

from dmaic_assets.analysis.semantic.kinds import kinds
from dmaic_assets.analysis.semantic.words import singular, split_name

# Words behind the one that counts: country_code is a country, phone_number a phone.
_TAILS = frozenset({"code", "name", "number", "no", "id", "value", "text", "string", "key", "iso"})
# Words at either end of a name that make it an identifier's: payment_id is no payment.
_IDENTITY = frozenset({"id", "ids", "key", "uuid", "guid", "sk", "pk", "fk", "identifier"})
# What no identifier is.
_AMOUNTS = frozenset({"money", "percentage"})
# Strength of a hint in which the phrase is the whole name, its end, or somewhere else.
_WHOLE = 1.0
_END = 0.9
_INSIDE = 0.4
# Strength of the single word "name": of what is told by the table, if at all.
_BARE = 0.45


@cache
def hints_of(words: tuple[str, ...], name: str, entity: tuple[str, ...]) -> Mapping[str, float]:
    """Semantic types that a name hints at, each with a strength in (0, 1].

    The longest phrase of those that stand in the same place counts: "street address" and not
    "address". The bare word "name" is a person's only in a table of persons.

    Args:
        words: The words of the column's name, spelled out.
        name: The name itself, since short forms are phrases, too.
        entity: The words of the table's name.
    """
    found: dict[str, tuple[int, float]] = {}
    spoken = {words, split_name(name)}
    for text in spoken:
        for phrase, kind in _phrases():
            strength = _strength(phrase, text)
            if strength and (len(phrase), strength) > found.get(kind, (0, 0.0)):
                found[kind] = (len(phrase), strength)
    if not found:
        return {}
    longest = (
        max(length for length, strength in found.values() if strength > _INSIDE)
        if any(strength > _INSIDE for _, strength in found.values())
        else 0
    )
    kept = {k: s for k, (n, s) in found.items() if n >= longest or k in _ALWAYS}
    if "person_name" in kept and set(words) & {"name"} and not _is_of_person(words, entity):
        kept["person_name"] = _BARE if len(words) == 1 else 0.0
    ends = {*split_name(name)[:1], *split_name(name)[-1:]}
    none = _AMOUNTS if ends & _IDENTITY else frozenset[str]()
    return {k: s for k, s in kept.items() if s > 0 and k not in none}


def is_of_person(words: tuple[str, ...]) -> bool:
    """Whether a table or the thing that a column names is one of persons."""
    return any(singular(word) in PERSONS for word in words)


def _is_of_person(words: tuple[str, ...], entity: tuple[str, ...]) -> bool:
    rest = tuple(w for w in words if w not in ("name", "full"))
    return is_of_person(rest) if rest else is_of_person(entity) or "full" in words


def _strength(phrase: tuple[str, ...], words: tuple[str, ...]) -> float:
    size = len(phrase)
    best = 0.0
    for at in range(len(words) - size + 1):
        part = tuple(words[at : at + size])
        if part != phrase and tuple(map(singular, part)) != phrase:
            continue
        rest = [w for w in words[at + size :] if w not in _TAILS and not w.isdecimal()]
        is_whole = at == 0 and not rest
        best = max(best, _WHOLE if is_whole else _INSIDE if rest else _END)
    return best


@cache
def _phrases() -> tuple[tuple[tuple[str, ...], str], ...]:
    pairs = ((tuple(p.split()), k.name) for k in kinds().values() for p in k.phrases)
    return tuple(sorted(set(pairs)))


_ALWAYS = frozenset({"boolean"})
# What rows that are persons are called.
PERSONS = frozenset(
    (
        *("person", "people", "customer", "employee", "user", "client", "patient", "student"),
        *("member", "contact", "author", "artist", "player", "staff", "teacher", "driver", "guest"),
        *("passenger", "applicant", "candidate", "voter", "donor", "subscriber", "participant"),
        *("manager", "owner", "director", "actor", "composer", "writer", "doctor", "physician"),
        *("worker", "agent", "supervisor", "politician", "president", "athlete", "visitor"),
        *("tenant", "borrower", "holder", "beneficiary", "father", "mother", "spouse", "child"),
        *("recipient", "sender", "winner", "respondent", "umpire", "coach", "buyer", "seller"),
    )
)
