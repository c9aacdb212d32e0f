"""A source that tells of persons who do not exist, and finding what is told of them.

What belongs here: the files, and which texts can only come from a value of theirs. Names, mail
addresses and faiths are made of syllables that no other text puts together; phone numbers, dates
and salaries lie where no other number of the project lies.
"""

import random
import re
from collections.abc import Callable, Iterable, Iterator

from dmaic_assets.model import Json
from dmaic_assets_tests.work.conftest import csv_of

SOURCE = "people"
ROWS = 120
_SYLLABLES = ("vex", "zor", "qui", "jub", "wyk", "fyz", "gox", "hyp", "kwa", "pju")
_WORD = rf"(?i:(?:{'|'.join(_SYLLABLES)}){{3}})"
_PHONE = r"1577 66\d"
_DATE = r"(?<![\w-])(?:19[3-6]\d|2131)-[01]\d"
_NUMBER = re.compile(r"(?<![\w.-])-?\d[\d,_ ]{5,}\d(?![\w-])")
_FAITHS = ("Zorquivexism", "Vexjubzority", "Wykpjugoxism")
_LEAST_SALARY = 7_319_001
Columns = dict[str, Callable[[int], object]]


def word(number: int, salt: str) -> str:
    """A word of three syllables, the same for the same number and salt."""
    chosen = random.Random(f"{salt}{number}")
    return "".join(chosen.choice(_SYLLABLES) for _ in range(3))


def name(number: int) -> str:
    return f"{word(number, 'first').capitalize()} {word(number, 'last').capitalize()}"


def mail(number: int) -> str:
    return f"{word(number, 'mail')}.{number:05d}@{_SYLLABLES[0]}zorqui.example"


def phone(number: int) -> str:
    return f"+49 1577 66{number:05d}"


def people(day: int) -> Columns:
    """The columns of a clean day; that `handled` tells of persons, only its values say."""
    first = day * 1000
    return {
        "full_name": lambda n: name(first + n),
        "email": lambda n: mail(first + n),
        "phone": lambda n: phone(first + n),
        "handled": lambda n: name(first + n + 500),
        "salary": lambda n: _LEAST_SALARY + 37 * ((first + n) % 5000),
        "birth_date": lambda n: f"19{31 + (n + day) % 38}-0{1 + n % 9}-{11 + n % 17}",
        "religion": lambda n: _FAITHS[n % 3],
    }


def clean(day: int) -> str:
    return csv_of(1000 * day, rows=ROWS, **people(day))


def damaged() -> dict[str, str]:
    """Files with every kind of damage that is told by quoting what came, by file name."""
    few: Columns = {
        "religion": lambda n: "Zorquivexlsm" if n in (5, 8, 11, 14, 17, 20) else _FAITHS[n % 3],
        "email": lambda n: f"{word(n, 'x')}#{word(n, 'y')}" if n in (3, 9) else mail(7000 + n),
        "salary": lambda n: -7_319_001_999 if n < 3 else _LEAST_SALARY + 37 * n,
        "phone": lambda n: word(n, "phone") if n == 11 else phone(7000 + n),
        "full_name": lambda n: "" if n < 4 else name(7000 + n),
    }
    many: Columns = {
        "religion": lambda n: word(n, "faith").capitalize(),
        "salary": lambda n: 999_319_001 + n,
        "birth_date": lambda n: f"2131-0{1 + n % 9}-{11 + n % 17}",
    }
    swapped: Columns = {
        "email": lambda n: phone(6000 + n),
        "phone": lambda n: mail(6000 + n),
    }
    numbers = {f"{day}": csv_of(1000 * day, rows=ROWS, **people(day)) for day in (23, 24)}
    return {
        "few.csv": csv_of(6000, rows=ROWS, **people(6) | few),
        "many.csv": csv_of(9000, rows=ROWS, **people(9) | many),
        "swapped.csv": csv_of(7000, rows=ROWS, **people(7) | swapped),
        "lines.csv": f"{numbers['23']}1,x,{name(1)},{mail(1)},more,1,2,3,4,5,6,7,8,9\n",
        "open.csv": f'{numbers["24"]}1,north,"{name(2)},{mail(2)}\n',
        "more.csv": csv_of(25_000, rows=ROWS, **people(25), mobile_phone=phone),
    }


class Persons:
    """Finds what is told of the persons; `learnt` are bounds and patterns of their columns."""

    def __init__(self, texts: Iterable[str], learnt: Iterable[Json]) -> None:
        numbers = {int(n) for text in texts for n in re.findall(r"-?\b\d{7,}\b", text)}
        known = [*learnt]
        numbers |= {int(bound) for bound in known if isinstance(bound, int | float)}
        patterns = [re.escape(told) for told in known if isinstance(told, str)]
        self._numbers = numbers
        self._texts = re.compile("|".join((_WORD, _PHONE, _DATE, *patterns)))

    def told_in(self, text: str) -> Iterator[str]:
        """Every place of a text where something is told, with what stands around it."""
        # Whatever the outlet's notation is, a sign that is escaped stands for itself.
        for found in self._texts.finditer(text):
            yield text[max(0, found.start() - 80) : found.end() + 20]
        for found in _NUMBER.finditer(text):
            if int(re.sub(r"[,_ ]", "", found.group())) in self._numbers:
                yield text[max(0, found.start() - 80) : found.end() + 20]
