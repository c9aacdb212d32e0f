"""Good arguments for every public function of `sixsigma`, and the bad ones made from them.

A function is found by itself; its arguments come from `NAMED` (this function), `CALLED` (an
argument's name) or `TYPED` (its annotation), in that order. What has none must get one.
"""

import inspect
import math
import typing
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from pkgutil import walk_packages

import numpy as np
from numpy.typing import NDArray

from dmaic_assets import sixsigma
from dmaic_assets.sixsigma.alarms import budget as alarm_budget
from dmaic_assets.sixsigma.alarms import limits as alarm_limits
from dmaic_assets.sixsigma.alarms import series as alarm_series
from dmaic_assets.sixsigma.alarms import watch as alarm_watch
from dmaic_assets.sixsigma.capability import stability_gate
from dmaic_assets.sixsigma.capability.specification import Specification
from dmaic_assets.sixsigma.charts import model as chart_model
from dmaic_assets.sixsigma.charts import phases
from dmaic_assets.sixsigma.charts.within_sigma import CapabilitySigma
from dmaic_assets.sixsigma.defects.sampling_plans import SamplingPlan
from dmaic_assets.sixsigma.designs import fractional, worksheet
from dmaic_assets.sixsigma.msa import components, levels, study
from dmaic_assets.sixsigma.regression import linear as regression
from dmaic_assets.sixsigma.tests import anova, ranks

Floats = NDArray[np.float64]
Arguments = dict[str, object]

AWKWARD = 0.1 + 0.2
SERIES = [4.3, 5.1, 4.7, 6.2, 5.5, 4.9, 5.8, 5.2, 6.1, 4.4, 5.0, 5.6]
ONE = np.array(SERIES)
TABLE = np.array([SERIES[place : place + 4] for place in (0, 3, 5, 8, 2, 6)])
CUBE = np.array(
    [[[p + o / 3 + t * p / 7 for t in (0, 2, 1)] for o in (1, 3)] for p in (1, 4, 2, 6)]
)
GROUPS = {"a": SERIES[:5], "b": SERIES[4:9], "c": SERIES[7:]}
COUNTS = np.array([3.0, 5, 2, 4, 6, 3, 1, 4, 2, 5, 3, 4])
PLAIN = phases.control_chart("i", ONE)
FLEET = [alarm_series.FleetSeries("a", "measure", np.array(SERIES * 2))]
WEEK = np.tile(np.arange(24) % 7, (2, 1))
SCORES = np.array([SERIES * 2, SERIES[::-1] * 2])
TEXTS = ["1.5", "2.25", "3.5", "4.125", "7.5", "6.25"]


def rng() -> np.random.Generator:
    return np.random.default_rng(7)


TYPED: dict[object, object] = {
    Iterable[float]: SERIES,
    Sequence[float]: SERIES,
    Floats: ONE,
    float | Floats: 2.0,
    Floats | float: 2.0,
    Mapping[str, Iterable[float]]: GROUPS,
    Mapping[str, Sequence[float]]: {"x": SERIES},
    Mapping[str, Mapping[str, Iterable[float]]]: {
        "a": {"p": SERIES[:3], "q": SERIES[3:6]},
        "b": {"r": SERIES[5:8], "s": SERIES[8:]},
    },
    Sequence[Sequence[float]]: TABLE.tolist(),
    Sequence[Sequence[int]]: [[3, 7], [6, 2]],
    Sequence[str]: TEXTS,
    Sequence[bool]: [True, False, True, False, True, True],
    Sequence[Hashable]: ["a", "b", "a", "b", "c", "c"],
    Sequence[Sequence[Hashable]]: [["a", "b"], ["a", "a"], ["b", "b"], ["b", "b"]],
    np.random.Generator: rng,
    Specification: Specification(1.0, 9.0, 5.0),
    alarm_series.FleetSeries: FLEET[0],
    Sequence[alarm_series.FleetSeries]: FLEET,
    alarm_series.ScoreScale: alarm_series.score_scale(FLEET[0]),
    alarm_budget.FleetDesign: lambda: alarm_budget.design_fleet(FLEET, alarms_per_month=1.0),
    alarm_limits.LimitCurve: lambda: alarm_limits.limit_curve(0.001),
    chart_model.ControlChart: PLAIN,
    chart_model.FrozenLimits: PLAIN.limits,
    chart_model.ChartOptions: chart_model.ChartOptions(),
    CapabilitySigma: CapabilitySigma(1.0, 9.0, "overall"),
    SamplingPlan: SamplingPlan(20, 1),
    anova.Anova: lambda: anova.one_way_anova(GROUPS),
    ranks.KruskalWallis: lambda: ranks.kruskal_wallis(GROUPS),
    regression.Regression: lambda: regression.linear_regression(
        SERIES, {"x": [float(x * x % 7) for x in range(12)]}
    ),
    fractional.TwoLevelDesign: lambda: fractional.two_level_design(["a", "b"]),
    components.Scale: components.Scale(),
    study.GaugeStudy: study.gauge_study_of(CUBE),
    Sequence[levels.DayAverage]: [
        levels.DayAverage(item, run, 1.0 + item + run * day / 3, 0.2, 3)
        for item in (0, 1)
        for run in (0, 1)
        for day in (0, 1)
    ],
}
CALLED: Arguments = {
    "level": 0.95,
    "confidence": 0.95,
    "alpha": 0.05,
    "power": 0.8,
    "n": 5,
    "df": 7.0,
    "units": 40,
    "count": 3,
    "trials": 40,
    "seed": 3,
    "longest": 2,
    "what": "x",
    "day": "2026-01-01",
    "second": SERIES[3:] + SERIES[:3],
    "share": 0.1,
    "shift": 0.5,
    "dpmo": 6210.0,
    "arl0": 370.0,
    "seasons": WEEK,
}


