"""Identifiers with check digits, and numbers of telephones: what validators of packages pass.

What belongs here: which validator is asked under which semantic type. What chance would pass is
measured on random numbers of the same shape.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from importlib import import_module
from types import ModuleType
from typing import cast

from dmaic_assets.analysis.semantic.claim import CODES, Test
from dmaic_assets.analysis.semantic.forms import is_us_ssn

_DIGITS = re.compile(r"\d")
# Identifiers of the world that python-stdnum checks, by the semantic type.
_WORLD = (
    ("isbn", "isbn", "ISBN"),
    ("issn", "issn", "ISSN"),
    ("ismn", "ismn", "ISMN"),
    ("ean", "ean", "EAN"),
    ("isin", "isin", "ISIN"),
    ("lei", "lei", "LEI"),
    ("imei", "imei", "IMEI"),
    ("imo_number", "imo", "IMO"),
    ("cusip", "cusip", "CUSIP"),
    ("figi", "figi", "FIGI"),
    ("cas_number", "casrn", "CAS"),
    ("container_number", "iso6346", "ISO 6346"),
    ("isni", "isni", "ISNI"),
    ("isrc", "isrc", "ISRC"),
    ("bitcoin_address", "bitcoin", "Bitcoin"),
    ("vat_number", "eu.vat", "EU VAT"),
)
# Words by which the packages' own descriptions tell numbers of persons and of taxes.
_PERSON = re.compile(
    r"(?i)personal|national identif|citizen|birth|identity|social security|individual|patient"
    r"|pupil|voter"
)
_TAX = re.compile(r"(?i)\bVAT\b|tax|company|business|enterprise|organi[sz]ation|economic|corporate")
# Characters of national numbers that have a check digit.
_SHORTEST = 8
_LONGEST = 22
# Lengths of payment card numbers by ISO/IEC 7812.
_CARD = re.compile(r"(?:[2-6][0-9]{11,18}|(?:1800|2131)[0-9]{11})")


def world_tests() -> Iterator[tuple[str, Test]]:
    """Tests for identifiers that are the same in all countries, with their semantic types."""
    for semantic_type, module, form in _WORLD:
        yield semantic_type, Test(form, _stdnum(module), types=CODES)
    yield "credit_card", Test("Luhn", is_card, types=CODES)
    yield "iban", Test("IBAN", is_iban, 0.01)
    yield "bic", Test("BIC", is_bic)


@cache
def national_tests() -> tuple[tuple[str, Test], ...]:
    """Tests for the identifiers of single countries: `national_id` of persons, `tax_id`.

    Which there are, and what they are for, is asked of python-stdnum.
    """
    from stdnum.util import get_number_modules

    every = cast("Iterator[ModuleType]", iter(get_number_modules()))
    modules = [m for m in every if m.__name__.count(".") == 2]
    found: list[tuple[str, str, Callable[[str], bool]]] = []
    for module in modules:
        about = (module.__doc__ or "").strip().partition("\n")[0]
        is_valid = getattr(module, "is_valid", None)
        area = module.__name__.split(".")[1].strip("_")
        if is_valid is None or area in ("eu", "iso7064"):
            continue
        kind = "national_id" if _PERSON.search(about) else "tax_id" if _TAX.search(about) else ""
        if kind:
            form = f"{area.upper()} {about.partition('(')[0].strip().rstrip('.')}"
            found.append((kind, form, _sized(is_valid)))
    return tuple((k, Test(f, ok, types=CODES, choices=len(found))) for k, f, ok in found)


@lru_cache(maxsize=8192)
def is_phone(text: str) -> bool:
    """A number of a telephone, possible by the numbering plan of its country or, without +, of one.

    Digits alone are none: any number would be.
    """
    import phonenumbers

    bare = text.strip()
    digits = len(_DIGITS.findall(bare))
    if (
        not 7 <= digits <= 18
        or is_us_ssn(bare)
        or re.search(r"[A-Za-wyzA-WYZ]{2}", bare.replace("ext", ""))
    ):
        return False
    if bare.startswith(("+", "00")):
        number = _parsed(
            f"+{bare.replace('(0)', '').removeprefix('+').removeprefix('00').lstrip()}", None
        )
        return number is not None and phonenumbers.is_possible_number(number)
    if not re.search(r"[\s()./-]", bare) or re.fullmatch(r"[\d.]+\.\d{1,2}|-?\d+\.\d+", bare):
        return False
    return re.fullmatch(r"[\d\s().,/x#ext-]+", bare) is not None and _is_grouped(bare)


@lru_cache(maxsize=8192)
def is_phone_digits(text: str) -> bool:
    """Ten or more digits without marks that are a valid number of some large country."""
    import phonenumbers

    if not text.isdecimal() or not 9 <= len(text) <= 15:
        return False
    number = _parsed(f"+{text.lstrip('0')}", None)
    if number is not None and phonenumbers.is_valid_number(number):
        return True
    return any(
        (n := _parsed(text, region)) is not None and phonenumbers.is_valid_number(n)
        for region in ("US", "GB", "DE", "FR", "IN", "BR")
    )


@lru_cache(maxsize=8192)
def is_iban(text: str) -> bool:
    """An IBAN with right check digits and the length of its country."""
    from schwifty import IBAN

    bare = text.replace(" ", "").upper()
    return len(bare) > 14 and IBAN(bare, allow_invalid=True).is_valid


@lru_cache(maxsize=8192)
def is_bic(text: str) -> bool:
    """A BIC whose place of the country holds one."""
    from schwifty import BIC

    return len(text) in (8, 11) and text.isupper() and BIC(text, allow_invalid=True).is_valid


def is_card(text: str) -> bool:
    """A number of a payment card: a range of an issuer, a right length and check digit."""
    from stdnum import luhn

    bare = text.replace(" ", "").replace("-", "")
    return _CARD.fullmatch(bare) is not None and luhn.is_valid(bare)


def is_grouped_digits(text: str) -> bool:
    """Digits in two groups or more as people write telephones, and codes of things, too."""
    return re.fullmatch(r"[\d\s().,/x#ext+-]+", text) is not None and _is_grouped(text, 2)


def _is_grouped(text: str, least: int = 3) -> bool:
    """Whether digits stand in groups as people write telephones, and not dates or amounts.

    Two groups with a hyphen between are of any code; with brackets or a blank, of a telephone.
    """
    groups = re.findall(r"\d+", text)
    if not 7 <= sum(map(len, groups)) <= 18:
        return False
    if re.fullmatch(r"(19|20)\d\d[-/.]\d\d[-/.]\d\d|\d\d?[-/.]\d\d?[-/.](19|20)\d\d", text):
        return False
    is_marked = len(groups) == 2 and re.search(r"[ ()/]", text) is not None
    is_split = len(groups) >= least or is_marked
    is_sized = len(groups) > 3 or max(map(len, groups)) >= 3
    return is_split and is_sized and len(groups[-1]) >= 2


def _parsed(text: str, region: str | None):  # noqa: ANN202 - a number of the package, or None
    import phonenumbers

    try:
        return phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None


def _stdnum(name: str) -> Callable[[str], bool]:
    """The validator of a module of python-stdnum, loaded when it is first asked."""

    @lru_cache(maxsize=8192)
    def accepts(text: str) -> bool:
        module = import_module(f"stdnum.{name}")
        return len(text) >= _SHORTEST - 1 and bool(module.is_valid(text))

    return accepts


def _sized(is_valid: Callable[[str], bool]) -> Callable[[str], bool]:
    def accepts(text: str) -> bool:
        return _SHORTEST <= len(text) <= _LONGEST and bool(is_valid(text))

    return accepts
