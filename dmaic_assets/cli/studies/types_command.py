"""`dmaic types`: what the columns of a file are and mean."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dmaic_assets.cli import errors
from dmaic_assets.cli.console import print_json, print_table, say
from dmaic_assets.cli.framework import ExampleCommand, json_option
from dmaic_assets.cli.studies.notes import left_out, noted, tell_notes
from dmaic_assets.model import Json

if TYPE_CHECKING:
    from dmaic_assets.analysis.values.semantic import ColumnMeaning, SemanticValue


@click.command(
    "types",
    cls=ExampleCommand,
    examples=(
        "dmaic types survey.csv",
        "dmaic types survey.csv --json | jq '.columns[] | {name, semantic_type, role}'",
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@json_option
def types(*, file: Path, is_json: bool) -> int:
    """Tell what the columns of a file are: type, meaning, role.

    A semantic type rests on the values, as far as they pass beyond chance, and on the name. At most
    1,000 distinct values of a column are looked at; what wins is verified on up to 5,000.
    """
    from datetime import UTC, datetime

    from dmaic_assets.analysis.semantic.analyze import analyze
    from dmaic_assets.analysis.standalone import read_typed
    from dmaic_assets.analysis.study import Study

    table = read_typed(file)
    # No time is read: meaning does not depend on the day.
    study = Study({table.name: table}, datetime.fromtimestamp(0, UTC))
    value: SemanticValue = analyze(study).value  # pyright: ignore[reportAssignmentType] - its own kind
    notes = left_out([table])
    tell_notes(notes)
    if is_json:
        columns: list[Json] = [_document(n, m) for n, m in value.columns.items()]
        print_json({"columns": columns, **noted(notes)})
    else:
        _print(value)
    return errors.OK


def _document(name: str, meaning: "ColumnMeaning") -> Json:
    evidence: list[Json] = [
        {"witness": e.witness, "claim": e.claim, "text": e.text} for e in meaning.evidence
    ]
    return {
        "name": name,
        "type": meaning.type,
        "semantic_type": meaning.semantic_type,
        "role": meaning.role,
        "confidence": round(meaning.confidence, 3),
        "evidence": evidence,
    }


def _print(value: "SemanticValue") -> None:
    from dmaic_assets.analysis.semantic.look import SAMPLED

    rows = [
        (
            name,
            m.type,
            m.semantic_type or "",
            m.role.replace("_", " "),
            m.unit or "",
            (m.behaviour or "").replace("_", " "),
            "sensitive" if m.is_sensitive else "",
            f"{m.confidence:.2f}",
            m.evidence[0].text if m.evidence else "",
        )
        for name, m in value.columns.items()
    ]
    headers = ("column", "type", "meaning", "role", "unit", "over time", "", "sure", "why")
    print_table(headers, rows, right=("sure",))
    sampled = [name for name, m in value.columns.items() if m.is_sampled]
    if sampled:
        say(f"{SAMPLED:,} distinct values looked at, not all: {', '.join(sampled)}", style="dim")