@cache
def public_functions() -> dict[str, Callable[..., object]]:
    """Every public function of every module by `module.name`.

    `arguments` is left out: it is told domains in code.
    """
    found: dict[str, Callable[..., object]] = {}
    for info in walk_packages(sixsigma.__path__, f"{sixsigma.__name__}."):
        if info.name.endswith(".arguments"):
            continue
        module = import_module(info.name)
        for name, thing in vars(module).items():
            is_own = getattr(thing, "__module__", None) == info.name and not name.startswith("_")
            is_refusing = inspect.isclass(thing) and "__post_init__" in vars(thing)
            if is_own and (inspect.isroutine(inspect.unwrap(thing)) or is_refusing):
                found[f"{info.name.removeprefix('dmaic_assets.sixsigma.')}.{name}"] = thing
    return found


def _named() -> Mapping[str, Arguments]:
    """Arguments of functions for which a name or an annotation says too little."""
    two_by_two = {"counts": (12, 20), "trials": (40, 45)}
    return {
        "alarms.budget.design_fleet": {"alarms_per_month": 1.0},
        "alarms.budget.watch_fleet": {"later": FLEET},
        "alarms.fit.fit_series": {"table": SCORES, "seasons": WEEK},
        "alarms.fit.seasonal": {"season": np.zeros((2, 7)) + 0.5, "seasons": WEEK},
        "alarms.limits.limit_curve": {"rate": 0.001},
        "alarms.series.largest_within": {
            "series": alarm_series.FleetSeries("p", "proportion", COUNTS, np.full(12, 40.0)),
            "scale": alarm_series.ScoreScale("proportion", 0.1, 0.0),
            "ceilings": np.full(12, 1.5),
        },
        "alarms.series.padded": {"rows": [ONE, ONE[:5]]},
        "alarms.watch.refit_ages": {"horizon": 70},
        "alarms.watch.watch_stages": {
            "table": SCORES,
            "seasons": WEEK,
            "baseline": 14,
            "judge": lambda: _judge,
        },
        "alarms.watch.points_of_alarms": {"alarms": SCORES > 6, "first": 2, "baseline": 14},
        "tests.anova.f_test": {"numerator": 2.0, "denominator": 1.0, "df1": 3.0, "df2": 7.0},
        "capability.normal.indices": {"mean": 5.0, "sigma": CapabilitySigma(1.0, 9.0, "overall")},
        "capability.normal.bissell_interval": {"value": 1.2},
        "capability.normal.taguchi_index": {"values": SERIES},
        "capability.attribute.attribute_capability": {"defectives": 3},
        "capability.attribute.defect_rate_capability": {"defects": 3},
        "capability.box_cox.box_cox": {"value": 2.0, "power": 0.5},
        "charts.batch.subgroup_pass": {"data": TABLE},
        "charts.batch.individuals_batch": {"table": TABLE},
        "charts.model.Exclusion": {"point": 2, "reason": "a new tool"},
        "charts.model.kept_points": {
            "n_points": 12,
            "excluded": (chart_model.Exclusion(2, "a new tool"),),
        },
        "charts.stability_index.stability_index": {
            "shares": [count / 900 for count in COUNTS],
            "units": [900] * len(COUNTS),
        },
        "charts.counts.p_chart": {"defects": COUNTS, "sizes": COUNTS * 9},
        "charts.counts.np_chart": {"defects": COUNTS, "sizes": COUNTS * 9},
        "charts.counts.c_chart": {"counts": COUNTS},
        "charts.counts.u_chart": {"counts": COUNTS, "sizes": COUNTS[::-1] * 2},
        "charts.counts.laney_p_chart": {"defects": COUNTS, "sizes": COUNTS[::-1] * 9},
        "charts.counts.laney_u_chart": {"counts": COUNTS, "sizes": COUNTS[::-1] * 9},
        "charts.measures.xbar_chart": {"data": TABLE},
        "charts.measures.range_chart": {"data": TABLE},
        "charts.measures.sd_chart": {"data": TABLE},
        "charts.measures.assemble": {"limits": PLAIN.limits, "options": chart_model.ChartOptions()},
        "charts.multivariate.t2_baseline": {"data": CUBE[:, :, :2]},
        "charts.multivariate.t2_chart": {"data": CUBE[:, :, :2]},
        "charts.multivariate.t2_limits": {"m": 20, "n": 4, "p": 2},
        "charts.constants.c4": {"n": 5.0},
        "charts.constants.d2_star": {"subgroups": 4, "n": 5},
        "tests.contingency.chi_square_test": {"table": [[12.0, 28.0], [20.0, 25.0]]},
        "tests.contingency.share_difference": two_by_two,
        "tests.contingency.rate_ratio": {"events": (12, 20), "exposures": (40.0, 45.0)},
        "tests.contingency.binomial_test": {"count": 3, "trials": 40, "share": 0.1},
        "charts.count_limits.probability_limits": {
            "kind": "c",
            "center": 3.0,
            "sizes": np.ones(5),
            "nsigmas": 3.0,
        },
        "defects.defects.defect_metrics": {"defects": 3},
        "defects.defects.dpmo_of_sigma": {"level": 4.0},
        "designs.effects.estimate_effects": {
            "responses": [[1.0, 2.0], [3.0, 2.5], [4.0, 4.5], [7.0, 6.0]]
        },
        "designs.factorial.full_factorial": {"factors": {"a": [1, 2], "b": ["x", "y"]}},
        "designs.factorial.run_order": {"runs": 8},
        "designs.fractional.two_level_design": {"factors": ["a", "b", "c"]},
        "designs.fractional.best_fraction": {"factors": ["a", "b", "c", "d"], "runs": 8},
        "designs.fractional.defining_words": {"generators": [frozenset("abd")]},
        "designs.fractional.word_order": {"word": frozenset("ab")},
        "designs.worksheet.plan_of": {"levels": {"a": ["1", "2"], "b": ["x", "y"]}},
        "designs.worksheet.findings_of": {
            "rows": [
                {**row, "y": f"{3 + place}"}
                for place, row in enumerate(
                    worksheet.plan_of({"a": ["1", "2"], "b": ["x", "y"]}, seed=3).rows()
                )
            ],
            "response": "y",
        },
        "tests.effects_explained.explained_by_effect": {"ss": 12.0, "df": 2, "residual": (9.0, 20)},
        "tests.effects_explained.cramers_v": {"table": [[12.0, 28.0], [20.0, 25.0]]},
        "charts.estimators.subgroup_sizes": {"data": TABLE},
        "charts.estimators.subgroup_means": {"data": TABLE},
        "charts.estimators.subgroup_ranges": {"data": TABLE},
        "charts.estimators.subgroup_sds": {"data": TABLE},
        "charts.estimators.sigma_within": {"data": TABLE},
        "designs.two_way.two_way_anova": {
            "first": list("aabbaabbaabb"),
            "second": list("xyxyxyxyxyxy"),
        },
        "msa.agreement.detection_rates": {"is_defect": [True, True, False, False, False, True]},
        "msa.agreement.appraise": {"standard": ["a", "a", "b", "b"], "appraiser": "Ann"},
        "msa.agreement.cohen_kappa": {"first": list("aabbab"), "second": list("abbbab")},
        "msa.bias.bias_of": {"measured": SERIES, "reference": 5.0},
        "msa.bias.linearity_of": {"references": [2.0, 4, 6, 8] * 3, "measured": SERIES},
        "msa.bias.type1_study": {
            "measured": SERIES,
            "reference": 5.0,
            "tolerance": 9.0,
            "share": 0.2,
        },
        "msa.components.components_of": {"variances": components.Variances(1.0, 0.5, 4.0)},
        "msa.components.distinct_categories": {
            "components": components.components_of(
                components.Variances(1.0, 0.5, 4.0), components.Scale()
            )[0]
        },
        "msa.crossed.sums_of_squares": {"values": CUBE},
        "msa.crossed.tested_row": {"source": "part", "effect": (3, 12.0), "error": (9, 4.0)},
        "msa.crossed.closing_rows": {"degrees": (3, 2, 6), "squares": (4.0, 2.0, 3.0)},
        "msa.nested.nested_gauge": {"values": CUBE},
        "msa.ranges.k_factor": {"ranges": 10, "size": 3},
        "msa.study.gauge_study": {
            "parts": [1, 1, 2, 2, 3, 3],
            "operators": [0] * 6,
            "values": SERIES[:6],
        },
        "msa.study.gauge_study_of": {"values": CUBE},
        "msa.study.checked_cube": {"values": CUBE},
        "tests.multiplicity.adjust_p_values": {"p_values": [0.01, 0.2, 0.03]},
        "tests.noncentral.noncentral_t_interval": {"t": 2.0},
        "tests.noncentral.noncentral_f_interval": {"f": 3.0, "df1": 2.0, "df2": 20.0},
        "tests.noncentral.noncentral_chi2_interval": {"chi2": 9.0},
        "charts.phases.control_chart": {"kind": "i"},
        "charts.phases.later_points": {"limits": PLAIN.limits, "data": ONE},
        "tests.power.t_test_power": {"n": 20.0, "difference": 0.5},
        "tests.power.t_test_size": {"difference": 0.5},
        "tests.power.share_test_power": {"n": 200.0, "first": 0.1, "second": 0.2},
        "tests.power.share_test_size": {"first": 0.1, "second": 0.2},
        "tests.power.anova_power": {"n": 20.0, "groups": 3, "between": 1.0, "within": 2.0},
        "tests.power.anova_size": {"groups": 3, "between": 1.0, "within": 2.0},
        "tests.proportions.rate_interval": {"events": 3, "exposure": 40.0},
        "tests.ranks.ranks_of": {"values": ONE},
        "msa.raters.table_kappa": {"table": [[12.0, 3.0], [4.0, 25.0]]},
        "regression.linear.polynomial_regression": {
            "predictor": [float(x) for x in range(12)],
            "degree": 2,
        },
        "regression.linear.linear_regression": {
            "predictors": {"x": [float(x * x % 7) for x in range(12)]}
        },
        "regression.logistic.logistic_regression": {
            "design": np.array([[1.0], [0.0]]),
            "successes": np.array([30.0, 12.0]),
            "trials": np.array([100.0, 80.0]),
        },
        "defects.reliability.mtbf": {"total_time": 1000.0, "failures": 3},
        "defects.reliability.availability": {"mtbf_value": 100.0, "mttr": 2.0},
        "defects.reliability_trend.laplace_test": {"times": [3.0, 8, 20, 30, 55]},
        "defects.reliability_trend.power_law_test": {"times": [3.0, 8, 20, 30, 55]},
        "roots.root_between": {"function": lambda: lambda x: x - 0.3, "low": 0.0, "high": 1.0},
        "charts.runs_rules.all_of_last": {"flags": ONE > 5, "m": 2},
        "defects.sampling_plans.SamplingPlan": {"sample_size": 20, "acceptance": 1},
        "defects.sampling_plans.operating_characteristic": {"shares": [0.01, 0.1]},
        "defects.sampling_plans.design_plan": {"aql": 0.01, "ltpd": 0.08},
        "defects.sampling_plans.sample_size_for_share": {"expected": 0.1, "half_width": 0.03},
        "capability.specification.Specification": {"lower": 1.0, "upper": 9.0, "target": 5.0},
        "capability.stability_gate.label_of": {
            "stability": stability_gate.Stability(12, {"nelson1": [2]})
        },
        "tests.studentized_range.studentized_range_tail": {"q": 3.5, "groups": 3},
        "tests.studentized_range.studentized_range_quantile": {"groups": 3},
        "capability.transforms.transform": {"power": 0.5},
        "capability.transforms.back_transform": {"values": [1.0, 2.0, 3.0], "power": 0.5},
        "charts.within_sigma.CapabilitySigma": {"value": 1.0, "df": 9.0, "estimator": "overall"},
        "charts.within_sigma.equivalent_df": {"relative_variance": 0.05},
        "defects.yields.rolled_throughput_yield": {"first_time_yields": [0.9, 0.95]},
        "defects.yields.normalised_yield": {"rty": 0.8, "steps": 3},
        "defects.yields.yield_of_dpu": {"dpu": 0.2},
    }


