"""A plan as JSON and for people: what would be computed, and why."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dmaic_assets.cli.console import count, decision_cell, print_table, say
from dmaic_assets.model import AssetName, Json
from dmaic_assets.table.spelled_numbers import plural
from dmaic_assets.work.assets.registry import WORK_ORDER

if TYPE_CHECKING:
    from dmaic_assets.store.ledger.record.files import Arrival
    from dmaic_assets.work.plan.chain import Duplicate
    from dmaic_assets.work.plan.planned import FilePlan, Leaving, Plan
    from dmaic_assets.work.state.skipped_changes import Skip

# How the plan spells the reason of an asset that depends on another one (`runs.reasons`).
FOLLOWS = "follows "


def plan_document(plan: "Plan") -> dict[str, Json]:
    """Builds the JSON form of a plan; every file is listed, known ones too."""
    files: list[Json] = [_file_document(file) for file in plan.files]
    removed: list[Json] = [removed_document(arrival) for arrival in plan.removed]
    problems: list[Json] = [str(problem) for problem in plan.problems]
    duplicates: list[Json] = [duplicate_document(duplicate) for duplicate in plan.duplicates]
    return {
        "is_empty": plan.is_empty,
        "sources_with_work": list(plan.cells),
        "files": files,
        "removed": removed,
        "duplicates": duplicates,
        "leaving": [
            {"source": each.source, "file": each.name, "rows": each.rows, "why": each.why}
            for each in plan.leaving
        ],
        "problems": problems,
        "waiting": [str(file.path) for file in plan.waiting],
        "refused": [str(refused) for refused in plan.refused],
        "notes": list(plan.notes),
    }


def print_skips(skips: "Sequence[Skip]") -> None:
    """Warns of changes that could not be applied, and says why."""
    for skip in skips:
        say(f"warning  {skip.words}", style="yellow")


def duplicate_document(duplicate: "Duplicate") -> Json:
    """Builds the JSON form of a file whose content the source has already."""
    return {
        "source": duplicate.file.source,
        "path": str(duplicate.file.path),
        "sha256": duplicate.file.sha256,
        "duplicate_of": str(duplicate.original),
        "verdict": duplicate.decision,
    }


def removed_document(arrival: "Arrival") -> Json:
    """Builds the JSON form of a file that somebody took away."""
    from dmaic_assets.work.plan.chain import decision_of

    return {
        "source": arrival.source,
        "path": arrival.path,
        "sha256": arrival.sha256,
        "verdict": decision_of(arrival),
    }


def print_plan(plan: "Plan") -> None:
    """Prints how many files of each source would be computed for which reason.

    What only follows from another asset is left to `print_why`.
    """
    say(summary_line(plan))
    _print_leaving(plan)
    rows = [(source, files, what, why) for (source, what, why), files in _causes(plan).items()]
    if rows:
        print_table(("source", "files", "would be computed", "because"), rows)
    print_notices(plan)


def print_why(plan: "Plan", *, root: Path) -> None:
    """Prints every file of the plan with each asset's reason, or why nothing is computed."""
    _print_leaving(plan)
    rows = [
        (
            shown_path(f.file.path, root),
            decision_cell(f.decision) if f.decision else "",
            assets,
            why,
        )
        for f in plan.files
        for assets, why in _reasons_or_known(f)
    ]
    if rows:
        print_table(("file", "verdict", "assets", "because"), rows)
    else:
        say("No files.")
    print_notices(plan)


def _print_leaving(plan: "Plan") -> None:
    alike: dict[tuple[str, str], list[Leaving]] = {}
    for each in plan.leaving:
        alike.setdefault((each.source, each.why), []).append(each)
    for (source, why), files in alike.items():
        names = _names([f"{source}/{each.name}" for each in files])
        rows = f"{_its(files)} {count(sum(each.rows for each in files))} accepted rows"
        say(f"warning: {names}: {rows} {why}", style="bold yellow")
    if len(alike) > 1:
        rows, total = sum(each.rows for each in plan.leaving), len(plan.leaving)
        say(f"warning: in all {count(rows)} rows of {total} files may leave", style="bold yellow")


def _its(files: "Sequence[Leaving]") -> str:
    return "its" if len(files) == 1 else "their"


