"""An open set of feeds beside the halves: small files and large ones that mechanisms are tried on.

They were put together to see which damage goes by on tables that nobody had worked on. They may be
looked at; figures that are stated come from `locked` and `kept`.
"""

from benchmarks.unseen.tables import Cut, Table

MORE: tuple[Table, ...] = (
    Table(
        "staff",
        "24 rows with 31 columns: ratings, skewed amounts, words",
        "modeldata/attrition",
        Cut(rows=24, shuffled=True),
    ),
    Table("blood", "patients; 23 rows, days that tie, gaps", "survival/mgus2", Cut(rows=23)),
    Table(
        "returns",
        "daily returns of shares: small numbers on both sides of zero",
        "Ecdat/CRSPday",
        Cut(rows=28),
    ),
    Table(
        "workers",
        "33 rows; categories with a number before the word, a logarithm beside its number",
        "ISLR/Wage",
        Cut(rows=33, shuffled=True),
    ),
    Table(
        "shelf",
        "31 purchases, one household after the other; prices that stay for weeks",
        "Ecdat/Catsup",
        Cut(rows=31),
    ),
    Table("wards", "25 stays in hospitals, in groups", "COUNT/medpar", Cut(rows=25)),
    Table(
        "countries",
        "36 rows in order of the year: names, populations of all sizes",
        "gapminder/gapminder_unfiltered",
        Cut(rows=36, sort="year"),
    ),
    Table(
        "reviews",
        "44 free texts of any length, two columns beside",
        "modeldata/training_data",
        Cut(rows=44),
    ),
    Table(
        "resumes",
        "54 rows with 27 columns of yes and no, an open list of names",
        "AER/ResumeNames",
        Cut(rows=54, shuffled=True),
    ),
    Table(
        "sessions",
        "a share's days, a file a month: six columns that grow over sixty years",
        "openintro/sp500_1950_2018",
        Cut("Date", 7, least=18, since="2008"),
    ),
    Table(
        "rooms",
        "a night a row: dates, skewed counts of days, agents by name, 28 columns",
        "modeldata/hotel_rates",
        Cut(rows=170, sort="arrival_date_num"),
    ),
    Table(
        "contracts",
        "customers of a telephone company: words, an amount that is months times a rate",
        "modeldata/wa_churn",
        Cut(rows=78),
    ),
    Table(
        "october",
        "pitchers of the finals a year: 30 columns of small counts, rates",
        "lahman/PitchingPost",
        Cut("yearID", since="1950"),
    ),
    Table(
        "epidemics",
        "60 columns of counts, most of them empty",
        "tidyr/who",
        Cut(rows=80, sort="year"),
    ),
    Table(
        "doctors",
        "visits to a doctor: skewed counts, flags, a panel of persons",
        "COUNT/rwm5yr",
        Cut(rows=217),
    ),
    Table(
        "villages",
        "persons of households: ages, skewed amounts, many zeros",
        "Ecdat/VietNamI",
        Cut(rows=300),
    ),
    Table(
        "drinks",
        "a survey; counts of drinks, codes for not known",
        "stevedata/nesarc_drinkspd",
        Cut(rows=478, shuffled=True),
    ),
    Table(
        "voters",
        "700 answers with 21 columns: flags, states, codes that determine others",
        "stevedata/TV16",
        Cut(rows=700, shuffled=True),
    ),
    Table(
        "loans",
        "2,300 cohorts by place and quarter: shares with many decimals",
        "causaldata/mortgages",
        Cut(rows=2300),
    ),
)