def _judge(stage: alarm_watch.Stage) -> alarm_watch.Judged:
    shape = (stage.away.shape[0], stage.away.shape[1] - 1)
    return alarm_watch.Judged(*(np.zeros(shape),) * 4, np.zeros(shape, np.bool_))


def good_arguments(
    name: str, function: Callable[..., object]
) -> tuple[Arguments, dict[str, object]]:
    """The arguments that a function works with, and the annotations of all its parameters.

    Raises:
        LookupError: A parameter has no recipe.
    """
    hints = typing.get_type_hints(
        function.__init__ if inspect.isclass(function) else inspect.unwrap(function)
    )
    named, arguments = _named().get(name, {}), {}
    for parameter in inspect.signature(function).parameters.values():
        key, hint = parameter.name, hints[parameter.name]
        if key in named:
            given = named[key]
        elif parameter.default is not parameter.empty:
            continue
        elif key in CALLED:
            given = CALLED[key]
        elif hint in TYPED:
            given = TYPED[hint]
        else:
            raise LookupError(f"{name}({key}: {hint}) has no recipe: add one to {__name__}")
        arguments[key] = given() if inspect.isfunction(given) or inspect.ismethod(given) else given
    return arguments, hints


# What stands for each kind of number: one, none, equal, negative, missing, endless.
NUMBERS = (math.nan, math.inf, -math.inf, -2.0, 0.0)


