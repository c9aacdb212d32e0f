"""Answers to the hypothesis cases that compare groups: one factor, two samples, two factors.

What belongs here: our results under the names of the reference. Single tests stand in
`hypothesis_tests`.
"""

import math
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Protocol, TypeAlias

from dmaic_assets.model import Json
from dmaic_assets.sixsigma.designs.two_way import EffectRow, TwoWayAnova, two_way_anova
from dmaic_assets.sixsigma.tests.anova import one_way_anova, welch_anova
from dmaic_assets.sixsigma.tests.descriptive import summarize
from dmaic_assets.sixsigma.tests.effects import (
    Effect,
    cohen_d,
    glass_delta,
    hedges_g,
    rank_biserial,
)
from dmaic_assets.sixsigma.tests.effects_explained import (
    explained_by_effect,
    explained_variance,
)
from dmaic_assets.sixsigma.tests.multiplicity import Correction
from dmaic_assets.sixsigma.tests.normality import anderson_darling, shapiro_wilk
from dmaic_assets.sixsigma.tests.posthoc import Comparison, games_howell, pairwise_t, tukey_kramer
from dmaic_assets.sixsigma.tests.ranks import DunnComparison, dunn, kruskal_wallis, mann_whitney
from dmaic_assets.sixsigma.tests.ttests import kolmogorov_smirnov, t_test, variance_ratio_test
from dmaic_assets.sixsigma.tests.variances import bartlett, fligner_killeen, levene
from dmaic_assets_tests.conformance.hypothesis_data import (
    Source,
    Table,
    grouped,
    read_numbers,
)
from dmaic_assets_tests.conformance.reading import MissingDataError

Case: TypeAlias = Mapping[str, Json]
# Our results as the tree that the reference has; leaves are numbers or words, and a value at the
# top may be a function that gives it.
Answer: TypeAlias = dict[str, Any]
Groups: TypeAlias = dict[str, list[float]]
_CORRECTIONS: dict[str, Correction] = {
    "none": "none",
    "bonferroni": "bonferroni",
    "holm": "holm",
    "BH": "bh",
}
_NOT_MEASURED = -999


def asked(answer: Answer, case: Case) -> Answer:
    """Works out what a case asks for: an answer's functions are called where the case has the key.

    A test that refuses the data (Welch's at a group of one) then does not fail a case that does
    not ask for it.
    """
    return {
        key: value() if callable(value) else value for key, value in answer.items() if key in case
    }


def answer_groups(source: Source, case: Case) -> Answer:
    """Answers a case of several groups under one factor."""
    groups = grouped(source.table(case.get("data")), source.name)
    return {
        "anova": lambda: _one_way(groups),
        "welch_anova": lambda: _welch(groups),
        **_explained(groups),
        **_assumptions(groups),
        **_pairs(groups),
    }


def answer_two_samples(source: Source, case: Case) -> Answer:
    """Answers a case of two independent samples."""
    x, y = _two_samples(source, case)
    return {
        "welch": lambda: _means(x, y, equal_variances=False),
        "student": lambda: _means(x, y, equal_variances=True),
        "mannwhitney": lambda: _statistic("W", mann_whitney(x, y)),
        "ftest": lambda: _ratio(x, y),
        "ks": lambda: _distance(x, y),
        "cohens_d": lambda: _effect("Cohens_d", cohen_d(x, y)),
        "cohens_d_welch": lambda: _effect("Cohens_d", cohen_d(x, y, standardizer="average")),
        "hedges_g": lambda: _effect("Hedges_g", hedges_g(x, y)),
        "glass_delta": lambda: _effect("Glass_delta", glass_delta(x, y)),
        "rank_biserial": lambda: _effect("r_rank_biserial", rank_biserial(x, y, interval="ranks")),
        "published": lambda: _published(x, y),
    }


