"""The demo's last act: hash maps measured on a real key column of its data.

What belongs here: which column, and the telling. It is the same as `dmaic hashmap trials`; what is
told holds on every machine, and the figures are on the page.
"""

from typing import TYPE_CHECKING, cast

from dmaic_assets.cli.console import count, say
from dmaic_assets.cli.hashmap.trials_command import document, measured
from dmaic_assets.cli.runs.render_plan import shown_path
from dmaic_assets.model import Json
from dmaic_assets.work.laboratory.machine import missing

if TYPE_CHECKING:
    from dmaic_assets.work.laboratory.known import LaboratoryResult
    from dmaic_assets.work.laboratory.values import WorkloadValue
    from dmaic_assets.work.run.platform import Platform

# The tail numbers of aeroplanes: text, some of them a hundred times as frequent as others.
SOURCE, COLUMN = "flights", "tailnum"


def play(platform: "Platform", *, is_quiet: bool) -> "tuple[LaboratoryResult, ...]":
    """Measures the demo's key column; nothing without numba, and nothing that is known."""
    if missing():
        return ()
    return measured(platform, SOURCE, COLUMN, force=False, is_quiet=is_quiet)


def tell(platform: "Platform", results: "tuple[LaboratoryResult, ...]") -> None:
    """Prints what was measured and where the page is, or why nothing was."""
    say("")
    if not results:
        say(f"Last act skipped, hash maps on a real key column: {missing()}")
        return
    from dmaic_assets.work.laboratory.laboratory import page_path

    workload = cast("WorkloadValue", results[0].value)
    say("Last act: which hash map is fastest for a real key column, on this machine?")
    keys = f"{count(workload.sampled)} of {count(workload.rows)} keys"
    say(f"  key column      {SOURCE}.{COLUMN}: {keys}, {count(workload.distinct)} distinct")
    say(f"  page            {shown_path(page_path(platform, SOURCE), platform.paths.root)}")


def demo_document(results: "tuple[LaboratoryResult, ...]") -> Json:
    """The JSON form: what was measured, or why nothing was."""
    return document(results) if results else {"skipped": missing()}
