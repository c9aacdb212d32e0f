"""`dmaic plan` and `dmaic why`: what a run would compute, and the reason for every asset."""

import time
from pathlib import Path

import click

from dmaic_assets.cli.console import print_json
from dmaic_assets.cli.framework import ExampleCommand, json_option, project_option
from dmaic_assets.cli.project import platform_at
from dmaic_assets.cli.runs.at_rest import is_owed, keep_standing, standing_at
from dmaic_assets.cli.runs.main_job import refuse_left_out
from dmaic_assets.cli.runs.options import source_option
from dmaic_assets.cli.runs.render_plan import plan_document, print_plan, print_why


@click.command(
    "plan",
    cls=ExampleCommand,
    examples=("dmaic plan", "dmaic plan --source orders --json"),
)
@source_option
@json_option
@project_option
def plan(*, sources: tuple[str, ...], is_json: bool, project: Path | None) -> None:
    """Tell what a run would compute now; it computes nothing."""
    found = None if sources else standing_at(project)
    if found is None:
        from dmaic_assets.work.plan.plan import plan_run
        from dmaic_assets.work.plan.request import RunRequest

        began_ns = time.time_ns()
        with platform_at(project) as platform:
            found = plan_run(platform, RunRequest(sources=sources))
            is_at_rest = not sources and not is_owed(platform)
        if is_at_rest:
            keep_standing(platform, found, began_ns=began_ns)
    if is_json:
        print_json(plan_document(found))
    else:
        print_plan(found)
    refuse_left_out(found)


@click.command("why", cls=ExampleCommand, examples=("dmaic why orders", "dmaic why orders --json"))
@click.argument("source")
@json_option
@project_option
def why(*, source: str, is_json: bool, project: Path | None) -> None:
    """Explain, file by file, what would be computed and why."""
    from dmaic_assets.work.plan.plan import plan_run
    from dmaic_assets.work.plan.request import RunRequest

    with platform_at(project) as platform:
        found = plan_run(platform, RunRequest(sources=(source,)))
        if is_json:
            print_json(plan_document(found))
        else:
            print_why(found, root=platform.paths.root)