def answer_two_way(source: Source, case: Case) -> Answer:
    """Answers a case of two crossed factors, with all three kinds of sums of squares."""
    table = _without_named_rows(source.table(case.get("data")), case.get("data"))
    first, second = _factors(case)
    value = next(n for n in table.columns if n not in {first, second} and table.is_numeric(n))
    y = table.numbers(value)
    found: dict[str, TwoWayAnova] = {
        f"type{kind}": two_way_anova(
            y, table.columns[first], table.columns[second], kind=kind, names=(first, second)
        )
        for kind in ("I", "II", "III")
    }
    answer: Answer = {key: _two_way_rows(fit) for key, fit in found.items()}
    fit = found["typeII"]
    residual = (fit.residual.ss, fit.residual.df)
    names = [effect.source for effect in fit.effects]
    answer["eta2_partial"] = {
        "Parameter": names,
        "Eta2_partial": [explained_by_effect(e.ss, e.df, residual).eta2 for e in fit.effects],
    }
    return answer


def _one_way(groups: Groups) -> Answer:
    table = one_way_anova(groups)
    return {
        "df": [table.df_between, table.df_within],
        "ss": [table.ss_between, table.ss_within],
        "ms": [table.ms_between, table.ms_within],
        "F": table.f,
        "p": table.p,
    }


def _welch(groups: Groups) -> Answer:
    welch = welch_anova(groups)
    return {"F": welch.f, "df1": welch.df1, "df2": welch.df2, "p": welch.p}


def _explained(groups: Groups) -> Answer:
    def ranked() -> Answer:
        ranks = kruskal_wallis(groups)
        return {"H": ranks.h, "df": ranks.df, "p": ranks.p}

    return {
        "kruskal": ranked,
        "eta2": lambda: explained_variance(one_way_anova(groups)).eta2,
        "omega2": lambda: explained_variance(one_way_anova(groups)).omega2,
        "epsilon2": lambda: explained_variance(one_way_anova(groups)).epsilon2,
        "cohens_f": lambda: explained_variance(one_way_anova(groups)).cohen_f,
    }


def _means(x: list[float], y: list[float], *, equal_variances: bool) -> Answer:
    test = t_test(x, y, equal_variances=equal_variances)
    return {"t": test.t, "df": test.df, "p": test.p, "ci": [test.lower, test.upper]}


def _ratio(x: list[float], y: list[float]) -> Answer:
    test = variance_ratio_test(x, y)
    return {"F": test.f, "p": test.p}


def _distance(x: list[float], y: list[float]) -> Answer:
    test = kolmogorov_smirnov(x, y)
    return {"D": test.d, "p": test.p}


def _published(x: list[float], y: list[float]) -> Answer:
    student, first, second = t_test(x, y, equal_variances=True), summarize(x), summarize(y)
    found = {"student_t": student.t, "df": student.df, "n1": len(x), "n2": len(y)}
    found |= {"mean1": first.mean, "sd1": first.sd, "mean2": second.mean, "sd2": second.sd}
    return found


class _Tested(Protocol):
    """What a test of one statistic gives."""

    @property
    def statistic(self) -> float: ...

    @property
    def p(self) -> float: ...


def _statistic(name: str, test: _Tested) -> Answer:
    return {name: test.statistic, "p": test.p}


def _assumptions(groups: Groups) -> Answer:
    return {
        "bartlett": lambda: _statistic("K2", bartlett(groups)),
        "levene_median": lambda: _statistic("F", levene(groups)),
        "levene_mean": lambda: _statistic("F", levene(groups, center="mean")),
        "fligner": lambda: _statistic("chi2", fligner_killeen(groups)),
        "shapiro_resid": lambda: _statistic("W", shapiro_wilk(_residuals(groups))),
        "anderson_darling_resid": lambda: _statistic("A", anderson_darling(_residuals(groups))),
    }


def _pairs(groups: Groups) -> Answer:
    triangles = {
        f"pairwise_t_{label}": partial(_triangle, groups, correction)
        for label, correction in _CORRECTIONS.items()
    }
    return {
        "tukey": lambda: {f"{c.second}-{c.first}": _as_r(c) for c in tukey_kramer(groups)},
        "games_howell": lambda: [_as_rstatix(c) for c in games_howell(groups)],
        "games_howell_exact": lambda: [_as_computed(c) for c in games_howell(groups)],
        "dunn_holm": lambda: [_as_ranked(c) for c in dunn(groups)],
        **triangles,
    }


