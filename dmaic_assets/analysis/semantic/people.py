"""Forms of names of persons and companies, of addresses, places and postal codes.

What belongs here: loose forms that bear out what a column's name says, and the few that tell
something alone. No dictionary of names of persons is installed.
"""

import re
from collections import Counter
from collections.abc import Sequence

# Words in lower case that stand inside names of persons.
_PARTICLES = frozenset(
    (
        *("de", "del", "della", "der", "den", "di", "da", "do", "dos", "du", "la", "le", "van"),
        *("von", "vom", "zu", "zur", "bin", "ibn", "al", "el", "ter", "ten", "y", "e", "af"),
    )
)
_TITLES = frozenset(
    (
        *("mr", "mrs", "ms", "miss", "dr", "prof", "sir", "mme", "frau", "herr", "rev"),
        *("dra", "sra", "srta", "sig"),
    )
)
_ENDINGS = frozenset(("jr", "sr", "ii", "iii", "iv", "md", "dds", "phd", "dvm", "esq"))
# Distinct names from which words in common tell anything, and the share that has the commonest.
_FEWEST_PERSONS = 20
_COMMON_WORD = 0.06
_NAME_WORD = re.compile(r"[^\W\d_]\.?|[^\W\d_][^\W\d_'’.`-]*(['’`-][^\W\d_]+)*\.?")
# Most words of a name of a person.
_LONGEST_NAME = 7
# An initial or two before one or two surnames: K. Lopez, J. R. van Dyk.
_INITIALED = re.compile(
    r"(?:[^\W\d_a-z]\. ?){1,3}(?:[a-z]{2,3} ){0,2}[^\W\d_a-z][^\W\d_]+"
    r"(?:[ '’-][^\W\d_a-z][^\W\d_]+)?"
)
# Distinct initials from which such names are persons': the four directions stand before streets.
_FEWEST_INITIALS = 5
# Legal forms of companies (a selection of ISO 20275, as they are written behind names).
_COMPANY = re.compile(
    r"(?i)(\b(inc|incorporated|llc|llp|ltd|limited|corp|corporation|company|co|plc|gmbh|ag|kg|ohg"
    r"|kgaa|gbr|mbh|ug|e\.k|sarl|sas|sa|scop|eurl|srl|spa|s\.p\.a|s\.r\.l|s\.a|snc|bv|nv|b\.v|n\.v"
    r"|oy|oyj|ab|as|a/s|aps|asa|sl|slu|ltda|s\.l|pty|pte|kft|zrt|sp\. z o\.o|sro|s\.r\.o|doo"
    r"|kabushiki|group|holdings?|partners|associates|sons|bros|stiftung|e\.v)\.?,?$"
    r"|\b(& co|and sons)\b"
    r"|株式会社|有限会社|有限公司)"
)
_STREET_WORDS = re.compile(
    r"(?i)(\b(street|st|avenue|ave?|road|rd|boulevard|blvd|lane|ln|drive|dr|court|ct|place|pl|square"
    r"|sq|highway|hwy|parkway|pkwy|way|terrace|apt|suite|ste|unit|floor|route|rue|chemin|impasse"
    r"|allée|via|viale|piazza|corso|vicolo|contrada|calle|avenida|avda|av|paseo|plaza|carrer|c/"
    r"|rua|travessa|alameda|rodovia|praça|p\.?o\.? box|postfach|ul|ulica|al)\b\.?"
    r"|(stra(ß|ss)e|str\.|weg|platz|allee|gasse|ring|damm|ufer|straat|laan|plein|gatan|vägen|vej"
    r"|gata|veien|katu|tie)\b)"
)
_HOUSE = re.compile(r"(^|[\s,#/])\d+[\s,-]?[a-zA-Z]?\b")
_PLACE = re.compile(r"[^\W\d_][^\d_@#<>{}\[\]|;:!?=+*%$€]*")
_POSTAL = re.compile(
    r"(?i)([A-Z]{1,2}[- ]?)?\d{3,6}([- ]\d{3,4})?|\d{2}-\d{3}|\d{3} \d{2}|\d{3}-\d{4}"
)
_POSTAL_GB = re.compile(r"(?i)[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|GIR ?0AA")
_POSTAL_CA = re.compile(r"(?i)[ABCEGHJ-NPRSTVXY]\d[A-Z][ -]?\d[A-Z]\d")
_POSTAL_NL = re.compile(r"[1-9]\d{3} ?[A-Z]{2}")
_ZIP_PLUS = re.compile(r"\d{5}-\d{4}")
_CEP = re.compile(r"\d{5}-\d{3}")
_USERNAME = re.compile(r"[\w.@+-]{2,40}")

