"""Answers to the hypothesis cases of one test each: counts, regression, power, ...

What belongs here: our results under the names of the reference. Cases of groups stand in
`hypothesis_groups`. A case that names no data is of a published data set, which stands here.
"""

import math
import re
from collections.abc import Callable
from typing import Any

from dmaic_assets.sixsigma.capability.transforms import box_cox
from dmaic_assets.sixsigma.msa.raters import intraclass_correlations, table_kappa
from dmaic_assets.sixsigma.regression.diagnostics import diagnose
from dmaic_assets.sixsigma.regression.linear import linear_regression
from dmaic_assets.sixsigma.tests.contingency import (
    binomial_test,
    chi_square_test,
    fisher_exact,
    rate_ratio,
    share_difference,
)
from dmaic_assets.sixsigma.tests.effects_explained import cramers_v
from dmaic_assets.sixsigma.tests.multiplicity import adjust_p_values
from dmaic_assets.sixsigma.tests.normality import (
    anderson_darling,
    cramer_von_mises,
    lilliefors,
    shapiro_wilk,
)
from dmaic_assets.sixsigma.tests.power import anova_size, share_test_size, t_test_size
from dmaic_assets.sixsigma.tests.proportions import exact_share_interval
from dmaic_assets.sixsigma.tests.ranks import wilcoxon_signed_rank
from dmaic_assets.sixsigma.tests.studentized_range import (
    studentized_range_quantile,
    studentized_range_tail,
)
from dmaic_assets.sixsigma.tests.ttests import paired_t_test
from dmaic_assets_tests.conformance.hypothesis_data import (
    Source,
    Table,
    arguments,
    grouped,
    matrix,
    read_numbers,
    vectors,
)
from dmaic_assets_tests.conformance.hypothesis_groups import Answer, Case
from dmaic_assets_tests.conformance.reading import numbers

# Fisher's lady who tastes tea (1935): milk first or tea first, said and true.
TEA = [[3.0, 1.0], [1.0, 3.0]]
# The shares of R's own example of two proportions.
TWO_SHARES = "c(15,25), c(50,50)"
_NOT_CORRECTED = ("nocorr", "without", "uncorrected", "correct=f", "correct = f")
# Bursting strength of glass containers (Montgomery, Introduction to Statistical Quality Control).
GLASS_STRENGTH = [
    197, 200, 215, 221, 231, 242, 245, 258, 265, 265,
    271, 275, 277, 278, 280, 283, 290, 301, 318, 346,
]  # fmt: skip


def answer_paired_t(source: Source, case: Case) -> Answer:
    """Answers a paired t test: the first group against the second, in order."""
    test = paired_t_test(*_halves(source, case))
    return {"t": test.t, "df": test.df, "p": test.p, "ci": [test.lower, test.upper]}


def answer_signed_rank(source: Source, case: Case) -> Answer:
    """Answers a signed-rank test of the same pairs."""
    test = wilcoxon_signed_rank(*_halves(source, case))
    return {"V": test.statistic, "p": test.p}


def answer_regression(source: Source, case: Case) -> Answer:
    """Answers a linear model: the expected coefficients name the predictors."""
    table = source.table(case.get("data"))
    expected = case["coef"]
    names = [n for n in expected if n != "(Intercept)"] if isinstance(expected, dict) else []
    response = next(n for n in table.columns if n not in names and table.is_numeric(n))
    has_constant = isinstance(expected, dict) and "(Intercept)" in expected
    columns = {name: table.numbers(name) for name in names}
    fit = linear_regression(table.numbers(response), columns, intercept=has_constant)
    facts = diagnose(fit)
    return {
        "coef": dict(zip(fit.names, fit.coefficients.tolist(), strict=True)),
        "se": dict(zip(fit.names, fit.standard_errors.tolist(), strict=True)),
        "t": dict(zip(fit.names, fit.t.tolist(), strict=True)),
        "p": dict(zip(fit.names, fit.p.tolist(), strict=True)),
        "r2": fit.r2,
        "adj_r2": fit.adjusted_r2,
        "sigma": fit.residual_sd,
        "F": fit.f,
        "vif": facts.variance_inflation,
        "cooks": facts.cooks_distance.tolist(),
        "hat": facts.leverage.tolist(),
        "AIC": facts.aic,
        "BIC": facts.bic,
        "dw": facts.durbin_watson,
        "ncv_chi2": facts.breusch_pagan,
        "ncv_p": facts.breusch_pagan_p,
    }


