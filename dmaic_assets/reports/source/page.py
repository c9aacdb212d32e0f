"""The page of a source: what is held, how files fared, columns, rules, quality, and lineage.

What belongs here: putting the view into the template, in the order of what a person asks. The page
is bounded with its view: beyond the newest files and the first rules it says how many there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from dmaic_assets.model import Json, RuleChange
from dmaic_assets.reports.page.links import Links
from dmaic_assets.reports.page.rendering import macro
from dmaic_assets.reports.page.scripts import Library
from dmaic_assets.reports.page.shell import GroupLine, Page, page_html
from dmaic_assets.reports.source.columns_part import (
    column_lines,
    has_news,
    profile_note,
    value_lines,
)
from dmaic_assets.reports.source.courses import fared_chart, quality_part
from dmaic_assets.reports.source.held_part import (
    HeldShown,
    Pager,
    asked,
    group_lines,
    held_shown,
    pager_of,
    served,
    state_badge,
)
from dmaic_assets.reports.views.source.lineage import Lineage
from dmaic_assets.reports.views.source.view import SourceView
from dmaic_assets.reports.wording import NOTHING, figure, sigma, spelled
from dmaic_assets.table.spelled_numbers import are, percent, plural
from dmaic_assets.work.assets.names import HASHMAP_PAGE


@dataclass(frozen=True, slots=True)
class SourceShown:
    """What the template takes."""

    view: SourceView
    cards: Sequence[tuple[str, ...]]
    groups: Sequence[GroupLine]
    asked_rule: str
    all_address: str | None
    held: Sequence[HeldShown]
    pager: Pager
    held_note: str
    fared: Markup
    older: str
    files: Sequence[Sequence[str]]
    columns: Sequence[Sequence[str]]
    has_news: bool
    values: Sequence[Sequence[str]]
    profile_note: str
    rules: Sequence[Sequence[str]]
    rules_note: str
    changes: Sequence[Sequence[str]]
    quality: Markup
    findings: Sequence[Sequence[str]]
    flow: Sequence[tuple[str, str]]
    changes_applied: Sequence[Sequence[str]]
    links: Sequence[Sequence[str]]
    ways: Sequence[tuple[str, str]]


_SECTIONS = (
    ("held", "Held"),
    ("files", "Files"),
    ("columns", "Columns"),
    ("rules", "Rules"),
    ("quality", "Quality"),
    ("findings", "Findings"),
    ("lineage", "Lineage"),
)


def source_page(view: SourceView, links: Links, library: Library) -> str:
    """Builds the page.

    Args:
        view: The source.
        links: Where other pages are.
        library: How the page brings its scripts.
    """
    shown = _shown(view, links)
    there = {"findings": bool(shown.findings), "columns": bool(shown.columns)}
    sections = [(f, words) for f, words in _SECTIONS if there.get(f, True)]
    page = Page(
        view.source,
        links,
        library,
        here="Sources",
        lead=_lead(view),
        sections=sections if view.totals.files else (),
    )
    return page_html("source/source.html.j2", page, s=shown)


def _lead(view: SourceView) -> str:
    owner = f" Owner: {view.owner}." if view.owner else ""
    about = f"{view.description.rstrip('.')}. " if view.description else ""
    due = f"{view.freshness[:1].upper()}{view.freshness[1:]}."
    return f"{about}{due}{owner}"


def _shown(view: SourceView, links: Links) -> SourceShown:
    own = links.source(view.source)
    address, held, profile = served(links, own), view.held, view.profile
    return SourceShown(
        view=view,
        cards=_cards(view),
        groups=group_lines(held.groups, address),
        asked_rule=held.rule,
        all_address=asked(address, fragment="held"),
        held=[held_shown(view.source, f, links) for f in held.files],
        pager=pager_of(
            address, "files", page=held.page, pages=held.pages, rule=held.rule, fragment="held"
        ),
        held_note=_held_note(view, is_served=address is not None),
        fared=fared_chart(view.files),
        older=f"{plural(view.older_files, 'older file')} are counted above and not listed.",
        files=_files(view, links),
        columns=column_lines(profile) if profile else (),
        has_news=has_news(profile) if profile else False,
        values=value_lines(profile) if profile else (),
        profile_note=profile_note(profile) if profile else "",
        rules=_rules(view),
        rules_note=_rules_note(view),
        changes=[_change(c) for c in view.rules.changes],
        quality=quality_part(view, links),
        findings=[
            (macro("state")(f.weight), ", ".join(f.columns), f.text, f.analysis)
            for f in view.findings
        ],
        flow=_flow(view),
        changes_applied=[
            (c.id, c.kind, ", ".join(c.columns), c.status, c.promoted_at[:10], c.reason)
            for c in view.lineage.changes
        ],
        links=_references(view.lineage),
        ways=_ways(view, links),
    )


def _ways(view: SourceView, links: Links) -> list[tuple[str, str]]:
    """What else was made of the source, and where it is."""
    found = {
        "entropy": ("How sure one can be of it", links.entropy(view.source)),
        HASHMAP_PAGE: ("Hash maps of its key column", links.laboratory(view.source)),
    }
    return [(words, to) for name, (words, to) in found.items() if name in view.made and to]


def _cards(view: SourceView) -> list[tuple[str, ...]]:
    totals, head = view.totals, view.quality.headline
    score = NOTHING if totals.score is None else f"{100 * totals.score:.2f}"
    cards: list[tuple[str, ...]] = [
        (figure(totals.files), "files"),
        (figure(totals.held_files), "held", "bad" if totals.held_files else "good"),
        (figure(totals.split_files), "split", "warn" if totals.split_files else ""),
        (percent(totals.accepted / totals.rows) if totals.rows else NOTHING, "of rows accepted"),
        (score, "score of 100"),
    ]
    if head and head.sigma is not None:
        cards.append((sigma(head.sigma, is_bound=head.is_bound), "sigma level"))
    if head and head.alarms is not None:
        cards.append((figure(head.alarms), "open alarms", "warn" if head.alarms else "good"))
    return cards


def _held_note(view: SourceView, *, is_served: bool) -> str:
    held = view.held
    told = (
        [f"The newest {len(held.files)} of {plural(held.total, 'file')}."] if held.pages > 1 else []
    )
    if held.pages > 1 and not is_served:
        told.append(f"More: dmaic report source {view.source} --page 2")
    if held.unread:
        told.append(f"{plural(held.unread, 'older file')} {are(held.unread)} not looked at.")
    return " ".join(told)


def _files(view: SourceView, links: Links) -> list[Sequence[str]]:
    lines: list[Sequence[str]] = []
    for line in reversed(view.files):
        address = links.file(view.source, line.sha256)
        name = Markup('<a href="{}">{}</a>').format(address, line.name) if address else line.name
        score = NOTHING if line.score is None else f"{100 * line.score:.2f}"
        figures = (figure(line.rows), figure(line.accepted), figure(line.quarantined), score)
        arrived = f"{line.arrived_at:%Y-%m-%d %H:%M}"
        lines.append((name, arrived, state_badge(line.disposition), *figures))
    return lines


def _rules(view: SourceView) -> list[Sequence[str]]:
    return [
        (
            r.id if r.is_enabled else f"{r.id} (off)",
            macro("state")(r.severity),
            r.expects,
            figure(r.broken_in),
            figure(r.failed_in),
            r.last_failed or NOTHING,
            percent(r.stop_rate, digits=2),
            percent(r.good_rows_lost, digits=2),
        )
        for r in view.rules.rules
    ]


def _rules_note(view: SourceView) -> str:
    rules = view.rules
    known = len(rules.rules) + rules.left_out
    if not known:
        return "None yet: rules are learnt from the rows of accepted files, or written by hand."
    off = (
        f" {figure(rules.switched_off)} {are(rules.switched_off)} switched off."
        if rules.switched_off
        else ""
    )
    more = (
        f" {plural(rules.left_out, 'more rule')}: dmaic rules list {view.source}."
        if rules.left_out
        else ""
    )
    return (
        f"{plural(known, 'rule')}, learnt from {plural(rules.baseline_files, 'file')}, for the next"
        f" one; what a file was judged by stands with the file.{off} Counted over the newest"
        f" {plural(rules.judged, 'judged file')}; those broken most come first."
        f" Stops: the share of clean files that a rule is expected to stop.{more}"
    )


def _change(change: RuleChange) -> Sequence[str]:
    return (
        change.at[:16].replace("T", " "),
        change.by,
        change.action,
        change.rule or change.file[:16],
        _said({**change.before}),
        _said({**change.after}),
        change.reason or NOTHING,
    )


def _said(said: dict[str, Json]) -> str:
    return "; ".join(f"{name}: {spelled(value)}" for name, value in said.items()) or NOTHING


def _flow(view: SourceView) -> list[tuple[str, str]]:
    lineage, totals = view.lineage, view.totals
    formats = ", ".join(lineage.formats)
    active = sum(c.status == "active" for c in lineage.changes)
    steps = [(f"data/{lineage.files_lie_in}", f"{plural(totals.files, 'file')}, {formats}")]
    if lineage.changes or lineage.repaired_cells:
        cells = plural(lineage.repaired_cells, "cell")
        newest = plural(lineage.looked_at, "file")
        told = f"{plural(active, 'active change')}; {cells} repaired in the newest {newest}"
        steps.append(("Repairs", told))
    steps.append(("Gate", f"{plural(len(view.rules.rules) + view.rules.left_out, 'rule')}"))
    if lineage.view:
        rows = plural(totals.accepted, "row")
        steps.append((f"Warehouse table {lineage.view}", f"{rows} accepted"))
    apart = f"{plural(totals.quarantined, 'row')} held or set apart"
    steps.append((f"data/quarantine/{view.source}", apart))
    if lineage.problem:
        steps.append(("Change file", lineage.problem))
    return steps


def _references(lineage: Lineage) -> list[Sequence[str]]:
    every = (*lineage.refers_to, *lineage.referred_to_by)
    return [(link.source, ", ".join(link.columns), link.reference) for link in every]
