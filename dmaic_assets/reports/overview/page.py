"""The page of the overview: did everything arrive, what is held, what gets worse, what first.

What belongs here: what of the view is shown, and in which words. It is a function of the view.
"""

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from dmaic_assets.reports.overview.sparkline import sparkline
from dmaic_assets.reports.page.links import Links
from dmaic_assets.reports.page.rendering import macro
from dmaic_assets.reports.page.scripts import Library
from dmaic_assets.reports.page.shell import GroupLine, Page, page_html
from dmaic_assets.reports.views.first_steps import FirstStep, StepKind
from dmaic_assets.reports.views.overview import (
    ArrivalState,
    Arriving,
    OverviewView,
    SourceStanding,
)
from dmaic_assets.reports.wording import NOTHING, sigma
from dmaic_assets.table.spelled_numbers import plural
from dmaic_assets.work.state.hold_groups import Group

# Steps that are shown at once: what a person can do before noon.
_SHOWN_STEPS = 6
# Share of score that fills the height of a line at least: less is no fall.
_LEAST_FALL = 0.01
_WORDS: Mapping[StepKind, tuple[str, str]] = {
    "unpublished": ("not published", "bad"),
    "waiting": ("not judged", "bad"),
    "held": ("held", "bad"),
    "overdue": ("late", "bad"),
    "alarm": ("alarm", "warn"),
    "worse": ("worse", "warn"),
    "split": ("split", "warn"),
}
_ARRIVALS: Mapping[ArrivalState, tuple[str, str]] = {
    "in time": ("in time", "good"),
    "overdue": ("late", "bad"),
    "nothing expected": ("no rhythm known", "quiet"),
    "no file yet": ("no file yet", "quiet"),
}
_DISPOSITIONS: Mapping[str, tuple[str, str]] = {
    "accepted": ("accepted", "good"),
    "quarantine": ("split", "warn"),
    "rejected": ("held", "bad"),
}


def overview_page(view: OverviewView, links: Links, library: Library) -> str:
    """Makes the page; nothing in it depends on more than the view and where other pages are."""
    page = Page(
        title=view.project,
        links=links,
        library=library,
        here="Overview",
        lead=headline(view),
        made_at=view.at,
        run_id=view.last_run.run_id if view.last_run else "",
    )
    shown = _steps(view, links)
    return page_html(
        "overview/overview.html.j2",
        page,
        cards=_cards(view),
        steps=shown[:_SHOWN_STEPS],
        more_steps=shown[_SHOWN_STEPS:],
        headings=_HEADINGS,
        kinds=_KINDS,
        rows=[_row(standing, links) for standing in view.sources],
        working=[run.run_id for run in view.running],
    )


def headline(view: OverviewView) -> str:
    """Says in one sentence or two how everything stands."""
    totals = view.totals
    if not totals.files:
        return "No file was judged yet."
    late = plural(totals.overdue, "source") + (" waits" if totals.overdue == 1 else " wait")
    arrived = f"{late} for a file that is late" if totals.overdue else "No file is late"
    worse = (
        f" {plural(totals.worse, 'source')} {'gets' if totals.worse == 1 else 'get'} worse."
        if totals.worse
        else ""
    )
    return f"{arrived}; {view.held.sentence}.{worse}"


def _cards(view: OverviewView) -> list[tuple[str, str, str]]:
    totals, held = view.totals, view.held
    in_time = totals.expected - totals.overdue
    arrived = f"{in_time} of {totals.expected}" if totals.expected else NOTHING
    score = NOTHING if totals.score is None else f"{100 * totals.score:.1f}"
    found = [
        (arrived, "sources whose files arrived in time", _tone(totals.overdue, "bad")),
        (f"{totals.held:,}", "files held", _tone(totals.held, "bad")),
        (f"{held.rows:,}", "rows not in the warehouse", _tone(held.rows, "warn")),
        (f"{totals.worse:,}", "sources get worse", _tone(totals.worse, "warn")),
        (f"{totals.open_alarms:,}", "open alarms", _tone(totals.open_alarms, "warn")),
        (score, f"score by rows, of {plural(totals.files, 'file')}", ""),
    ]
    if totals.waiting:
        found.insert(1, (f"{totals.waiting:,}", "files not judged", "bad"))
    return found


