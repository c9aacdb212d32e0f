"""Forms that tell a semantic type by themselves: e-mail addresses, URLs, addresses of networks.

What belongs here: one predicate of text per form. Dictionaries and check digits are elsewhere.
"""

import ipaddress
import json
import re
from functools import lru_cache

_EMAIL = re.compile(
    r"(?i)[\w.!#$%&'*+/=?^`{|}~-]+@[a-z0-9\u00a1-\uffff-]+(\.[a-z0-9\u00a1-\uffff-]+)+"
)
_URL = re.compile(
    r"(?i)(https?|ftp|ftps|sftp|s3|gs|wss?|file)://[^\s/]\S*|www\.[\w-]+\.\S+|mailto:\S+@\S+"
)
_UUID = re.compile(r"(?i)\{?[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}\}?")
_DOMAIN = re.compile(r"(?i)([a-z0-9_]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,18}")
_MAC = re.compile(
    r"(?i)([0-9a-f]{2}([:-]))([0-9a-f]{2}\2){4}[0-9a-f]{2}|([0-9a-f]{4}\.){2}[0-9a-f]{4}"
)
_HASH = re.compile(r"(?i)(\$2[aby]\$\d\d\$[./a-z0-9]{53}|(sha\d+|md5):[0-9a-f]+)")
_HEX = re.compile(r"(?i)[0-9a-f]+")
# Hexadecimal digits of MD5, SHA-1, SHA-224, SHA-256, SHA-384 and SHA-512.
_HASH_LENGTHS = frozenset({32, 40, 56, 64, 96, 128})
_COLOUR = re.compile(
    r"(?i)#([0-9a-f]{3}|[0-9a-f]{4}|[0-9a-f]{6}|[0-9a-f]{8})|(rgb|hsl)a?\([\d\s,.%/]+\)"
)
_PATH = re.compile(
    r"(?i)([a-z]:\\|\\\\[\w.-]+\\)[^<>:\"|?*\n]*"  # Windows and network shares
    r"|(~|\.{1,2})?(/[^/\n\0]+)+/?"  # Unix
    r"|[\w .()-]+([/\\][\w .()-]+)*\.(csv|tsv|txt|pdf|png|jpe?g|gif|svg|mp[34]|wav|avi|docx?|xlsx?"
    r"|pptx?|zip|gz|tar|json|xml|ya?ml|html?|css|js|py|parquet|log|bin|exe|dll|bmp|tiff?|webp|mov)"
)
_POINT = re.compile(
    r"(?i)[\[(]?\s*([-+]?\d{1,2}(?:\.\d+)?)\s*[,;]\s*([-+]?\d{1,3}(?:\.\d+))\s*[\])]?"
)
_WKT = re.compile(
    r"(?i)(SRID=\d+;)?\s*(POINT|LINESTRING|POLYGON|MULTIPOLYGON)\s*Z?\s*\([-\d\s.,()]+\)"
)
_DMS = re.compile(r"""\d{1,3}\s*°\s*(\d{1,2}\s*['′]\s*)?(\d{1,2}(\.\d+)?\s*(["″]|''))?\s*[NSEWO]""")
_MIME = re.compile(
    r"(application|audio|font|image|message|model|multipart|text|video)/[\w.+-]+(; ?.+)?"
)
_FILE = re.compile(r"[^/\\:*?\"<>|]+\.[A-Za-z][A-Za-z0-9]{1,4}")
_VERSION = re.compile(r"(?i)v?\d+\.\d+\.\d+([.-]?[a-z0-9+.-]+)?")
_LOCALE = re.compile(r"[a-z]{2,3}[-_]([A-Z][a-z]{3}[-_])?[A-Z]{2}(\.[\w-]+)?")
_SSN = re.compile(r"(?!000|666)\d{3}-(?!00)\d{2}-(?!0000)\d{4}")


def is_email(text: str) -> bool:
    """An address of electronic mail."""
    return "@" in text and _EMAIL.fullmatch(text) is not None


def is_url(text: str) -> bool:
    """A URL with its scheme, or one that begins with www."""
    return _URL.fullmatch(text) is not None


def is_uuid(text: str) -> bool:
    """A UUID with hyphens, or 32 hexadecimal digits with version and variant of RFC 9562."""
    if _UUID.fullmatch(text) is None:
        return False
    bare = text.strip("{}").replace("-", "")
    return "-" in text or (bare[12] in "12345678" and bare[16] in "89abAB")


def is_domain(text: str) -> bool:
    """A name of the domain name system with at least two parts."""
    return _DOMAIN.fullmatch(text) is not None


@lru_cache(maxsize=4096)
def is_ipv4(text: str) -> bool:
    """An address of IP version 4, perhaps with the length of its network."""
    return "." in text and "::" not in text and _is_ip(text, 4)


@lru_cache(maxsize=4096)
def is_ipv6(text: str) -> bool:
    """An address of IP version 6, perhaps with the length of its network."""
    return text.count(":") > 1 and _is_ip(text, 6)


def is_mac(text: str) -> bool:
    """An address of a network card: six pairs of hexadecimal digits."""
    return _MAC.fullmatch(text) is not None


def is_hash(text: str) -> bool:
    """A digest: hexadecimal digits in the length of a known function, or a marked one."""
    if len(text) in _HASH_LENGTHS and _HEX.fullmatch(text):
        return not text.isdecimal()
    return _HASH.fullmatch(text) is not None


def is_colour(text: str) -> bool:
    """A colour as CSS writes it in numbers."""
    return _COLOUR.fullmatch(text) is not None


def is_path(text: str) -> bool:
    """A path or the name of a file with a usual ending."""
    return _PATH.fullmatch(text) is not None and "://" not in text


def is_json(text: str) -> bool:
    """A JSON object or list."""
    if not text.startswith(("{", "[")):
        return False
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def is_point(text: str) -> bool:
    """Latitude and longitude together, in degrees."""
    found = _POINT.fullmatch(text)
    if found is None:
        return False
    return abs(float(found[1])) <= 90 and abs(float(found[2])) <= 180


def is_geometry(text: str) -> bool:
    """A geometry as well-known text: POINT(13.4 52.5)."""
    return _WKT.fullmatch(text) is not None


def is_degrees(text: str) -> bool:
    """One coordinate in degrees, minutes and seconds with its direction."""
    return _DMS.fullmatch(text) is not None


def is_mime(text: str) -> bool:
    """A media type: one of the types of IANA, and a subtype."""
    return _MIME.fullmatch(text) is not None


def is_file_name(text: str) -> bool:
    """A name with an ending of two to five letters or digits."""
    return _FILE.fullmatch(text) is not None


def is_version(text: str) -> bool:
    """A version of software with at least three parts."""
    return _VERSION.fullmatch(text) is not None


def is_locale(text: str) -> bool:
    """A language with its country: en_US, pt-BR."""
    return _LOCALE.fullmatch(text) is not None


def is_us_ssn(text: str) -> bool:
    """A number of the social security of the United States, with its hyphens."""
    return _SSN.fullmatch(text) is not None


def _is_ip(text: str, version: int) -> bool:
    try:
        found = ipaddress.ip_interface(text)
    except ValueError:
        return False
    return found.version == version
