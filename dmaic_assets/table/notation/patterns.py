"""The patterns that text values may follow, as a table in order of preference.

What belongs here: numbers, booleans, quantities and recognisable texts, and the whole table with
the dates and times of `time_patterns`. What does not: reading values (`value_parsers`), measuring
(`type_evidence`) and deciding (`type_resolution`). The table is Python, not YAML, so that a
change of it changes the code version of the column types.
"""

from collections.abc import Mapping
from functools import cache

from dmaic_assets.table.notation.pattern import Pattern, Proof
from dmaic_assets.table.notation.time_patterns import COMPACT_PATTERNS, TIME_PATTERNS
from dmaic_assets.table.notation.units import CURRENCY_REGEX, UNIT_REGEX

_SIGN = r"[+\-\u2212]?"
# Digits after a leading zero are a code: "00815" is not how anybody writes 815.
_WHOLE = r"(?:0|[1-9][0-9]*)"
_FLOAT = rf"(?:{_WHOLE}(?:\.[0-9]*)?|\.[0-9]+)"
_POINTED = rf"{_WHOLE}\.[0-9]*|\.[0-9]+"
# Programs write a point or a sign where they write an exponent; "12E4" is a code.
_POWER = rf"(?:{_FLOAT}[eE][+-][0-9]+|(?:{_WHOLE}?\.[0-9]+|{_WHOLE}\.)[eE][0-9]+)"
# The shortest spelling of a double has neither: "1e3" where every sign counts (readr), "1E16" from
# there on in all others.
_SHORTEST = r"[1-9](?:e[1-9][0-9]*|E(?:1[6-9]|[2-9][0-9]|[1-9][0-9]{2,}))"
_THREES = {",": ",", ".": r"\.", " ": r"[ \u00a0\u202f]", "'": "['\u2019]"}
# A unit says that digits are a measure: there zeros in front are only padding.
_DOT_NUMBER = r"(?:(?:[1-9][0-9]{0,2}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+)"
_COMMA_NUMBER = r"(?:(?:[1-9][0-9]{0,2}(?:[. \u00a0\u202f'\u2019][0-9]{3})+|[0-9]+)(?:,[0-9]+)?)"
_IPV4 = r"(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\.){3}(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])"
_EMAIL = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~\-]{1,64}@(?:[A-Za-z0-9\-]{1,63}\.)+[A-Za-z]{2,63}"
_PHONE = (
    r"\+[0-9][0-9 ().\-/]{5,20}[0-9]"
    r"|\([0-9]{1,5}\)[ \-]?[0-9][0-9 .\-]{4,14}[0-9]"
    r"|(?:1[\-. ])?[0-9]{3}([\-. ])[0-9]{3}[\-. ][0-9]{4}"
    r"|0[0-9]{1,4}[\-/ ][0-9][0-9 \-]{3,10}[0-9]"
)


def _signed(number: str, marked: str | None = None) -> str:
    """Builds the expression of a number with its sign: -5, or in books (5) and 5.0-.

    Only numbers with a mark (`marked`) may have the sign behind: "12-" may be half of "12-15".
    """
    behind = f"|(?:{marked})-" if marked else ""
    return rf"^(?:{_SIGN}{number}|\({number}\){behind})$"


def _grouped(name: str, separator: str, *, decimal: str | None, rivals: tuple[str, ...]) -> Pattern:
    tail = rf"(?:{'[.]' if decimal == '.' else ','}[0-9]+)?" if decimal else ""
    groups = rf"[1-9][0-9]{{0,2}}(?:{_THREES[separator]}[0-9]{{3}})+"
    head = rf"(?:{groups}|{_WHOLE})"
    marked = rf"{groups}{tail}" + (rf"|{_WHOLE}{tail.removesuffix('?')}" if tail else "")
    style = f"1{separator}234{decimal}5" if decimal else f"1{separator}234"
    return Pattern(
        name,
        "decimal" if decimal else "integer",
        "number",
        _signed(head + tail, marked),
        f"a number written like {style}",
        formats=(style,),
        needs="9",
        rivals=rivals,
        proof="measures",
    )


