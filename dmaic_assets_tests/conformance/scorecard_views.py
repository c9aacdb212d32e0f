"""The scorecard as rows of text and as a page that needs nothing beside itself.

What belongs here: wording and layout. What does not: counting (`scorecard`).
"""

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from dmaic_assets_tests.conformance.case import CaseResult
from dmaic_assets_tests.conformance.scorecard import GroupScore, Scorecard

HEADERS = (
    "group",
    "cases",
    "passed",
    "failed",
    "not run",
    "checks",
    "digits",
    "rules equal",
    "worst difference",
    "where",
)
NUMBERS = HEADERS[1:8]
# Counts alone: how far off a figure is differs in the last digit between machines.
DOCUMENT_HEADERS = ("group", "cases", "passed", "failed", "not run", "checks", "rules equal")
_DOCUMENT_TEXT = """\
# The conformance scorecard

Written by `make conformance ARGS=--write`; a test compares it with what the shipped cases come to.
What the columns mean, and where the cases come from, stands in [Six Sigma](guides/sixsigma.md).
`make conformance` also prints how many digits agree and which comparison is furthest off.

"""
SHOWN_CHECKS = 5
SHOWN_CASES = 3

_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem;
color:#1c2430;background:#fff}
h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #d9dee5;vertical-align:top;
white-space:nowrap}
td:last-child{white-space:normal;overflow-wrap:anywhere}
td.number,th.number{text-align:right;font-variant-numeric:tabular-nums}
tr.failed td{background:#fdecea}tr.total td{font-weight:600;border-top:2px solid #1c2430}
code{font:13px ui-monospace,monospace;overflow-wrap:anywhere}
@media (prefers-color-scheme:dark){body{color:#e4e8ee;background:#14181f}
th,td{border-color:#333b47}tr.failed td{background:#4a1f1f}tr.total td{border-color:#e4e8ee}}
"""


def scorecard_rows(card: Scorecard) -> list[tuple[str, ...]]:
    """Spells the rows under `HEADERS`, the total last; what does not apply is a dash."""
    return [_row(row) for row in (*card.rows, card.total)]


def scorecard_notes(card: Scorecard) -> list[str]:
    """Spells what is behind the rows: failed and not run cases, and files without a known case."""
    failed = [_failure(case) for case in card.cases if case.status == "failed"]
    idle = [_name(c) + f" was not run: {c.reason}" for c in card.cases if c.status == "not_run"]
    files = [f"{file}: no group finds a case in this file" for file in card.unanswered]
    return [*failed, *idle, *files]


def scorecard_text(card: Scorecard) -> str:
    """Spells the scorecard as plain text: aligned columns, then the notes, one per line.

    Expected values that a passed case has and that nothing of ours was compared with end the
    notes, so that no value passes unseen.
    """
    table = [HEADERS, *scorecard_rows(card)]
    widths = [max(len(row[column]) for row in table) for column in range(len(HEADERS))]
    lines = (_aligned(row, widths) for row in table)
    return "\n".join([*lines, *scorecard_notes(card), *_unseen(card)]) + "\n"


def _unseen(card: Scorecard) -> Iterator[str]:
    """One line per case, or one per group where many cases have values that are not compared."""
    for row in card.rows:
        cases = [c for c in card.cases if c.group == row.group and c.unchecked and c.checks]
        if len(cases) > SHOWN_CASES:
            count = sum(len(case.unchecked) for case in cases)
            such = f"{cases[0].case}: {cases[0].unchecked[0]}"
            yield f"{row.group}: {count} values of {len(cases)} cases not compared, such as {such}"
        else:
            yield from (f"{_name(c)}: not compared: {', '.join(c.unchecked)}" for c in cases)


def scorecard_page(card: Scorecard, *, version: str) -> str:
    """Builds the page: one HTML document with its own style and no script.

    Args:
        card: The scorecard.
        version: The version of this package that the page tells.
    """
    verdict = _verdict(card)
    notes = "".join(f"<li><code>{escape(note)}</code></li>" for note in scorecard_notes(card))
    unchecked = "".join(
        f"<li><code>{escape(_name(c))}</code>: {escape(', '.join(c.unchecked))}</li>"
        for c in card.cases
        if c.unchecked
    )
    return "".join(
        (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width,initial-scale=1">',
            f"<title>Conformance scorecard: {verdict}</title><style>{_STYLE}</style></head><body>",
            f"<h1>Conformance scorecard: {verdict}</h1>",
            f"<p>dmaic-assets {escape(version)} on {escape(', '.join(card.folders))}. ",
            "A difference is relative to the expected value; digits are log relative errors of ",
            "certified values.</p>",
            _table(card),
            f"<h2>Failed, not run, not answered</h2><ul>{notes or '<li>none</li>'}</ul>",
            f"<h2>Expected values that are not compared</h2><ul>{unchecked or '<li>none</li>'}",
            "</ul></body></html>\n",
        )
    )


def scorecard_markdown(card: Scorecard) -> str:
    """Builds the document: one row per group of counts that are the same on every machine."""
    places = [HEADERS.index(header) for header in DOCUMENT_HEADERS]
    rows = [DOCUMENT_HEADERS, *([row[place] for place in places] for row in scorecard_rows(card))]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    lines.insert(1, "|---" + "|---:" * (len(places) - 1) + "|")
    return _DOCUMENT_TEXT + "\n".join(lines) + "\n"


def _verdict(card: Scorecard) -> str:
    if card.total.failed:
        return f"{card.total.failed} cases failed"
    return "no case failed" if card.is_clean else "nothing was compared"


def _table(card: Scorecard) -> str:
    head = "".join(f"<th{_number_class(header)}>{header}</th>" for header in HEADERS)
    rows = [*((row, "failed" if row.failed else "") for row in card.rows), (card.total, "total")]
    body = "".join(f'<tr class="{style}">{_cells(_row(row))}</tr>' for row, style in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cells(values: Sequence[str]) -> str:
    return "".join(
        f"<td{_number_class(header)}>{escape(value)}</td>"
        for header, value in zip(HEADERS, values, strict=True)
    )


def _number_class(header: str) -> str:
    return ' class="number"' if header in NUMBERS else ""


def _row(row: GroupScore) -> tuple[str, ...]:
    worst = row.worst
    return (
        row.group,
        str(row.cases),
        str(row.passed),
        str(row.failed),
        str(row.not_run),
        str(row.checks),
        "-" if row.digits is None else f"{row.digits:.1f}",
        f"{row.rules_equal} of {row.rules}" if row.rules else "-",
        _distance(row),
        "-" if _is_equal(row) or worst is None else f"{worst.case}: {worst.check.name}",
    )


def _distance(row: GroupScore) -> str:
    if row.worst is None:
        return "-"
    if _is_equal(row):
        return "none"
    return f"{row.worst.check.difference:.1e} of {row.worst.check.tolerance:.0e}"


def _is_equal(row: GroupScore) -> bool:
    return row.worst is not None and row.worst.check.difference == 0


def _aligned(row: Iterable[str], widths: Sequence[int]) -> str:
    cells = (
        value.rjust(width) if header in NUMBERS else value.ljust(width)
        for value, width, header in zip(row, widths, HEADERS, strict=True)
    )
    return "  ".join(cells).rstrip()


def _failure(case: CaseResult) -> str:
    unmet = [check for check in case.checks if not check.is_met]
    if not unmet:
        return f"{_name(case)} failed: {case.reason}"
    shown = "; ".join(
        f"{c.name} is {_short(c.actual)}, expected {_short(c.expected)}"
        for c in unmet[:SHOWN_CHECKS]
    )
    more = len(unmet) - SHOWN_CHECKS
    return f"{_name(case)} failed: {shown}" + (f"; {more} more" if more > 0 else "")


def _name(case: CaseResult) -> str:
    return f"{case.group}/{case.case}"


def _short(text: str, *, limit: int = 60) -> str:
    return text if len(text) <= limit else text[: limit - 3] + "..."