# Share of texts with an ordinary word from which none are names of persons.
_MOST_ORDINARY = 0.2
# Words of what is counted, sold, paid, sent and measured, in texts of two words and more.
_ORDINARY = frozenset(
    (
        *("account", "air", "airport", "area", "avenue", "back", "bank", "bay", "beach", "big"),
        *("black", "blue", "board", "book", "box", "branch", "building", "business", "car", "card"),
        *("care", "cash", "center", "central", "centre", "charge", "check", "city", "class"),
        *("client", "cloud", "club", "code", "college", "color", "company", "complete", "contract"),
        *("control", "corporate", "cost", "county", "credit", "customer", "data", "day", "debit"),
        *("delivery", "department", "desk", "digital", "direct", "district", "door", "east"),
        *("eastern", "energy", "engine", "engineering", "entry", "error", "estate", "event"),
        *("exchange", "express", "fast", "fee", "field", "file", "finance", "financial", "first"),
        *("fixed", "flat", "floor", "food", "foreign", "free", "full", "fund", "gas", "gift"),
        *("global", "gold", "good", "goods", "government", "grade", "grand", "great", "green"),
        *("ground", "group", "half", "hard", "health", "high", "home", "hospital", "hotel"),
        *("house", "human", "in", "income", "industrial", "insurance", "international"),
        *("internet", "island", "item", "key", "lake", "land", "large", "last", "late", "left"),
        *("level", "life", "light", "line", "list", "loan", "local", "long", "loss", "low"),
        *("machine", "mail", "main", "management", "market", "marketing", "master", "medical"),
        *("medium", "metal", "mobile", "money", "month", "monthly", "motor", "mount", "mountain"),
        *("national", "net", "network", "new", "no", "non", "normal", "north", "northern", "not"),
        *("of", "office", "on", "online", "open", "order", "other", "out", "over", "paid"),
        *("paper", "park", "part", "partial", "payment", "personal", "phone", "plan", "plus"),
        *("point", "port", "post", "power", "premium", "price", "private", "product", "project"),
        *("property", "public", "quality", "rail", "rapid", "rate", "real", "record", "red"),
        *("regional", "regular", "rent", "repair", "report", "request", "research", "resources"),
        *("retail", "return", "returned", "right", "river", "road", "room", "saint", "sale"),
        *("sales", "san", "santa", "school", "sea", "second", "security", "self", "sent"),
        *("service", "services", "set", "shipped", "shipping", "shop", "short", "silver", "site"),
        *("size", "slow", "small", "social", "software", "south", "southern", "special", "sport"),
        *("square", "standard", "state", "station", "stock", "store", "street", "super", "supply"),
        *("support", "system", "tax", "team", "technical", "test", "the", "third", "time", "to"),
        *("top", "total", "town", "trade", "training", "transfer", "transit", "travel", "truck"),
        *("type", "under", "union", "united", "university", "up", "upper", "urban", "user"),
        *("value", "very", "water", "web", "week", "weekly", "west", "western", "white"),
        *("wire", "with", "work", "world", "year", "yearly", "yellow", "york", "zone"),
    )
)


def is_full_name(text: str) -> bool:
    """Two words or more as names of persons are written; "Last, First" too."""
    bare = [w for w in text.replace(",", " ").split() if w.casefold().rstrip(".") not in _TITLES]
    words = [w for w in bare if w.casefold().rstrip(".") not in _ENDINGS]
    if not 2 <= len(words) <= _LONGEST_NAME or "&" in text:
        return False
    if text.count(",") > 1 or not all(map(_NAME_WORD.fullmatch, words)):
        return False
    return all(_is_capital(w) or w.casefold() in _PARTICLES for w in words) and any(
        len(w.rstrip(".")) > 1 for w in words
    )


