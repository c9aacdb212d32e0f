"""Answers to the hypothesis cases that compare groups: one factor, two samples, two factors.

What belongs here: our results under the names of the reference. Single tests stand in
`hypothesis_tests`.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from dmaic_assets.model import Json
from dmaic_assets.sixsigma.anova import one_way_anova, welch_anova
from dmaic_assets.sixsigma.conformance.hypothesis_data import (
    Source,
    Table,
    grouped,
    read_numbers,
)
from dmaic_assets.sixsigma.conformance.reading import MissingDataError
from dmaic_assets.sixsigma.descriptive import summarize
from dmaic_assets.sixsigma.effects import Effect, cohen_d, glass_delta, hedges_g, rank_biserial
from dmaic_assets.sixsigma.effects_explained import (
    explained_by_effect,
    explained_variance,
    partial_omega2,
    rank_explained,
)
from dmaic_assets.sixsigma.factorial import EffectRow, TwoWayAnova, two_way_anova
from dmaic_assets.sixsigma.multiplicity import Correction
from dmaic_assets.sixsigma.normality import anderson_darling, shapiro_wilk
from dmaic_assets.sixsigma.posthoc import Comparison, games_howell, pairwise_t, tukey_kramer
from dmaic_assets.sixsigma.ranks import dunn, kruskal_wallis, mann_whitney
from dmaic_assets.sixsigma.ttests import kolmogorov_smirnov, t_test, variance_ratio_test
from dmaic_assets.sixsigma.variances import bartlett, fligner_killeen, levene

Case: TypeAlias = Mapping[str, Json]
# Our results as the tree that the reference has; leaves are numbers or words.
Answer: TypeAlias = dict[str, Any]
Groups: TypeAlias = dict[str, list[float]]
_CORRECTIONS: dict[str, Correction] = {
    "none": "none",
    "bonferroni": "bonferroni",
    "holm": "holm",
    "BH": "bh",
}
_NOT_MEASURED = -999


def answer_groups(source: Source, case: Case) -> Answer:
    """Answers a case of several groups under one factor."""
    groups = grouped(source.table(case.get("data")), source.name)
    table, welch, ranks = one_way_anova(groups), welch_anova(groups), kruskal_wallis(groups)
    explained, by_rank = explained_variance(table), rank_explained(ranks)
    return {
        "anova": {
            "df": [table.df_between, table.df_within],
            "ss": [table.ss_between, table.ss_within],
            "ms": [table.ms_between, table.ms_within],
            "F": table.f,
            "p": table.p,
        },
        "welch_anova": {"F": welch.f, "df1": welch.df1, "df2": welch.df2, "p": welch.p},
        "kruskal": {"H": ranks.h, "df": ranks.df, "p": ranks.p},
        "eta2": explained.eta2,
        "omega2": explained.omega2,
        "epsilon2": explained.epsilon2,
        "cohens_f": explained.cohen_f,
        "rank_epsilon2": by_rank.epsilon2,
        "rank_eta2": by_rank.eta2,
        **_assumptions(groups),
        **_pairs(groups),
    }


def answer_two_samples(source: Source, case: Case) -> Answer:
    """Answers a case of two independent samples."""
    x, y = _two_samples(source, case)
    welch, student = t_test(x, y), t_test(x, y, equal_variances=True)
    ranks, spread, distance = (
        mann_whitney(x, y),
        variance_ratio_test(x, y),
        kolmogorov_smirnov(x, y),
    )
    effects = {
        "cohens_d": ("Cohens_d", cohen_d(x, y)),
        "cohens_d_welch": ("Cohens_d", cohen_d(x, y, standardizer="average")),
        "hedges_g": ("Hedges_g", hedges_g(x, y)),
        "glass_delta": ("Glass_delta", glass_delta(x, y)),
        "rank_biserial": ("r_rank_biserial", rank_biserial(x, y, interval="ranks")),
    }
    first, second = summarize(x), summarize(y)
    found = {"student_t": student.t, "df": student.df, "n1": len(x), "n2": len(y)}
    found |= {"mean1": first.mean, "sd1": first.sd, "mean2": second.mean, "sd2": second.sd}
    return {
        "welch": {"t": welch.t, "df": welch.df, "p": welch.p, "ci": [welch.lower, welch.upper]},
        "student": {
            "t": student.t,
            "df": student.df,
            "p": student.p,
            "ci": [student.lower, student.upper],
        },
        "mannwhitney": {"W": ranks.statistic, "p": ranks.p},
        "ftest": {"F": spread.f, "p": spread.p},
        "ks": {"D": distance.d, "p": distance.p},
        **{key: _effect(label, effect) for key, (label, effect) in effects.items()},
        "published": found,
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
    answer["omega2_partial"] = {
        "Parameter": names,
        "Omega2_partial": [partial_omega2(e.ss, e.df, residual, n=fit.n) for e in fit.effects],
    }
    return answer


def _assumptions(groups: Groups) -> Answer:
    spread, around_median = bartlett(groups), levene(groups)
    around_mean, fligner = levene(groups, center="mean"), fligner_killeen(groups)
    residuals = _residuals(groups)
    shapiro, anderson = shapiro_wilk(residuals), anderson_darling(residuals)
    return {
        "bartlett": {"K2": spread.statistic, "p": spread.p},
        "levene_median": {"F": around_median.statistic, "p": around_median.p},
        "levene_mean": {"F": around_mean.statistic, "p": around_mean.p},
        "fligner": {"chi2": fligner.statistic, "p": fligner.p},
        "shapiro_resid": {"W": shapiro.statistic, "p": shapiro.p},
        "anderson_darling_resid": {"A": anderson.statistic, "p": anderson.p},
    }


def _pairs(groups: Groups) -> Answer:
    tukey = {
        f"{c.second}-{c.first}": {"diff": c.difference, "lwr": c.lower, "upr": c.upper, "p": c.p}
        for c in tukey_kramer(groups)
    }
    howell = games_howell(groups)
    ranked = [
        {"group1": c.first, "group2": c.second, "statistic": c.z, "p": c.p, "p.adj": c.adjusted_p}
        for c in dunn(groups)
    ]
    triangles = {
        f"pairwise_t_{label}": _triangle(groups, correction)
        for label, correction in _CORRECTIONS.items()
    }
    return {
        "tukey": tukey,
        "games_howell": [_as_rstatix(c) for c in howell],
        "games_howell_exact": [_as_computed(c) for c in howell],
        "dunn_holm": ranked,
        **triangles,
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
