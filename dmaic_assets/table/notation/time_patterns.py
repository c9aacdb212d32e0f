"""The patterns of dates, datetimes, times, durations and periods.

What belongs here: how instants and spans are written, as `Pattern` values in order of preference.
What does not: numbers, booleans and texts (`patterns`) and the language of formats
(`time_formats`).
"""

from dmaic_assets.model import TypeName
from dmaic_assets.table.notation.pattern import ParserName, Pattern, Proof
from dmaic_assets.table.notation.time_formats import format_regex

_CLOCKS: tuple[str, ...] = ("%H:%M:%S", "%H:%M", "%H:%M:%S.%3f", "%H:%M:%S.%6f", "%H:%M:%S%.f")
_HALF_DAY: tuple[str, ...] = ("%I:%M:%S %p", "%I:%M %p")
_ARTICLES = {"date": "a date", "datetime": "a date and time", "time": "a time of day"}
_YEAR = "(?:19|20)[0-9]{2}"
_MONTH = "(?:0[1-9]|1[0-2])"
_DAY = "(?:0[1-9]|[12][0-9]|3[01])"
_CLOCK = "(?:(?:[01][0-9]|2[0-3])[0-5][0-9][0-5][0-9]|240000)"


def _temporal(
    name: str,
    type_name: TypeName,
    formats: tuple[str, ...],
    *,
    needs: str = "9",
    rivals: tuple[str, ...] = (),
    regex: str | None = None,
) -> Pattern:
    each = "|".join(f"(?:{format_regex(f)[1:-1]})" for f in formats)
    return Pattern(
        name,
        type_name,
        "temporal",
        regex or f"^(?:{each})$",
        f"{_ARTICLES[type_name]} written like {formats[0]}",
        formats=formats,
        needs=needs,
        rivals=rivals,
        is_guarded=regex is not None,
    )


def _stamps(dates: tuple[str, ...], glue: str) -> tuple[str, ...]:
    return tuple(f"{date}{glue}{clock}" for date in dates for clock in (*_CLOCKS, *_HALF_DAY))


def _orders(mark: str, first: str, second: str, *, has_short: bool = False) -> tuple[Pattern, ...]:
    """Builds both readings of a date in digits, as dates and as datetimes, the usual one first.

    Names that begin with us_ have the month first, the others the day.
    """
    made: list[Pattern] = []
    for name, rival in ((first, second), (second, first)):
        order = f"%m{mark}%d{mark}" if name.startswith("us_") else f"%d{mark}%m{mark}"
        dates = tuple(order + year for year in (("%Y", "%y") if has_short else ("%Y",)))
        rivals = (f"{rival}_date",)
        made.append(_temporal(f"{name}_date", "date", dates, needs=f"9{mark}", rivals=rivals))
        stamps = (*_stamps(dates, " "), *dates)
        rivals = (f"{rival}_datetime",)
        made.append(
            _temporal(f"{name}_datetime", "datetime", stamps, needs=f"9{mark}:", rivals=rivals)
        )
    return tuple(made)


def _span(
    name: str,
    parser: ParserName,
    regex: str,
    what: str,
    *,
    needs: str = "9",
    proof: Proof | None = None,
) -> Pattern:
    type_name: TypeName = "period" if parser == "period" else "duration"
    return Pattern(name, type_name, parser, regex, what, (name,), needs=needs, proof=proof)


# Eight digits are a date only between 1900 and 2099; epoch seconds are never guessed.
COMPACT_PATTERNS: tuple[Pattern, ...] = (
    _temporal("compact_date", "date", ("%Y%m%d",), regex=f"^{_YEAR}{_MONTH}{_DAY}$"),
    _temporal(
        "compact_datetime",
        "datetime",
        ("%Y%m%d%H%M%S", "%Y%m%dT%H%M%S"),
        regex=f"^{_YEAR}{_MONTH}{_DAY}T?{_CLOCK}$",
    ),
)