def bad_values(value: object, hint: object) -> Iterator[object]:
    """What is given in place of a good value: empty, one, equal, negative, NaN and infinite."""
    if isinstance(value, bool):
        return
    if isinstance(value, int) and hint is int:
        yield from (-2, 0, 1)
    elif isinstance(value, int | float):
        yield from NUMBERS
    elif isinstance(value, np.ndarray):
        yield from _bad_arrays(value)
    elif isinstance(value, Mapping):
        yield from _bad_mappings(value)
    elif isinstance(value, tuple):
        yield from _bad_tuples(value)
    elif isinstance(value, list):
        yield from _bad_lists(value)


def _bad_tuples(value: tuple[object, ...]) -> Iterator[tuple[object, ...]]:
    for place, item in enumerate(value):
        for bad in bad_values(item, type(item)):
            yield (*value[:place], bad, *value[place + 1 :])


def _bad_arrays(value: np.ndarray) -> Iterator[np.ndarray]:
    yield value[:0]
    yield value[:1]
    yield value[..., :0]
    yield value[..., :1]
    if value.dtype != np.float64:
        return
    yield np.full(value.shape, AWKWARD)
    yield -value
    for bad in NUMBERS:
        one = value.copy()
        one.flat[1] = bad
        yield one
        yield np.full(value.shape, bad)


def _bad_lists(value: list[object]) -> Iterator[list[object]]:
    yield []
    yield value[:1]
    if all(isinstance(item, str) for item in value):
        yield from ([bad] * len(value) for bad in ("1.1", "-2", "nan", "inf", ""))
    elif all(isinstance(item, int) for item in value):
        yield [-2] * len(value)
        yield [0] * len(value)
    elif all(isinstance(item, float | int) for item in value):
        for bad in (AWKWARD, *NUMBERS):
            yield [bad] * len(value)
            yield [*value[:-1], bad]
    elif value and isinstance(value[0], list):
        yield [[] for _ in value]
        yield [item[:1] for item in typing.cast("list[list[object]]", value)]
        for bad in _bad_lists(value[0]):
            yield [bad, *value[1:]]
            yield [bad] * len(value)


def _bad_mappings(value: Mapping[object, object]) -> Iterator[Mapping[object, object]]:
    yield {}
    first = next(iter(value))
    yield {first: value[first]}
    for bad in bad_values(value[first], float):
        yield {**value, first: bad}
        yield dict.fromkeys(value, bad)