def print_notices(plan: "Plan") -> None:
    """Prints what a person should know of files that nothing is computed for.

    That is files taken away, copies of files that are known, and what discovery could not use.
    """
    for arrival in plan.removed:
        say(f"gone  {arrival.source}/{arrival.name}: {_what_is_left(arrival)}", style="yellow")
    for duplicate in plan.duplicates:
        say(f"duplicate  {duplicate.file.path}: {_same_as(duplicate)}", style="yellow")
    for file in plan.waiting:
        say(f"waits  {file.source}/{file.path.name}: {_why_waits(file.path)}", style="yellow")
    for note in plan.notes:
        say(f"note     {note}", style="yellow")
    for refused in plan.refused:
        say(f"refused  {refused}", style="bold red")
    for problem in plan.problems:
        say(f"problem: {problem}", style="yellow")


def _why_waits(path: Path) -> str:
    from dmaic_assets.work.plan.settling import lock_beside

    lock = lock_beside(path)
    if lock is None:
        return "is still being written; the next run takes it"
    return f"{lock.name} lies beside it; the next run takes it once that is gone"


def _what_is_left(arrival: "Arrival") -> str:
    if arrival.disposition == "rejected":
        return "the held file was taken away, or changed since it was judged"
    return "the file was taken away (sources.yaml: on_removed says whether its rows stay)"


def _same_as(duplicate: "Duplicate") -> str:
    became = {"accept": "accepted", "quarantine": "accepted in part", "reject": "held"}
    told = f" ({became[duplicate.decision]})" if duplicate.decision else ""
    return f"the same content as {duplicate.original}{told}; not loaded again"


def summary_line(plan: "Plan") -> str:
    """Says in one line how much a run would do."""
    known = sum(file.is_known for file in plan.files)
    gone = f", {len(plan.removed)} gone" if plan.removed else ""
    total = f"{plural(len(plan.files), 'file')} of {plural(len(plan.sources), 'source')}"
    if plan.is_empty and not (plan.files or plan.waiting or plan.problems):
        return (
            "No file has come yet. Put one into data/incoming/SOURCE/ and run: dmaic run-all. "
            "To see it work on real data first: dmaic demo."
        )
    if plan.is_empty:
        return f"Nothing to do: {total}{_left(plan)}."
    return f"{total}: {len(plan.work)} to compute, {known} known{gone}."


def _left(plan: "Plan") -> str:
    """Says what stays undone: nothing when all files are known."""
    waiting = f"{len(plan.waiting)} still being written" if plan.waiting else ""
    others = f"{plural(len(plan.problems), 'problem')}" if plan.problems else ""
    known = ", all known" if plan.files or not (waiting or others) else ""
    return known + "".join(f"; {words}" for words in (waiting, others) if words)


def grouped_reasons(reasons: Mapping[AssetName, str]) -> list[tuple[str, str]]:
    """Groups assets by their reason, so that one reason for all is one line."""
    grouped: dict[str, list[AssetName]] = {}
    for asset in sorted(reasons, key=WORK_ORDER.index):
        grouped.setdefault(reasons[asset], []).append(asset)
    return [(_assets(assets), reason) for reason, assets in grouped.items()]


def _causes(plan: "Plan") -> dict[tuple[str, str, str], str]:
    files: dict[tuple[str, str, str], list[str]] = {}
    for file in plan.work:
        told = file.reasons.items()
        roots: dict[AssetName, str] = {a: r for a, r in told if not r.startswith(FOLLOWS)}
        follows = len(file.reasons) - len(roots)
        for assets, why in grouped_reasons(roots or file.reasons):
            what = f"{assets} and what follows" if follows and roots else assets
            files.setdefault((file.file.source, what, why), []).append(file.file.path.name)
    return {cause: _names(names) for cause, names in files.items()}


def _names(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{len(names)}: {names[0]} ... {names[-1]}"


def _assets(assets: Sequence[AssetName]) -> str:
    return "all assets" if len(assets) == len(WORK_ORDER) else ", ".join(assets)


def _reasons_or_known(file: "FilePlan") -> list[tuple[str, str]]:
    if file.reasons:
        return grouped_reasons(file.reasons)
    if not file.is_in_scope:
        return [("none", "not asked for")]
    return [("none", f"known from run {file.known_run}" if file.known_run else "known")]


def _file_document(plan: "FilePlan") -> Json:
    reasons = dict[str, Json](plan.reasons.items())
    return {
        "source": plan.file.source,
        "path": str(plan.file.path),
        "sha256": plan.file.sha256,
        "is_known": plan.is_known,
        "decision": plan.decision,
        "known_from_run": plan.known_run,
        "reasons": reasons,
    }


def shown_path(path: Path, root: Path) -> str:
    """Spells a path relative to the project where it lies inside."""
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)
