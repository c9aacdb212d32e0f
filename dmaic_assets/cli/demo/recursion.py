"""The demo's second act: a source that improves run after run until nothing is gained.

What belongs here: dropping its files, starting or finding its recursion, and telling it. The
recursion is the one of `dmaic run --until-plateau`.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dmaic_assets.cli.console import say
from dmaic_assets.cli.demo.data import drop
from dmaic_assets.cli.demo.weeks import MISHAPS, SOURCE, weekly_files
from dmaic_assets.cli.phases.phase_runs import print_recursion, recurse
from dmaic_assets.cli.runs.render_plan import shown_path
from dmaic_assets.model import Json
from dmaic_assets.table.spelled_numbers import plural

if TYPE_CHECKING:
    from dmaic_assets.process.recursion.recursion import RecursionState
    from dmaic_assets.work.run.platform import Platform


@dataclass(frozen=True, slots=True)
class SecondAct:
    """The recursion of the demo's source, and whether it ran just now or was known."""

    state: "RecursionState"
    is_known: bool

    def document(self) -> dict[str, Json]:
        """Builds the JSON form."""
        return {"source": SOURCE, "is_known": self.is_known, **self.state.to_json()}


def play(platform: "Platform", *, is_quiet: bool) -> SecondAct:
    """Drops the weekly files and improves their source, unless that was done before.

    Raises:
        BadInputError: The package with the data is not installed.
        DmaicError: A phase refuses.
    """
    from dmaic_assets.store.ledger.record.files import arrivals
    from dmaic_assets.work.plan.request import RunRequest

    known = {arrival.name for arrival in arrivals(platform.ledger, [SOURCE])}
    missing = [f for f in weekly_files() if f.name not in known]
    dropped = drop(missing, platform.paths.incoming)
    found = None if dropped else _newest_recursion(platform)
    if found is not None and found.stop.is_stop:
        return SecondAct(found, is_known=True)
    if not is_quiet and dropped:
        _tell_arrivals(platform, len(dropped))
    state = recurse(
        platform,
        RunRequest(sources=(SOURCE,)),
        resume=found.recursion_id if found else None,
        is_quiet=is_quiet,
    )
    return SecondAct(state, is_known=False)


def tell(platform: "Platform", act: SecondAct) -> None:
    """Prints the runs of the recursion, what was promoted, and where the reports are."""
    if act.is_known:
        say(f"{SOURCE} was improved before; nothing is computed again:")
    else:
        say("Each run applied what the one before had proven on held-out rows:")
    print_recursion(act.state)
    for line in _promoted(platform):
        say(f"  {line}")
    reports = shown_path(platform.paths.reports, platform.paths.root)
    say(f"  reports         {reports}/dmaic.html and {reports}/{SOURCE}/")


def _tell_arrivals(platform: "Platform", count: int) -> None:
    incoming = shown_path(platform.paths.incoming / SOURCE, platform.paths.root)
    say("")
    say(f"Second act: {plural(count, 'weekly file')} arrived in {incoming}/, some badly written:")
    for mishap in MISHAPS:
        say(f"  {mishap.file}: {mishap.story}", style="yellow")


def _promoted(platform: "Platform") -> list[str]:
    from dmaic_assets.process.improve.promotions import known_changes

    return [
        f"promoted        {change.label}: {change.reason}"
        for change in known_changes(platform, SOURCE)
        if change.status == "active"
    ]


def _newest_recursion(platform: "Platform") -> "RecursionState | None":
    from dmaic_assets.process.recursion.recursion import recursion_state
    from dmaic_assets.store.ledger.record.runs import list_runs, manifest

    for run in list_runs(platform.ledger):
        if run.recursion_id and SOURCE in manifest(platform.ledger, run.run_id):
            return recursion_state(platform, run.recursion_id)
    return None