_NUMBERS: tuple[Pattern, ...] = (
    Pattern(
        "digit_code",
        "text",
        "text",
        r"^[0-9]+$",
        "a code of digits",
        needs="9",
        proof="codes",
    ),
    Pattern(
        "integer",
        "integer",
        "integer",
        _signed(_WHOLE),
        "an integer",
        needs="9",
        rivals=("one_zero",),
        proof="measures",
    ),
    Pattern(
        "integer_trailing_minus",
        "integer",
        "integer",
        _signed(_WHOLE, _WHOLE),
        "an integer",
        needs="9",
        proof="trailing_minus",
    ),
    Pattern(
        "one_zero", "boolean", "boolean", r"^[01]$", "1 or 0", formats=("1|0",), proof="both_words"
    ),
    Pattern(
        "scientific",
        "decimal",
        "decimal",
        rf"^{_SIGN}(?:{_POWER}|[1-9][eE][0-9]+)$",
        "a number in scientific notation",
        needs="9",
        is_guarded=True,
    ),
    Pattern(
        "decimal_dot",
        "decimal",
        "decimal",
        rf"{_signed(_FLOAT, _POINTED)}|^{_SIGN}(?:{_POWER}|{_SHORTEST})$",
        "a decimal number",
        needs="9",
        rivals=("integer_grouped_dot",),
        proof="measures",
    ),
    _grouped("integer_grouped_comma", ",", decimal=None, rivals=("decimal_comma",)),
    Pattern(
        "decimal_comma",
        "decimal",
        "number",
        _signed(rf"{_WHOLE}(?:,[0-9]+)?", rf"{_WHOLE},[0-9]+"),
        "a number with a decimal comma",
        formats=("1234,5",),
        needs="9",
        rivals=("integer_grouped_comma",),
        proof="measures",
    ),
    _grouped("integer_grouped_dot", ".", decimal=None, rivals=("decimal_dot",)),
    _grouped("integer_grouped_space", " ", decimal=None, rivals=()),
    _grouped("integer_grouped_apostrophe", "'", decimal=None, rivals=()),
    _grouped("decimal_grouped_comma", ",", decimal=".", rivals=("decimal_comma",)),
    _grouped("decimal_grouped_dot", ".", decimal=",", rivals=("decimal_dot",)),
    _grouped("decimal_grouped_space", " ", decimal=",", rivals=()),
    _grouped("decimal_grouped_space_dot", " ", decimal=".", rivals=()),
    _grouped("decimal_grouped_apostrophe", "'", decimal=".", rivals=()),
)


def _quantities(style: str, number: str, suffix: str) -> tuple[Pattern, ...]:
    signed = rf"{_SIGN}{number}"
    booked = rf"(?:{signed}|\({number}\)|{number}-)"
    money = (
        rf"^(?:{_SIGN}{CURRENCY_REGEX}\s?{booked}|\({CURRENCY_REGEX}\s?{number}\)"
        rf"|\({number}\s?{CURRENCY_REGEX}\)|{booked}\s?{CURRENCY_REGEX})$"
    )
    share = rf"^(?:{signed}\s?%|\({number}\)\s?%|\({number}\s?%\))$"
    parts = (
        ("percentage", share, "a percentage", "9%"),
        ("currency", money, "an amount of money", "9"),
        ("quantity", rf"^{signed}\s?{UNIT_REGEX}$", "a number with a unit", "9"),
    )
    other = "" if suffix else "_comma"
    return tuple(
        Pattern(
            f"{name}{suffix}",
            "decimal",
            "quantity",
            regex,
            what,
            formats=(style,),
            needs=needs,
            rivals=(f"{name}{other}",),
        )
        for name, regex, what, needs in parts
    )


_QUANTITIES: tuple[Pattern, ...] = (
    *_quantities("1,234.5", _DOT_NUMBER, ""),
    *_quantities("1.234,5", _COMMA_NUMBER, "_comma"),
)


def _words(name: str, true: str, false: str, *, proof: Proof | None = "both_words") -> Pattern:
    return Pattern(
        name,
        "boolean",
        "boolean",
        rf"^(?i:{true}|{false})$",
        f"{true} or {false}",
        formats=(f"{true}|{false}",),
        proof=proof,
    )


_BOOLEANS: tuple[Pattern, ...] = (
    _words("true_false", "true", "false", proof=None),
    _words("yes_no", "yes", "no"),
    _words("y_n", "y", "n"),
    _words("t_f", "t", "f"),
    _words("on_off", "on", "off"),
)

_PHONE_DIGITS: tuple[Pattern, ...] = (
    Pattern(
        "phone_digits",
        "text",
        "text",
        r"^[2-9][0-9]{2}[2-9][0-9]{6}$",
        "a phone number of ten digits",
        needs="9",
        rivals=("integer",),
        proof="phone_numbers",
    ),
)

_TEXTS: tuple[Pattern, ...] = (
    Pattern(
        "uuid",
        "text",
        "text",
        r"^(?i:\{?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}?)$",
        "a UUID",
        needs="-",
    ),
    Pattern("email", "text", "text", rf"^{_EMAIL}$", "an e-mail address", needs="@."),
    Pattern(
        "url",
        "text",
        "text",
        r"^(?i:(?:https?|ftps?|s3|gs)://[^\s]+|www\.[^\s]+\.[a-z]{2,}[^\s]*)$",
        "a URL",
        needs=".",
    ),
    Pattern(
        "ip_address",
        "text",
        "text",
        rf"^(?:{_IPV4}|(?i:[0-9a-f]{{0,4}}(?::[0-9a-f]{{0,4}}){{7}}|[0-9a-f:]+::[0-9a-f:]*))$",
        "an IP address",
        needs="",
    ),
    Pattern("phone", "text", "text", rf"^(?:{_PHONE})$", "a phone number", needs="9"),
)

# In order of preference: of two patterns with equal confidence the earlier one is taken.
PATTERNS: tuple[Pattern, ...] = (
    *_BOOLEANS,
    *COMPACT_PATTERNS,
    *_PHONE_DIGITS,
    *_NUMBERS,
    *_QUANTITIES,
    *TIME_PATTERNS,
    *_TEXTS,
)


@cache
def patterns_by_name() -> Mapping[str, Pattern]:
    """Maps the name of every pattern to the pattern."""
    return {pattern.name: pattern for pattern in PATTERNS}


@cache
def preference() -> Mapping[str, int]:
    """Maps the name of every pattern to its place in the order of preference."""
    return {pattern.name: place for place, pattern in enumerate(PATTERNS)}
