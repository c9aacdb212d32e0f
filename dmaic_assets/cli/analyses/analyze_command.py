"""`dmaic analyze`: studies of accepted rows, and what they found."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dmaic_assets.cli.analyses.sure import studied
from dmaic_assets.cli.console import print_json, print_table, say, seconds
from dmaic_assets.cli.framework import ExampleCommand, json_option, project_option
from dmaic_assets.cli.project import platform_at
from dmaic_assets.model import Json
from dmaic_assets.table.spelled_numbers import plural

if TYPE_CHECKING:
    from dmaic_assets.analysis.study import Failure
    from dmaic_assets.analysis.values.held import Held
    from dmaic_assets.work.analyses.analyze import Analysed
    from dmaic_assets.work.analyses.known import AnalysisResult

# Findings printed: one screen; --json and the view `_dmaic.findings` have all.
SHOWN_FINDINGS = 20


@click.command(
    "analyze",
    cls=ExampleCommand,
    examples=(
        "dmaic analyze",
        "dmaic analyze orders customers",
        "dmaic analyze orders --analysis statistics --json | jq '.outcomes[].findings'",
    ),
)
@click.argument("sources", nargs=-1)
@click.option(
    "--analysis",
    "analyses",
    multiple=True,
    metavar="NAME",
    help="Only this one and what it needs; may be repeated. `dmaic graph` lists them.",
)
@click.option("--force", is_flag=True, help="Make again what is known of the same rows.")
@json_option
@project_option
def analyze(
    *,
    sources: tuple[str, ...],
    analyses: tuple[str, ...],
    force: bool,
    is_json: bool,
    project: Path | None,
) -> None:
    """Study accepted rows: what they are, what they lack.

    All sources, or those that are named; what is found of all tables together is told as well.
    Each analysis is an asset of the source, or of the run where tables meet; what is known of the
    same rows is not made again. One that fails ends itself and those that need it; the others
    finish, and the exit code is 3.

    All findings are in the warehouse: SELECT * FROM _dmaic.findings.
    """
    from dmaic_assets.work.analyses.accepted import held_of
    from dmaic_assets.work.analyses.analyze import Asked

    began = time.perf_counter()
    with platform_at(project) as platform:
        made = studied(platform, Asked(analyses, sources, force), is_quiet=is_json)
        held = {s: h for s, h in held_of(platform).items() if not sources or s in sources}
    if is_json:
        print_json(_document(made, held))
    else:
        _tell(made, held, time.perf_counter() - began)
    if made.refusal is not None:
        raise made.refusal


def _document(made: "Analysed", held: "Mapping[str, Held]") -> dict[str, Json]:
    from dmaic_assets.store.codec import to_json

    outcomes: list[Json] = [
        {
            "analysis": r.analysis,
            "table": r.table or None,
            "run_id": r.run_id,
            "is_memoized": r.is_memoized,
            "computed_in_run": r.computed_in_run,
            "findings": to_json(r.outcome.findings),
            "value": to_json(r.outcome.value),
        }
        for r in made.results
    ]
    failures: list[Json] = [
        {
            "analysis": failure.analysis,
            "table": failure.table or None,
            "reason": failure.reason,
            "is_skipped": failure.missing is not None,
        }
        for failure in made.failures
    ]
    return {
        "outcomes": outcomes,
        "failures": failures,
        "quarantined_rows": {source: one.rows for source, one in held.items()},
    }


def _tell(made: "Analysed", held: "Mapping[str, Held]", elapsed_s: float) -> None:
    from dmaic_assets.analysis.finding import WEIGHTS
    from dmaic_assets.analysis.values.held import words_of
    from dmaic_assets.work.analyses.analyze import by_analysis

    results = made.results
    grouped = by_analysis(results)
    rows = [
        (name, str(len(of_it)), _made(of_it), *_counts(of_it)) for name, of_it in grouped.items()
    ]
    right = ("tables", "high", "medium", "low", "info")
    print_table(("analysis", "tables", "made", *reversed(WEIGHTS)), rows, right=right)
    _tell_findings(results)
    for source, one in held.items():
        say(f"{words_of(source, one)}: analyses see their keys only", style="yellow")
    _tell_failures(made.failures)
    new = sum(not r.is_memoized for r in results)
    words = f"{new} of {plural(len(results), 'outcome')} made" if new else "all of it known"
    say(f"{words}; {seconds(elapsed_s)}", style="dim")


def _tell_failures(failures: "Sequence[Failure]") -> None:
    """Each that failed in a line, and those that were skipped for it in one more."""
    for failure in failures:
        if failure.missing is None:
            say(failure.words, style="bold red")
    skipped = Counter(failure.reason for failure in failures if failure.missing is not None)
    for reason, count in skipped.items():
        names = [f.analysis for f in failures if f.missing is not None and f.reason == reason]
        said = ", ".join(dict.fromkeys(names))
        say(f"{plural(count, 'outcome')} skipped ({said}): {reason}", style="red")


def _made(results: "Sequence[AnalysisResult]") -> str:
    made = sum(not r.is_memoized for r in results)
    return "known" if not made else "all" if made == len(results) else str(made)


def _counts(results: "Sequence[AnalysisResult]") -> tuple[str, ...]:
    from dmaic_assets.analysis.finding import WEIGHTS

    counts = Counter(f.weight for r in results for f in r.outcome.findings)
    return tuple(str(counts[weight] or "") for weight in reversed(WEIGHTS))


def _tell_findings(results: "Sequence[AnalysisResult]") -> None:
    from dmaic_assets.analysis.finding import WEIGHTS

    found = [(r.analysis, f) for r in results for f in r.outcome.findings if f.weight != "info"]
    found.sort(key=lambda pair: -WEIGHTS.index(pair[1].weight))
    for analysis, finding in found[:SHOWN_FINDINGS]:
        style = {"high": "red", "medium": "yellow"}.get(finding.weight, "")
        say(f"{finding.weight:6} {finding.text} ({analysis})", style=style)
    if len(found) > SHOWN_FINDINGS:
        rest = len(found) - SHOWN_FINDINGS
        say(f"{rest} more: --json, or the view _dmaic.findings", style="dim")