def _tone(count: int, tone: str) -> str:
    return tone if count else "good"


def _steps(view: OverviewView, links: Links) -> list[GroupLine]:
    groups = view.held.groups
    return [
        _of_step(step, links) if step.group is None else _of_group(groups[step.group], links)
        for step in view.steps
    ]


def _of_group(group: Group, links: Links) -> GroupLine:
    word, tone = _WORDS["held" if group.held else "split"]
    first = group.files[0]
    others = f" and {len(group.files) - 1:,} more" if len(group.files) > 1 else ""
    likely = f"; likely {group.cause}" if group.cause else ""
    return GroupLine(
        tone=tone,
        word=word,
        heading=f"{group.source}: {group.rule}",
        count=f"{plural(len(group.files), 'file')}, {plural(group.rows, 'row')}",
        detail=f"{first.name}{others}: expected {group.expected or 'all thresholds to be met'}"
        f"{likely}. {group.answer.says}{':' if group.answer.command else '.'}",
        command=group.answer.command or "",
        address=links.file(group.source, first.sha256) or links.source(group.source),
    )


def _of_step(step: FirstStep, links: Links) -> GroupLine:
    word, tone = _WORDS[step.kind]
    return GroupLine(
        tone=tone,
        word=word,
        heading=step.source or "project",
        count="",
        detail=f"{step.says}. {step.when}{':' if step.command else '.'}",
        command=step.command or "",
        address=links.source(step.source) if step.source else None,
    )


_HEADINGS = (
    "source",
    "arrived",
    "newest file",
    "files",
    "held",
    "split",
    "rows missing",
    "score",
    "sigma level",
    "alarms",
)
_KINDS = ("", "", "w", "n", "n", "n", "n", "n", "n", "n")


def _row(standing: SourceStanding, links: Links) -> Sequence[str]:
    counts = standing.counts
    return (
        _named(standing, links),
        _arrived(standing.arriving),
        _newest(standing, links),
        *(
            (f"{n:,}" for n in (counts.files, counts.held, counts.split, counts.quarantined))
            if counts
            else (NOTHING,) * 4
        ),
        _with_course(
            NOTHING if counts is None or counts.score is None else f"{100 * counts.score:.1f}",
            standing.scores,
            _LEAST_FALL,
        ),
        _with_course(sigma(standing.sigma), [point.value for point in standing.sigmas], 0.0),
        NOTHING if standing.open_alarms is None else f"{standing.open_alarms:,}",
    )


def _named(standing: SourceStanding, links: Links) -> Markup:
    name = macro("link")(standing.source, links.source(standing.source))
    if not standing.worse:
        return name
    worse = macro("badge")("worse", "warn")
    return Markup('{}<br><span title="{}">{}</span>').format(name, "; ".join(standing.worse), worse)


def _arrived(arriving: Arriving) -> Markup:
    word, tone = _ARRIVALS[arriving.state]
    last = arriving.freshness.last_at
    at = f"{last:%Y-%m-%d %H:%M}" if last else ""
    shown = macro("badge")(word, tone) if tone != "quiet" or not at else ""
    return Markup('<span title="{}">{} <span class="soft when">{}</span></span>').format(
        arriving.says, shown, at
    )


def _newest(standing: SourceStanding, links: Links) -> Markup | str:
    newest = standing.newest
    if newest is None:
        return NOTHING
    word, tone = _DISPOSITIONS[newest.disposition]
    address = links.file(newest.source, newest.sha256)
    return Markup("{} {}").format(macro("badge")(word, tone), macro("link")(newest.name, address))


def _with_course(text: str, values: Sequence[float], least: float) -> Markup | str:
    line = sparkline(values, least=least)
    return Markup("{} {}").format(line, text) if line else text