def answer_table(source: Source, case: Case) -> Answer:
    """Answers a table of counts: chi-squared and Cramér's V, or kappa of two raters."""
    table = matrix(case["table"])
    if "kappa" in case:
        return {"kappa": table_kappa(table), "weighted": table_kappa(table, weights="linear")}
    # R corrects 2 x 2 tables unless it is told not to.
    words = f"{source.name} {case.get('args', '')}".lower()
    is_corrected = not any(word in words for word in _NOT_CORRECTED)
    test = chi_square_test(table, is_corrected=is_corrected)
    return {
        "chi2": test.chi2,
        "df": test.df,
        "p": test.p,
        "cramers_v": cramers_v(table).value,
        "fisher_p": fisher_exact(_whole(table)) if len(table) == len(table[0]) == 2 else None,
    }


def answer_fisher(source: Source, case: Case) -> Answer:
    """Answers Fisher's exact test of a 2 x 2 table, the tea table where none is given."""
    del source
    table = matrix(case["table"]) if "table" in case else TEA
    return {"p": fisher_exact(_whole(table))}


def answer_two_shares(source: Source, case: Case) -> Answer:
    """Answers a test of two proportions, corrected unless the case's name says not."""
    found = vectors(case.get("args")) or vectors(TWO_SHARES)
    (a, b), (m, n) = ([int(value) for value in vector] for vector in found[:2])
    words = f"{source.name} {case.get('args', '')}".lower()
    is_corrected = not any(word in words for word in _NOT_CORRECTED)
    test = share_difference((a, b), (m, n), is_corrected=is_corrected, interval="wald")
    return {"chi2": test.chi2, "p": test.p, "ci": [test.lower, test.upper]}


def answer_two_rates(source: Source, case: Case) -> Answer:
    """Answers a test of two Poisson rates."""
    del source
    (a, b), (s, t) = vectors(case["args"])[:2]
    test = rate_ratio((int(a), int(b)), (s, t))
    return {"p": test.p, "ratio": test.ratio, "ci": [test.lower, test.upper]}


def answer_share(source: Source, case: Case) -> Answer:
    """Answers the exact interval of one share."""
    del source
    call = re.search(r"\(\s*(\d+)\s*,\s*(\d+)", str(case["args"]))
    if call is None:
        raise ValueError("no counts among the arguments")
    count, trials = int(call[1]), int(call[2])
    interval = exact_share_interval(count, trials)
    share = arguments(case["args"]).get("p", 0.5)
    return {
        "ci": [interval.lower, interval.upper],
        "p": lambda: binomial_test(count, trials, share),
        "estimate": count / trials,
    }


def answer_normality(source: Source, case: Case) -> Answer:
    """Answers tests of normality of listed or named values."""
    if "x" in case:
        values = numbers(case["x"])
    elif "data" in case:
        table = source.table(case["data"])
        values = table.numbers(next(n for n in table.columns if table.is_numeric(n)))
    elif "glass_strength" in source.name:
        values = [float(value) for value in GLASS_STRENGTH]
    else:
        raise ValueError("the case has no data")
    shapiro = shapiro_wilk(values)
    answer: Answer = {"W": shapiro.statistic, "p": shapiro.p}
    answer |= {"shapiro_W": shapiro.statistic, "shapiro_p": shapiro.p}
    ways: dict[str, Callable[..., Any]] = {
        "ad_A": anderson_darling, "lillie_D": lilliefors, "cvm_W": cramer_von_mises,
    }  # fmt: skip
    for key, test in ways.items():
        if key in case:
            found = test(values)
            answer |= {key: found.statistic, f"{key.partition('_')[0]}_p": found.p}
    return answer


