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
    "dmaic.column_shifts.missing_by_slice": ("sixsigma.effects_explained.cramers_v",),
    "dmaic.control.mtbf_of": ("sixsigma.reliability.mtbf",),
    "dmaic.cost_benefit.cost_benefit": ("dmaic.pilot_interval.share_interval",),
    "dmaic.measure_checker.study_checker": ("sixsigma.msa.agreement.detection_rates",),
    "dmaic.pilot.pilot_repair": ("dmaic.pilot_interval.paired_interval",),
    "dmaic.pilot_report.decided": ("dmaic.pilot_interval.paired_interval",),
    "dmaic.proposals.proposals_of": ("dmaic.pilot_interval.paired_interval",),
    "dmaic.repair_cycle.improve": ("dmaic.pilot_interval.paired_interval",),
    "dmaic.repair_standalone.improve_judged": ("dmaic.pilot_interval.paired_interval",),
    "dmaic.value_differences.value_difference": (
        "sixsigma.effects_explained.explained_variance",
        "sixsigma.posthoc.games_howell",
    ),
    "dmaic.variance_ranking.rank_by_variance": ("dmaic.root_causes.rank_causes",),
    "sixsigma.doe.worksheet.findings_of": ("sixsigma.doe.effects.estimate_effects",),
}
# Pairs of bounds that are no confidence interval.
NO_INTERVALS = {
    "sixsigma.capability_other.percentile_capability": "indices of both limits",
    "sixsigma.chart_batch.individuals_batch": "limits of a chart",
    "sixsigma.chart_batch.subgroup_pass": "limits of a chart",
    "sixsigma.charts_memory.cusum_chart": "both sums of a chart",
}


def simulations() -> Iterator[Simulation]:
    """The simulations of all sections."""
    for section in SECTIONS:
        yield from section.simulations()
