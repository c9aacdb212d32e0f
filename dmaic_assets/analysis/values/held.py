"""Rows that arrived and are held in quarantine: analyses see their keys only.

What belongs here: how many they are, and how findings that they may explain say so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from dmaic_assets.analysis.finding import Finding, Weight
from dmaic_assets.model import Json
from dmaic_assets.table.spelled_numbers import are, percent, plural

# Share of the rows that arrived from which what is held may change any figure of the table: the
# least that analyses take for more than an exception.
_MUCH = 0.05


@dataclass(frozen=True, slots=True)
class Held:
    """Rows of a source that are in quarantine now, and how many files they came with.

    A file that could not be read counts as a file without rows. `version` is another where other
    files are held.
    """

    rows: int = 0
    files: int = 0
    version: str = field(default="", compare=False)


NOTHING_HELD = Held()


def words_of(table: str, held: Held) -> str:
    """Spells what is held: `18 rows of products (in 1 file) are held in quarantine`."""
    if not held.rows:
        return f"{plural(held.files, 'file')} of {table} {are(held.files)} held in quarantine"
    rows, files = plural(held.rows, "row"), plural(held.files, "file")
    return f"{rows} of {table} (in {files}) {are(held.rows)} held in quarantine"


def held_finding(table: str, held: Held, rows: int) -> Finding:
    """Tells that rows of a table are missing from all that is said of it.

    Args:
        table: Its name.
        held: What is held; at least one file.
        rows: Its accepted rows.
    """
    share = held.rows / (held.rows + rows) if held.rows else 0.0
    weight: Weight = "medium" if share >= _MUCH else "low"
    told = f", {percent(share)} of all that arrived" if held.rows else ""
    text = f"{words_of(table, held)}{told}: analyses see their keys only."
    evidence: dict[str, Json] = {"files": held.files, "accepted": rows}
    return Finding(table, (), "held_rows", float(held.rows), "rows", text, weight, evidence)


def with_held(finding: Finding, tables: Iterable[str], held: Mapping[str, Held]) -> Finding:
    """Says with a finding what is held of the tables that it looked something up in, if anything.

    `held_rows` of its evidence has the rows by table.
    """
    of_them = {name: held[name] for name in tables if name in held and held[name].files}
    if not of_them:
        return finding
    words = " and ".join(words_of(name, one) for name, one in of_them.items())
    rows: dict[str, Json] = {name: one.rows for name, one in of_them.items()}
    text = f"{finding.text.removesuffix('.')}; {words}: they may explain it."
    return replace(finding, text=text, evidence={**finding.evidence, "held_rows": rows})
