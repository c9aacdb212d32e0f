"""Units of measure and currencies: the small grammar of "5 kg", "12.5ms", "$3.50" and "7 %".

What belongs here: which text is a unit or a currency, and its canonical name. What does not:
conversion between units; values of different units are never merged.
"""

import re
from collections.abc import Mapping
from functools import cache

# Canonical symbol -> spellings. One or two letters compare by case (mW is not MW); longer
# spellings do not, and a plural s is dropped. Single letters that are common codes (A, B, C, K, M)
# are left out: "12A" is a seat more often than a current.
_UNITS: Mapping[str, tuple[str, ...]] = {
    "kg": ("kg", "KG", "Kg", "kgs", "kilo", "kilogram", "kilogramme"),
    "g": ("g", "gr", "gram", "gramme"),
    "mg": ("mg", "milligram"),
    "µg": ("µg", "μg", "mcg", "microgram"),
    "t": ("tonne", "ton"),
    "lb": ("lb", "LB", "lbs", "pound"),
    "oz": ("oz", "OZ", "Oz", "ounce"),
    "st": ("stone",),
    "km": ("km", "KM", "kilometer", "kilometre"),
    "m": ("m", "mtr", "meter", "metre"),
    "cm": ("cm", "CM", "centimeter", "centimetre"),
    "mm": ("mm", "MM", "millimeter", "millimetre"),
    "µm": ("µm", "μm", "micron", "micrometer", "micrometre"),
    "nm": ("nm", "nanometer", "nanometre"),
    "in": ("in", '"', "inch", "inches"),
    "ft": ("ft", "FT", "foot", "feet"),
    "yd": ("yd", "yard"),
    "mi": ("mi", "mile"),
    "m²": ("m²", "m2", "sqm", "sq m"),
    "km²": ("km²", "km2", "sq km"),
    "ft²": ("ft²", "ft2", "sqft", "sq ft"),
    "ha": ("ha", "hectare"),
    "acre": ("acre",),
    "m³": ("m³", "m3"),
    "l": ("l", "L", "ltr", "liter", "litre"),
    "ml": ("ml", "mL", "ML", "milliliter", "millilitre"),
    "cl": ("cl", "cL", "centiliter", "centilitre"),
    "gal": ("gal", "gallon"),
    "fl oz": ("fl oz", "floz", "fluid ounce"),
    "pt": ("pint",),
    "h": ("h", "hr", "hrs", "hour"),
    "min": ("min", "minute"),
    "s": ("s", "sec", "second"),
    "ms": ("ms", "msec", "millisecond"),
    "µs": ("µs", "μs", "us", "microsecond"),
    "ns": ("ns", "nanosecond"),
    "d": ("day",),
    "wk": ("wk", "week"),
    "month": ("month",),
    "yr": ("yr", "year"),
    "Hz": ("Hz", "hertz"),
    "kHz": ("kHz", "khz"),
    "MHz": ("MHz", "mhz"),
    "GHz": ("GHz", "ghz"),
    "V": ("V", "volt"),
    "mV": ("mV",),
    "kV": ("kV",),
    "mA": ("mA",),
    "A": ("amp", "ampere"),
    "Ah": ("Ah",),
    "mAh": ("mAh",),
    "Ω": ("Ω", "ohm"),
    "W": ("W", "watt"),
    "mW": ("mW",),
    "kW": ("kW", "kilowatt"),
    "MW": ("MW", "megawatt"),
    "GW": ("GW", "gigawatt"),
    "kWh": ("kWh",),
    "MWh": ("MWh",),
    "J": ("joule",),
    "kJ": ("kJ",),
    "kcal": ("kcal",),
    "cal": ("cal", "calorie"),
    "hp": ("hp", "HP", "horsepower"),
    "Nm": ("Nm",),
    "Pa": ("Pa", "pascal"),
    "hPa": ("hPa",),
    "kPa": ("kPa",),
    "bar": ("bar",),
    "mbar": ("mbar",),
    "psi": ("psi",),
    "°C": ("°C", "° C", "℃", "degC", "celsius"),
    "°F": ("°F", "° F", "℉", "degF", "fahrenheit"),
    "°": ("°", "deg", "degree"),
    "km/h": ("km/h", "kmh", "kph"),
    "mph": ("mph", "mi/h"),
    "m/s": ("m/s",),
    "kn": ("kn", "knot"),
    "rpm": ("rpm",),
    "B": ("byte",),
    "KB": ("KB", "kB", "kilobyte"),
    "MB": ("MB", "megabyte"),
    "GB": ("GB", "gigabyte"),
    "TB": ("TB", "terabyte"),
    "KiB": ("KiB",),
    "MiB": ("MiB",),
    "GiB": ("GiB",),
    "bit": ("bit",),
    "Mbit/s": ("Mbit/s", "Mbps"),
    "dB": ("dB", "decibel"),
    "px": ("px", "pixel"),
    "ppm": ("ppm",),
    "pcs": ("pcs", "pc", "pce", "piece"),
}
_CURRENCY_SYMBOLS: Mapping[str, str] = {
    "US$": "USD",
    "A$": "AUD",
    "C$": "CAD",
    "R$": "BRL",
    "HK$": "HKD",
    "$": "USD",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "₹": "INR",
    "₽": "RUB",
    "₩": "KRW",
    "₺": "TRY",
    "₴": "UAH",
    "₪": "ILS",
    "zł": "PLN",
    "Kč": "CZK",
    "Fr.": "CHF",
}
CURRENCY_CODES: tuple[str, ...] = (
    "USD",
    "EUR",
    "GBP",
    "CHF",
    "JPY",
    *("AED", "ARS", "AUD", "BRL", "CAD", "CLP", "CNY", "COP", "CZK", "DKK", "EGP", "HKD", "HUF"),
    *("IDR", "ILS", "INR", "ISK", "KRW", "MAD", "MXN", "MYR", "NGN", "NOK", "NZD", "PEN", "PHP"),
    *("PKR", "PLN", "RON", "RSD", "RUB", "SAR", "SEK", "SGD", "THB", "TRY", "TWD", "UAH", "VND"),
    "ZAR",
)
# Words that follow a number without being its unit: ordinals, halves of the day, months, compass.
_NO_UNITS = frozenset(
    (
        *("st", "nd", "rd", "th", "am", "pm", "ad", "bc"),
        *("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
        *("january", "february", "march", "april", "june", "july", "august", "september"),
        *("october", "november", "december", "north", "south", "east", "west", "and", "street"),
        *("avenue", "road"),
    )
)
# Characters: symbols up to this length mean their case (mW, MW); longer words do not.
_SHORT = 2
# Letters that a unit nobody has listed has at least; shorter ones are marks or codes.
_SHORTEST_WORD = 3
_WORD = re.compile(r"[A-Za-z]+")

# The text of a unit as it follows a number; group-free, so that it can stand in larger patterns.
UNIT_REGEX = r"(?:[A-Za-zµμΩ°℃℉][A-Za-z°]{0,19}[²³23]?(?:[/ ][A-Za-z]{1,6}[²³23]?)?\.?|\")"


def _longest_first(words: Mapping[str, str] | tuple[str, ...]) -> str:
    return "|".join(re.escape(w) for w in sorted(words, key=lambda w: (-len(w), w)))


CURRENCY_REGEX = rf"(?:{_longest_first(_CURRENCY_SYMBOLS)}|{_longest_first(CURRENCY_CODES)})"


@cache
def _spellings() -> Mapping[str, str]:
    spellings: dict[str, str] = {}
    for symbol, texts in _UNITS.items():
        for text in texts:
            spellings[text if len(text) <= _SHORT else text.casefold()] = symbol
        if len(symbol) > 1:
            spellings.setdefault(symbol, symbol)
    return spellings


def canonical_unit(text: str) -> str | None:
    """Finds the symbol of a unit as people write it: "Ounces", "oz." and "oz" are oz.

    Returns:
        None when the text is no known unit.
    """
    bare = text.strip().rstrip(".").strip()
    known = _spellings()
    found = known.get(bare)
    if found is None and len(bare) > _SHORT:
        word = bare.casefold()
        found = known.get(word) or known.get(word.removesuffix("s"))
    return found


def plain_word_unit(text: str) -> str | None:
    """Names the unit of counted things ("widgets" is widget), or None if the word cannot be one."""
    word = text.strip().casefold()
    if len(word) < _SHORTEST_WORD or not _WORD.fullmatch(word) or word in _NO_UNITS:
        return None
    return word.removesuffix("s") if len(word) > _SHORTEST_WORD else word


def canonical_currency(text: str) -> str | None:
    """Finds the ISO 4217 code of a currency symbol or code; a bare $ is read as USD."""
    bare = text.strip()
    return bare if bare in CURRENCY_CODES else _CURRENCY_SYMBOLS.get(bare)
