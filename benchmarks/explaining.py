"""Whether a damaged file's first named cause is what was really done to it, per kind of damage.

The first named cause is that of the first violation, in the order that people read them, that
names one. Only caught files are looked at, since what passes is explained to nobody, and only those
whose undamaged form was accepted whole: others have causes of their own.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dmaic_assets.model import Verdict

# What a right cause says of each kind of damage: one of these words occurs in it.
TRUE_CAUSES: Mapping[str, tuple[str, ...]] = {
    "5 % nulls": ("null flood", "lost values"),
    "5 % typos": ("typo",),
    "other unit": ("unit change", "change of scale"),
    "5-30 % other unit": ("unit change", "change of scale"),
    "5 % other case": ("case change",),
    "1 % text in a number": ("text in a number",),
    "10 % duplicate rows": ("duplicated delivery",),
    "half the file": ("truncated delivery",),
    "5 % swapped columns": ("swapped columns",),
    "5 % wrong year": ("wrong period",),
    "2 % negative": ("sign change",),
    "5 % broken dependency": ("inconsistent values",),
    "40 % nulls": ("null flood", "lost values"),
}
# The same by the short names of all kinds (benchmarks/unseen/harder.py): a word of what was done.
CAUSES_OF_KINDS: Mapping[str, tuple[str, ...]] = {
    "nulls": TRUE_CAUSES["5 % nulls"],
    "flood": TRUE_CAUSES["40 % nulls"],
    "typo": TRUE_CAUSES["5 % typos"],
    "case": TRUE_CAUSES["5 % other case"],
    "number": TRUE_CAUSES["1 % text in a number"],
    "unit": TRUE_CAUSES["other unit"],
    "some_units": TRUE_CAUSES["5-30 % other unit"],
    "duplicates": TRUE_CAUSES["10 % duplicate rows"],
    "half": TRUE_CAUSES["half the file"],
    "swap": TRUE_CAUSES["5 % swapped columns"],
    "year": TRUE_CAUSES["5 % wrong year"],
    "negative": TRUE_CAUSES["2 % negative"],
    "dependency": TRUE_CAUSES["5 % broken dependency"],
    "category": ("new category", "unknown value"),
    "moved": ("moved", "inconsistent values"),
    "mojibake": ("encoding",),
    "stuck": ("stuck",),
    "exchanged": ("swapped columns", "exchanged columns"),
    "cut": ("truncated", "cut"),
    "shifted": ("shifted",),
    "frozen": ("stuck",),
    "comma": ("decimal comma",),
    "day_first": ("date", "day first", "notation"),
    "hundredfold": ("change of scale", "unit change", "outlier", "magnitude"),
    "missing": ("missing column", "column missing", "lost column"),
    "minus_999": ("null token", "placeholder", "sentinel", "missing"),
    "zero": ("zero", "placeholder", "null token"),
    "blank": ("whitespace", "blank"),
    "stale": ("duplicated delivery", "delivered again", "wrong period"),
}
_SHOWN = 3


def is_right(kind: str, cause: str) -> bool:
    """Whether a named cause says what was done."""
    return any(word in cause for word in CAUSES_OF_KINDS[kind])


@dataclass(slots=True)
class Told:
    """Of the caught files of one damage: how many causes were right, and which were not."""

    files: int = 0
    first_right: int = 0
    any_right: int = 0
    unnamed: int = 0
    wrong: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Told") -> None:
        """Adds the counts of another feed or seed."""
        self.files += other.files
        self.first_right += other.first_right
        self.any_right += other.any_right
        self.unnamed += other.unnamed
        self.wrong.update(other.wrong)


def tell(told: Told, damage: str, verdict: Verdict) -> None:
    """Counts the causes of one caught file."""
    causes = [(v.rule, v.cause) for v in verdict.violations if v.cause]
    told.files += 1
    if not causes:
        told.unnamed += 1
        return
    rights = [any(word in cause for word in TRUE_CAUSES[damage]) for _, cause in causes]
    told.first_right += rights[0]
    told.any_right += any(rights)
    if not rights[0]:
        told.wrong[f"{causes[0][1]} ({causes[0][0].rpartition('.')[2]})"] += 1


def report(tables: Iterable[Mapping[str, Told]]) -> dict[str, dict[str, object]]:
    """Prints one line per kind of damage over all feeds and seeds."""
    total: dict[str, Told] = {damage: Told() for damage in TRUE_CAUSES}
    for table in tables:
        for damage, told in table.items():
            total[damage].add(told)
    print("causes of caught files        files  first right  any right  unnamed  taken for")
    lines: dict[str, dict[str, object]] = {}
    for damage, told in [*total.items(), ("all", _sum(total.values()))]:
        if not told.files:
            continue
        first, right = told.first_right / told.files, told.any_right / told.files
        wrong = ", ".join(f"{cause}: {n}" for cause, n in told.wrong.most_common(_SHOWN))
        print(
            f"  {damage:26} {told.files:7}  {first:11.1%}  {right:9.1%}"
            f"  {told.unnamed / told.files:7.1%}  {wrong if damage != 'all' else ''}".rstrip()
        )
        lines[damage] = {"files": told.files, "first_right": first, "any_right": right}
    return lines


def _sum(parts: Iterable[Told]) -> Told:
    total = Told()
    for part in parts:
        total.add(part)
    return total