_ISO_DATES = ("%Y-%m-%d",)
_NAMED_DATES = (
    *("%d-%b-%Y", "%d %b %Y", "%d-%b-%y", "%d %b %y", "%d/%b/%Y"),
    *("%d-%B-%Y", "%d %B %Y", "%d. %B %Y"),
)
_MONTH_FIRST_DATES = ("%b %d, %Y", "%B %d, %Y", "%b %d %Y", "%B %d %Y")
_ZONED = (
    *(f"%Y-%m-%d{glue}%H:%M:%S{end}" for glue in ("T", " ") for end in ("Z", "%#z")),
    *(f"%Y-%m-%d{glue}%H:%M:%S.%3fZ" for glue in ("T", " ")),
    *(f"%Y-%m-%d{glue}%H:%M:%S.%6fZ" for glue in ("T", " ")),
    *(f"%Y-%m-%d{glue}%H:%M:%S%.f%#z" for glue in ("T", " ")),
    *(f"%Y-%m-%d{glue}%H:%M%#z" for glue in ("T", " ")),
)

TIME_PATTERNS: tuple[Pattern, ...] = (
    _temporal("iso_date", "date", _ISO_DATES, needs="9-"),
    _temporal("year_first_date", "date", ("%Y/%m/%d", "%Y.%m.%d")),
    *_orders("/", "us_slash", "eu_slash", has_short=True),
    *_orders(".", "eu_dotted", "us_dotted"),
    *_orders("-", "eu_dashed", "us_dashed"),
    _temporal(
        "eu_dotted_short_date",
        "date",
        ("%d.%m.%y",),
        needs="9.",
        regex=r"^[0-3][0-9]\.[01][0-9]\.[0-9]{2}$",
    ),
    _temporal("day_month_name_date", "date", _NAMED_DATES),
    _temporal("month_name_day_date", "date", _MONTH_FIRST_DATES),
    _temporal(
        "iso_datetime",
        "datetime",
        (*_stamps(_ISO_DATES, " "), *_stamps(_ISO_DATES, "T"), *_ISO_DATES),
        needs="9-:",
    ),
    _temporal("iso_datetime_zone", "datetime", _ZONED, needs="9-:"),
    _temporal(
        "year_first_datetime",
        "datetime",
        (*_stamps(("%Y/%m/%d",), " "), "%Y/%m/%d"),
        needs="9/:",
    ),
    _temporal(
        "day_month_name_datetime",
        "datetime",
        (*_stamps(("%d-%b-%Y", "%d %b %Y"), " "), "%a %b %d %H:%M:%S %Y", "%d/%b/%Y:%H:%M:%S"),
        needs="9:",
    ),
    _temporal("time", "time", (*_CLOCKS, *_HALF_DAY), needs="9:"),
    _span(
        "clock_duration",
        "duration",
        r"^[+-]?(?:[0-9]{1,6} days?,? )?[0-9]{1,6}:[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]{1,9})?)?$",
        "a duration written like 36:15:00",
        needs="9:",
    ),
    _span(
        "iso_duration",
        "duration",
        r"^-?P(?:[0-9]{1,6}W)?(?:[0-9]{1,6}D)?(?:T(?:[0-9]{1,9}H)?(?:[0-9]{1,9}M)?"
        r"(?:[0-9]{1,12}(?:[.,][0-9]{1,9})?S)?)?$",
        "an ISO duration like PT1H30M",
        needs="9P",
    ),
    _span(
        "worded_duration",
        "duration",
        r"^(?:[0-9]{1,6} ?d(?:ays?)?,? ?)?(?:[0-9]{1,9} ?h(?:(?:ou)?rs?)?,? ?)?"
        r"(?:[0-9]{1,9} ?m(?:in(?:ute)?s?)?,? ?)?"
        r"(?:[0-9]{1,12}(?:\.[0-9]{1,9})? ?s(?:ec(?:ond)?s?)?)?$",
        "a duration like 1h 30m",
    ),
    _span(
        "month",
        "period",
        rf"^{_YEAR}-{_MONTH}$",
        "a month like 2024-03",
        needs="9-",
        proof="months",
    ),
    _span("month_year", "period", rf"^{_MONTH}/{_YEAR}$", "a month like 03/2024", needs="9/"),
    _span(
        "month_name_year",
        "period",
        rf"^(?i:{format_regex('%B')[5:-2]})[ -]{_YEAR}$",
        "a month like Mar 2024",
    ),
    _span(
        "quarter",
        "period",
        rf"^(?:{_YEAR}[ -]?Q[1-4]|Q[1-4][ /-]?{_YEAR})$",
        "a quarter like 2024-Q1",
        needs="9Q",
    ),
    _span(
        "week",
        "period",
        rf"^{_YEAR}-?W(?:0[1-9]|[1-4][0-9]|5[0-3])$",
        "a week like 2024-W05",
        needs="9W",
    ),
)
