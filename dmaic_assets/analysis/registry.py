"""All analyses in their order, and a check that every needed one has a producer.

What belongs here: their entries. What an analysis does stands in its module.
"""

from collections.abc import Mapping, Sequence

from dmaic_assets.analysis.entry import Analysis
from dmaic_assets.errors import InvariantError

# In the order in which they are told of: each comes after those that it needs.
ANALYSES: tuple[Analysis, ...] = (
    Analysis(
        "semantic",
        scope="source",
        module="dmaic_assets.analysis.semantic.analyze",
        value="dmaic_assets.analysis.values.semantic.SemanticValue",
        holds="what columns mean: role, semantic type, unit, behaviour over time, sensitivity",
        description="What every column means, from validators and dictionaries beyond what chance "
        "would pass, and from its name; with evidence. Sensitive values are never shown.",
        libraries=("polars", "pycountry", "phonenumbers", "python-stdnum", "schwifty"),
    ),
    Analysis(
        "statistics",
        scope="source",
        module="dmaic_assets.analysis.statistics.analyze",
        value="dmaic_assets.analysis.values.statistics.StatisticsValue",
        holds="exact facts of every column: counts, moments, quantiles, spread, entropy",
        description="Exact facts of every column of the accepted rows, and which columns carry too "
        "little for other analyses: none is drawn from a sample. No value of a sensitive column.",
        needs=("semantic",),
    ),
    Analysis(
        "relationships",
        scope="run",
        module="dmaic_assets.analysis.relationships.analyze",
        value="dmaic_assets.analysis.values.relationships.RelationshipsValue",
        holds="keys of all tables, and which columns hold the keys of another",
        description="Keys of one or several columns and foreign keys, chosen from names, types "
        "and values as a set that stands together; orphans, cardinality and fan traps.",
        needs=("statistics", "semantic"),
        reads_held=True,
    ),
    Analysis(
        "correlations",
        scope="source",
        module="dmaic_assets.analysis.correlations.analyze",
        value="dmaic_assets.analysis.values.correlations.CorrelationsValue",
        holds="which columns go together, decide others or are computed from them",
        description="Correlations of numbers and categories by effect with its interval, exact "
        "and approximate functional dependencies, computed columns and collinear ones.",
        needs=("statistics",),
    ),
    Analysis(
        "statistical_quality",
        scope="source",
        module="dmaic_assets.analysis.statistical_quality.analyze",
        value="dmaic_assets.analysis.values.statistical_quality.StatisticalQualityValue",
        holds="first digits, outliers, heaping, unusual rows, and how much files resemble",
        description="Measures by their own tails, first digits where Benford's law has a hold, "
        "values on round numbers, rows that are unusual as a whole, and files against each other.",
        needs=("statistics", "semantic"),
    ),
    Analysis(
        "temporal",
        scope="source",
        module="dmaic_assets.analysis.temporal.analyze",
        value="dmaic_assets.analysis.values.temporal.TemporalValue",
        holds="when rows happened: grain, gaps, full periods, seasons, trends, breaks, freshness",
        description="The rhythm of every column of times, and rows and means of measures per "
        "period: seasons, trends, and times from which on they are others.",
        needs=("statistics", "semantic"),
        reads_now=True,
        libraries=("polars", "numpy", "ruptures"),
    ),
    Analysis(
        "slicing",
        scope="source",
        module="dmaic_assets.analysis.slicing.analyze",
        value="dmaic_assets.analysis.values.slicing.SlicingValue",
        holds="columns worth cutting by, and what differs between slices, as a whole and over time",
        description="Slices that add up to the table; how much of a measure's variance and of a "
        "column's nulls a cut tells; slices that move while the total stays; drift of the mix.",
        needs=("statistics", "semantic", "temporal"),
    ),
    Analysis(
        "topology",
        scope="run",
        module="dmaic_assets.analysis.topology.analyze",
        value="dmaic_assets.analysis.values.topology.TopologyValue",
        holds="the graph of tables: parts, cycles, hubs, bridges, its pattern and what changed",
        description="Exact counts on the graph that foreign keys make of tables, and its change "
        "since the last run.",
        needs=("relationships", "statistics", "semantic"),
        settings=("homology",),
        reads_held=True,
        libraries=("networkx",),
    ),
    Analysis(
        "business_cycles",
        scope="run",
        module="dmaic_assets.analysis.business_cycles.analyze",
        value="dmaic_assets.analysis.values.business_cycles.BusinessCyclesValue",
        holds="stages that cases go through: order, completion, stalls, skipped steps, times",
        description="Cases and their stages, found in event logs, columns of times, statuses and "
        "tables that refer to each other; how many are completed, abandoned or stalled, what they "
        "skip, and how long they take.",
        needs=("relationships", "semantic"),
        settings=("cycles",),
    ),
    Analysis(
        "validation",
        scope="run",
        module="dmaic_assets.analysis.validation.analyze",
        value="dmaic_assets.analysis.values.validation.ValidationValue",
        holds="declared checks, filters and metrics over all tables, and how they came out",
        description="Checks within and across tables, filters of rows and metrics, declared in "
        "`config/validation/*.yaml` and worked as SQL; completeness, anomalies and freshness of "
        "every table.",
        needs=("statistics", "semantic", "relationships", "statistical_quality"),
        settings=("validation",),
        reads_now=True,
        reads_held=True,
        kinds=frozenset({"duckdb"}),
        libraries=("duckdb", "polars"),
    ),
    Analysis(
        "entropy",
        scope="run",
        module="dmaic_assets.analysis.entropy.analyze",
        value="dmaic_assets.analysis.values.entropy.EntropyValue",
        holds="how sure one can be of tables and columns, for which use, and what would help",
        description="Uncertainty of structure, meaning, values and computation in [0, 1]; risks "
        "per intent, contracts per use, and resolutions by what they gain for their effort.",
        needs=(
            "statistics",
            "relationships",
            "correlations",
            "semantic",
            "statistical_quality",
            "temporal",
            "slicing",
            "business_cycles",
            "validation",
        ),
        settings=("limits",),
    ),
    Analysis(
        "quality_summary",
        scope="run",
        module="dmaic_assets.analysis.quality_summary.analyze",
        value="dmaic_assets.analysis.values.quality_summary.QualitySummaryValue",
        holds="how good each table is by dimension, its grade, and what matters most",
        description="Completeness, validity, uniqueness, consistency, timeliness and accuracy "
        "(ISO/IEC 25012) of each table, graded; the ten findings that matter most, in words.",
        needs=(
            "statistics",
            "relationships",
            "correlations",
            "semantic",
            "statistical_quality",
            "temporal",
            "slicing",
            "topology",
            "business_cycles",
            "validation",
            "entropy",
        ),
    ),
)


