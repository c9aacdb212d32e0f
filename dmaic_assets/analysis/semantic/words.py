"""The words of a column's or table's name, and what they are short for.

What belongs here: splitting names and spelling them out. What words tell stands in `phrases`.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

# Short forms that databases and spreadsheets use. Those that are short for several things are
# left out (st, no in front, cat, val).
ABBREVIATIONS: Mapping[str, str] = {
    "acct": "account",
    "addr": "address",
    "agg": "aggregate",
    "alt": "altitude",
    "amt": "amount",
    "approx": "approximate",
    "appt": "appointment",
    "arr": "arrival",
    "attr": "attribute",
    "avg": "average",
    "bal": "balance",
    "bday": "birthday",
    "bldg": "building",
    "cd": "code",
    "cnt": "count",
    "cntry": "country",
    "co2": "co2",
    "conf": "confidence",
    "coord": "coordinate",
    "corp": "corporation",
    "ctry": "country",
    "curr": "currency",
    "cust": "customer",
    "dep": "departure",
    "dept": "department",
    "desc": "description",
    "descr": "description",
    "dest": "destination",
    "dist": "distance",
    "dob": "date of birth",
    "doc": "document",
    "dow": "day of week",
    "dt": "date",
    "dur": "duration",
    "elev": "elevation",
    "emp": "employee",
    "env": "environment",
    "est": "estimated",
    "exp": "expiry",
    "ext": "extension",
    "fk": "foreign key",
    "fname": "first name",
    "freq": "frequency",
    "fwd": "forward",
    "gndr": "gender",
    "hr": "hour",
    "hrs": "hours",
    "inv": "invoice",
    "lang": "language",
    "lat": "latitude",
    "lname": "last name",
    "lng": "longitude",
    "loc": "location",
    "lon": "longitude",
    "long": "longitude",
    "max": "maximum",
    "med": "median",
    "mfr": "manufacturer",
    "mgr": "manager",
    "min": "minimum",
    "mins": "minutes",
    "misc": "miscellaneous",
    "mktg": "marketing",
    "mo": "month",
    "msg": "message",
    "mtd": "month to date",
    "nbr": "number",
    "nr": "number",
    "num": "number",
    "ord": "order",
    "org": "organization",
    "orig": "origin",
    "pct": "percent",
    "perc": "percent",
    "ph": "phone",
    "pk": "primary key",
    "pop": "population",
    "pos": "position",
    "pmt": "payment",
    "prev": "previous",
    "prod": "product",
    "pwd": "password",
    "qtr": "quarter",
    "qty": "quantity",
    "rcvd": "received",
    "ref": "reference",
    "reg": "region",
    "rel": "relative",
    "rev": "revenue",
    "sched": "scheduled",
    "sec": "seconds",
    "secs": "seconds",
    "seq": "sequence",
    "sku": "stock keeping unit",
    "src": "source",
    "std": "standard",
    "stmt": "statement",
    "subj": "subject",
    "surname": "surname",
    "tel": "telephone",
    "temp": "temperature",
    "tot": "total",
    "trans": "transaction",
    "ts": "timestamp",
    "txn": "transaction",
    "tz": "time zone",
    "uid": "unique id",
    "upd": "updated",
    "usr": "user",
    "vol": "volume",
    "wk": "week",
    "wt": "weight",
    "yr": "year",
    "yrs": "years",
    "ytd": "year to date",
}
# Words that others are joined to without a mark between: postcode, firstname, zipcode, userid.
_TAILS = (
    *("address", "code", "date", "name", "number", "phone", "time", "type", "zone", "stamp"),
    *("status", "amount", "count", "price", "city", "state", "country", "year", "month", "day"),
)
_HEADS = frozenset(
    (
        *("zip", "post", "postal", "first", "last", "middle", "full", "user", "birth", "order"),
        *("customer", "product", "country", "city", "state", "street", "email", "mail", "phone"),
        *("mobile", "home", "work", "start", "end", "create", "created", "update", "updated"),
        *("ship", "bill", "unit", "total", "item", "account", "area", "time", "company", "file"),
        *("host", "display", "nick", "given", "family", "employee", "invoice", "hire", "model"),
        *("year", "team", "player", "client", "store", "vendor", "supplier", "patient", "student"),
        *("session", "device", "event", "group", "category", "location", "transaction", "payment"),
        *("parent", "person", "member", "course", "class", "department", "region", "project"),
        *("death", "sale", "sales", "tax", "list", "net", "gross", "currency", "language"),
    )
)
# Letters that a word before a joined "id" has at least: "paid", "valid" and "solid" are words.
_BEFORE_ID = 4
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W\d_]+|%|#|\$|€|£|°[CF]?")
# Kept as people write them in a business name.
_UPPER = frozenset({"id", "url", "uri", "ip", "iban", "bic", "isbn", "ean", "vat", "uuid", "json"})


@lru_cache(maxsize=10_000)
def split_name(name: str) -> tuple[str, ...]:
    """The lower-case words of a name as they stand there: "unitPriceUSD" is unit, price, usd."""
    text = unicodedata.normalize("NFC", name)
    # An abbreviation's plural is one word: IDs, URLs.
    text = re.sub(r"([A-Z]{2,})s\b", r"\1", text)
    found: list[str] = []
    for part in _PART.findall(text):
        found.extend(_apart(part.lower()))
    return tuple(found)


@lru_cache(maxsize=10_000)
def words_of(name: str) -> tuple[str, ...]:
    """The words of a name, short forms spelled out: "cust_dob" is customer, date, of, birth."""
    spelled = [ABBREVIATIONS.get(word, word) for word in split_name(name)]
    return tuple(word for text in spelled for word in text.split())


def business_name(name: str) -> str:
    """The name as people would write it: "qty_ordered" is "Quantity ordered"."""
    words = [w.upper() if w in _UPPER else w for w in words_of(name)]
    text = " ".join(words)
    return text[:1].upper() + text[1:] if text else name


def singular(word: str) -> str:
    """The singular of an English noun, by its ending: cities, boxes, orders."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes", "zes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        return word[:-1]
    return word


def _apart(word: str) -> tuple[str, ...]:
    """Splits what was written together: "zipcode", "userid"; other words stay whole."""
    for tail in _TAILS:
        head = word.removesuffix(tail)
        if head != word and head in _HEADS:
            return head, tail
    head = word.removesuffix("id")
    if head != word and len(head) >= _BEFORE_ID and head in _HEADS:
        return head, "id"
    return (word,)
