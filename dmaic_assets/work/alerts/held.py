"""Alerts of files that a run did not accept whole: one for each rule and likely cause.

What belongs here: which verdicts are news, and their words.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import PurePath

from dmaic_assets.model import Severity, Verdict, Violation
from dmaic_assets.settings.alerts import AlertKind
from dmaic_assets.store.keys import sha256_json
from dmaic_assets.store.ledger.record.alerts import Alert
from dmaic_assets.store.ledger.record.verdicts import decisions_before, verdicts
from dmaic_assets.table.spelled_numbers import plural
from dmaic_assets.work.alerts.words import (
    TITLE_WIDTH,
    clean,
    expected_of,
    files_named,
    milder,
    seen_of,
    worst,
)
from dmaic_assets.work.run.platform import Platform
from dmaic_assets.work.state.hold_groups import Group, groups_of

# Hex digits of an alert's key: nobody has as many alerts as would make two of them alike.
KEY_DIGITS = 24


def held_alerts(platform: Platform, run_id: str) -> list[Alert]:
    """What a run held or split and the run before it had not, by rule and likely cause."""
    tell = platform.settings.alerts.tell
    wanted = {d for d, is_told in (("reject", tell.held), ("quarantine", tell.split)) if is_told}
    records = [r for r in verdicts(platform.ledger, run_id=run_id) if r.verdict.decision in wanted]
    if not records:
        return []
    before = decisions_before(platform.ledger, run_id)
    news = [
        (PurePath(r.path).name, r.verdict)
        for r in reversed(records)
        if before.get((r.verdict.source, r.verdict.file_sha256)) != r.verdict.decision
    ]
    return alerts_of_verdicts(platform, run_id, news, platform.clock())


def alerts_of_verdicts(
    platform: Platform, run_id: str, news: Sequence[tuple[str, Verdict]], at: datetime
) -> list[Alert]:
    """The alerts that files make, of a run that judged them at a moment: by rule and cause."""
    by_source: dict[str, list[Verdict]] = {}
    for _, verdict in news:
        by_source.setdefault(verdict.source, []).append(verdict)
    return [
        _alert(platform, run_id, group, by_source[group.source], at) for group in groups_of(news)
    ]


def _alert(
    platform: Platform, run_id: str, group: Group, judged: Sequence[Verdict], now: datetime
) -> Alert:
    kind: AlertKind = "held" if group.held else "split"
    about = _violation_of(group, judged)
    names = group.held or group.split
    said = "held" if group.held else "accepted without some rows"
    cause = f", likely {group.cause}" if group.cause else ""
    title = f"{group.source}: {plural(len(names), 'file')} {said} by {group.rule}{cause}"
    command = group.answer.command
    facts: Mapping[str, str] = {
        "files": files_named((*group.held, *group.split)),
        "rows not in the warehouse": f"{group.rows:,}",
        "expected": expected_of(about) if about else "",
        "seen": seen_of(about) if about else "",
        "owner": clean(platform.settings.source(group.source).owner or ""),
    }
    return Alert(
        key=sha256_json([kind, run_id, group.source, group.rule, group.cause])[:KEY_DIGITS],
        kind=kind,
        severity=_severity(platform, group, about),
        source=group.source,
        run_id=run_id,
        subject=f"{kind}|{group.source}|{group.rule}|{group.cause or ''}",
        title=clean(title, width=TITLE_WIDTH),
        raised_at=now,
        facts=tuple((word, text) for word, text in facts.items() if text),
        commands=(f"dmaic show {run_id}", *([clean(command)] if command else [])),
    )


def _violation_of(group: Group, judged: Sequence[Verdict]) -> Violation | None:
    key = (group.rule, group.cause)
    found = (v for verdict in judged for v in verdict.violations if (v.rule, v.cause) == key)
    return next(found, None)


def _severity(platform: Platform, group: Group, about: Violation | None) -> Severity:
    """A held file is grave whatever holds it; one that was accepted is less so than its rule."""
    if not group.held:
        return milder(about.severity) if about else "low"
    settings = platform.settings.source(group.source)
    named: tuple[Severity, ...] = (
        (settings.criticality,) if "criticality" in settings.model_fields_set else ()
    )
    return worst(("high", *((about.severity,) if about else ()), *named))