def by_name(analyses: Sequence[Analysis] = ANALYSES) -> Mapping[str, Analysis]:
    """Looks analyses up by their name, in their order.

    Raises:
        InvariantError: Two have the same name, or one needs what none before it produces.
    """
    found: dict[str, Analysis] = {}
    for entry in analyses:
        if entry.name in found:
            fix = "Give every analysis a name of its own."
            raise InvariantError(f"analysis {entry.name}", "has two entries", fix)
        missing = [need for need in entry.needs if need not in found]
        if missing:
            fix = "Put the analyses that it needs before it in the registry."
            raise InvariantError(f"analysis {entry.name}", f"{missing[0]} has no producer", fix)
        wide = [n for n in entry.needs if found[n].scope == "run" and entry.scope == "source"]
        if wide:
            fix = f"Make {entry.name} an analysis of the run."
            raise InvariantError(f"analysis {entry.name}", f"{wide[0]} is of the run", fix)
        found[entry.name] = entry
    return found


def with_needs(names: Sequence[str], analyses: Sequence[Analysis] = ANALYSES) -> tuple[str, ...]:
    """Names analyses and all that they need, in the order of the registry.

    Raises:
        KeyError: There is no such analysis.
    """
    entries = by_name(analyses)
    wanted: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in wanted:
            wanted.add(name)
            waiting.extend(entries[name].needs)
    return tuple(name for name in entries if name in wanted)