def are_like_persons(texts: Sequence[str]) -> bool:
    """Whether texts together are like names of persons: of two to four words, none of them common.

    Names of schools, airports and companies have words in common: School, Airport, Group.
    """
    words = [_without_titles(text) for text in texts]
    if len(texts) < _FEWEST_PERSONS or sum(2 <= len(w) <= 4 for w in words) < 0.9 * len(words):
        return False
    counts = Counter(word for w in words for word in w)
    return counts.most_common(1)[0][1] <= _COMMON_WORD * len(texts) + 1


def may_be_persons(texts: Sequence[str]) -> bool:
    """Whether a few texts may be names of persons: no word is of business, hardly one is shared.

    So that `Credit Card` and `North America` beside `South America` are none. Two names suffice:
    one told is one too many.
    """
    counts = Counter(word for text in texts for word in _without_titles(text))
    ordinary = sum(bool(_without_titles(text) & _ORDINARY) for text in texts)
    return (
        len(texts) > 1
        and ordinary <= _MOST_ORDINARY * len(texts)
        and counts.most_common(1)[0][1] <= (len(texts) + 1) // 2
    )


def is_initialed_name(text: str) -> bool:
    """A surname behind one to three initials."""
    return _INITIALED.fullmatch(text) is not None


def have_many_initials(texts: Sequence[str]) -> bool:
    """Whether the first letters of texts vary as those of given names do."""
    return len({text[:1] for text in texts}) >= _FEWEST_INITIALS


def _without_titles(text: str) -> set[str]:
    """The words of a name in lower case, without titles, endings and words like "de"."""
    words = {word.casefold().rstrip(".") for word in text.replace(",", " ").split()}
    return words - _TITLES - _ENDINGS - _PARTICLES


def is_given_name(text: str) -> bool:
    """One to three capitalised words without digits: a first or last name, by form only."""
    words = text.split()
    return 1 <= len(words) <= 3 and all(
        _NAME_WORD.fullmatch(w) is not None and (_is_capital(w) or w.casefold() in _PARTICLES)
        for w in words
    )


def is_any_name(text: str) -> bool:
    """Some name of a person: given, full, or with initials."""
    return is_given_name(text) or is_full_name(text)


def has_legal_form(text: str) -> bool:
    """A name with the legal form of a company behind it, or with "& Co"."""
    return " " in text and _COMPANY.search(text.strip()) is not None


def is_label(text: str) -> bool:
    """A short text that begins with a letter or digit: what companies and products are called."""
    return 1 < len(text) <= 80 and text[:1].isalnum() and "@" not in text


def is_street(text: str) -> bool:
    """An address with a word for a street and, mostly, the number of a house."""
    bare = text.replace("\n", ", ")
    if len(bare) < 6 or bare[:1] in "{[":
        return False
    return _HOUSE.search(bare) is not None and _STREET_WORDS.search(bare) is not None


def is_address(text: str) -> bool:
    """A text with letters that has a number, as most addresses do."""
    return len(text) > 4 and re.search(r"[^\W\d_]{2}", text) is not None and " " in text


def is_place(text: str) -> bool:
    """A name without digits, as towns have."""
    return len(text) <= 60 and len(text.split()) <= 6 and _PLACE.fullmatch(text) is not None


def is_postal_code(text: str) -> bool:
    """A postal code of some country, by form."""
    return is_lettered_postal_code(text) or _POSTAL.fullmatch(text) is not None


def is_lettered_postal_code(text: str) -> bool:
    """A postal code whose form hardly anything else has: British, Canadian, Dutch, ZIP+4."""
    tests = (_POSTAL_GB, _POSTAL_CA, _POSTAL_NL, _ZIP_PLUS, _CEP)
    return any(test.fullmatch(text) is not None for test in tests)


def is_username(text: str) -> bool:
    """A name to log in with: one word."""
    return _USERNAME.fullmatch(text) is not None


def _is_capital(word: str) -> bool:
    first = word.lstrip("'’")[:1]
    return first.isupper() or (first.isalpha() and first.lower() == first.upper())
