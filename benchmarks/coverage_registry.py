"""All simulations of intervals, and the functions whose intervals need none of their own.

A test goes through the public functions of `sixsigma` and `dmaic` and finds each one that gives an
interval here: simulated, passed on from one that is, or no confidence interval at all.
"""

from collections.abc import Iterator

from benchmarks import (
    sixsigma_coverage_capability,
    sixsigma_coverage_counts,
    sixsigma_coverage_effects,
    sixsigma_coverage_means,
    sixsigma_coverage_phases,
)
from benchmarks.coverage import Simulation

SECTIONS = (
    sixsigma_coverage_capability,
    sixsigma_coverage_counts,
    sixsigma_coverage_effects,
    sixsigma_coverage_means,
    sixsigma_coverage_phases,
)

# Functions that hand on what another one computed: whose intervals they give.
PASSED_ON = {
    "process.analyze.column_shifts.missing_by_slice": (
        "sixsigma.tests.effects_explained.cramers_v",
    ),
    "process.control.control.mtbf_of": ("sixsigma.defects.reliability.mtbf",),
    "process.improve.cost_benefit.cost_benefit": ("improve.pilot_interval.share_interval",),
    "process.measure.checker.study_checker": ("sixsigma.msa.agreement.detection_rates",),
    "improve.pilot.pilot_repair": ("improve.pilot_interval.paired_interval",),
    "improve.pilot_report.counts_of": ("improve.pilot_interval.paired_interval",),
    "improve.pilot_report.decided": ("improve.pilot_interval.paired_interval",),
    "process.improve.proposals.proposals_of": ("improve.pilot_interval.paired_interval",),
    "improve.cycle.improve": ("improve.pilot_interval.paired_interval",),
    "improve.standalone.improve_judged": ("improve.pilot_interval.paired_interval",),
    "process.measure.value_capability.value_capability": ("sixsigma.capability.normal.capability",),
    "process.analyze.value_differences.value_difference": (
        "sixsigma.tests.effects_explained.explained_variance",
        "sixsigma.tests.posthoc.games_howell",
    ),
    "process.analyze.variance_ranking.rank_by_variance": (
        "process.analyze.root_causes.rank_causes",
    ),
    "sixsigma.designs.worksheet.findings_of": ("sixsigma.designs.effects.estimate_effects",),
}
# Pairs of bounds that are no confidence interval.
NO_INTERVALS = {
    "process.measure.measure_columns.value_spread": "quartiles of values",
    "sixsigma.capability.other.percentile_capability": "indices of both limits",
    "sixsigma.charts.batch.individuals_batch": "limits of a chart",
    "sixsigma.charts.batch.subgroup_pass": "limits of a chart",
    "sixsigma.charts.memory.cusum_chart": "both sums of a chart",
}


def simulations() -> Iterator[Simulation]:
    """The simulations of all sections."""
    for section in SECTIONS:
        yield from section.simulations()
