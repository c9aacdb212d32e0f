"""Dictionaries of codes and names, from maintained packages: countries, currencies, languages.

What belongs here: sets of spellings, made when they are first asked for. What a dictionary would
pass by chance is measured where it is used.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

_BRACKET = re.compile(r"\s*[\[(].*?[\])]\s*")
# Usual names of countries that ISO 3166 spells otherwise (Unicode CLDR, English short names).
_USUAL_COUNTRIES = (
    *("usa", "us", "u.s.", "u.s.a.", "uk", "u.k.", "great britain", "england", "scotland", "wales"),
    *("northern ireland", "russia", "south korea", "north korea", "iran", "syria", "vietnam"),
    *("laos", "bolivia", "venezuela", "tanzania", "moldova", "ivory coast", "cote d'ivoire"),
    *("cape verde", "czech republic", "macedonia", "north macedonia", "swaziland", "burma"),
    *("turkey", "brunei", "palestine", "taiwan", "micronesia", "democratic republic of the congo"),
    *("republic of the congo", "congo, dem. rep.", "congo, rep.", "korea, rep.", "kosovo"),
    *("korea, dem. rep.", "the gambia", "gambia, the", "the bahamas", "bahamas, the", "holland"),
    *("yemen, rep.", "egypt, arab rep.", "vatican city", "west bank and gaza", "macau", "reunion"),
    *("slovak republic", "kyrgyz republic", "st. lucia", "hong kong sar", "yugoslavia", "korea"),
    *("soviet union", "ussr", "czechoslovakia", "east germany", "west germany", "zaire"),
    *("serbia and montenegro", "hong kong, china", "sao tome and principe", "falkland islands"),
)
_GENDER_LETTERS = frozenset({"m", "f", "w", "d", "x", "u"})
_GENDER_WORDS = frozenset(
    (
        *(
            "male",
            "female",
            "man",
            "woman",
            "men",
            "women",
            "boy",
            "girl",
            "non-binary",
            "nonbinary",
        ),
        *("other", "unknown", "transgender", "männlich", "weiblich", "divers", "homme", "femme"),
        *("masculin", "féminin", "masculino", "femenino", "feminino", "hombre", "mujer", "uomo"),
        *("donna", "maschio", "femmina", "mann", "frau"),
    )
)
_MONTH_WORDS = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september"),
    *("october", "november", "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep"),
    *("sept", "oct", "nov", "dec"),
)
_WEEKDAY_WORDS = (
    *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    *("mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "sat", "sun"),
)


def plain(text: str) -> str:
    """Lower case, without accents and without what stands in brackets."""
    bare = _BRACKET.sub(" ", text).strip().casefold()
    spread = unicodedata.normalize("NFKD", bare)
    return "".join(sign for sign in spread if not unicodedata.combining(sign))


@cache
def countries(form: str) -> frozenset[str]:
    """Countries by ISO 3166-1: `alpha-2`, `alpha-3`, `numeric` (without zeros in front), `name`."""
    import pycountry

    known = list(pycountry.countries)
    if form == "name":
        named = (getattr(c, a, None) for c in known for a in _NAMES)
        old = (c.name for c in pycountry.historic_countries)
        english = [n for n in named if n]
        usual = {plain(n) for n in _USUAL_COUNTRIES}
        return _spellings([*english, *old, *_translated("iso3166-1", english)]) | usual
    codes = {str(getattr(c, form.replace("-", "_"))) for c in known}
    return frozenset(code.lstrip("0") for code in codes) if form == "numeric" else frozenset(codes)


@cache
def currencies(form: str) -> frozenset[str]:
    """Currencies by ISO 4217: `alpha-3` codes or `name`."""
    import pycountry

    if form == "name":
        return _spellings(c.name for c in pycountry.currencies)
    return frozenset(str(c.alpha_3) for c in pycountry.currencies)


@cache
def languages(form: str) -> frozenset[str]:
    """Languages by ISO 639: `alpha-2`, `alpha-3`, or `name` of those with two letters or old."""
    import pycountry

    known = list(pycountry.languages)
    if form == "name":
        english = [str(c.name) for c in known if _is_usual(c)]
        first = [n.split(";")[0] for n in (*english, *_translated("iso639-3", english))]
        return _spellings(first)
    if form == "alpha-2":
        return frozenset(str(c.alpha_2) for c in known if getattr(c, "alpha_2", None))
    return frozenset(str(c.alpha_3) for c in known)


@cache
def subdivision_codes() -> Mapping[str, frozenset[str]]:
    """States and provinces by ISO 3166-2: the part behind the hyphen, by country."""
    import pycountry

    found: dict[str, set[str]] = {}
    for entry in pycountry.subdivisions:
        country, _, code = entry.code.partition("-")
        found.setdefault(country, set()).add(code)
    # Military and old codes of the post of the United States are no ISO codes, but common.
    found["US"] |= {"AA", "AE", "AP"}
    return {country: frozenset(codes) for country, codes in found.items()}


@cache
def subdivision_names() -> frozenset[str]:
    """States and provinces of all countries by their names."""
    import pycountry

    return _spellings(entry.name for entry in pycountry.subdivisions)


@cache
def subdivisions_whole() -> frozenset[str]:
    """States and provinces with their country: US-CA."""
    import pycountry

    return frozenset(entry.code for entry in pycountry.subdivisions)


@cache
def time_zones() -> frozenset[str]:
    """Names of time zones of the IANA database that have an area: Europe/Berlin."""
    import zoneinfo

    return frozenset(zoneinfo.available_timezones())


@cache
def words(kind: str) -> frozenset[str]:
    """Small closed sets: `gender letters`, `gender words`, `months`, `weekdays`."""
    sets: Mapping[str, Iterable[str]] = {
        "gender letters": _GENDER_LETTERS,
        "gender words": _GENDER_WORDS,
        "months": _MONTH_WORDS,
        "weekdays": _WEEKDAY_WORDS,
    }
    return frozenset(sets[kind])


# Languages with most speakers among those that data is written in.
_LOCALES = (
    *("de", "fr", "es", "it", "pt", "pt_BR", "nl", "pl", "sv", "da", "nb", "fi", "cs", "hu", "tr"),
    *("ru", "uk", "el", "ja", "ko", "zh_CN", "zh_TW", "ar", "id", "vi", "ro"),
)
_NAMES = ("name", "common_name", "official_name")


def _translated(domain: str, names: Iterable[str]) -> Iterator[str]:
    """Names in the languages of `_LOCALES`, as pycountry ships them."""
    import gettext

    import pycountry

    names = list(names)
    for locale in _LOCALES:
        spoken = gettext.translation(domain, pycountry.LOCALES_DIR, [locale], fallback=True)
        yield from map(spoken.gettext, names)


def _is_usual(language: object) -> bool:
    """Whether a language has a two-letter code: of the others there are seven thousand."""
    return bool(getattr(language, "alpha_2", None))


def _spellings(names: Iterable[str]) -> frozenset[str]:
    """Names as they are written: whole, and turned around a comma ("Korea, Republic of")."""
    found: set[str] = set()
    for name in names:
        found.add(plain(name))
        first, comma, rest = name.partition(",")
        if comma:
            found |= {plain(f"{rest.strip()} {first}"), plain(first)}
    return frozenset(found)