def answer_box_cox(source: Source, case: Case) -> Answer:
    """Answers the power of Box and Cox for a NIST file or a CSV column."""
    path = source.path(str(case["data"]).split()[0])
    if path.suffix.lower() == ".csv":
        table = source.table(case["data"])
        values = table.numbers(next(n for n in table.columns if table.is_numeric(n)))
    else:
        values = [value for row in read_numbers(path) for value in row]
    found = box_cox(values)
    return {"n": len(values), "lambda": found.power, "published_lambda": found.power}


def answer_size(source: Source, case: Case) -> Answer:
    """Answers a sample size: of a t test, of two shares, or of an ANOVA."""
    del source
    given = arguments(case["args"])
    common = {"power": given.get("power", 0.8), "alpha": given.get("alpha", 0.05)}
    if "delta" in given:
        n = t_test_size(difference=given["delta"], sd=given.get("sd", 1.0), **common)
    elif "p1" in given:
        n = share_test_size(first=given["p1"], second=given["p2"], **common)
    else:
        n = anova_size(
            groups=int(given["groups"]),
            between=given["between.var"],
            within=given["within.var"],
            **common,
        )
    return {"n": n}


def answer_icc(source: Source, case: Case) -> Answer:
    """Answers the intraclass correlations of a table of ratings, in the order asked for."""
    del source
    found = intraclass_correlations(matrix(case["matrix"]))
    by_name = {
        "ICC1": found.icc1, "ICC2": found.icc2, "ICC3": found.icc3,
        "ICC1k": found.icc1_k, "ICC2k": found.icc2_k, "ICC3k": found.icc3_k,
    }  # fmt: skip
    kinds = case.get("type")
    names = [str(kind) for kind in kinds] if isinstance(kinds, list) else list(by_name)
    values = [by_name[name] for name in names]
    return {"type": names, "ICC": values, "published": values}


def answer_adjusted(source: Source, case: Case) -> Answer:
    """Answers adjusted p-values."""
    del source
    p = numbers(case["p"])
    return {
        "bonferroni": adjust_p_values(p, correction="bonferroni").tolist(),
        "holm": adjust_p_values(p, correction="holm").tolist(),
        "hochberg": adjust_p_values(p, correction="hochberg").tolist(),
        "BH": adjust_p_values(p, correction="bh").tolist(),
        "BY": adjust_p_values(p, correction="by").tolist(),
    }


def answer_studentized_range(source: Source, case: Case) -> Answer:
    """Answers probabilities of the studentized range, and the quantiles that keys name."""
    del source
    means = int(numbers(case["nmeans"])[0])
    pairs = zip(numbers(case["q"]), numbers(case["df"]), strict=True)
    answer: Answer = {"p": [1 - studentized_range_tail(q, means, df) for q, df in pairs]}
    for key in case:
        if asked := re.fullmatch(r"qtukey(\d+)_(\d+)_(\d+)", key):
            share = int(asked[1]) / 10 ** len(asked[1])
            answer[key] = studentized_range_quantile(share, int(asked[2]), float(asked[3]))
    return answer


def _halves(source: Source, case: Case) -> list[list[float]]:
    named = case.get("data")
    word = source.name.partition("_paired")[0]
    table = source.table(named if isinstance(named, str) else f"r_{word}_groups.csv")
    return list(grouped(table, source.name).values())[:2]


def _column(table: Table, word: str) -> str:
    return next(name for name in table.columns if name.lower() == word.lower())


def _whole(table: list[list[float]]) -> list[list[int]]:
    return [[math.floor(cell + 0.5) for cell in row] for row in table]
