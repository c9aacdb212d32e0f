"""The page of one key column: its facts, the figures of every trial, and which kind wins.

One HTML file without scripts; what a source's people wrote (names of columns) is escaped.
"""

from collections.abc import Iterable, Sequence
from html import escape
from statistics import median

from dmaic_assets.model import Json
from dmaic_assets.work.laboratory.values import (
    ComparisonValue,
    DnaValue,
    Trial,
    TrialsValue,
    Winner,
    WorkloadValue,
)

_STYLE = (
    "body{font-family:system-ui,sans-serif;margin:2rem auto;max-width:64rem;padding:0 1rem}"
    "table{border-collapse:collapse;margin:1rem 0}"
    "th,td{border-bottom:1px solid #ccc;padding:.3rem .8rem;text-align:right}"
    "th:first-child,td:first-child{text-align:left}.best{font-weight:bold}"
)


def page_of(
    source: str,
    workload: WorkloadValue,
    dna: DnaValue,
    matrix: TrialsValue,
    comparison: ComparisonValue,
) -> str:
    """Draws the page; the same values give the same bytes, read back from JSON or not."""
    title = escape(f"Hash maps for {source}.{workload.column}")
    parts = (
        f"<h1>{title}</h1>",
        f"<p>{escape(_about(workload, matrix))}</p>",
        "<h2>Which kind of index is fastest</h2>",
        _table(("use", "fastest", "ns", "next", "ns", "less", "sure"), _winners(comparison)),
        "<p>Nanoseconds of cpu an operation, the median of all rounds. Sure: chance alone would"
        " decide as many rounds alike in at most one case of twenty.</p>",
        "<h2>All trials</h2>",
        _table(("use", *_kinds(matrix)), _matrix(matrix, comparison)),
        "<h2>How full, how far</h2>",
        _table(
            ("kind", "load", "places a search looks at", "over random keys", "bytes a key"),
            _state(matrix),
        ),
        "<h2>What the uses are like</h2>",
        _table(
            ("use", "operations", "distinct keys", "entropy, bits", "Zipf"), _dna(dna, comparison)
        ),
    )
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
    return f"{head}<style>{_STYLE}</style><body>{''.join(parts)}</body></html>\n"


def _about(workload: WorkloadValue, matrix: TrialsValue) -> str:
    played = (
        f"{workload.sampled:,} of {workload.rows:,} keys, {workload.distinct:,} of them distinct"
    )
    machine = ", ".join(f"{name} {value}" for name, value in sorted(matrix.machine.items()))
    return f"The column was taken because {workload.why}. Played: {played}. Machine: {machine}."


def _winners(comparison: ComparisonValue) -> Iterable[Sequence[str]]:
    for won in comparison.winners:
        sure = f"{'yes' if won.is_sure else 'no'}, {won.rounds_won} of {won.rounds} rounds"
        numbers = (f"{won.ns:.1f}", won.second, f"{won.second_ns:.1f}", f"{won.margin:.1%}")
        yield (won.use, won.kind, *numbers, sure)


def _kinds(matrix: TrialsValue) -> tuple[str, ...]:
    return tuple(dict.fromkeys(trial.kind for trial in matrix.trials))


def _matrix(matrix: TrialsValue, comparison: ComparisonValue) -> Iterable[Sequence[str]]:
    for won in comparison.winners:
        yield (won.use, *(_cell(t, won) for t in matrix.trials if t.use == won.use))


def _cell(trial: Trial, won: Winner) -> str:
    return f"{median(trial.ns):.1f}{' *' if trial.kind == won.kind else ''}"


def _state(matrix: TrialsValue) -> Iterable[Sequence[str]]:
    """The fullest map of each kind."""
    for kind in _kinds(matrix):
        trial = max((t for t in matrix.trials if t.kind == kind), key=lambda t: t.load)
        figures = (trial.load, trial.probes, trial.probe_ratio, trial.bytes_each)
        yield (kind, *(f"{figure:.2f}" for figure in figures))


def _dna(dna: DnaValue, comparison: ComparisonValue) -> Iterable[Sequence[str]]:
    for use, facts in ((won.use, dna.uses[won.use]) for won in comparison.winners):
        zipf = facts["zipf"]
        exponent = zipf["exponent"] if isinstance(zipf, dict) else None
        figures = (facts["operations"], facts["distinct"], facts["entropy"], exponent)
        yield (use, *map(_number, figures))


def _number(value: Json) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:.2f}" if isinstance(value, float) else ""


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    top = "".join(f"<th>{escape(name)}</th>" for name in head)
    body = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows
    )
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