def _as_r(c: Comparison) -> Answer:
    return {"diff": c.difference, "lwr": c.lower, "upr": c.upper, "p": c.p}


def _as_ranked(c: DunnComparison) -> Answer:
    return {
        "group1": c.first,
        "group2": c.second,
        "statistic": c.z,
        "p": c.p,
        "p.adj": c.adjusted_p,
    }


def _as_rstatix(c: Comparison) -> Answer:
    return {
        "group1": c.first,
        "group2": c.second,
        "estimate": c.difference,
        "conf.low": c.lower,
        "conf.high": c.upper,
        "se": c.standard_error / math.sqrt(2),
        "statistic": abs(c.t),
        "df": c.df,
        "p.adj": c.p,
    }


def _as_computed(c: Comparison) -> Answer:
    return {
        "group1": c.first,
        "group2": c.second,
        "diff": c.difference,
        "t": c.t,
        "df": c.df,
        "p": c.p,
        "ci": [c.lower, c.upper],
    }


def _triangle(groups: Groups, correction: Correction) -> Answer:
    """Lays pairwise p-values out as R does: later groups in rows, earlier ones in columns."""
    found = {(c.first, c.second): c.adjusted_p for c in pairwise_t(groups, correction=correction)}
    rows, columns = list(groups)[1:], list(groups)[:-1]
    return {
        "rows": rows,
        "cols": columns,
        "p": [[found.get((column, row)) for column in columns] for row in rows],
    }


def _effect(label: str, effect: Effect) -> Answer:
    return {
        label: effect.value,
        "CI": effect.confidence,
        "CI_low": effect.lower,
        "CI_high": effect.upper,
    }


def _residuals(groups: Groups) -> list[float]:
    return [v - sum(values) / len(values) for values in groups.values() for v in values]


def _two_samples(source: Source, case: Case) -> Sequence[list[float]]:
    """Reads both samples; NIST's own file stands in where a case of it has no CSV."""
    try:
        return list(grouped(source.table(case.get("data")), source.name).values())
    except MissingDataError:
        if "auto83b" not in source.name.lower():
            raise
    rows = read_numbers(source.path("AUTO83B.DAT"))
    return [[row[0] for row in rows], [row[1] for row in rows if row[1] != _NOT_MEASURED]]


def _factors(case: Case) -> tuple[str, str]:
    for kind in ("typeII", "typeI", "typeIII"):
        rows = case.get(kind)
        if isinstance(rows, dict):
            pair = next((name for name in rows if ":" in name), "")
            first, _, second = pair.partition(":")
            if second:
                return first, second
    raise ValueError("no interaction among the expected rows")


def _without_named_rows(table: Table, data: Json) -> Table:
    """Drops `(rows 1,2,3 removed)` where the file still has them: all cells are then equal."""
    text = str(data)
    if "removed" not in text or "rows" not in text:
        return table
    listed = text.partition("rows")[2].partition("removed")[0].split(",")
    rows = {int(part) - 1 for part in listed if part.strip().isdigit()}
    labels = [tuple(row) for row in zip(*table.columns.values(), strict=True)]
    groups = [row[1:] for row in labels]
    is_balanced = len({groups.count(group) for group in set(groups)}) == 1
    if not is_balanced:
        return table
    return Table(
        {
            name: tuple(value for i, value in enumerate(column) if i not in rows)
            for name, column in table.columns.items()
        }
    )


def _two_way_rows(fit: TwoWayAnova) -> Answer:
    def row(effect: EffectRow) -> Answer:
        return {
            "Df": effect.df,
            "Sum Sq": effect.ss,
            "Mean Sq": effect.ms,
            "F value": effect.f,
            "Pr(>F)": effect.p,
        }

    rows = {effect.source: row(effect) for effect in fit.effects}
    rows["Residuals"] = row(fit.residual)
    if fit.intercept is not None:
        rows["(Intercept)"] = row(fit.intercept)
    return rows
