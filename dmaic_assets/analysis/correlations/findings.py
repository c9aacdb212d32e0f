"""What correlations mean for people, in whole sentences.

What belongs here: choosing what is worth a sentence, and the words.
"""

from collections.abc import Iterator, Mapping, Sequence

from dmaic_assets.analysis.finding import WEIGHTS, Finding
from dmaic_assets.analysis.values.correlations import (
    Association,
    CorrelationsValue,
    DerivedColumn,
    FunctionalDependency,
)
from dmaic_assets.model import Json
from dmaic_assets.table.spelled_numbers import percent, plural

# Effect from which one of two columns tells nothing that the other does not (R35).
REDUNDANT = 0.99
# Most rows that contradict where it looks like an error and not like an exception (the 1 % that
# `relationships` takes for orphans that want an answer).
_SUSPECT = 0.01
# Associations, and dependencies of a kind, that get a sentence each: the value has all.
_TOLD = 5
_MEASURES: Mapping[str, str] = {
    "pearson": "Pearson's r",
    "spearman": "Spearman's rank correlation",
    "information": "correlation by mutual information",
    "cramers_v": "Cramer's V",
    "eta": "correlation ratio",
}


def findings_of(table: str, value: CorrelationsValue) -> tuple[Finding, ...]:
    """Tells what was found, the gravest first."""
    found = [
        *_dependencies(table, value),
        *(_derived(table, one) for one in value.derived),
        *_collinear(table, value),
        *_associations(table, value),
    ]
    return tuple(sorted(found, key=lambda f: -WEIGHTS.index(f.weight)))


def _dependencies(table: str, value: CorrelationsValue) -> Iterator[Finding]:
    exact = [d for d in value.dependencies if d.p is None and d.lhs]
    for one in exact[:_TOLD]:
        yield _finding(
            table, one, f"{_list(one.lhs)} {_decide(one)} {one.rhs} in every row of {table}."
        )
    broken = [d for d in value.dependencies if d.p is not None]
    suspect = sorted((d for d in broken if d.g3 <= _SUSPECT), key=lambda d: d.g3)
    if suspect:
        yield _contradicted(table, value.rows, suspect)
    for one in [d for d in broken if d.g3 > _SUSPECT][:_TOLD]:
        yield _finding(table, one, f"{_exceptions(one, value.rows)} of {table}.")


def _exceptions(one: FunctionalDependency, rows: int) -> str:
    wrong = plural(round(one.g3 * rows), "row")
    return f"{_list(one.lhs)} {_decide(one)} {one.rhs} but for {wrong} ({percent(one.g3)})"


def _contradicted(table: str, rows: int, found: Sequence[FunctionalDependency]) -> Finding:
    """All that a few rows of a table contradict: these are often the same rows."""
    told = "; ".join(_exceptions(one, rows) for one in found[:_TOLD])
    more = len(found) - _TOLD
    others = f"; and {more:,} more" if more > 0 else ""
    text = f"Look whether these rows of {table} are wrong: {told}{others}."
    columns = tuple(dict.fromkeys(name for one in found for name in (*one.lhs, one.rhs)))
    evidence: dict[str, Json] = {f"{', '.join(one.lhs)} -> {one.rhs}": one.g3 for one in found}
    least = found[0].g3
    return Finding(table, columns, "contradictions", least, "1", text, "low", evidence)


def _finding(table: str, one: FunctionalDependency, text: str) -> Finding:
    evidence = {"information": one.information, "p": one.p}
    return Finding(table, (*one.lhs, one.rhs), "g3", one.g3, "1", text, "info", evidence)


def _derived(table: str, one: DerivedColumn) -> Finding:
    share = percent(one.match)
    since = "" if one.since is None else f"; it fails after {percent(one.since)} of the rows only"
    rows = plural(one.rows, "row")
    text = f"{table}.{one.target} is {formula_of(one)} in {share} of {rows}{since}."
    weight = "low" if one.match < 1 or one.form == "same" else "info"
    columns = (one.target, *one.inputs)
    evidence = {"form": one.form, "detail": one.detail, "rows": one.rows}
    return Finding(table, columns, "derived_match", one.match, "1", text, weight, evidence)


def formula_of(one: DerivedColumn) -> str:
    """Spells a formula over its inputs."""
    a, b = one.inputs[0], one.inputs[-1]
    return {
        "same": f"the same as {a}",
        "scaling": f"{one.detail} x {a}",
        "sum": f"{a} + {b}",
        "product": f"{a} x {b}",
        "difference": f"{a} - {b}",
        "ratio": f"{a} / {b}",
        "date_part": f"the {one.detail} of {a}",
        "joined": f"{a} and {b} joined by '{one.detail}'",
        "case": f"{a} in another case",
    }[one.form]


def _collinear(table: str, value: CorrelationsValue) -> Iterator[Finding]:
    for one in value.collinear:
        degree = "severe" if one.is_severe else "moderate"
        text = (
            f"{_list(one.columns)} of {table} nearly follow from each other "
            f"({degree}, condition index {one.condition_index:.0f}): a model of all of them has no "
            "stable coefficients."
        )
        metric = "condition_index"
        yield Finding(table, one.columns, metric, one.condition_index, "1", text)


def _associations(table: str, value: CorrelationsValue) -> Iterator[Finding]:
    strongest = sorted(value.associations, key=lambda a: -min(abs(a.low), abs(a.high)))
    for one in strongest[:_TOLD]:
        yield _associated(table, one)


def _associated(table: str, one: Association) -> Finding:
    a, b = one.columns
    is_redundant = abs(one.effect) >= REDUNDANT
    meaning = ": one of them tells hardly anything that the other does not" if is_redundant else ""
    text = (
        f"{a} and {b} of {table} go together ({_MEASURES[one.measure]} {one.effect:.2f}, "
        f"{one.low:.2f} to {one.high:.2f}){meaning}."
    )
    evidence = {"low": one.low, "high": one.high, "rows": one.rows}
    return Finding(table, one.columns, one.measure, one.effect, "1", text, "info", evidence)


def _decide(one: FunctionalDependency) -> str:
    return "decides" if len(one.lhs) == 1 else "together decide"


def _list(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
