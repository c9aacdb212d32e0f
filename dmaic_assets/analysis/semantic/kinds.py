"""The semantic types: what tests bear them out, what names hint at them, whether they are private.

What belongs here: the registry. How tests and hints are weighed stands in `decide`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from dmaic_assets.analysis.semantic import dictionaries, forms, people
from dmaic_assets.analysis.semantic.claim import CODES, NUMBERS, WHOLE, Test
from dmaic_assets.analysis.semantic.numbers import (
    is_grouped_digits,
    is_phone,
    is_phone_digits,
    world_tests,
)

# Share of other columns' values that pass a form which hardly anything else has.
_STRICT = 0.001
# The same of a form that other things have now and then, or often.
_SOME = 0.1
_OFTEN = 0.4
# Evidence, in nats, that values of a form give which other columns have, too: with such a form a
# column's name decides.
_HALF = 1.0
_LITTLE = 2.5


@dataclass(frozen=True, slots=True)
class Kind:
    """One semantic type.

    `phrases` are words of names that hint at it, `concept` what it belongs to. `is_sensitive`:
    the values tell of a person, and are never shown.
    """

    name: str
    concept: str
    tests: tuple[Test, ...]
    phrases: tuple[str, ...] = ()
    is_sensitive: bool = False


@cache
def kinds() -> Mapping[str, Kind]:
    """All semantic types that values or names tell, by name."""
    found = [*_net(), *_places(), *_people(), *_codes(), *_numbers(), *_others()]
    found.extend(_identifiers())
    return {kind.name: kind for kind in found}


def _net() -> Iterable[Kind]:
    yield Kind("email", "contact", (_form("e-mail", forms.is_email),), _EMAIL, is_sensitive=True)
    phone = (
        Test("telephone", is_phone, 0.02, 8.0),
        Test("groups of digits", is_grouped_digits, 0.3, _LITTLE),
        Test("digits", is_phone_digits, 0.3, _LITTLE, CODES),
    )
    yield Kind("phone", "contact", phone, _PHONE, is_sensitive=True)
    yield Kind("url", "web", (_form("URL", forms.is_url),), ("url", "uri", "link", "website"))
    yield Kind("domain", "web", (Test("host name", forms.is_domain, 0.02, 4.5),), _DOMAIN)
    addresses = (_form("IPv4", forms.is_ipv4), _form("IPv6", forms.is_ipv6))
    both = Test("IPv4 or IPv6", lambda t: forms.is_ipv4(t) or forms.is_ipv6(t), 0.002)
    yield Kind("ip_address", "network", (*addresses, both), _IP, is_sensitive=True)
    macs = (_form("MAC", forms.is_mac),)
    yield Kind("mac_address", "network", macs, ("mac", "mac address"), is_sensitive=True)
    yield Kind("uuid", "identity", (_form("UUID", forms.is_uuid),), ("uuid", "guid"))
    yield Kind(
        "hash", "identity", (_form("digest", forms.is_hash),), ("hash", "digest", "md5", "sha")
    )
    yield Kind("username", "identity", (Test("word", people.is_username, 0.5, 0.5),), _USER, True)


def _places() -> Iterable[Kind]:
    yield _dictionary("country", "location", dictionaries.countries, _COUNTRY, numeric=True)
    states = tuple(
        Test(f"code of {c}", codes.__contains__, choices=len(dictionaries.subdivision_codes()))
        for c, codes in dictionaries.subdivision_codes().items()
        if len(codes) > 4 and any(code.isalpha() for code in codes)
    )
    every = frozenset(c for codes in dictionaries.subdivision_codes().values() for c in codes)
    mixed = Test(
        "name or code",
        lambda t: t in every or dictionaries.plain(t) in dictionaries.subdivision_names(),
    )
    whole = Test("ISO 3166-2", lambda t: t in dictionaries.subdivisions_whole(), _STRICT)
    names = Test("name", lambda t: dictionaries.plain(t) in dictionaries.subdivision_names(), 0.02)
    yield Kind("state", "location", (names, whole, *states, mixed), _STATE)
    yield Kind("city", "location", (Test("name", people.is_place, 0.6, _HALF),), _CITY)
    lettered = Test("letters and digits", people.is_lettered_postal_code, 0.01, 7.0, CODES)
    digits = Test("digits", people.is_postal_code, 0.3, _HALF, CODES)
    yield Kind("postal_code", "location", (lettered, digits), _POSTAL)
    streets = (
        Test("street and number", people.is_street, 0.02, 7.0, is_sign=True),
        Test("text", people.is_address, 0.5, 0.5),
    )
    yield Kind("street_address", "location", streets, _STREET, is_sensitive=True)
    lat = (Test("degrees", _within(-90, 90), 0.5, _HALF, NUMBERS), _form("DMS", forms.is_degrees))
    yield Kind("latitude", "location", lat, ("latitude", "geo lat"))
    lon = (Test("degrees", _within(-180, 180), 0.5, _HALF, NUMBERS), _form("DMS", forms.is_degrees))
    yield Kind("longitude", "location", lon, ("longitude", "geo lon"))
    points = (
        Test("latitude, longitude", forms.is_point, 0.01, 6.0),
        _form("WKT", forms.is_geometry),
    )
    yield Kind("coordinates", "location", points, _POINT)
    yield Kind("time_zone", "time", (_set("IANA", dictionaries.time_zones, _STRICT),), _ZONE)


def _people() -> Iterable[Kind]:
    full = (
        Test("first and last names", people.is_full_name, 0.15, 4.0, fits=people.are_like_persons),
        Test(
            "initials and surname",
            people.is_initialed_name,
            0.01,
            fits=people.have_many_initials,
            is_sign=True,
        ),
        Test("words", people.is_full_name, 0.15, 2.5),
        Test("name", people.is_any_name, 0.4, 0.8),
    )
    given = (Test("name", people.is_given_name, _OFTEN, _HALF),)
    yield Kind("person_name", "person", full, _PERSON, is_sensitive=True)
    yield Kind("first_name", "person", given, _FIRST, is_sensitive=True)
    yield Kind("last_name", "person", given, _LAST, is_sensitive=True)
    firms = (
        Test("legal form", people.has_legal_form, 0.02, 7.0, is_sign=True),
        Test("label", people.is_label, 0.8, 0.3),
    )
    yield Kind("company_name", "organization", firms, _COMPANY)
    genders = (
        _lower("words", "gender words", _STRICT, 9.0),
        _lower("letters", "gender letters", 0.05, 4.0),
    )
    yield Kind("gender", "person", genders, ("gender", "sex"), is_sensitive=True)


def _codes() -> Iterable[Kind]:
    yield _dictionary("currency", "money", dictionaries.currencies, _CURRENCY)
    yield _dictionary("language", "language", dictionaries.languages, _LANGUAGE)
    yield Kind("locale", "language", (Test("tag", forms.is_locale, 0.005, 6.0),), ("locale",))
    yield Kind("mime_type", "file", (_form("type/subtype", forms.is_mime),), _MIME)
    yield Kind("month", "time", (_lower("name", "months", _STRICT, 9.0),), ("month",))
    yield Kind("weekday", "time", (_lower("name", "weekdays", _STRICT, 9.0),), _WEEKDAY)


def _numbers() -> Iterable[Kind]:
    years = Test("year", _year, 0.05, 3.0, WHOLE)
    yield Kind("year", "time", (years,), ("year", "year id", "season", "vintage"))
    percents = (Test("0 to 100", _within(-1000, 1000), 0.6, 0.6, NUMBERS),)
    yield Kind("percentage", "ratio", percents, ("percent", "percentage", "%"))
    yield Kind("money", "money", (Test("amount", _any_number, 0.7, 0.5, NUMBERS),), _MONEY)
    epoch = Test("seconds or milliseconds since 1970", _epoch, 0.05, 3.0, WHOLE)
    yield Kind("unix_time", "time", (epoch,), _EPOCH)
    flags = Test("0 and 1", lambda t: t in ("0", "1"), 0.01, 8.0, WHOLE)
    yield Kind("boolean", "state", (flags,), ("is", "has", "flag", "was", "can", "indicator"))


def _others() -> Iterable[Kind]:
    yield Kind("json", "document", (_form("JSON", forms.is_json),), ("json", "payload"))
    paths = (
        Test("path", forms.is_path, 0.005, 6.0),
        Test("name with an ending", forms.is_file_name, _SOME, _HALF),
    )
    yield Kind("file_path", "file", paths, ("path", "file", "file name", "folder", "directory"))
    colours = (_form("CSS", forms.is_colour),)
    yield Kind("color", "appearance", colours, ("color", "colour", "hex"))
    versions = (Test("parts", forms.is_version, 0.02, 5.0),)
    yield Kind("version", "software", versions, ("version", "release"))
    ssn = (Test("US SSN", forms.is_us_ssn, 0.01, 6.0),)
    yield Kind("national_id", "identity", ssn, _NATIONAL, is_sensitive=True)
    yield Kind("tax_id", "identity", (), _TAX)


def _identifiers() -> Iterable[Kind]:
    gathered: dict[str, list[Test]] = {}
    for name, test in world_tests():
        gathered.setdefault(name, []).append(test)
    private = {"iban", "credit_card", "imei"}
    for name, tests in gathered.items():
        phrases = (name.replace("_", " "), name.split("_")[0], *_SPOKEN.get(name, ()))
        yield Kind(name, "identity", tuple(tests), phrases, name in private)


def _form(name: str, accepts: Callable[[str], bool]) -> Test:
    return Test(name, accepts, _STRICT)


def _set(name: str, of: Callable[[], frozenset[str]], chance: float) -> Test:
    return Test(name, lambda text: text in of(), chance)


def _lower(form: str, kind: str, chance: float, most: float) -> Test:
    known = dictionaries.words(kind)
    return Test(form, lambda text: text.casefold().rstrip(".") in known, chance, most)


def _dictionary(
    name: str,
    concept: str,
    entries: Callable[[str], frozenset[str]],
    phrases: tuple[str, ...],
    *,
    numeric: bool = False,
) -> Kind:
    """A kind with codes of two or three letters and names; what chance passes is measured."""

    def coded(form: str) -> Test:
        return Test(form, lambda text: text.upper() in _upper(entries, form))

    short = () if name == "currency" else (coded("alpha-2"),)
    names = Test("name", lambda t: dictionaries.plain(t) in entries("name"), 0.005)
    digits = Test("numeric", lambda t: t.lstrip("0") in entries("numeric"), types=CODES)
    both = Test("alpha-2 or alpha-3", lambda t: t.upper() in _either(entries))
    any_form = Test(
        "name or code",
        lambda t: t.upper() in _either(entries) or dictionaries.plain(t) in entries("name"),
    )
    more = (digits, any_form) if numeric else () if name == "currency" else (both,)
    return Kind(name, concept, (*short, coded("alpha-3"), names, *more), phrases)


@cache
def _upper(entries: Callable[[str], frozenset[str]], form: str) -> frozenset[str]:
    return frozenset(code.upper() for code in entries(form))


@cache
def _either(entries: Callable[[str], frozenset[str]]) -> frozenset[str]:
    return _upper(entries, "alpha-2") | _upper(entries, "alpha-3")


def _within(low: float, high: float) -> Callable[[str], bool]:
    return lambda text: (value := _number(text)) is not None and low <= value <= high


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _any_number(text: str) -> bool:
    return _number(text) is not None


def _year(text: str) -> bool:
    return len(text) == 4 and text.isdecimal() and "1500" <= text <= "2100"


def _epoch(text: str) -> bool:
    """From 1980 to 2100, in seconds or milliseconds."""
    value = int(text) if text.isdecimal() else 0
    return any(315_532_800 <= value / scale < 4_102_444_800 for scale in (1, 1000))


_EMAIL = ("email", "e mail", "mail", "email address", "mail address")
_PHONE = (
    "phone",
    "telephone",
    "mobile",
    "cell",
    "fax",
    "msisdn",
    "handy",
    "telefon",
    "phone number",
)
_DOMAIN = ("domain", "host", "hostname", "host name", "server", "domain name")
_IP = ("ip", "ip address", "ipv4", "ipv6", "ip addr", "client ip")
_USER = ("username", "user name", "login", "nick name", "screen name", "handle")
_COUNTRY = ("country", "country code", "nation", "nationality", "country name", "land", "pays")
_STATE = ("state", "province", "region", "state code", "county", "bundesland", "subdivision")
_CITY = ("city", "town", "municipality", "village", "ville", "stadt", "ort", "ciudad", "cidade")
_POSTAL = ("zip", "postal", "postcode", "zip code", "postal code", "post code", "plz", "cep")
_STREET = ("street", "address", "street address", "address line", "strasse", "rue", "addr")
_POINT = (
    "coordinate",
    "coordinates",
    "lat lon",
    "geo",
    "geometry",
    "geolocation",
    "latlng",
    "location",
)
_ZONE = ("time zone", "timezone", "tz", "tzone")
_PERSON = (
    *(
        "full name",
        "author",
        "customer name",
        "employee name",
        "contact name",
        "person",
        "person name",
    ),
    *(
        "contact",
        "owner",
        "manager name",
        "composer",
        "director",
        "player",
        "player name",
        "artist",
    ),
    *(
        "patient name",
        "student name",
        "driver name",
        "teacher",
        "doctor",
        "actor",
        "winner",
        "name",
    ),
)
_FIRST = ("first name", "given name", "forename", "middle name", "name first", "vorname", "prenom")
_LAST = ("last name", "surname", "family name", "name last", "nachname", "maiden name", "nom")
_COMPANY = (
    *("company", "company name", "organization", "firm", "vendor", "vendor name", "supplier name"),
    *("employer", "manufacturer", "publisher", "brand", "business name", "corporation", "supplier"),
)
_CURRENCY = ("currency", "currency code", "ccy")
_LANGUAGE = ("language", "language code", "lang", "language name")
_MIME = ("mime", "mime type", "content type", "media type")
_WEEKDAY = ("weekday", "day of week", "day", "day name")
_MONEY = (
    *("price", "cost", "revenue", "salary", "income", "wage", "fee", "payment", "budget", "usd"),
    *(
        "eur",
        "gbp",
        "dollars",
        "dollar",
        "euro",
        "euros",
        "amount",
        "balance",
        "subtotal",
        "freight",
    ),
    *("earnings", "profit", "expense", "expenses", "tax", "debt", "turnover", "invoice total"),
    *("gdp", "wages", "prices", "spend", "spending", "pay", "rent", "tip", "fare", "gross", "loan"),
)
_EPOCH = ("timestamp", "epoch", "unix time", "time", "created at", "updated at", "unix")
_NATIONAL = ("ssn", "social security", "national id", "passport", "passport number", "tax number")
_TAX = ("vat", "tax id", "tin", "ein", "vat number", "company number")
_SPOKEN: Mapping[str, tuple[str, ...]] = {
    "credit_card": ("card number", "credit card number", "cc number", "pan"),
    "ean": ("gtin", "barcode", "upc", "ean code"),
    "bic": ("swift", "swift code", "bic code"),
    "cas_number": ("cas number",),
    "vat_number": ("vat number", "vat id"),
}
