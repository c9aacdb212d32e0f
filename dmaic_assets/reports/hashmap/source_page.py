"""The page of a source's key column: the trials of every use, then the survey of one of them."""

from collections.abc import Iterable, Sequence
from statistics import median

from markupsafe import Markup

from dmaic_assets.model import Json
from dmaic_assets.reports.hashmap.page import Section, hashmap_page
from dmaic_assets.reports.hashmap.probe_view import NAMES
from dmaic_assets.reports.page.links import NoLinks
from dmaic_assets.reports.page.markup import folded, paragraph, table
from dmaic_assets.reports.page.scripts import ARTIFACT_SCRIPTS
from dmaic_assets.table.spelled_numbers import percent
from dmaic_assets.work.laboratory.page import PageFacts
from dmaic_assets.work.laboratory.values import Trial, Winner

_MASKED = "Keys are hashed with the project's secret."


def source_page(facts: PageFacts) -> str:
    """Builds the page, which stands among the artifacts and shares their scripts."""
    title = f"{facts.source}.{facts.workload.column}"
    return hashmap_page(
        facts.survey,
        title,
        links=NoLinks(),
        library=ARTIFACT_SCRIPTS,
        before=(_winners_section(facts), _uses_section(facts)),
        masked=_MASKED,
    )


def _winners_section(facts: PageFacts) -> Section:
    """Which kind wins each use, every trial, and how full the maps were."""
    head = ("use", "fastest", "ns", "next", "next ns", "less", "sure")
    told = paragraph(
        "Nanoseconds of cpu an operation, the median of all rounds. Sure: chance alone would decide"
        " as many rounds alike in at most one case of twenty."
    )
    state = ("index", "load", "places a search looks at", "over random keys", "bytes a key")
    trials = table(("use", *map(_name, _kinds(facts))), _matrix(facts))
    rest = folded("How full, how far", table(state, [*_state(facts)]))
    content = table(head, [*_winners(facts)]) + told + trials + rest
    workload = facts.workload
    lead = (
        f"The column was taken because {workload.why}. Played: {workload.sampled:,} of"
        f" {workload.rows:,} keys, {workload.distinct:,} of them distinct."
    )
    return Section("uses", "Uses", "Which index is fastest for which use", lead, content)


def _uses_section(facts: PageFacts) -> Section:
    head = ("use", "operations", "distinct keys", "entropy, bits", "Zipf")
    machine = ", ".join(f"{name} {value}" for name, value in sorted(facts.matrix.machine.items()))
    content: Markup = table(head, [*_dna(facts)]) + paragraph(f"Machine: {machine}.")
    lead = "The rest of the page is of the first of them."
    return Section("like", "What uses are like", "What the uses are like", lead, content)


def _winners(facts: PageFacts) -> Iterable[Sequence[str]]:
    for won in facts.comparison.winners:
        sure = f"{'yes' if won.is_sure else 'no'}, {won.rounds_won} of {won.rounds} rounds"
        ns, second = f"{won.ns:.1f}", f"{won.second_ns:.1f}"
        yield (
            won.use,
            _name(won.kind),
            ns,
            _name(won.second),
            second,
            percent(won.margin),
            sure,
        )


def _name(kind: str) -> str:
    return NAMES[kind]


def _kinds(facts: PageFacts) -> tuple[str, ...]:
    return tuple(dict.fromkeys(trial.kind for trial in facts.matrix.trials))


def _matrix(facts: PageFacts) -> list[Sequence[str]]:
    return [
        (won.use, *(_cell(t, won) for t in facts.matrix.trials if t.use == won.use))
        for won in facts.comparison.winners
    ]


def _cell(trial: Trial, won: Winner) -> str:
    return f"{median(trial.ns):.1f}{' *' if trial.kind == won.kind else ''}"


def _state(facts: PageFacts) -> Iterable[Sequence[str]]:
    """The fullest map of each kind."""
    for kind in _kinds(facts):
        trial = max((t for t in facts.matrix.trials if t.kind == kind), key=lambda t: t.load)
        figures = (trial.load, trial.probes, trial.probe_ratio, trial.bytes_each)
        yield (_name(kind), *(f"{figure:.2f}" for figure in figures))


def _dna(facts: PageFacts) -> Iterable[Sequence[str]]:
    for use in facts.dna.uses:
        told = facts.dna.uses[use]
        zipf = told["zipf"]
        exponent = zipf["exponent"] if isinstance(zipf, dict) else None
        figures = (told["operations"], told["distinct"], told["entropy"], exponent)
        yield (use, *map(_number, figures))


def _number(value: Json) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:.2f}" if isinstance(value, float) else ""
