"""What a pattern is: one way to write values of a type.

What belongs here: the shape of a table entry. What does not: the entries (`patterns`,
`time_patterns`) and what is done with them.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from dmaic_assets.model import TypeName

ParserName: TypeAlias = Literal[
    "integer", "decimal", "number", "quantity", "boolean", "temporal", "duration", "period", "text"
]
# Formats of one type may be mixed in a column; styles of numbers contradict each other.
MIXABLE_PARSERS: frozenset[ParserName] = frozenset({"temporal", "boolean", "period", "duration"})
Proof: TypeAlias = Literal[
    "both_words", "codes", "phone_numbers", "months", "measures", "trailing_minus"
]


@dataclass(frozen=True, slots=True)
class Pattern:
    """One way to write values of a type.

    `regex` is of the text without blanks around it; whatever the parser reads matches it, so a
    match share is never below the parse share. `what` completes the sentence "not ...".
    `formats` is what the parser needs: strptime formats (tried in this order), a number style
    such as "1.234,5", the two words "true|false". `needs` are characters without which no value
    matches, where 9 stands for any digit. `rivals` read the same text in another sense; they
    are measured together, and when both fit the column is ambiguous. `proof` names a further
    condition on the whole column. The parser of a guarded pattern accepts more than the
    expression and must be kept to it.
    """

    name: str
    type: TypeName
    parser: ParserName
    regex: str
    what: str
    formats: tuple[str, ...] = ()
    needs: str = ""
    rivals: tuple[str, ...] = ()
    proof: Proof | None = None
    is_guarded: bool = False
